"""Pitch and level: what they cost, and how far they are from the truth of made voices and from librosa's pyin.

    OMP_NUM_THREADS=1 python scripts/bench_prosody.py [CALL_FOLDER …] [--pyin] [--start-up]

Always: made voices (harmonics with formants and vibrato through a telephone's band, with noise). Folders: CPU seconds
per hour of two-channel sound, the detector left out, and pitch per channel. --pyin adds pyin every 10 ms beside it
(some 5 CPU seconds per minute of a channel). --start-up tells what librosa takes before it measures anything, in a
new process; ``cold`` is the first time on a machine. Only this bench needs librosa.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from os import environ
from pathlib import Path
from time import process_time

import numpy as np
import soxr
from numpy.typing import NDArray

from voxcx.config import load_config
from voxcx.domain.intervals import Intervals, total_s
from voxcx.intake.audio import probe, read_blocks
from voxcx.speech.resampling import RATE_HZ, as_float, at_16_khz
from voxcx.speech.vad import FRAME, FRAME_S, SpeechDetector
from voxcx.speech.voice import HIGHEST_HZ, LOWEST_HZ, VoiceMeter, credible

Floats = NDArray[np.float32]
PYIN_RATE_HZ, PYIN_HOP_S = 8_000, 0.01
FORMANTS = ((500, 80), (1500, 120), (2500, 160))  # Hz and half-widths
BAND_HZ = (300, 3_400)
BLOCK_FRAMES = 312  # 10 s, what intake hands over
CONFIG = load_config().speech
START_UP = "import time; a = time.process_time(); from librosa import yin, pyin; print(time.process_time() - a)"


@dataclass(frozen=True)
class Channel:
    """One channel as the meter saw it, frame by frame."""

    name: str
    frames: Floats
    probabilities: Floats
    speech: Intervals
    hz: Floats
    cpu_s: float


def main() -> int:
    """Print the figures asked for."""
    asked = _asked()
    if asked.start_up:
        _start_up()
    _synthetic()
    for folder in asked.folders:
        paths = sorted(p for p in folder.iterdir() if p.suffix in {".flac", ".wav"})
        _folder(folder.name, [channel for path in paths for channel in _channels(path)], pyin=asked.pyin)
    return 0


def _asked() -> Namespace:
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--pyin", action="store_true")
    parser.add_argument("--start-up", action="store_true")
    return parser.parse_args()


def _start_up() -> None:
    with tempfile.TemporaryDirectory() as cache:
        for kind in ("cold", "warm"):
            ran = subprocess.run(
                [sys.executable, "-c", START_UP],
                env=environ | {"NUMBA_CACHE_DIR": cache},
                capture_output=True,
                text=True,
                check=True,
            )
            print(f"librosa's yin imported, {kind}: {float(ran.stdout):.2f} CPU s")


def _measured(frames: Floats, probabilities: Floats, speech: Intervals = ()) -> tuple[Floats, float]:
    """Pitch per frame (NaN where there is none), and the CPU seconds of all the meter does."""
    meter = VoiceMeter(CONFIG)
    begun_s = process_time()
    for start in range(0, len(frames), BLOCK_FRAMES):
        meter.add(frames[start : start + BLOCK_FRAMES], probabilities[start : start + BLOCK_FRAMES])
    meter.pieces(speech)
    cpu_s = process_time() - begun_s
    return credible(np.concatenate(meter._pitches)), cpu_s  # noqa: SLF001 – frame by frame, to set beside pyin's


def _channels(path: Path) -> Iterator[Channel]:
    """What the walk does with a recording, channel by channel."""
    recording = probe(path)
    blocks = at_16_khz(read_blocks(recording), recording.sample_rate_hz, recording.channels)
    for k, samples in enumerate(np.concatenate(list(blocks), axis=1)):
        seen: list[tuple[Floats, Floats]] = []
        detector = SpeechDetector(CONFIG, lambda *pair, seen=seen: seen.append(pair))
        detector.add(samples)
        speech = detector.speech()
        frames, probabilities = (np.concatenate(parts) for parts in zip(*seen, strict=True))
        hz, cpu_s = _measured(frames, probabilities, speech)
        yield Channel(f"{path.stem} {k}", frames, probabilities, speech, hz, cpu_s)


def _folder(name: str, channels: list[Channel], *, pyin: bool) -> None:
    length_s = sum(len(c.frames) for c in channels) * FRAME_S
    share = sum(total_s(c.speech) for c in channels) / length_s
    cost_s = sum(c.cpu_s for c in channels) / length_s * 7200
    print(f"\n{name}: {length_s:.0f} s of channels, {share:.0%} speech, {cost_s:.2f} CPU s per hour of two channels")
    for channel in channels:
        hz = channel.hz[~np.isnan(channel.hz)]
        if hz.size:
            beside = _beside_pyin(channel) if pyin else ""
            print(f"{channel.name:<26} {hz.size:5} frames  {np.median(hz):5.1f} Hz {_range_st(hz):4.1f} st{beside}")


def _beside_pyin(channel: Channel) -> str:
    from librosa import pyin  # noqa: PLC0415 – takes seconds, for those who ask

    sound = soxr.resample(channel.frames.reshape(-1), RATE_HZ, PYIN_RATE_HZ)
    options = {"frame_length": 512, "hop_length": round(PYIN_HOP_S * PYIN_RATE_HZ)}
    true_hz, voiced, _ = pyin(sound, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, sr=PYIN_RATE_HZ, **options)
    times_s = np.arange(true_hz.size) * PYIN_HOP_S
    counted = voiced & np.any([(times_s >= s.start_s) & (times_s < s.end_s) for s in channel.speech], axis=0)
    spoken = np.flatnonzero(channel.probabilities >= CONFIG.release)
    middle = np.round((spoken * FRAME_S + 0.008) / PYIN_HOP_S).astype(int)  # of 48 ms that end with the frame
    ours, theirs = channel.hz[spoken], np.where(voiced, true_hz, np.nan)[np.minimum(middle, true_hz.size - 1)]
    off_st = 12 * np.log2(ours / theirs)
    both = ~np.isnan(off_st)
    octaves = np.mean(np.abs(np.abs(off_st[both]) - 12) < 2)
    agreed = np.mean(np.isnan(ours) == np.isnan(theirs))
    their_hz = true_hz[counted]
    return (
        f"  pyin {np.median(their_hz):5.1f} Hz {_range_st(their_hz):4.1f} st  octaves {octaves:5.1%}"
        f"  median {np.median(np.abs(off_st[both])):.2f} st apart  voicing agrees {agreed:.0%}"
    )


def _range_st(hz: Floats) -> float:
    low, high = np.percentile(12 * np.log2(hz), [5, 95])
    return float(high - low)


def _synthetic() -> None:
    print(
        "made voices in a telephone's band, ±2 st of vibrato (true range 3.9 st): median error, range, octaves, voiced"
    )
    for noise_db in (20, 10, 5):
        for f0_hz in (70, 85, 100, 125, 160, 200, 250, 320, 400):
            print(f"  {noise_db:2} dB  {f0_hz:3} Hz  {_beside_truth(*made_voice(f0_hz, noise_db, seconds=10.0))}")
    noise = np.random.default_rng(1).normal(0, 0.02, (2_000, FRAME)).astype(np.float32)
    hz, _ = _measured(noise, np.ones(2_000, dtype=np.float32))
    print(f"  white noise alone: {np.mean(~np.isnan(hz)):.1%} of frames voiced")


def _beside_truth(sound: Floats, true_hz: NDArray[np.float64]) -> str:
    frames = sound[: sound.size // FRAME * FRAME].reshape(-1, FRAME)
    hz, _ = _measured(frames, np.ones(len(frames), dtype=np.float32))
    voiced = ~np.isnan(hz)
    middle = np.arange(len(frames)) * FRAME + FRAME // 4  # of 48 ms that end with the frame
    octaves = np.mean(np.abs(12 * np.log2(hz / true_hz[middle])[voiced]) > 6)
    off = np.median(hz[voiced]) / np.median(true_hz) - 1
    return f"{off:+6.2%} {_range_st(hz[voiced]):5.1f} st  {octaves:5.1%}  {np.mean(voiced):4.0%}"


def made_voice(f0_hz: float, noise_db: float, seconds: float) -> tuple[Floats, NDArray[np.float64]]:
    """A vowel-like sound at 16 kHz and its true pitch per sample; a harmonic outside of the band is not heard."""
    rng = np.random.default_rng([round(f0_hz), round(noise_db)])
    times_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    true_hz = f0_hz * 2 ** (2 * np.sin(2 * np.pi * 2.0 * times_s + rng.uniform(0, 6)) / 12)
    phase = 2 * np.pi * np.cumsum(true_hz) / RATE_HZ
    sound = np.zeros_like(times_s)
    for k in range(1, int(4_000 / f0_hz) + 1):
        heard = (k * true_hz > BAND_HZ[0]) & (k * true_hz < BAND_HZ[1])
        gain = sum(1 / (1 + ((k * true_hz - centre) / half) ** 2) for centre, half in FORMANTS) + 0.02
        sound += heard * gain / np.sqrt(k) * np.sin(k * phase + rng.uniform(0, 2 * np.pi))
    noise = rng.normal(size=sound.size) * np.sqrt(np.mean(sound**2)) * 10 ** (-noise_db / 20)
    mixed = (sound + noise) / np.abs(sound).max() / 4
    return as_float(np.clip(mixed * 32_767, -32_768, 32_767).astype(np.int16)), true_hz


if __name__ == "__main__":
    sys.exit(main())
