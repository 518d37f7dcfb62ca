"""A simulated population → the Archive that insight reads, in memory: a thousand are wanted, not their files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from voxcx.domain.beside import Beside, Blocked, KanoAnswer, SeriesPoint, StatedWeight
from voxcx.domain.csi import RatingScale
from voxcx.domain.texts import same
from voxcx.insight.archive import Archive, CriterionColumn, Floats, Labels, SurveyColumns
from voxcx.insight.settings import ReportSettings
from voxcx.intake.surveys import SurveyAnswer
from voxcx.reporting.reading import CATEGORIES, FLAGS, LABELS, MEASURED, NUMBERS, answers_of
from voxcx.simulation.made import Population
from voxcx.simulation.planting.criteria_table import ALL
from voxcx.simulation.planting.form import BOT_FORM_ID, FORM, FORM_ID
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.population import simulate_population

SCALE = RatingScale()


def planted(n: int, seed: int, plan: Plan, settings: ReportSettings | None = None) -> tuple[Archive, dict[str, Any]]:
    """An archive with its truth."""
    made = simulate_population(n, seed, planted=plan)
    return archive_of(made, settings or ReportSettings()), made.truth


def archive_of(made: Population, settings: ReportSettings) -> Archive:
    """The same columns that reading the folder would give (tests compare both)."""
    columns = made.interactions
    n = len(columns["interaction_id"])
    moment_s = columns["started_at"].astype("datetime64[us]").astype(np.int64) / 1e6
    labels = {name: _labels(columns.get(name), n) for name in (*LABELS, *CATEGORIES)}
    labels["channel"] = np.where(labels["channel"] == "", labels["kind"], labels["channel"])
    return Archive(
        id=columns["interaction_id"],
        moment_s=moment_s,
        local_s=moment_s + 60.0 * columns["utc_offset_min"],
        numbers={name: _numbers(columns.get(name), n) for name in (*FLAGS, *NUMBERS, *MEASURED)},
        labels=labels,
        answers=_answers(made, columns["interaction_id"]),
        criteria=_criteria(made),
        beside=_beside(made),
        settings=settings,
        simulated=True,
    )


def _answers(made: Population, ids: Labels) -> SurveyColumns:
    said = made.surveys
    rows = zip(said["interaction_id"].tolist(), said["rating"].tolist(), said["ces"].tolist(), said["nps"].tolist())  # noqa: B905 - columns of one table
    answers = [SurveyAnswer(name, int(rating), 0, None, float(ces), float(nps)) for name, rating, ces, nps in rows]
    return answers_of(answers, ids, SCALE, given=True, offset_s=np.zeros(len(ids)))


def _criteria(made: Population) -> tuple[CriterionColumn, ...]:
    if made.criteria is None:
        return ()
    judged = np.concatenate([made.criteria.judged.form, made.criteria.judged.bot], axis=1)
    columns = []
    for place, one in enumerate(ALL):
        form_id = FORM_ID if place < len(FORM) else BOT_FORM_ID
        about: Any = (one.section, one.severity, one.mode, one.attributable, one.wanted, float(one.points))
        columns.append(CriterionColumn(form_id, one.id, same(one.id), *about, judged[:, place].astype(np.int8)))
    return tuple(columns)


def _beside(made: Population) -> Beside:
    given = made.beside
    return Beside(
        blocked=tuple(
            Blocked(datetime.fromisoformat(at).timestamp(), skill, kind, int(count))
            for at, skill, kind, count in _rows(given.get("blocked.csv"), ("interval", "skill", "type", "count"))
        ),
        series=tuple(
            SeriesPoint(_day(day), team or "", one or "", name, float(value))
            for day, team, one, name, value in _rows(
                given.get("series.csv"), ("date", "team", "customer_id", "name", "value")
            )
        ),
        kano=tuple(
            KanoAnswer(str(who), name, int(yes), int(no))  # type: ignore[arg-type]
            for who, name, yes, no in _rows(
                given.get("kano.csv"), ("respondent", "criterion", "functional", "dysfunctional")
            )
        ),
        weights=tuple(
            StatedWeight(str(who), name, float(weight))
            for who, name, weight in _rows(given.get("weights.csv"), ("respondent", "criterion", "weight"))
        ),
    )


def _rows(columns: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [] if columns is None else list(zip(*(columns[name].tolist() for name in names), strict=True))


def _day(written: str) -> int:
    return int(np.datetime64(written[:10], "D").astype(np.int64))


def _numbers(column: Any, n: int) -> Floats:
    if column is None:
        return np.full(n, np.nan)
    if column.dtype != object:
        return np.asarray(column, dtype=float)
    return np.array([np.nan if one is None else float(one) for one in column.tolist()])


def _labels(column: Any, n: int) -> Labels:
    if column is None:
        return np.full(n, "", dtype=object)
    return np.array([one or "" for one in column.tolist()], dtype=object)
