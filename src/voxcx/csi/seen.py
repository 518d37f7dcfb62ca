"""Which interactions a model was trained on: nobody judges it by them."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Floats, Labels

Digests = NDArray[np.uint64]


def nobody() -> Digests:
    """Nothing was seen."""
    return np.empty(0, dtype="<u8")


def digests(ids: Labels, moment_s: Floats) -> Digests:
    """[n], unsigned 64-bit digests of interactions: of id and start, as ids of different sources may be equal."""
    each = (f"{one}\n{start:.3f}" for one, start in zip(ids.tolist(), moment_s.tolist(), strict=True))
    numbers = [int.from_bytes(hashlib.sha256(one.encode()).digest()[:8], "little") for one in each]
    return np.array(numbers, dtype="<u8")
