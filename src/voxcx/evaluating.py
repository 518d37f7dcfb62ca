"""HALL: a model, a results folder and, for accuracy, survey answers → how good the model is there, and is it still.

load → read interactions → leave out those it was trained on → measure, compare, cut into slices and groups → drift
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from voxcx.csi.answers import Labels, Predictions
from voxcx.csi.evaluation.comparison import Comparison, compare, refuse_other_scale
from voxcx.csi.evaluation.drift import DriftReport, find_drift
from voxcx.csi.evaluation.group_accuracy import GroupAccuracy, group_accuracy
from voxcx.csi.evaluation.groups import GroupBand, bands, refuse_simulated
from voxcx.csi.evaluation.metrics import Figure, measure
from voxcx.csi.evaluation.slices import Slice, fairness_note, slices
from voxcx.csi.store import load_model, load_reference
from voxcx.csi.trained import CsiModel
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.errors import InputError
from voxcx.intake.surveys import read_surveys
from voxcx.joining import join_answers, read_interactions

FEWEST = 10
GROUPS = ("agent", "team", "queue", "language", "channel")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to evaluate: folders, and what beside the figures."""

    model: Path
    results: Path
    surveys: Path | None
    against: Path | None = None
    drift: bool = False
    by: str | None = None
    seen_too: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was found; a part that was not asked for, or cannot be said, is None or empty.

    Attributes:
        model_id: of the model.
        trained_on: simulated or survey.
        interactions: in the folder.
        rated: that have answers and were measured.
        answers: their number.
        left_out: rated ones that the model (or the other) was trained on.
        metrics: every measure with its interval.
        comparison: beside the other model, on the same interactions.
        other_id: the other model.
        groups: accuracy of group means by size of group.
        slices: figures by field and label.
        fairness: sentences about them.
        bands: CSI of each group that was asked for.
        drift: new interactions beside the training data.
    """

    model_id: str
    trained_on: str
    interactions: int
    rated: int
    answers: int
    left_out: int
    metrics: dict[str, Figure]
    comparison: Comparison | None = None
    other_id: str | None = None
    groups: tuple[GroupAccuracy, ...] = ()
    slices: tuple[Slice, ...] = ()
    fairness: tuple[str, ...] = ()
    bands: tuple[GroupBand, ...] = ()
    drift: DriftReport | None = None


def evaluate(asked: Asked) -> Evaluation:
    """Measure a model on interactions that it has not seen.

    Raises:
        InputError: answers or results that cannot be used, too few of them, or groups of a model trained on
            simulated data without ``force``.
        ModelError: a folder that is no model of this version.
    """
    model = load_model(asked.model)
    other = None if asked.against is None else load_model(asked.against)
    if asked.by is not None:
        refuse_simulated(model.meta.trained_on, asked.force)
    models = [model] if other is None else [model, other]
    names = list(dict.fromkeys(column.name for one in models for column in one.meta.columns))
    everyone = read_interactions(asked.results, names, texts=any(one.texts is not None for one in models))
    made = model.predict_table(everyone.table, everyone.texts)
    found = Evaluation(model.model_id, model.meta.trained_on, len(everyone), 0, 0, 0, {})
    if asked.surveys is not None:
        found = _measured(found, asked, (model, other), everyone, made)
    return replace(found, drift=_drift(asked.model, model, everyone, made) if asked.drift else None)


def _measured(
    found: Evaluation, asked: Asked, models: tuple[CsiModel, CsiModel | None], everyone: Interactions, made: Predictions
) -> Evaluation:
    """Everything that needs answers."""
    model, other = models
    scale = model.meta.scale
    answers = read_surveys(Path(str(asked.surveys)), scale)
    everything = join_answers(asked.results, Path(str(asked.surveys)), answers, everyone, scale)
    both = [] if asked.seen_too else [one for one in models if one is not None]
    rated, left_out = _unseen(everything, both)
    row_of = {name: row for row, name in enumerate(everyone.id.tolist())}
    rows = np.array([row_of[name] for name in rated.interactions.id.tolist()], dtype=np.int64)
    theirs, config, level = made.rows(rows), model.meta.config, model.meta.interval.level
    cut = slices(rated.answers, theirs, rated.interactions.about, level)
    return replace(
        found,
        rated=len(rated),
        answers=int(rated.answers.counts.sum()),
        left_out=left_out,
        metrics=measure(rated.answers, theirs, config.bootstrap, config.seed),
        comparison=None if other is None else _compared(rated, theirs, model, other),
        other_id=None if other is None else other.model_id,
        groups=group_accuracy(rated.answers, theirs, rated.interactions.agent, rated.interactions.moment_s),
        slices=cut,
        fairness=fairness_note(cut, level),
        bands=() if asked.by is None else bands(_labels(everyone, asked.by), made, rows, rated.answers, level),
    )


def _unseen(rated: Rated, models: list[CsiModel]) -> tuple[Rated, int]:
    """Rated interactions that no model was trained on, and how many were left out."""
    seen = np.zeros(len(rated), dtype=bool)
    for model in models:
        seen |= model.has_seen(rated.interactions.id, rated.interactions.moment_s)
    fresh = np.flatnonzero(~seen)
    if len(fresh) < FEWEST:
        raise InputError(
            f"The answers: expected at least {FEWEST} rated interactions that the model was not trained on, got "
            f"{len(fresh)} ({int(seen.sum())} it was trained on); give newer ones, or --include-seen to measure anyway."
        )
    return rated.rows(fresh), int(seen.sum())


def _compared(rated: Rated, made: Predictions, model: CsiModel, other: CsiModel) -> Comparison:
    refuse_other_scale(model.meta.scale, other.meta.scale)
    theirs = other.predict_table(rated.interactions.table, rated.interactions.texts)
    config = model.meta.config
    return compare(rated.answers, made, theirs, config.bootstrap, config.seed)


def _labels(everyone: Interactions, by: str) -> Labels:
    if by not in GROUPS:
        raise InputError(f"--by: expected one of {', '.join(GROUPS)}, got {by!r}.")
    return everyone.agent if by == "agent" else everyone.about[by]


def _drift(folder: Path, model: CsiModel, everyone: Interactions, made: Predictions) -> DriftReport:
    """Interactions that the model was not trained on beside those that it was."""
    fresh = np.flatnonzero(~model.has_seen(everyone.id, everyone.moment_s))
    if not len(fresh):
        raise InputError(
            f"{folder.name}: expected interactions that the model was not trained on, got none; give newer ones."
        )
    new = everyone.rows(fresh)
    importance = {name: one.points for name, one in model.meta.importance.items()}
    return find_drift(load_reference(folder), new.table, made.value[fresh], new.mixes, importance)
