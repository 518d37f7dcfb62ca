"""Where a channel carries music: several notes at a time that stand still, and change.

A note is a sharp peak of the spectrum that stays in its place for 0.26 s and more. Voices glide: of the overtones of
speech hardly one does. So the number of lasting notes, averaged over two seconds, tells music from speech (figures in
the tests); noise has none, a tone of the network one. Hum and whistles last, but never change, and do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.intervals import Interval, Intervals, bridge, drop_shorter
from voxcx.timeline.levels import Levels, runs
from voxcx.timeline.spectrum import FIRST_S, LONG_HZ, LONG_STEP_S, Powers
from voxcx.units import rounded_s

Flags = NDArray[np.bool_]
SHORTEST_S = 3.0
LONGEST_REST_S = 1.5
# Notes at a time, mean of 2 s: real hold music has 4–6, under Opus at 8 kbit/s 1.6 and more; speech passes 1.3 once in
# a thousand frames, and never for long.
_MUSIC_NOTES, _STILL_NOTES = 1.7, 1.0
_SPOKEN_NOTES, _ENOUGH_NOTE_S = 1.2, 4.0  # and a stretch holds so many seconds of notes above what speech may have
_FEWEST_NOTES = 6  # different ones, overtones too: a dial tone has two, and a little at its edges
_MOST_NOTES = 6  # counted of one frame: a single rich sound is not music for long
_WINDOW = round(2.0 / LONG_STEP_S)
_FIRST, _END = round(150 / LONG_HZ), round(3_400 / LONG_HZ)  # bins that are looked at
_ASIDE = 4  # bins, 31 Hz: there a peak must have fallen
_ABOVE_ASIDE = 8.0  # … by 9 dB
_FAINTEST = 10**-6.5
_FAINTEST_SHARE = 10**-3.3  # of the frame's power: fainter peaks are the line's
_STEADY_FRAMES = 5
_MUTED = 1e-9
_ABOVE_STEADY = np.float32(6.0)
_LASTING = 4  # frames
_BANDS = 64  # about a semitone each, so that a frame's notes are one number
_UNCHANGING = 0.8  # of 30 s: what sounds that long is a whistle
_AROUND = round(15.0 / LONG_STEP_S)
_CHUNK = 4_096
_ONSET, _ONSET_SHARE = round(0.7 / LONG_STEP_S), 0.5
_VOICE_S, _PAUSE_S = 3.5, 0.25  # words at an edge lie in so much of it, with a pause between them and the music …
_VOICE_NOTES = 0.5  # … and have at most this share of its notes
_EDGE_BELOW_DB = 18.0  # an end is where the sound falls this far below the music beside it
_EDGE_SEARCH_S = 0.45
_BESIDE_S = 1.0


class MusicFinder:
    """The notes of one channel, frame by frame: 64 bits for 64 ms. ``add`` spectra, at the end ask for ``found``."""

    def __init__(self) -> None:
        self._peaks: Flags = np.zeros((_LASTING - 1, _END - _FIRST), dtype=bool)  # none before the sound
        self._steady: Powers = np.full(_END - _FIRST, np.inf, dtype=np.float32)
        self._notes: list[NDArray[np.uint64]] = []

    def add(self, long: Powers) -> None:
        """Take the next long spectra."""
        steady = _steady(long)
        peaks = np.concatenate((self._peaks, _peaks(long, _ABOVE_STEADY * np.minimum(steady, self._steady))))
        self._steady = steady
        self._peaks = peaks[-2 * (_LASTING - 1) :]
        if len(peaks) > 2 * (_LASTING - 1):
            self._notes.append(_in_bands(_lasting(peaks)))

    def found(self, levels: Levels, tones: Intervals) -> Intervals:
        """Music in seconds; ``tones`` are the network's and no notes."""
        if not self._notes:
            return ()
        notes = np.concatenate(self._notes)
        counts = np.concatenate([_count(part) for part in _changing(notes)])
        for tone in tones:
            first, end = (round((edge_s - FIRST_S) / LONG_STEP_S) for edge_s in (tone.start_s, tone.end_s))
            counts[max(first - 1, 0) : end + 2] = 0
        rough = (Interval(start_s, max(start_s, end_s)) for start_s, end_s in _rough(counts, notes))
        exact = (_without_voice(_with_exact_edges(p, levels), levels, counts) for p in bridge(rough, LONGEST_REST_S))
        return drop_shorter(bridge(exact, LONGEST_REST_S), SHORTEST_S)


