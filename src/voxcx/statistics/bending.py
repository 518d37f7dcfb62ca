"""The search for the break of a broken line, on bins: what ``curves.knee`` stands on.

In units of its own error a mean of many rows is nearly normal with variance 1. All that the data say about a break is
then one number for each candidate: how far the means lean on its hinge once a straight line is taken out. These numbers
are normal with known correlations, so their distribution under any line is drawn without fitting anything again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voxcx.statistics.normal import quantile

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MOST_BINS, ROWS_IN_BIN = 200, 5
CANDIDATES = 60  # by count, and as many by distance: a long tail has few rows and much room
EDGE_SHARE = 0.05  # of the rows at either end, where a break would rest on them alone
NEIGHBOURS = 5  # the variance nearby is that of a fifth of the bins to either side; fewer would lean on the answers
PRIOR_FREEDOM = 10.0


@dataclass(frozen=True, slots=True)
class Binned:
    """Means of bins of similar x, and how well they are known.

    Attributes:
        x: [bins], mean.
        n: [bins], rows.
        root: [bins, bins], rootᵀ · root is the information about the means: the inverse of their covariance.
        seen: [bins], root · means of y.
        own: [bins], the variance of each of ``seen``, 1 where the information says all: weights must not decide it.
        rows: all of them.
        freedom: rows beyond the first of each bin.
    """

    x: Floats
    n: Floats
    root: Floats
    seen: Floats
    own: Floats
    rows: int
    freedom: int


@dataclass(frozen=True, slots=True)
class Bend:
    """What the data say of each candidate break: [candidates] each.

    Attributes:
        at: on the scale of x, ascending.
        lean: change of slope ÷ its standard error.
        error: standard error of the change of slope.
        height: how far a change of slope by 1 takes a broken line from a straight one, at most.
        alike: [candidates, candidates], correlation of two leans.
        noise: [candidates, draws], leans under a straight line.
        best: number of the likeliest candidate.
        p: of the largest lean under a straight line.
    """

    at: Floats
    lean: Floats
    error: Floats
    height: Floats
    alike: Floats
    noise: Floats
    best: int
    p: float

    def largest_left_open(self, level: float) -> float:
        """The largest bend that the data do not rule out, in units of y."""
        most = (np.abs(self.lean) + quantile(level)) * self.error * self.height
        return float(most.max())


def bins_of(x: Floats) -> Integers:
    """[n], the bin of each row: bins of equal counts, or of equal x where there are few different ones."""
    values, at = np.unique(x, return_inverse=True)
    bins = min(MOST_BINS, len(x) // ROWS_IN_BIN)
    if len(values) > bins:
        below = np.cumsum(np.bincount(at)) - 1
        at = np.unique(below * bins // len(x), return_inverse=True)[1][at]  # equal x stay together
    numbers: Integers = at.astype(np.int64)
    return numbers


def binned(x: Floats, y: Floats) -> Binned:
    """Means of y in bins; the variance of single rows is that of the bins around."""
    at = bins_of(x)
    n = np.bincount(at).astype(float)
    mean_x, mean_y = np.bincount(at, x) / n, np.bincount(at, y) / n
    squares = np.bincount(at, (y - mean_y[at]) ** 2).astype(float)
    variance = _nearby(squares, n - 1)
    own = np.where(n > 1, squares / np.maximum(n - 1, 1) / variance, 1.0)
    scale = np.sqrt(n / variance)
    return Binned(mean_x, n, np.diag(scale), scale * mean_y, own, len(x), len(x) - len(n))


def _nearby(squares: Floats, freedom: Floats) -> Floats:
    """[bins], variance of single rows from the bins around and a little from all."""
    every = squares.sum() / max(float(freedom.sum()), 1.0)
    reach = len(squares) // NEIGHBOURS + 1
    window = np.ones(2 * reach + 1)
    around = [np.convolve(part, window)[reach:-reach] for part in (squares, freedom)]
    variance: Floats = (around[0] + PRIOR_FREEDOM * every) / (around[1] + PRIOR_FREEDOM)
    return np.maximum(variance, np.finfo(float).tiny)


def breaks(bins: Binned) -> Floats:
    """Candidates, ascending, inside the middle 90 % of the rows and with two bins at least on either side."""
    share = (np.cumsum(bins.n) - bins.n / 2) / bins.rows
    low, high = np.interp([EDGE_SHARE, 1 - EDGE_SHARE], share, bins.x)
    low, high = max(low, bins.x[1]), min(high, bins.x[-2])
    by_count = np.interp(np.linspace(EDGE_SHARE, 1 - EDGE_SHARE, CANDIDATES), share, bins.x)
    return np.unique(np.clip(np.concatenate([by_count, np.linspace(low, high, CANDIDATES)]), low, high))


def finer(bend: Bend, level: float) -> Floats:
    """The same candidates and more of them around the open ones, since many rows know the break finer than that."""
    low, high = open_breaks(bend, level)
    return np.unique(np.concatenate([bend.at, np.linspace(low, high, CANDIDATES)]))


def search(bins: Binned, at: Floats, draws: int, seed: int) -> Bend:
    """The lean on every candidate's hinge, with draws under a straight line."""
    basis, _ = np.linalg.qr(bins.root @ np.stack([np.ones_like(bins.x), bins.x - bins.x.mean()], axis=1))
    hinges = np.maximum(bins.x - at[:, np.newaxis], 0.0) @ bins.root.T
    hinges -= (hinges @ basis) @ basis.T
    length = np.linalg.norm(hinges, axis=1, keepdims=True)
    hinges /= length
    lean = hinges @ bins.seen
    noise = (hinges * np.sqrt(bins.own)) @ np.random.default_rng(seed).standard_normal((len(bins.x), draws))
    largest = (noise**2).max(axis=0)
    best = int(np.argmax(lean**2))
    p = (1 + int((largest >= lean[best] ** 2).sum())) / (draws + 1)
    first, last = bins.x[0], bins.x[-1]
    height = (at - first) * (last - at) / (last - first)
    return Bend(at, lean, 1 / length.ravel(), height, hinges @ hinges.T, noise, best, p)


