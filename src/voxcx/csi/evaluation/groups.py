"""CSI of groups – agents, teams, queues – with bands that say how little a few answers tell; no ranks.

Bands use answers as they came. Who answers less for how they felt stays missing; weights mend what features show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voxcx.csi.answers import Answers, Floats, Integers, Labels, Predictions
from voxcx.domain.csi import TOP
from voxcx.errors import InputError
from voxcx.statistics.shrinkage import (
    FEWEST_WITHIN,
    Posterior,
    Residuals,
    mixture_quantiles,
    posterior,
    summarise,
)

Standing = Literal["above", "within", "below", "cannot_tell"]
HALF_WIDTH_POINTS = 5.0
MOST_ANSWERS = 1_000_000
STANDING_EN = (
    "above (below): the band of what to expect lies wholly above (below) the mean of all interactions; within: it "
    "holds that mean and is no wider than ±5 points; cannot_tell: it holds that mean and is wider, more answers needed"
)
STANDING_RU = (
    "above (below): полоса ожидаемого целиком выше (ниже) среднего по всем контактам; within: среднее внутри, и полоса "
    "не шире ±5 пунктов; cannot_tell: среднее внутри, но полоса шире, нужно больше ответов"
)


@dataclass(frozen=True, slots=True)
class Band:
    """A mean in points with both ends of its band."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupBand:
    """One group.

    Attributes:
        group: its name.
        interactions: how many it had.
        answers: how many of them were answered.
        estimate: mean estimate of all of them: what the model alone says.
        csi: what their customers would have answered on average, had all answered; None with a reason.
        expected: what to expect of the group in such interactions: the luck of single answers taken out. It is
            wider or narrower than ``csi``: all answers of a small group are known, but say little about the next.
        level: of both bands.
        standing: of ``expected`` beside the mean of all interactions (``STANDING_EN``).
        answers_needed: how many more until ``expected`` is ±5 points; 0 when it is.
        reason: why there is no band.
    """

    group: str
    interactions: int
    answers: int
    estimate: float
    csi: Band | None
    expected: Band | None
    level: float
    standing: Standing
    answers_needed: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Counted:
    names: tuple[str, ...]
    interactions: Integers
    answers: Integers
    estimate: Floats
    plain: Floats  # mean residual without weights: of those who did answer
    residuals: Residuals


def refuse_simulated(trained_on: str, forced: bool) -> None:
    """Estimates of a model that learned invented answers are not shown about groups.

    Raises:
        InputError: the model was trained on simulated data and nobody forced it.
    """
    if trained_on == "simulated" and not forced:
        raise InputError(
            "The CSI model: expected one trained on survey answers for figures about groups, got one trained on "
            "simulated data; train on your own answers (voxcx train) or force it."
        )


def bands(
    group: Labels, predictions: Predictions, answered: Integers, answers: Answers, level: float
) -> tuple[GroupBand, ...]:
    """CSI of each group with its band, in order of names.

    A group's CSI is what those of its customers who answer such surveys would say: the mean estimate of all its
    interactions + its mean residual (answer − estimate), shrunken to the mean of all groups as far as its few answers
    are noise (``shrinkage``) + how much better (or worse) the answered interactions look to the model than all do, one
    number for all groups. What those would say who never answer, nobody knows. An interaction counts as one answer,
    however often it was rated. Interactions without a group are left out.

    Args:
        group: [N], of all interactions.
        predictions: of all N.
        answered: [n], row numbers of the answered ones.
        answers: of those n.
        level: of the bands, such as 0.9.
    """
    counted = _count(group, predictions.value, answered, answers)
    if counted.residuals.freedom < FEWEST_WITHIN:
        reason = f"bands need at least {FEWEST_WITHIN:g} answers beyond the first of each group"
        return tuple(_unknown(counted, j, level, reason) for j in range(len(counted.names)))
    known = posterior(counted.residuals)
    csi, expected = _csi(counted, known, level), _expected(counted, known, level)
    centre = float(np.average([band.value for band in csi], weights=counted.interactions))
    enough = _answers_for_half_width(known, level)
    rows = zip(range(len(csi)), csi, expected, strict=True)
    return tuple(_known(counted, j, (one, other, centre), (level, enough)) for j, one, other in rows)


