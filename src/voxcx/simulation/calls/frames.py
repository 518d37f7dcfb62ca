"""The grid of a simulated call: whole frames of 10 ms, so that sound and truth agree to the sample."""

from __future__ import annotations

from voxcx.simulation.calls.signals import RATE_HZ

FRAMES_PER_S = 100
FRAME = RATE_HZ // FRAMES_PER_S  # samples

Span = tuple[int, int]  # [first, end) in frames


def seconds(frames: int) -> float:
    """Frames as seconds, a multiple of 0.01.

    >>> seconds(1234)
    12.34
    """
    return round(frames / FRAMES_PER_S, 2)


def frames(time_s: float) -> int:
    """Seconds as the nearest frame.

    >>> frames(0.35)
    35
    """
    return round(time_s * FRAMES_PER_S)
