"""From raw scores to calibrated probabilities, and from residuals to intervals of a stated level."""

from __future__ import annotations

import numpy as np

from voxcx.config import Checked
from voxcx.csi.columns import Floats
from voxcx.domain.csi import RatingScale

SMALLEST_SLOPE = 0.05  # a link keeps its direction, whatever a small sample says
SPREAD_FLOOR = 5.0  # points; a distribution without spread still has an error


class Link(Checked):
    """Platt's link of one threshold: P(rating > k) = σ(slope · raw + intercept). All thresholds share the slope."""

    slope: float
    intercept: float

    def probability(self, raw: Floats) -> Floats:
        """Raw scores → probabilities."""
        return sigmoid(self.slope * raw + self.intercept)

    def slope_at(self, raw: Floats) -> Floats:
        """The probability's derivative."""
        here = self.probability(raw)
        return self.slope * here * (1 - here)


def sigmoid(score: Floats) -> Floats:
    """σ(x), safe for large |x|."""
    result: Floats = 0.5 * (1.0 + np.tanh(0.5 * np.asarray(score, dtype=float)))
    return result


def in_order(exceeding: Floats) -> Floats:
    """Make P(rating > k) fall with k, by pooling neighbours; each row's sum, and so its mean rating, stays.

    Args:
        exceeding: [rows, thresholds], column j is P(rating > minimum + j).

    >>> in_order(np.array([[0.9, 0.5, 0.7]])).round(2).tolist()
    [[0.9, 0.6, 0.6]]
    """
    ordered = np.array(exceeding, dtype=float)
    for row in np.flatnonzero((np.diff(ordered, axis=1) > 0).any(axis=1)):
        ordered[row] = _pooled(ordered[row].tolist())
    return ordered


def _pooled(values: list[float]) -> list[float]:
    blocks: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while blocks and blocks[-1][0] / blocks[-1][1] < total / count:
            earlier, size = blocks.pop()
            total, count = total + earlier, count + size
        blocks.append((total, count))
    return [total / count for total, count in blocks for _ in range(count)]


def distribution(exceeding: Floats) -> Floats:
    """P(rating = each of the scale) from ordered P(rating > k); [rows, ratings], rows sum to 1."""
    rows = len(exceeding)
    edges = np.hstack([np.ones((rows, 1)), exceeding, np.zeros((rows, 1))])
    shares: Floats = np.maximum(edges[:, :-1] - edges[:, 1:], 0.0)
    return shares


def spread_points(shares: Floats, scale: RatingScale) -> Floats:
    """Standard deviation of each row's distribution in points of the index, not below the floor."""
    points = np.array([scale.index(rating) for rating in scale.ratings])
    mean = shares @ points
    variance = np.maximum(shares @ points**2 - mean**2, 0.0)
    result: Floats = np.maximum(np.sqrt(variance), SPREAD_FLOOR)
    return result


class Interval(Checked):
    """Conformal interval: value ± quantile × spread, cut to 0–100, around the customer's own rating."""

    level: float
    quantile: float

    def bounds(self, value: Floats, spread: Floats) -> tuple[Floats, Floats]:
        """Low and high, in points."""
        half = self.quantile * spread
        return np.clip(value - half, 0, 100), np.clip(value + half, 0, 100)


def fit_interval(value: Floats, spread: Floats, answer: Floats, level: float) -> Interval:
    """The smallest quantile that covers ⌈(n + 1) · level⌉ of n calibration answers (Lei et al. 2018).

    With too few answers for the level the widest residual is taken twice: honest and wide.
    """
    residual = np.sort(np.abs(answer - value) / spread)
    rank = int(np.ceil((len(residual) + 1) * level))
    quantile = residual[rank - 1] if rank <= len(residual) else 2 * residual[-1]
    return Interval(level=level, quantile=float(quantile))
