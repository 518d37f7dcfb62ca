"""Spherical k-means (Dhillon and Modha 2001), begun as k-means++ (Arthur and Vassilvitskii 2007).

Plain matrix products: the same points and seed give the same groups however many threads there are, and a report
beside other work does not wait for them.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from voxcx.insight.archive import Floats, Integers

STARTS = 5
ROUNDS = 30


def centres_of(points: Floats, groups: int, seed: int, starts: int = STARTS) -> Floats:
    """[groups, d], middles of length 1 of points [n, d] of length 1; of several starts the one with the nearest points.

    Groups that lose all their points keep their middle.
    """
    best, nearest = np.empty((0, points.shape[1])), -np.inf
    for start in range(starts):
        centres = _settled(points, _begun(points, groups, np.random.default_rng([seed, start])))
        near = float((points @ centres.T).max(axis=1).sum())
        if near > nearest:
            best, nearest = centres, near
    return best


def group_of(points: Floats, centres: Floats) -> Integers:
    """[n], the nearest middle of each point."""
    nearest: Integers = (points @ centres.T).argmax(axis=1)
    return nearest


def _begun(points: Floats, groups: int, rng: np.random.Generator) -> Floats:
    chosen = [int(rng.integers(len(points)))]
    far = 1 - points @ points[chosen[0]]
    for _ in range(groups - 1):
        weight = np.maximum(far, 0.0)
        total = weight.sum()
        chosen.append(int(rng.choice(len(points), p=weight / total)) if total > 0 else int(rng.integers(len(points))))
        far = np.minimum(far, 1 - points @ points[chosen[-1]])
    begun: Floats = points[chosen].copy()
    return begun


def _settled(points: Floats, centres: Floats) -> Floats:
    before = np.full(len(points), -1)
    for _ in range(ROUNDS):
        group = group_of(points, centres)
        if (group == before).all():
            break
        before = group
        rows = np.arange(len(points))
        sums = sparse.csr_matrix((np.ones(len(points)), (group, rows)), shape=(len(centres), len(points))) @ points
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1.0), centres)
    return centres
