"""The normal distribution, from the standard library, so that shares need nothing heavy."""

from __future__ import annotations

import math
from statistics import NormalDist


def quantile(level: float) -> float:
    """How many standard errors an interval of that level reaches to each side.

    >>> round(quantile(0.95), 4)
    1.96
    """
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, got {level}")
    return NormalDist().inv_cdf((1 + level) / 2)


def two_sided(z: float) -> float:
    """p-value of a standardised difference, either way."""
    return math.erfc(abs(z) / math.sqrt(2))
