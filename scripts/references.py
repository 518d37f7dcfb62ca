"""Calls with references: which there are, what was said in them, and texts made comparable.

A reference is NAME.ref.json beside NAME.flac or NAME.wav: `duration_s`, `channels` {"0": "agent", "1": "customer"} and
`segments` [{role, start_s, end_s, text}]. Tags such as [noise] and <unk> are removed before words are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from voxcx.domain.interaction import Role
from voxcx.language.numbers import verbalise

ROLES: tuple[Role, Role] = ("agent", "customer")
SUFFIXES = (".flac", ".wav")
TAG = re.compile(r"\[[^\]]*\]|<[^>]*>")
_SPOKEN = re.compile(r"\w")
_UNKNOWN_WORD = "<unk>"  # somebody spoke, but nobody understood it


@dataclass(frozen=True, slots=True)
class Segment:
    """What people wrote down of one stretch of speech."""

    start_s: float
    end_s: float
    text: str

    @property
    def words(self) -> str:
        """The text without tags."""
        return TAG.sub("", self.text).strip()

    @property
    def is_speech(self) -> bool:
        """Whether somebody spoke in it; [noise] alone is no speech, a word that nobody understood is."""
        return bool(_SPOKEN.search(self.words)) or _UNKNOWN_WORD in self.text


@dataclass(frozen=True, slots=True)
class Known:
    """A recording and its reference."""

    name: str
    path: Path
    raw: dict[str, Any]

    @property
    def duration_s(self) -> float:
        """Length of the call."""
        return float(self.raw["duration_s"])

    @property
    def roles(self) -> tuple[str, ...]:
        """Who is on which channel."""
        channels = self.raw.get("channels", {"0": ROLES[0], "1": ROLES[1]})
        return tuple(channels[number] for number in sorted(channels))

    def segments(self, role: str) -> list[Segment]:
        """One party's segments in the order they are written."""
        rows = (row for row in self.raw["segments"] if row["role"] == role)
        return [Segment(row["start_s"], row["end_s"], row["text"]) for row in rows]

    def said(self, role: str, language: str) -> str:
        """One party's words, normalised."""
        return normal(" ".join(segment.text for segment in self.segments(role)), language)


def find_calls(data: Path, only: Collection[str] = ()) -> list[Known]:
    """Recordings of a folder that have a reference, by name."""
    found = []
    for path in sorted(data.iterdir() if data.is_dir() else ()):
        reference = path.with_suffix(".ref.json")
        if path.suffix in SUFFIXES and reference.is_file() and (not only or path.stem in only):
            found.append(Known(path.stem, path.resolve(), json.loads(reference.read_text(encoding="utf-8"))))
    return found


def language_of(data: Path) -> str:
    """The language that the folder's name tells: ru where it is a word of the name (calls-ru), else en."""
    return "ru" if "ru" in re.split(r"[^a-z]+", data.resolve().name.lower()) else "en"


def normal(text: str, language: str) -> str:
    """Comparable text: English by Whisper's normaliser; Russian with numbers in words, lower case, ё as е."""
    text = TAG.sub("", text)
    if language == "en":
        return str(_english()(text)).strip()
    spoken = " ".join(verbalise(text, language)).lower().replace("ё", "е")
    return str(BasicTextNormalizer()(spoken)).strip()


@cache
def _english() -> EnglishTextNormalizer:
    """Made once: it reads a table of spellings."""
    return EnglishTextNormalizer()
