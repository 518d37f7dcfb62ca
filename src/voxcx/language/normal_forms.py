"""The set of normal forms of a word: all readings of pymorphy3 in Russian, word and lemma in English."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache, lru_cache
from importlib.resources import files

import pymorphy3

from voxcx.language.number_words import CARDINALS

CACHED_WORDS = 200_000  # a contact centre's whole vocabulary; ~100 bytes each

# What English clitics stand for, beyond what the tokeniser writes out itself.
CLITICS = {
    "'s": ("be", "have", "is", "has"),
    "'d": ("would", "have", "had"),
    "'m": ("be", "am"),
    "'re": ("be", "are"),
    "'ve": ("have",),
}
# Clitics that the tokeniser leaves as they are, since each stands for several words: what such a word may be cut to.
CUT_TO = {"is": "'s", "has": "'s", "would": "'d", "had": "'d"}
BRITISH = re.compile(r"^([a-z]{4,})is(e|es|ed|ing|ation)$")  # "apologise" is "apologize" too
PARTICLES = ("-ка", "-то", "-с")  # «скажите-ка» is «скажите»; «что-то» is a word of its own
CURRENCY = {
    "ru": {"₽": "рубль", "$": "доллар", "€": "евро", "%": "процент", "руб": "рубль", "р": "рубль", "коп": "копейка"},
    "en": {"₽": "ruble", "$": "dollar", "€": "euro", "£": "pound", "%": "percent"},
}


def lowered(word: str) -> str:
    """Lower case, with ё as е and typographic apostrophes and hyphens made plain.

    >>> lowered("Ещё")
    'еще'
    """
    return word.lower().replace("ё", "е").replace("’", "'").replace("‑", "-")


@cache
def analyser() -> pymorphy3.MorphAnalyzer:
    """The Russian dictionary, read once (0.2 s, 15 MB)."""
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def english_lemmas() -> dict[str, str]:
    """English word forms and their lemmas, read once."""
    packed = files("spacy_lookups_data").joinpath("data", "en_lemma_lookup.json.gz").read_bytes()
    lemmas: dict[str, str] = json.loads(gzip.decompress(packed))
    return lemmas


@cache
def _english_words() -> frozenset[str]:
    lemmas = english_lemmas()
    return frozenset(lemmas) | frozenset(lemmas.values())


def is_known(word: str, language: str) -> bool:
    """Whether a lowered word is in the dictionary of Russian or English; no word of another language is."""
    if language == "ru":
        return bool(analyser().word_is_known(word))
    return language == "en" and word in _english_words()


@lru_cache(maxsize=CACHED_WORDS)
def forms(word: str, language: str) -> frozenset[str]:
    """All normal forms a word may have; two words match when their sets meet.

    Russian: the normal forms of every reading, ё as е. English: the word and its lemma. Another language: the lowered
    word itself. A number in digits also carries its one-word name («7», «семь»).

    >>> sorted(forms("подождите", "ru"))
    ['подождать']
    >>> sorted(forms("calls", "en"))
    ['call', 'calls']
    """
    plain = lowered(word).strip(".")
    if language == "ru":
        return _russian(plain)
    if language == "en":
        return _english(plain)
    return frozenset({plain})


def exact_forms(word: str, language: str) -> frozenset[str]:
    """A word that must stand as it is, with the clitic it may be cut to ("what's" is *what is*, "can't" *can not*).

    >>> sorted(exact_forms("is", "en"))
    ["'s", 'is']
    """
    return frozenset({word, CUT_TO.get(word, word)}) if language == "en" else frozenset({word})


def _russian(word: str) -> frozenset[str]:
    if not word.isalpha():
        extra = _shared(word, "ru")
        if extra:
            return extra | {word}
    if not any("а" <= letter <= "я" for letter in word):
        return frozenset({word, word.replace("-", "")})
    known = {lowered(parse.normal_form) for parse in analyser().parse(word)}
    known |= _shared(word, "ru")
    if not analyser().word_is_known(word):
        for particle in PARTICLES:
            if word.endswith(particle) and len(word) > len(particle):
                known |= _russian(word.removesuffix(particle))
    return frozenset(known)


def _english(word: str) -> frozenset[str]:
    spellings = {word, BRITISH.sub(r"\1iz\2", word)}
    known = spellings | {english_lemmas().get(spelling, spelling) for spelling in spellings} | {word.replace("-", "")}
    known.update(CLITICS.get(word, ()))
    return frozenset(known) | _shared(word, "en")


def _shared(word: str, language: str) -> frozenset[str]:
    names = set()
    if word in CURRENCY[language]:
        names.add(CURRENCY[language][word])
    if word.isdecimal() and len(word) <= 4:
        names.update(name for name, value in CARDINALS[language].items() if value == int(word))
    return frozenset(names)
