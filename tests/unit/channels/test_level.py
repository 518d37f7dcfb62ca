"""The loudest second and the ceiling, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from voxcx.channels.level import LoudestSecond, Peaks
from voxcx.domain.intervals import Interval

RATE_HZ = 8_000
FRAME = 256
ALL = (Interval(0.0, 64.0),)


def test_the_loudest_second_decides_not_the_mean() -> None:
    level = LoudestSecond(2)
    quiet = np.zeros((2, 16_000 * 100), dtype=np.int16)
    quiet[:, :16_000:2], quiet[:, 1:16_000:2] = 3277, -3277  # one second at −20 dB
    level.add(quiet)
    assert level.db == pytest.approx((-20.0, -20.0), abs=0.01)


def test_a_constant_is_silence() -> None:
    level = LoudestSecond(1)
    level.add(np.full((1, 24_000), 5_000, dtype=np.int16))
    assert level.db[0] < -90


def share(peaks: list[int], *, sign: int = 1) -> float:
    """Clipped share of frames with these peaks; the rest of each frame is zero."""
    samples = np.zeros((1, len(peaks) * FRAME), dtype=np.int16)
    samples[0, FRAME // 2 :: FRAME] = np.array(peaks) * sign
    meter = Peaks(RATE_HZ)
    for start in range(0, samples.shape[1], 1_000):
        meter.add(samples[:, start : start + 1_000])
    return meter.clipped_share(0, ALL)


RISING = list(range(1_000, 9_000, 100))  # 80 frames of which none is like another; 21 reach 98 % of 7 000


@pytest.mark.parametrize(
    ("peaks", "expected"),
    [
        (RISING, 0.0),
        ([min(peak, 7_000) for peak in RISING], 21 / 80),
        ([min(peak, 7_000) // 10 for peak in RISING], 21 / 80),  # made quiet afterwards
        ([*(min(peak, 7_000) for peak in RISING), 9_500, 9_900], 23 / 82),  # and two knocks above it
        ([min(peak, 8_500) for peak in RISING], 0.0),  # five frames: chance
        ([7_000 + peak % 140 for peak in RISING], 0.0),  # all near one height, none at it twice
        ([], 0.0),
    ],
)
def test_many_peaks_at_one_height_are_a_ceiling(peaks: list[int], expected: float) -> None:
    assert share(peaks) == pytest.approx(expected)
    assert share(peaks, sign=-1) == pytest.approx(expected)


def test_only_frames_of_speech_count() -> None:
    peaks = [min(peak, 7_000) for peak in RISING]
    samples = np.zeros((1, 80 * FRAME), dtype=np.int16)
    samples[0, ::FRAME] = peaks
    meter = Peaks(RATE_HZ)
    meter.add(samples)
    frame_s = FRAME / RATE_HZ
    assert meter.clipped_share(0, (Interval(0.0, 39 * frame_s),)) == 0.0
    assert meter.clipped_share(0, (Interval(39 * frame_s, 80 * frame_s),)) == pytest.approx(21 / 41)
    assert meter.clipped_share(0, ()) == 0.0
