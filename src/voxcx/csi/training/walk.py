"""Rated interactions → a model that knows how good it is.

leaks     a feature that is the answer in disguise stops everything
split     the latest part tests, customers whom the model has not met; nothing else looks at it
tune      LightGBM's parameters, by folds of the early part
fit       trees, links, interval, all on the early part
measure   on the latest part, beside the baselines and what a model without this or that would do
again     the same recipe on every row: that is the model to be saved, and the figures are of its twin
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import lightgbm as lgb
import numpy as np
import sklearn
from threadpoolctl import threadpool_limits

from voxcx import __version__
from voxcx.csi.answers import Integers
from voxcx.csi.boosting import Design
from voxcx.csi.columns import Column, allowed_names, encode_table, learn_columns
from voxcx.csi.evaluation.drift import Reference, learn_reference
from voxcx.csi.fitting import Fitted, Material, fit_wide, fold_numbers, grown, widen
from voxcx.csi.meta import DataIdentity, Mixed, ModelMeta, Naming
from voxcx.csi.seen import digests
from voxcx.csi.settings import FitConfig, TrainingConfig
from voxcx.csi.texts import TextModel
from voxcx.csi.trained import CsiModel
from voxcx.csi.training.rated import Interactions, Rated, refuse_untrainable
from voxcx.csi.training.refusing import refuse_leaks
from voxcx.csi.training.silence import NOBODY_SILENT, Silence, weighted, who_is_silent
from voxcx.csi.training.splits import Split, some_rows, split_by_time
from voxcx.csi.training.stability import importance_of
from voxcx.csi.training.study import Study, Trial, study
from voxcx.csi.training.tuning import Tuned, tune
from voxcx.domain.catalogue import SCHEMA_VERSION
from voxcx.domain.csi import INDEX_NAME
from voxcx.errors import InputError

FEWEST_PER_PART = 8
SHOWN_AT_MOST = 10_000  # rows that say what training data look like
OnStep = Callable[[str, float], None]  # what is being done now, and how much of all the work lies behind, 0–1
# Shares of the work that lie behind when a step begins, timed on 5,000 and 100,000 answers.
LEAKS, SILENCE, TUNING, FITTING, MEASURING, STUDIES, AGAIN = 0.0, 0.03, 0.15, 0.45, 0.55, 0.60, 0.80


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gives: the model to save, its study, what its training data looked like."""

    model: CsiModel
    study: Study
    reference: Reference


def train_model(  # noqa: PLR0913, PLR0917 - data, choices, name, progress, and a rival
    rated: Rated,
    everyone: Interactions,
    config: TrainingConfig,
    naming: Naming,
    on_step: OnStep,
    old: CsiModel | None = None,
) -> Trained:
    """Train, calibrate and measure.

    Args:
        rated: interactions with answers.
        everyone: all interactions of the folder, for who does not answer.
        config: what to do.
        naming: what to call it.
        on_step: told about every step.
        old: a model to be compared with on the latest part.

    Raises:
        InputError: the answers cannot carry a model, or a feature gives them away.
    """
    with threadpool_limits(
        1, "blas"
    ):  # sums of several threads differ in their last bits, and so would the model's bytes
        return _trained(rated, everyone, config, naming, on_step, old)


