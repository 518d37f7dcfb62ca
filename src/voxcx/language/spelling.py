"""Slips in spelling: a word that no dictionary has, one letter away from a word that one has.

A word that is merely unknown (a product, a loan word, slang) is no slip: a known word must lie one letter away. So
slips of two letters and right words in the wrong place are missed; what is found is meant for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import yaml

from voxcx.config import shipped
from voxcx.language.normal_forms import CACHED_WORDS, analyser, english_lemmas, lowered

ALPHABETS = {"ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}
VOWELS = frozenset("аеиоуыэюяьъaeiouy")  # and the signs, which slip as easily
LEAST_LETTERS = {"ru": 5, "en": 5}  # a shorter unknown word is an abbreviation or slang more often than a slip
ENGLISH_ENDINGS = ("ly", "ness", "less", "able", "ful", "wise", "er", "ing", "ed", "s", "es")
ENGLISH_BEGINNINGS = ("un", "re", "non", "pre", "over", "under", "auto", "multi", "in", "on", "up", "de")


@lru_cache(maxsize=CACHED_WORDS)
def meant_by(word: str, language: str) -> str | None:
    """The known word one letter away from an unknown word; None for a known, short, foreign or merely unknown word.

    >>> meant_by("извените", "ru"), meant_by("кешбэк", "ru")
    ('извините', None)
    """
    plain = lowered(word)
    letters = ALPHABETS.get(language, "")
    if len(plain) < LEAST_LETTERS.get(language, 0) or not letters or not set(plain) <= set(letters):
        return None
    if is_known(plain, language):
        return None
    near = [other for other in _one_letter_away(plain, letters) if _is_listed(other, language)]
    # The first letter is seldom wrong; else a vowel slips most.
    return min(near, key=lambda o: (o[0] != plain[0], _consonants(o) != _consonants(plain)), default=None)


def is_known(word: str, language: str) -> bool:
    """Whether the language's dictionary has a word (lower case, ё as е)."""
    return _is_listed(word, language) or (language == "en" and _is_derived(word))


def _is_listed(word: str, language: str) -> bool:
    return bool(analyser().word_is_known(word)) if language == "ru" else word in _english_words()


def _consonants(word: str) -> str:
    return "".join(letter for letter in word if letter not in VOWELS)


def _one_letter_away(word: str, letters: str) -> Iterator[str]:
    """Words with two letters exchanged, one more, one less or another one; the first letter stays where it can."""
    for k in range(len(word) - 1, -1, -1):
        head, tail = word[:k], word[k:]
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:]
        yield head + tail[1:]
        for letter in letters:
            yield head + letter + tail[1:]
            yield head + letter + tail


@cache
def _english_words() -> frozenset[str]:
    """Words of the lemma table, their lemmas, and the small words that need no lemma."""
    lemmas = english_lemmas()
    small = yaml.safe_load(shipped("configs", "lexicons", "small_words.en.yaml").read_text(encoding="utf-8"))
    return frozenset(lemmas) | frozenset(lemmas.values()) | frozenset(small["words"])


def _is_derived(word: str) -> bool:
    """Whether a word is a known one with a common beginning or ending, or two known words in one."""
    known = _english_words()
    if any(word.endswith(end) and _stems(word.removesuffix(end)) & known for end in ENGLISH_ENDINGS):
        return True
    if any(word.startswith(start) and word.removeprefix(start) in known for start in ENGLISH_BEGINNINGS):
        return True
    return any(word[:k] in known and word[k:] in known for k in range(3, len(word) - 2))


def _stems(rest: str) -> set[str]:
    """What a word may be without its ending: unfortunate-ly, happi-ness, us-able, ful-ly, possib-ly."""
    stems = {rest, rest + "e", rest + "l", rest + "le", rest + "al"}
    return stems | {rest[:-1] + "y"} if rest.endswith("i") else stems
