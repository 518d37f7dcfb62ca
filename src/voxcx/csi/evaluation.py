"""How good estimates are; each figure has a bootstrap interval over customers, whose answers move together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import average_precision_score, cohen_kappa_score, roc_auc_score

from voxcx.csi.columns import Floats
from voxcx.csi.meta import Figure
from voxcx.csi.model import Predictions
from voxcx.domain.csi import RatingScale

BINS = 10
LOW_PERCENTILE, HIGH_PERCENTILE = 2.5, 97.5
LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers beside their estimates, row by row."""

    rating: NDArray[np.int64]
    customer: NDArray[Any]
    predictions: Predictions
    scale: RatingScale

    def rows(self, index: NDArray[np.int64]) -> Judged:
        """A resample."""
        p = self.predictions
        fields = (p.value, p.low, p.high, p.p_dissatisfied, p.p_satisfied, p.shares)
        return Judged(self.rating[index], self.customer[index], Predictions(*(f[index] for f in fields)), self.scale)

    @property
    def answer(self) -> Floats:
        """The ratings on the 0–100 index."""
        return np.array([self.scale.index(rating) for rating in self.rating.tolist()])

    @property
    def dissatisfied(self) -> NDArray[np.bool_]:
        """Bottom boxes."""
        return np.asarray(self.rating <= self.scale.dissatisfied_max)


def _pearson(j: Judged) -> float:
    return float(pearsonr(j.predictions.value, j.answer)[0])


def _spearman(j: Judged) -> float:
    return float(spearmanr(j.predictions.value, j.answer)[0])


def _mae(j: Judged) -> float:
    return float(np.abs(j.predictions.value - j.answer).mean())


def _qwk(j: Judged) -> float:
    guess = np.rint(j.scale.minimum + j.predictions.value / j.scale.points_per_rating).astype(np.int64)
    return float(cohen_kappa_score(j.rating, guess, weights="quadratic", labels=list(j.scale.ratings)))


def _auc(j: Judged) -> float:
    return float(roc_auc_score(j.dissatisfied, j.predictions.p_dissatisfied))


def _average_precision(j: Judged) -> float:
    return float(average_precision_score(j.dissatisfied, j.predictions.p_dissatisfied))


def _brier(j: Judged) -> float:
    return float(((j.predictions.p_dissatisfied - j.dissatisfied) ** 2).mean())


def _ece(j: Judged) -> float:
    return calibration_error(j.predictions.p_dissatisfied, j.dissatisfied)


def _log_loss(j: Judged) -> float:
    own = j.predictions.shares[np.arange(len(j.rating)), j.rating - j.scale.minimum]
    return float(-np.log(np.maximum(own, LEAST_PROBABILITY)).mean())


def _coverage(j: Judged) -> float:
    return float(((j.predictions.low <= j.answer) & (j.answer <= j.predictions.high)).mean())


def _width(j: Judged) -> float:
    return float((j.predictions.high - j.predictions.low).mean())


MEASURES: Mapping[str, Callable[[Judged], float]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "mae_points": _mae,
    "qwk": _qwk,
    "auc_dissatisfied": _auc,
    "average_precision_dissatisfied": _average_precision,
    "brier_dissatisfied": _brier,
    "ece_dissatisfied": _ece,
    "log_loss": _log_loss,
    "coverage": _coverage,
    "interval_width_points": _width,
}


def calibration_error(probability: Floats, happened: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of about equal count: Σ share × |mean probability − frequency|.

    Equal probabilities share a bin, so a constant estimate has one.

    >>> round(calibration_error(np.full(10, 0.5), np.arange(10) < 3), 6)
    0.2
    """
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]))
    number = np.searchsorted(edges, probability, side="right")
    total = 0.0
    for one in np.unique(number):
        inside = number == one
        total += inside.sum() * abs(float(probability[inside].mean()) - float(happened[inside].mean()))
    return float(total / len(probability))


def measure(judged: Judged, resamples: int, seed: int) -> dict[str, Figure]:
    """Every figure with its interval; None where a figure is not defined (constant estimates, one class)."""
    rng = np.random.default_rng(seed)
    drawn = [figures_of(judged.rows(index)) for index in customer_resamples(judged.customer, resamples, rng)]
    figures = {}
    for name, value in figures_of(judged).items():
        known = [row[name] for row in drawn if row[name] is not None]
        figures[name] = _figure(value, np.array(known, dtype=float))
    return figures


def figures_of(judged: Judged) -> dict[str, float | None]:
    """Every figure of one sample."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # an undefined figure becomes None below, which says more than a warning
        return {name: _defined(function, judged) for name, function in MEASURES.items()}


def customer_resamples(customer: NDArray[Any], resamples: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Row numbers of bootstrap samples that draw whole customers."""
    _, number = np.unique(customer.astype(str), return_inverse=True)
    rows_of = np.split(np.argsort(number, kind="stable"), np.cumsum(np.bincount(number))[:-1])
    draws = (rng.integers(0, len(rows_of), len(rows_of)) for _ in range(resamples))
    return [np.concatenate([rows_of[chosen] for chosen in draw]) for draw in draws]


def _defined(function: Callable[[Judged], float], judged: Judged) -> float | None:
    try:
        value = function(judged)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _figure(value: float | None, drawn: Floats) -> Figure:
    if value is None or len(drawn) == 0:
        return Figure(value=_short(value))
    low, high = np.percentile(drawn, [LOW_PERCENTILE, HIGH_PERCENTILE])
    return Figure(value=_short(value), low=_short(low), high=_short(high))


def _short(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
