"""HALL: a results folder and survey answers → a new model folder.

read the answers → join them to interactions → refuse what cannot be → train → save
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
from pydantic import ValidationError

from voxcx.csi.columns import allowed_names
from voxcx.csi.meta import ModelMeta, Naming, PlantedCause
from voxcx.csi.rated import Rated
from voxcx.csi.settings import load_training_config
from voxcx.csi.store import refuse_foreign, save_model
from voxcx.csi.training import train_model
from voxcx.errors import InputError
from voxcx.intake.surveys import SurveyAnswer, named_lines, read_surveys, refuse_lines
from voxcx.results.failures import read_failures
from voxcx.results.reading import read_table

IDS_SHOWN = 5
OnStep = Callable[[str], None]


def retrain(
    results: Path, surveys: Path, out: Path, config: Path | None = None, on_step: OnStep = lambda _: None
) -> ModelMeta:
    """Train a model on survey answers and save it to ``out``; the folder's name is the model's id.

    Raises InputError (answers or results that cannot be used), ConfigError, ModelError (``out`` holds something else).
    """
    settings = load_training_config(config)
    refuse_foreign(out)
    answers = read_surveys(surveys, settings.rating_scale.record())
    rated = join(results, surveys, answers, allowed_names(settings))
    on_step(f"{len(rated.rating)} answers joined to their interactions")
    return save_model(train_model(rated, settings, naming_of(results, out), on_step), out)


def naming_of(results: Path, out: Path) -> Naming:
    """The model's name, and whether the results folder was simulated: run.json says so, or truth.json lies there."""
    run, truth = _record(results / "run.json"), _record(results / "truth.json")
    if run.get("simulated") is not True and not truth:
        return Naming(out.resolve().name, "survey")
    planted = truth.get("effects")
    names = PlantedCause.model_fields
    try:
        cause = [{name: one[name] for name in names} for one in planted] if isinstance(planted, list) else []
        return Naming(out.resolve().name, "simulated", tuple(PlantedCause.model_validate(one) for one in cause))
    except (KeyError, TypeError, ValidationError):
        raise InputError(
            f"{results / 'truth.json'}: expected the effects of a simulation, got others; restore it."
        ) from None


def _record(path: Path) -> dict[str, object]:
    try:
        record = json.loads(path.read_bytes()) if path.is_file() else {}
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise InputError(f"{path}: expected a JSON object, got something else; restore the file.")
    return record


def join(results: Path, surveys: Path, answers: Sequence[SurveyAnswer], names: Sequence[str]) -> Rated:
    """Answers with their interactions' features; an answer about an interaction that failed is passed over."""
    table = read_table(results, "interactions")
    if table.num_rows == 0:
        raise InputError(f"{results}: expected a results folder with interactions, found none; run voxcx batch first.")
    row_of = {name: row for row, name in enumerate(table["interaction_id"].to_pylist())}
    failed = read_failures(results).keys()
    known = [answer for answer in answers if answer.interaction_id not in failed or answer.interaction_id in row_of]
    refuse_lines(
        surveys,
        [answer.line for answer in known if answer.interaction_id not in row_of],
        f"an interaction_id that {results.name}/interactions has",
        "remove these answers or score their interactions",
    )
    taken = table.take(pa.array([row_of[answer.interaction_id] for answer in known], pa.int64()))
    started = [moment and moment.replace(tzinfo=UTC) for moment in taken["started_at"].to_pylist()]
    _refuse_undated(results, known, started)
    _refuse_early(surveys, known, started, taken["utc_offset_min"].to_pylist())
    return rated_of(known, started, taken, names)


def rated_of(
    answers: Sequence[SurveyAnswer], started: Sequence[datetime], taken: pa.Table, names: Sequence[str]
) -> Rated:
    """Columns as the trainer takes them; each of an interaction's m answers weighs 1/m."""
    ids = np.array([answer.interaction_id for answer in answers], dtype=object)
    _, number, counts = np.unique(ids.astype(str), return_inverse=True, return_counts=True)
    customers = zip(taken["customer_id"].to_pylist(), ids.tolist(), strict=True)
    return Rated(
        interaction=ids,
        customer=np.array([customer or f"interaction {name}" for customer, name in customers], dtype=object),
        moment_s=np.array([moment.timestamp() for moment in started]),
        rating=np.array([answer.rating for answer in answers], dtype=np.int64),
        weight=1.0 / counts[number],
        table={name: taken[name].to_pylist() for name in names},
    )


def _refuse_undated(results: Path, answers: Sequence[SurveyAnswer], started: Sequence[datetime | None]) -> None:
    undated = [a.interaction_id for a, moment in zip(answers, started, strict=True) if moment is None]
    if undated:
        shown = ", ".join(sorted(set(undated))[:IDS_SHOWN])
        raise InputError(
            f"{results}: expected started_at for every rated interaction, {len(undated)} have none ({shown} …); "
            "training is split by time, so add it to the manifest."
        )


def _refuse_early(
    surveys: Path,
    answers: Sequence[SurveyAnswer],
    started: Sequence[datetime],
    offsets_min: Sequence[int | None],
) -> None:
    """An answer cannot precede its interaction; a time without a zone is the interaction's local time."""
    lines = []
    for answer, moment, offset_min in zip(answers, started, offsets_min, strict=True):
        told = answer.answered_at
        if told is not None and told.tzinfo is None:
            told = told.replace(tzinfo=timezone(timedelta(minutes=offset_min or 0)))
        if told is not None and told < moment:
            lines.append(answer.line)
    if lines:
        raise InputError(
            f"{surveys.name}, {named_lines(lines)}: expected answered_at after the interaction began, got earlier; "
            "correct the times or remove these answers."
        )
