"""Windows get their own samples out of a stream of blocks, and the stream is not kept."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.domain.intervals import Interval, Intervals
from voxcx.speech.resampling import RATE_HZ
from voxcx.transcribe.cutting import cut
from voxcx.transcribe.packing import LONGEST_SPAN_S, Window, pack

CALL_S = 300.0
HOUR_S = 3600.0
RULES = TranscribeConfig(pad_s=0.0)


def windows_of(*speech: Intervals, duration_s: float = CALL_S) -> list[Window]:
    windows = [w for k, s in enumerate(speech) for w in pack(s, k, duration_s, RULES)]
    return sorted(windows, key=lambda window: (window.end_s, window.channel))


@pytest.mark.parametrize("block", [1_000, 16_000, 160_000, 4_800_000])
def test_each_window_gets_its_own_samples_whatever_the_blocks(block: int) -> None:
    # Each sample carries its second, so that a window's sound can be told from any other.
    seconds = np.arange(int(CALL_S) * RATE_HZ) // RATE_HZ
    sound = np.stack((seconds, -seconds)).astype(np.int16)
    windows = windows_of((Interval(10.0, 15.0), Interval(100.0, 104.0)), (Interval(12.0, 50.0), Interval(299.0, 300.0)))
    got = list(cut(windows, (sound[:, at : at + block] for at in range(0, sound.shape[1], block))))
    assert [window for window, _ in got] == windows
    for window, audio in got:
        sign = -1 if window.channel else 1
        for offset_s, piece in window.offsets():
            inside = audio[round(offset_s * RATE_HZ) : round((offset_s + piece.duration_s) * RATE_HZ)]
            assert inside.size == round(piece.duration_s * RATE_HZ)
            assert inside[0] * 32768 * sign == pytest.approx(int(piece.start_s), abs=0.01)
            assert inside[-1] * 32768 * sign == pytest.approx(int(piece.end_s - 1e-4), abs=0.01)


def test_a_window_may_end_a_rounding_after_the_last_sample() -> None:
    (window,) = windows_of((Interval(0.5, 2.0004),), duration_s=2.0004)
    ((_, audio),) = cut([window], iter([np.ones((1, 2 * RATE_HZ), dtype=np.int16)]))
    assert audio.size == 1.5 * RATE_HZ


class Stream:
    """Hours of sound, a block of which is made when it is asked for; counts the blocks that are still alive."""

    def __init__(self, hours: float, block_s: float) -> None:
        self._blocks, self._shape = round(hours * HOUR_S / block_s), (2, round(block_s * RATE_HZ))
        self._made: weakref.WeakSet[Block] = weakref.WeakSet()
        self.given = self.most_alive = 0

    def __iter__(self) -> Iterator[NDArray[np.int16]]:
        for _ in range(self._blocks):
            block = Block(self._shape, dtype=np.int16)  # not filled: no page of it is touched
            self._made.add(block)
            self.given += 1
            self.most_alive = max(self.most_alive, len(self._made))
            yield block
            del block


class Block(np.ndarray):
    """An array that a weak set can hold."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


def test_hours_of_silence_between_windows_are_not_kept() -> None:
    words = tuple(Interval(HOUR_S * hour + 1.0, HOUR_S * hour + 3.0) for hour in range(6))
    windows = windows_of(words, words[3:], duration_s=6 * HOUR_S)
    assert len(windows) == 9
    stream = Stream(hours=6.0, block_s=10.0)
    assert [window for window, _ in cut(windows, iter(stream))] == windows
    assert stream.most_alive <= 3  # the newest, the one before it, and the one that a window began in


def test_no_more_is_kept_than_a_window_reaches_over() -> None:
    # A word every 50 s: a window takes what lies within two minutes, while the other channel talks on.
    rare = tuple(Interval(50.0 * k, 50.0 * k + 1.0) for k in range(60))
    windows = windows_of(rare, (Interval(0.0, 3000.0),), duration_s=3000.0)
    stream = Stream(hours=1.0, block_s=10.0)
    assert [window for window, _ in cut(windows, iter(stream))] == windows
    assert stream.most_alive <= LONGEST_SPAN_S / 10.0 + 3


def test_the_rest_of_the_sound_is_not_read() -> None:
    stream = Stream(hours=1.0, block_s=10.0)
    assert len(list(cut(windows_of((Interval(5.0, 12.0),)), iter(stream)))) == 1
    assert stream.given == 2
    assert list(cut([], iter(stream))) == []
    assert stream.given == 3
