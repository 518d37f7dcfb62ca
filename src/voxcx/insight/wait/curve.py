"""Satisfaction against the wait: the closest curve that never rises, with its band, plain and beside queue and hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Floats, Integers, Labels
from voxcx.statistics.absorbing import Absorber
from voxcx.statistics.curves import Knee, monotone, ordinal_knee, slopes_around
from voxcx.statistics.resampling import customer_numbers, draw_weights, percentile_interval

BINS, ROWS_IN_BIN = 60, 10
DRAWS = 200
ROUNDS, CLOSE = 200, 1e-4  # of setting wait and surroundings apart, points
SLOPE_SHARE = 0.95  # of the answers
ROWS_FOR_EACH = 5  # answers for each level of the surroundings, else they are not told apart


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers after a wait: [n] each. ``strata`` are what a busy hour changes besides the wait.

    ``rating`` stays as answered (whole steps of the scale) where something is taken out of ``csi``.
    """

    wait_s: Floats
    csi: Floats
    rating: Floats
    customer: Labels
    strata: tuple[Labels, ...]

    def __len__(self) -> int:
        return len(self.csi)


@dataclass(frozen=True, slots=True)
class Curve:
    """A fit that never rises.

    Attributes:
        wait_s: [bins], mean wait of each.
        fitted: [bins], points of CSI.
        drawn: [draws, bins], the same of draws of whole customers.
        rows: [bins], answers in each.
        knee: where the hidden satisfaction behind the ratings bends; its slopes are on that scale.
        before: points of CSI a second, before the knee.
        after: the same after it.
    """

    wait_s: Floats
    fitted: Floats
    drawn: Floats
    rows: Integers
    knee: Knee
    before: Estimate
    after: Estimate

    def estimates(self, level: float) -> tuple[Estimate, ...]:
        """The fit of each bin with its band."""
        return tuple(
            _with_ends(float(value), drawn, int(n), level)
            for value, drawn, n in zip(self.fitted, self.drawn.T, self.rows, strict=True)
        )

    def gain(self, at_s: float, wait_s: Floats, level: float) -> Estimate:
        """Points of mean CSI if nobody among ``wait_s`` had waited longer than ``at_s``."""
        pull = _weights(np.minimum(wait_s, at_s), self.wait_s) - _weights(wait_s, self.wait_s)
        return _with_ends(float(pull @ self.fitted), self.drawn @ pull, len(wait_s), level)


def _weights(at_s: Floats, knots: Floats) -> Floats:
    """[knots], so that weights @ fitted is the mean of the fit read at these waits (linear between the knots)."""
    if len(knots) < 2:
        return np.ones(len(knots))
    inside = np.clip(at_s, knots[0], knots[-1])
    place = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, len(knots) - 2)
    part = (inside - knots[place]) / (knots[place + 1] - knots[place])
    below, above = np.bincount(place, 1 - part, len(knots)), np.bincount(place + 1, part, len(knots))
    weights: Floats = (below + above) / len(at_s)
    return weights


def _with_ends(value: float, drawn: Floats, n: int, level: float) -> Estimate:
    ends = percentile_interval(value, drawn, level=level)
    if ends is None:
        return Estimate(value, n=n, level=level)
    return Estimate(value, min(ends[0], value), max(ends[1], value), n, level=level)


def curve(answers: Answers, level: float, seed: int, strata: tuple[Labels, ...] = ()) -> Curve:
    """Monotone fit on bins of equal counts; the band is that of draws of whole customers.

    Bins make the draws quick: the fit of bin means, weighted by their answers, is that of the answers but for the
    width of a bin. The knee is looked for on the scale behind the ratings, beside ``strata``; points of CSI a second
    are told of the shortest waits, since longer ones are few and meet the bottom of the scale.
    """
    place = bins_of(answers.wait_s)
    n = np.bincount(place).astype(np.float64)
    wait_s = np.bincount(place, answers.wait_s) / n
    fitted = _fit(wait_s, np.bincount(place, answers.csi).astype(np.float64), n)
    drawn = [
        _fit(wait_s, *(np.bincount(place, one, len(n)).astype(np.float64) for one in (weight * answers.csi, weight)))
        for block in draw_weights(customer_numbers(answers.customer), DRAWS, seed)
        for weight in block
    ]
    found = ordinal_knee(answers.wait_s, answers.rating, strata, level, seed)
    short = answers.wait_s <= np.quantile(answers.wait_s, SLOPE_SHARE)
    slopes = slopes_around(answers.wait_s[short], answers.csi[short], found.at, level)
    return Curve(wait_s, fitted, np.array(drawn), n.astype(np.int64), found, *slopes)


def bins_of(wait_s: Floats) -> Integers:
    """[n], the bin of each wait: equal counts, the same waits together."""
    bins = min(BINS, max(len(wait_s) // ROWS_IN_BIN, 1))
    at = np.unique(wait_s, return_inverse=True)[1]
    below = np.cumsum(np.bincount(at)) - 1
    places: Integers = np.unique(below * bins // len(wait_s), return_inverse=True)[1][at].astype(np.int64)
    return places


def _fit(wait_s: Floats, total: Floats, n: Floats) -> Floats:
    """[bins]; a bin that a draw left empty takes its value from its neighbours."""
    there = n > 0
    knots, fitted = monotone(wait_s[there], total[there] / n[there], increasing=False, weights=n[there])
    spread: Floats = np.interp(wait_s, knots, fitted)
    return spread


def told_apart(answers: Answers) -> Answers | None:
    """The answers without what queue and hour say of them beside the wait; None where they are too few for that.

    y = f(bin of the wait) + queue + hour + rest, by least squares, the two parts in turn until they settle
    (Buja, Hastie and Tibshirani 1989). What is left keeps the mean of the answers.
    """
    levels = sum(len(set(labels.tolist())) for labels in answers.strata)
    if len(answers) < ROWS_FOR_EACH * levels:
        return None
    place, absorber = bins_of(answers.wait_s), Absorber(answers.strata, len(answers))
    n, bent = np.bincount(place), np.zeros(int(place.max()) + 1)
    around = np.zeros(len(answers))
    for _ in range(ROUNDS):
        rest = answers.csi - bent[place]
        around = rest - absorber.remainder(rest)
        newly = np.bincount(place, answers.csi - around) / n
        moved = float(np.abs(newly - bent).max())
        bent = newly
        if moved < CLOSE:
            break
    return replace(answers, csi=answers.csi - around + around.mean())
