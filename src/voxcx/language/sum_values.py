"""What a sum is worth, as people say it: «полторы тысячи», «две с половиной тысячи», «тысяч пять»."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.language.number_tokens import is_number, number_value
from voxcx.language.number_words import CARDINALS
from voxcx.language.tokens import Token

HALVES = frozenset({"полтора", "полторы", "полутора"})
HALF = frozenset({"половиной", "half"})
LINKS = frozenset({"с", "and", "a"})


def sum_value(tokens: Sequence[Token], language: str) -> tuple[str, ...]:
    """The numbers of a sum (rubles, kopeks), each by its value."""
    values: list[str] = []
    row: list[Token] = []
    for token in (*tokens, None):
        if token is not None and (is_number(token, language) or token.lower in HALVES | HALF):
            row.append(token)
        elif row and not (token is not None and token.lower in LINKS):
            value = _value(row, language)
            values += [] if value is None else [f"{value:g}"]
            row = []
    return tuple(values)


def _value(row: Sequence[Token], language: str) -> float | None:
    """What a row of number words is worth, halves and a scale said first included."""
    plain = [token for token in row if token.lower not in HALVES | HALF]
    scale = next((worth for token in plain if (worth := _scale(token, language))), 1)
    if plain and plain[0].lower in {"тысяч", "миллионов"} and len(plain) > 1:
        rest = number_value(plain[1:], language)
        return None if rest is None else rest * scale
    value = number_value(plain, language) if plain else 1.0
    halves = len(plain) < len(row)
    return value + scale / 2 if halves and value is not None else value


def _scale(token: Token, language: str) -> int:
    return max((CARDINALS.get(language, {}).get(form, 0) for form in token.forms), default=0) // 1000 * 1000


def start_of(tokens: Sequence[Token], start: int, language: str) -> int:
    """Where the number of a sum really begins whose link cut it: one hundred and …, две с половиной …."""
    if start and tokens[start - 1].lower in HALVES:
        return start - 1
    if start > 2 and tokens[start - 1].lower in HALF and tokens[start - 2].lower in LINKS:
        at = start - 3
    elif start > 1 and tokens[start - 1].lower == "and" and tokens[start - 2].lower in {"hundred", "thousand"}:
        at = start - 2
    else:
        return start
    while at >= 0 and is_number(tokens[at], language):
        at -= 1
    return at + 1
