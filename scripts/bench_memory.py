"""A call of many hours: peak memory and speed of listening and recognition.

    python scripts/bench_memory.py CALL … [--hours 2] [--speech-share 0.02] [--language en]

The recordings are repeated in a temporary WAV (two channels, 8 kHz, int16) until it is --hours long; --speech-share S
puts line noise behind each of them, so that they fill S of the call and ten hours take minutes. A process of its own
listens and recognises: its ru_maxrss and call ÷ wall seconds are printed. Try two lengths: does memory grow?
"""

from __future__ import annotations

import subprocess
import sys
import wave
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from resource import RUSAGE_SELF
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import soxr
from numpy.typing import NDArray

from asr.child import peak_mib
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.errors import VoxcxError
from voxcx.intake.audio import probe, read_blocks
from voxcx.intake.opening import open_interaction
from voxcx.transcribing import transcribe_many

RATE_HZ = 8000
NOISE_RMS = 8  # of int16: −72 dB, what a quiet telephone line carries


def main() -> int:
    """Make the call, walk it in a process of its own, whose figures it prints itself."""
    asked = _asked()
    if asked.walk:
        return walk(asked.calls[0], Choices(language=asked.language))
    with TemporaryDirectory(prefix="bench-memory-") as folder:
        path = Path(folder) / f"{asked.hours:g}h.wav"
        write(path, asked.calls, round(asked.hours * 3600 * RATE_HZ), asked.speech_share)
        again = (__file__, path, "--walk", "--language", asked.language)
        return subprocess.run([sys.executable, *again], check=False).returncode


def walk(path: Path, choices: Choices) -> int:
    """Listen and recognise, print what it took."""
    start_s = perf_counter()
    interaction, _ = open_interaction(path)
    ((_, _, answer),) = transcribe_many([interaction], make_tools(choices))
    speed = interaction.recordings[0].duration_s / (perf_counter() - start_s)
    if isinstance(answer, VoxcxError):
        raise SystemExit(str(answer))
    words = sum(len(utterance.words) for utterance in answer.utterances)
    print(f"{path.stem}, {words} words: peak {peak_mib(RUSAGE_SELF):.0f} MiB, {speed:.1f} × real time")
    return 0


def write(path: Path, calls: Sequence[Path], length: int, share: float) -> None:
    """A WAV of ``length`` samples a channel, never held as a whole."""
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE_HZ, 0, "NONE", ""))
        for block in _blocks([_sound(call) for call in calls], share):
            file.writeframes(np.ascontiguousarray(block[:, : length - file.tell()].T).tobytes())
            if file.tell() >= length:
                return


def _blocks(sounds: Sequence[NDArray[np.int16]], share: float) -> Iterator[NDArray[np.int16]]:
    noise = np.random.default_rng(0).normal(0, NOISE_RMS, (2, 60 * RATE_HZ)).astype(np.int16)
    for sound in cycle(sounds):
        yield sound
        quiet = round(sound.shape[1] * (1 / share - 1))
        yield from (noise[:, : quiet - start] for start in range(0, quiet, noise.shape[1]))


def _sound(path: Path) -> NDArray[np.int16]:
    """A recording at 8 kHz; a mono one goes to both channels."""
    recording = probe(path)
    whole = np.concatenate([np.resize(block, (2, block.shape[1])) for block in read_blocks(recording)], axis=1)
    return soxr.resample(whole.T, recording.sample_rate_hz, RATE_HZ).T


def _asked() -> Namespace:
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("calls", type=Path, nargs="+", help="two-channel recordings")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--speech-share", type=float, default=1.0, help="of the call, what the recordings fill")
    parser.add_argument("--language", default="en")
    parser.add_argument("--walk", action="store_true", help="walk the given call as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
