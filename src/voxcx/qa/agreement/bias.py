"""Does an evaluator find more errors than others do on the same interactions?

For each mark the difference is 1 (error) or 0 minus the share of others who saw an error at the same place. Their mean
is the bias. Its spread counts whole interactions, since the marks of one are alike, and holds at least what one pair
that differs in either direction would add (Bonett and Price 2012), so that few marks without a difference are no proof
of none. The bias is then shrunk towards 0, the more the less is known: every other evaluator tells how large biases
here usually are (DerSimonian and Laird 1986); where there is no other, ``PRIOR_SPREAD``.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import t

from voxcx.qa.agreement.figures import Z_95, Figure, share
from voxcx.statistics.proportions import wilson

HALF_WIDTH = 0.05  # what a bias should be known to before anybody is told about it
FEWEST_INTERACTIONS = 5
PRIOR_SPREAD = 0.1  # of true biases, where one evaluator alone cannot show it
Against = Literal["people", "machine"]


@dataclass(frozen=True, slots=True)
class Bias:
    """One evaluator's error rate minus that of others on the same interactions; shares, not per cent.

    Attributes:
        evaluator: as the file names them.
        marks: compared.
        interactions: that they belong to.
        against: who the others are: people, or the machine where no other person marked the same.
        error_rate: the evaluator's share of errors among the compared marks.
        others_rate: the others' on the same.
        value: their difference; None below ``FEWEST_INTERACTIONS``.
        low: of its 95 % interval.
        high: of its 95 % interval.
        shrunk: the difference as far as it is to be believed.
        needed: further interactions until the interval is ± 0.05 wide; 0 where it is.
    """

    evaluator: str
    marks: int
    interactions: int
    against: Against
    error_rate: float
    others_rate: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    shrunk: float | None = None
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One mark beside what others said of the same: ``found`` is 1 for an error, ``others`` their share of errors."""

    interaction: Hashable
    found: float
    others: float


def biases(marks: Mapping[str, tuple[Against, Iterable[Compared]]]) -> tuple[Bias, ...]:
    """Bias of each evaluator, the largest shrunk one first; those without compared marks are left out."""
    found = [_bias(name, against, rows) for name, (against, given) in marks.items() if (rows := list(given))]
    told = [(bias, error) for bias, error in found if error is not None]
    spread2 = _spread2([(bias.value or 0.0, error) for bias, error in told])
    made = [bias if error is None else _shrunk(bias, error, spread2) for bias, error in found]
    return tuple(sorted(made, key=lambda one: (-abs(one.shrunk or 0.0), one.evaluator)))


def _bias(name: str, against: Against, rows: list[Compared]) -> tuple[Bias, float | None]:
    gaps = np.array([row.found - row.others for row in rows])
    number = {key: k for k, key in enumerate(dict.fromkeys(row.interaction for row in rows))}
    groups, m = len(number), len(rows)
    rates = float(np.mean([row.found for row in rows])), float(np.mean([row.others for row in rows]))
    known = Bias(name, m, groups, against, *rates)
    if groups < FEWEST_INTERACTIONS:
        return known, None
    mean = float(gaps.mean())
    sums = np.bincount([number[row.interaction] for row in rows], gaps - mean)
    variance = float((sums**2).sum()) / m**2 * groups / (groups - 1) + 2 / (m + 2) ** 2
    quantile = float(t.ppf(0.975, groups - 1))
    half = quantile * math.sqrt(variance)
    more = max(0, math.ceil(groups * (half / HALF_WIDTH) ** 2) - groups)
    bias = Bias(name, m, groups, against, *rates, mean, max(mean - half, -1.0), min(mean + half, 1.0), None, more)
    return bias, math.sqrt(variance)


def _spread2(known: list[tuple[float, float]]) -> float:
    """Variance of true biases around 0, beyond what chance makes (moments); 0 where chance explains all."""
    if len(known) < 2:
        return PRIOR_SPREAD**2
    weight = np.array([1 / error**2 for _, error in known])
    value = np.array([value for value, _ in known])
    return max(0.0, (float((weight * value**2).sum()) - len(known)) / float(weight.sum()))


def _shrunk(bias: Bias, error: float, spread2: float) -> Bias:
    value = (bias.value or 0.0) * spread2 / (spread2 + error**2)
    return replace(bias, shrunk=value)


def clustered_share(groups: Iterable[tuple[int, int]], nothing: str) -> Figure:
    """Share of hits in groups of (hits, cases): Wilson's interval of as many cases as they are worth.

    The variance of the ratio over whole groups beside that of single cases is the design effect (Kish 1965, § 8.2); it
    is never below 1, and Student's t stands for few groups. With one group there is no interval.
    """
    rows = np.array([one for one in groups if one[1]], dtype=float).reshape(-1, 2)
    hits, n = int(rows[:, 0].sum()), int(rows[:, 1].sum())
    plain, count = share(hits, n, nothing), len(rows)
    if plain.value is None:
        return plain
    if count < 2:
        return Figure(plain.value, n=n, hits=hits, reason="one interaction: no interval")
    spread = ((rows[:, 0] - plain.value * rows[:, 1]) ** 2).sum() * count / (count - 1)
    alone = n * plain.value * (1 - plain.value)
    same = float((rows[:, 1] ** 2).sum() / n)  # as if every interaction were all right or all wrong
    effect = max(1.0, spread / alone) if alone else same
    worth = n / (effect * (float(t.ppf(0.975, count - 1)) / Z_95) ** 2)
    low, high = wilson(plain.value * worth, worth)
    return Figure(plain.value, low, high, n, hits)
