"""Blocks of samples → power spectra, short and long, of every channel: what the tone and music detectors read.

The sound is halved to 8 kHz first: a telephone line carries no more, and it halves the work. What lies above 4 kHz
would fold back, so a half-band filter of seven taps goes before it: 47 dB down at 7 kHz (which would be 1 kHz),
25 dB at 6 kHz, still 16 dB at 5.3 kHz, where only hiss of wideband voices is, which is no tone when folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

Powers = NDArray[np.float32]
RATE_HZ: Final = 8_000
SHORT, SHORT_STEP = 256, 128  # 32 ms: a key of 40 ms fills one whole
LONG, LONG_STEP = 1_024, 512  # 128 ms: the notes of a chord stand apart
SHORT_STEP_S = SHORT_STEP / RATE_HZ
LONG_STEP_S = LONG_STEP / RATE_HZ
SHORT_HZ, LONG_HZ = RATE_HZ / SHORT, RATE_HZ / LONG  # from bin to bin
FIRST_S = -LONG_STEP_S  # the middle of the first frame, short and long: they begin before the sound does
_PIECE = 16 * RATE_HZ  # samples at 16 kHz that are worked on at once: spectra that fit a processor's own memory
_TAPS_BEFORE = 6


@dataclass(frozen=True, slots=True)
class Spectra:
    """A few seconds of one channel: frames × bins, each power the square of a sine's amplitude, full scale 1.

    Frame i of the whole recording has its middle at ``FIRST_S + i · step``; ``first_short`` and ``first_long`` are
    the numbers of the first frames here.
    """

    channel: int
    first_short: int
    first_long: int
    short: Powers
    long: Powers


class SpectrumStream:
    """``add`` int16 samples at 16 kHz, shape (channels, n), in blocks of any length; spectra come some seconds later.

    The result does not depend on how the sound was cut into blocks.
    """

    def __init__(self, channels: int) -> None:
        self._waiting = [np.zeros((channels, _TAPS_BEFORE), dtype=np.int16)]
        self._length = _TAPS_BEFORE
        self._late = np.zeros((channels, LONG), dtype=np.float32)
        self._first = 0  # number of the next long frame

    def add(self, block: NDArray[np.int16]) -> Iterator[Spectra]:
        """Spectra of all that is now complete."""
        self._waiting.append(block)
        self._length += block.shape[1]
        if self._length < _PIECE + _TAPS_BEFORE:
            return
        held = np.concatenate(self._waiting, axis=1)
        while held.shape[1] >= _PIECE + _TAPS_BEFORE:
            yield from self._spectra(held[:, : _PIECE + _TAPS_BEFORE])
            held = held[:, _PIECE:]
        self._waiting, self._length = [held], held.shape[1]

    def finish(self) -> Iterator[Spectra]:
        """Spectra of the rest, with silence behind it so that the last samples are in the middle of a frame."""
        held = np.concatenate(self._waiting, axis=1)
        step = 2 * LONG_STEP
        frames = -(-(held.shape[1] - _TAPS_BEFORE) // step) + 2
        filled = np.pad(held, ((0, 0), (0, frames * step + _TAPS_BEFORE - held.shape[1])))
        yield from self._spectra(filled)

    def _spectra(self, samples: NDArray[np.int16]) -> Iterator[Spectra]:
        sound = np.concatenate((self._late, _halved(samples)), axis=1)
        self._late = sound[:, -LONG:].copy()
        edge = (LONG - SHORT) // 2  # short and long frames of one number begin with one middle
        short_end = sound.shape[1] - edge - SHORT_STEP
        first = self._first
        self._first += (sound.shape[1] - LONG) // LONG_STEP
        for channel, one in enumerate(sound):
            short = _powers(one[edge:short_end], SHORT, SHORT_STEP)
            long = _powers(one[:-LONG_STEP], LONG, LONG_STEP)
            yield Spectra(channel, first * (LONG_STEP // SHORT_STEP), first, short, long)


def decibels(powers: Powers) -> NDArray[np.float32]:
    """DB of a full-scale sine; nothing is −120."""
    floor = np.float32(1e-12)
    return np.asarray(10 * np.log10(np.maximum(powers, floor)), dtype=np.float32)


def _halved(samples: NDArray[np.int16]) -> Powers:
    even = samples[:, 0::2].astype(np.float32)
    odd = samples[:, 1::2].astype(np.float32)
    half = even[:, 1:-2] + even[:, 2:-1]
    half *= 9
    half -= even[:, :-3]
    half -= even[:, 3:]
    half += 16 * odd[:, 1:-2]
    half *= 1 / (32 * 32_768)
    return np.asarray(half, dtype=np.float32)


def _powers(sound: Powers, length: int, step: int) -> Powers:
    frames = np.lib.stride_tricks.sliding_window_view(sound, length)[::step]
    bins = rfft(frames * _window(length), axis=1)
    powers = np.square(bins.real)
    powers += np.square(bins.imag)
    return np.asarray(powers, dtype=np.float32)


@lru_cache(maxsize=2)
def _window(length: int) -> Powers:
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return np.asarray(2 * hann / hann.sum(), dtype=np.float32)
