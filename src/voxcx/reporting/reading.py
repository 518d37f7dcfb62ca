"""A results folder, its survey answers and the files beside it → the Archive that insight reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from voxcx.config import read_json
from voxcx.csi.settings import load_training_config
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.csi import RatingScale
from voxcx.domain.qa import QaForm
from voxcx.domain.texts import Text, same
from voxcx.errors import FormError, InputError
from voxcx.insight.alerts.rules import load_triggers
from voxcx.insight.archive import (
    DAY_S,
    MET,
    NOT_APPLICABLE,
    NOT_ASKED,
    NOT_MET,
    UNDECIDED,
    Archive,
    CriterionColumn,
    Floats,
    Integers,
    Labels,
    SurveyColumns,
)
from voxcx.insight.settings import ReportSettings
from voxcx.intake.beside import read_beside
from voxcx.intake.surveys import SurveyAnswer, read_surveys
from voxcx.qa.form import load_form
from voxcx.reporting.trust import read_trust
from voxcx.results.failures import read_failures
from voxcx.results.reading import read_columns
from voxcx.results.spoken import read_openings
from voxcx.simulation.planting.form import BOT_FORM_ID, FORM_ID, TITLES

FLAGS = (
    *("abandoned", "blocked", "contained", "flow_out", "survey_invited", "crm_prefers_human"),
    "ivr_authenticated",
)
LABELS = (
    *("kind", "channel", "direction", "customer_id", "ticket_id", "agent_id", "agent_name", "agent_since", "team"),
    *("queue", "skill", "priority", "process", "topic", "blocked_type", "callback_of", "wrap_code"),
    *("form_id", "channels_verdict", "csi_model_id", "language_given"),
)
NUMBERS = (
    *("qa_score", "qa_score_before_zeroing", "qa_decided_share"),
    *("csi_value", "csi_p_dissatisfied", "csi_p_satisfied"),
)
CATEGORIES = tuple(name for name, spec in CATALOGUE.items() if spec.unit == "category")
MEASURED = tuple(name for name, spec in CATALOGUE.items() if spec.unit != "category")
CODES = {"not_met": NOT_MET, "met": MET, "not_applicable": NOT_APPLICABLE, "undecided": UNDECIDED}
PROMOTER, DETRACTOR = 9, 6  # NPS: from, up to
ABOUT_CRITERION = ("section", "severity", "mode", "attributable", "kano", "max_points")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to report about.

    Attributes:
        results: the folder.
        surveys: answers; None: ``surveys.csv`` in the folder, if it is there.
        calibration: what ``voxcx qa calibrate --out`` wrote; None: ``calibration.json`` in the folder, if it is there.
        since: only interactions from this local day on.
        training: training configuration that names the rating scale.
        words: read what customers said first, for topics.
    """

    results: Path
    settings: ReportSettings
    surveys: Path | None = None
    calibration: Path | None = None
    since: date | None = None
    training: Path | None = None
    words: bool = True


def read_archive(asked: Asked) -> Archive:
    """Everything that a report is made from.

    Raises:
        InputError: no interactions, or a file beside them that cannot be read.
    """
    wanted = ["interaction_id", "started_at", "utc_offset_min", *FLAGS, *LABELS, *NUMBERS, *CATEGORIES, *MEASURED]
    table = read_columns(asked.results, "interactions", list(dict.fromkeys(wanted)))
    if table.num_rows == 0:
        raise InputError(f"{asked.results}: expected a results folder with interactions, found none; run voxcx batch.")
    everyone = set(table["interaction_id"].to_pylist())
    table = _since(_in_time(table), asked)
    moment_s = _moments_s(table["started_at"])
    offset_s = 60 * np.nan_to_num(_numbers(table["utc_offset_min"]))
    ids = _labels(table["interaction_id"])
    beside = replace(read_beside(asked.results), **read_trust(asked.results, asked.calibration))
    return Archive(
        id=ids,
        moment_s=moment_s,
        local_s=moment_s + offset_s,
        numbers={name: _numbers(table[name]) for name in (*FLAGS, *NUMBERS, *MEASURED)},
        labels=_all_labels(table),
        answers=_answers(asked, everyone, ids, offset_s),
        criteria=_criteria(asked.results, table["interaction_id"]),
        beside=beside,
        settings=_with_triggers(asked.settings),
        openings=np.array(read_openings(asked.results, ids.tolist()), dtype=object) if asked.words else None,
        simulated=_simulated(asked.results),
        failed=len(read_failures(asked.results)),
        simulated_models=_simulated_models(asked.results),
    )


