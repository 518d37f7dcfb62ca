"""The customer bootstrap: whole customers are drawn, since a customer's answers move together.

A draw is a weighting of the rows. The same customers, number of draws and seed give the same draws, so that two
models measured with them differ by their estimates alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = NDArray[np.object_]  # names, "" or None where not known
LEVEL = 0.95
FEWEST_CUSTOMERS = 10  # fewer say nothing about how others would differ
FEWEST_DEFINED = 0.5  # share of draws in which a figure must be defined for an interval
CELLS = 2_000_000  # weights held in memory at once


def customer_numbers(customer: Labels) -> Integers:
    """[n], a number for each customer; who is not known is a customer of their own.

    >>> customer_numbers(np.array(["b", "a", None, "b", ""], dtype=object)).tolist()
    [1, 0, 2, 1, 3]
    """
    names = np.array(["" if name is None else str(name) for name in customer.tolist()], dtype=object)
    unknown = names == ""
    known, number = np.unique(names[~unknown].astype(str), return_inverse=True)
    numbers = np.empty(len(names), dtype=np.int64)
    numbers[~unknown] = number
    numbers[unknown] = len(known) + np.arange(int(unknown.sum()))
    return numbers


def draw_weights(numbers: Integers, resamples: int, seed: int) -> Iterator[Floats]:
    """Blocks [draws, n] of how often each row was drawn; together ``resamples`` draws."""
    rng = np.random.default_rng(seed)
    customers = int(numbers.max()) + 1 if len(numbers) else 0
    size = max(1, CELLS // max(len(numbers), 1))
    for start in range(0, resamples, size):
        block = min(size, resamples - start)
        times = [np.bincount(rng.integers(0, customers, customers), minlength=customers) for _ in range(block)]
        yield np.array(times, dtype=float)[:, numbers]


def percentile_interval(
    value: float, drawn: Floats, *, reflected: bool = False, level: float = LEVEL
) -> tuple[float, float] | None:
    """The interval of a figure from its draws (NaN where not defined), or None where too few are defined.

    ``reflected`` is for figures that noise can only raise, as a calibration error: a draw adds its own noise to the
    sample's, so the draws lie above the figure by about as much as the figure lies above the truth. Their percentiles
    are mirrored at the figure, which itself always lies inside.
    """
    known = drawn[~np.isnan(drawn)]
    if not len(drawn) or len(known) < FEWEST_DEFINED * len(drawn):
        return None
    low, high = np.percentile(known, [50 * (1 - level), 50 * (1 + level)])
    if reflected:
        low, high = min(2 * value - high, value), max(2 * value - low, value)
    return float(low), float(high)
