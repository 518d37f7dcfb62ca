"""Any number of people, each on some of the interactions: Krippendorff's α for verdicts, with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from voxcx.qa.agreement.figures import Figure
from voxcx.qa.agreement.tables import SEED

Floats = NDArray[np.float64]
DRAWS = 2000
FEWEST = 5  # interactions that two or more people marked; below, an interval would pretend


def krippendorffs_alpha(units: Iterable[Sequence[Hashable]]) -> Figure:
    """α of nominal verdicts: 1 − observed ÷ expected disagreement (Krippendorff 2004, § 11.3).

    Args:
        units: for each interaction its verdicts, one a person; those with fewer than two are left out.

    Returns:
        α with a percentile interval over resampled interactions; ``n`` counts those with two or more verdicts.
    """
    told = [list(one) for one in units if len(one) > 1]
    if not told:
        return Figure(None, reason="no interaction was marked by two people")
    names = list(dict.fromkeys(verdict for one in told for verdict in one))
    counts = np.array([[one.count(name) for name in names] for one in told], dtype=float)
    value = float(_alpha(counts, np.ones((1, len(told))))[0])
    if not np.isfinite(value):
        return Figure(None, n=len(told), reason="only one verdict occurs: nothing to tell apart")
    if len(told) < FEWEST:
        return Figure(value, n=len(told), reason=f"under {FEWEST} interactions: no interval")
    weights = np.random.default_rng(SEED).multinomial(len(told), np.full(len(told), 1 / len(told)), DRAWS)
    drawn = _alpha(counts, weights.astype(float))
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [0.025, 0.975]) if len(drawn) else (value, value)
    return Figure(value, min(float(low), value), max(float(high), value), len(told))


def _alpha(counts: Floats, weights: Floats) -> Floats:
    """α of [units, categories] counts under each weighting of the units [draws, units]."""
    people = counts.sum(1)
    within = (people**2 - (counts**2).sum(1)) / (people - 1)  # ordered pairs that differ, ÷ (people − 1)
    totals = weights @ counts
    n = totals.sum(1)
    across = n**2 - (totals**2).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha: Floats = 1 - (n - 1) * (weights @ within) / across
    return alpha
