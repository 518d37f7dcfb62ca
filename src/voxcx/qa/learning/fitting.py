"""Learning: TF-IDF of terms → logistic regression → a calibrated chance of an error → thresholds.

How strongly it is held back (C), how it is calibrated and where the thresholds lie are all found on folds inside the
rows it may see; no fold shares a group (agent, customer) with another. TF-IDF as scikit-learn has it: 1 + ln count,
idf = ln((1 + n) ÷ (1 + df)) + 1, rows of length 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from voxcx.qa.learning.calibration import Calibration
from voxcx.qa.learning.thresholds import TARGETS, Thresholds, choose

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Matrix = Any  # scipy's csr_matrix, which has no types
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # C of scikit-learn: the greater, the less it is held back
FEWEST_SPEAKERS = 3  # that used a term: a name or a habit of one is no evidence
TERMS_AT_MOST = 20_000
FOLDS = 5
SEED = 1
ALIKE = 0.85  # of the terms of both (Jaccard): a copy
BANDS, HASHES = 6, 4
LEAST_CHANCE = 1e-6
ISOTONIC_FROM = 300  # rows: with fewer, a curve of steps fits their chance


@dataclass(frozen=True, slots=True)
class Table:
    """All examples: ``counts`` [n, terms], share of people who found an error, most people's word, groups, speakers.

    ``group`` [n] stays in one fold; ``speaker`` [n] is whose words they are; ``text`` [n] is the same for copies.
    """

    terms: tuple[str, ...]
    counts: Matrix
    share: Floats
    error: NDArray[np.bool_]
    group: Rows
    speaker: Rows
    text: Rows

    def __len__(self) -> int:
        return len(self.share)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: which terms (columns of the table), their idf and coefficients, the intercept."""

    columns: Rows
    idf: Floats
    coefficients: Floats
    intercept: float

    def score(self, counts: Matrix) -> Floats:
        """Log-odds of an error [n]."""
        made: Floats = weighted(counts[:, self.columns], self.idf) @ self.coefficients + self.intercept
        return made


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned from some rows; ``thresholds``: target precision → thresholds."""

    weights: Weights
    calibration: Calibration
    thresholds: Mapping[float, Thresholds]
    strength: float

    def chances(self, counts: Matrix) -> list[float]:
        """Chance of an error of each row."""
        return [self.calibration.chance(score) for score in self.weights.score(counts).tolist()]


def table_of(
    terms: Sequence[Mapping[str, int]], share: Sequence[float], groups: Sequence[int], speakers: Sequence[str]
) -> Table:
    """Counts of every term that enough speakers used."""
    names = sorted({term for one in terms for term in one})
    place = {name: k for k, name in enumerate(names)}
    indices = np.array([place[term] for one in terms for term in one], dtype=np.int64)
    starts = np.cumsum([0, *(len(one) for one in terms)])
    data = np.array([count for one in terms for count in one.values()], dtype=np.float64)
    counts = sparse.csr_matrix((data, indices, starts), shape=(len(terms), len(names)))
    group, shares = np.array(groups, dtype=np.int64), np.array(share, dtype=np.float64)
    speaker: Rows = np.unique(list(speakers), return_inverse=True)[1].astype(np.int64)
    kept = _spread(counts, speaker)
    counts = counts[:, kept]
    counts.sort_indices()
    return Table(
        tuple(names[k] for k in kept.tolist()),
        counts,
        shares,
        shares > 0.5,
        group,
        speaker,
        np.array(copies(terms), dtype=np.int64),
    )


def _spread(counts: Matrix, speaker: Rows) -> Rows:
    """Columns that enough speakers used, the most frequent where there are very many, in their order."""
    _, place = np.unique(speaker, return_inverse=True)
    ones = np.ones(len(place))
    of_speaker = sparse.csr_matrix((ones, (place, np.arange(len(place)))), shape=(place.max() + 1, len(place)))
    holding = np.bincount((of_speaker @ counts).indices, minlength=counts.shape[1])
    often = np.flatnonzero(holding >= FEWEST_SPEAKERS)
    kept: Rows = np.sort(often[np.argsort(-holding[often], kind="stable")[:TERMS_AT_MOST]])
    return kept


def weighted(counts: Matrix, idf: Floats) -> Matrix:
    """TF-IDF [n, terms], rows of length 1."""
    made = counts.tocsr(copy=True)
    made.data = (1.0 + np.log(made.data)) * idf[made.indices]
    lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    made.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(made.indptr))
    return made


def fit(table: Table, rows: Rows, target: float) -> Fitted:
    """Learn from these rows; ``target`` is the precision that verdicts must be shown to have."""
    parts = folds(table, rows)
    scores = np.zeros((len(rows), len(STRENGTHS)))
    for train, test in parts:
        for k, weights in enumerate(_weights(table, rows[train], STRENGTHS)):
            scores[test, k] = weights.score(table.counts[rows[test]])
    losses = [_loss(1 / (1 + np.exp(-scores[:, k])), table.share[rows]) for k in range(len(STRENGTHS))]
    best = int(np.argmin(losses))
    calibration, chances = _calibrated(scores[:, best], table, rows, parts)
    truth = table.error[rows].tolist()
    targets = sorted({*TARGETS, target})
    return Fitted(
        _weights(table, rows, STRENGTHS[best : best + 1])[0],
        calibration,
        {one: choose(chances.tolist(), truth, one) for one in targets},
        STRENGTHS[best],
    )


def folds(table: Table, rows: Rows) -> list[tuple[Rows, Rows]]:
    """Places in ``rows``: (train, test) of each fold; a group is in one test alone, and no copy of a text is learned.

    Copies are not joined to groups: a common template would make one group of all agents.
    """
    cutter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    text = table.text[rows]
    cut = cutter.split(np.zeros(len(rows)), table.error[rows], table.group[rows])
    made = [(train[~np.isin(text[train], text[test])], test) for train, test in cut]
    return [(train, test) for train, test in made if 0 < table.error[rows[train]].sum() < len(train) and len(test)]


def _weights(table: Table, rows: Rows, strengths: Sequence[float]) -> list[Weights]:
    """A regression for each strength. A row on which people disagree counts for both sides by their shares."""
    counts = table.counts[rows]
    columns = _spread(counts, table.speaker[rows])
    held = counts[:, columns]
    df = np.bincount(held.indices, minlength=len(columns))
    idf = np.log((1.0 + len(rows)) / (1.0 + df)) + 1.0
    made = weighted(held, idf)
    share = table.share[rows]
    split = np.flatnonzero((share > 0) & (share < 1))
    both = sparse.vstack([made, made[split]], format="csr")
    error = table.error[rows]
    target = np.concatenate([error, ~error[split]])
    weight = np.concatenate([np.where(error, share, 1 - share), np.where(error[split], 1 - share[split], share[split])])
    found = []
    for strength in strengths:
        if not len(columns):  # no two said the same: nothing to go by but how often it is an error
            mean = float(np.clip(share.mean(), LEAST_CHANCE, 1 - LEAST_CHANCE))
            found.append(Weights(columns, idf, np.zeros(0), float(np.log(mean / (1 - mean)))))
            continue
        line = LogisticRegression(C=strength, max_iter=1000, tol=1e-5).fit(both, target, weight)
        found.append(Weights(columns, idf, line.coef_[0].copy(), float(line.intercept_[0])))
    return found


def _calibrated(scores: Floats, table: Table, rows: Rows, parts: list[tuple[Rows, Rows]]) -> tuple[Calibration, Floats]:
    """Platt's curve or steps, whichever foretells other folds better; and each row's chance without its own fold."""
    share, kinds = table.share[rows], [_platt]
    if len(rows) >= ISOTONIC_FROM:
        kinds.append(_isotonic)
    made = []
    for learn in kinds:
        chances = np.full(len(rows), share.mean())
        for train, test in parts:
            curve = learn(scores[train], share[train])
            chances[test] = [curve.chance(score) for score in scores[test].tolist()]
        made.append(chances)
    best = int(np.argmin([_loss(chances, share) for chances in made]))
    return kinds[best](scores, share), made[best]


def _platt(scores: Floats, share: Floats) -> Calibration:
    """Platt 1999: a logistic curve over the score, its slope never negative."""
    both = np.concatenate([scores, scores])[:, None]
    target = np.repeat([1, 0], len(scores))
    line = LogisticRegression(C=1e3, max_iter=1000, tol=1e-8).fit(both, target, np.concatenate([share, 1 - share]))
    slope = float(line.coef_[0, 0])
    if slope > 0:
        return Calibration("platt", (slope, float(line.intercept_[0])))
    mean = float(share.mean())
    return Calibration("platt", (0.0, float(np.log(mean / (1 - mean)))))


def _isotonic(scores: Floats, share: Floats) -> Calibration:
    """Zadrozny & Elkan 2002: rising steps, joined by lines; never quite 0 or 1."""
    edge = 1 / (len(scores) + 2)
    curve = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip").fit(scores, share)
    return Calibration("isotonic", tuple(curve.X_thresholds_.tolist()), tuple(curve.y_thresholds_.tolist()))


def _loss(chances: Floats, share: Floats) -> float:
    """Log-loss."""
    sure = np.clip(chances, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return float(-(share * np.log(sure) + (1 - share) * np.log(1 - sure)).mean())


def copies(texts: Sequence[Mapping[str, int]]) -> tuple[int, ...]:
    """For each text [n] the place of the first that it is a copy of, itself where there is none.

    MinHash (Broder 1997) finds pairs worth a look, the terms themselves decide.

    >>> copies([{"a": 1, "b": 1}, {"c": 1}, {"a": 1, "b": 1}])
    (0, 1, 0)
    """
    draw = np.random.default_rng(SEED)
    factor = draw.integers(1, 2**31, (BANDS * HASHES, 1), dtype=np.uint64) | np.uint64(1)
    shift = draw.integers(0, 2**31, (BANDS * HASHES, 1), dtype=np.uint64)
    buckets: dict[tuple[int, bytes], list[int]] = {}
    first: list[int] = []
    for k, text in enumerate(texts):
        codes = np.array([crc32(term.encode()) for term in text] or [k], dtype=np.uint64)
        least = ((factor * codes + shift) >> np.uint64(16)).min(1).reshape(BANDS, HASHES)
        keys = [(band, least[band].tobytes()) for band in range(BANDS)]
        near = dict.fromkeys(other for key in keys for other in buckets.get(key, ()))
        first.append(next((other for other in near if _alike(texts[other], text)), k))
        if first[k] == k:
            for key in keys:
                buckets.setdefault(key, []).append(k)
    return tuple(first)


def _alike(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    common = len(one.keys() & other.keys())
    return common >= ALIKE * (len(one) + len(other) - common) > 0