def _count(group: Labels, estimate: Floats, answered: Integers, answers: Answers) -> _Counted:
    labels = np.array(["" if name is None else str(name) for name in group.tolist()], dtype=object).astype(str)
    names, number = np.unique(labels, return_inverse=True)
    unnamed = int(len(names) > 0 and not names[0])  # "" comes first
    names, number = names[unnamed:], number - unnamed
    own, mine = number[number >= 0], number[answered] >= 0
    offset = float(np.mean(estimate[answered][mine]) - np.mean(estimate[number >= 0])) if mine.any() else 0.0
    rated, residual = number[answered][mine], (answers.value - estimate[answered])[mine]
    interactions, n = np.bincount(own, minlength=len(names)), np.bincount(rated, minlength=len(names))
    return _Counted(
        tuple(names.tolist()),
        interactions,
        n,
        np.bincount(own, estimate[number >= 0], len(names)) / interactions + offset,
        np.bincount(rated, residual, len(names)) / np.maximum(n, 1),
        summarise(rated, residual, answers.weight[mine], len(names)),
    )


def _expected(counted: _Counted, known: Posterior, level: float) -> list[Band]:
    return _bands(counted.estimate + known.mean, known.variance, known.weight, level)


def _csi(counted: _Counted, known: Posterior, level: float) -> list[Band]:
    """Those who answered are known; those who did not have the group's mean and their own luck."""
    silent = 1 - counted.answers / counted.interactions
    mean = counted.estimate + (1 - silent) * counted.plain + silent * known.mean
    luck = known.sigma2[:, np.newaxis] * silent / counted.interactions
    return _bands(mean, silent**2 * known.variance + luck, known.weight, level)


def _bands(mean: Floats, variance: Floats, weight: Floats, level: float) -> list[Band]:
    ends = mixture_quantiles(mean, variance, weight, level)
    low, high = (np.clip(end, 0, TOP).tolist() for end in ends)
    values = np.clip(weight @ mean, 0, TOP).tolist()
    return [Band(v, min(a, v), max(b, v)) for v, a, b in zip(values, low, high, strict=True)]


def _answers_for_half_width(known: Posterior, level: float) -> int:
    """The fewest answers of a group whose ``expected`` is ±5 points wide."""

    def half_width(n: int) -> float:
        variance = known.sigma2 * known.tau2 / (known.sigma2 + n * known.tau2)
        _, high = mixture_quantiles(np.zeros((len(variance), 1)), variance[:, np.newaxis], known.weight, level)
        return float(high[0])

    low, high = 0, 1
    while half_width(high) > HALF_WIDTH_POINTS and high < MOST_ANSWERS:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if half_width(middle) > HALF_WIDTH_POINTS else (low, middle)
    return high


def _known(counted: _Counted, j: int, at: tuple[Band, Band, float], rule: tuple[float, int]) -> GroupBand:
    (csi, expected, centre), (level, enough) = at, rule
    wide = (expected.high - expected.low) / 2 > HALF_WIDTH_POINTS
    missing = max(math.ceil(enough - counted.residuals.answers[j]), 1) if wide else 0
    return GroupBand(
        group=counted.names[j],
        interactions=int(counted.interactions[j]),
        answers=int(counted.answers[j]),
        estimate=float(counted.estimate[j]),
        csi=csi,
        expected=expected,
        level=level,
        standing=_standing(expected, centre, wide),
        answers_needed=missing,
    )


def _standing(band: Band, centre: float, wide: bool) -> Standing:
    if band.low > centre:
        return "above"
    if band.high < centre:
        return "below"
    return "cannot_tell" if wide else "within"


def _unknown(counted: _Counted, j: int, level: float, reason: str) -> GroupBand:
    return GroupBand(
        group=counted.names[j],
        interactions=int(counted.interactions[j]),
        answers=int(counted.answers[j]),
        estimate=float(counted.estimate[j]),
        csi=None,
        expected=None,
        level=level,
        standing="cannot_tell",
        answers_needed=None,
        reason=reason,
    )
