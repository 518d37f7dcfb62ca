"""How good estimates are: every measure of one sample, each with what it means and a 95 % bootstrap interval.

A row is an interaction and weighs its weight; where it was answered several times, its answers share that weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from voxcx.config import Checked
from voxcx.csi.answers import Answers, Floats, Predictions
from voxcx.csi.evaluation import weighted
from voxcx.csi.evaluation.definitions import DEFINITIONS, Definition
from voxcx.csi.evaluation.weighted import Ranking
from voxcx.statistics.resampling import FEWEST_CUSTOMERS, customer_numbers, draw_weights, percentile_interval

LEAST_PROBABILITY = 1e-6
CLOSE = 1e-9  # what adding and multiplying may lose


class Figure(Checked):
    """One measured figure and its 95 % bootstrap interval over customers; None where it cannot be said, and why."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers beside their estimates, sorted once for all draws.

    Attributes:
        estimate: [n], estimated index.
        answer: [n], the row's mean answer on the index.
        guess: [n], the estimate as the nearest whole rating.
        rating: [n], the mean answer as the nearest whole rating.
        unhappy: [n], 1 where at least half of the row's answers are in the bottom boxes, else 0.
        unhappy_share: [n], share of the row's answers in the bottom boxes.
        probability: [n], p_dissatisfied.
        by_estimate: rows by estimate.
        by_answer: rows by mean answer.
        by_probability: rows by p_dissatisfied.
        means: [n, 5], what is only averaged: absolute error, Brier score, log-loss, coverage, width.
    """

    estimate: Floats
    answer: Floats
    guess: Floats
    rating: Floats
    unhappy: Floats
    unhappy_share: Floats
    probability: Floats
    by_estimate: Ranking
    by_answer: Ranking
    by_probability: Ranking
    means: Floats


ByDraw = Callable[[Sample, Floats], Floats]  # a sample and weightings [draws, n] → [draws]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes:
        by_draw: computes it under many weightings.
        definition: what is printed beside it.
        sign: 1 where more is better, −1 where less is, 0 where neither is.
        reflected: noise can only raise it (``percentile_interval``).
    """

    by_draw: ByDraw
    definition: Definition
    sign: int
    reflected: bool = False


def sample_of(answers: Answers, predictions: Predictions) -> Sample:
    """Put answers beside their estimates."""
    scale = answers.scale
    answer, estimate = np.round(answers.value, 9), np.asarray(predictions.value, dtype=float)
    share, probability = answers.dissatisfied, np.asarray(predictions.p_dissatisfied, dtype=float)
    return Sample(
        estimate=estimate,
        answer=answer,
        guess=_nearest(scale.minimum + estimate / scale.points_per_rating),
        rating=_nearest(scale.minimum + answer / scale.points_per_rating),
        unhappy=(share >= 0.5 - CLOSE).astype(float),
        unhappy_share=share,
        probability=probability,
        by_estimate=weighted.rank(estimate),
        by_answer=weighted.rank(answer),
        by_probability=weighted.rank(probability),
        means=_row_means(answers, predictions, answer),
    )


def _nearest(rating: Floats) -> Floats:
    nearest: Floats = np.floor(np.round(rating, 9) + 0.5)
    return nearest


def _row_means(answers: Answers, predictions: Predictions, answer: Floats) -> Floats:
    shares, points, unhappy, p = answers.shares, answers.points, answers.dissatisfied, predictions.p_dissatisfied
    inside = (predictions.low[:, None] <= points + CLOSE) & (points - CLOSE <= predictions.high[:, None])
    columns = (
        np.abs(predictions.value - answer),
        unhappy * (1 - p) ** 2 + (1 - unhappy) * p**2,
        -(shares * np.log(np.maximum(predictions.shares, LEAST_PROBABILITY))).sum(axis=1),
        (shares * inside).sum(axis=1),
        predictions.high - predictions.low,
    )
    return np.column_stack(columns)


def _mean_of(column: int) -> ByDraw:
    return lambda s, w: weighted.mean(s.means[:, column], w)