def _trained(  # noqa: PLR0913, PLR0917 - as above
    rated: Rated,
    everyone: Interactions,
    config: TrainingConfig,
    naming: Naming,
    on_step: OnStep,
    old: CsiModel | None,
) -> Trained:
    refuse_untrainable(rated)
    on_step("looking for features that give the answer away", LEAKS)
    trusted = refuse_leaks(rated, everyone, config)
    on_step("looking at who does not answer", SILENCE)
    silence, weight = who_is_silent(rated, everyone, config.seed)
    if weight is not None and config.weights == "nonresponse":
        rated = weighted(rated, weight)
    split = split_by_time(rated.interactions.moment_s, rated.interactions.customer, config.split.test, config.seed)
    trial, tuned = trial_of(rated, split, config, on_step)
    on_step(f"measuring on {len(split.test)} {'later' if split.by == 'time' else 'other'} interactions", MEASURING)
    studied = study(trial, config, None if weight is None else weight[split.test], _from(on_step, STUDIES), old)
    notes = (
        *_notes(split, silence, config),
        *(f"Trusted in spite of the leak check: {one.feature}." for one in trusted),
    )
    if old is not None and studied.against is None:
        notes = (*notes, f"{old.model_id} was trained on every later interaction: nothing is left to compare on.")
    studied = replace(studied, silence=silence, notes=notes)
    settings = config.fitting().model_copy(update={"boosting": tuned.boosting})
    on_step(f"training again on all {len(rated)} interactions", AGAIN)
    model = _final(rated, split, (trial, settings), config, naming, studied)
    return Trained(model, studied, _looks(model, everyone, config.seed))


def _looks(model: CsiModel, everyone: Interactions, seed: int) -> Reference:
    """What all interactions of the training folder look like, answered or not: new ones are not all answered either."""
    shown = everyone.rows(some_rows(len(everyone), SHOWN_AT_MOST, seed))
    used = [name for name, one in model.meta.importance.items() if one.points and name in shown.table]
    value = model.predict_table(shown.table, shown.texts).value
    return learn_reference({name: shown.table[name] for name in used}, value, shown.mixes)


def trial_of(rated: Rated, split: Split, config: TrainingConfig, on_step: OnStep) -> tuple[Trial, Tuned]:
    """The model that is measured: it has seen the early part alone."""
    _refuse_small(rated, split)
    early, late = rated.rows(split.early), rated.rows(split.test)
    columns = columns_of(early, config)
    settings = config.fitting()
    on_step(f"training on {len(early)} interactions, {len(columns)} features", TUNING)
    wide, texts, number = prepared(early, columns, settings, config)
    tuned = tune(wide, settings, config.tuning, lambda text, done: on_step(text, TUNING + done * (FITTING - TUNING)))
    settings = settings.model_copy(update={"boosting": tuned.boosting})
    fitted = fit_wide(wide, number, settings, texts)
    values = encode_table(late.interactions.table, columns)
    if texts is not None and late.interactions.texts is not None:
        values = np.hstack([values, texts.transform(late.interactions.texts)])
    return Trial(early, late, wide, number, values, fitted, settings, columns), tuned


def prepared(
    rated: Rated, columns: tuple[Column, ...], settings: FitConfig, config: TrainingConfig
) -> tuple[Material, TextModel | None, Integers]:
    """Rows as the trees take them, the words as columns, and each row's fold."""
    design = Design(
        tuple(column.name for column in columns),
        tuple(config.direction(column.name) for column in columns),
        tuple(k for k, column in enumerate(columns) if column.kind == "category"),
    )
    answers, interactions = rated.answers, rated.interactions
    values = encode_table(interactions.table, columns)
    said = interactions.texts
    material = Material(values, design, said, answers.shares, answers.points, answers.weight, interactions.customer)
    number = fold_numbers(interactions.customer, settings.folds, settings.seed)
    wide, texts = widen(material, number, settings)
    return wide, texts, number


def columns_of(rated: Rated, config: TrainingConfig) -> tuple[Column, ...]:
    """What the features look like in training rows; raises InputError where nothing is known at all."""
    columns = learn_columns(rated.interactions.table, allowed_names(config), config.categories)
    if not columns and not rated.interactions.texts:
        raise InputError(
            "The interactions: expected features of the catalogue, got none with a value; score them first."
        )
    return columns


