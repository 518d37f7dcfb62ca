"""Whole numbers, ordinals and fractions as words, Russian (nominative) and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from voxcx.language.number_words import HUNDREDS_RU, ONES, ORDINALS_RU, SCALES_EN, SCALES_RU, TENS, ordinal_en

MAX_SAID = 10**15  # beyond the trillions a number is read digit by digit
FRACTIONS_RU = (("десятая", "десятых"), ("сотая", "сотых"), ("тысячная", "тысячных"))


def plural(value: int) -> int:
    """Which Russian form counts: 0 рубль, 1 рубля, 2 рублей."""
    if value % 100 in range(11, 20):
        return 2
    return {1: 0, 2: 1, 3: 1, 4: 1}.get(value % 10, 2)


def cardinal(value: int, language: str) -> tuple[str, ...]:
    """A whole number ≥ 0 in Russian (nominative) or English words; from 10¹⁵ digit by digit.

    >>> cardinal(2021, "ru")
    ('две', 'тысячи', 'двадцать', 'один')
    >>> cardinal(105, "en")
    ('one', 'hundred', 'five')
    """
    if value == 0:
        return (ONES[language][0],)
    if value >= MAX_SAID:
        return tuple(ONES[language][int(digit)] for digit in str(value))
    words: list[str] = []
    for power in range((len(str(value)) - 1) // 3, -1, -1):
        words.extend(_thousands(value // 1000**power % 1000, power, language))
    return tuple(words)


@cache
def _thousands(count: int, power: int, language: str) -> tuple[str, ...]:
    """Hundreds, tens and ones of one power of a thousand with its name; nothing when the count is 0."""
    if count == 0:
        return ()
    words = _below_thousand(count, language)
    if power == 0:
        return words
    if language == "en":
        return (*words, SCALES_EN[power - 1])
    said = _feminine(words) if power == 1 else words
    return (*said, SCALES_RU[power - 1][plural(count)])


def _below_thousand(count: int, language: str) -> tuple[str, ...]:
    hundreds, rest = divmod(count, 100)
    words: list[str] = []
    if hundreds:
        words.extend((HUNDREDS_RU[hundreds],) if language == "ru" else (ONES["en"][hundreds], "hundred"))
    if rest < 20:
        words.extend((ONES[language][rest],) if rest else ())
        return tuple(words)
    words.append(TENS[language][rest // 10])
    if rest % 10:
        words.append(ONES[language][rest % 10])
    return tuple(words)


def ordinal(value: int, language: str) -> Iterator[str]:
    """All words but the last as in the cardinal, the last as an ordinal."""
    words = cardinal(value, language)
    if len(words) > len(cardinal(value - value % 100, language)) or value < 100:
        last = value % 100 if value % 100 <= 20 or value % 10 == 0 else value % 10
    else:
        last = 0
    yield from words[:-1]
    if language == "ru":
        yield ORDINALS_RU.get(last or value, words[-1]) if last or value in ORDINALS_RU else words[-1]
    elif last or value == 0:
        yield ordinal_en(last)
    else:
        yield words[-1] + "th"


def fraction_ru(whole: str, fraction: str) -> Iterator[str]:
    """A Russian decimal up to thousandths («две целых пять десятых»); a longer fraction digit by digit after «и».

    >>> " ".join(fraction_ru("1", "5"))
    'одна целая пять десятых'
    """
    yield from _feminine(cardinal(int(whole), "ru"))
    if len(fraction) > len(FRACTIONS_RU):
        yield "и"
        yield from (ONES["ru"][int(digit)] for digit in fraction)
        return
    yield "целая" if plural(int(whole)) == 0 else "целых"
    yield from _feminine(cardinal(int(fraction), "ru"))
    yield FRACTIONS_RU[len(fraction) - 1][0 if plural(int(fraction)) == 0 else 1]


def _feminine(words: Sequence[str]) -> tuple[str, ...]:
    return (*words[:-1], {"один": "одна", "два": "две"}.get(words[-1], words[-1]))
