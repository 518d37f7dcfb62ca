"""How strong an echo is by the energies of frames, and which frames hold nothing but echo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voxcx.channels.echo import Echo, Floats

_CLEARLY = 3.0  # times the channel's noise: there an echo can be measured by its energy
_LOUD = 0.1  # of the echo's loudest moment
_ENOUGH = 15  # frames, half a second
_MARGIN = 4.0  # times what is expected (6 dB): rooms and codecs do not repeat a sound exactly
_FAINT = 0.1  # of the noise: an echo below makes no speech
_RINGS = 8  # frames in which a room and the detector go on after a sound …
_FADES = 0.5  # … falling by this from frame to frame


def fitted(echo: Echo, energies: Floats) -> Echo:
    """The echo with its strength set by the energies of its loud moments, where they stand out of the noise.

    What was summed leans to quiet moments, which tell a faint echo best and make a strong one look weaker than it is.
    """
    got, expected = energies[echo.on], _expected(echo, energies[echo.of])
    noise = _noise(got)
    loud = expected > _LOUD * float(expected.max(initial=0.0))
    if loud.sum() < _ENOUGH or float(np.median(got[loud])) < _CLEARLY * noise:
        return echo
    factor = float(np.median((got[loud] - noise) / expected[loud]))
    return replace(echo, spread=tuple(part * factor for part in echo.spread))


def explained(echo: Echo, energies: Floats) -> NDArray[np.bool_]:
    """Frames of the channel the echo is heard on that hold no more than that echo and the channel's noise."""
    got, expected = energies[echo.on], _expected(echo, energies[echo.of])
    noise = _noise(got)
    at_most = expected.copy()
    at_most[:-1] = np.maximum(at_most[:-1], expected[1:])
    for late in range(1, _RINGS + 1):
        at_most[late:] = np.maximum(at_most[late:], expected[:-late] * _FADES**late)
    found: NDArray[np.bool_] = (at_most > _FAINT * noise) & (got <= _MARGIN * at_most + 2 * noise)
    return found


def _expected(echo: Echo, source: Floats) -> Floats:
    """Energy of the echo by frames of the channel that it is heard on."""
    spread = np.concatenate((np.zeros(max(echo.first, 0)), echo.spread[max(-echo.first, 0) :]))
    return np.convolve(source, spread)[: source.size].astype(np.float32)


def _noise(energy: Floats) -> float:
    """Mean square of what a channel holds when nobody speaks."""
    return float(np.percentile(energy, 10)) if energy.size else 0.0
