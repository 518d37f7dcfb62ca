"""One channel heard: where its party speaks, to 10 ms, and with what voice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voxcx.config import SpeechConfig
from voxcx.domain.heard import VoicePiece
from voxcx.domain.intervals import Intervals, bridge, drop_shorter
from voxcx.speech.edges import STEP_S, UNHEARD_DB, Levels, Loudness, sharpened
from voxcx.speech.resampling import Samples
from voxcx.speech.vad import FRAME_S, SpeechDetector
from voxcx.speech.voice import VoiceMeter


class Ear:
    """``add`` int16 samples of the channel at 16 kHz, block by block; at the end ask for ``speech``, then ``voice``."""

    def __init__(self, config: SpeechConfig) -> None:
        self._config = config
        self._loudness = Loudness()
        self._voice = VoiceMeter(config)
        self._detector = SpeechDetector(config, self._voice.add)
        self.detected: Intervals = ()

    def add(self, samples: Samples) -> None:
        """Take the next samples, shape (n,)."""
        self._loudness.add(samples)
        self._detector.add(samples)

    def speech(self, foreign: NDArray[np.bool_] | None = None) -> Intervals:
        """Inter-pausal units, seconds from the first sample; ``detected`` then holds the detector's own pieces.

        ``foreign`` marks frames of 32 ms that hold nothing of this channel's own party: they are no speech.
        """
        self.detected = self._detector.speech(foreign)
        levels_db = self._loudness.db if foreign is None else _own(self._loudness.db, foreign)
        gap_s = self._config.bridge_gap_s
        shorter_s = gap_s - STEP_S / 2  # gaps shorter than that are bridged; one of just that length is a pause
        return drop_shorter(bridge(sharpened(self.detected, levels_db, gap_s), shorter_s), self._config.min_piece_s)

    def voice(self, speech: Intervals) -> tuple[VoicePiece, ...]:
        """Level and pitch of each of the units that ``speech`` gave."""
        return self._voice.pieces(speech)


def _own(levels_db: Levels, foreign: NDArray[np.bool_]) -> Levels:
    """Levels without the frames in which only the other's echo is heard: they tell nothing of the noise either."""
    frames = (np.arange(levels_db.size) * STEP_S / FRAME_S).astype(np.intp)
    echo = np.pad(foreign, (0, max(int(frames.max(initial=0)) + 1 - foreign.size, 0)))[frames]
    return np.where(echo, UNHEARD_DB, levels_db)
