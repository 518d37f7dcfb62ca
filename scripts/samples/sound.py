"""From placed lines to a two-channel FLAC: agent left, customer right, hold music, a quiet line noise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

from samples.plan import Placed
from samples.voices import RATE_HZ, Samples, require_tool

Curve = npt.NDArray[np.float64]

CHANNEL = {"agent": 0, "customer": 1}
NOISE_DB = -72.0
MUSIC_DB = -27.0
# Twelve bits, about what A-law keeps of a telephone line; FLAC stores the empty bits for nothing.
STEP = 16
CHORDS_HZ = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (349.2, 440.0, 523.3), (392.0, 493.9, 587.3))
CHORD_S = 1.6
NOTE_S = 0.4


def mix(placed: tuple[Placed, ...], duration_s: float, seed: int) -> Samples:
    """Samples of both channels, shape (n, 2)."""
    noise = np.random.default_rng(seed).standard_normal((round(duration_s * RATE_HZ), 2))
    sound = noise.astype(np.float32) * np.float32(10 ** (NOISE_DB / 20))
    for item in placed:
        clip = hold_music(len(item.sound)) if item.line.hold_s else item.sound
        start = round(item.start_s * RATE_HZ)
        sound[start : start + len(clip), CHANNEL[item.line.role]] += clip
    return sound


def hold_music(n_samples: int) -> Samples:
    """Four chords in turn, their notes plucked one after another above a soft pad: our own, and free."""
    time_s = np.arange(n_samples) / RATE_HZ
    music = np.zeros(n_samples)
    n_chords = int(np.ceil(n_samples / RATE_HZ / CHORD_S))
    for number in range(n_chords):
        chord = CHORDS_HZ[number % len(CHORDS_HZ)]
        since_s = time_s - number * CHORD_S
        inside = (since_s >= 0) & (since_s < CHORD_S)
        swell = np.sin(np.pi * np.clip(since_s / CHORD_S, 0, 1)) ** 0.5
        music += inside * swell * sum(0.25 * np.sin(2 * np.pi * note_hz * time_s) for note_hz in chord)
        for step, note_hz in enumerate((*chord, chord[1])):
            music += _pluck(since_s - step * NOTE_S, 2 * note_hz)
    edge = np.clip(np.minimum(time_s, time_s[::-1]) / 0.3, 0, 1)
    music *= edge
    level = float(np.sqrt((music**2).mean()))
    return np.asarray(music * (10 ** (MUSIC_DB / 20) / level), dtype=np.float32)


def write_flac(path: Path, sound: Samples) -> None:
    """Both channels as 16-bit FLAC."""
    peak = float(np.abs(sound).max())
    if peak >= 1.0:
        raise ValueError(f"{path.name}: expected samples below full scale, got a peak of {peak:.2f}")
    steps = np.round(sound * (32768 / STEP)).astype("<i2") * np.int16(STEP)
    command = [require_tool("sox", "sox"), "-R", "-D", "-t", "s16", "-r", str(RATE_HZ), "-c", "2", "-"]
    command += ["-C", "8", "--comment", "", str(path)]
    subprocess.run(command, input=steps.astype("<i2").tobytes(), capture_output=True, check=True)


def _pluck(since_s: Curve, note_hz: float) -> Curve:
    decay = np.where(since_s >= 0, np.exp(-6.0 * np.clip(since_s, 0, None)), 0.0)
    return np.asarray(decay * np.clip(since_s / 0.01, 0, 1) * np.sin(2 * np.pi * note_hz * since_s) * 0.6)
