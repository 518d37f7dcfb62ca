"""Likeness of strings: tolerance for the slips of a recogniser, and near-copies of a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from voxcx.language.normal_forms import CACHED_WORDS, lowered

WORD_RATIO = 85.0  # percent; two words are the same but for a slip
NAME_RATIO = 80.0  # percent; recognisers mangle names more than words
TEXT_RATIO = 90.0  # percent; one message is a copy of another
MIN_FUZZY_LETTERS = 5  # a slip in a shorter word makes another word
_BLOCK_CELLS = 1_000_000  # pairs compared at a time, four bytes each: bounds memory


@lru_cache(maxsize=CACHED_WORDS)
def likeness(first: str, second: str) -> float:
    """Likeness of two strings in percent (normalised insertions and deletions, RapidFuzz ``ratio``)."""
    return float(fuzz.ratio(first, second))


def like_words(name: str, words: Collection[str], ratio: float) -> tuple[str, ...]:
    """Those of the words that are at least so like a name, in percent."""
    found = process.extract(name, words, scorer=fuzz.ratio, score_cutoff=ratio, limit=None)
    return tuple(str(word) for word, *_ in found)


def likest_part(short: str, text: str) -> float:
    """Likeness, in percent, of a string and that part of a text, as long as the string, which is most like it."""
    return float(fuzz.partial_ratio(short, text))


def foreign_letters(word: str, other: str) -> int:
    """How many letters of a word another has not, in their order."""
    return len(word) - int(LCSseq.similarity(word, other))


@lru_cache(maxsize=CACHED_WORDS)
def nearly_equal(word: str, forms: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether a word of at least 5 letters, as it stands or in a normal form, is a wanted word but for a slip."""
    mine = [form for form in (word, *forms) if len(form) >= MIN_FUZZY_LETTERS]
    others = [form for form in wanted if len(form) >= MIN_FUZZY_LETTERS]
    return any(likeness(form, other) >= WORD_RATIO for form in mine for other in others)


def near_copies(texts: Sequence[str], others: Sequence[str], ratio: float = TEXT_RATIO) -> tuple[bool, ...]:
    """For each text, whether it is nearly equal to one of the others or to another of the texts themselves.

    Case, ё and spacing aside; an empty text is no copy. Every pair is compared, a block of rows at a time.
    """
    mine, known = ([plain(text) for text in group] for group in (texts, others))
    times = Counter([*mine, *set(known)])
    copies = {text for text in mine if text and times[text] > 1}
    single = [text for text in dict.fromkeys(mine) if text and text not in copies]
    pool = [*single, *(times.keys() - set(single))]
    rows = max(1, _BLOCK_CELLS // max(1, len(pool)))
    for start in range(0, len(single), rows):
        block, rest = single[start : start + rows], pool[start:]  # what stands before has been compared with these
        like = process.cdist(block, rest, scorer=fuzz.ratio, score_cutoff=ratio, workers=1)
        one, other = like.nonzero()
        apart = one != other  # each is like itself
        copies.update(rest[index] for index in {*one[apart].tolist(), *other[apart].tolist()})
    return tuple(text in copies for text in mine)


def nearest(text: str, others: Sequence[str], ratio: float = TEXT_RATIO) -> str | None:
    """The likest of those that are nearly equal to a text, None where none is; all as ``plain`` gives them."""
    found = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=ratio)
    return None if found is None else str(found[0])


def plain(text: str) -> str:
    """A text as copies are told: case, ё and spacing aside."""
    return " ".join(lowered(text).split())