def _final(  # noqa: PLR0913, PLR0917 - everything that was found before
    rated: Rated, split: Split, tried: tuple[Trial, FitConfig], config: TrainingConfig, naming: Naming, studied: Study
) -> CsiModel:
    """The recipe on every row; with many rows links, interval and mixture stay the trial's, which hardly change."""
    trial, settings = tried
    columns = columns_of(rated, config)
    wide, texts, number = prepared(rated, columns, settings, config)
    if len(rated) > config.split.calibrate_again_at_most and wide.design.names == trial.wide.design.names:
        fitted = replace(trial.fitted, texts=texts, blend=grown(wide, trial.fitted.folds, settings))
        held = trial.wide
    else:
        fitted, held = fit_wide(wide, number, settings, texts), wide
    meta = describe(rated, split, fitted, columns, config, naming)
    importance = importance_of(fitted, held, rated.answers.scale.points_per_rating)
    notes = (*studied.notes, *(texts.notes if texts is not None else ()))
    meta = meta.model_copy(update={"metrics": studied.metrics, "importance": importance, "notes": notes})
    one = rated.interactions
    return CsiModel(meta, fitted.blend, texts, np.unique(digests(one.id, one.moment_s)))


def describe(  # noqa: PLR0913, PLR0917 - everything that a model is
    rated: Rated, split: Split, fitted: Fitted, columns: tuple[Column, ...], config: TrainingConfig, naming: Naming
) -> ModelMeta:
    """The model's identity, without figures and file digests."""
    scale = rated.answers.scale
    return ModelMeta(
        model_id=naming.model_id,
        trained_on=naming.trained_on,
        cause=naming.cause,
        index=INDEX_NAME,
        feature_schema_version=SCHEMA_VERSION,
        columns=columns,
        text_columns=fitted.texts.names if fitted.texts else (),
        scale_min=scale.minimum,
        scale_max=scale.maximum,
        dissatisfied_max=scale.dissatisfied_max,
        satisfied_min=scale.satisfied_min,
        links=fitted.links,
        interval=fitted.interval,
        trees=fitted.blend.booster.num_trees(),
        mixture=Mixed(share=fitted.blend.mixture.share, steepness=fitted.blend.mixture.steepness),
        seed=config.seed,
        config_sha256=config.sha256(),
        config=config,
        data=identify(rated, split, columns),
        libraries={
            "voxcx": __version__,
            "lightgbm": lgb.__version__,
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
        metrics={},
        importance={},
    )


def identify(rated: Rated, split: Split, columns: tuple[Column, ...]) -> DataIdentity:
    """What the data were, without any of them."""
    one = rated.interactions
    known = one.moment_s[np.isfinite(one.moment_s)]
    return DataIdentity(
        sha256=rated.digest(columns),
        answers=int(rated.answers.counts.sum()),
        interactions=len(rated),
        customers=len(np.unique(one.customer.astype(str))),
        agents=len(set(one.agent.astype(str).tolist()) - {""}),
        first=_date(float(known.min())) if len(known) else None,
        last=_date(float(known.max())) if len(known) else None,
        train=len(split.early),
        test=len(split.test),
        set_aside=len(split.set_aside),
        split_by=split.by,
    )


def _from(on_step: OnStep, done: float) -> Callable[[str], None]:
    return lambda text: on_step(text, done)


def _notes(split: Split, silence: Silence | None, config: TrainingConfig) -> tuple[str, ...]:
    notes = [] if silence is not None else [NOBODY_SILENT]
    if silence is not None and config.weights == "nonresponse":
        notes.append("Trained with weights for non-response.")
    if split.by == "chance":
        notes.append("Dates are not known for every answer: the split is by chance, which flatters every figure.")
    return tuple(notes)


def _refuse_small(rated: Rated, split: Split) -> None:
    for name, rows in {"training": split.early, "test": split.test}.items():
        if len(rows) < FEWEST_PER_PART:
            raise InputError(
                f"The {name} part: expected at least {FEWEST_PER_PART} interactions of customers who are in no later "
                f"part, got {len(rows)}; collect more answers or check customer_id and started_at."
            )
    if np.count_nonzero(rated.answers.counts[split.early].sum(axis=0)) == 1:
        raise InputError("The training part: expected different ratings, got one only; collect more answers.")


def _date(moment_s: float) -> str:
    return datetime.fromtimestamp(moment_s, tz=UTC).date().isoformat()
