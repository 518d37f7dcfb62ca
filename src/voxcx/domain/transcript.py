"""Words with times, first by channel (what a recogniser gives), then by role (what the rest of the walk reads)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from voxcx.domain.interaction import Role

UNKNOWN_LANGUAGE = "und"  # ISO 639: undetermined


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised or written word. Times are None only in a chat whose export has none."""

    text: str
    start_s: float | None
    end_s: float | None
    confidence: float | None = None
    suspect: str | None = None  # why this word may not have been said

    def __post_init__(self) -> None:
        if self.start_s is not None and self.end_s is not None and self.end_s < self.start_s:
            raise ValueError(f"a word's time runs forwards, got {self.text!r} {self.start_s}–{self.end_s}")


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the recogniser heard, before anyone knows who sits on which channel. ``words[k]`` is channel k.

    ``dropped`` counts words that were recognised but not believed to be said: reason → how many.
    """

    language: str
    engine: str
    words: tuple[tuple[Word, ...], ...]
    dropped: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of one role with gaps under 1 s; in a chat, one message (``text`` keeps it verbatim)."""

    role: Role
    words: tuple[Word, ...]
    text: str

    @property
    def start_s(self) -> float | None:
        """Start of the first word."""
        return self.words[0].start_s if self.words else None

    @property
    def end_s(self) -> float | None:
        """End of the last word."""
        return self.words[-1].end_s if self.words else None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Utterances in order of their start; ``dropped`` as in a Recognition."""

    language: str
    engine: str
    utterances: tuple[Utterance, ...]
    dropped: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        starts = [utterance.start_s for utterance in self.utterances if utterance.start_s is not None]
        if any(later < earlier for earlier, later in pairwise(starts)):
            raise ValueError("utterances are in order of their start, got a transcript whose time runs backwards")

    def of(self, role: Role) -> tuple[Utterance, ...]:
        """Utterances of one role."""
        return tuple(utterance for utterance in self.utterances if utterance.role == role)

    def words_of(self, role: Role) -> tuple[Word, ...]:
        """Words of one role that are trusted (suspect ones left out)."""
        return tuple(word for u in self.of(role) for word in u.words if word.suspect is None)
