"""The voice of one channel: how loud it is and at what pitch, unit by unit, from the detector's own frames.

Pitch is by YIN (de Cheveigné and Kawahara 2002): the lag at which a piece of sound differs least from itself. That
holds on a telephone too, where the fundamental itself is not heard. Only frames that the detector calls speech are
measured, at 8 kHz, over 48 ms; a pitch counts where a neighbour has nearly the same, and near what the channel had of
late: octave errors and rustle do not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voxcx.config import SpeechConfig
from voxcx.domain.heard import VoicePiece
from voxcx.domain.intervals import Interval, Intervals
from voxcx.speech.vad import FRAME, FRAME_S

Floats = NDArray[np.float32]
RATE_HZ = 8_000  # half of the detector's: pitch needs no more
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
_SOFTENED = 4  # times that neighbouring samples are averaged: hiss, and harmonics too high for whole lags, fade
_WINDOW = 384  # 48 ms, three periods of the lowest voices
_TAIL = 2 * (_WINDOW + _SOFTENED) - FRAME  # samples at 16 kHz of the frame before
_FIRST, _LAST = int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ) + 1  # lags that are searched
_COMPARED = _WINDOW - _LAST - 1  # samples that are held against themselves at every lag
_VOICED = 0.25  # a voice differs from itself a period later by no more, 1 being the mean of shorter lags
_NEARLY = 0.03  # the first lag that is nearly the best is the period; those after it are its multiples
_AT_ONCE = 256  # windows: what a cache holds
_NEIGHBOUR_ST = 4.0  # a voice moves less than this within a frame
_OF_LATE = 50  # voiced frames, some 3 s of talk; the median is of so many and of as many before and after
_FROM_MEDIAN_ST = 10.0  # a voice seldom goes so far from its own median, an octave error does
_SILENT = 1e-10  # −100 dB


class VoiceMeter:
    """Gets frames as ``SpeechDetector`` judges them (its listener); keeps an energy and a pitch per frame."""

    def __init__(self, config: SpeechConfig) -> None:
        self._spoken_from = config.release
        self._tail = np.zeros((1, _TAIL), dtype=np.float32)
        self._energies: list[Floats] = []
        self._pitches: list[Floats] = []

    def add(self, frames: Floats, probabilities: Floats) -> None:
        """Take the next frames, shape (n, 512) in [−1, 1), and their probabilities of speech, shape (n,)."""
        constant = frames @ np.full(FRAME, 1 / FRAME, dtype=np.float32)  # an offset is no sound
        self._energies.append(np.einsum("fn,fn->f", frames, frames) / FRAME - np.square(constant))
        spoken = np.flatnonzero(probabilities >= self._spoken_from)
        tails = np.vstack((self._tail, frames[:-1, -_TAIL:]))
        self._tail = frames[-1:, -_TAIL:].copy()
        pitches = np.full(len(frames), np.nan, dtype=np.float32)
        for start in range(0, spoken.size, _AT_ONCE):
            some = spoken[start : start + _AT_ONCE]
            pitches[some] = pitches_hz(_softened(np.hstack((tails[some], frames[some]))))
        self._pitches.append(pitches)

    def pieces(self, speech: Intervals) -> tuple[VoicePiece, ...]:
        """The voice in each unit; to be asked when the detector has told its speech, so that the last frame is in."""
        return tuple(self._pieces(speech)) if self._energies else ()

    def _pieces(self, speech: Intervals) -> Iterator[VoicePiece]:
        so_far = np.concatenate(([0.0], np.cumsum(np.concatenate(self._energies), dtype=np.float64)))
        pitches = credible(np.concatenate(self._pitches))
        for span in speech:
            edges = np.array((span.start_s, span.end_s)) / FRAME_S
            first, end = np.ceil(edges - 0.5).astype(int)  # frames whose middle is in the unit
            heard = pitches[first:end]
            hz = tuple(round(float(v), 1) for v in heard[~np.isnan(heard)])
            yield VoicePiece(span, _level_db(span, so_far), hz)


def pitches_hz(windows: Floats) -> Floats:
    """Pitch of each window, shape (n, 384) at 8 kHz → (n,); NaN where there is no voice."""
    normal = _normalised(_difference(windows))[:, _FIRST - 2 : _LAST + 1]  # column 0 is lag 1
    before, here, after = normal[:, :-2], normal[:, 1:-1], normal[:, 2:]
    depth = np.where((here <= before) & (here < after), here, np.inf)
    best = depth.min(axis=1, keepdims=True)
    chosen = np.argmax(depth <= best + _NEARLY, axis=1)
    rows = np.arange(len(windows))
    left, low, right = before[rows, chosen], here[rows, chosen], after[rows, chosen]
    bend = np.maximum(left - 2 * low + right, _SILENT)
    lag = _FIRST + chosen + (left - right) / (2 * bend)  # the bottom of the parabola through three lags
    return np.where(best[:, 0] <= _VOICED, RATE_HZ / lag, np.nan).astype(np.float32)


def _softened(samples: Floats) -> Floats:
    """16 kHz → windows at 8 kHz, low-passed (half at 1.5 kHz)."""
    soft: Floats = samples[:, ::2] + samples[:, 1::2]
    for _ in range(_SOFTENED):
        soft = (soft[:, 1:] + soft[:, :-1]) / np.float32(2)
    return soft


def _difference(windows: Floats) -> Floats:
    """Sum of squares of each window's beginning minus what comes a lag later; columns are lags 1 … _LAST + 1."""
    level = windows - windows.mean(axis=1, keepdims=True)
    beginning = level.copy()
    beginning[:, _COMPARED:] = 0
    spectrum = np.fft.rfft(level) * np.fft.rfft(beginning).conj()
    alike = np.fft.irfft(spectrum, _WINDOW)[:, 1 : _LAST + 2]
    squares = np.square(level)
    first = squares[:, :_COMPARED].sum(axis=1, keepdims=True)
    gained = np.cumsum(squares[:, _COMPARED:] - squares[:, : _LAST + 1], axis=1)  # one sample comes in, one goes out
    differing: Floats = np.maximum(np.float32(2) * (first - alike) + gained, 0)
    return differing


