"""How much two groups differ, plainly or inside strata, and how two measures go together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr, rankdata, t

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.statistics.absorbing import Absorber
from voxcx.statistics.normal import quantile
from voxcx.statistics.resampling import customer_numbers, draw_weights, percentile_interval

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.object_]
FEWEST_ROWS = 5  # of the exposed and of the others
FEWEST_CLUSTERS = 5
NOTHING_LEFT = 1e-9  # of a flag once its strata are taken out
MOST_LEVERAGE = 0.99
DRAWS = 1_000
TOO_FEW = text("fewer than {fewest} of {who}", "меньше {fewest}: {who}", fewest=str(FEWEST_ROWS), who="?")
EXPOSED = text("those with it", "контакты, где это было")
OTHERS = text("those without it", "контакты, где этого не было")
SAME_EVERYWHERE = text(
    "inside every stratum all had it or none had it", "внутри каждой страты это было у всех или ни у кого"
)
NO_SPREAD = text("all values are the same", "все значения одинаковы")
NO_INTERVAL = text("the values do not differ inside a group", "внутри групп значения не различаются")
FEW_CLUSTERS = text(
    "all of them come from fewer than {fewest} customers or agents",
    "все они – от менее чем {fewest} клиентов или операторов",
    fewest=str(FEWEST_CLUSTERS),
)
FEW_PAIRS = text("fewer than {fewest} pairs", "меньше {fewest} пар", fewest="?")


def mean_difference(values: Floats, exposed: Flags, level: float = 0.95) -> Estimate:
    """Mean of the exposed − mean of the others, in the units of ``values``, variances not alike (Welch 1947).

    Args:
        values: [n].
        exposed: [n].
        level: of the interval.

    Returns:
        None with a reason where either group has fewer than 5; without an interval where neither group has any spread.
    """
    one, other = values[exposed], values[~exposed]
    if reason := _unusable(values, exposed):
        return Estimate(None, n=len(values), level=level, reason=reason)
    parts = [group.var(ddof=1) / len(group) for group in (one, other)]
    gap, variance = float(one.mean() - other.mean()), float(sum(parts))
    if variance <= 0:
        return Estimate(gap, n=len(values), level=level, reason=NO_INTERVAL)
    freedom = variance**2 / sum(part**2 / (len(group) - 1) for part, group in zip(parts, (one, other), strict=True))
    return student(gap, math.sqrt(variance), freedom, len(values), level)


def adjusted_difference(
    values: Floats, exposed: Flags, strata: Sequence[Labels], cluster: Labels | None = None, level: float = 0.95
) -> Estimate:
    """Mean of the exposed − mean of the others, beside a fixed effect of every level of every stratum.

    Least squares. The variance is robust: squared remainders over 1 − leverage, row by row (HC2, MacKinnon and White
    1985) or summed within clusters (Liang and Zeger 1986, times clusters ÷ (clusters − 1)). Student's t has as many
    degrees of freedom as rows or clusters really carry the comparison, less one, since a few exposed among thousands of
    others are few (Bell and McCaffrey 2002; Carter, Schnepel and Steigerwald 2017).

    Args:
        values: [n].
        exposed: [n].
        strata: label lists [n] each (agent, queue, week); their effects add up. An unknown label is a level too.
        cluster: [n], whose rows go together (customer, agent); an unknown one is a cluster of its own.
        level: of the interval.

    Returns:
        ``n`` counts the rows that the comparison uses: not those of strata where all were exposed or none was.
    """
    if reason := _unusable(values, exposed):
        return Estimate(None, n=len(values), level=level, reason=reason)
    absorber = Absorber(strata, len(values))
    flag = absorber.remainder(exposed.astype(float))
    used = np.abs(flag) > NOTHING_LEFT
    if not used.any():
        return Estimate(None, level=level, reason=SAME_EVERYWHERE)
    if reason := _too_few(exposed[used]):
        return Estimate(None, n=int(used.sum()), level=level, reason=reason)
    weight = flag / float(flag @ flag)
    outcome = absorber.remainder(values)
    gap = float(weight @ outcome)
    leverage = np.minimum(absorber.leverage + flag * weight, MOST_LEVERAGE)
    pull = weight * (outcome - gap * flag) / np.sqrt(1 - leverage)
    return _robust(gap, (pull, weight), cluster, (int(used.sum()), absorber.freedom - 1), level)


def _robust(
    gap: float, rows: tuple[Floats, Floats], cluster: Labels | None, n_freedom: tuple[int, int], level: float
) -> Estimate:
    pull, weight = rows
    (n, freedom), factor = n_freedom, 1.0
    share: Floats = weight**2
    if cluster is not None:
        numbers = customer_numbers(cluster)
        pull = np.bincount(numbers, pull).astype(float)
        share = np.bincount(numbers, share).astype(float)
        carrying = int((share > 0).sum())
        if carrying < FEWEST_CLUSTERS:
            return Estimate(None, n=n, level=level, reason=FEW_CLUSTERS)
        factor, freedom = carrying / (carrying - 1), min(freedom, carrying - 1)
    variance = factor * float(pull @ pull)
    if variance <= (NOTHING_LEFT * gap) ** 2:
        return Estimate(gap, n=n, level=level, reason=NO_INTERVAL)
    effective = float(share.sum() ** 2 / (share @ share)) - 1
    return student(gap, math.sqrt(variance), max(min(freedom, effective), 1.0), n, level)


def student(value: float, error: float, freedom: float, n: int, level: float) -> Estimate:
    """A figure with the interval and the p-value of Student's t; error > 0."""
    half = error * float(t.ppf((1 + level) / 2, freedom))
    return Estimate(value, value - half, value + half, n, float(2 * t.sf(abs(value) / error, freedom)), level)


