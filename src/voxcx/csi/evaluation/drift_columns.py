"""One column as it was in training: bins or levels with counts, and how far new counts are from them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from voxcx.config import Checked
from voxcx.csi.answers import Floats, Integers, Labels

BINS = 10
LEVELS_AT_MOST = 40


class Column(Checked):
    """What one column looked like; counts, so that shares and their errors can be told.

    ``edges`` part the bins of numbers; None where ``levels`` are told apart; their last count is that of rarer ones.
    ``unknown_by_mix`` are rows without a value, per kind of interaction. ``design`` ≥ 1 is the design effect.
    """

    edges: tuple[float, ...] | None = None
    levels: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    unknown: int = 0
    unknown_by_mix: dict[str, int] = {}  # noqa: RUF012 - pydantic copies defaults
    design: float = 1.0


def learn_column(column: NDArray[Any], labels: Labels, number: Integers | None) -> Column:
    """Choose bins or levels and count; ``labels`` name the mix, ``number`` the customers."""
    if column.dtype == object:
        seen = tally(texts_of(column))
        seen.pop("", None)
        levels = tuple(sorted(seen, key=lambda level: (-seen[level], level))[:LEVELS_AT_MOST])
        shape = Column(levels=levels, counts=(0,) * (len(levels) + 1))
    else:
        edges = _edges(column.astype(float))
        shape = Column(edges=edges, counts=(0,) * (len(edges) + 1))
    code = codes_of(column, shape)
    unknown = {label: int(count) for label, count in tally(labels[code < 0]).items() if label}
    return Column(
        edges=shape.edges,
        levels=shape.levels,
        counts=tuple(np.bincount(code[code >= 0], minlength=len(shape.counts)).tolist()),
        unknown=int((code < 0).sum()),
        unknown_by_mix=unknown,
        design=float(f"{design_effect(code, len(shape.counts), number):.4g}"),
    )


def _edges(column: Floats) -> tuple[float, ...]:
    """Midpoints between distinct values, at deciles: equal values are never parted."""
    values, counts = np.unique(column[np.isfinite(column)], return_counts=True)
    if len(values) < 2:
        return ()
    after = np.arange(len(values) - 1)
    if len(values) > BINS:
        after = np.unique(np.searchsorted(np.cumsum(counts), np.arange(1, BINS) * counts.sum() / BINS))
        after = after[after < len(values) - 1]
    middles = (values[after] + values[after + 1]) / 2
    return tuple(sorted({float(f"{middle:.7g}") for middle in middles.tolist()}))


def codes_of(column: NDArray[Any], shape: Column) -> Integers:
    """The bin or level of each row; −1 unknown."""
    if shape.edges is None:
        number = {level: code for code, level in enumerate(shape.levels)} | {"": -1}
        rare = len(shape.levels)
        return np.array([number.get(text, rare) for text in texts_of(column).tolist()], dtype=np.int64)
    numbers = column.astype(float)
    code = np.searchsorted(np.array(shape.edges), numbers)
    return np.where(np.isfinite(numbers), code, -1)


def stability_index(old: Column, now: Integers, design: float) -> tuple[float, float, float]:
    """PSI over the bins that either side knows, its expectation without drift, and p of the two-sample χ²."""
    before, after = np.array(old.counts, dtype=float), now.astype(float)
    used = before + after > 0
    before, after, bins = before[used], after[used], int(used.sum())
    if bins < 2 or not before.sum() or not after.sum():
        return 0.0, 0.0, 1.0
    rows = old.design / before.sum() + design / after.sum()
    p, q = ((side + 0.5) / (side.sum() + 0.5 * bins) for side in (before, after))
    psi = float(((q - p) * np.log(q / p)).sum())
    p, q, both = before / before.sum(), after / after.sum(), (before + after) / (before.sum() + after.sum())
    statistic = float(((p - q) ** 2 / both).sum()) / rows
    return psi, (bins - 1) * rows, float(chi2.sf(statistic, bins - 1))


def design_effect(code: Integers, bins: int, number: Integers | None) -> float:
    """How much larger the variance of the shares is since customers' contacts resemble each other; at least 1."""
    known = code >= 0
    if number is None or not known.any():
        return 1.0
    customers, n = int(number.max()) + 1, int(known.sum())
    cells, inside = np.unique(number[known] * bins + code[known], return_counts=True)
    share = np.bincount(code[known], minlength=bins) / n
    size = np.bincount(number[known], minlength=customers)
    cross = (size[cells // bins] * share[cells % bins] * inside).sum()
    clustered = (inside**2).sum() - 2 * cross + (size**2).sum() * (share**2).sum()
    independent = n * (share * (1 - share)).sum()
    return max(float(clustered / independent), 1.0) if independent > 0 else 1.0


def new_levels(column: NDArray[Any], old: Column) -> dict[str, int]:
    """Levels that training never saw; none can be named where rare ones were pooled."""
    if old.edges is not None or not old.counts or old.counts[-1]:
        return {}
    seen = tally(texts_of(column))
    return {level: count for level, count in seen.items() if level and level not in old.levels}


def texts_of(column: NDArray[Any]) -> Labels:
    """As texts; "" where not known."""
    return np.array(["" if one is None else str(one) for one in column.tolist()], dtype=object)


def tally(labels: Labels) -> dict[str, int]:
    """How often each label occurs, labels in order."""
    return dict(sorted(Counter(labels.tolist()).items()))


def customer_numbers(customer: Labels) -> Integers:
    """Customers as numbers; who is not known is a customer of its own."""
    seen: dict[str, int] = {}
    names = [str(one) if one else f"row {row}" for row, one in enumerate(customer.tolist())]
    return np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.int64)