def _normalised(difference: Floats) -> Floats:
    """Each lag's difference ÷ the mean of those up to it: cumulative mean normalised difference."""
    lags: Floats = np.arange(1, difference.shape[1] + 1, dtype=np.float32)
    so_far: Floats = np.maximum(np.cumsum(difference, axis=1), np.float32(_SILENT))
    normal: Floats = difference * lags / so_far
    return normal


def credible(pitches: Floats) -> Floats:
    """Pitches of a channel's frames in order, with NaN in place of those that a voice would not have there."""
    tones_st = 12 * np.log2(pitches)
    steady = np.abs(np.diff(tones_st)) <= _NEIGHBOUR_ST  # a NaN is near nothing
    voiced = np.flatnonzero(np.pad(steady, (1, 0)) | np.pad(steady, (0, 1)))
    kept = np.full_like(pitches, np.nan)
    for start in range(0, voiced.size, _OF_LATE):
        some = voiced[start : start + _OF_LATE]
        around = voiced[max(start - _OF_LATE, 0) : start + 2 * _OF_LATE]
        near = some[np.abs(tones_st[some] - np.median(tones_st[around])) <= _FROM_MEDIAN_ST]
        kept[near] = pitches[near]
    return kept


def _level_db(span: Interval, so_far: NDArray[np.float64]) -> float:
    """Mean square between two moments, in dB of full scale; frames at the edges count by their part."""
    at = np.clip(np.array((span.start_s, span.end_s)) / FRAME_S, 0, so_far.size - 1)
    begun, done = np.interp(at, np.arange(so_far.size), so_far)
    mean = (done - begun) / max(at[1] - at[0], _SILENT)
    return round(float(10 * np.log10(max(mean, _SILENT))), 2)
