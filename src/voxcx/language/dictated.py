"""Data in tokens that people dictate and read back: numbers, dates, sums, names and addresses, by their value.

«семь один пять», «семьсот пятнадцать» and 715 are one value; "May fifth" and 05/05 are one value. A weekday is a date,
tomorrow is none: the one who reads it back says another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from voxcx.language.digit_runs import runs
from voxcx.language.fuzzy import nearly_equal
from voxcx.language.normal_forms import CACHED_WORDS
from voxcx.language.number_tokens import is_number
from voxcx.language.number_words import CARDINALS, ORDINALS
from voxcx.language.phrases import Match, Phrase, compile_phrase
from voxcx.language.sum_values import start_of, sum_value
from voxcx.language.tokens import Token

Datum = Literal["number", "date", "sum", "name", "address"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NUMBER_WORDS = frozenset(word for table in CARDINALS.values() for word in table)
NO_NUMBER = ("date", "sum", "term")  # digits inside of these are no number of their own
MONTHS = {
    "ru": _words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
    "en": _words("january february march april may june july august september october november december"),
}
WEEKDAYS = {
    "ru": _words("понедельник вторник среда четверг пятница суббота воскресенье"),
    "en": _words("monday tuesday wednesday thursday friday saturday sunday"),
}
ADDRESS_WORDS = frozenset(
    _words(
        "улица ул проспект пр-т просп переулок пер бульвар шоссе набережная площадь проезд дом д квартира кв корпус к"
        " строение стр подъезд этаж офис город г street st avenue ave road rd lane ln drive court square apartment apt"
        " flat unit floor house number"
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of data in tokens [start, end). ``value`` is what two tellings of it share."""

    kind: Datum
    start: int
    end: int
    value: tuple[str, ...]
    words: tuple[Token, ...] = ()  # of a name or an address

    @property
    def digits(self) -> str:
        """All digits of the value together."""
        return "".join(part for part in self.value if part.isdecimal())


@cache
def _phrase(kind: str, language: str) -> Phrase:
    return compile_phrase(f"<{kind}>", language)


@lru_cache(maxsize=4096)
def _spans(kind: str, language: str, tokens: tuple[Token, ...]) -> tuple[Match, ...]:
    """Finds of an entity in a line; several rules ask for the same lines."""
    return _phrase(kind, language).find(tokens)


def data_in(tokens: Sequence[Token], kinds: Sequence[str], language: str) -> list[Said]:
    """Every piece of data of these kinds, in order."""
    if "name" not in kinds and not _bears_data(tokens, language):  # most lines; the patterns are dear
        return []
    found = [one for kind in kinds for one in _of_kind(tokens, kind, language)]
    return sorted(found, key=lambda one: (one.start, -one.end))


def _of_kind(tokens: Sequence[Token], kind: str, language: str) -> Iterator[Said]:
    if kind == "number":
        yield from digit_rows(tokens, language)
        return
    if not _may_hold(tokens, kind, language):
        return
    for start, end in _joined(tokens, kind, language):
        inside = tuple(tokens[start:end])
        if kind == "date":
            value = date_value(inside, language)
        elif kind == "sum":
            value = sum_value(inside, language)
        else:
            value = tuple(token.lower for token in inside)
        if value:
            yield Said(kind, start, end, value, inside)  # type: ignore[arg-type]


def _may_hold(tokens: Sequence[Token], kind: str, language: str) -> bool:
    """Whether a line has what the entity cannot be without; most have not, and the patterns are dear."""
    if kind == "name":
        return True
    if any(is_number(token, language) or any(map(str.isdecimal, token.lower)) for token in tokens):
        return True
    days = _days_named(language) if kind == "date" else frozenset()
    return any(not token.forms.isdisjoint(days) for token in tokens)


_PLAIN: dict[str, set[str]] = {}  # words that are part of no number and no date, by language


def _bears_data(tokens: Sequence[Token], language: str) -> bool:
    """Whether a line has a number, a digit or the name of a day or a month."""
    plain = _PLAIN.setdefault(language, set())
    words = {token.lower for token in tokens}
    if words <= plain:
        return False
    days, found = _days_named(language), False
    for token in tokens:
        word = token.lower
        if is_number(token, language) or any(map(str.isdecimal, word)) or not token.forms.isdisjoint(days):
            found = True
        elif len(plain) < CACHED_WORDS:
            plain.add(word)
    return found


