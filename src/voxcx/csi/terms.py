"""Texts as numbers: TF-IDF of words with word pairs, and of letter groups inside words, for any language with spaces.

Letter groups carry what words miss: Russian endings, misspellings, slips of a recogniser. Formulas are scikit-learn's
(sublinear counts 1 + ln c, idf = ln((1 + n) ÷ (1 + df)) + 1, rows of length 1), as are the two analysers; here letter
groups are counted through the words that hold them (texts × words times words × groups), which is much faster.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from voxcx.csi.answers import Floats, Integers

Matrix = Any  # scipy's csr_matrix, which has no types
TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[!?]+|[:;=]-?[()DP]+|\(\(+|\)\)+|\.\.+|[\u2600-\u27bf\U0001f300-\U0001faff]")
SAME = str.maketrans({"ё": "е", "’": "'", **dict.fromkeys("123456789", "0")})  # a number is one by its length
GROUP_LETTERS = 4  # as good as groups of 2–5 letters on rated texts, at a third of the numbers
FEWEST_TEXTS = 2  # that hold a term
TERMS_AT_MOST = 50_000  # of each block


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as tokens: ``words`` are the distinct ones, ``word`` [tokens] and ``row`` [tokens] say which and where."""

    words: tuple[str, ...]
    word: Integers
    row: Integers
    rows: int


@dataclass(frozen=True, slots=True)
class Block:
    """Terms of one kind and their idf, the most frequent first."""

    places: Mapping[str, int]
    idf: Floats

    def weighted(self, counts: Matrix) -> Matrix:
        """Counts [n, terms] → TF-IDF, rows of length √½: two blocks make one."""
        made = counts.astype(np.float64)
        made.data = (1.0 + np.log(made.data)) * self.idf[made.indices]
        lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
        scale = np.sqrt(0.5) / np.where(lengths > 0, lengths, 1.0)
        made.data *= np.repeat(scale, np.diff(made.indptr))
        return made


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What was seen often enough: words with pairs, and letter groups."""

    words: Block
    groups: Block

    def matrix(self, texts: Sequence[str]) -> Matrix:
        """[n, words and pairs, then groups]."""
        read = read_texts(texts)
        words = self.words.weighted(_placed(_words_and_pairs(read), self.words))
        groups = self.groups.weighted(_placed([_groups(read)], self.groups))
        return sparse.hstack([words, groups], format="csr")

    @property
    def terms(self) -> int:
        """Columns of the matrix."""
        return len(self.words.idf) + len(self.groups.idf)


def normal(token: str) -> str:
    """A token as it is counted.

    >>> normal("Ёлка"), normal("89-Й")
    ('елка', '00-й')
    """
    return token.lower().translate(SAME)


def letter_groups(word: str) -> list[str]:
    """Groups of four letters of a word, its edges included; a shorter word is its own.

    >>> letter_groups("ждали")
    [' жда', 'ждал', 'дали', 'али ']
    """
    edged = f" {word} "
    return [edged[k : k + GROUP_LETTERS] for k in range(max(1, len(edged) - GROUP_LETTERS + 1))]


def read_texts(texts: Sequence[str]) -> Read:
    """Texts → tokens."""
    number: defaultdict[str, int] = defaultdict(count().__next__)
    found = [TOKEN.findall(text) for text in texts]
    lengths = [len(tokens) for tokens in found]
    raw = np.fromiter((number[token] for tokens in found for token in tokens), dtype=np.int64, count=sum(lengths))
    normals = [normal(token) for token in number]
    words = sorted(set(normals))
    place = {word: k for k, word in enumerate(words)}
    of_raw = np.array([place[word] for word in normals], dtype=np.int64)
    return Read(tuple(words), of_raw[raw], np.repeat(np.arange(len(texts)), lengths), len(texts))


def learn_vocabulary(texts: Sequence[str]) -> Vocabulary:
    """Terms that at least two texts hold."""
    read = read_texts(texts)
    return Vocabulary(_learned(_words_and_pairs(read), len(texts)), _learned([_groups(read)], len(texts)))


@dataclass(frozen=True, slots=True)
class _Counted:
    """Counts [n, distinct terms] and how to spell the terms."""

    counts: Matrix
    names: Sequence[str]
    pairs: NDArray[Any] | None = None  # [terms, 2], places in ``names``: a term is a pair of these

    def spell(self, chosen: Integers) -> list[str]:
        if self.pairs is None:
            return [self.names[k] for k in chosen.tolist()]
        return [f"{self.names[a]} {self.names[b]}" for a, b in self.pairs[chosen].tolist()]


def _words_and_pairs(read: Read) -> list[_Counted]:
    together = read.row[:-1] == read.row[1:]
    first, second, row = read.word[:-1][together], read.word[1:][together], read.row[:-1][together]
    keys, pair = np.unique(first * len(read.words) + second, return_inverse=True)
    spelt = np.column_stack(np.divmod(keys, max(1, len(read.words))))
    words = _counts(read.row, read.word, (read.rows, len(read.words)))
    return [_Counted(words, read.words), _Counted(_counts(row, pair, (read.rows, len(keys))), read.words, spelt)]


def _groups(read: Read) -> _Counted:
    number: defaultdict[str, int] = defaultdict(count().__next__)
    of_word = [[number[group] for group in letter_groups(word)] for word in read.words]
    word = np.repeat(np.arange(len(of_word)), [len(groups) for groups in of_word])
    group = np.array([one for groups in of_word for one in groups], dtype=np.int64)
    held = _counts(word, group, (len(of_word), len(number)))
    return _Counted(_counts(read.row, read.word, (read.rows, len(read.words))) @ held, list(number))


def _counts(row: Integers, column: Integers, shape: tuple[int, int]) -> Matrix:
    ones = np.ones(len(row), dtype=np.float32)
    return sparse.csr_matrix((ones, (row, column)), shape=shape)  # repeated places are summed


def _learned(kinds: list[_Counted], texts: int) -> Block:
    found: list[tuple[int, str]] = []
    for kind in kinds:
        holding = np.bincount(kind.counts.indices, minlength=kind.counts.shape[1])
        often = np.flatnonzero(holding >= FEWEST_TEXTS)
        found += zip((-holding[often]).tolist(), kind.spell(often), strict=True)
    found = sorted(found)[:TERMS_AT_MOST]
    holding = np.array([-times for times, _ in found], dtype=float)
    return Block({term: k for k, (_, term) in enumerate(found)}, np.log((1.0 + texts) / (1.0 + holding)) + 1.0)


def _placed(kinds: list[_Counted], block: Block) -> Matrix:
    """Counts of the block's own terms, in its order."""
    rows = kinds[0].counts.shape[0]
    total = sparse.csr_matrix((rows, len(block.idf)), dtype=np.float32)
    for kind in kinds:
        spelt = kind.spell(np.arange(kind.counts.shape[1]))
        place = np.array([block.places.get(term, -1) for term in spelt], dtype=np.int64)
        own = np.flatnonzero(place >= 0)
        moved = sparse.csr_matrix(
            (np.ones(len(own), dtype=np.float32), (own, place[own])), shape=(len(place), len(block.idf))
        )
        total = total + kind.counts @ moved
    total.sort_indices()
    return total
