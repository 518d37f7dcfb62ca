"""Statistics of one sample under many weightings at once.

A bootstrap sample is a reweighting of the rows: who was drawn twice weighs twice. So nothing is sorted or copied anew
for each draw. Everywhere ``w`` is [draws, n], one weighting a row; the result is [draws], NaN where not defined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.csi.answers import Floats, Integers

BINS = 10
LEAST_SPREAD = 1e-6  # of the largest deviation; what varies less counts as constant
ROUNDING = 1e-9  # sums in another order must not cross the edge of a bin


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows in order of a score; equal scores make one group.

    Attributes:
        order: [n], rows from the lowest score to the highest.
        starts: [groups], where in ``order`` each group begins.
        group: [n], the group of each row.
    """

    order: Integers
    starts: Integers
    group: Integers

    def sums(self, w: Floats) -> Floats:
        """[draws, groups], weight of each group."""
        total: Floats = np.add.reduceat(np.take(w, self.order, axis=1), self.starts, axis=1)
        return total


def rank(score: Floats) -> Ranking:
    """Sort once."""
    order = np.argsort(score, kind="stable")
    fresh = np.diff(score[order], prepend=np.nan) != 0
    group = np.empty(len(score), dtype=np.int64)
    group[order] = np.cumsum(fresh) - 1
    return Ranking(order, np.flatnonzero(fresh), group)


def mean(values: Floats, w: Floats) -> Floats:
    """Weighted mean of ``values`` [n] or of each column of [n, k]."""
    total = w.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = (w @ values) / (total if values.ndim == 1 else total[:, np.newaxis])
    return result


def pearson(x: Floats, y: Floats, w: Floats) -> Floats:
    """Weighted product-moment correlation; NaN where a side is constant."""
    x, y = x - x.mean(), y - y.mean()
    moments = mean(np.column_stack([x, y, x * x, y * y, x * y]), w)
    return _correlation(moments, np.abs(x).max(), np.abs(y).max())


def spearman(x: Ranking, y: Ranking, w: Floats) -> Floats:
    """Weighted correlation of mid-ranks."""
    total = w.sum(axis=1)
    result = np.empty(len(w))
    for draw, weight in enumerate(w):  # ranks are of each draw's own sample
        a, b = _ranks(x, weight, float(total[draw])), _ranks(y, weight, float(total[draw]))
        moments = mean(np.column_stack([a, b, a * a, b * b, a * b]), weight[np.newaxis])
        result[draw] = _correlation(moments, 1.0, 1.0)[0]
    return result


def auc(score: Ranking, share: Floats, w: Floats) -> Floats:
    """Area under the ROC curve: P(score of one it happened to > of one it did not) + ½ P(equal).

    Args:
        score: the ranked estimates.
        share: [n], how much of the row it happened to, 0–1.
        w: weightings.
    """
    happened, not_happened = score.sums(w * share), score.sums(w * (1 - share))
    below = np.cumsum(not_happened, axis=1) - not_happened / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        area: Floats = (happened * below).sum(axis=1) / (happened.sum(axis=1) * not_happened.sum(axis=1))
    return area


def average_precision(score: Ranking, share: Floats, w: Floats) -> Floats:
    """Σ (recall − recall before) × precision, from the highest score down; NaN where it happened to nobody."""
    happened, everyone = score.sums(w * share)[:, ::-1], score.sums(w)[:, ::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.cumsum(happened, axis=1) / np.cumsum(everyone, axis=1)
        precision = np.where(happened > 0, precision, 0.0)  # a draw may leave the highest scores out
        result: Floats = (happened * precision).sum(axis=1) / happened.sum(axis=1)
    return result


def calibration_error(probability: Floats, ranking: Ranking, share: Floats, w: Floats) -> Floats:
    """Expected calibration error: Σ over ten bins of about equal weight, weight × |mean probability − frequency|.

    A group of equal probabilities stands in one bin, that of its middle; a constant estimate has one bin.
    """
    weight, gap = ranking.sums(w), ranking.sums(w * (probability - share))
    total = weight.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (np.cumsum(weight, axis=1) - weight / 2) / total
    number = np.clip(np.nan_to_num(middle * BINS + ROUNDING), 0, BINS - 1).astype(np.int64)
    cell = number + BINS * np.arange(len(w))[:, np.newaxis]
    gaps = np.bincount(cell.ravel(), gap.ravel(), BINS * len(w)).reshape(len(w), BINS)
    with np.errstate(invalid="ignore"):
        result: Floats = np.abs(gaps).sum(axis=1) / total[:, 0]
    return result


def quadratic_kappa(a: Floats, b: Floats, w: Floats) -> Floats:
    """Quadratic weighted κ: 1 − E(a − b)² ÷ E(a − b′)², where b′ is another row's, drawn at random (Cohen 1968)."""
    moments = mean(np.column_stack([a, b, a * a, b * b, (a - b) ** 2]), w).T
    by_chance = moments[2] + moments[3] - 2 * moments[0] * moments[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(by_chance > ROUNDING, 1 - moments[4] / by_chance, np.nan)


def _ranks(ranking: Ranking, weight: Floats, total: float) -> Floats:
    mass = np.bincount(ranking.group, weight, len(ranking.starts))
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (np.cumsum(mass) - mass / 2) / total
    ranks: Floats = middle[ranking.group] - 0.5
    return ranks


def _correlation(moments: Floats, largest_x: float, largest_y: float) -> Floats:
    x, y, xx, yy, xy = moments.T
    spread_x, spread_y = xx - x * x, yy - y * y
    varies = (spread_x > (LEAST_SPREAD * largest_x) ** 2) & (spread_y > (LEAST_SPREAD * largest_y) ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.clip((xy - x * y) / np.sqrt(spread_x * spread_y), -1, 1)
    return np.where(varies, result, np.nan)