def _steady(long: Powers) -> Powers:
    """The least power each bin has for 0.3 s, which hum has all the time; silence of a muted line does not count."""
    whole = len(long) // _STEADY_FRAMES * _STEADY_FRAMES
    means = long[:whole, _FIRST:_END].reshape(-1, _STEADY_FRAMES, _END - _FIRST).mean(axis=1)
    means = means[means.sum(axis=1) > _MUTED]
    return np.asarray(means.min(axis=0, initial=np.inf) if len(means) >= _STEADY_FRAMES else 0 * long[0, _FIRST:_END])


def _peaks(long: Powers, least_of_bins: Powers) -> Flags:
    """Bins that stand out sharply from what is beside them, shape of ``long`` between 150 and 3400 Hz."""
    inner = long[:, _FIRST:_END]
    least = np.maximum(np.float32(_FAINTEST), np.float32(_FAINTEST_SHARE) * inner.sum(axis=1))
    aside = np.maximum(long[:, _FIRST - _ASIDE : _END - _ASIDE], long[:, _FIRST + _ASIDE : _END + _ASIDE])
    aside *= _ABOVE_ASIDE
    peaks = inner > aside
    peaks &= inner > least[:, None]
    peaks &= inner > least_of_bins
    peaks &= inner > long[:, _FIRST - 1 : _END - 1]
    peaks &= inner >= long[:, _FIRST + 1 : _END + 1]
    return peaks


def _lasting(peaks: Flags) -> Flags:
    """Peaks that are part of a row of four frames with a peak in this bin or the next; three frames fewer each side."""
    near = peaks.copy()
    near[:, 1:] |= peaks[:, :-1]
    near[:, :-1] |= peaks[:, 1:]
    two = near[:-1] & near[1:]
    four = two[:-2] & two[2:]
    either = four[:-1] | four[1:]
    held = either[:-2] | either[2:]
    held &= peaks[_LASTING - 1 : 1 - _LASTING]
    return held


def _in_bands(held: Flags) -> NDArray[np.uint64]:
    bands = np.logical_or.reduceat(held, _band_starts(), axis=1)
    return np.packbits(bands, axis=1).view(np.uint64)[:, 0]


@lru_cache(maxsize=1)
def _band_starts() -> NDArray[np.int64]:
    even = np.round(np.geomspace(_FIRST, _END, _BANDS + 1)[:-1]).astype(np.int64)
    return np.maximum(even - _FIRST, np.arange(_BANDS))  # none is narrower than a bin


def _changing(notes: NDArray[np.uint64]) -> Iterator[NDArray[np.uint8]]:
    """Notes as bits, frames × bands, without those that sound through most of the 30 s around."""
    for start in range(0, notes.size, _CHUNK):
        first, end = max(start - _AROUND, 0), min(start + _CHUNK + _AROUND, notes.size)
        bits = _bits(notes[first:end])
        summed = np.concatenate((np.zeros((1, _BANDS), dtype=np.int32), bits.cumsum(axis=0, dtype=np.int32)))
        here = np.arange(start, min(start + _CHUNK, notes.size)) - first
        left, right = np.maximum(here - _AROUND, 0), np.minimum(here + _AROUND, len(bits))
        sounding = summed[right] - summed[left]
        lasting = sounding > _UNCHANGING * np.maximum(right - left, _AROUND)[:, None]
        yield bits[here] & ~lasting


