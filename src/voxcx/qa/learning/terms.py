"""What was said as terms: words in their normal form and pairs of neighbours, so that endings do not matter.

The one definition for learning (words out of a results folder) and for judging (words of a transcript in memory).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from voxcx.language.normal_forms import CACHED_WORDS
from voxcx.language.tokens import tokens_of

By = Literal["agent", "customer", "anyone"]
ROLES: dict[By, tuple[str, ...]] = {
    "agent": ("agent",),
    "customer": ("customer",),
    "anyone": ("agent", "customer"),
}
CUSTOMER = "customer:"  # where both are read, a word of the customer is another term than the agent's
DIGITS = str.maketrans("123456789", "000000000")  # a number counts by its length: no card or order number is learned


@lru_cache(maxsize=CACHED_WORDS)
def normal_words(word: str, language: str) -> tuple[str, ...]:
    """Normal forms of one word as it is written: one for each token, the shortest of those it may have.

    >>> normal_words("звонили,", "ru"), normal_words("don't", "en"), normal_words("4711", "en")
    (('звонить',), ('do', 'not'), ('0000',))
    """
    return tuple(
        min(token.forms or {token.lower}, key=lambda form: (len(form), form)).translate(DIGITS)
        if not token.lower.isdecimal()
        else token.lower.translate(DIGITS)
        for token in tokens_of(word, language)
    )


def terms_of(words: Iterable[str], language: str, prefix: str = "") -> list[str]:
    """Terms of one utterance: its words, then its pairs of neighbours."""
    plain = [normal for word in words for normal in normal_words(word, language)]
    pairs = [f"{one} {other}" for one, other in pairwise(plain)]
    return [prefix + term for term in (*plain, *pairs)] if prefix else plain + pairs


def count_terms(said: Sequence[tuple[str, Sequence[str]]], by: By, language: str) -> dict[str, int]:
    """How often each term was said; ``said`` is (role, words) of every utterance."""
    counts: dict[str, int] = {}
    for role, words in said:
        if role in ROLES[by]:
            for term in terms_of(words, language, prefix_of(role, by)):
                counts[term] = counts.get(term, 0) + 1
    return counts


def is_word(term: str) -> bool:
    """A single word, no pair."""
    return " " not in term


def prefix_of(role: str, by: By) -> str:
    """What stands before a term of that role."""
    return CUSTOMER if by == "anyone" and role == "customer" else ""
