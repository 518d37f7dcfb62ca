"""Keys of the telephone (ITU-T Q.23, Q.24): one of four low and one of four high sines at once, for 40 ms and more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.heard import Tone
from voxcx.domain.intervals import Interval
from voxcx.timeline.levels import Levels
from voxcx.timeline.spectrum import FIRST_S, SHORT_HZ, SHORT_STEP_S, Powers, decibels
from voxcx.units import rounded_s

KEYS: Final = "123A456B789C*0#D"
_LOW_HZ = np.array((697, 770, 852, 941), dtype=np.float32)
_HIGH_HZ = np.array((1209, 1336, 1477, 1633), dtype=np.float32)
_OFF = 0.024  # of the frequency: Q.24 wants 1.5 % taken, and a frame of 32 ms in noise is off by some hertz
_LOW, _HIGH = slice(20, 33), slice(36, 55)  # bins of the two groups, one more each side
_LIKELY = 0.36  # share of the power that the two highest bins hold
_PURE = 0.7  # … and those beside them as well
_ALL_PURE = 0.84  # … mean of a press: 0.88 in noise 10 dB below, 0.94 through any codec, 0.83 in speech at its worst
_TWIST_DB = 12.0  # high over low: Q.24 −8 to +4 dB, and codecs bend it by some more
_TWIST_UNSTEADY_DB = 2.2  # standard deviation, Opus and GSM 2.0
_UNSTEADY_DB = 5.0
_QUIETER_DB = 7.5
_BESIDE_S = 0.06
_EDGE_S = 0.010  # of a press, where a frame is half outside
_COVERED = 0.6
_FAINTEST = 10**-5.6
_HALF_DB = 6.0
_SHORTEST_S, _DENT_S = 0.036, 0.030


@dataclass(frozen=True, slots=True)
class _Frames:
    """Frames that hold a key: their numbers, the key, high over low in dB, and the share of power in both."""

    numbers: NDArray[np.int64]
    keys: NDArray[np.int64]
    twist_db: Powers
    pure: Powers

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> _Frames:
        return _Frames(*(getattr(self, name)[chosen] for name in self.__slots__))


class KeyFinder:
    """Frames of one channel that hold a key; they are rare. ``add`` spectra, at the end ask for ``found``."""

    def __init__(self) -> None:
        self._parts: list[_Frames] = []

    def add(self, first: int, short: Powers, total: Powers) -> None:
        """Take the next short spectra; ``first`` numbers the first, ``total`` is their power in the band of speech."""
        low, high = short[:, _LOW], short[:, _HIGH]
        tops = low.max(axis=1) + high.max(axis=1)
        likely = np.flatnonzero((tops > _LIKELY * total) & (tops > _FAINTEST))
        if likely.size:
            self._parts.append(_with_keys(first + likely, low[likely], high[likely], total[likely]))

    def found(self, channel: int, levels: Levels) -> Iterator[Tone]:
        """Keys in order of time; ``levels`` are those of the telephone's band."""
        if not self._parts:
            return
        columns = ([getattr(part, name) for part in self._parts] for name in _Frames.__slots__)
        frames = _Frames(*map(np.concatenate, columns))
        breaks = np.flatnonzero((np.diff(frames.numbers) > 2) | (np.diff(frames.keys) != 0)) + 1
        for group in np.split(np.arange(frames.numbers.size), breaks):
            for span in _pressed(frames.where(group), levels):
                yield Tone("dtmf", channel, span, KEYS[frames.keys[group[0]]])


def _pressed(frames: _Frames, levels: Levels) -> Iterator[Interval]:
    """The presses among frames of one key; edges where the level is half of the loudest."""
    if not frames.numbers.size:
        return
    first, last = int(frames.numbers[0]), int(frames.numbers[-1])
    top_db = float(levels.db[first : last + 1].max())
    times_s = FIRST_S + frames.numbers * SHORT_STEP_S
    for span in levels.loud(first - 3, last + 4, top_db - _HALF_DB, _DENT_S):
        inside = frames.where((times_s > span.start_s + _EDGE_S) & (times_s < span.end_s - _EDGE_S))
        if span.duration_s >= _SHORTEST_S and _steady(inside, span, levels):
            yield Interval(rounded_s(span.start_s), rounded_s(span.end_s))


def _steady(frames: _Frames, span: Interval, levels: Levels) -> bool:
    """Both sines sound through the whole press at one level, and the channel is much quieter before and after."""
    expected = int((span.duration_s - 2 * _EDGE_S) / SHORT_STEP_S)
    if frames.numbers.size < max(_COVERED * expected, 1):
        return False
    steady = float(frames.twist_db.std()) <= _TWIST_UNSTEADY_DB and float(frames.pure.mean()) >= _ALL_PURE
    loud = levels.db[frames.numbers].astype(np.float32)
    before = levels.between(span.start_s - _BESIDE_S, span.start_s).min(initial=0.0)
    behind = levels.between(span.end_s, span.end_s + _BESIDE_S).min(initial=0.0)
    return steady and float(np.ptp(loud)) <= _UNSTEADY_DB and max(before, behind) <= loud.max() - _QUIETER_DB


def _with_keys(numbers: NDArray[np.int64], low: Powers, high: Powers, total: Powers) -> _Frames:
    row, row_power = _sine(low, _LOW.start, _LOW_HZ)
    column, column_power = _sine(high, _HIGH.start, _HIGH_HZ)
    twist_db, pure = decibels(column_power) - decibels(row_power), (row_power + column_power) / total
    fits = (row >= 0) & (column >= 0) & (pure > _PURE) & (abs(twist_db) <= _TWIST_DB)
    return _Frames(numbers, 4 * row + column, twist_db, pure).where(fits)


def _sine(group: Powers, first_bin: int, nominal_hz: NDArray[np.float32]) -> tuple[NDArray[np.int64], Powers]:
    """Which of four frequencies the strongest sine of each frame has, −1 for none, and its power."""
    rows = np.arange(len(group))
    top = np.clip(group.argmax(axis=1), 1, group.shape[1] - 2)
    near = [np.maximum(group[rows, top + step], np.float32(1e-20)) for step in (-1, 0, 1)]
    before, here, behind = map(np.log, near)
    curve = before - 2 * here + behind
    shift = np.where(curve < 0, 0.5 * (before - behind) / np.where(curve < 0, curve, -1), 0)
    hz = (first_bin + top + np.clip(shift, -0.5, 0.5)) * SHORT_HZ
    off = abs(hz[:, None] / nominal_hz - 1)
    which = off.argmin(axis=1)
    return np.where(off.min(axis=1) < _OFF, which, -1), near[0] + near[1] + near[2]