def pearson(x: Floats, y: Floats, level: float = 0.95, lost: int = 0) -> Estimate:
    """Pearson's r with Fisher's interval (1921); ``lost``: degrees of freedom spent before, 1 for each trend."""
    n = len(x) - lost
    if reason := _uncorrelatable(x, y, n):
        return Estimate(None, n=len(x), level=level, reason=reason)
    r = float(np.clip(pearsonr(x, y).statistic, -1.0, 1.0))
    return _fisher(r, 1 / math.sqrt(n - 3), n, (len(x), level))


def spearman(x: Floats, y: Floats, level: float = 0.95) -> Estimate:
    """Spearman's rank correlation, ties at their mean rank, with the interval of Bonett and Wright (2000)."""
    if reason := _uncorrelatable(x, y, len(x)):
        return Estimate(None, n=len(x), level=level, reason=reason)
    r = float(np.clip(pearsonr(rankdata(x), rankdata(y)).statistic, -1.0, 1.0))
    return _fisher(r, math.sqrt((1 + r**2 / 2) / (len(x) - 3)), len(x), (len(x), level))


def _fisher(r: float, error: float, n: int, n_level: tuple[int, float]) -> Estimate:
    """The interval on the scale of arctanh; p of Student's t. Perfect order of few pairs is not taken for certain."""
    most = 1 - 6 / (n * (n**2 - 1))  # half of what swapping two neighbours takes from a rank correlation of 1
    middle, half = math.atanh(min(max(r, -most), most)), quantile(n_level[1]) * error
    free = 1 - r**2
    p = float(2 * t.sf(abs(r) * math.sqrt((n - 2) / free), n - 2)) if free > 0 else 0.0
    low, high = min(math.tanh(middle - half), r), max(math.tanh(middle + half), r)
    return Estimate(r, low, high, n_level[0], p, n_level[1])


def correlation_change(old: Floats, new: Floats, y: Floats, cluster: Labels | None, seed: int) -> Estimate:
    """Pearson's r of ``new`` with ``y`` − that of ``old``; 95 % percentiles of 1,000 draws of whole clusters.

    Args:
        old: [n], a score as it is.
        new: [n], the score as it would be.
        y: [n], what both should go with.
        cluster: [n], who was drawn together (customer); None: every row alone.
        seed: of the draws.
    """
    n = len(y)
    if reason := _uncorrelatable(old, y, n) or _uncorrelatable(new, y, n):
        return Estimate(None, n=n, reason=reason)
    numbers = customer_numbers(np.full(n, None) if cluster is None else cluster)
    if numbers.max() + 1 < FEWEST_CLUSTERS:
        return Estimate(None, n=n, reason=FEW_CLUSTERS)
    value = float(np.diff(_weighted_r((old, new), y, np.ones((1, n))), axis=0)[0, 0])
    blocks = [np.diff(_weighted_r((old, new), y, block), axis=0)[0] for block in draw_weights(numbers, DRAWS, seed)]
    drawn = np.concatenate(blocks)
    known = drawn[~np.isnan(drawn)]
    ends = percentile_interval(value, drawn)
    if ends is None:
        return Estimate(value, n=n, reason=NO_INTERVAL)
    beyond = min(int((known <= 0).sum()), int((known >= 0).sum()))
    return Estimate(value, *ends, n, min(2 * (beyond + 1) / (len(known) + 1), 1.0))


def _weighted_r(scores: tuple[Floats, Floats], y: Floats, weight: Floats) -> Floats:
    """[2, draws], Pearson's r of each score under each draw's weights; NaN where a draw has no spread."""
    total, right = weight.sum(axis=1), y - y.mean()
    found = []
    for score in scores:
        left = score - score.mean()
        columns = np.stack([left, right, left**2, right**2, left * right], axis=1)
        mx, my, xx, yy, xy = (weight @ columns / total[:, np.newaxis]).T
        spread = (xx - mx**2) * (yy - my**2)
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(np.where(spread > 0, (xy - mx * my) / np.sqrt(np.maximum(spread, 0)), np.nan))
    return np.stack(found)


def _unusable(values: Floats, exposed: Flags) -> Text | None:
    return _too_few(exposed) or (NO_SPREAD if np.ptp(values) == 0 else None)


def _too_few(exposed: Flags) -> Text | None:
    with_it = int(exposed.sum())
    for count, who in ((with_it, EXPOSED), (len(exposed) - with_it, OTHERS)):
        if count < FEWEST_ROWS:
            return TOO_FEW.with_blanks({"fewest": str(FEWEST_ROWS), "who": who})
    return None


def _uncorrelatable(x: Floats, y: Floats, n: int) -> Text | None:
    if n < FEWEST_ROWS:
        return FEW_PAIRS.with_blanks({"fewest": str(FEWEST_ROWS)})
    return NO_SPREAD if np.ptp(x) == 0 or np.ptp(y) == 0 else None
