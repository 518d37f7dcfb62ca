"""How a word sounds, roughly: letters that recognisers confuse become one. For likeness only, never for reading.

Russian: о as а, е and я as и, voiced consonants as voiceless ones, -ться as -ца, soft signs and double letters gone.
English: a simple cousin of Metaphone (Philips 1990) that keeps a vowel's place.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voxcx.language.normal_forms import CACHED_WORDS, lowered

NOT_SOUND = re.compile(r"[\W_]")
RUSSIAN = (
    (re.compile(r"т(ь?)ся$"), "ца"),
    (re.compile(r"(?<=[ое])г(?=о$)"), "в"),
    (re.compile(r"[ьъй]"), ""),
    (re.compile(r"[тд]с|тч|дч"), "ц"),
    (re.compile(r"[сз]ч|щ"), "ш"),
    (re.compile(r"стн"), "сн"),
)
RUSSIAN_LETTERS = str.maketrans("оеяыэюбвгджз", "аииииупфктшс")
ENGLISH = (
    (re.compile(r"^kn"), "n"),
    (re.compile(r"^wr"), "r"),
    (re.compile(r"[ts]ion"), "shn"),
    (re.compile(r"gh(?=t|$)"), ""),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"wh"), "w"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"(?<=[^aeiou])e(?=d?$)"), ""),
    (re.compile(r"(?<=.)(ea|ee|ie|ei|ey|ay|ai|[eiy])"), "i"),
    (re.compile(r"oo|ou|ow|[ou]"), "o"),
)
ENGLISH_LETTERS = str.maketrans("bdgvzcj", "ptkfskt")
DOUBLE = re.compile(r"(.)\1+")


@lru_cache(maxsize=CACHED_WORDS)
def sound(word: str, language: str) -> str:
    """The word's sound; empty for one without letters or digits.

    >>> sound("набранный", "ru"), sound("брене", "ru")
    ('напрани', 'прини')
    >>> sound("else", "en"), sound("elves", "en")
    ('els', 'elfis')
    """
    plain = NOT_SOUND.sub("", lowered(word))
    rules, letters = (RUSSIAN, RUSSIAN_LETTERS) if language == "ru" else (ENGLISH, ENGLISH_LETTERS)
    for pattern, instead in rules:
        plain = pattern.sub(instead, plain)
    return DOUBLE.sub(r"\1", plain.translate(letters))
