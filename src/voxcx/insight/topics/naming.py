"""Groups of openings → their own words: class-based TF-IDF (Grootendorst 2022) over openings that hold a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from voxcx.insight.archive import Integers
from voxcx.insight.topics.terms import Matrix

OWN_WORDS = 10
NAME_WORDS = 3


def own_words(words: tuple[str, ...], held: Matrix, group: Integers, groups: int) -> list[tuple[str, ...]]:
    """Of each group the words of highest (share of its openings with the word) × ln(1 + mean words ÷ the word's total).

    Only words that its openings hold more often than all openings do.
    """
    rows = len(group)
    of_group = sparse.csr_matrix((np.ones(rows), (group, np.arange(rows))), shape=(groups, rows))
    sizes = np.maximum(np.bincount(group, minlength=groups), 1)[:, np.newaxis]
    inside = np.asarray((of_group @ held).todense()) / sizes
    overall = np.asarray(held.sum(axis=0)).ravel() / max(rows, 1)
    total = inside.sum(axis=0)
    score = inside * np.log1p(inside.sum(axis=1).mean() / np.where(total > 0, total, 1.0))
    score[inside <= overall] = 0.0
    best = np.argsort(-score, axis=1, kind="stable")[:, :OWN_WORDS]
    return [
        tuple(words[at] for at in mine.tolist() if score[one, at] > 0) or _frequent(words, inside[one])
        for one, mine in enumerate(best)
    ]


def _frequent(words: tuple[str, ...], inside: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[str, ...]:
    """The words of a group that has none of its own."""
    return tuple(words[at] for at in np.argsort(-inside, kind="stable")[:NAME_WORDS].tolist())


def distinct_names(words: Sequence[tuple[str, ...]]) -> list[str]:
    """The first words of each group, more of them where two groups would have one name.

    >>> distinct_names([("card", "charge", "app", "bank"), ("card", "charge", "app", "fee"), ("order",)])
    ['card, charge, app', 'card, charge, app, fee', 'order']
    """
    taken: list[str] = []
    for mine in words:
        options = (", ".join(mine[:n]) for n in range(NAME_WORDS, len(mine) + 1))
        short = ", ".join(mine[:NAME_WORDS])
        name = next((one for one in options if one not in taken), short)
        taken.append(name if name not in taken else f"{short} ({len(taken) + 1})")
    return taken
