"""Channel health before there are words: mono, dual mono, a dead channel, clipping, a cut file, no speech at all.

Fed block by block with the samples the detector gets; the verdict comes with the measurements behind it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voxcx.config import ChannelConfig
from voxcx.domain.heard import Finding, Verdict
from voxcx.domain.interaction import Recording
from voxcx.domain.intervals import Intervals

Samples = NDArray[np.int16]
FULL_SCALE = 32768.0
RATE_HZ = 16_000  # what the detector gets
_CLIPPED_AT = 32_700  # resampling rounds the corners of a clipped wave
_FLOOR = 1e-10
# The one that spoils most comes first: it names the recording's verdict.
_ORDER: tuple[Verdict, ...] = ("mono", "dual_mono", "dead_channel", "not_speech", "clipped", "truncated")


class ChannelMeter:
    """Level, clipping and likeness of the channels; ``add`` blocks of shape (channels, n)."""

    def __init__(self, channels: int) -> None:
        self._energy = np.zeros(channels)
        self._loudest = np.zeros(channels)
        self._clipped = np.zeros(channels)
        self._second = np.zeros(channels)  # energy of the second that is being filled
        self._filled = 0
        self._cross = 0.0
        self._samples = 0

    def add(self, block: Samples) -> None:
        """Take the next samples of all channels."""
        audio = block.astype(np.float64) / FULL_SCALE
        power = np.einsum("cn,cn->c", audio, audio)
        self._energy += power
        self._by_seconds(audio)
        self._clipped += (np.abs(block.astype(np.int32)) >= _CLIPPED_AT).sum(axis=1)
        if block.shape[0] == 2:
            self._cross += float(audio[0] @ audio[1])
        self._samples += block.shape[1]

    def _by_seconds(self, audio: NDArray[np.float64]) -> None:
        """The loudest whole second, wherever blocks begin and end."""
        while audio.shape[1]:
            part, audio = np.split(audio, [RATE_HZ - self._filled], axis=1)
            self._second += np.einsum("cn,cn->c", part, part)
            self._filled += part.shape[1]
            if self._filled == RATE_HZ:
                self._loudest = np.maximum(self._loudest, self._second / RATE_HZ)
                self._second, self._filled = np.zeros_like(self._second), 0

    @property
    def loudest_db(self) -> tuple[float, ...]:
        """Level of each channel's loudest second, dB of full scale."""
        loudest = np.maximum(self._loudest, self._second / RATE_HZ)
        return tuple(float(v) for v in 10 * np.log10(loudest + _FLOOR))

    @property
    def clipped_share(self) -> tuple[float, ...]:
        """Share of samples at full scale, per channel."""
        return tuple(float(v) for v in self._clipped / max(self._samples, 1))

    @property
    def correlation(self) -> float | None:
        """Correlation of the two channels at zero lag; None for mono or a silent channel."""
        if self._energy.size < 2 or self._energy.min() <= _FLOOR:
            return None
        return float(self._cross / np.sqrt(self._energy[0] * self._energy[1]))


def examine(
    recording: Recording, meter: ChannelMeter, speech: tuple[Intervals, ...], config: ChannelConfig
) -> tuple[Verdict, tuple[Finding, ...]]:
    """All findings, and the verdict of the worst of them (``ok`` when there is none)."""
    found = [*_alike(recording, meter, config), *_dead(meter, speech, config), *_broken(recording, meter, config)]
    if not any(speech):
        found.append(Finding("not_speech", "no speech was heard on any channel"))
    found.sort(key=lambda finding: _ORDER.index(finding.verdict))
    return (found[0].verdict if found else "ok"), tuple(found)


def _alike(recording: Recording, meter: ChannelMeter, config: ChannelConfig) -> list[Finding]:
    if recording.channels == 1:
        text = "one channel: the parties cannot be told apart; record agent and customer as stereo"
        return [Finding("mono", text)]
    likeness = meter.correlation
    if likeness is not None and likeness >= config.dual_mono_correlation:
        text = "both channels carry the same sound: the parties cannot be told apart"
        return [Finding("dual_mono", text, measured=(("correlation", round(likeness, 4)),))]
    return []


def _dead(meter: ChannelMeter, speech: tuple[Intervals, ...], config: ChannelConfig) -> list[Finding]:
    levels = meter.loudest_db
    if len(levels) < 2 or not any(speech):
        return []
    return [
        Finding("dead_channel", f"channel {k} carries nothing", k, (("loudest_db", round(level, 1)),))
        for k, level in enumerate(levels)
        if level < config.dead_below_db and not speech[k]
    ]


def _broken(recording: Recording, meter: ChannelMeter, config: ChannelConfig) -> list[Finding]:
    found = [
        Finding("clipped", f"channel {k} is clipped", k, (("clipped_share", round(share, 4)),))
        for k, share in enumerate(meter.clipped_share)
        if share > config.clipped_share
    ]
    if recording.truncated:
        text = "the file holds less sound than its header says: the rest was not recorded, not copied, or is damaged"
        found.append(Finding("truncated", text, measured=(("duration_s", round(recording.duration_s, 2)),)))
    if recording.missing_s:
        text = "sound is missing in the middle of the file: silence stands in its place"
        found.append(Finding("truncated", text, measured=(("missing_s", round(recording.missing_s, 2)),)))
    return found
