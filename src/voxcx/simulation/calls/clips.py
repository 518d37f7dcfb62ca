"""What the parties can say: the packaged voices, or a folder of the user's own.

The user's folder holds ``agent`` and ``customer``, and ``prompt`` where there are any, each with ``clip.wav`` and its
words in ``clip.txt`` (UTF-8, numbers in words). What a clip is for is the beginning of its name: greeting,
hold_request, hold_return, backchannel, closing, prompt, queue_prompt; any other name is a line. What the folder lacks
is left out of the calls: without hold requests a hold is music only, without short listening words nobody says them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from voxcx.errors import InputError
from voxcx.simulation.calls.signals import RATE_HZ, Samples
from voxcx.simulation.calls.sound_files import read_mono

Language = Literal["ru", "en"]
ClipKind = Literal[
    "greeting", "line", "hold_request", "hold_return", "backchannel", "closing", "prompt", "queue_prompt"
]
Voice = Literal["agent", "customer", "prompt"]
VOICES: tuple[Voice, ...] = get_args(Voice)
KINDS: tuple[ClipKind, ...] = get_args(ClipKind)
FEWEST_LINES = 8
LONGEST_CLIP_S = 15.0
QUIETEST = 0.003  # −50 dB of full scale: a clip without a louder sample has no voice in it


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One recorded line: mono, 8 kHz."""

    kind: ClipKind
    text: str
    sound: Samples


Cast = Mapping[Voice, tuple[Clip, ...]]


@cache
def packaged(language: Language) -> Cast:
    """Our own voices (scripts/make_clips.py); their licences are in tests/data/README.md of the project."""
    with as_file(files("voxcx.simulation").joinpath("clips")) as folder:
        return {voice: tuple(_packaged_voice(folder, f"{language}-{voice}")) for voice in VOICES}


def _packaged_voice(folder: Path, name: str) -> Iterator[Clip]:
    sound = read_mono(folder / f"{name}.flac")
    for one in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
        start, end = (round(one[edge] * RATE_HZ) for edge in ("start_s", "end_s"))
        yield Clip(one["kind"], one["text"], sound[start:end])


def from_folder(folder: Path) -> Cast:
    """The user's own clips.

    Raises:
        InputError: no such folder, too few lines of a party, a clip without words, without sound or too long.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a folder with agent and customer in it, found none; check --clips.")
    cast = {voice: tuple(_own_voice(folder / voice, voice)) for voice in VOICES}
    for voice in ("agent", "customer"):
        lines = sum(clip.kind == "line" for clip in cast[voice])
        if lines < FEWEST_LINES:
            raise InputError(
                f"{folder / voice}: expected at least {FEWEST_LINES} lines (clip.wav with clip.txt), got {lines}; "
                "add some."
            )
    return cast


def _own_voice(folder: Path, voice: Voice) -> Iterator[Clip]:
    for path in sorted(folder.glob("*.wav")):
        sound = read_mono(path)
        if sound.size > LONGEST_CLIP_S * RATE_HZ:
            raise InputError(
                f"{path}: expected a clip of at most {LONGEST_CLIP_S:g} s, got {sound.size / RATE_HZ:.1f} s; cut it up."
            )
        if np.abs(sound).max() < QUIETEST:
            raise InputError(f"{path}: expected a voice, got silence; record it anew or leave it out.")
        yield Clip(kind_of(path.stem, voice), _words(path.with_suffix(".txt")), sound)


def kind_of(name: str, voice: Voice) -> ClipKind:
    """What a clip is for, by the beginning of its name.

    >>> kind_of("hold_request-2", "agent"), kind_of("tariff", "customer"), kind_of("menu", "prompt")
    ('hold_request', 'line', 'prompt')
    """
    usual: ClipKind = "prompt" if voice == "prompt" else "line"
    return next((kind for kind in KINDS if name.lower().startswith(kind)), usual)


def _words(path: Path) -> str:
    try:
        text = " ".join(path.read_text(encoding="utf-8-sig").split())
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"{path}: expected the words of the clip beside it in UTF-8, found none to read; write them."
        ) from None
    if any(sign.isdigit() for sign in text):
        raise InputError(f"{path}: expected words as they are spoken, got digits; write numbers in words.")
    if not any(sign.isalpha() for sign in text):
        raise InputError(f"{path}: expected the words of the clip beside it, got none; write them.")
    return text


def loader(folder: Path | None) -> Callable[[Language], Cast]:
    """Clips by language: the user's are of whatever language is asked for."""
    if folder is None:
        return packaged
    own = from_folder(folder)
    return lambda _language: own
