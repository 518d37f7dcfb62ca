"""How loud a channel gets, and whether its peaks run into a ceiling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.intervals import Intervals

Samples = NDArray[np.int16]
RATE_HZ = 16_000  # what the detector gets
FULL_SCALE = 32_768.0
FRAME_S = 0.032
_FLOOR = 1e-10
_OUTLIERS = 3  # frames that may be louder than the ceiling: a knock, a step of the codec
_AT_CEILING = 0.98
_EXACT = 0.003  # a ceiling is met exactly; what only comes near it is loud, not clipped
_BELOW_CEILING = 0.90
_PILED_UP = 6.0  # times as many peaks at the ceiling as in an equal band below it; loud clean speech has up to five
_MOSTLY = 0.5
_COARSE = 200  # steps of 16 bit: below, so few heights are left that peaks meet by chance
_FEWEST = 12  # frames at the ceiling, and of speech: fewer may stand there by chance


class LoudestSecond:
    """Level of each channel's loudest whole second; fed blocks (channels, n) at 16 kHz."""

    def __init__(self, channels: int) -> None:
        self._loudest = np.zeros(channels)
        self._power = np.zeros(channels)  # sums over the second that is being filled
        self._sum = np.zeros(channels)
        self._filled = 0

    def add(self, block: Samples) -> None:
        """Take the next samples, wherever blocks begin and end."""
        while block.shape[1]:
            part, block = block[:, : RATE_HZ - self._filled], block[:, RATE_HZ - self._filled :]
            audio = part.astype(np.float64)
            self._power += np.einsum("cn,cn->c", audio, audio) / FULL_SCALE**2
            self._sum += audio.sum(axis=1) / FULL_SCALE
            self._filled += part.shape[1]
            if self._filled == RATE_HZ:
                self._loudest = np.maximum(self._loudest, self._second())
                self._power, self._sum, self._filled = self._power * 0, self._sum * 0, 0

    @property
    def db(self) -> tuple[float, ...]:
        """Level in dB of full scale, a constant offset left out: it cannot be heard."""
        return tuple(float(v) for v in 10 * np.log10(np.maximum(self._loudest, self._second()) + _FLOOR))

    def _second(self) -> NDArray[np.float64]:
        second: NDArray[np.float64] = self._power / RATE_HZ - np.square(self._sum) / (max(self._filled, 1) * RATE_HZ)
        return second


class Peaks:
    """Highest and lowest sample of each channel per frame of 32 ms, at the recording's own rate.

    Resampling and lossy codecs round the corners of a clipped wave: after them clipping can no longer be told from
    loud speech, so this looks at the samples as they were recorded.
    """

    def __init__(self, rate_hz: int) -> None:
        self._frame = max(round(FRAME_S * rate_hz), 1)
        self._frame_s = self._frame / rate_hz
        self._high: list[Samples] = []
        self._low: list[Samples] = []
        self._rest: Samples | None = None

    def add(self, block: Samples) -> None:
        """Take the next samples, shape (channels, n)."""
        waiting = block if self._rest is None else np.concatenate((self._rest, block), axis=1)
        whole = waiting.shape[1] // self._frame * self._frame
        frames = waiting[:, :whole].reshape(waiting.shape[0], -1, self._frame)
        self._rest = waiting[:, whole:].copy()
        if whole:
            self._high.append(frames.max(axis=2))
            self._low.append(frames.min(axis=2))

    def clipped_share(self, channel: int, speech: Intervals) -> float:
        """Share of the frames of speech whose peak stands at a ceiling, above or below zero; 0.0 without a ceiling."""
        if not self._high:
            return 0.0
        high = np.concatenate([part[channel] for part in self._high]).astype(np.float64)
        low = np.concatenate([part[channel] for part in self._low]).astype(np.float64)
        spoken = _within(high.size, self._frame_s, speech)
        return max(_share_at_ceiling(high[spoken]), _share_at_ceiling(-low[spoken]))


def _within(frames: int, frame_s: float, speech: Intervals) -> NDArray[np.bool_]:
    spoken = np.zeros(frames, dtype=bool)
    for piece in speech:
        spoken[round(piece.start_s / frame_s) : round(piece.end_s / frame_s)] = True
    return spoken


def _share_at_ceiling(peaks: NDArray[np.float64]) -> float:
    """Speech seldom reaches its own maximum: where many peaks stand at exactly one height, it has been cut there."""
    if peaks.size < _FEWEST:
        return 0.0
    ceiling = float(np.sort(peaks)[-_OUTLIERS])
    if ceiling < _COARSE:
        return 0.0
    at = int(np.sum(peaks >= _AT_CEILING * ceiling))
    exact = int(np.sum(np.abs(peaks - ceiling) <= max(2.0, _EXACT * ceiling)))
    band = (1 - _AT_CEILING) / (_AT_CEILING - _BELOW_CEILING)
    below = band * int(np.sum((peaks >= _BELOW_CEILING * ceiling) & (peaks < _AT_CEILING * ceiling)))
    piled_up = at >= _FEWEST and at >= _PILED_UP * max(below, 1.0) and exact >= _MOSTLY * at
    return at / peaks.size if piled_up else 0.0
