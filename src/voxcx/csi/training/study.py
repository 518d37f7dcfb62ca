"""What is measured on the latest part: the model, its baselines, and what it would be without this or that.

Studies beside the model learn from at most ``study.rows_at_most`` rows, and so does the model that they are compared
with: a difference is never one of size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from voxcx.csi.answers import Answers, Floats, Integers, Predictions
from voxcx.csi.columns import Column
from voxcx.csi.evaluation.comparison import Comparison, compare, refuse_other_scale
from voxcx.csi.evaluation.group_accuracy import GroupAccuracy, group_accuracy
from voxcx.csi.evaluation.metrics import Figure, measure
from voxcx.csi.evaluation.slices import Slice, fairness_note, slices
from voxcx.csi.fitting import Fitted, Material, fit_wide, grown
from voxcx.csi.plots import Spread, spread_by_rating
from voxcx.csi.settings import FitConfig, TrainingConfig
from voxcx.csi.trained import CsiModel, predictions_of
from voxcx.csi.training.baselines import Prior, predict_linear, predict_prior
from voxcx.csi.training.rated import Rated
from voxcx.csi.training.silence import Silence
from voxcx.csi.training.splits import agent_parts, some_rows
from voxcx.domain.catalogue import CATALOGUE

AGENT_PARTS, FEWEST_OTHERS = 5, 50
BINS = 10
WEIGHTED = "model, weighted for non-response"
OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """The model that is measured, with both parts of the data as it sees them."""

    early: Rated
    late: Rated
    wide: Material
    number: Integers
    late_values: Floats
    fitted: Fitted
    settings: FitConfig
    columns: tuple[Column, ...]

    def predict(self, fitted: Fitted, positions: list[int] | None = None) -> Predictions:
        """Estimates of the latest part by a model of some of the columns."""
        values = self.late_values if positions is None else self.late_values[:, positions]
        raw = fitted.blend.raw(values)
        return predictions_of(raw, fitted.links, self.late.answers.scale, fitted.interval)


@dataclass(frozen=True, slots=True)
class Study:
    """All figures of one training."""

    metrics: dict[str, dict[str, Figure]]
    ablations: dict[str, Comparison] = field(default_factory=dict)
    new_agents: Comparison | None = None
    calibration: tuple[tuple[float, float, int], ...] = ()  # mean p_dissatisfied, share dissatisfied, interactions
    spreads: tuple[Spread, ...] = ()
    groups: tuple[GroupAccuracy, ...] = ()
    slices: tuple[Slice, ...] = ()
    fairness: tuple[str, ...] = ()
    silence: Silence | None = None
    against: Comparison | None = None
    notes: tuple[str, ...] = ()


def study(trial: Trial, config: TrainingConfig, weight: Floats | None, on_step: OnStep, old: CsiModel | None) -> Study:
    """Measure the trial on its latest part, beside the baselines and the models without this or that.

    ``weight`` [late rows] are those for non-response; None where everybody answered.
    """
    late = trial.late
    made = trial.predict(trial.fitted)
    predictions = {"model": made} | baselines(trial, config)
    metrics = {name: measure(late.answers, one, config.bootstrap, config.seed) for name, one in predictions.items()}
    if weight is not None:
        metrics[WEIGHTED] = measure(_weighing(late.answers, weight), made, config.bootstrap, config.seed)
    on_step("without the ★ factors, without voice, for agents never met")
    found = slices(late.answers, made, late.interactions.about, config.level)
    return Study(
        metrics=metrics,
        ablations=ablations(trial, config) if config.study.ablations else {},
        new_agents=new_agents(trial, config) if config.study.new_agents else None,
        calibration=calibration_bins(late.answers, made),
        spreads=spread_by_rating(
            late.answers.counts, made.value, late.answers.scale.ratings, late.answers.points.tolist()
        ),
        groups=group_accuracy(late.answers, made, late.interactions.agent, _order(late)),
        slices=found,
        fairness=fairness_note(found, config.level),
        against=None if old is None else against(trial, old, config),
    )


def calibration_bins(answers: Answers, made: Predictions) -> tuple[tuple[float, float, int], ...]:
    """Ten bins of about equal count by p_dissatisfied, fewer where probabilities repeat."""
    edges = np.unique(np.quantile(made.p_dissatisfied, np.linspace(0, 1, BINS + 1)[1:-1]))
    number = np.searchsorted(edges, made.p_dissatisfied, side="right")
    inside = [number == one for one in np.unique(number)]
    return tuple(
        (float(made.p_dissatisfied[rows].mean()), float(answers.dissatisfied[rows].mean()), int(rows.sum()))
        for rows in inside
    )


def baselines(trial: Trial, config: TrainingConfig) -> dict[str, Predictions]:
    """What the model must beat, on the same rows."""
    scale, rows = trial.late.answers.scale, len(trial.late)
    names = trial.wide.design.names
    made = {}
    lean = [k for k, name in enumerate(names) if name in config.metadata_only]
    if lean:
        fitted = fit_wide(trial.wide.only(lean), trial.number, trial.settings)
        made["metadata only"] = trial.predict(fitted, lean)
    made["linear"] = predict_linear(trial.wide, trial.number, trial.late_values, scale, config.level)
    for prior in Prior:
        made[prior.value] = predict_prior(prior, trial.wide, scale, rows, config.level)
    return made


def ablations(trial: Trial, config: TrainingConfig) -> dict[str, Comparison]:
    """The model beside itself without some features: a difference below 0 in Pearson is what they are worth."""
    specs = [CATALOGUE.get(name) for name in trial.wide.design.names]
    lacking = {
        "without the ★ factors": [k for k, spec in enumerate(specs) if spec is None or not spec.star],
        "without voice proxies": [k for k, spec in enumerate(specs) if spec is None or not spec.voice_proxy],
        "without words": [k for k, spec in enumerate(specs) if spec is not None],
    }
    few, number = _few(trial, config)
    whole = trial.fitted if few is trial.wide else fit_wide(few, number, trial.settings)
    compared = {}
    for name, kept in lacking.items():
        if kept and len(kept) < len(specs):
            without = trial.predict(fit_wide(few.only(kept), number, trial.settings), kept)
            answers = trial.late.answers
            compared[name] = compare(answers, without, trial.predict(whole), config.bootstrap, config.seed)
    return compared


def new_agents(trial: Trial, config: TrainingConfig) -> Comparison | None:
    """Later interactions estimated by trees that never saw their agent, beside the model; None without agents."""
    few, _ = _few(trial, config)
    rows = some_rows(len(trial.early), config.study.rows_at_most, config.seed)
    seen, late = trial.early.interactions.agent[rows], trial.late.interactions.agent
    both = agent_parts(np.concatenate([seen, late]), AGENT_PARTS, config.seed)
    seen_part, late_part = both[: len(seen)], both[len(seen) :]
    known = np.flatnonzero(late_part >= 0)
    if len(np.unique(late_part[known])) < AGENT_PARTS:
        return None
    raw, met = np.zeros(len(late)), np.zeros(len(late))
    met[known] = grown(few, trial.fitted.folds, trial.settings).raw(trial.late_values[known])
    for part in range(AGENT_PARTS):
        here = np.flatnonzero(late_part == part)
        others = np.flatnonzero(seen_part != part)
        if len(others) < FEWEST_OTHERS:  # of agents that this part's could be told by
            known = known[late_part[known] != part]
            continue
        raw[here] = grown(few.part(others), trial.fitted.folds, trial.settings).raw(trial.late_values[here])
    if not len(known):
        return None
    scale, fitted = trial.late.answers.scale, trial.fitted
    one, other = (predictions_of(score[known], fitted.links, scale, fitted.interval) for score in (raw, met))
    return compare(trial.late.answers.rows(known), one, other, config.bootstrap, config.seed)


def against(trial: Trial, old: CsiModel, config: TrainingConfig) -> Comparison | None:
    """The trial beside an older model on later interactions that the older one has not seen; None without any."""
    refuse_other_scale(trial.late.answers.scale, old.meta.scale)
    late = trial.late.interactions
    fresh = np.flatnonzero(~old.has_seen(late.id, late.moment_s))
    if not len(fresh):
        return None
    theirs = old.predict_table(late.table, late.texts).rows(fresh)
    ours = trial.predict(trial.fitted).rows(fresh)
    return compare(trial.late.answers.rows(fresh), ours, theirs, config.bootstrap, config.seed)


def _weighing(answers: Answers, weight: Floats) -> Answers:
    return replace(answers, weight=weight)


def _order(rated: Rated) -> Floats:
    """Groups are stretches of time; without times, rows as they come."""
    moment_s = rated.interactions.moment_s
    return np.arange(len(moment_s), dtype=float) if np.isnan(moment_s).any() else moment_s


def _few(trial: Trial, config: TrainingConfig) -> tuple[Material, Integers]:
    rows = some_rows(len(trial.early), config.study.rows_at_most, config.seed)
    if len(rows) == len(trial.early):
        return trial.wide, trial.number
    return trial.wide.part(rows), trial.number[rows]
