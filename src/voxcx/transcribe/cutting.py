"""Windows cut out of a recording's blocks: one pass that keeps only the sound that is still needed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from voxcx.speech.resampling import RATE_HZ, as_float
from voxcx.transcribe.packing import Window

Audio = NDArray[np.float32]

AT_ONCE = 64  # windows that can overlap in time: each reaches over two minutes at most, and they are in order


def cut(windows: Iterable[Window], blocks: Iterator[NDArray[np.int16]]) -> Iterator[tuple[Window, Audio]]:
    """Each window (ordered by its end) with its samples, float32 at 16 kHz."""
    waiting = deque(windows)
    kept: deque[NDArray[np.int16]] = deque()
    start = stop = 0  # sample positions in the call of what is kept
    for block in blocks:
        kept.append(block)
        stop += block.shape[1]
        while waiting and waiting[0].end_s * RATE_HZ <= stop:
            yield _take(waiting.popleft(), kept, start)
        if not waiting:
            return
        needed = int(min(window.start_s for window in islice(waiting, AT_ONCE)) * RATE_HZ)
        while kept and start + kept[0].shape[1] <= needed:  # silence between windows is not kept
            start += kept.popleft().shape[1]
    yield from (_take(window, kept, start) for window in waiting)  # ends a rounding beyond the last sample


def _take(window: Window, kept: Iterable[NDArray[np.int16]], start: int) -> tuple[Window, Audio]:
    audio = np.concatenate([block[window.channel] for block in kept])
    return window, window.samples(as_float(audio), start / RATE_HZ, RATE_HZ)
