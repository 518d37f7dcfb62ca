"""How two measures move together once the trend and the time of the year are taken out of both.

Weeks in a row are alike, so n weeks say less than n. The number that counts is Bartlett's (1935) as Pyper and Peterman
(1998, formula 1) put it: 1 ÷ n* = 1 ÷ n + 2 ÷ n · Σ (n − j) ÷ n · r_xx(j) · r_yy(j), lags j up to n ÷ 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.matrix.periods import Periods, calendar
from voxcx.insight.matrix.summing import Measure
from voxcx.insight.repeats.effects import count, q_values, told
from voxcx.statistics.differences import pearson

NOTHING_LEFT = 1e-9  # of a measure's spread once the calendar is taken out
TOO_FEW = text(
    "cannot tell: {n} more {periods} needed", "пока не сказать: нужно ещё {n} ({periods})", n="?", periods=""
)
FEWEST_WORTH = 5
ALIKE = text(
    "periods in a row are so alike that {n} of them are worth fewer than 5",
    "соседние периоды так похожи, что {n} из них стоят меньше 5 независимых",
    n="?",
)
FLAT = text("beyond the calendar it does not vary", "сверх календаря она не меняется")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two measures.

    Attributes:
        r: Pearson's correlation of what is left of both; ``n`` counts the periods that both have.
        effective: how many independent periods these are worth, NaN where r is not told.
        linked: one is computed from the other, or both from the same.
        tested: they come from different sources. What the same people answered at once goes together anyway, and many
            sure finds among the tested would let in doubtful ones (the rate is that of all finds).
        found: after the correction over all tested pairs.
    """

    first: Measure
    second: Measure
    r: Estimate
    effective: float
    linked: bool
    tested: bool
    q: float = float("nan")
    found: bool = False


def pairs_of(archive: Archive, periods: Periods, measures: tuple[Measure, ...]) -> tuple[Pair, ...]:
    """All pairs."""
    design, settings = calendar(periods), archive.settings
    made = []
    for first, second in combinations(measures, 2):
        both = ~np.isnan(first.values) & ~np.isnan(second.values)
        r, effective = _together(first.values, second.values, design, (both, periods, archive))
        linked = bool(first.linked) and first.linked == second.linked
        made.append(Pair(first, second, r, effective, linked, first.source != second.source))
    q = q_values([one.r if one.tested else replace(one.r, p=None) for one in made])
    return tuple(
        replace(one, q=float(each), found=told(one.r, float(each), settings.false_discoveries))
        for one, each in zip(made, q, strict=True)
    )


def _together(x: Floats, y: Floats, design: Floats, where: tuple[Flags, Periods, Archive]) -> tuple[Estimate, float]:
    both, periods, archive = where
    n, least, level = int(both.sum()), archive.settings.matrix.periods_at_least, archive.settings.level
    if n < least:
        reason = TOO_FEW.with_blanks({"n": count(least - n), "periods": periods.name})
        return Estimate(None, n=n, level=level, reason=reason), math.nan
    return correlated(x, y, design, level)


def correlated(x: Floats, y: Floats, design: Floats, level: float = 0.95) -> tuple[Estimate, float]:
    """Correlation of what the calendar leaves of two measures, and how many independent periods it rests on.

    Args:
        x: [p], NaN where missing.
        y: [p].
        design: [p, k], columns that are taken out of both; the first is the constant.
        level: of the interval.
    """
    both = ~np.isnan(x) & ~np.isnan(y)
    left = [_left(values, design, both) for values in (x, y)]
    n, lost = int(both.sum()), design.shape[1] - 1
    if any(one is None for one in left):
        return Estimate(None, n=n, level=level, reason=FLAT), math.nan
    first, second = (one for one in left if one is not None)
    worth = effective(first, second, both) if lost else float(n)
    if math.floor(worth) - lost < FEWEST_WORTH:
        return Estimate(None, n=n, level=level, reason=ALIKE.with_blanks({"n": count(n)})), worth - lost
    r = pearson(first[both], second[both], level, lost + math.ceil(n - worth))
    return r, worth - lost


def _left(values: Floats, design: Floats, both: Flags) -> Floats | None:
    """[p], what is left of it, 0 outside of ``both``; None where nothing is."""
    of, columns = values[both], design[both]
    if not len(of):
        return None
    rest = np.zeros(len(values))
    rest[both] = of - columns @ np.linalg.lstsq(columns, of, rcond=None)[0]
    spread = float(np.abs(of - of.mean()).max())
    return rest if float(np.abs(rest).max()) > NOTHING_LEFT * max(spread, NOTHING_LEFT) else None


def effective(x: Floats, y: Floats, both: Flags) -> float:
    """n*, at most n. Lags are those of the calendar: a missing period is a gap, not a neighbour.

    Negative products are left out: most are noise, and taking out a trend makes more of them.
    """
    n, total = int(both.sum()), 0.0
    for lag in range(1, n // 5 + 1):
        total += (n - lag) / n * max(_alike(x, both, lag) * _alike(y, both, lag), 0.0)
    return n / (1 + 2 * total)


def _alike(x: Floats, both: Flags, lag: int) -> float:
    """Autocorrelation at a lag, each product averaged over the pairs that are there."""
    pairs = both[:-lag] & both[lag:]
    if not pairs.any():
        return 0.0
    return float((x[:-lag] * x[lag:])[pairs].mean() / (x[both] ** 2).mean())
