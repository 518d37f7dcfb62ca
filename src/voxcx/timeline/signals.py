"""What a recording holds besides speech: tones of the network, keys and music, channel by channel, in one pass.

Of ten hours in two channels about 30 MB are kept; spectra are not.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.heard import Tone
from voxcx.domain.intervals import Intervals, union
from voxcx.timeline.dtmf import KeyFinder
from voxcx.timeline.levels import Levels
from voxcx.timeline.music import MusicFinder
from voxcx.timeline.spectrum import SHORT_HZ, Spectra, SpectrumStream
from voxcx.timeline.tones import ToneFinder

_TELEPHONE = slice(round(156 / SHORT_HZ), round(3_530 / SHORT_HZ))  # bins of the band that a line carries, without hum
_RINGING = slice(round(375 / SHORT_HZ), round(530 / SHORT_HZ))  # at least one sine of every ringing and busy tone


class Signals:
    """``add`` int16 samples at 16 kHz, shape (channels, n), in blocks of any length; then ``finish``, then ask."""

    def __init__(self, channels: int) -> None:
        self._spectra = SpectrumStream(channels)
        self._channels = [_Channel(number) for number in range(channels)]
        self._samples = 0
        self._tones: tuple[Tone, ...] = ()
        self._music: tuple[Intervals, ...] = ((),) * channels

    def add(self, block: NDArray[np.int16]) -> None:
        """Take the next samples of all channels."""
        self._look(self._spectra.add(block))

    def finish(self) -> None:
        """To be called when the sound is over, before anything is asked."""
        self._look(self._spectra.finish())
        for channel in self._channels:
            channel.finish()
        self._tones = tuple(sorted((t for one in self._channels for t in one.tones), key=lambda t: t.span))
        self._music = tuple(one.music for one in self._channels)

    @property
    def tones(self) -> tuple[Tone, ...]:
        """Bursts of ringing and busy tone and keys, in order of time."""
        return self._tones

    @property
    def music(self) -> tuple[Intervals, ...]:
        """Where each channel carries music."""
        return self._music

    def _look(self, spectra: Iterable[Spectra]) -> None:
        for one in spectra:
            self._channels[one.channel].add(one)


class _Channel:
    def __init__(self, number: int) -> None:
        self._number = number
        self._all, self._ringing = Levels(), Levels()
        self._tone, self._key, self._note = ToneFinder(), KeyFinder(), MusicFinder()
        self.tones: tuple[Tone, ...] = ()
        self.music: Intervals = ()

    def add(self, spectra: Spectra) -> None:
        total = spectra.short[:, _TELEPHONE].sum(axis=1)
        self._all.add(total)
        self._ringing.add(spectra.short[:, _RINGING].sum(axis=1))
        self._key.add(spectra.first_short, spectra.short, total)
        self._tone.add(spectra.first_long, spectra.long)
        self._note.add(spectra.long)

    def finish(self) -> None:
        self._all.finish()
        self._ringing.finish()
        network = tuple(self._tone.found(self._number, self._ringing))
        keys = tuple(self._key.found(self._number, self._all))
        self.tones = (*network, *keys)
        self.music = self._note.found(self._all, union(tone.span for tone in self.tones))
