"""Which comments say something: phrases of both languages, a denied one («жалоб нет», "not complaining") left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from voxcx.errors import ConfigError, FormError
from voxcx.insight.archive import Archive, Flags
from voxcx.language.phrases import PhraseSet, compile_phrase
from voxcx.language.tokens import Token, tokenise

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
DENIED_BEFORE = frozenset(
    {"не", "нет", "без", "никаких", "not", "no", "never", "without", "n't", "don", "dont", "cannot"}
)
DENIED_AFTER = frozenset({"нет", "не"})
REACH = 2  # words between a denial and what it denies, itself included


def say(archive: Archive, phrases: Mapping[Any, Sequence[str]]) -> Flags:
    """[n], whether the comment says one of the phrases of its language. Each distinct comment is read once.

    Raises:
        ConfigError: a phrase that cannot be read.
    """
    sets = {language: _compiled(told, language) for language, told in phrases.items()}
    comments, languages = archive.answers.comment, archive.label("language")
    found, known = np.zeros(len(archive), dtype=bool), {}
    for row in np.flatnonzero(comments != "").tolist():
        comment = comments[row]
        language = "ru" if CYRILLIC.search(comment) else languages[row] or "en"
        if (comment, language) not in known:
            known[comment, language] = language in sets and _said(tokenise(comment, language), sets[language])
        found[row] = known[comment, language]
    return found


def _compiled(phrases: Sequence[str], language: str) -> PhraseSet:
    try:
        return PhraseSet([compile_phrase(phrase, language) for phrase in phrases])
    except FormError as error:
        raise ConfigError(f"Triggers, phrases of comments ({language}): {error}") from None


def _said(tokens: Sequence[Token], phrases: PhraseSet) -> bool:
    words = [token.lower for token in tokens]
    return any(
        DENIED_BEFORE.isdisjoint(words[max(hit.start - REACH, 0) : hit.start])
        and DENIED_AFTER.isdisjoint(words[hit.end : hit.end + 1])
        for hit in phrases.find(tokens)
    )
