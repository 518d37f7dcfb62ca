"""Small recordings for tests: slices of the sample calls, tones and silence, written as WAV, FLAC or MP3."""

from __future__ import annotations

import json
import wave
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
RATE_HZ = 8_000  # the sample calls are telephone sound

Samples = NDArray[np.int16]


@lru_cache(maxsize=2)
def sample_call(name: str = "service-en") -> Samples:
    """A sample call, int16 (2, n) at 8 kHz, decoded without voxcx."""
    with av.open(str(DATA / f"{name}.flac")) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    packed = np.concatenate(frames, axis=1).astype(np.int16)
    samples: Samples = packed.reshape(-1, 2).T if packed.shape[0] == 1 else packed
    samples.flags.writeable = False  # shared by the tests
    return samples


def piece(start_s: float, end_s: float, name: str = "service-en") -> Samples:
    """Part of a sample call."""
    return sample_call(name)[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]


def write_wav(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> Path:
    """16-bit PCM WAV of samples (channels, n)."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.ascontiguousarray(samples.T).tobytes())
    return path


def write_float_wav(path: Path, samples: NDArray[np.float32], rate_hz: int = RATE_HZ) -> Path:
    """32-bit float WAV of samples (channels, n)."""
    data = np.ascontiguousarray(samples.T.astype("<f4")).tobytes()
    channels = samples.shape[0]
    numbers = ((16, 4), (3, 2), (channels, 2), (rate_hz, 4), (rate_hz * channels * 4, 4), (channels * 4, 2), (32, 2))
    fmt = b"fmt " + b"".join(number.to_bytes(size, "little") for number, size in numbers)
    body = b"WAVE" + fmt + b"data" + len(data).to_bytes(4, "little") + data
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    return path


def encode(path: Path, samples: Samples, codec: str, rate_hz: int = RATE_HZ) -> Path:
    """FLAC or MP3 of samples (channels, n) with n of one or two channels."""
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout=layout)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate_hz, frame_size=stream.frame_size)
        packed = np.ascontiguousarray(samples.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate = rate_hz
        for converted in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path


def truth(name: str = "service-en") -> dict[str, object]:
    """The script of a sample call with its exact times."""
    loaded: dict[str, object] = json.loads((DATA / f"{name}.truth.json").read_text(encoding="utf-8"))
    return loaded


def write_transcript(path: Path, lines: list[tuple[str, float, float, str]], language: str = "en") -> Path:
    """A transcript to replay: (role, start_s, end_s, text) each."""
    utterances = [{"role": role, "start_s": s, "end_s": e, "text": text} for role, s, e, text in lines]
    path.write_text(json.dumps({"language": language, "utterances": utterances}), encoding="utf-8")
    return path
