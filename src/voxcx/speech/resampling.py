"""The door to soxr: a stream of blocks at any rate → blocks at the rate that detector and recogniser need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.int16]
RATE_HZ = 16_000  # what Silero and Whisper were trained on


def at_16_khz(blocks: Iterable[Samples], rate_hz: int, channels: int) -> Iterator[Samples]:
    """Resample int16 blocks of shape (channels, n) as one continuous stream; the total delay is nil."""
    if rate_hz == RATE_HZ:
        yield from blocks
        return
    stream = soxr.ResampleStream(rate_hz, RATE_HZ, channels, dtype="int16", quality="HQ")
    for block in blocks:
        if (out := stream.resample_chunk(np.ascontiguousarray(block.T))).size:
            yield np.ascontiguousarray(out.reshape(-1, channels).T)  # each channel in one piece, for all who listen
    tail = stream.resample_chunk(np.zeros((0, channels), dtype=np.int16), last=True)
    if tail.size:
        yield np.ascontiguousarray(tail.reshape(-1, channels).T)


def as_float(samples: Samples) -> NDArray[np.float32]:
    """int16 → float32 in [−1, 1): for one window at a time."""
    return samples.astype(np.float32) / 32768.0