def _with_triggers(settings: ReportSettings) -> ReportSettings:
    """With the shipped triggers where no others were read."""
    return settings if settings.triggers else settings.model_copy(update={"triggers": load_triggers()})


def _simulated_models(results: Path) -> frozenset[str]:
    """Models that told of themselves, beside an estimate, that they were trained on simulated answers."""
    table = read_columns(results, "interactions", ["csi_model_id", "csi_warnings"])
    warned = table.filter(pc.greater(pc.fill_null(pc.list_value_length(table["csi_warnings"]), 0), 0))
    pairs = pa.table({"model": warned["csi_model_id"], "told": pc.binary_join(warned["csi_warnings"], " ")})
    distinct = pairs.group_by(["model", "told"]).aggregate([]).to_pylist()
    return frozenset(row["model"] for row in distinct if row["model"] and "simulated data" in row["told"])


def _in_time(table: pa.Table) -> pa.Table:
    return table.sort_by([("started_at", "ascending"), ("interaction_id", "ascending")])


def _since(table: pa.Table, asked: Asked) -> pa.Table:
    if asked.since is None:
        return table
    local = _moments_s(table["started_at"]) + 60 * np.nan_to_num(_numbers(table["utc_offset_min"]))
    kept = local >= (asked.since - date(1970, 1, 1)).days * DAY_S  # not known: False
    if not kept.any():
        last = "none" if np.isnan(local).all() else str(np.datetime64(int(np.nanmax(local)), "s").astype("M8[D]"))
        raise InputError(
            f"--since {asked.since}: expected interactions from then on, got the last on {last}; change it."
        )
    return table.filter(pa.array(kept))


def _all_labels(table: pa.Table) -> dict[str, Labels]:
    made = {name: _labels(table[name]) for name in (*LABELS, *CATEGORIES)}
    made["language"] = np.where(made["language"] == "", made["language_given"], made["language"])
    made["channel"] = np.where(made["channel"] == "", made["kind"], made["channel"])
    return made


def _answers(asked: Asked, everyone: Collection[str], ids: Labels, offset_s: Floats) -> SurveyColumns:
    """Answers of the chosen interactions; only those about interactions that nobody knows are strange."""
    scale = load_training_config(asked.training).rating_scale.record()
    path = asked.surveys or asked.results / "surveys.csv"
    there = asked.surveys is not None or path.is_file()
    told = read_surveys(path, scale) if there else ()
    made = answers_of(told, ids, scale, given=there, offset_s=offset_s)
    return replace(made, strange=sum(one.interaction_id not in everyone for one in told))


def answers_of(
    answers: Sequence[SurveyAnswer], ids: Labels, scale: RatingScale, *, given: bool, offset_s: Floats
) -> SurveyColumns:
    """Answers beside their interactions; those about others are counted and left out.

    ``offset_s`` [n]: local time − UTC. A time of an answer without a zone is the interaction's local time.
    """
    row_of = {name: row for row, name in enumerate(ids.tolist())}
    ours = [(row_of[one.interaction_id], one) for one in answers if one.interaction_id in row_of]
    row = np.array([place for place, _ in ours], dtype=np.int64)
    rating = np.array([one.rating for _, one in ours], dtype=float)
    count = np.bincount(row, minlength=len(ids)).astype(np.int64)
    comment, answered_s = np.full(len(ids), "", dtype=object), np.full(len(ids), np.nan)
    for place, one in ours:
        comment[place] = one.comment or comment[place]
        answered_s[place] = _answered_s(one.answered_at, float(offset_s[place]))

    def mean(values: Floats) -> Floats:
        known = ~np.isnan(values)
        n = np.bincount(row[known], minlength=len(ids))
        total = np.bincount(row[known], values[known], len(ids))
        means: Floats = np.divide(total, n, out=np.full(len(ids), np.nan), where=n > 0)
        return means

    nps = np.array([np.nan if one.nps is None else one.nps for _, one in ours])
    promoters = np.where(np.isnan(nps), np.nan, 100.0 * (nps >= PROMOTER) - 100.0 * (nps <= DETRACTOR))
    return SurveyColumns(
        given=given,
        strange=len(answers) - len(ours),
        count=count,
        csi=mean((rating - scale.minimum) * scale.points_per_rating),
        dissatisfied=mean((rating <= scale.dissatisfied_max).astype(float)),
        satisfied=mean((rating >= scale.satisfied_min).astype(float)),
        top=mean((rating == scale.maximum).astype(float)),
        ces=mean(np.array([np.nan if one.ces is None else one.ces for _, one in ours])),
        nps=mean(promoters),
        answered_s=answered_s,
        comment=comment,
        scale=scale,
    )


