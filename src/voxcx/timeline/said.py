"""What a party said within a span, and whether it is listening words only."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache

import yaml
from pydantic import Field, ValidationError

from voxcx.config import Checked, first_problem, shipped
from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Word
from voxcx.errors import ConfigError

_BETWEEN_WORDS = re.compile(r"[^\w]+")
Phrases = frozenset[tuple[str, ...]]


class Said:
    """A party's words in order of their middles, so that those of a span are found by bisection."""

    def __init__(self, words: Iterable[Word]) -> None:
        timed = ((w, (w.start_s + w.end_s) / 2) for w in words if w.start_s is not None and w.end_s is not None)
        in_order = sorted(timed, key=lambda pair: pair[1])
        self._words = tuple(word for word, _ in in_order)
        self._middles_s = [middle_s for _, middle_s in in_order]

    def __bool__(self) -> bool:
        """Whether any words are known."""
        return bool(self._words)

    @property
    def spans(self) -> tuple[Interval, ...]:
        """When each word was said, in order."""
        return tuple(Interval(w.start_s, w.end_s) for w in self._words if w.start_s is not None and w.end_s is not None)

    def inside(self, span: Interval) -> tuple[Word, ...]:
        """Words whose middle lies in the span."""
        first, end = (bisect_left(self._middles_s, edge_s) for edge_s in (span.start_s, span.end_s))
        return self._words[first:end]


class ListeningFile(Checked):
    """configs/lexicons/backchannel.LANGUAGE.yaml; a bare ``yes`` is YAML for true and is refused."""

    about: str
    phrases: tuple[str, ...] = Field(min_length=1)


def pieces_of(words: Iterable[Word]) -> tuple[str, ...]:
    """Words in lower case without marks; «да-да» is two."""
    return tuple(piece for word in words for piece in _pieces(word.text))


def only_listens(pieces: Sequence[str], language: str) -> bool:
    """Whether the words are listed phrases one after another: "I see, all right" is, "I got it right" is not."""
    phrases = _listening_phrases(language)
    longest = max(map(len, phrases), default=0)
    reached = {0}  # how many words from the start can be read as phrases
    for end in range(1, len(pieces) + 1):
        starts = range(max(0, end - longest), end)
        if any(start in reached and tuple(pieces[start:end]) in phrases for start in starts):
            reached.add(end)
    return len(pieces) in reached


@cache
def _listening_phrases(language: str) -> Phrases:
    path = shipped("configs", "lexicons", f"backchannel.{language}.yaml")
    if not path.exists():
        return frozenset()
    try:
        written = ListeningFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ConfigError(f"{path.name}: {first_problem(error)}.") from None
    return frozenset(_pieces(phrase) for phrase in written.phrases)


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in _BETWEEN_WORDS.split(text.lower().replace("ё", "е")) if piece)
