"""How one note of the hold music sounds: instruments of a few sines, drums of noise. float64, mono, 8 kHz."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from voxcx.simulation.calls.signals import RATE_HZ, Floats, edges


@lru_cache(maxsize=512)
def played(voice: str, midi: int, n_samples: int) -> Floats:
    """One note, its edges soft."""
    time_s = np.arange(n_samples) / RATE_HZ
    sound = _VOICES[voice](440.0 * 2 ** ((midi - 69) / 12), time_s)
    return np.asarray(sound * edges(n_samples, 0.08 if voice in {"pad", "strings"} else 0.004))


def _sines(note_hz: float, time_s: Floats, strengths: tuple[float, ...], fades: float = 0.0) -> Floats:
    """Overtones 1, 2, 3 … below the telephone's upper edge; each fades the faster the higher it is."""
    sound = np.zeros(time_s.size)
    for k, strength in enumerate(strengths, start=1):
        if strength and k * note_hz < 3_700:
            sound += strength * np.sin(2 * np.pi * k * note_hz * time_s) * np.exp(-fades * (0.5 + 0.5 * k) * time_s)
    return sound


def _flute(note_hz: float, time_s: Floats) -> Floats:
    bent_s = time_s + 0.004 / (2 * np.pi * 5.2) * np.sin(2 * np.pi * 5.2 * time_s)
    return 0.8 * _sines(note_hz, bent_s, (1.0, 0.25, 0.1))


def _bell(note_hz: float, time_s: Floats) -> Floats:
    inner = 1.8 * np.exp(-4 * time_s) * np.sin(2 * np.pi * 3.5 * note_hz * time_s)
    return np.asarray(np.sin(2 * np.pi * note_hz * time_s + inner) * np.exp(-2.5 * time_s))


def _pad(note_hz: float, time_s: Floats) -> Floats:
    return 0.6 * (_sines(note_hz, time_s, (1.0, 0.3, 0.1)) + _sines(1.004 * note_hz, time_s, (0.7,)))


def _strings(note_hz: float, time_s: Floats) -> Floats:
    detuned = (_sines(note_hz * cents, time_s, tuple(1 / k**1.3 for k in range(1, 9))) for cents in (0.997, 1.0, 1.003))
    return np.asarray(0.3 * sum(detuned))


def _drum_noise(time_s: Floats) -> Floats:
    return np.random.default_rng(time_s.size).standard_normal(time_s.size)


_VOICES: dict[str, Callable[[float, Floats], Floats]] = {
    "plucked": lambda note_hz, time_s: _sines(note_hz, time_s, (1.0, 0.6, 0.45, 0.3, 0.2, 0.15), 3.0),
    "keys": lambda note_hz, time_s: _sines(note_hz, time_s, (1.0, 0.2, 0.05, 0.15), 1.6),
    "organ": lambda note_hz, time_s: 0.5 * _sines(note_hz, time_s, (1.0, 0.8, 0.6, 0.5, 0.0, 0.4, 0.0, 0.3)),
    "pad": _pad,
    "strings": _strings,
    "flute": _flute,
    "bell": _bell,
    "bass": lambda note_hz, time_s: _sines(note_hz, time_s, (1.0, 0.7, 0.3, 0.15), 1.5),
    "kick": lambda _, time_s: np.sin(2 * np.pi * (50 * time_s - 3 * np.exp(-30 * time_s))) * np.exp(-18 * time_s),
    "snare": lambda _, time_s: _drum_noise(time_s) * np.exp(-28 * time_s),
    "hat": lambda _, time_s: np.diff(_drum_noise(time_s), prepend=0.0) * np.exp(-70 * time_s),
}
