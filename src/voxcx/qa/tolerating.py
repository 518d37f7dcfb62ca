"""Phrases as a recogniser may have misheard them: which lines can hold one at all, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from voxcx.language.alike import Shared
from voxcx.language.automaton import Tolerant
from voxcx.language.fuzzy import nearest
from voxcx.language.phrases import Phrase, Vocabulary, compile_phrase
from voxcx.language.sounding import sound
from voxcx.language.tokens import Token

Key = tuple[str, Tolerant]


class Tolerated:
    """Phrases that may be misheard; a line is tried only with those that share runs of sounds with it."""

    def __init__(self, keys: Sequence[Key], language: str, vocabulary: Vocabulary) -> None:
        self.language = language
        self.phrases: list[tuple[Key, Phrase]] = []
        sounds: list[tuple[str, int]] = []
        for key in keys:
            phrase = compile_phrase(key[0], language, vocabulary, tolerant=key[1])
            heard = [heard for alike in phrase.automaton.alike for heard in alike.sounds]
            sounds += [(one, len(self.phrases)) for one in heard]
            if heard:
                self.phrases.append((key, phrase))
        self.shared = Shared(sounds)

    def find(self, tokens: Sequence[Token]) -> Iterator[tuple[Key, int, int]]:
        """Each phrase with tokens [start, end) that are or sound like it."""
        if not self.phrases:
            return
        heard = "".join(sound(token.lower, self.language) for token in tokens)
        for index in self.shared.owners(heard):
            key, phrase = self.phrases[index]
            for match in phrase.find(tokens):
                yield key, match.start, match.end


@lru_cache(maxsize=10_000)
def likest(said: str, patterns: tuple[str, ...], language: str) -> str:
    """The plain words of the pattern that words sound like most."""
    texts = {_sound_of(text, language): text for pattern in patterns for text in _texts(pattern, language)}
    best = nearest(_sound_of(said, language), tuple(texts), ratio=0.0)
    return said if best is None else texts[best]


def _sound_of(text: str, language: str) -> str:
    return "".join(sound(word, language) for word in text.split())


@lru_cache(maxsize=10_000)
def _texts(pattern: str, language: str) -> tuple[str, ...]:
    """Every stretch of a pattern in words, with ‹…› left out."""
    phrase = compile_phrase(pattern, language, tolerant="exact_too")
    return tuple(" ".join(way) for alike in phrase.automaton.alike for way in alike.ways)
