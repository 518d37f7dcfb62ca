"""What the two channels have in common: an echo of one on the other, or the same sound on both.

Cross-spectra are summed over segments of 2 s. For echoes only frames count in which one channel speaks and the other
is far below; whitened, they show an echo as a sharp peak at its delay, even below the noise (generalised
cross-correlation, Knapp and Carter 1976).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Spectrum = NDArray[np.complex128]
RATE_HZ = 8_000  # half of what comes in: speech and its echo lie below 4 kHz
FRAME = 256  # 32 ms, the detector's frame
SEGMENT = 16_384  # 2 s: long against any delay, so that little wraps around
FULL_SCALE = 32_768.0
_FRAMES = SEGMENT // FRAME
_LINES = SEGMENT // 2 + 1
_LATEST = 5_120  # samples of delay that are searched: 0.64 s
_EARLY = 16  # filters may put an echo a little before its sound
_REACH = _LATEST // FRAME - 1  # frames back in which an echo's sound may lie
_BELOW = 10**-1.0  # a frame counts where it is 10 dB below the other channel's loudest of late …
_SPEAKS = 10**-5.5  # … and that one is loud enough to be speech (−55 dB of full scale)
_QUIETEST = 10**-3.5  # being quieter than this, of the other's loudness, makes a frame weigh no more
_WHITENING = 0.8  # of every segment; the rest by the mean spectra: full whitening gives noise too much say
_BAND = slice(150 * SEGMENT // RATE_HZ, 3_500 * SEGMENT // RATE_HZ)  # lines in which telephones carry speech
_SMOOTH = 33  # lines (16 Hz): a spectrum is smoothed before anything is divided by it
_WIDE = 16  # samples (2 ms): a filtered echo has a hill, not a peak
_FAR = _LATEST + 400  # samples of delay, early or late, where there is no echo but chance
_SPREAD = 10  # frames over which an echo's energy is looked for, the first of them before its peak
_OVER_CHANCE = 1.5  # a frame of the spread with less holds nothing
_SHIFT = 400  # samples: the same sound on both channels may come 50 ms apart
_SOUNDS = 10**-3.0  # a segment as loud as this holds sound (−60 dB of full scale)
_PARTS = 3  # of the segments in turn: what one moment makes by chance, the others do not show
_IN_TWO = 0.8  # contrast that a true echo has in two of the parts at least
_FEWEST = 6  # segments in which a party speaks alone: in less than some 20 s of call, chance and echo look alike
_USED = 0.05  # of a segment's frames: fewer say nothing
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Echo:
    """Channel ``of`` is heard on channel ``on``, ``delay_s`` later.

    ``spread``: energy as a share of the source's, per frame of 32 ms of delay, from ``first`` frames on. ``contrast``:
    the peak as a multiple of the highest that chance makes at delays where no echo can be. ``confirmed``: it is seen in
    parts of the call on their own.
    """

    of: int
    on: int
    delay_s: float
    contrast: float
    confirmed: bool
    first: int
    spread: tuple[float, ...]

    @property
    def attenuation_db(self) -> float:
        """How much weaker the echo is than its source."""
        return float(-10 * np.log10(sum(self.spread) + _TINY))


class CommonSound:
    """Fed blocks of shape (2, n) at 16 kHz; keeps sums of fixed size, and one energy per channel and frame."""

    def __init__(self) -> None:
        self._cross = np.zeros((2, _LINES), dtype=np.complex128)  # row k of each sum: channel k as the source
        self._white = np.zeros((2, _PARTS, _LINES), dtype=np.complex128)
        self._segments = [0, 0]
        self._source = np.zeros((2, _LINES))
        self._received = np.zeros((2, _LINES))
        self._weighed = np.zeros((2, _REACH + 1))  # weighted energy of the source, per frame of delay
        self._same = np.zeros(_LINES, dtype=np.complex128)
        self._loudness = 0.0
        self._late = np.full((2, _REACH), _TINY, dtype=np.float32)
        self._energies: list[Floats] = []
        self._rest = np.zeros((2, 0), dtype=np.int16)

    def add(self, block: Samples) -> None:
        """Take the next samples of both channels."""
        waiting = np.concatenate((self._rest, block), axis=1)
        whole = waiting.shape[1] // (2 * SEGMENT) * 2 * SEGMENT
        for start in range(0, whole, 2 * SEGMENT):
            self._take(waiting[:, start : start + 2 * SEGMENT])
        self._rest = waiting[:, whole:]

    def finish(self) -> None:
        """Take what is left, filled up with silence."""
        if self._rest.shape[1]:
            self._take(np.pad(self._rest, ((0, 0), (0, 2 * SEGMENT - self._rest.shape[1]))))
            self._rest = self._rest[:, :0]

    @property
    def energies(self) -> Floats:
        """Mean square per channel and frame of 32 ms, full scale 1; what fills up the last segment included."""
        return np.concatenate(self._energies, axis=1) if self._energies else np.zeros((2, 0), dtype=np.float32)

    @property
    def likeness(self) -> float | None:
        """Mean correlation of the channels (0–1, either sign) at their best delay; None where nothing sounds."""
        if not self._loudness:
            return None
        at = np.abs(np.fft.irfft(self._same, 2 * SEGMENT)) * 2  # twice as fine: a peak between two samples is met
        return float(np.concatenate((at[: 2 * _SHIFT], at[-2 * _SHIFT :])).max()) / self._loudness

    def echoes(self) -> tuple[Echo, ...]:
        """The strongest echo of each channel on the other one, be it real or chance; none where nobody spoke alone."""
        return tuple(self._echo(of) for of in (0, 1) if self._segments[of])

    def _take(self, samples: Samples) -> None:
        halved = (samples[:, ::2].astype(np.float32) + samples[:, 1::2]) / np.float32(2 * FULL_SCALE)
        halved -= halved.mean(axis=1, keepdims=True)  # a constant offset is no sound
        frames = halved.reshape(2, _FRAMES, FRAME)
        energy = np.einsum("cfn,cfn->cf", frames, frames) / FRAME
        weights = self._weights(energy)
        self._energies.append(energy)
        self._late = energy[:, -_REACH:]
        source = np.fft.rfft(halved, axis=1)
        self._compare(source[:, _BAND])
        if weights.any():
            received = np.fft.rfft((frames[::-1] * weights[:, :, None]).reshape(2, SEGMENT), axis=1)
            self._correlate(source, received, np.mean(weights > 0, axis=1, keepdims=True))

    def _compare(self, source: NDArray[np.complexfloating]) -> None:
        """Correlation of one segment; a loud one says more, for coding spoils the quiet ones."""
        power = np.square(np.abs(source)).sum(axis=1) * (2 / SEGMENT**2) + _TINY  # mean square of the samples
        loudness = float(np.sqrt(power.max()))
        if loudness > _SOUNDS:
            self._same[_BAND] += source[0].conj() * source[1] * (loudness / (SEGMENT * np.sqrt(power[0] * power[1])))
            self._loudness += loudness

    def _correlate(
        self, source: NDArray[np.complexfloating], received: NDArray[np.complexfloating], used: Floats
    ) -> None:
        cross = source.conj() * received
        self._cross += cross
        white = cross * (np.sqrt(used) / (np.abs(cross) ** _WHITENING + _TINY))
        for of in np.flatnonzero(used[:, 0] > _USED):
            self._white[of, self._segments[of] % _PARTS] += white[of]
            self._segments[of] += 1
        self._source += np.square(np.abs(source))
        self._received += np.square(np.abs(received))

    def _weights(self, energy: Floats) -> Floats:
        """Row k: what the other channel's frames weigh where channel k speaks and the other is far below it."""
        known = np.concatenate((self._late, energy), axis=1)
        loudest = np.lib.stride_tricks.sliding_window_view(known, _REACH + 1, axis=1).max(axis=2)
        other = energy[::-1]
        useful = (other < _BELOW * loudest) & (loudest > _SPEAKS)
        weights = np.where(useful, 1 / (other + _QUIETEST * loudest + np.float32(_TINY)), 0).astype(np.float32)
        inside = np.pad(energy, ((0, 0), (_REACH, 0)))  # what lies before the segment is not in its spectrum
        for lag in range(_REACH + 1):
            self._weighed[:, lag] += np.einsum("cf,cf->c", weights, inside[:, _REACH - lag : _REACH - lag + _FRAMES])
        return weights

    def _echo(self, of: int) -> Echo:
        source = _smoothed(self._source[of])
        power = (source * _smoothed(self._received[of])) ** ((1 - _WHITENING) / 2)
        white = _response(self._white[of].sum(axis=0), power)
        delay, contrast = _peak(white)
        confirmed = self._is_confirmed(of, power, delay)
        energy = self._weighed[of, min(max(delay, 0) // FRAME, _REACH)] * FRAME * SEGMENT / 2 + _TINY
        # By Parseval a response divided by the root of the source's power has the energy of the echo.
        plain = _response(self._cross[of], np.sqrt(source / source.sum()) * energy) * (SEGMENT / 2)
        share, shape = sum(_by_frames(plain, delay)), _by_frames(white, delay)
        spread = tuple(part * max(share, _TINY) / (sum(shape) + _TINY**3) for part in shape)
        return Echo(of, 1 - of, max(delay, 0) / RATE_HZ, contrast, confirmed, round(delay / FRAME) - 1, spread)

    def _is_confirmed(self, of: int, power: Doubles, delay: int) -> bool:
        """Few moments may be alike by chance at some delay; an echo is there again and again."""
        near = np.arange(delay - _WIDE // 2, delay + _WIDE // 2) % SEGMENT
        contrasts = []
        for part in self._white[of]:
            response = _response(part, power)
            contrasts.append(max(_contrast(one[near], one) for one in (response, _hills(response))))
        return self._segments[of] >= _FEWEST and sorted(contrasts)[1] >= _IN_TWO


def _smoothed(spectrum: Doubles) -> Doubles:
    padded = np.pad(spectrum, _SMOOTH // 2, mode="edge")
    return np.convolve(padded, np.full(_SMOOTH, 1 / _SMOOTH), "valid") + _TINY


def _response(cross: Spectrum, by: Doubles) -> Doubles:
    """Squared response by samples of delay (those early at the end), in the band of speech, divided by a spectrum."""
    flat = np.zeros_like(cross)
    flat[_BAND] = cross[_BAND] / by[_BAND]
    return np.square(np.fft.irfft(flat))


def _peak(response: Doubles) -> tuple[int, float]:
    """Delay in samples at which the response stands out most, narrowly or as a hill, and its contrast with chance."""
    found = []
    for one in (response, _hills(response)):
        where = np.concatenate((one[-_EARLY:], one[:_LATEST]))
        found.append((_contrast(where, one), int(where.argmax()) - _EARLY))
    contrast, delay = max(found)
    return delay, contrast


def _hills(response: Doubles) -> Doubles:
    around = np.concatenate((response[-(_WIDE // 2) :], response, response[: _WIDE // 2 - 1]))
    return np.convolve(around, np.full(_WIDE, 1 / _WIDE), "valid")


def _contrast(where: Doubles, response: Doubles) -> float:
    return float(np.sqrt(where.max() / (response[_FAR:-_FAR].max() + _TINY**3)))


def _by_frames(response: Doubles, delay: int) -> tuple[float, ...]:
    """Energy per frame of delay without what chance gives; the peak's own frame is never empty."""
    chance = FRAME * float(response[_FAR:-_FAR].mean())
    first = delay - FRAME // 2 - FRAME
    parts = [float(np.roll(response, -first - k * FRAME)[:FRAME].sum()) for k in range(_SPREAD)]
    found = [part - chance if part > _OVER_CHANCE * chance else 0.0 for part in parts]
    found[1] = max(found[1], float(response[delay]))
    return tuple(found)
