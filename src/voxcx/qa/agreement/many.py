"""Any number of people, each on some of the interactions: Krippendorff's α and Gwet's AC1 for verdicts.

Intervals are a Bayesian bootstrap over interactions (Rubin 1981) with one more interaction spread over all pairs of
verdicts, as in ``tables``: a plain bootstrap of six interactions without a disagreement has no width.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from voxcx.qa.agreement.figures import Figure
from voxcx.qa.agreement.tables import PRIOR_WEIGHT, SEED

Floats = NDArray[np.float64]
DRAWS = 2000
FEWEST = 5  # interactions that two or more people marked; below, an interval would pretend


def krippendorffs_alpha(units: Iterable[Sequence[Hashable]]) -> Figure:
    """α of nominal verdicts: 1 − observed ÷ expected disagreement (Krippendorff 2004, § 11.3).

    Args:
        units: for each interaction its verdicts, one a person; those with fewer than two are left out.

    Returns:
        α with its interval; ``n`` counts those with two or more verdicts.
    """
    return _figure(units, _alpha, "only one verdict occurs: nothing to tell apart")


def gwets_ac1_of_many(units: Iterable[Sequence[Hashable]]) -> Figure:
    """AC1 of any number of people (Gwet 2008, formula 17): rare verdicts do not pull it down; else like α."""
    return _figure(units, _ac1, "nothing to compare")


def _figure(units: Iterable[Sequence[Hashable]], measure: Callable[[Floats, Floats], Floats], undefined: str) -> Figure:
    told = [list(one) for one in units if len(one) > 1]
    if not told:
        return Figure(None, reason="no interaction was marked by two people")
    names = list(dict.fromkeys(verdict for one in told for verdict in one))
    size = max(2, len(names))
    counts = np.array([[one.count(name) for name in names] + [0] * (size - len(names)) for one in told], dtype=float)
    value = float(measure(counts, np.ones((1, len(told))))[0])
    if not np.isfinite(value):
        return Figure(None, n=len(told), reason=undefined)
    if len(told) < FEWEST:
        return Figure(value, n=len(told), reason=f"under {FEWEST} interactions: no interval")
    pairs = np.array([np.eye(size)[a] + np.eye(size)[b] for a in range(size) for b in range(size)])
    prior = [1.0] * len(told) + [PRIOR_WEIGHT / len(pairs)] * len(pairs)
    weights = np.random.default_rng(SEED).dirichlet(prior, DRAWS) * len(told)
    drawn = measure(np.concatenate([counts, pairs]), weights)
    low, high = np.quantile(drawn[np.isfinite(drawn)], [0.025, 0.975])
    return Figure(value, min(float(low), value), max(float(high), value), len(told))


def _ac1(counts: Floats, weights: Floats) -> Floats:
    """AC1 of [units, categories] counts under each weighting of the units [draws, units]."""
    people = counts.sum(1)
    whole = weights.sum(1)
    same = weights @ ((counts * (counts - 1)).sum(1) / (people * (people - 1))) / whole
    mean = weights @ (counts / people[:, None]) / whole[:, None]
    chance = (mean * (1 - mean)).sum(1) / (counts.shape[1] - 1)
    ac1: Floats = (same - chance) / (1 - chance)
    return ac1


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
