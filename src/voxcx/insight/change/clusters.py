"""How sure a difference is when an agent's contacts go together: few agents are few, however many their contacts."""

from __future__ import annotations

import math

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Flags, Floats, Integers, Labels
from voxcx.statistics.normal import quantile
from voxcx.statistics.resampling import customer_numbers

FEWEST_AGENTS = 3


def by_agents(values: Floats, second: Flags, cell: Integers, agent: Labels) -> tuple[float, float] | None:
    """Standard error of the standardised difference, contacts summed by agent (Liang and Zeger 1986), and its freedom.

    A contact pulls by ± weight of its kind × (value − mean of its kind and group) ÷ contacts there. What an agent does
    in both groups cancels; what only one group has does not. Freedom: agents as far as they carry the comparison, − 2.
    None with fewer than three agents: their spread says nothing.
    """
    size = int(cell.max(initial=-1)) + 1
    at = cell + size * second
    n = np.bincount(at, minlength=2 * size).astype(float)
    mean = np.bincount(at, values, 2 * size) / np.maximum(n, 1)
    both = (n.reshape(2, size) > 0).all(axis=0)
    weight = np.where(both, n.reshape(2, size).sum(axis=0), 0.0)
    if not weight.any():
        return None
    carried = (weight / weight.sum())[cell] / np.maximum(n[at], 1)
    numbers = customer_numbers(agent)
    pull = np.bincount(numbers, np.where(second, 1.0, -1.0) * carried * (values - mean[at]))
    load = np.bincount(numbers, carried) ** 2
    agents = int((load > 0).sum())
    if agents < FEWEST_AGENTS:
        return None
    freedom = float(load.sum() ** 2 / (load**2).sum()) - 2
    return math.sqrt(float(pull @ pull) * agents / (agents - 1)), max(freedom, 1.0)


def error_of(one: Estimate) -> float | None:
    """Standard error behind an interval, as if it were a normal one; None where there is none."""
    if one.low is None or one.high is None or one.high <= one.low:
        return None
    return (one.high - one.low) / (2 * quantile(one.level))
