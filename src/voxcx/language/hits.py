"""What a lexicon finds among the words of one party, and when it was said: the one search that all rooms use.

A hit never crosses from one utterance to the next. A call's words carry their own times, a chat's their message's, and
none in a chat whose export has no times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Utterance, Word
from voxcx.language.lexicons import Lexicons, Span
from voxcx.language.readings import Reading, read


@dataclass(frozen=True, slots=True)
class Hit:
    """Words [first, end) of the party in utterance number ``utterance``, and when they were said."""

    first: int
    end: int
    utterance: int
    span: Interval | None
    words: tuple[Word, ...]  # as they stand in the transcript; none without words of their own

    @property
    def text(self) -> str:
        """What they are."""
        return " ".join(word.text for word in self.words)


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
    """One party's utterances, read once and searched with as many lexicons as one likes."""

    def __init__(self, utterances: Iterable[Utterance], language: str) -> None:
        self._utterances = tuple(utterances)
        texts = ([word.text for word in u.words] or u.text.split() for u in self._utterances)
        self.readings = tuple([read(one, language) for one in texts])
        self.words = sum([reading.words for reading in self.readings])

    def search(self, lexicons: Lexicons) -> dict[str, Hits]:
        """Everything that each of the lexicons finds, in order."""
        hits: dict[str, list[Hit]] = {name: [] for name in lexicons.names}
        before = 0  # words of the utterances before
        for number, (utterance, reading) in enumerate(zip(self._utterances, self.readings, strict=True)):
            for name, spans in lexicons.find(reading).items():
                hits[name] += [_hit(utterance.words, reading, span, before, number) for span in spans]
            before += reading.words
        return {name: Hits(tuple(own), before) for name, own in hits.items()}


def _hit(words: tuple[Word, ...], reading: Reading, tokens: Span, before: int, utterance: int) -> Hit:
    first, last = tokens[0], tokens[1] - 1
    said = words[reading.sources[first] : reading.sources[last] + 1]
    place = (before + reading.word_of[first], before + reading.word_of[last] + 1, utterance)
    return Hit(*place, _span(said), said)


def _span(words: tuple[Word, ...]) -> Interval | None:
    """From the first to the last; None where times are not known."""
    if not words:
        return None
    start_s, end_s = words[0].start_s, words[-1].end_s
    return None if start_s is None or end_s is None else Interval(start_s, max(start_s, end_s))
