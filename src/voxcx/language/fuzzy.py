"""Likeness of strings: tolerance for the slips of a recogniser, and near-copies of a text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from voxcx.language.normal_forms import CACHED_WORDS, lowered

WORD_RATIO = 85.0  # percent; two words are the same but for a slip
NAME_RATIO = 80.0  # percent; recognisers mangle names more than words
TEXT_RATIO = 90.0  # percent; one message is a copy of another
MIN_FUZZY_LETTERS = 5  # a slip in a shorter word makes another word


@lru_cache(maxsize=CACHED_WORDS)
def likeness(first: str, second: str) -> float:
    """Likeness of two strings in percent (normalised insertions and deletions, RapidFuzz ``ratio``)."""
    return float(fuzz.ratio(first, second))


@lru_cache(maxsize=CACHED_WORDS)
def nearly_equal(word: str, forms: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether a word of at least 5 letters, as it stands or in a normal form, is a wanted word but for a slip."""
    mine = [form for form in (word, *forms) if len(form) >= MIN_FUZZY_LETTERS]
    others = [form for form in wanted if len(form) >= MIN_FUZZY_LETTERS]
    return any(likeness(form, other) >= WORD_RATIO for form in mine for other in others)


def is_near_copy(text: str, others: Sequence[str], ratio: float = TEXT_RATIO) -> bool:
    """Whether a text is nearly equal to one of the others, case, ё and spacing aside."""
    mine = " ".join(lowered(text).split())
    rest = [" ".join(lowered(other).split()) for other in others]
    return bool(mine) and process.extractOne(mine, rest, scorer=fuzz.ratio, score_cutoff=ratio) is not None
