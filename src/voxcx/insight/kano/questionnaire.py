"""Types of a criterion from paired questions: what if it is there, what if it is not (Kano et al. 1984)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binomtest

from voxcx.domain.beside import KanoAnswer
from voxcx.domain.estimates import Estimate
from voxcx.domain.qa import Kano
from voxcx.domain.texts import Text, text
from voxcx.statistics.normal import quantile
from voxcx.statistics.proportions import share

KanoType = Literal["A", "O", "M", "I", "R", "Q"]
TYPES: tuple[KanoType, ...] = ("A", "O", "M", "I", "R", "Q")
# Berger et al. 1993, "Kano's methods for understanding customer-defined quality". Rows: it is there; columns: it is
# not; both 1 like it, 2 expect it, 3 neutral, 4 can live with it, 5 dislike it.
EVALUATION = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
NAMES: dict[KanoType, Text] = {
    "A": text("attractive", "привлекательное"),
    "O": text("performance", "одномерное"),
    "M": text("must-be", "обязательное"),
    "I": text("indifferent", "безразличное"),
    "R": text("reverse", "обратное"),
    "Q": text("questionable", "противоречивый ответ"),
}
GUESSED: dict[Kano, KanoType] = {
    "must_be": "M",
    "performance": "O",
    "attractive": "A",
    "indifferent": "I",
    "reverse": "R",
}
NOBODY = text("nobody answered A, O, M or I", "никто не ответил A, O, M или I")


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers about one criterion.

    Attributes:
        criterion: its id.
        counts: how many answered each type, in the order of ``TYPES``.
        first: the most frequent of A, O, M, I, R.
        second: the next.
        p: of the two being as frequent, exact and two-sided.
        strength: share of the first − share of the second (Lee and Newcomb 1997).
        better: (A + O) ÷ (A + O + M + I): how much meeting it can raise satisfaction.
        worse: −(O + M) ÷ (A + O + M + I): how much missing it can lower it.
    """

    criterion: str
    counts: tuple[int, ...]
    first: KanoType
    second: KanoType
    p: float
    strength: Estimate
    better: Estimate
    worse: Estimate

    @property
    def n(self) -> int:
        """Everybody who answered."""
        return sum(self.counts)


def type_of(functional: int, dysfunctional: int) -> KanoType:
    """The type of one pair of answers 1–5.

    >>> type_of(1, 5), type_of(2, 5), type_of(1, 3), type_of(5, 1)
    ('O', 'M', 'A', 'R')
    """
    found: dict[str, KanoType] = {name: name for name in TYPES}
    return found[EVALUATION[functional - 1][dysfunctional - 1]]


def asked_about(answers: Sequence[KanoAnswer], level: float) -> tuple[Asked, ...]:
    """Each criterion with its counts; who answered twice about one is counted once, as last said."""
    last = {(one.criterion, one.respondent or f"line {place}"): one for place, one in enumerate(answers)}
    counts: dict[str, dict[KanoType, int]] = {}
    for (criterion, _), one in last.items():
        mine = counts.setdefault(criterion, dict.fromkeys(TYPES, 0))
        mine[type_of(one.functional, one.dysfunctional)] += 1
    return tuple(summarised(name, tuple(counts[name].values()), level) for name in sorted(counts))


def summarised(criterion: str, counts: tuple[int, ...], level: float = 0.95) -> Asked:
    """Most frequent type and coefficients of the counts.

    The first is tested against the second as two shares of one and the same sample: given their sum, half of it each.
    The two-sided test is honest although the first was picked for being the largest (Hung and Fithian 2019).
    """
    by_type = dict(zip(TYPES, counts, strict=True))
    first, second = sorted(TYPES[:-1], key=lambda name: -by_type[name])[:2]
    most, next_most, n = by_type[first], by_type[second], sum(counts)
    p = float(binomtest(most, most + next_most).pvalue) if most else 1.0
    base = sum(counts[:4])
    raises, lowers = by_type["A"] + by_type["O"], by_type["O"] + by_type["M"]
    return Asked(
        criterion,
        counts,
        first,
        second,
        p,
        _strength(most, next_most, n, level),
        share(raises, base, NOBODY, level),
        mirrored(share(lowers, base, NOBODY, level)),
    )


def _strength(first: int, second: int, n: int, level: float) -> Estimate:
    """Difference of two shares of one sample: variance (p₁ + p₂ − (p₁ − p₂)²) ÷ n."""
    gap = (first - second) / n
    half = quantile(level) * float(np.sqrt(max((first + second) / n - gap**2, 0.0) / n))
    return Estimate(gap, gap - half, gap + half, n, level=level)


def mirrored(one: Estimate) -> Estimate:
    """The same with the other sign."""
    if one.value is None or one.low is None or one.high is None:
        return one
    return Estimate(-one.value, -one.high, -one.low, one.n, one.p, one.level)
