"""Direct standardisation: two groups compared as if both had the same mix of queues, topics and months."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.statistics.absorbing import crossed
from voxcx.statistics.differences import NO_INTERVAL, mean_difference, student

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Labels = NDArray[np.object_]
Mix = Literal["all", "first", "second"]
PRIOR_FREEDOM = 10.0  # how many answers the variance of all cells is worth beside a cell's own
FEWEST_FREEDOM = 5  # answers beyond the first of their cell and group
NOT_COMPARABLE = text("the two have no kind of contact in common", "у групп нет общих видов контактов")
TOO_THIN = text(
    "fewer than {fewest} answers beyond the first of each kind of contact",
    "меньше {fewest} ответов сверх первого в каждом виде контактов",
    fewest=str(FEWEST_FREEDOM),
)


@dataclass(frozen=True, slots=True)
class Standardised:
    """Second group − first, in the units of the values.

    Attributes:
        estimate: with the same mix in both; ``n`` counts the rows of comparable cells.
        crude: as they came.
        kept: share of the chosen mix that lies in cells where both groups have rows.
        mix_part: crude − estimate: what the mix (and cells with one group alone) makes of it.
    """

    estimate: Estimate
    crude: Estimate
    kept: float
    mix_part: Estimate


@dataclass(frozen=True, slots=True)
class _Cells:
    """By group (0 first, 1 second) and cell: [2, cells]."""

    n: Floats
    mean: Floats
    variance: Floats
    freedom: Floats  # [2], of the pooled variance of each group


def standardised_difference(
    values: Floats, group: Flags, strata: Sequence[Labels], weights_of: Mix = "all", level: float = 0.95
) -> Standardised:
    """Second − first within each cell of the crossed strata, averaged over the chosen mix (Kitagawa 1955).

    The mix is taken as it is, without error. A cell's variance is its own and that of all cells of the group together,
    in proportion to what the cell has (as Smyth 2004 moderates variances), so that cells of one row count too.

    Args:
        values: [n].
        group: [n], True for the second group.
        strata: label lists [n] each; cells are their combinations, an unknown label is one more.
        weights_of: whose mix: of both groups together, of the first or of the second.
        level: of the intervals.
    """
    crude = mean_difference(values, group, level)
    cells = _cells(values, group, crossed(strata, len(values)))
    both = (cells.n > 0).all(axis=0)
    mix = {"all": cells.n.sum(axis=0), "first": cells.n[0], "second": cells.n[1]}[weights_of]
    kept = float(mix[both].sum() / mix.sum()) if mix.sum() else 0.0
    if not kept:
        none = Estimate(None, level=level, reason=NOT_COMPARABLE)
        return Standardised(none, crude, 0.0, none)
    if cells.freedom.sum() < FEWEST_FREEDOM:
        none = Estimate(None, n=round(cells.n[:, both].sum()), level=level, reason=TOO_THIN)
        return Standardised(none, crude, kept, none)
    weight = np.where(both, mix, 0.0) / mix[both].sum()
    same = np.stack([-weight, weight])
    plain = np.array([[-1.0], [1.0]]) * cells.n / np.maximum(cells.n.sum(axis=1, keepdims=True), 1)
    estimate = _contrast(cells, same, round(cells.n[:, both].sum()), level)
    mix_part = _contrast(cells, plain - same, len(values), level) if crude.value is not None else crude
    return Standardised(estimate, crude, kept, mix_part)


def _cells(values: Floats, group: Flags, cell: Integers) -> _Cells:
    count = int(cell.max(initial=-1)) + 1
    at, shape = cell + count * group, (2, count)
    n = np.bincount(at, minlength=2 * count).astype(float)
    mean = np.bincount(at, values, 2 * count) / np.maximum(n, 1)
    squares = np.bincount(at, (values - mean[at]) ** 2, 2 * count).reshape(shape)
    n, mean = n.reshape(shape), mean.reshape(shape)
    freedom = np.maximum(n - 1, 0.0)
    spread, free = squares.sum(axis=1, keepdims=True), freedom.sum(axis=1, keepdims=True)
    # A group with hardly any repeats inside its cells borrows the other's variance.
    all_cells = spread.sum() / max(float(free.sum()), 1.0)
    pooled = (spread + PRIOR_FREEDOM * all_cells) / (free + PRIOR_FREEDOM)
    variance = (squares + PRIOR_FREEDOM * pooled) / (freedom + PRIOR_FREEDOM)
    total = float(free.sum())
    return _Cells(n, mean, variance, np.minimum(free.ravel() + PRIOR_FREEDOM, total))


def _contrast(cells: _Cells, weight: Floats, n: int, level: float) -> Estimate:
    """Σ weight × mean over groups and cells, with Satterthwaite's degrees of freedom (1946)."""
    value = float((weight * cells.mean).sum())
    parts = (weight**2 * cells.variance / np.maximum(cells.n, 1)).sum(axis=1)
    variance = float(parts.sum())
    if variance <= 0:
        # Either nothing differs, or there is nothing to tell apart: weights that are all 0 are a mix that did not move.
        still = not weight.any()
        return Estimate(value, value, value, n, 1.0, level) if still else Estimate(value, n=n, reason=NO_INTERVAL)
    freedom = variance**2 / float((parts**2 / np.maximum(cells.freedom, 1)).sum())
    return student(value, math.sqrt(variance), freedom, n, level)
