"""Lexicons: named lists of phrases per language, shipped in configs/lexicons as checked YAML, found in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

import yaml
from pydantic import Field, ValidationError

from voxcx.config import Checked, first_problem, shipped
from voxcx.errors import ConfigError, FormError
from voxcx.language.phrases import NO_VOCABULARY, Phrase, compile_any, compile_phrase
from voxcx.language.readings import KEPT_READINGS, Reading
from voxcx.language.spotting import spotters
from voxcx.language.together import Together

NEGATION = "negation"
Span = tuple[int, int]  # tokens [start, end)
Spans = tuple[Span, ...]
NOTHING: Mapping[str, Spans] = {}


class LexiconFile(Checked):
    """One lexicon as written: ``except`` lists what must not count though it looks like a hit."""

    about: str
    phrases: tuple[str, ...] = Field(min_length=1)
    exceptions: tuple[str, ...] = Field(default=(), alias="except")
    negatable: bool = False


class Lexicons:
    """Lexicons of one language; ``load_lexicons`` makes them. Time hardly grows with their number.

    The phrases of a lexicon are one phrase together: a hit is the longest of them from its start, and hits do not
    overlap. So «большое спасибо» counts once, even when «спасибо» is in the lexicon too.
    """

    def __init__(self, language: str, written: Mapping[str, LexiconFile]) -> None:
        self.names = tuple(written)
        self._negatable = frozenset(name for name, lexicon in written.items() if lexicon.negatable)
        self._excepted = {_except(name, k): name for name, one in written.items() for k in range(len(one.exceptions))}
        self._together = Together(_phrases(language, written, negated=bool(self._negatable)))
        self._spotters = spotters(self._together.entities, language, NO_VOCABULARY)
        self._kept = lru_cache(maxsize=KEPT_READINGS)(self._find)

    def find(self, reading: Reading) -> Mapping[str, Spans]:
        """Hits of each lexicon in order, lexicons without any left out; a reading is searched once for all who ask.

        None touches an exception or, where the lexicon is negatable, follows a negation. A negation undoes a hit only
        when nothing but the words it allows stands between, punctuation included: «не рад» is no joy, «нет, я рад» and
        «не то. Отлично!» are.
        """
        return self._kept(reading) if self.names else NOTHING

    def _find(self, reading: Reading) -> Mapping[str, Spans]:
        hits: dict[str, list[Span]] = {}
        barred: dict[str, set[int]] = {}
        negated: set[int] = set()
        for phrase, start, end in self._together.find(reading.tokens, self._spotters):
            if phrase in self._excepted:
                barred.setdefault(self._excepted[phrase], set()).update(range(start, end))
            elif phrase == NEGATION:
                negated.update(_undone(reading, start, end))
            else:
                hits.setdefault(phrase, []).append((start, end))
        if not hits:
            return NOTHING
        doubtful = (*barred, *self._negatable) if negated else (*barred,)
        for name in dict.fromkeys(name for name in doubtful if name in hits):
            no_start, no_part = negated if name in self._negatable else (), barred.get(name, set())
            hits[name] = [s for s in hits[name] if s[0] not in no_start and no_part.isdisjoint(range(*s))]
        return {name: tuple(spans) for name, spans in hits.items() if spans}


def _phrases(language: str, written: Mapping[str, LexiconFile], *, negated: bool) -> Iterator[Phrase]:
    """A phrase for all of each lexicon, named like it, and each of its exceptions; every negation is named so."""
    for name, lexicon in written.items():
        try:
            yield compile_any(name, lexicon.phrases, language)
            for k, pattern in enumerate(lexicon.exceptions):
                yield replace(compile_phrase(pattern, language), pattern=_except(name, k))
        except FormError as error:
            raise ConfigError(f"{name}.{language}.yaml: {error}") from None
    negation = _read(NEGATION, language) if negated else None
    for pattern in negation.phrases if negation else ():
        yield replace(compile_phrase(pattern, language), pattern=NEGATION)


def _except(name: str, number: int) -> str:
    """What the phrase of an exception is called."""
    return f"{name}, but not {number}"


def _undone(reading: Reading, start: int, end: int) -> Iterator[int]:
    """Tokens that a negation ends right before, the whole of it or a part from its first word."""
    for following in range(start + 1, min(end + 1, len(reading.tokens))):
        if reading.unbroken(start, following):
            yield following


@cache
def load_lexicons(language: str, *names: str) -> Lexicons:
    """The shipped lexicons of these names that there are for the language, compiled once.

    Raises:
        ConfigError: a file breaks its schema or holds a bad phrase.
    """
    written = {name: _read(name, language) for name in names}
    return Lexicons(language, {name: lexicon for name, lexicon in written.items() if lexicon})


def _read(name: str, language: str) -> LexiconFile | None:
    path = shipped("configs", "lexicons", f"{name}.{language}.yaml")
    if not path.exists():
        return None
    try:
        return LexiconFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name}: expected YAML, got {str(error).splitlines()[0]}.") from None
    except ValidationError as error:
        raise ConfigError(f"{path.name}: {first_problem(error)}.") from None
