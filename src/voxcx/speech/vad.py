"""The door to Silero: frames of 32 ms → speech per channel as inter-pausal units.

faster-whisper bundles the network; its own helper pads segments by 400 ms and bridges 2 s, which invents overlap
and hides silence, so the frames are read directly, as a stream that carries the network's state between blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from voxcx.config import SpeechConfig
from voxcx.domain.intervals import Interval, Intervals, bridge, drop_shorter
from voxcx.speech.resampling import RATE_HZ, Samples, as_float
from voxcx.units import rounded_s

FRAME = 512  # samples; Silero v6 takes nothing else at 16 kHz
CONTEXT = 64  # samples of the frame before, which the network wants in front
FRAME_S = FRAME / RATE_HZ
_STATE = (1, 1, 128)
CHUNK = 31 * FRAME  # samples that the network takes at a time, about a second
# After so many chunks without a trace of speech the network starts afresh: ringing, music or a long silence in its
# memory makes it deaf to the first words after it, for seconds (a greeting of 3 s after ringing, at 20 dB SNR).
_FORGETS_AFTER, _NO_TRACE = 6, 0.03
_INAUDIBLE = 0.001  # of full scale: a second without a higher peak holds no voice, and the network is not asked

# Told of every frame once, in order: samples in [−1, 1), shape (n, 512), and their probabilities of speech, (n,).
# The last frame, filled up with silence, comes when ``speech()`` is asked.
Listener = Callable[[NDArray[np.float32], NDArray[np.float32]], None]


class SpeechDetector:
    """Speech of one channel, fed block by block: ``add`` int16 samples at 16 kHz, at the end ask for ``speech()``."""

    def __init__(self, config: SpeechConfig, *listeners: Listener) -> None:
        self._config = config
        self._listeners = listeners
        self._session: Any = _session()
        self._h = np.zeros(_STATE, dtype=np.float32)
        self._c = np.zeros(_STATE, dtype=np.float32)
        self._context = np.zeros(CONTEXT, dtype=np.float32)
        self._rest = np.zeros(0, dtype=np.int16)
        self._probabilities: list[NDArray[np.float32]] = []
        self._samples = 0

    def add(self, samples: Samples) -> None:
        """Take the next samples of the channel, shape (n,)."""
        self._samples += samples.size
        waiting = np.concatenate((self._rest, samples))
        whole = waiting.size // CHUNK * CHUNK  # from the first sample on, wherever blocks begin and end
        self._rest = waiting[whole:]
        for start in range(0, whole, CHUNK):
            self._run(as_float(waiting[start : start + CHUNK]))

    def speech(self, foreign: NDArray[np.bool_] | None = None) -> Intervals:
        """Inter-pausal units, seconds from the first sample: short gaps bridged, short pieces dropped.

        ``foreign`` marks frames that hold nothing of this channel's own party: they are no speech.
        """
        end_s = self._samples / RATE_HZ
        if self._rest.size:  # the last frame is filled up with silence
            self._run(as_float(np.pad(self._rest, (0, -self._rest.size % FRAME))))
            self._rest = self._rest[:0]
        if not self._probabilities:
            return ()
        probabilities = np.concatenate(self._probabilities)
        if foreign is not None:
            probabilities = np.where(foreign[: probabilities.size], 0, probabilities)
        spoken = _hysteresis(probabilities, self._config.threshold, self._config.release)
        edges = ((a * FRAME_S, min(b * FRAME_S, end_s)) for a, b in _runs(spoken))
        pieces = (Interval(rounded_s(start_s), rounded_s(stop_s)) for start_s, stop_s in edges)
        return drop_shorter(bridge(pieces, self._config.bridge_gap_s), self._config.min_piece_s)

    def _run(self, audio: NDArray[np.float32]) -> None:
        frames = audio.reshape(-1, FRAME)
        if float(np.abs(audio).max()) < _INAUDIBLE:
            self._tell(frames, np.zeros(len(frames), dtype=np.float32))
            self._h, self._c = np.zeros_like(self._h), np.zeros_like(self._c)
            self._context = frames[-1, -CONTEXT:].copy()
            return
        late = self._probabilities[-_FORGETS_AFTER:]
        if len(late) == _FORGETS_AFTER and max(float(part.max()) for part in late) < _NO_TRACE:
            self._h, self._c = np.zeros_like(self._h), np.zeros_like(self._c)
        before = np.vstack((self._context, frames[:-1, -CONTEXT:]))
        self._context = frames[-1, -CONTEXT:].copy()
        feed = {"input": np.hstack((before, frames)), "h": self._h, "c": self._c}
        output, self._h, self._c = self._session.run(None, feed)
        self._tell(frames, output.reshape(-1))

    def _tell(self, frames: NDArray[np.float32], probabilities: NDArray[np.float32]) -> None:
        self._probabilities.append(probabilities)
        for listener in self._listeners:
            listener(frames, probabilities)


def _hysteresis(probabilities: NDArray[np.float32], start: float, release: float) -> NDArray[np.bool_]:
    """A run of frames above ``release`` is speech when at least one of them reaches ``start``."""
    above = probabilities >= release
    spoken = np.zeros(above.size, dtype=bool)
    for a, b in _runs(above):
        spoken[a:b] = probabilities[a:b].max() >= start
    return spoken


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


@lru_cache(maxsize=1)
def _session() -> Any:
    return get_vad_model().session
