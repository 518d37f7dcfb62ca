"""Ringing and busy tone (ITU-T E.180): bursts of one or two sines, told apart by how long they are and how they follow.

The long spectra say which sines there are; the level of their band, every 16 ms, says from when to when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.heard import Tone, ToneKind
from voxcx.domain.intervals import Interval
from voxcx.timeline.levels import Levels
from voxcx.timeline.spectrum import FIRST_S, LONG_HZ, LONG_STEP, LONG_STEP_S, SHORT_STEP, Powers
from voxcx.units import rounded_s

# Hz of a burst: Russia and most of Europe, United States (ringing), United Kingdom (ringing), United States (busy).
_SINES: Final = ((425.0, 425.0), (440.0, 480.0), (400.0, 450.0), (480.0, 620.0))
_ONE_SINE, _US_BUSY = 0, 3
_OFF = 0.016  # of the frequency, what the recommendations allow
_UNSTEADY_HZ = 1.5  # inside a burst, by ``_spread``: a voice moves more
_FIRST, _END = round(350 / LONG_HZ), round(680 / LONG_HZ)  # bins that hold them all
_ALL = slice(round(200 / LONG_HZ), round(3_500 / LONG_HZ))
_WIDTH = 3  # bins that a sine spreads to, each side
_PURE = 0.6  # share of the power that is in the sines: noise 10 dB below leaves 0.9, GSM 0.8
_ALL_PURE = 0.75  # … mean of a burst's frames
_LIKELY = 0.15  # share of the power in the highest bin, of two sines as well
_TWO = 10**-0.9  # a second peak fainter than this is none
_UNEVEN = 10**-0.8  # two sines differ by at most 8 dB
_FAINTEST = 10**-5.6
_HALF_DB = 6.0
_DENT_S = 0.06  # two sines beat, packets are lost: no pause
_SHORTEST_S, _LONGEST_S = 0.15, 3.2
_EDGE_S = 0.045  # of a burst, where a frame is half outside
_COVERED = 0.75
_TWO_COVERED = 0.4  # by two sines: Opus at 8 kbit/s blurs half the frames of a pair that beats, but keeps their level
_BESIDE = 2 * LONG_STEP // SHORT_STEP  # frames around in which its edges are
_TWO_BESIDE = round(2.1 / (SHORT_STEP / LONG_STEP * LONG_STEP_S))
_BUSY_S, _BUSY_PAUSE_S = (0.17, 0.6), (0.15, 0.75)
_RING_PAUSE_S = 1.5
_LONGEST_RING_S = 1.9  # of 425 Hz; longer is a dial tone
_ALONE_FRAMES = 3


@dataclass(frozen=True, slots=True)
class _Burst:
    sines: int
    span: Interval
    frames: int


@dataclass(frozen=True, slots=True)
class _Frames:
    """Frames that hold sines: their numbers, which sines, the frequencies of both and the share of power in them."""

    numbers: NDArray[np.int64]
    sines: NDArray[np.int8]
    low_hz: Powers
    high_hz: Powers
    pure: Powers

    def where(self, chosen: NDArray[np.bool_]) -> _Frames:
        return _Frames(*(getattr(self, name)[chosen] for name in self.__slots__))


class ToneFinder:
    """Frames of one channel that hold such sines; they are rare. ``add`` spectra, at the end ask for ``found``."""

    def __init__(self) -> None:
        self._parts: list[_Frames] = []

    def add(self, first: int, long: Powers) -> None:
        """Take the next long spectra; ``first`` is the number of the first."""
        band = long[:, _FIRST:_END]
        inside, total = band.sum(axis=1), long[:, _ALL].sum(axis=1)
        likely = np.flatnonzero((inside > _PURE * total) & (inside > _FAINTEST))
        likely = likely[band[likely].max(axis=1) > _LIKELY * total[likely]]
        if likely.size:
            self._parts.append(_with_sines(first + likely, band[likely], total[likely]))

    def found(self, channel: int, levels: Levels) -> Iterator[Tone]:
        """Bursts, one kind after another; ``levels`` are those of the band 375–530 Hz."""
        if not self._parts:
            return
        columns = ([getattr(part, name) for part in self._parts] for name in _Frames.__slots__)
        frames = _Frames(*map(np.concatenate, columns))
        for which in range(len(_SINES)):
            bursts = list(_bursts(which, frames.where(frames.sines == which), levels))
            for place, burst in enumerate(bursts):
                if kind := _kind(bursts, place):
                    yield Tone(kind, channel, burst.span)


def _with_sines(numbers: NDArray[np.int64], band: Powers, total: Powers) -> _Frames:
    first_hz, first, rest = _take_peak(band)
    second_hz, second, _ = _take_peak(rest)
    single = second < _TWO * first
    even = ~single & (second > _UNEVEN * first)
    low_hz = np.where(single, first_hz, np.minimum(first_hz, second_hz))
    high_hz = np.where(single, first_hz, np.maximum(first_hz, second_hz))
    pure = np.where(single, first, first + second) / total
    sines = np.full(len(band), -1, dtype=np.int8)
    for which, (low, high) in enumerate(_SINES):
        fits = (single if low == high else even) & (pure > _PURE)
        sines[fits & (abs(low_hz / low - 1) < _OFF) & (abs(high_hz / high - 1) < _OFF)] = which
    return _Frames(numbers, sines, low_hz, high_hz, np.asarray(pure, dtype=np.float32)).where(sines >= 0)


def _take_peak(band: Powers) -> tuple[Powers, Powers, Powers]:
    """Frequency and power of the strongest sine of each frame, and what is left without it."""
    rows = np.arange(len(band))
    top = np.clip(band.argmax(axis=1), 1, band.shape[1] - 2)
    before, here, behind = (np.log(np.maximum(band[rows, top + step], 1e-20)) for step in (-1, 0, 1))
    curve = before - 2 * here + behind
    shift = np.where(curve < 0, 0.5 * (before - behind) / np.where(curve < 0, curve, -1), 0)
    near = abs(np.arange(band.shape[1]) - top[:, None]) <= _WIDTH
    power = np.where(near, band, 0).sum(axis=1)
    hz = (_FIRST + top + np.clip(shift, -0.5, 0.5)) * LONG_HZ
    return hz.astype(np.float32), power, np.where(near, np.float32(0), band)


def _bursts(which: int, frames: _Frames, levels: Levels) -> Iterator[_Burst]:
    """Frames close to each other, cut where the level of the band falls by half; each burst once."""
    until_s = -1.0
    times_s = FIRST_S + frames.numbers * LONG_STEP_S
    breaks = np.flatnonzero(np.diff(frames.numbers) > 3) + 1
    for group in np.split(np.arange(times_s.size), breaks) if times_s.size else ():
        first_s, last_s = times_s[group[[0, -1]]]
        least_db = float(np.percentile(levels.between(first_s, last_s).astype(np.float32), 90)) - _HALF_DB
        first, last = (int(number) * LONG_STEP // SHORT_STEP for number in frames.numbers[group[[0, -1]]])
        beside = _BESIDE if which == _ONE_SINE else _TWO_BESIDE
        for span in levels.loud(first - beside, last + beside, least_db, _DENT_S):
            inside = frames.where((times_s > span.start_s + _EDGE_S) & (times_s < span.end_s - _EDGE_S))
            covered = _COVERED if which == _ONE_SINE else _TWO_COVERED
            fits = _SHORTEST_S <= span.duration_s <= _LONGEST_S and span.start_s >= until_s
            if fits and _steady(inside, span, covered):
                until_s = span.end_s
                yield _Burst(which, Interval(rounded_s(span.start_s), rounded_s(span.end_s)), inside.numbers.size)


def _steady(frames: _Frames, span: Interval, covered: float) -> bool:
    """The sines sound through the whole burst, pure and without a glide."""
    expected = int((span.duration_s - 2 * _EDGE_S) / LONG_STEP_S)
    if frames.numbers.size < max(covered * expected, 1):
        return False
    unsteady_hz = max(_spread(frames.low_hz), _spread(frames.high_hz))
    return unsteady_hz <= _UNSTEADY_HZ and float(frames.pure.mean()) >= _ALL_PURE


def _spread(values: Powers) -> float:
    """Half the width of the middle two thirds: one frame that a voice touched does not count."""
    low, high = np.percentile(values, (16, 84))
    return float(high - low) / 2


def _kind(bursts: Sequence[_Burst], place: int) -> ToneKind | None:
    """What a burst is, by its length and its neighbours; None for a dial tone and for what is no tone at all."""
    burst = bursts[place]
    beside = (*bursts[max(place - 1, 0) : place], *bursts[place + 1 : place + 2])
    if burst.sines == _US_BUSY:
        return "busy" if burst.span.duration_s <= 1.0 and (beside or burst.frames >= _ALONE_FRAMES) else None
    if burst.sines != _ONE_SINE:
        return "ringback" if beside or burst.frames >= _ALONE_FRAMES else None
    around = bursts[max(place - 1, 0) : place + 2]
    if any(_as_busy(one, two) for one, two in pairwise(around)):
        return "busy"
    pauses_s = [two.span.start_s - one.span.end_s for one, two in pairwise(around)]
    alone = not pauses_s or min(pauses_s) >= _RING_PAUSE_S
    long_enough = burst.frames >= _ALONE_FRAMES and burst.span.duration_s <= _LONGEST_RING_S
    return "ringback" if alone and long_enough else None


def _as_busy(one: _Burst, two: _Burst) -> bool:
    low_s, high_s = _BUSY_S
    short = all(low_s <= burst.span.duration_s <= high_s for burst in (one, two))
    return short and _BUSY_PAUSE_S[0] <= two.span.start_s - one.span.end_s <= _BUSY_PAUSE_S[1]
