"""Curves of one thing against another: monotone steps, and whether and where a straight line bends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.statistics.bending import Bend, Binned, binned, breaks, broken, finer, lines, open_breaks, profiled, search
from voxcx.statistics.differences import Labels, student
from voxcx.statistics.normal import quantile
from voxcx.statistics.ordinal import cells_of, latent_means

Floats = NDArray[np.float64]
FEWEST_ROWS = 60
FEWEST_BINS = 8
FEWEST_FREEDOM = 20
DRAWS = 500
BREAKS = 15
ROUNDS, CLOSE = 8, 1e-3  # of taking the means anew around a break; share of the range of x
BEFORE, AFTER = (0.0, 1.0, 0.0), (0.0, 1.0, 1.0)  # of intercept, slope before, change of slope
SMALL_BEND = 0.2  # of the spread of single values; a bend that is surely smaller is none (Cohen's "small")
TOO_FEW = text("too few different values to look for a bend", "слишком мало разных значений, чтобы искать излом")
NOT_CLEAR = text(
    "a bend can neither be shown nor ruled out with so few",
    "при таком числе данных излом нельзя ни показать, ни исключить",
)
STRAIGHT = text("the line is straight as far as matters", "излома нет: зависимость практически прямая")


@dataclass(frozen=True, slots=True)
class Knee:
    """Where a line bends.

    Attributes:
        at: on the scale of x; None unless the verdict is "knee". p is of the test against a straight line.
        slope_before: units of y for one of x; of the one straight line where there is no knee.
        slope_after: the same after it.
        verdict: "knee": a straight line is refuted; "straight": a bend of more than 0.2 standard deviations of y is
            ruled out; "cannot_tell": neither.
    """

    at: Estimate
    slope_before: Estimate
    slope_after: Estimate
    verdict: Literal["knee", "straight", "cannot_tell"]


def monotone(x: Floats, y: Floats, increasing: bool, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """The closest curve that never turns back: (knots, fitted), knots the sorted different x (Barlow et al. 1972)."""
    weight = np.ones(len(x)) if weights is None else weights
    knots, at = np.unique(x, return_inverse=True)
    total = np.bincount(at, weight)
    mean = np.bincount(at, weight * y) / total
    return knots, isotonic_regression(mean, weights=total, increasing=increasing).x


def knee(x: Floats, y: Floats, level: float = 0.95, seed: int = 0, draws: int = DRAWS) -> Knee:
    """A continuous line with one break, by least squares weighted by the inverse of the variance nearby.

    The test against a straight line takes the largest statistic over all breaks, beside its distribution under a
    straight line (Davies 1987; Hansen 1996). The interval of the break holds every break that its own test does not
    refuse, with critical values drawn for each (Hansen 2017, "Regression kink with an unknown threshold"). Rows are
    taken for independent.

    Args:
        x: [n], such as seconds of waiting.
        y: [n], such as an index, or 0 and 1.
        level: of intervals and of the test.
        seed: of the draws.
        draws: for critical values.
    """
    if len(x) < FEWEST_ROWS:
        return _nothing(Estimate(None, n=len(x), level=level, reason=TOO_FEW))
    bins = binned(x, y)
    if len(bins.x) < FEWEST_BINS or bins.freedom < FEWEST_FREEDOM or np.ptp(y) == 0:
        return _nothing(Estimate(None, n=len(x), level=level, reason=TOO_FEW))
    bend = search(bins, breaks(bins), draws, seed)
    if bend.p >= 1 - level:
        return _no_knee(bins, bend, level, float(np.std(y)))
    return _found(bins, search(bins, finer(bend, level), draws, seed), bend.p, level)


def ordinal_knee(x: Floats, y: Floats, strata: Sequence[Labels], level: float = 0.95, seed: int = 0) -> Knee:
    """The knee of the hidden scale behind ordered answers such as ratings: slopes are on it, not in units of y.

    An ordinal probit whose mean is a line with one break, beside a fixed effect of every level of every stratum. The
    unit of the hidden scale is the standard deviation of single answers at one x. Test and interval are those of
    ``knee``, on the means that the answers give each bin on that scale; the means are taken anew around the break
    until it stays where it is.

    Args:
        x: [n], such as seconds of waiting.
        y: [n], ordered answers, at most 11 different ones (more are grouped).
        strata: label lists [n] each (queue, hour).
        level: of intervals and of the test.
        seed: of the draws.
    """
    cells = cells_of(x, y, strata) if len(x) >= FEWEST_ROWS and np.ptp(y) > 0 else None
    if cells is None or len(cells.x) < FEWEST_BINS or len(x) - len(cells.x) < FEWEST_FREEDOM:
        return _nothing(Estimate(None, n=len(x), level=level, reason=TOO_FEW))
    x_bins = cells.x - cells.x.mean()
    unit = float(np.ptp(x_bins))
    means = latent_means(cells, x_bins[:, np.newaxis] / unit)
    bend = search(means, breaks(means), DRAWS, seed)
    if bend.p >= 1 - level:
        return _no_knee(means, bend, level, 1.0)
    p = bend.p
    for _ in range(ROUNDS):
        at = float(bend.at[bend.best])
        hinge = np.maximum(cells.x - at, 0.0)
        means = latent_means(cells, np.stack([x_bins, hinge], axis=1) / unit)
        bend = search(means, finer(bend, level), DRAWS, seed)
        if abs(bend.at[bend.best] - at) <= CLOSE * unit:
            break
    return _found(means, bend, p, level)


def slopes_around(x: Floats, y: Floats, at: Estimate, level: float = 0.95) -> tuple[Estimate, Estimate]:
    """Slopes of y before and after a break that is known as well as ``at`` says; of one straight line without a break.

    Least squares weighted as in ``knee``. The interval holds those of all breaks in the interval of ``at``.
    """
    bins = binned(x, y) if len(x) >= FEWEST_ROWS and np.ptp(y) > 0 else None
    if bins is None or len(bins.x) < FEWEST_BINS or bins.freedom < FEWEST_FREEDOM:
        nothing = Estimate(None, n=len(x), level=level, reason=TOO_FEW)
        return nothing, nothing
    if at.value is None or at.low is None or at.high is None:
        straight = _straight(bins, level)
        return straight, straight
    breaks_in = np.clip([at.value, *np.linspace(at.low, at.high, BREAKS)], bins.x[2], bins.x[-3])
    fits = [lines(bins, broken(bins, float(one))) for one in breaks_in]
    return _around(fits, BEFORE, bins.rows, level), _around(fits, AFTER, bins.rows, level)


def _around(fits: list[tuple[Floats, Floats]], column: tuple[float, float, float], rows: int, level: float) -> Estimate:
    """The figure of the first fit, with an interval over those of all."""
    wanted = np.array(column)
    values = np.array([wanted @ value for value, _ in fits])
    halves = quantile(level) * np.sqrt([wanted @ covariance @ wanted for _, covariance in fits])
    return Estimate(float(values[0]), float((values - halves).min()), float((values + halves).max()), rows, level=level)


def _found(bins: Binned, bend: Bend, p: float, level: float) -> Knee:
    at, (low, high) = float(bend.at[bend.best]), open_breaks(bend, level)
    before, after = (_slope(bins, bend, column, level) for column in (BEFORE, AFTER))
    return Knee(Estimate(at, min(low, at), max(high, at), bins.rows, p, level), before, after, "knee")


def _nothing(why: Estimate) -> Knee:
    return Knee(why, why, why, "cannot_tell")


def _no_knee(bins: Binned, bend: Bend, level: float, spread: float) -> Knee:
    slope = _straight(bins, level)
    small = bend.largest_left_open(level) <= SMALL_BEND * spread
    reason = STRAIGHT if small else NOT_CLEAR
    at = Estimate(None, n=bins.rows, p=bend.p, level=level, reason=reason)
    return Knee(at, slope, slope, "straight" if small else "cannot_tell")


def _straight(bins: Binned, level: float) -> Estimate:
    design = np.stack([np.ones_like(bins.x), bins.x], axis=1)
    value, covariance = lines(bins, design)
    return student(float(value[1]), math.sqrt(covariance[1, 1]), bins.rows - 2, bins.rows, level)


def _slope(bins: Binned, bend: Bend, column: tuple[float, float, float], level: float) -> Estimate:
    value, low, high = profiled(bins, bend, np.array(column), level)
    return Estimate(value, low, high, bins.rows, level=level)
