"""How right verdicts are beside people's: precision and recall of the error, κ, the area under the ROC curve.

Cohen 1960, Educ. Psychol. Meas. 20:37 (κ); Hanley & McNeil 1982, Radiology 143:29 (the area and its standard error);
Wilson 1927, JASA 22:209 (ends of a share).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from voxcx.qa.agreement.figures import Z_95, Figure, share
from voxcx.statistics.proportions import score_ends

Z_ONE_SIDED_95 = 1.644854
NOTHING_TOLD = "no such verdict was given"
NO_SUCH = "people gave no such verdict"


@dataclass(frozen=True, slots=True)
class Figures:
    """How right verdicts are beside people's; the *error* is ``not_met``.

    ``precision``: of the errors told, those that people found. ``recall``: of the errors people found, those told (an
    abstention finds none). ``met_precision`` and ``met_recall`` are the same of ``met``. ``kappa`` is over what was
    decided; None where one side has one class alone.
    """

    decided: Figure
    precision: Figure
    recall: Figure
    met_precision: Figure
    met_recall: Figure
    kappa: float | None


def least_share(hits: int, n: int, z: float) -> float:
    """The lower end of Wilson's interval of a share.

    >>> round(least_share(16, 16, 1.96), 3)
    0.806
    """
    return score_ends(hits, n, z)[0]


def compare(told: Sequence[bool | None], truth: Sequence[bool]) -> Figures:
    """Verdicts beside people's; True is an error, None undecided.

    >>> figures = compare([True, True, None, False], [True, False, True, False])
    >>> figures.precision.value, figures.recall.value, figures.decided.value, round(figures.kappa, 2)
    (0.5, 0.5, 0.75, 0.4)
    """
    pairs = list(zip(told, truth, strict=True))
    count = {(a, b): sum(1 for pair in pairs if pair == (a, b)) for a in (True, False) for b in (True, False)}
    hit, false, missed, right = count[True, True], count[True, False], count[False, True], count[False, False]
    errors = sum(truth)
    return Figures(
        decided=share(hit + false + missed + right, len(pairs)),
        precision=share(hit, hit + false, NOTHING_TOLD),
        recall=share(hit, errors, NO_SUCH),
        met_precision=share(right, right + missed, NOTHING_TOLD),
        met_recall=share(right, len(pairs) - errors, NO_SUCH),
        kappa=_kappa(hit, false, missed, right),
    )


def _kappa(hit: int, false: int, missed: int, right: int) -> float | None:
    n = hit + false + missed + right
    if not n:
        return None
    by_chance = ((hit + false) * (hit + missed) + (missed + right) * (false + right)) / (n * n)
    return None if by_chance >= 1 else ((hit + right) / n - by_chance) / (1 - by_chance)


def area(chances: Sequence[float], truth: Sequence[bool]) -> Figure:
    """The chance that an error is thought likelier an error than a call without one, and its 95 % interval.

    >>> area([0.9, 0.8, 0.3, 0.1], [True, False, True, False]).value
    0.75
    """
    errors = sum(truth)
    others = len(truth) - errors
    if not errors or not others:
        return Figure(None, n=len(truth), reason="people gave one verdict alone")
    ranked = sum(rank for rank, error in zip(_ranks(chances), truth, strict=True) if error)
    value = (ranked - errors * (errors + 1) / 2) / (errors * others)
    q1, q2 = value / (2 - value), 2 * value * value / (1 + value)
    spread = value * (1 - value) + (errors - 1) * (q1 - value**2) + (others - 1) * (q2 - value**2)
    half = Z_95 * sqrt(max(0.0, spread) / (errors * others))
    return Figure(value, max(0.0, value - half), min(1.0, value + half), len(truth))


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share their mean."""
    order = sorted(range(len(values)), key=lambda k: values[k])
    ranks, first = [0.0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for k in order[first : last + 1]:
            ranks[k] = (first + last) / 2 + 1
        first = last + 1
    return ranks
