"""Defects of recordings, made on purpose from good calls: each maker returns samples with the defect put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]  # (channels, n), full scale 1
Random = np.random.Generator


@dataclass(frozen=True)
class Call:
    """A good two-channel call, or a piece of one."""

    name: str
    sound: Sound
    rate_hz: int


def at_db(level_db: float) -> float:
    """Factor of a level."""
    return float(10 ** (level_db / 20))


def delayed(sound: Sound, samples: int) -> Sound:
    """The sound later by so many samples, of the same length."""
    return np.pad(sound, ((0, 0), (samples, 0)))[:, : sound.shape[1]] if samples else sound


def line_noise(rng: Random, channels: int, n: int, level_db: float) -> Sound:
    """White noise."""
    return rng.standard_normal((channels, n)) * at_db(level_db)


def hum(n: int, rate_hz: int, level_db: float) -> Sound:
    """Mains hum with its third harmonic."""
    turn = 2 * np.pi * 50 * np.arange(n) / rate_hz
    return (np.sin(turn) + 0.3 * np.sin(3 * turn))[None] * at_db(level_db)


def as_telephony(sound: Sound) -> Sound:
    """µ-law and back (G.711 without its segments)."""
    coded = np.round(np.sign(sound) * np.log1p(255 * np.abs(sound)) / np.log(256) * 127) / 127
    expanded: Sound = np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255
    return expanded


def filtered(rng: Random, sound: Sound, rate_hz: int) -> Sound:
    """As it is, dulled, or through a room: one at random."""
    kind, ring = int(rng.integers(3)), round(0.1 * rate_hz)
    if kind == 0:
        return sound
    dull = np.exp(-np.arange(40) / 3) / 3
    room = rng.standard_normal(ring) * np.exp(-np.arange(ring) / (0.02 * rate_hz))
    room[0] = 3.0
    response = dull if kind == 1 else room / np.sqrt(np.sum(room**2))
    return np.stack([np.convolve(one, response)[: one.size] for one in sound])


def bleeding(rng: Random, call: Call, level_db: float, *, both: bool) -> tuple[Sound, Sound]:
    """(without, with) one party, or each, on the other's channel 0–0.6 s later; half of the calls on a noisy line."""
    source = call.sound
    if rng.random() < 0.5:
        source = source + line_noise(rng, *source.shape, rng.uniform(-70, -50))
    made = source.copy()
    first = int(rng.integers(2))
    for of in (first, 1 - first)[: 1 + both]:
        late = round(rng.uniform(0, 0.6) * call.rate_hz)
        made[1 - of] += at_db(level_db) * delayed(filtered(rng, source[of : of + 1], call.rate_hz), late)[0]
    return source, made


def dual_mono(rng: Random, call: Call) -> Sound:
    """The sum on both channels, one with another gain, up to 50 ms late, inverted, or coded."""
    mixed = call.sound.sum(axis=0, keepdims=True) * 0.7
    other = delayed(mixed, round(rng.choice([0.0, rng.uniform(0, 0.05)]) * call.rate_hz))
    other = other * at_db(rng.uniform(-6, 0)) * rng.choice([-1.0, 1.0])
    if rng.random() < 0.5:
        other = as_telephony(other)
    return np.concatenate((mixed, other))[:: int(rng.choice([-1, 1]))]


def dead(rng: Random, call: Call) -> Sound:
    """One channel: zeros, a constant, faint noise, faint hum, or a line on which nobody speaks."""
    n = call.sound.shape[1]
    kinds = (
        np.zeros((1, n)),
        np.full((1, n), rng.uniform(-0.3, 0.3)),
        line_noise(rng, 1, n, rng.uniform(-90, -70)),
        hum(n, call.rate_hz, rng.uniform(-90, -70)),
        line_noise(rng, 1, n, rng.uniform(-60, -45)),
    )
    made = call.sound.copy()
    spoken = np.argmax(np.sum(np.abs(made) > 0.02, axis=1))  # the party that speaks more stays
    made[1 - spoken] = kinds[int(rng.integers(len(kinds)))][0]
    return made


def clipped(rng: Random, call: Call, cut_db: float) -> Sound:
    """Both channels' peaks cut, then at full scale or quieter, half of them coded."""
    tops = np.abs(call.sound).max(axis=1, keepdims=True)
    made = np.clip(call.sound, -tops * at_db(-cut_db), tops * at_db(-cut_db))
    made *= rng.choice([0.999, rng.uniform(0.1, 0.9)]) / np.abs(made).max()
    return as_telephony(made) if rng.random() < 0.5 else made


def no_speech(rng: Random, call: Call) -> Sound:
    """Music, tones or noise on both channels."""
    n, rate = call.sound.shape[1], call.rate_hz
    time = np.arange(n) / rate
    if rng.random() < 1 / 3:
        return line_noise(rng, 2, n, rng.uniform(-60, -20)) + hum(n, rate, rng.uniform(-60, -30))
    if rng.random() < 0.5:
        ringing = np.sin(2 * np.pi * 425 * time) * (time % 5 < 1) * at_db(rng.uniform(-30, -10))
        return np.stack((ringing, np.roll(ringing, rate)))
    notes = 220 * 2 ** (rng.integers(0, 24, size=(3, round(n / rate / 0.4) + 1)) / 12)
    pitch = np.repeat(notes, round(0.4 * rate), axis=1)[:, :n]
    pitch = np.pad(pitch, ((0, 0), (0, n - pitch.shape[1])), mode="edge")
    phase = 2 * np.pi * np.cumsum(pitch, axis=1) / rate
    tune = sum(np.sin(k * phase).sum(axis=0) / k for k in (1, 2, 3)) * np.exp(-3 * (time % 0.4)) * 0.05
    return np.stack((tune, line_noise(rng, 1, n, -60)[0]))


def write(path: Path, sound: Sound, rate_hz: int) -> Path:
    """A recording in the format that the name's ending says."""
    codecs = {".wav": "pcm_s16le", ".flac": "flac", ".mp3": "libmp3lame", ".ogg": "libopus"}
    layout = "mono" if sound.shape[0] == 1 else "stereo"
    samples = np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        coded_hz = 48_000 if path.suffix == ".ogg" else rate_hz  # Opus knows no other rate
        stream: Any = container.add_stream(codecs[path.suffix], rate=coded_hz, layout=layout)
        size = {"frame_size": stream.frame_size} if stream.frame_size else {}
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=coded_hz, **size)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T).reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate_hz
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def cut_file(path: Path, share: float) -> Path:
    """The file's first part only, as a copy that broke off leaves it."""
    whole = path.read_bytes()
    path.write_bytes(whole[: round(share * len(whole))])
    return path


Maker = Callable[[Random, Call], Sound]
BLEED_DB = (-15, -20, -25, -30, -35, -40)
CUT_DB = (6, 12, 20)
MAKERS: dict[str, tuple[str, Maker]] = {
    "mono": ("mono", lambda _, call: call.sound.sum(axis=0, keepdims=True) * 0.7),
    "dual_mono": ("dual_mono", dual_mono),
    "dead_channel": ("dead_channel", dead),
    "not_speech": ("not_speech", no_speech),
    **{f"clipped {db} dB": ("clipped", lambda rng, call, db=db: clipped(rng, call, db)) for db in CUT_DB},
}
