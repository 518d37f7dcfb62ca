"""What the rules of ``leaks`` are made of: a column and the answers counted into cells, and what the cells prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm

from voxcx.csi.answers import Answers, Floats, Integers

FALSE_ALARM = 0.01
LOOKS_PER_FEATURE = 60
AUC, LOWEST_AUC = 0.92, 0.80
AUC_OF_MEANS = 0.95
AUC_OF_PRESENCE, LOWEST_AUC_OF_PRESENCE = 0.80, 0.70
LIFT, NAMED_SHARE = 2.5, 0.25
PURE, LOWEST_PURE, PURE_ROWS_OF_MEANS = 0.95, 0.65, 0.08
FREQUENT, FREQUENT_AT_MOST = 0.05, 5
FINE_BINS, COARSE_BINS, FIFTHS = 100, 20, 5
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers as classes in order (ratings, or fifths where a row has many), and how sure a rule must be."""

    classes: Integers
    count: int
    half: Integers
    inflation: float  # rows per customer: answers of one customer are no independent proof
    z: float
    of_means: bool  # classes are fifths of averaged ratings, which honest features follow more closely


@dataclass(frozen=True, slots=True)
class Counts:
    """[halves, bins, classes]; the last bin holds unknown values. ``ordered`` says that the bins are."""

    table: Floats
    ordered: bool

    @property
    def whole(self) -> Floats:
        """[bins, classes] of both halves."""
        whole: Floats = self.table.sum(axis=0)
        return whole

    def coarse(self) -> Counts:
        """Neighbouring bins joined until few are left, so that each holds enough rows to say something."""
        if not self.ordered:
            return self
        group = _grouped(self.whole[:-1].sum(axis=1), COARSE_BINS)
        starts = np.append(np.flatnonzero(np.diff(group, prepend=-1)), self.table.shape[1] - 1)
        return Counts(np.add.reduceat(self.table, starts, axis=1), self.ordered)

    def presence(self) -> Counts:
        """Two bins: known and unknown."""
        table = np.stack([self.table[:, :-1].sum(axis=1), self.table[:, -1]], axis=1)
        return Counts(table, ordered=True)

    def without_unknown(self, left_out: int | None = None) -> Counts:
        """Only known values, or these without one of them."""
        table = self.table.copy()
        table[:, [-1] if left_out is None else [-1, left_out]] = 0
        return Counts(table, self.ordered)


def learn_classes(answers: Answers, features: int) -> Asked:
    """The answers' classes; ``features`` is how many columns will be looked at, each of which may look like a leak."""
    value = np.round(answers.value, 9)
    edges = np.unique(value)[1:]
    of_means = len(edges) >= 2 * len(answers.scale.ratings)
    if of_means:
        edges = np.unique(np.quantile(value, np.linspace(0, 1, FIFTHS + 1)[1:-1]))
    names = np.array([str(one or f"row {row}") for row, one in enumerate(answers.customer.tolist())])
    customers, number = np.unique(names, return_inverse=True)
    half = np.random.default_rng(0).permutation(len(customers)) % 2
    z = float(norm.isf(FALSE_ALARM / (max(features, 1) * LOOKS_PER_FEATURE)))
    classes = np.searchsorted(edges, value, side="right")
    return Asked(classes, len(edges) + 1, half[number], len(value) / max(len(customers), 1), z, of_means)


def count_cells(column: NDArray[Any], asked: Asked) -> Counts:
    """Count a column's values beside the answers."""
    ordered = column.dtype != object
    code, bins = _codes_of_numbers(column) if ordered else _codes_of_categories(column)
    cell = (asked.half * (bins + 1) + code) * asked.count + asked.classes
    counts = np.bincount(cell, minlength=2 * (bins + 1) * asked.count)
    return Counts(counts.reshape(2, bins + 1, asked.count).astype(float), ordered)


def _codes_of_numbers(column: NDArray[Any]) -> tuple[Integers, int]:
    """Distinct values, or groups of neighbours where there are many; the code after the last is unknown."""
    numbers = column.astype(float)
    known = np.isfinite(numbers)
    _, inverse, counts = np.unique(numbers[known], return_inverse=True, return_counts=True)
    group = _grouped(counts.astype(float), FINE_BINS)
    bins = int(group[-1]) + 1 if len(group) else 0
    code = np.full(len(numbers), bins)
    code[known] = group[inverse]
    return code, bins


def _codes_of_categories(column: NDArray[Any]) -> tuple[Integers, int]:
    texts = ["" if one is None else str(one) for one in column.tolist()]
    number = {level: code for code, level in enumerate(sorted(set(texts) - {""}))}
    return np.array([number.get(text, len(number)) for text in texts], dtype=np.int64), len(number)


def _grouped(counts: Floats, most: int) -> Integers:
    """Which of about ``most`` groups of equal count each of the ordered bins belongs to; a frequent one stays alone."""
    if len(counts) <= 1.5 * most:
        return np.arange(len(counts))
    middle = np.cumsum(counts) - counts / 2
    return np.unique((middle / counts.sum() * most).astype(np.int64), return_inverse=True)[1].astype(np.int64)


def own_order(table: Floats, asked: Asked) -> float | None:
    """Best AUC of the bins' own order, either way round, if it is a leak's."""
    below, pairs = _won(table)
    least = (AUC_OF_MEANS if asked.of_means else AUC, LOWEST_AUC)
    return _leaking(_Won(np.maximum(below, pairs - below), pairs, table), asked, least)


def presence_order(table: Floats, asked: Asked) -> float | None:
    """The same of being known or not, by which honest columns hardly tell anything."""
    below, pairs = _won(table)
    least = (AUC_OF_PRESENCE, LOWEST_AUC_OF_PRESENCE)
    return _leaking(_Won(np.maximum(below, pairs - below), pairs, table), asked, least)


