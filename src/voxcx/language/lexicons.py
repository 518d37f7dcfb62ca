"""Lexicons: named lists of phrases per language, shipped in configs/lexicons as checked YAML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import yaml
from pydantic import Field, ValidationError

from voxcx.config import Checked, first_problem, shipped
from voxcx.errors import ConfigError, FormError
from voxcx.language.phrases import Match, PhraseSet, compile_phrase
from voxcx.language.tokens import Token

NEGATION = "negation"


class LexiconFile(Checked):
    """One lexicon as written: ``except`` lists what must not count though it looks like a hit."""

    about: str
    phrases: tuple[str, ...] = Field(min_length=1)
    exceptions: tuple[str, ...] = Field(default=(), alias="except")
    negatable: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A compiled lexicon; ``load_lexicon`` makes it."""

    name: str
    phrases: PhraseSet
    exceptions: PhraseSet
    negation: PhraseSet | None = None

    def find(self, tokens: Sequence[Token]) -> tuple[Match, ...]:
        """Hits in order: none that touches an exception or, where the lexicon is negatable, follows a negation.

        A negation undoes a hit only when nothing but the words it allows stands between, punctuation included:
        «не рад» is no joy, «нет, я рад» and «не то. Отлично!» are.
        """
        hits = self.phrases.find(tokens)
        if not hits:
            return ()
        barred = {index for match in self.exceptions.find_each(tokens) for index in range(match.start, match.end)}
        negated = self._negated(tokens)
        return tuple(hit for hit in hits if hit.start not in negated and barred.isdisjoint(range(hit.start, hit.end)))

    def _negated(self, tokens: Sequence[Token]) -> set[int]:
        """Token indices that a negation ends right before."""
        if self.negation is None:
            return set()
        return {
            end
            for match in self.negation.find_each(tokens)
            for end in range(match.start + 1, match.end + 1)
            if end < len(tokens) and _unbroken(tokens[match.start : end + 1])
        }


def _unbroken(tokens: Sequence[Token]) -> bool:
    """Whether at most one character (a space) stands between neighbours, so no punctuation does."""
    return all(later.start - earlier.end <= 1 for earlier, later in pairwise(tokens))


@cache
def load_lexicon(name: str, language: str) -> Lexicon | None:
    """The shipped lexicon of that name, compiled once; None when there is none for the language.

    Raises:
        ConfigError: the file breaks its schema or holds a bad phrase.
    """
    written = _read(name, language)
    if written is None:
        return None
    negation = _read(NEGATION, language) if written.negatable else None
    return Lexicon(
        name,
        _compiled(name, language, written.phrases),
        _compiled(name, language, written.exceptions),
        _compiled(NEGATION, language, negation.phrases) if negation else None,
    )


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


def _compiled(name: str, language: str, patterns: Sequence[str]) -> PhraseSet:
    try:
        return PhraseSet(compile_phrase(pattern, language) for pattern in patterns)
    except FormError as error:
        raise ConfigError(f"{name}.{language}.yaml: {error}") from None
