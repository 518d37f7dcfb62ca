"""HALL: a results folder and survey answers → a new model folder, and what it is worth.

read the answers → join them to interactions → refuse what cannot be → train → measure → save
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from voxcx.csi.columns import allowed_names
from voxcx.csi.evaluation.comparison import refuse_other_scale
from voxcx.csi.meta import ModelMeta, Naming, PlantedCause
from voxcx.csi.settings import load_training_config
from voxcx.csi.store import load_model
from voxcx.csi.training.saving import refuse_foreign, save_model
from voxcx.csi.training.study import Study
from voxcx.csi.training.walk import OnStep, train_model
from voxcx.errors import InputError
from voxcx.intake.surveys import read_surveys
from voxcx.joining import join_answers, read_interactions


def retrain(  # noqa: PLR0913, PLR0917 - folders in, folder out, and what to do
    results: Path,
    surveys: Path,
    out: Path,
    config: Path | None = None,
    against: Path | None = None,
    on_step: OnStep = lambda _text, _done: None,
) -> tuple[ModelMeta, Study]:
    """Train a model on survey answers and save it to ``out``; the folder's name is the model's id.

    Args:
        results: results folder as ``voxcx batch`` writes it.
        surveys: CSV of answers.
        out: model folder to write.
        config: training configuration, the shipped one unless given.
        against: an older model's folder, to be compared on the same later interactions.
        on_step: told about every step.

    Raises:
        InputError, ConfigError, ModelError: answers or results that cannot be used, a wrong configuration, a folder
            that holds something else, an older model that cannot be loaded.
    """
    settings = load_training_config(config)
    refuse_foreign(out)
    old = None if against is None else load_model(against)
    scale = settings.rating_scale.record()
    if old is not None:
        refuse_other_scale(scale, old.meta.scale)
    answers = read_surveys(surveys, scale)
    on_step(f"reading {results.name}", 0.0)
    names = allowed_names(settings)
    everyone = read_interactions(results, names, texts=settings.texts.read)
    rated = join_answers(results, surveys, answers, everyone, scale)
    on_step(f"{len(answers)} answers about {len(rated)} interactions", 0.0)
    trained = train_model(rated, everyone, settings, naming_of(results, out), on_step, old)
    return save_model(trained, out), trained.study


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
