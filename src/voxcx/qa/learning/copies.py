"""Texts that are nearly the same: one learned from tells the verdict of its copy, whoever sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np

ALIKE = 0.85  # of the terms of both (Jaccard)
BANDS, HASHES = 6, 4
SEED = 1


def copies(texts: Sequence[Mapping[str, int]]) -> tuple[int, ...]:
    """For each text [n] the place of the first that it is a copy of, itself where there is none.

    MinHash (Broder 1997) finds pairs worth a look, the terms themselves decide.

    >>> copies([{"a": 1, "b": 1}, {"c": 1}, {"a": 1, "b": 1}])
    (0, 1, 0)
    """
    draw = np.random.default_rng(SEED)
    factor = draw.integers(1, 2**31, (BANDS * HASHES, 1), dtype=np.uint64) | np.uint64(1)
    shift = draw.integers(0, 2**31, (BANDS * HASHES, 1), dtype=np.uint64)
    buckets: dict[tuple[int, bytes], list[int]] = {}
    first: list[int] = []
    for k, text in enumerate(texts):
        codes = np.array([crc32(term.encode()) for term in text] or [k], dtype=np.uint64)
        least = ((factor * codes + shift) >> np.uint64(16)).min(1).reshape(BANDS, HASHES)
        keys = [(band, least[band].tobytes()) for band in range(BANDS)]
        near = dict.fromkeys(other for key in keys for other in buckets.get(key, ()))
        first.append(next((other for other in near if _alike(texts[other], text)), k))
        if first[k] == k:
            for key in keys:
                buckets.setdefault(key, []).append(k)
    return tuple(first)


def _alike(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    common = len(one.keys() & other.keys())
    return common >= ALIKE * (len(one) + len(other) - common) > 0