def _answered_s(told: datetime | None, offset_s: float) -> float:
    if told is None:
        return float("nan")
    return told.timestamp() if told.tzinfo else told.replace(tzinfo=UTC).timestamp() - offset_s


def _criteria(results: Path, ids: pa.ChunkedArray) -> tuple[CriterionColumn, ...]:
    """One column a criterion of a form; where versions differ in severity or party, one for each way it was judged."""
    names = ["interaction_id", "form_id", "form_version", "criterion", "verdict", *ABOUT_CRITERION]
    table = read_columns(results, "criteria", names)
    if table.num_rows == 0:
        return ()
    place = _numbers(pc.index_in(table["interaction_id"], value_set=ids.combine_chunks()))
    version, code = np.nan_to_num(_numbers(table["form_version"])), _verdict_codes(table["verdict"])
    group = np.zeros(table.num_rows, dtype=np.int64)
    for name in ("form_id", "criterion", "severity", "attributable"):
        coded = _coded(table[name])
        group = group * len(coded.names) + coded.codes
    order = np.lexsort((np.nan_to_num(place), version, group))
    made = []
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        latest = table.slice(int(rows[-1]), 1).to_pylist()[0]
        verdict = np.full(len(ids), NOT_ASKED, dtype=np.int8)
        known = rows[~np.isnan(place[rows])]
        verdict[place[known].astype(np.int64)] = code[known]
        made.append((latest, verdict))
    newest = {_name(row): row["form_version"] for row, _ in sorted(made, key=lambda one: one[0]["form_version"] or 0)}
    kept = [(row, verdict) for row, verdict in made if (verdict != NOT_ASKED).any()]
    return tuple(_column(row, verdict, newest[_name(row)]) for row, verdict in kept)


def _name(row: dict[str, Any]) -> tuple[str | None, str]:
    return row["form_id"], row["criterion"]


def _column(row: dict[str, Any], verdict: Any, newest: int | None) -> CriterionColumn:
    title = _title(row["form_id"], _form(row["form_id"], row["form_version"]), row["criterion"])
    variant = "" if row["form_version"] == newest else f"v{row['form_version']}"
    return CriterionColumn(
        form_id=row["form_id"] or "",
        criterion=row["criterion"],
        title=Text(f"{title.en} ({variant})", f"{title.ru} ({variant})") if variant else title,
        section=row["section"] or "",
        severity=row["severity"] or "plain",
        mode=row["mode"] or "full",
        attributable=row["attributable"] or "agent",
        kano=row["kano"],
        max_points=float(row["max_points"] or 0.0),
        verdict=verdict,
        variant=variant,
    )


@cache
def _form(form_id: str | None, version: int | None) -> QaForm | None:
    """The form where it ships with voxcx; a team's own is known by its criteria's ids."""
    try:
        return load_form(f"{form_id}.v{version}")
    except (FormError, InputError):
        return None


def _title(form_id: str | None, form: QaForm | None, criterion: str) -> Text:
    found = next((one for one in form.criteria if one.id == criterion), None) if form else None
    if found is None and form_id in {FORM_ID, BOT_FORM_ID} and criterion in TITLES:
        return Text(*TITLES[criterion])
    if found is None:
        return same(criterion.replace("_", " "))
    en, ru = (found.title_in(language).replace("{", "{{").replace("}", "}}") for language in ("en", "ru"))
    return Text(en, ru)


@dataclass(frozen=True, slots=True)
class _Coded:
    names: list[str]
    codes: Integers


def _coded(values: pa.ChunkedArray) -> _Coded:
    coded = pc.fill_null(values.combine_chunks(), "").dictionary_encode()
    return _Coded(coded.dictionary.to_pylist(), np.nan_to_num(_numbers(coded.indices)).astype(np.int64))


def _verdict_codes(values: pa.ChunkedArray) -> Any:
    coded = _coded(values)
    return np.array([CODES.get(name, NOT_ASKED) for name in coded.names], dtype=np.int8)[coded.codes]


def _numbers(values: pa.ChunkedArray | pa.Array) -> Floats:
    numbers: Floats = np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=float)
    return numbers


def _labels(values: pa.ChunkedArray) -> Labels:
    return np.asarray(pc.fill_null(values.cast(pa.string()), "").to_numpy(zero_copy_only=False), dtype=object)


def _moments_s(values: pa.ChunkedArray) -> Floats:
    return _numbers(values.cast(pa.timestamp("us")).cast(pa.int64())) / 1e6


def _simulated(results: Path) -> bool:
    run = results / "run.json"
    told = read_json(run, "a run") if run.is_file() else {}
    return isinstance(told, dict) and told.get("simulated") is True
