"""What is left of numbers when the level of every stratum is taken out: the heart of a regression with fixed effects.

Frisch, Waugh and Lovell: the effect of one thing beside many dummies is that of its remainder on the remainder.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import lsmr

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = NDArray[np.object_]
TOLERANCE = 1e-12
MOST_ROUNDS = 2_000
MOST_LEVERAGE = 0.99


def numbered(labels: Labels) -> Integers:
    """[n], a number for each name; names that are not known ("" or None) are one more level.

    >>> numbered(np.array(["b", "a", None, "b", ""], dtype=object)).tolist()
    [2, 1, 0, 2, 0]
    """
    names = np.array(["" if name is None else str(name) for name in labels.tolist()], dtype=str)
    numbers: Integers = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return numbers


def crossed(strata: Sequence[Labels], n: int) -> Integers:
    """[n], the number of each row's cell, 0 … cells − 1; without strata all rows are one cell."""
    cell = np.zeros(n, dtype=np.int64)
    for labels in strata:
        level = numbered(labels)
        cell = np.unique(cell * (int(level.max(initial=0)) + 1) + level, return_inverse=True)[1].astype(np.int64)
    return cell


class Absorber:
    """Takes the means of additive strata out of columns of n numbers (all strata at once, least squares)."""

    def __init__(self, strata: Sequence[Labels], n: int) -> None:
        levels = [numbered(labels) for labels in strata] or [np.zeros(n, dtype=np.int64)]
        sizes = [np.bincount(level) for level in levels]
        starts = np.cumsum([0, *(len(size) for size in sizes)])
        columns = np.stack([level + start for level, start in zip(levels, starts, strict=False)], axis=1)
        counts = np.concatenate(sizes)
        # Each column has length 1, which makes the iteration converge in few rounds.
        entries = 1 / np.sqrt(counts[columns])
        rows = np.repeat(np.arange(n), len(levels))
        self._dummies = csr_array((entries.ravel(), (rows, columns.ravel())), shape=(n, len(counts)))
        # Exact for one stratum and for balanced ones; the share of a row in its own fitted value.
        self.leverage: Floats = np.minimum((entries**2).sum(axis=1) - (len(levels) - 1) / n, MOST_LEVERAGE)
        self.freedom = n - (len(counts) - len(levels) + 1)
        self._single = levels[0] if len(levels) == 1 else None

    def remainder(self, column: Floats) -> Floats:
        """[n], the column without what the strata say of it."""
        if self._single is not None:
            means = np.bincount(self._single, column) / np.maximum(np.bincount(self._single), 1)
            alone: Floats = column - means[self._single]
            return alone
        centred = column - column.mean()
        found = lsmr(self._dummies, centred, atol=TOLERANCE, btol=TOLERANCE, conlim=0, maxiter=MOST_ROUNDS)[0]
        rest: Floats = centred - self._dummies @ found
        return rest