_BY_DRAW: Mapping[str, tuple[ByDraw, int]] = {
    "pearson": (lambda s, w: weighted.pearson(s.estimate, s.answer, w), 1),
    "spearman": (lambda s, w: weighted.spearman(s.by_estimate, s.by_answer, w), 1),
    "mae_points": (_mean_of(0), -1),
    "qwk": (lambda s, w: weighted.quadratic_kappa(s.guess, s.rating, w), 1),
    "auc_dissatisfied": (lambda s, w: weighted.auc(s.by_probability, s.unhappy, w), 1),
    "auc_dissatisfied_answers": (lambda s, w: weighted.auc(s.by_probability, s.unhappy_share, w), 1),
    "average_precision_dissatisfied": (lambda s, w: weighted.average_precision(s.by_probability, s.unhappy, w), 1),
    "brier_dissatisfied": (_mean_of(1), -1),
    "ece_dissatisfied": (
        lambda s, w: weighted.calibration_error(s.probability, s.by_probability, s.unhappy_share, w),
        -1,
    ),
    "log_loss": (_mean_of(2), -1),
    "coverage": (_mean_of(3), 0),
    "interval_width_points": (_mean_of(4), 0),
}
MEASURES: Mapping[str, Measure] = {
    name: Measure(by_draw, DEFINITIONS[name], sign, reflected=name == "ece_dissatisfied")
    for name, (by_draw, sign) in _BY_DRAW.items()
}


def figures_by_draw(sample: Sample, weights: Floats) -> dict[str, Floats]:
    """Every measure under each weighting [draws, n]; NaN where not defined."""
    return {name: one.by_draw(sample, weights) for name, one in MEASURES.items()}


def figures_of(answers: Answers, predictions: Predictions) -> dict[str, float | None]:
    """Every measure once, without intervals."""
    return {name: figure.value for name, figure in measure(answers, predictions, 0, 0).items()}


def measure(answers: Answers, predictions: Predictions, resamples: int, seed: int) -> dict[str, Figure]:
    """Every measure with its interval; a figure that is not defined is None and says why."""
    if not len(answers.weight):
        return {name: Figure(value=None, reason="there are no answers") for name in MEASURES}
    sample = sample_of(answers, predictions)
    whole = figures_by_draw(sample, answers.weight[np.newaxis])
    drawn = draw_figures([sample], answers, resamples, seed)[0]
    customers = int(customer_numbers(answers.customer).max()) + 1
    return {name: figure_from(name, float(whole[name][0]), drawn[name], customers) for name in MEASURES}


def draw_figures(samples: list[Sample], answers: Answers, resamples: int, seed: int) -> list[dict[str, Floats]]:
    """For each sample of the same answers every measure by draw; all of them see the same draws."""
    collected: list[dict[str, list[Floats]]] = [{name: [] for name in MEASURES} for _ in samples]
    for times in draw_weights(customer_numbers(answers.customer), resamples, seed):
        for sample, kept in zip(samples, collected, strict=True):
            for name, values in figures_by_draw(sample, times * answers.weight).items():
                kept[name].append(values)
    return [{name: np.concatenate([np.empty(0), *kept[name]]) for name in MEASURES} for kept in collected]


def figure_from(name: str, value: float, drawn: Floats, customers: int) -> Figure:
    """A figure and its draws → what is reported."""
    if not np.isfinite(value):
        return Figure(value=None, reason=MEASURES[name].definition.undefined)
    if not len(drawn):
        return Figure(value=value)
    if customers < FEWEST_CUSTOMERS:
        return Figure(
            value=value, reason=f"an interval needs at least {FEWEST_CUSTOMERS} customers, there are {customers}"
        )
    interval = percentile_interval(value, drawn, reflected=MEASURES[name].reflected)
    if interval is None:
        return Figure(value=value, reason="no interval: not defined in most bootstrap draws")
    low, high = interval
    return Figure(value=value, low=max(low, 0.0) if MEASURES[name].reflected else low, high=high)