def _bits(notes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.unpackbits(notes.view(np.uint8).reshape(-1, _BANDS // 8), axis=1)


def _count(bits: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.asarray(np.minimum(bits.sum(axis=1), _MOST_NOTES), dtype=np.float64)


def _rough(counts: NDArray[np.float64], notes: NDArray[np.uint64]) -> Iterator[tuple[float, float]]:
    """From the first to the last note of each stretch that has music in it."""
    half, excess = _WINDOW // 2, (counts - _SPOKEN_NOTES) * LONG_STEP_S
    summed = np.cumsum(np.pad(counts, (half + 1, half)))
    mean = (summed[2 * half + 1 :] - summed[: -2 * half - 1]) / (2 * half + 1)
    for start, end in runs(mean >= _STILL_NOTES):
        enough = mean[start:end].max() >= _MUSIC_NOTES and excess[start:end].sum() >= _ENOUGH_NOTE_S
        if enough and np.bitwise_or.reduce(notes[start:end]).item().bit_count() >= _FEWEST_NOTES:
            first = max(start - half, 0)
            around = counts[first : end + half]
            last = first + around.size - 1 - _onset(around[::-1])
            yield FIRST_S + (first + _onset(around)) * LONG_STEP_S, FIRST_S + last * LONG_STEP_S


def _onset(counts: NDArray[np.float64]) -> int:
    """The first frame from which on there are about as many notes as soon after: no stray note of a voice."""
    ahead = np.convolve(counts, np.ones(_ONSET), "full")[_ONSET - 1 :] / _ONSET
    here = (counts > 0) & (ahead >= _ONSET_SHARE * ahead[: 2 * _WINDOW].max())
    return int(here.argmax())


def _with_exact_edges(piece: Interval, levels: Levels) -> Interval:
    """Outwards to where the sound begins and ends, at most 0.45 s; a frame's notes are known to ± 0.1 s."""
    beside_s = min(_BESIDE_S, piece.duration_s)
    least_db = _edge_db(levels, (piece.start_s, piece.start_s + beside_s), piece.start_s - _BESIDE_S)
    start_s = levels.back_to(piece.start_s + LONG_STEP_S, piece.start_s - _EDGE_SEARCH_S, least_db)
    least_db = _edge_db(levels, (piece.end_s - beside_s, piece.end_s), piece.end_s)
    end_s = levels.on_to(piece.end_s - LONG_STEP_S, piece.end_s + _EDGE_SEARCH_S, least_db)
    start_s = piece.start_s if start_s is None else max(start_s, 0.0)
    end_s = piece.end_s if end_s is None else end_s
    return Interval(rounded_s(start_s), rounded_s(max(end_s, start_s)))


def _without_voice(piece: Interval, levels: Levels, counts: NDArray[np.float64]) -> Interval:
    """Without what is said on the same channel just before the music or after it: few notes, parted by a pause."""
    if piece.duration_s < 2 * _VOICE_S:
        return piece
    music_db = levels.median_db(piece.start_s + _VOICE_S, piece.end_s - _VOICE_S)
    outside_db = levels.quiet_db(piece.start_s - _BESIDE_S, piece.start_s)
    least_db = max(music_db - _EDGE_BELOW_DB, (music_db + outside_db) / 2)
    usual = float(counts[_frame(piece.start_s + _VOICE_S) : _frame(piece.end_s - _VOICE_S)].mean())

    def is_voice(start_s: float, end_s: float) -> bool:
        notes = counts[_frame(start_s) : _frame(end_s) + 1]
        return notes.size == 0 or float(notes.mean()) < _VOICE_NOTES * usual

    start_s, end_s = piece.start_s, piece.end_s
    for pause in levels.pauses(piece.start_s, piece.start_s + _VOICE_S, least_db, _PAUSE_S):
        start_s = pause.end_s if is_voice(piece.start_s, pause.start_s) else start_s
    for pause in reversed(levels.pauses(piece.end_s - _VOICE_S, piece.end_s, least_db, _PAUSE_S)):
        end_s = pause.start_s if is_voice(pause.end_s, piece.end_s) else end_s
    return Interval(rounded_s(start_s), rounded_s(end_s))


def _frame(time_s: float) -> int:
    return max(round((time_s - FIRST_S) / LONG_STEP_S), 0)


def _edge_db(levels: Levels, music_s: tuple[float, float], outside_s: float) -> float:
    """The level of an edge: well below the music, but in a noise half way down to it."""
    music_db = levels.median_db(*music_s)
    outside_db = levels.quiet_db(outside_s, outside_s + _BESIDE_S)
    return max(music_db - _EDGE_BELOW_DB, (music_db + outside_db) / 2)
