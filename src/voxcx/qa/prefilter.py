"""Which phrases can occur in a line at all: a phrase needs all its parts, and most lines lack one of them.

Trying a phrase costs microseconds, finding that a part of it is missing a tenth of that; with some two hundred
phrases in a form this is what makes archives of chats affordable. Nothing that a phrase would match is lost: a part
that cannot be told by a set of words asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from voxcx.language import grammar
from voxcx.language.phrases import Phrase
from voxcx.language.tokens import Token, tokenise

Words = frozenset[str]
Hit = tuple[str, int, int]  # pattern, tokens [start, end)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first word of a match may be."""

    words: Words
    prefixes: tuple[str, ...]


class Spoken:
    """A line's tokens with the places of every word and normal form in it."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.places: dict[str, list[int]] = {}
        for position, token in enumerate(tokens):
            for word in token.forms:
                self.places.setdefault(word, []).append(position)
            if token.lower not in token.forms:
                self.places.setdefault(token.lower, []).append(position)
        self.words = frozenset(self.places)

    def starts(self, begins: Beginning | None) -> Sequence[int]:
        """Positions where a match may begin."""
        if begins is None:
            return range(len(self.tokens))
        found = {place for word in begins.words & self.words for place in self.places[word]}
        if begins.prefixes:
            found.update(k for k, token in enumerate(self.tokens) if token.lower.startswith(begins.prefixes))
        return sorted(found)


class Prefilter:
    """Phrases by the rarest part that each of them needs."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._needs = [_needs(grammar.parse(p.pattern), p.language) for p in self.phrases]
        self._begins = [_begins(phrase) for phrase in self.phrases]
        begins = [begin for begin in self._begins if begin is not None]
        self._prefixes = tuple(sorted({prefix for begin in begins for prefix in begin.prefixes}))
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        for index, needs in enumerate(self._needs):
            if not needs:
                self._always.append(index)
                continue
            key = min(reversed(needs), key=len)
            for word in key:
                self._by_word.setdefault(word, []).append(index)

    def find(self, spoken: Spoken) -> Iterator[Hit]:
        """Matches of every phrase on its own, as ``Phrase.find`` gives them."""
        if not self.phrases:
            return
        said = spoken.words
        candidates = {index for word in said & self._by_word.keys() for index in self._by_word[word]}
        prefixed = any(token.lower.startswith(self._prefixes) for token in spoken.tokens)
        for index in (*self._always, *sorted(candidates)):
            begins = self._begins[index]
            if begins is not None and begins.words.isdisjoint(said) and not (prefixed and begins.prefixes):
                continue
            if not any(need.isdisjoint(said) for need in self._needs[index]):
                yield from self._matches(index, spoken)

    def _matches(self, index: int, spoken: Spoken) -> Iterator[Hit]:
        phrase, free_from = self.phrases[index], 0
        for start in spoken.starts(self._begins[index]):
            end = phrase.longest(spoken.tokens, start) if start >= free_from else None
            if end is not None:
                free_from = end
                yield phrase.pattern, start, end


def _needs(sequence: grammar.Sequence, language: str) -> list[Words]:
    """Sets of words of which a match has at least one each."""
    needs: list[Words] = []
    for part in sequence.parts:
        if isinstance(part, grammar.Text):
            needs += _of_text(part, language)
        elif isinstance(part, grammar.Choice) and not part.optional:
            options = [_needs(option, language) for option in part.options]
            if all(options):
                needs.append(frozenset().union(*(min(reversed(option), key=len) for option in options)))
    return needs


def _of_text(text: grammar.Text, language: str) -> list[Words]:
    tokens = tokenise(text.text, language)
    if text.kind == "prefix":
        return [frozenset({token.lower}) for token in tokens[:-1]]
    return [token.forms if text.kind == "forms" else frozenset({token.lower}) for token in tokens]


def _begins(phrase: Phrase) -> Beginning | None:
    """What a match may begin with; None when words cannot tell (it begins with an entity)."""
    tests = phrase.automaton.first_tests()
    if tests is None or any(test.fuzzy for test in tests):
        return None
    words: Words = frozenset().union(*(test.wanted for test in tests if test.kind != "prefix"))
    prefixes = sorted({prefix for test in tests if test.kind == "prefix" for prefix in test.wanted})
    return Beginning(words, tuple(prefixes))
