"""Survey answers: a CSV file → checked records.

Columns ``interaction_id, rating`` and, where there are, ``answered_at`` (ISO 8601), ``ces``, ``nps``, ``comment``;
others are passed over. Several answers of one interaction are several raters and allowed; the same answer at the same
moment twice is a duplicate and refused (without ``answered_at`` equal rows count as different raters: nobody can tell).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.intake.csv_rows import as_number, csv_rows, refuse_lines

REQUIRED = ("interaction_id", "rating")
NPS_MAX = 10


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One answer; ``line`` is where it stands in its file. ``answered_at`` may come without a zone."""

    interaction_id: str
    rating: int
    line: int
    answered_at: datetime | None = None
    ces: float | None = None
    nps: float | None = None
    comment: str | None = None


def read_surveys(path: Path, scale: RatingScale) -> tuple[SurveyAnswer, ...]:
    """Read every answer; refuses, naming the lines, what is off the scale, empty, malformed or duplicate."""
    rows = csv_rows(path, REQUIRED, "survey answers", "--surveys")
    whole = {line: as_number(row["rating"]) for line, row in rows}
    off = [line for line, rating in whole.items() if rating is None or rating not in scale.ratings]
    refuse_lines(
        path,
        off,
        f"a whole rating from {scale.minimum} to {scale.maximum}",
        "correct them or set rating_scale in the training configuration",
        got=repr(dict(rows)[off[0]]["rating"][:40]) if off else "",
    )
    refuse_lines(path, [line for line, row in rows if not row["interaction_id"]], "an interaction_id", "fill it in")
    answers = tuple(_answer(path, line, row) for line, row in rows)
    refuse_lines(
        path,
        [one.line for one in answers if one.nps is not None and not 0 <= one.nps <= NPS_MAX],
        f"nps from 0 to {NPS_MAX} or nothing",
        "correct them or leave the column out",
        got="another number",
    )
    _refuse_duplicates(path, answers)
    return answers


def _answer(path: Path, line: int, row: dict[str, str]) -> SurveyAnswer:
    moment = row.get("answered_at") or None
    return SurveyAnswer(
        interaction_id=row["interaction_id"],
        rating=int(as_number(row["rating"]) or 0),  # whole: checked above
        line=line,
        answered_at=None if moment is None else _parsed(path, line, moment),
        ces=_optional(path, line, row, "ces"),
        nps=_optional(path, line, row, "nps"),
        comment=row.get("comment") or None,
    )


def _parsed(path: Path, line: int, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{path.name}, line {line}: answered_at: expected ISO 8601 (2026-01-05T10:00:00+03:00), got {text[:40]!r}; "
            "correct it."
        ) from None


def _optional(path: Path, line: int, row: dict[str, str], name: str) -> float | None:
    text = row.get(name)
    if not text:
        return None
    value = as_number(text)
    if value is None:
        raise InputError(
            f"{path.name}, line {line}: {name}: expected a number or nothing, got {text[:40]!r}; correct it."
        )
    return value


def _refuse_duplicates(path: Path, answers: Iterable[SurveyAnswer]) -> None:
    seen: set[tuple[object, ...]] = set()
    lines = []
    for answer in answers:
        key = (answer.interaction_id, answer.answered_at, answer.rating)
        if answer.answered_at is not None and key in seen:
            lines.append(answer.line)
        seen.add(key)
    refuse_lines(path, lines, "every answer once", "remove the duplicates", got="the same again")
