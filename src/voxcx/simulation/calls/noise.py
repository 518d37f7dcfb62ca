"""Noise behind a call: a hiss, the babble of a crowd, a street, the hum of the mains. float32, mono, 8 kHz."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np

from voxcx.simulation.calls.signals import RATE_HZ, Floats, Samples, rms

Noise = Literal["white", "babble", "street", "hum"]


def noise_like(kind: Noise, n_samples: int, rng: np.random.Generator) -> Samples:
    """Noise of one kind at an RMS of 1."""
    make = {"white": _hiss, "babble": _babble, "street": _street, "hum": _hum}[kind]
    noise = make(n_samples, rng)
    return np.asarray(noise / max(rms(noise), 1e-9), dtype=np.float32)


def _hiss(n_samples: int, rng: np.random.Generator) -> Floats:
    return rng.standard_normal(n_samples)


def _street(n_samples: int, rng: np.random.Generator) -> Floats:
    """Traffic: a rumble that falls by 5 dB an octave, its level going ±6 dB as cars pass, and some hiss."""
    rumble = _shaped(rng.standard_normal(n_samples), lambda at_hz: np.clip(at_hz, 60, None) ** -0.8)
    swell_db = _wander(n_samples, 2.5, rng) * 12 - 6
    return np.asarray(rumble * 10 ** (swell_db / 20) + 0.05 * rms(rumble) * rng.standard_normal(n_samples))


def _hum(n_samples: int, rng: np.random.Generator) -> Floats:
    """Mains at 50 or 60 Hz with its overtones, 20 dB above a hiss."""
    turns = np.arange(n_samples) / RATE_HZ * rng.choice((50.0, 60.0)) * rng.uniform(0.998, 1.002)
    overtones = sum(np.sin(2 * np.pi * (k * turns + rng.random())) / k for k in range(1, 13))
    return np.asarray(overtones + 0.09 * rng.standard_normal(n_samples))


def _babble(n_samples: int, rng: np.random.Generator) -> Floats:
    """Eight voices without words: buzzes with gliding pitch through moving formants, four syllables a second.

    Each voice is a loop of its own length, 19 to 31 s, so that the crowd never repeats as a whole.
    """
    crowd = np.zeros(n_samples)
    for _ in range(8):
        length = min(n_samples, round(rng.uniform(19, 31) * RATE_HZ))
        crowd += rng.uniform(0.5, 1.0) * np.resize(_voice(length, rng), n_samples)
    return crowd


def _voice(n_samples: int, rng: np.random.Generator) -> Floats:
    pitch_hz = rng.uniform(90, 220) * (0.8 + 0.4 * _wander(n_samples, 0.4, rng))
    buzz = 2 * (np.cumsum(pitch_hz / RATE_HZ) % 1.0) - 1 + 0.1 * rng.standard_normal(n_samples)
    syllables = np.clip(_wander(n_samples, 0.12, rng) * 1.6 - 0.4, 0, 1)
    phrases = np.clip(_wander(n_samples, 0.8, rng) * 5 - 1, 0, 1)
    formants = np.zeros(n_samples)
    for middle_hz, gain in ((400, 1.0), (700, 0.8), (1300, 0.5), (2300, 0.35)):
        band = _shaped(buzz, partial(_bump, middle_hz))
        formants += gain * band / max(rms(band), 1e-9) * _wander(n_samples, 0.15, rng)
    return np.asarray(formants * syllables * phrases)


def _bump(middle_hz: float, at_hz: Floats) -> Floats:
    """A formant's gain: down to a third at a third of an octave from its middle."""
    return np.asarray(np.exp(-((3 * np.log2((at_hz + 1) / middle_hz)) ** 2)))


def _shaped(noise: Floats, gain: Callable[[Floats], Floats]) -> Floats:
    """A sound with the gain given by frequency; its length is rounded up, since a prime one is slow."""
    whole = noise.size + -noise.size % RATE_HZ
    at_hz = np.asarray(np.fft.rfftfreq(whole, 1 / RATE_HZ), dtype=np.float64)
    parts = np.fft.rfft(noise, whole) * gain(at_hz)
    return np.asarray(np.fft.irfft(parts, whole)[: noise.size], dtype=np.float64)


def _wander(n_samples: int, step_s: float, rng: np.random.Generator) -> Floats:
    """A curve between 0 and 1 that takes a new random value every ``step_s``, straight in between."""
    time_s = np.arange(n_samples) / RATE_HZ
    corners_s = np.arange(-rng.random() * step_s, n_samples / RATE_HZ + 2 * step_s, step_s)  # no two curves in step
    return np.asarray(np.interp(time_s, corners_s, rng.random(corners_s.size)))