@cache
def _days_named(language: str) -> frozenset[str]:
    return frozenset((*MONTHS.get(language, ()), *WEEKDAYS.get(language, ())))


def _joined(tokens: Sequence[Token], kind: str, language: str) -> list[tuple[int, int]]:
    """Where an entity stands: a first name and a surname are one; so is "one hundred and thirty five dollars"."""
    found: list[tuple[int, int]] = []
    for match in _spans(kind, language, tuple(tokens)):
        start = start_of(tokens, match.start, language) if kind == "sum" else match.start
        if kind == "name" and found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, match.end))
    return found


def digit_rows(tokens: Sequence[Token], language: str) -> Iterator[Said]:
    """Rows of digits, said or written, that are no part of a date, a sum or a term."""
    if not any(is_number(token, language) for token in tokens):  # most lines; the patterns below are dear
        return
    taken = {
        index
        for kind in NO_NUMBER
        for start, end in _joined(tokens, kind, language)
        if kind == "sum" or any(is_number(token, language) for token in tokens[start:end])
        for index in range(start, end)
    }
    at = 0
    while at < len(tokens):
        found = [run for run in runs(tokens, at, language) if taken.isdisjoint(range(at, run.end))]
        if not found:
            at += 1
            continue
        longest = found[-1]
        yield Said("number", at, longest.end, (longest.digits,))
        at = longest.end


def date_value(tokens: Sequence[Token], language: str) -> tuple[str, ...]:
    """Day and month of a date, or its weekday; else empty. English 05/06 may be either, so the two are sorted."""
    for token in tokens:
        parts = re.split(r"[./-]", token.lower)
        if len(parts) in {2, 3} and all(part.isdecimal() for part in parts):
            pair = [str(int(part)) for part in parts[:2]]
            return tuple(sorted(pair) if language == "en" else pair)
    months = MONTHS.get(language, ())
    month = next((k + 1 for k, name in enumerate(months) for token in tokens if name in token.forms), None)
    day = next((value for token in tokens if (value := _day(token, language)) is not None), None)
    tens = [value for token in tokens if (value := _day(token, language)) in {20, 30}]
    if month is None or day is None:
        return tuple(name for name in WEEKDAYS.get(language, ()) for token in tokens if name in token.forms)
    units = [value for token in tokens if (value := _day(token, language)) is not None and value < 10]
    total = tens[0] + units[0] if tens and units and day == tens[0] else day
    pair = [str(total), str(month)]
    return tuple(sorted(pair) if language == "en" else pair)


def day_of_month(tokens: Sequence[Token], language: str) -> tuple[int, int, int] | None:
    """Where a day is told without its month («двадцать пятого числа») and which it is; None where none is."""
    for at in range(1, len(tokens)):
        if tokens[at].lower != "числа":
            continue
        last, tens = _day(tokens[at - 1], language), _day(tokens[at - 2], language) if at > 1 else None
        if last is not None:
            joined = tens in {20, 30} and last < 10
            return (at - 2 if joined else at - 1, at + 1, last + (tens or 0) * joined)
    return None


def _day(token: Token, language: str) -> int | None:
    """1 to 31 of an ordinal, a number word or digits («пятого», "5th", 5)."""
    written = re.match(r"\d{1,2}(?!\d)", token.lower)
    tables = (ORDINALS.get(language, {}), CARDINALS.get(language, {}))
    said = next((table[form] for table in tables for form in token.forms if form in table), None)
    value = int(written.group()) if written else said
    return int(value) if value is not None and 1 <= value <= 31 else None


def same_words(mine: Sequence[Token], others: Sequence[Token]) -> bool:
    """Whether two tellings of a name or an address share a word (no number, «улица» or "flat"), a slip allowed."""
    theirs = frozenset(form for token in others for form in (token.lower, *token.forms))
    return any(
        not token.forms.isdisjoint(theirs) or nearly_equal(token.lower, token.forms, theirs)
        for token in mine
        if token.forms.isdisjoint(ADDRESS_WORDS | NUMBER_WORDS) and not any(map(str.isdecimal, token.lower))
    )
