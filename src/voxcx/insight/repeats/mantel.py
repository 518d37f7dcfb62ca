"""The risk ratio of Mantel and Haenszel: how many times as often it happens inside the same strata (topics)."""

from __future__ import annotations

import math

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.archive import Flags, Floats, Integers
from voxcx.statistics.normal import quantile, two_sided

FEWEST_CASES = 5  # of the exposed and of the others: below that the logarithm of the ratio is far from normal
TOO_FEW = text(
    "fewer than {fewest} repeats (beyond chance) among those with it or without it",
    "меньше {fewest} неслучайных повторов среди обращений, где это было, или среди остальных",
    fewest=str(FEWEST_CASES),
)
NOTHING_ALIKE = text("no stratum has both", "ни в одной страте нет и тех, и других")

NO_SPREAD = text("everybody or nobody came again", "снова обратились все или никто")
NO_ERROR = 1e-9


def mantel_haenszel(
    case: Floats, exposed: Flags, stratum: Integers, cluster: Integers, level: float = 0.95
) -> Estimate:
    """Σ a·n₀/N ÷ Σ b·n₁/N over strata (Mantel and Haenszel 1959; Greenland and Robins 1985), on its logarithm.

    a, b: cases among the n₁ exposed and the n₀ others of a stratum of N. The variance sums remainders within customers
    (Liang and Zeger 1986), since contacts of one customer repeat together. A remainder is what a contact adds to the
    estimating equation beyond what the common ratio expects of it, so strata with one exposed count too.

    Args:
        case: [n], 1 or 0, less what is expected of it by chance.
        exposed: [n].
        stratum: [n], numbers from 0.
        cluster: [n], numbers from 0.
        level: of the interval.
    """
    tables = _Tables(case, exposed, stratum)
    if min(float(case[exposed].sum()), float(case[~exposed].sum())) < FEWEST_CASES:
        return Estimate(None, n=len(case), level=level, reason=TOO_FEW)
    if min(tables.above, tables.below) <= 0:
        return Estimate(None, n=len(case), level=level, reason=NOTHING_ALIKE)
    ratio = tables.above / tables.below
    rest = np.bincount(cluster, tables.remainders(case, exposed, ratio))
    carrying = max(int(np.count_nonzero(rest)), 2)
    error = math.sqrt(carrying / (carrying - 1) * float(rest @ rest)) / tables.above
    if error < NO_ERROR:
        return Estimate(ratio, n=tables.used, level=level, reason=NO_SPREAD)
    half = quantile(level) * error
    middle = math.log(ratio)
    p = two_sided(middle / error)
    return Estimate(ratio, math.exp(middle - half), math.exp(middle + half), tables.used, p, level)


class _Tables:
    """2 × 2 tables by stratum; those without both groups weigh nothing."""

    def __init__(self, case: Floats, exposed: Flags, stratum: Integers) -> None:
        size = int(stratum.max(initial=-1)) + 1
        self.stratum = stratum
        self.n1, self.n0 = (np.bincount(stratum, who, size).astype(float) for who in (exposed, ~exposed))
        self.a, self.b = (np.bincount(stratum, who * case, size).astype(float) for who in (exposed, ~exposed))
        self.total = np.maximum(self.n1 + self.n0, 1.0)
        self.above = float((self.a * self.n0 / self.total).sum())
        self.below = float((self.b * self.n1 / self.total).sum())
        self.used = int((self.n1 + self.n0)[(self.n1 > 0) & (self.n0 > 0)].sum())

    def remainders(self, case: Floats, exposed: Flags, ratio: float) -> Floats:
        """[n], what each contact adds to Σ a·n₀/N − ratio · Σ b·n₁/N beyond its expectation; they sum to 0."""
        base = (self.a + self.b) / np.maximum(self.n0 + ratio * self.n1, 1e-12)  # the others' risk under the ratio
        weight1, weight0 = self.n0 / self.total, -ratio * self.n1 / self.total
        at = self.stratum
        weight = np.where(exposed, weight1[at], weight0[at])
        expected = np.where(exposed, ratio, 1.0) * base[at]
        rest: Floats = weight * (case - expected)
        return rest
