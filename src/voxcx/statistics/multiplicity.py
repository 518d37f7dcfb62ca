"""Corrections for asking many questions at once. In and out: p-values in the order given; NaN counts as not asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def benjamini_hochberg(p: Floats) -> Floats:
    """q-values: the false-discovery rate at which each would just be told (Benjamini and Hochberg 1995, step up).

    >>> benjamini_hochberg(np.array([0.01, 0.04, np.nan, 0.03, 0.2])).round(4).tolist()
    [0.04, 0.0533, nan, 0.0533, 0.2]
    """
    return _stepwise(p, lambda ordered: _from_largest(ordered * len(ordered) / np.arange(1, len(ordered) + 1)))


def holm(p: Floats) -> Floats:
    """Adjusted p-values that keep the chance of even one false alarm (Holm 1979, step down).

    >>> holm(np.array([0.01, 0.04, np.nan, 0.03, 0.2])).round(4).tolist()
    [0.04, 0.09, nan, 0.09, 0.2]
    """
    return _stepwise(p, lambda ordered: np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1)))


def _from_largest(scaled: Floats) -> Floats:
    smallest: Floats = np.minimum.accumulate(scaled[::-1])[::-1]
    return smallest


def _stepwise(p: Floats, adjust: Callable[[Floats], Floats]) -> Floats:
    """Adjust the p-values in ascending order, then put them back where they were."""
    if ((p < 0) | (p > 1)).any():
        raise ValueError("a p-value lies between 0 and 1")
    adjusted = np.full(len(p), np.nan)
    asked = np.flatnonzero(~np.isnan(p))
    order = asked[np.argsort(p[asked], kind="stable")]
    adjusted[order] = np.minimum(adjust(p[order]), 1.0)
    return adjusted
