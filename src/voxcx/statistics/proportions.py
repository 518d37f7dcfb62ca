"""Shares and what compares them: difference and ratio, with intervals that stay honest at 0 and at all.

A count is a pair (hits, n): hits of n. Counts may be weighted, so they are floats. The difference and the ratio share
one p-value, the score test (Pearson's χ² without correction); the ratio's interval leaves out 1 exactly where p is
below 1 − level.
"""

from __future__ import annotations

import math

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.statistics.normal import quantile, two_sided

Count = tuple[float, float]  # hits, n
Ends = tuple[float, float, float]  # a figure and both ends of its interval
NOTHING = text("nothing to count", "считать не из чего")
NEITHER = text("it happened in neither group", "этого не было ни в одной из групп")
NO_UPPER_END = text(
    "it never happened in the group compared with, so the ratio has no upper end",
    "в группе сравнения этого не было ни разу, поэтому верхней границы у отношения нет",
)
HALVINGS = 80  # of an interval 100 wide on the scale of logarithms
FARTHEST_LOG = 50.0


def wilson(hits: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927; Brown, Cai and DasGupta 2001, formula 4); n > 0.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    return score_ends(hits, n, quantile(level))


def score_ends(hits: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's interval that reaches ``z`` standard errors; for one-sided bounds too.

    >>> round(score_ends(16, 16, 1.96)[0], 3)
    0.806
    """
    _check((hits, n))
    p = hits / n
    middle = (hits + z**2 / 2) / (n + z**2)
    half = z * math.sqrt(n) / (n + z**2) * math.sqrt(max(p * (1 - p), 0.0) + z**2 / (4 * n))
    return (0.0 if hits <= 0 else max(middle - half, 0.0), 1.0 if hits >= n else min(middle + half, 1.0))


def share(hits: float, n: float, nothing: Text = NOTHING, level: float = 0.95) -> Estimate:
    """``hits`` of ``n`` with Wilson's interval; None with the reason ``nothing`` where ``n`` is 0."""
    if n <= 0:
        return Estimate(None, level=level, reason=nothing)
    low, high = wilson(hits, n, level)
    return Estimate(hits / n, low, high, round(n), level=level)


def share_difference(first: Count, second: Count, level: float = 0.95) -> Estimate:
    """Second share − first, of different cases: Newcombe's interval (1998, method 10), p of the score test.

    >>> gap = share_difference((56, 70), (48, 80))
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4), round(gap.p, 4)
    (-0.2, -0.3339, -0.0524, 0.008)
    """
    if first[1] <= 0 or second[1] <= 0:
        return Estimate(None, n=round(first[1] + second[1]), level=level, reason=NOTHING)
    one, other = (hits / n for hits, n in (first, second))
    low, high = square_and_add((one, *wilson(*first, level)), (other, *wilson(*second, level)))
    return Estimate(other - one, low, high, round(first[1] + second[1]), two_sided(_score(first, second, 1.0)), level)


def square_and_add(first: Ends, second: Ends) -> tuple[float, float]:
    """Interval of second − first from those of two independent figures (Newcombe 1998; Zou and Donner 2008)."""
    (one, low_1, high_1), (other, low_2, high_2) = first, second
    gap = other - one
    return gap - math.hypot(other - low_2, high_1 - one), gap + math.hypot(high_2 - other, one - low_1)


def risk_ratio(exposed: Count, other: Count, level: float = 0.95) -> Estimate:
    """Share of the exposed ÷ share of the others, with Koopman's score interval (1984; Miettinen and Nurminen 1985).

    Where only the others never had it, the ratio is infinite: no value, yet ``low`` says how large it is at least and
    ``high`` is infinity. Where neither had it, there is no interval.

    >>> ratio = risk_ratio((36, 40), (16, 80))
    >>> round(ratio.value, 2), round(ratio.low, 2), round(ratio.high, 2)
    (4.5, 2.94, 7.15)
    """
    n = round(exposed[1] + other[1])
    if exposed[1] <= 0 or other[1] <= 0:
        return Estimate(None, n=n, level=level, reason=NOTHING)
    _check(exposed)
    _check(other)
    if exposed[0] <= 0 and other[0] <= 0:
        return Estimate(None, n=n, level=level, reason=NEITHER)
    z, p = quantile(level), two_sided(_score(other, exposed, 1.0))
    low = 0.0 if exposed[0] <= 0 else _ratio_where(other, exposed, z)
    if other[0] <= 0:
        return Estimate(None, low, math.inf, n, p, level, NO_UPPER_END)
    high = _ratio_where(other, exposed, -z)
    return Estimate((exposed[0] / exposed[1]) / (other[0] / other[1]), low, high, n, p, level)


def _ratio_where(other: Count, exposed: Count, z: float) -> float:
    """The ratio at which the score statistic, which falls as the ratio grows, is z."""
    low, high = -FARTHEST_LOG, FARTHEST_LOG
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _score(other, exposed, math.exp(middle)) > z:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def _score(other: Count, exposed: Count, ratio: float) -> float:
    """(share of exposed − ratio × share of others) ÷ its standard error, were the ratio true."""
    (x0, n0), (x1, n1) = other, exposed
    # The others' share that is likeliest under the ratio: the smaller root of a quadratic.
    linear = ratio * (n1 + x0) + x1 + n0
    root = math.sqrt(max(linear**2 - 4 * (n0 + n1) * ratio * (x0 + x1), 0.0))
    base = min(2 * (x0 + x1) / (linear + root), 1.0, 1 / ratio)  # this form of the root loses no digits
    variance = ratio * base * (1 - ratio * base) / n1 + ratio**2 * base * (1 - base) / n0
    gap = x1 / n1 - ratio * x0 / n0
    return gap / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, gap) if gap else 0.0


def _check(count: Count) -> None:
    hits, n = count
    if not 0 <= hits <= n or n <= 0:
        raise ValueError(f"a share: expected 0 ≤ hits ≤ n and n > 0, got {hits} of {n}")
