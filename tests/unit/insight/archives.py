"""Small archives for tests: columns by name, what is not named is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from voxcx.domain.beside import Beside
from voxcx.domain.csi import RatingScale
from voxcx.domain.texts import same
from voxcx.insight.archive import Archive, CriterionColumn, SurveyColumns
from voxcx.insight.settings import ReportSettings

SCALE = RatingScale()
START_S = 1_767_225_600.0  # 2026-01-01T00:00:00Z, a Thursday


def archive(  # noqa: PLR0913 - a table of columns
    n: int,
    *,
    labels: Mapping[str, Sequence[str] | str] | None = None,
    numbers: Mapping[str, Sequence[float] | float] | None = None,
    ratings: Sequence[float | None] | None = None,
    criteria: Sequence[CriterionColumn] = (),
    hours: Sequence[float] | None = None,
    settings: ReportSettings | None = None,
    beside: Beside | None = None,
    survey: Mapping[str, Any] | None = None,
    openings: Sequence[str] | None = None,
) -> Archive:
    """n interactions an hour apart, or at ``hours`` since START_S; ``ratings`` None: no file of answers."""
    moment_s = START_S + 3600.0 * (np.arange(n, dtype=float) if hours is None else np.array(hours, dtype=float))
    return Archive(
        id=np.array([f"i-{k}" for k in range(n)], dtype=object),
        moment_s=moment_s,
        local_s=moment_s,
        numbers={name: np.broadcast_to(np.array(v, dtype=float), n).copy() for name, v in (numbers or {}).items()},
        labels={name: np.broadcast_to(np.array(v, dtype=object), n).copy() for name, v in (labels or {}).items()},
        answers=surveys(n, ratings, **(survey or {})),
        criteria=tuple(criteria),
        beside=beside or Beside(),
        settings=settings or ReportSettings(),
        openings=None if openings is None else np.array(openings, dtype=object),
    )


def surveys(n: int, ratings: Sequence[float | None] | None, **more: Any) -> SurveyColumns:
    """Answers of one rating each; ``more`` replaces columns (ces, nps, comment, answered_s, strange)."""
    rating = np.array([np.nan if one is None else one for one in ratings or [None] * n], dtype=float)
    known = ~np.isnan(rating)

    def box(inside: Any) -> Any:
        return np.where(known, np.asarray(inside, dtype=float), np.nan)

    columns: dict[str, Any] = {
        "given": ratings is not None,
        "strange": 0,
        "count": known.astype(np.int64),
        "csi": (rating - SCALE.minimum) * SCALE.points_per_rating,
        "dissatisfied": box(rating <= SCALE.dissatisfied_max),
        "satisfied": box(rating >= SCALE.satisfied_min),
        "top": box(rating == SCALE.maximum),
        "ces": np.full(n, np.nan),
        "nps": np.full(n, np.nan),
        "answered_s": np.full(n, np.nan),
        "comment": np.full(n, "", dtype=object),
        "scale": SCALE,
    }
    for name, values in more.items():
        columns[name] = np.array(values, dtype=object if name == "comment" else float) if np.ndim(values) else values
    return SurveyColumns(**columns)


def criterion(name: str, verdicts: Sequence[int], **more: Any) -> CriterionColumn:
    """A criterion with its verdict codes; ``more`` replaces fields (severity, mode, attributable, max_points …)."""
    fields: dict[str, Any] = {
        "form_id": "form",
        "criterion": name,
        "title": same(name),
        "section": "all",
        "severity": "plain",
        "mode": "full",
        "attributable": "agent",
        "kano": None,
        "max_points": 10.0,
        "verdict": np.array(verdicts, dtype=np.int8),
    }
    return CriterionColumn(**(fields | more))
