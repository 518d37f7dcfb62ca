"""Likeness of strings: tolerance for the slips of a recogniser, and near-copies of a text."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, OrderedDict
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from voxcx.language.normal_forms import CACHED_WORDS, lowered

WORD_RATIO = 85.0  # percent; two words are the same but for a slip
NAME_RATIO = 80.0  # percent; recognisers mangle names more than words
TEXT_RATIO = 90.0  # percent; one message is a copy of another
MIN_FUZZY_LETTERS = 5  # a slip in a shorter word makes another word
FEW = 50  # texts
MANY = 16  # texts: a search of fewer is longer prepared than it takes
LETTERS = 64  # counted; letters whose codes are so far apart count as one, which only makes texts more like
MOST_OF_A_LETTER = 16_000  # more of one are not told apart: two bytes each are kept


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

    Case, ё and spacing aside; an empty text is no copy. Only texts of about its length are compared with a text, and of
    very many only those of about its letters.
    """
    mine, known = ([plain(text) for text in group] for group in (texts, others))
    times = Counter([*mine, *set(known)])
    copies = {text for text in mine if text and times[text] > 1}
    single = [text for text in dict.fromkeys(mine) if text and text not in copies]
    pool = sorted(times, key=len)
    lengths = list(map(len, pool))
    letters = _Letters(pool) if len(single) > FEW else None  # for few it takes longer to count letters than to compare
    for text in single:
        first, end = (bisect(lengths, edge) for edge in _lengths(len(text), ratio))
        near = letters.near(text, first, end, ratio) if letters else pool[first:end]
        if _has_like(text, near, ratio):
            copies.add(text)
    return tuple(text in copies for text in mine)


def _has_like(text: str, near: Sequence[str], ratio: float) -> bool:
    """Whether any but the text itself is so like it."""
    if len(near) < MANY:
        return any(fuzz.ratio(text, other, score_cutoff=ratio) for other in near if other != text)
    return len(process.extract(text, near, scorer=fuzz.ratio, score_cutoff=ratio, limit=2)) > 1


def _lengths(length: int, ratio: float) -> tuple[float, float]:
    """A text of so many letters is less like one that is shorter or as short as the first, or longer than the other.

    Two texts have at most the shorter one's letters in common, and likeness is twice these ÷ the letters of both.
    """
    most = (200 - ratio) / ratio
    return length / most - 1, length * most + 1


class _Letters:
    """How often texts have each letter; a text turned into another must lose or gain at least the difference."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._lengths = np.array([len(text) for text in texts], dtype=np.int32)
        self._counts = np.array([_letters(text) for text in texts])

    def near(self, text: str, first: int, end: int, ratio: float) -> list[str]:
        """Those of texts [first, end) that may be so like a text, told by their letters without their order."""
        near = _about_its_letters(text, self._lengths[first:end], self._counts[first:end], ratio)
        return [self._texts[first + row] for row in near.tolist()]


def _about_its_letters(
    text: str, lengths: NDArray[np.int32], counts: NDArray[np.int16], ratio: float
) -> NDArray[np.intp]:
    """Which of other texts may be so like a text, told by how often they have each letter."""
    apart = np.abs(counts - _letters(text)).sum(axis=1)
    return np.flatnonzero(apart <= (lengths + len(text)) * (100 - ratio) / 100 + 1)


def _letters(text: str) -> NDArray[np.int16]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32) % LETTERS
    return np.minimum(np.bincount(codes, minlength=LETTERS), MOST_OF_A_LETTER).astype(np.int16)


class Recent:
    """The latest distinct texts, so many at most, all as ``plain`` gives them; one that comes again is the latest."""

    def __init__(self, most: int) -> None:
        self._row: OrderedDict[str, int] = OrderedDict()  # from the oldest on
        self._texts = [""] * most
        self._lengths = np.zeros(most, dtype=np.int32)
        self._counts = np.zeros((most, LETTERS), dtype=np.int16)

    def __len__(self) -> int:
        return len(self._row)

    def add(self, text: str) -> None:
        """Remember a text; where there is no room the oldest is forgotten."""
        if text in self._row:
            self._row.move_to_end(text)
            return
        row = len(self._row) if len(self._row) < len(self._texts) else self._row.popitem(last=False)[1]
        self._row[text] = row
        self._texts[row], self._lengths[row], self._counts[row] = text, len(text), _letters(text)

    def nearest(self, text: str, ratio: float = TEXT_RATIO) -> str | None:
        """The likest of those that are nearly equal to a text, the latest of equally like ones; None where none is."""
        if text in self._row:
            return text
        here = slice(len(self._row))
        near = _about_its_letters(text, self._lengths[here], self._counts[here], ratio)
        if not len(near):
            return None
        age = {row: k for k, row in enumerate(self._row.values())} if len(near) > 1 else {}
        others = [self._texts[row] for row in sorted(near.tolist(), key=lambda row: -age.get(row, 0))]
        return nearest(text, others, ratio)


def nearest(text: str, others: Sequence[str], ratio: float = TEXT_RATIO) -> str | None:
    """The likest of those that are nearly equal to a text, None where none is; all as ``plain`` gives them."""
    found = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=ratio)
    return None if found is None else str(found[0])


def plain(text: str) -> str:
    """A text as copies are told: case, ё and spacing aside."""
    return " ".join(lowered(text).split())
