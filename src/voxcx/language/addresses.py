"""Postal addresses in tokens: a street with its house, or a house with its flat, written or said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voxcx.language.number_tokens import is_number
from voxcx.language.tokens import Token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_NAME_WORDS = 4  # «улица Героев Панфиловцев 8 марта», "old king street"
HOUSE = re.compile(r"\d{1,4}([/-]\d{1,4})?[-\s]?[а-яa-z]?(к\d+|с\d+|стр\d+)?")
HOUSE_WITH_WORD = re.compile(r"(д|дом)\.?\d{1,4}[а-я]?")
STREETS_RU = _words(
    "улица ул проспект пр-т пр-кт просп переулок пер бульвар б-р шоссе набережная наб площадь пл проезд пр-д тупик"
    " аллея микрорайон мкр квартал линия"
)
HOUSES_RU = _words("дом д строение стр владение вл")
PARTS_RU = _words("корпус корп к строение стр квартира кв подъезд офис оф этаж комната литера")
FLATS_RU = _words("квартира кв корпус корп офис оф")
STREETS_EN = _words(
    "street st avenue ave road rd boulevard blvd lane ln drive dr court ct square sq highway hwy terrace parkway"
    " crescent"
)
PARTS_EN = _words("apartment apt suite flat unit number floor")
# Words that no street name has between its kind and its number: «на улице минус 20», "5 minutes down the road".
NO_NAME = _words(
    "и а но на в во у за с со по под над до не минус плюс градус час минута рубль раз уже сейчас сегодня завтра всего"
    " только около мой я вы вас мы нас они это все нет где там тут стоять ждать"
    " the a an of down up in on at to and or minute mile hour day block people just from is are it my your"
)
UNITS = _words(
    "градус час минута секунда рубль человек раз день метр километр % процент лет год"
    " degree hour minute second dollar people time day meter mile percent year"
)


def address_ends(tokens: Sequence[Token], start: int, language: str) -> Iterator[int]:
    """Ends of the address that begins at a token; none for a street without a house."""
    if language == "ru":
        yield from _russian(tokens, start)
    elif language == "en":
        yield from _english(tokens, start)


def may_open_address(token: Token, language: str) -> bool:
    """Whether an address may begin with a token, whatever follows."""
    if language == "ru":
        return _is(token, HOUSES_RU | STREETS_RU) or HOUSE_WITH_WORD.fullmatch(token.lower) is not None
    return language == "en" and (HOUSE.fullmatch(token.lower) is not None or is_number(token, language))


def _is(token: Token, words: frozenset[str]) -> bool:
    return token.lower in words or not token.forms.isdisjoint(words)


def _number_end(tokens: Sequence[Token], start: int, language: str, *, written: bool = False) -> int | None:
    """End of a house number at a token: digits, or number words unless it must be ``written``."""
    if start >= len(tokens):
        return None
    if HOUSE.fullmatch(tokens[start].lower):
        end = start + 1
    elif written or not is_number(tokens[start], language):
        return None
    else:
        end = start + 1
        while end < len(tokens) and end - start < 4 and is_number(tokens[end], language):
            end += 1
    return None if end < len(tokens) and _is(tokens[end], UNITS) else end


def _russian(tokens: Sequence[Token], start: int) -> Iterator[int]:
    if _is(tokens[start], HOUSES_RU) or HOUSE_WITH_WORD.fullmatch(tokens[start].lower):
        end = _house_end(tokens, start)
        if end is not None and end < len(tokens) and _is(tokens[end], FLATS_RU):
            yield from _with_parts(tokens, end, PARTS_RU, "ru")
        return
    if not _is(tokens[start], STREETS_RU):
        return
    for at in range(start + 1, min(start + 2 + MAX_NAME_WORDS, len(tokens))):
        end = _house_end(tokens, at)
        if end is None and at <= start + 3:
            end = _number_end(tokens, at, "ru", written=True)
        if end is not None:
            yield from _with_parts(tokens, end, PARTS_RU, "ru")
        if _is(tokens[at], NO_NAME):
            return


def _house_end(tokens: Sequence[Token], at: int) -> int | None:
    if HOUSE_WITH_WORD.fullmatch(tokens[at].lower):
        return at + 1
    return _number_end(tokens, at + 1, "ru") if _is(tokens[at], HOUSES_RU) else None


def _english(tokens: Sequence[Token], start: int) -> Iterator[int]:
    first = _number_end(tokens, start, "en")
    if first is None or (start and is_number(tokens[start - 1], "en")):
        return
    for at in range(first, min(first + 1 + MAX_NAME_WORDS, len(tokens))):
        if _is(tokens[at], NO_NAME):
            return
        if at > first and _is(tokens[at], STREETS_EN):
            yield from _with_parts(tokens, at + 1, PARTS_EN, "en")


def _with_parts(tokens: Sequence[Token], end: int, parts: frozenset[str], language: str) -> Iterator[int]:
    """The end, and further ends with every flat, entrance or floor that follows."""
    yield end
    while end < len(tokens) and _is(tokens[end], parts):
        further = _number_end(tokens, end + 1, language)
        if further is None:
            return
        end = further
        yield end
