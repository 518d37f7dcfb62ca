"""Shares whose cases come in bunches: the criteria of one interaction are right or wrong together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.stats import t

from voxcx.qa.agreement.figures import Z_95, Figure, share, wilson


def clustered_share(groups: Iterable[tuple[int, int]], nothing: str) -> Figure:
    """Share of hits in groups of (hits, cases): Wilson's interval of as many cases as they are worth.

    The variance of the ratio over whole groups beside that of single cases is the design effect (Kish 1965, § 8.2); it
    is never below 1, and Student's t stands for few groups. With one group there is no interval.
    """
    rows = np.array([one for one in groups if one[1]], dtype=float).reshape(-1, 2)
    hits, n = int(rows[:, 0].sum()), int(rows[:, 1].sum())
    plain, count = share(hits, n, nothing), len(rows)
    if plain.value is None:
        return plain
    if count < 2:
        return Figure(plain.value, n=n, hits=hits, reason="one interaction: no interval")
    spread = ((rows[:, 0] - plain.value * rows[:, 1]) ** 2).sum() * count / (count - 1)
    alone = n * plain.value * (1 - plain.value)
    same = float((rows[:, 1] ** 2).sum() / n)  # as if every interaction were all right or all wrong
    effect = max(1.0, spread / alone) if alone else same
    worth = n / (effect * (float(t.ppf(0.975, count - 1)) / Z_95) ** 2)
    low, high = wilson(plain.value * worth, worth)
    return Figure(plain.value, low, high, n, hits)
