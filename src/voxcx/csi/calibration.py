"""From raw scores to calibrated probabilities, and from residuals to intervals of a stated level."""

from __future__ import annotations

import numpy as np

from voxcx.config import Checked
from voxcx.csi.answers import Floats

SMALLEST_SLOPE = 0.05  # a link keeps its direction, whatever a small sample says
SPREAD_FLOOR = 0.05  # of the scale's range; a distribution without spread still has an error


class Link(Checked):
    """Platt's link of one threshold: P(rating > k) = σ(slope · raw + intercept)."""

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


def exceeding(raw: Floats, links: tuple[Link, ...]) -> Floats:
    """[n, thresholds]: calibrated P(rating > k), in order."""
    slopes, intercepts = np.array([(link.slope, link.intercept) for link in links]).T
    return in_order(sigmoid(raw[:, np.newaxis] * slopes + intercepts))


def in_order(above: Floats) -> Floats:
    """Make P(rating > k) fall with k, by pooling neighbours; each row's sum, and so its mean rating, stays.

    Args:
        above: [n, thresholds], column j is P(rating > minimum + j).

    >>> in_order(np.array([[0.9, 0.5, 0.7]])).round(2).tolist()
    [[0.9, 0.6, 0.6]]
    """
    ordered = np.array(above, dtype=float)
    rises = ordered[:, 1:] > ordered[:, :-1]
    for row in np.flatnonzero(rises.any(axis=1)) if rises.any() else ():
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


def distribution(above: Floats) -> Floats:
    """P(rating = each of the scale) from ordered P(rating > k); [n, ratings], rows sum to 1."""
    edges = np.empty((len(above), above.shape[1] + 2))
    edges[:, 0], edges[:, 1:-1], edges[:, -1] = 1.0, above, 0.0
    shares: Floats = np.maximum(edges[:, :-1] - edges[:, 1:], 0.0)
    return shares


def spread_of(shares: Floats, levels: Floats) -> Floats:
    """[n], standard deviation of each row's distribution in units of ``levels`` [ratings], not below the floor."""
    mean = shares @ levels
    variance = np.maximum(shares @ levels**2 - mean**2, 0.0)
    result: Floats = np.maximum(np.sqrt(variance), SPREAD_FLOOR * float(np.ptp(levels)))
    return result


class Interval(Checked):
    """Conformal interval around one customer's own rating: value ± quantile × spread."""

    level: float
    quantile: float

    def bounds(self, value: Floats, spread: Floats, lowest: float, highest: float) -> tuple[Floats, Floats]:
        """Low and high, cut to the scale."""
        half = self.quantile * spread
        return within(value - half, lowest, highest), within(value + half, lowest, highest)


def within(values: Floats, lowest: float, highest: float) -> Floats:
    """Values cut to a range; as ``np.clip``, which takes three times as long for one."""
    cut: Floats = np.minimum(np.maximum(values, lowest), highest)
    return cut