def learned_order(counts: Counts, asked: Asked) -> float | None:
    """Best AUC when each half's bins stand in the order of the other half's mean class."""
    rank = np.arange(asked.count)
    won, pairs = np.zeros(asked.count - 1), np.zeros(asked.count - 1)
    for here, there in (counts.table, counts.table[::-1]):
        prior = there.sum(axis=0) / max(there.sum(), 1)
        mean = ((there + prior) @ rank) / (there.sum(axis=1) + 1)
        below, of = _won(here[np.argsort(mean, kind="stable")])
        won, pairs = won + below, pairs + of
    least = (AUC_OF_MEANS if asked.of_means else AUC, LOWEST_AUC)
    return _leaking(_Won(won, pairs, counts.whole), asked, least)


def _won(table: Floats) -> tuple[Floats, Floats]:
    """Per threshold: pairs in which the lower class stands in the lower bin (ties half), and all pairs."""
    lower = np.cumsum(table, axis=1)[:, :-1]
    upper = table.sum(axis=1, keepdims=True) - lower
    above = upper.sum(axis=0) - np.cumsum(upper, axis=0)
    return (lower * (above + upper / 2)).sum(axis=0), lower.sum(axis=0) * upper.sum(axis=0)


@dataclass(frozen=True, slots=True)
class _Won:
    """Per threshold: pairs that an order gets right, and all pairs; the cells [bins, classes] that they come from."""

    won: Floats
    pairs: Floats
    table: Floats


def _leaking(order: _Won, asked: Asked, least: tuple[float, float]) -> float | None:
    """The best AUC that is large enough and surely so (Hanley–McNeil's variance, AUC drawn to 0.5 by two rows)."""
    lower = np.cumsum(order.table.sum(axis=0))[:-1]
    upper = order.table.sum() - lower
    fewer = np.minimum(lower, upper)
    auc = order.won / np.maximum(order.pairs, 1)
    drawn = (auc * fewer + 1) / (fewer + 2)
    first, second = drawn / (2 - drawn) - drawn**2, 2 * drawn**2 / (1 + drawn) - drawn**2
    spread = drawn * (1 - drawn) + (lower - 1) * first + (upper - 1) * second
    error = np.sqrt(np.maximum(spread, 0) * asked.inflation / np.maximum(lower * upper, 1))
    fits = (auc >= least[0]) & (drawn - asked.z * error >= least[1]) & (fewer >= FEWEST)
    return float(auc[fits].max()) if fits.any() else None


def part_order(coarse: Counts, asked: Asked) -> float | None:
    """The orders without unknown values, then also without each value that may be a filler."""
    for left_out in (None, *_fillers(coarse, asked)):
        part = coarse.without_unknown(left_out)
        own = own_order(part.whole, asked) if coarse.ordered and left_out is not None else None
        if auc := own or learned_order(part, asked):
            return auc
    return None


def _fillers(coarse: Counts, asked: Asked) -> list[int]:
    """Frequent values; for means only at an end: without a middle one, an honest order looks better than it is."""
    sizes = coarse.whole[:-1].sum(axis=1)
    frequent = np.argsort(-sizes, kind="stable")[:FREQUENT_AT_MOST].tolist()
    ends = {0, len(sizes) - 1} if asked.of_means and coarse.ordered else set(frequent)
    return [code for code in frequent if sizes[code] > FREQUENT * sizes.sum() and code in ends]


def names_middle(counts: Counts, asked: Asked) -> float | None:
    """Share of rows with the middle rating that their bin names, learned on the other half; None unless a leak's."""
    right = rows = chance = 0.0
    for here, there in (counts.table, counts.table[::-1]):
        base = there.sum(axis=0) / max(there.sum(), 1)
        share = (there + base) / (there.sum(axis=1, keepdims=True) + 1)
        best = np.argmax(share / np.maximum(base, 1e-9), axis=1)
        best_share = share[np.arange(len(best)), best]
        names = (best > 0) & (best < asked.count - 1) & (best_share >= np.maximum(NAMED_SHARE, LIFT * base[best]))
        right += float(here[np.arange(len(best)), best][names].sum())
        rows += float(here[names].sum())
        chance += float((here.sum(axis=1) * base[best])[names].sum())
    lowest = float(lowest_share(np.array(right), np.array(rows), asked)) if rows else 0.0
    return right / rows if rows and lowest >= max(NAMED_SHARE, LIFT * chance / rows) else None


def pure_value(table: Floats, asked: Asked) -> float | None:
    """The largest share of a bin's rows that lie on one side of a threshold, if it is a leak's."""
    lower = np.cumsum(table, axis=1)[:, :-1]
    rows = table.sum(axis=1, keepdims=True)
    sides = np.concatenate([lower, rows - lower], axis=1)
    share, base = sides / np.maximum(rows, 1), sides.sum(axis=0) / max(table.sum(), 1)
    lowest = lowest_share(sides, np.broadcast_to(rows, sides.shape), asked)
    enough = rows >= (PURE_ROWS_OF_MEANS * table.sum() if asked.of_means else 1)  # tails of means are pure anyway
    fits = (share >= PURE) & (lowest >= np.maximum(LOWEST_PURE, LIFT * base)) & enough
    return float(share[fits].max()) if fits.any() else None


def lowest_share(right: Floats, rows: Floats, asked: Asked) -> Floats:
    """Clopper–Pearson's lower bound of a share, rows counted per customer."""
    right, wrong = right / asked.inflation, (rows - right) / asked.inflation
    bound = beta.ppf(norm.sf(asked.z), np.maximum(right, 1e-9), wrong + 1)
    return np.where(right > 0, bound, 0.0)