def open_breaks(bend: Bend, level: float) -> tuple[float, float]:
    """The candidates around all those that their own test does not refuse."""
    kept = []
    for j in range(len(bend.at)):
        drawn = bend.lean[j] * bend.alike[:, [j]] + bend.noise
        short = (drawn**2).max(axis=0) - drawn[j] ** 2
        if bend.lean[bend.best] ** 2 - bend.lean[j] ** 2 <= np.quantile(short, level):
            kept.append(j)
    return float(bend.at[max(kept[0] - 1, 0)]), float(bend.at[min(kept[-1] + 1, len(bend.at) - 1)])


def profiled(bins: Binned, bend: Bend, column: Floats, level: float) -> tuple[float, float, float]:
    """Σ column × (intercept, slope before, change of slope): at the best break, and both ends of its interval.

    The interval is that of the profile likelihood: the values that go with some break nearly as well as the best do,
    so it knows that the place of the break was estimated too.
    """
    room = quantile(level) ** 2 - (bend.lean[bend.best] ** 2 - bend.lean**2)
    found = []
    for j in np.flatnonzero(room >= 0):
        value, covariance = lines(bins, broken(bins, float(bend.at[j])))
        half = float(np.sqrt(room[j] * (column @ covariance @ column)))
        found.append((float(column @ value) - half, float(column @ value) + half))
    best, _ = lines(bins, broken(bins, float(bend.at[bend.best])))
    return float(column @ best), min(low for low, _ in found), max(high for _, high in found)


def broken(bins: Binned, at: float) -> Floats:
    """[bins, 3]: 1, x and how far x is beyond the break."""
    return np.stack([np.ones_like(bins.x), bins.x, np.maximum(bins.x - at, 0.0)], axis=1)


def lines(bins: Binned, design: Floats) -> tuple[Floats, Floats]:
    """Weighted least squares on [bins, columns]: coefficients and their robust covariance."""
    inverse = np.linalg.pinv(bins.root @ design)
    return inverse @ bins.seen, (inverse * bins.own) @ inverse.T
