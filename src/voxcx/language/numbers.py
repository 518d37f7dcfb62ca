"""Text as it is spoken: its words, with numbers, times and symbols written out.

Decided here (tests hold the edges): Russian numerals stand in the nominative (gender only of тысяча: «две тысячи»).
A number of 7 and more digits or with a leading zero is a code: Russian reads 10 and 11 digits as a phone in groups
3-3-2-2 and others digit by digit, English reads digit by digit. "10:30" is its two numbers, with «ноль»/"oh" before a
single-digit minute. A decimal is «две целых пять десятых» and "two point five". Ordinals («21-й», "21st") take the
masculine form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voxcx.language.cardinals import cardinal, fraction_ru, ordinal, plural
from voxcx.language.keeping import Kept
from voxcx.language.normal_forms import CACHED_WORDS, lowered
from voxcx.language.number_tokens import is_number, is_ordinal, number_value
from voxcx.language.number_words import CARDINALS, ONES

__all__ = ["cardinal", "is_number", "is_ordinal", "number_value", "spoken_alone", "spoken_size", "verbalise"]

CODE_DIGITS = 7

PIECE = re.compile(
    r"(?P<time>(?<![\d:])\d{1,2}:\d{2}(?![\d:]))"
    r"|(?P<grouped>(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d]|[ \u00a0\u202f-]\d)(?:[.,]\d{1,2}(?!\d))?)"
    r"|(?P<commas>(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]))"
    r"|(?P<decimal>(?<![\d.,])\d+[.,]\d+(?![\d]|[.,]\d))"
    r"|(?P<ordinal>\d+(?:-?(?:ый|ий|ой|го|му|му|ая|яя|ое|ые|ых|ую|й|я|е|м|х|ю)\b|(?:st|nd|rd|th)\b))"
    r"|(?P<digits>\d+)"
    r"|(?P<symbol>[%$€£₽№])"
    r"|(?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*)"
)
FIGURE = re.compile(r"[\d%$€£₽№]")
SYMBOLS = {
    "ru": {
        "%": ("процент", "процента", "процентов"),
        "₽": ("рубль", "рубля", "рублей"),
        "$": ("доллар", "доллара", "долларов"),
        "£": ("фунт", "фунта", "фунтов"),
        "€": ("евро",) * 3,
        "№": ("номер",) * 3,
    },
    "en": {
        "%": ("percent",) * 3,
        "₽": ("ruble", "rubles", "rubles"),
        "$": ("dollar", "dollars", "dollars"),
        "£": ("pound", "pounds", "pounds"),
        "€": ("euro", "euros", "euros"),
        "№": ("number",) * 3,
    },
}


def verbalise(text: str, language: str) -> tuple[str, ...]:
    """The words of a text as they are spoken, in lower case with ё as е; digits are written out in Russian or English.

    Only letters and a word's inner hyphen or apostrophe are kept. Another language keeps its words, digits too.

    >>> verbalise("2 500 рублей", "ru")
    ('две', 'тысячи', 'пятьсот', 'рублей')
    >>> verbalise("Call at 10:05 on the 21st!", "en")
    ('call', 'at', 'ten', 'oh', 'five', 'on', 'the', 'twenty', 'first')
    """
    chunks = _chunks(text)
    written = [_written[chunk] for chunk in chunks]
    if None in written:
        return tuple(_beside_figures(chunks, written, language))
    return tuple([word for words in written for word in words or ()])


def _beside_figures(chunks: Sequence[str], written: Sequence[tuple[str, ...] | None], language: str) -> Iterator[str]:
    """Words as they are written, and in their place the chunks with figures, those in a row together: "2 500 ₽"."""
    row: list[str] = []  # marks between figures are read with them
    for chunk, words in zip(chunks, written, strict=True):
        if words is None or (row and not words):
            row.append(chunk)
            continue
        if row:
            yield from _figures(" ".join(row), language)
            row = []
        yield from words
    yield from _figures(" ".join(row), language)


def spoken_size(text: str, language: str) -> tuple[int, int]:
    """Words and letters of a text as it is spoken."""
    words = verbalise(text, language)
    return len(words), sum([len(word) if word.isalpha() else sum(map(str.isalpha, word)) for word in words])


def spoken_alone(text: str) -> tuple[str, ...] | None:
    """The words of a text without figures, which are said as they are written; None where it has figures."""
    return None if FIGURE.search(text) else tuple(word for chunk in _chunks(text) for word in _write(chunk) or ())


def _chunks(text: str) -> list[str]:
    """What stands between spaces and dashes, in lower case with ё as е."""
    return lowered(text).replace("—", " ").replace("–", " ").split(" ")


def _write(chunk: str) -> tuple[str, ...] | None:
    if chunk.isalpha():
        return (chunk,)
    if FIGURE.search(chunk):
        return None
    return tuple(word for piece in PIECE.finditer(chunk) for word in _letters(piece.group()))


_written = Kept(_write, CACHED_WORDS)  # the words of a chunk without figures, None of one that has some


def _figures(plain: str, language: str) -> Iterator[str]:
    """What chunks with figures read together say, the words among them too."""
    if plain.isdecimal():  # most of them
        yield from _digits(plain, language) if language in CARDINALS else (plain,)
        return
    pending: str | None = None  # a currency sign before its number is said after it: "$5"
    last: int | None = None
    for piece in PIECE.finditer(plain):
        kind = piece.lastgroup
        if kind == "symbol" and piece.group() in "$€£₽" and plain[piece.end() : piece.end() + 1].isdecimal():
            pending = piece.group()
            continue
        yield from _say(piece, language, last)
        last = _whole(piece.group()) if kind in {"digits", "grouped", "commas", "decimal"} else None
        if pending is not None and kind != "word":
            yield _symbol(pending, language, last)
            pending = None


def _say(piece: re.Match[str], language: str, before: int | None) -> Iterator[str]:
    kind, text = piece.lastgroup, piece.group()
    if kind == "word":
        yield from _letters(text)
    elif language not in CARDINALS:
        yield from text.split()
    elif kind == "symbol":
        yield _symbol(text, language, before)
    elif kind == "time":
        yield from _time(text, language)
    elif kind == "ordinal":
        yield from ordinal(int(re.sub(r"\D", "", text)), language)
    elif kind in {"decimal", "grouped", "commas"}:
        yield from _decimal(text, language)
    else:
        yield from _digits(text, language)


def _letters(word: str) -> Iterator[str]:
    if not word.isalpha():  # a superscript or a combining mark is no letter
        word = "".join(letter for letter in word if letter.isalpha() or letter in "-'").strip("-'")
    if word:
        yield word


def _symbol(symbol: str, language: str, value: int | None) -> str:
    if language not in SYMBOLS:
        return symbol
    names = SYMBOLS[language][symbol]
    return names[0 if value is None else plural(value)] if language == "ru" else names[0 if value == 1 else 1]


def _whole(text: str) -> int | None:
    digits = re.sub(r"[ \u00a0\u202f]|,(?=\d{3}(?!\d))", "", text)
    return int(digits) if digits.isdecimal() and len(digits) < CODE_DIGITS * 2 else 2


def _time(text: str, language: str) -> Iterator[str]:
    hours, minutes = text.split(":")
    yield from cardinal(int(hours), language)
    if minutes == "00":
        yield from ("ноль", "ноль") if language == "ru" else ("o'clock",)
        return
    if minutes[0] == "0":
        yield "ноль" if language == "ru" else "oh"
    yield from cardinal(int(minutes), language)


def _decimal(text: str, language: str) -> Iterator[str]:
    compact = re.sub(r"[ \u00a0\u202f]", "", text)
    grouped = re.fullmatch(r"\d{1,3}(,\d{3}){2,}(\.\d+)?|\d{1,3},\d{3}\.\d+", compact)  # a lone comma parts a fraction
    if language == "en" or grouped:
        compact = re.sub(r",(?=\d{3}(?!\d))", "", compact)
    whole, _, fraction = compact.replace(",", ".").partition(".")
    if not fraction:
        yield from cardinal(int(whole), language)
    elif language == "en":
        yield from (*cardinal(int(whole), "en"), "point", *(ONES["en"][int(digit)] for digit in fraction))
    else:
        yield from fraction_ru(whole, fraction)


def _digits(text: str, language: str) -> Iterator[str]:
    leading_zero = len(text) > 1 and text[0] == "0"
    if len(text) < CODE_DIGITS and not leading_zero:
        yield from cardinal(int(text), language)
    elif language == "ru" and len(text) in {10, 11}:
        yield from _phone_ru(text)
    else:
        yield from (ONES[language][int(digit)] for digit in text)


def _phone_ru(text: str) -> Iterator[str]:
    first, rest = text[:-10], text[-10:]
    for group in (first, rest[:3], rest[3:6], rest[6:8], rest[8:]):
        stripped = group.lstrip("0")
        yield from ("ноль",) * (len(group) - len(stripped))
        if stripped:
            yield from cardinal(int(stripped), "ru")
