"""Openings as numbers: TF-IDF of normal forms.

A word of several normal forms («стали») counts as the one that the openings use most. Words that say nothing about a
topic are left out by a list, those of a language without one by their frequency.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from scipy import sparse

from voxcx.insight.archive import Integers, Labels
from voxcx.language.tokens import Token, tokens_of

Matrix = Any  # scipy's csr_matrix, which has no types
FEWEST_OPENINGS = 3  # that hold a word …
FEWEST_SHARE = 0.001  # … and of all openings
MOST_SHARE = 0.6  # a word of most openings divides nothing
TERMS_AT_MOST = 4_000
FEWEST_LETTERS = 2

Word = tuple[str, str]  # as written, language


@dataclass(frozen=True, slots=True)
class Terms:
    """What openings hold.

    Attributes:
        words: each as it is written most.
        held: [n, words], 1 where an opening holds a word.
        weighted: the same as TF-IDF, rows of length 1 or 0.
    """

    words: tuple[str, ...]
    held: Matrix
    weighted: Matrix


def read_terms(openings: Labels, languages: Labels, small_words: Mapping[str, frozenset[str]]) -> Terms:
    """Words of openings, as their most used normal form."""
    number: defaultdict[Word, int] = defaultdict(count().__next__)
    lists = [
        [number[word, language] for word in opening.split()]
        for opening, language in zip(openings.tolist(), languages.tolist(), strict=True)
    ]
    row = np.repeat(np.arange(len(lists)), [len(one) for one in lists])
    raw = np.array([place for one in lists for place in one], dtype=np.int64)
    said = _counts(row, raw, (len(lists), len(number)))
    words, of_raw = _normal(list(number), np.asarray(said.sum(axis=0)).ravel(), small_words)
    return _weighted(words, said @ of_raw)


def _counts(row: Integers, column: Integers, shape: tuple[int, int]) -> Matrix:
    return sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape)


def _normal(
    written: list[Word], times: Any, small_words: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, ...], Matrix]:
    """Normal forms, each told as it is written most, and a matrix [written words, normal forms]."""
    tokens = [list(_telling(word, language, small_words.get(language, frozenset()))) for word, language in written]
    used: Counter[str] = Counter()
    for mine, n in zip(tokens, times.tolist(), strict=True):
        for token in mine:
            used.update(dict.fromkeys(token.forms, n))
    place: defaultdict[str, int] = defaultdict(count().__next__)
    spelt: defaultdict[int, Counter[str]] = defaultdict(Counter)
    pairs = []
    for raw, mine in enumerate(tokens):
        for token in mine:
            form = place[min(token.forms, key=lambda form: (-used[form], len(form), form))]
            spelt[form][token.lower] += int(times[raw])
            pairs.append((raw, form))
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    names = tuple(min(spelt[at], key=lambda word: (-spelt[at][word], word)) for at in range(len(place)))
    return names, _counts(both[:, 0], both[:, 1], (len(written), len(place)))


def _telling(word: str, language: str, small: frozenset[str]) -> Iterator[Token]:
    """Words of letters that may tell a topic."""
    for token in tokens_of(word.replace("’", "'"), language):
        if token.lower in small or not small.isdisjoint(token.forms):
            continue
        if len(token.lower) >= FEWEST_LETTERS and token.lower.replace("-", "").isalpha():
            yield token


def _weighted(words: tuple[str, ...], counts: Matrix) -> Terms:
    """The words that are neither rare nor everywhere, weighted by ln((1 + n) ÷ (1 + openings with it)) + 1."""
    n = counts.shape[0]
    held = counts.tocsr().sign()
    holding = np.bincount(held.indices, minlength=held.shape[1])
    fewest = max(FEWEST_OPENINGS, FEWEST_SHARE * n)
    fit = np.flatnonzero((holding >= fewest) & (holding <= MOST_SHARE * n))
    kept = np.sort(fit[np.argsort(-holding[fit], kind="stable")[:TERMS_AT_MOST]])
    held = held[:, kept]
    made = held.multiply(np.log((1 + n) / (1 + holding[kept])) + 1).tocsr()
    lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    made.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(made.indptr))
    return Terms(tuple(words[place] for place in kept.tolist()), held, made)
