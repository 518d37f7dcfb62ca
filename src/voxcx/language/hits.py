"""What a lexicon finds among the words of one party, and when it was said: the one search that all rooms use.

A hit never crosses from one utterance to the next. A call's words carry their own times, a chat's their message's, and
none in a chat whose export has no times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Utterance, Word
from voxcx.language.lexicons import Lexicon
from voxcx.language.tokens import Token, spoken_tokens


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Something said once or many times («угу»): it is read once, and searched once with each lexicon.

    Token k is from word ``sources[k]`` of the utterance, which is word ``word_of[k]`` when only marks are no words.
    """

    tokens: tuple[Token, ...]
    sources: tuple[int, ...]
    word_of: tuple[int, ...]
    words: int


@dataclass(frozen=True, slots=True)
class _Said:
    """One utterance: what was said, and when each of its words was."""

    line: _Line
    timed: tuple[Word, ...]

    def span(self, first: int, last: int) -> Interval | None:
        """From the word of one token to that of another; None where times are not known."""
        if not self.timed:
            return None
        one, other = (self.timed[self.line.sources[k]] for k in (first, last))
        if one.start_s is None or other.end_s is None:
            return None
        return Interval(one.start_s, max(one.start_s, other.end_s))

    def text(self, first: int, last: int) -> str:
        """The words of the tokens as they stand in the transcript; empty without words of their own."""
        words = self.timed[self.line.sources[first] : self.line.sources[last] + 1] if self.timed else ()
        return " ".join(word.text for word in words)


@dataclass(frozen=True, slots=True)
class Hit:
    """Words [first, end) of the party in utterance number ``utterance``, when they were said and what they are."""

    first: int
    end: int
    utterance: int
    span: Interval | None
    text: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What one lexicon found among all ``words`` of the party."""

    hits: tuple[Hit, ...]
    words: int

    def share(self, first: int, end: int) -> float:
        """Share of words [first, end) that hits cover."""
        covered = {word for hit in self.hits for word in range(max(hit.first, first), min(hit.end, end))}
        return len(covered) / (end - first)

    def between(self, first: int, end: int) -> tuple[Hit, ...]:
        """Hits that have a word among [first, end) and a time."""
        return tuple(hit for hit in self.hits if hit.span and hit.first < end and hit.end > first)


class SaidWords:
    """One party's utterances, tokenised once and searched with as many lexicons as one likes."""

    def __init__(self, utterances: Iterable[Utterance], language: str) -> None:
        lines: dict[tuple[str, ...], _Line] = {}
        said = []
        for utterance in utterances:
            texts = tuple(word.text for word in utterance.words) or tuple(utterance.text.split())
            if texts not in lines:
                lines[texts] = _read(texts, language)
            said.append(_Said(lines[texts], utterance.words))
        self._said = tuple(said)
        self.words = sum(one.line.words for one in said)

    def search(self, lexicon: Lexicon) -> Hits:
        """Everything that the lexicon finds, in order."""
        found = {line: lexicon.find(line.tokens) for line in dict.fromkeys(one.line for one in self._said)}
        hits, before = [], 0  # words of the utterances before
        for utterance, one in enumerate(self._said):
            words = one.line.word_of
            for match in found[one.line]:
                first, last = match.start, match.end - 1
                place = (before + words[first], before + words[last] + 1, utterance)
                hits.append(Hit(*place, one.span(first, last), one.text(first, last)))
            before += one.line.words
        return Hits(tuple(hits), before)


def _read(texts: tuple[str, ...], language: str) -> _Line:
    tokens, sources = spoken_tokens(texts, language)
    order = {source: index for index, source in enumerate(sorted(set(sources)))}  # words that hold only marks are none
    return _Line(tokens, sources, tuple(order[source] for source in sources), len(order))
