"""Which tokens are numbers, and what a run of them is worth, said or written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from voxcx.language.normal_forms import CACHED_WORDS
from voxcx.language.number_words import CARDINALS, ORDINALS
from voxcx.language.tokens import Token


def is_number(token: Token, language: str) -> bool:
    """Whether a token is a number: digits («500», «2,5», "1,000") or a number word («пятисот», "five").

    An ordinal is not («первый»); «раз» and "a" are not.
    """
    return _is_number(token.lower, token.forms, language)


@lru_cache(maxsize=CACHED_WORDS)
def _is_number(text: str, forms: frozenset[str], language: str) -> bool:
    if text[:1].isdecimal() or (text[:1] == "+" and text[1:].isdecimal()):
        return _written_value(text) is not None
    return not forms.isdisjoint(CARDINALS.get(language, {})) and text not in {"семью", "семьи", "семье"}


def continues_number(before: Token, token: Token, language: str) -> bool:
    """Whether a number token belongs to the number of the one before it.

    Digits go on in threes («2 500») or with a scale word («5 тысяч», "2 million"); number words go on with words.
    """
    written_before, written = before.lower[:1].isdecimal(), token.lower[:1].isdecimal()
    if written_before and written:
        return re.fullmatch(r"\d{3}", token.lower) is not None and re.fullmatch(r"\d{1,3}", before.lower) is not None
    if written_before:
        return any(CARDINALS[language].get(form, 0) >= 1000 for form in token.forms) or "hundred" in token.forms
    return not written or any(CARDINALS[language].get(form, 0) >= 1000 for form in before.forms)


def is_ordinal(token: Token, language: str) -> bool:
    """Whether a token is an ordinal word or number («пятого», «5-го», "5th")."""
    if re.fullmatch(r"\d+(?:-?[а-я]{1,3}|st|nd|rd|th)", token.lower):
        return True
    return not token.forms.isdisjoint(ORDINALS.get(language, {}))


def _written_value(text: str) -> float | None:
    compact = re.sub(r",(?=\d{3}(?!\d))", "", text.lstrip("+")).replace(",", ".")
    try:
        return float(compact) if re.fullmatch(r"\d+(?:\.\d+)?", compact) else None
    except ValueError:
        return None


def number_value(tokens: Sequence[Token], language: str) -> float | None:
    """What a run of number tokens is worth («две тысячи пятьсот» and «2 500» are 2500.0); None when it is no number.

    Groups of digits after a space continue a number only in threes («2 500»), otherwise the last run counts on: a run
    that is no single number («двадцать тридцать») is summed as it would be heard, so ask for one number at a time.
    """
    total, current = 0.0, 0.0
    if not tokens:
        return None
    for token in tokens:
        if not is_number(token, language):
            return None
        written = _written_value(token.lower)
        if written is not None:
            current = current * 1000 + written if current and re.fullmatch(r"\d{3}", token.lower) else current + written
            continue
        value = max(CARDINALS[language][form] for form in token.forms if form in CARDINALS[language])
        if value >= 1000:
            total, current = total + (current or 1) * value, 0.0
        elif language == "en" and value == 100:
            current = (current or 1) * 100
        else:
            current += value
    return total + current
