"""All that the samples tell about the channels, gathered in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from voxcx.channels.bleed import explained, fitted
from voxcx.channels.echo import CommonSound, Echo
from voxcx.channels.level import LoudestSecond, Peaks, Samples
from voxcx.config import ChannelConfig
from voxcx.domain.intervals import Intervals

_SILENT = 1e-12


class ChannelMeter:
    """``watching`` passes the recording's own blocks through, ``add`` takes them at 16 kHz, then ``finish``."""

    def __init__(self, channels: int, rate_hz: int, config: ChannelConfig) -> None:
        self._config = config
        self._level = LoudestSecond(channels)
        self._peaks = Peaks(rate_hz)
        self._common = CommonSound() if channels == 2 else None
        self._echoes: tuple[Echo, ...] = ()

    def watching(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """The same blocks, looked at before they are resampled."""
        for block in blocks:
            self._peaks.add(block)
            yield block

    def add(self, block: Samples) -> None:
        """Take the next samples of all channels, shape (channels, n) at 16 kHz."""
        self._level.add(block)
        if self._common is not None:
            self._common.add(block)

    def finish(self) -> None:
        """To be called when the sound is over, before anything is asked."""
        if self._common is None:
            return
        self._common.finish()
        if self.alike:
            return
        energies = self._common.energies
        certain = (e for e in self._common.echoes() if e.confirmed and e.contrast >= self._config.bleed_contrast)
        measured = (fitted(one, energies) for one in certain)
        self._echoes = tuple(one for one in measured if one.attenuation_db <= self._config.bleed_faintest_db)

    @property
    def loudest_db(self) -> tuple[float, ...]:
        """Level of each channel's loudest second, dB of full scale."""
        return self._level.db

    @property
    def echoes(self) -> tuple[Echo, ...]:
        """Which channel is heard on which, and how."""
        return self._echoes

    @property
    def likeness(self) -> float | None:
        """Correlation of the channels at their best delay, 0–1; None for one channel or where nothing sounds."""
        return None if self._common is None else self._common.likeness

    @property
    def alike(self) -> bool:
        """Both channels carry the same sound, be one delayed, inverted or somewhat quieter."""
        if self._common is None or self.likeness is None:
            return False
        mean = self._common.energies.mean(axis=1, dtype=np.float64) + _SILENT
        apart_db = abs(10 * float(np.log10(mean[0] / mean[1])))
        return self.likeness >= self._config.dual_mono_correlation and apart_db <= self._config.dual_mono_within_db

    def foreign(self, channel: int) -> NDArray[np.bool_] | None:
        """Frames of 32 ms that hold only the other party's echo; None where there is no echo."""
        if self._common is None:
            return None
        on = [one for one in self._echoes if one.on == channel]
        return explained(on[0], self._common.energies) if on else None

    def clipped_share(self, channel: int, speech: Intervals) -> float:
        """Share of a channel's frames of speech whose peaks are cut off."""
        return self._peaks.clipped_share(channel, speech)
