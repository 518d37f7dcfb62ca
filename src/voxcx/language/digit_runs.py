"""Digits in a row as people say and write them: «42 76», «сорок два семьдесят шесть», "double five oh".

A card, a passport or a phone is told by its digits and how they are grouped, so a run keeps its groups.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from voxcx.language.normal_forms import CACHED_WORDS
from voxcx.language.number_words import CARDINALS
from voxcx.language.tokens import Token

MAX_DIGITS = 19  # the longest card number
MOST_SAID = 4  # digits of a number word: «тысяча»
MAX_TOKENS = 30  # 19 digits one by one with «тире» and «номер» between
WRITTEN = re.compile(r"\+?\(?\d[\d()-]*")
REPEATS = {"en": {"double": 2, "triple": 3}}
PASSED_OVER = frozenset({"тире", "дефис", "пробел", "№", "номер", "и", "dash", "hyphen", "space", "плюс", "plus"})


@dataclass(frozen=True, slots=True)
class Run:
    """Digits of the tokens up to ``end`` in groups; ``spoken`` when any of them came as words."""

    end: int
    groups: tuple[str, ...]
    spoken: bool
    plus: bool = False

    @property
    def digits(self) -> str:
        """All digits together."""
        return "".join(self.groups)


def runs(tokens: Sequence[Token], start: int, language: str) -> list[Run]:
    """The runs that begin at a token, from the shortest to the longest; none when it is no digit.

    >>> from voxcx.language.tokens import tokenise
    >>> [run.digits for run in runs(tokenise("сорок два ноль семь", "ru"), 0, "ru")]
    ['40', '42', '420', '4207']
    """
    found: list[Run] = []
    if not _begins(tokens, start, language):
        return found
    groups: list[str] = []
    open_, spoken, times = 0, False, 1  # open_: how much the number word before may still take in («сорок» takes 1–9)
    plus = tokens[start].lower.startswith("+")
    for end in range(start, min(len(tokens), start + MAX_TOKENS)):
        word = tokens[end].lower
        if word in REPEATS.get(language, {}):
            times, open_ = REPEATS[language][word], 0
            continue
        if WRITTEN.fullmatch(word) and not (word.startswith("+") and end > start):
            groups.append(re.sub(r"\D", "", word))
            open_ = 0
        elif (value := _said(tokens[end], language)) is not None:
            open_ = _take(groups, value, times, open_)
            spoken = True
        elif word in PASSED_OVER and groups:
            open_ = 0
            continue
        else:
            break
        times = 1
        if sum(map(len, groups)) > MAX_DIGITS:
            break
        found.append(Run(end + 1, tuple(groups), spoken, plus))
    return found


def digits_ahead(tokens: Sequence[Token], start: int, language: str) -> int:
    """No run that begins at a token has more digits than this: most are too short to be looked at."""
    total = 0
    for at in range(start, min(len(tokens), start + MAX_TOKENS)):
        token = tokens[at]
        most = _most_digits(token.lower, token.forms, language)
        if most is None:
            return total
        total += most
    return total


@lru_cache(maxsize=CACHED_WORDS)
def _most_digits(word: str, forms: frozenset[str], language: str) -> int | None:
    """How many digits a word may add to a run; None where it ends one."""
    repeats = REPEATS.get(language, {})
    if WRITTEN.fullmatch(word):
        return sum(map(str.isdecimal, word))
    if _worth(word, forms, language) is not None:
        return MOST_SAID * max((1, *repeats.values()))
    return 0 if word in repeats or word in PASSED_OVER else None


def _begins(tokens: Sequence[Token], start: int, language: str) -> bool:
    word = tokens[start].lower
    if word[:1].isdecimal() or word[:1] in {"+", "("}:
        return WRITTEN.fullmatch(word) is not None
    return _said(tokens[start], language) is not None or word in REPEATS.get(language, {})


def _said(token: Token, language: str) -> int | None:
    """What a number word is worth, 0 to 999 and 1000."""
    return _worth(token.lower, token.forms, language)


def _worth(word: str, forms: frozenset[str], language: str) -> int | None:
    if word[:1].isdecimal():
        return None
    table = CARDINALS.get(language, {})
    values = [table[form] for form in forms if form in table]
    return values[0] if values and values[0] <= 1000 else None


def _take(groups: list[str], value: int, times: int, open_: int) -> int:
    """Put a number word into the groups; how much the number may still take in."""
    if value == 1000 or (value == 100 and open_ == 0 and groups and len(groups[-1]) == 1 and groups[-1] != "0"):
        zeros = "000" if value == 1000 else "00"
        if groups and len(groups[-1]) <= 2:
            groups[-1] += zeros
        else:
            groups.append("1" + zeros)
        return value
    if 0 < value < open_:
        groups[-1] = str(int(groups[-1]) + value)
        return 10 if value >= 20 and value % 10 == 0 and value < 100 else (100 if value >= 100 else 0)
    groups.extend([str(value)] * times)
    if value >= 100:
        return 100
    return 10 if value >= 20 else 0
