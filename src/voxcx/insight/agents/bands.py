"""What to expect of an agent's next contacts: the mean beside that of comparable contacts, shrunk by its own noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.agents.mixing import Standard
from voxcx.insight.archive import Floats
from voxcx.statistics.shrinkage import FEWEST_WITHIN, Posterior, mixture_quantiles, posterior

Standing = Literal["above", "within", "below", "cannot_tell"]
TOP = 100.0
HALF_WIDTH = 5.0  # points, or percentage points
SMALL = 2.0  # the same; a band wholly within ± this is within, however sure the difference
MOST_ANSWERS = 1_000_000
FEWEST_PEERS = 3  # with fewer there is no mean to stand beside
NOTHING = text("nothing to count", "считать не из чего")
FEW_ANSWERS = text(
    "bands take {n} answers or contacts beyond the first of each agent",
    "для полос нужно {n} ответов или обращений сверх первого у каждого оператора",
    n=f"{FEWEST_WITHIN:g}",
)
NO_PEERS = text(
    "fewer than {n} agents take such contacts, so there is nobody to compare with",
    "такие обращения обслуживают меньше {n} операторов – сравнивать не с кем",
    n=str(FEWEST_PEERS),
)
STANDINGS: dict[Standing, Text] = {
    "above": text("above", "выше"),
    "within": text("within", "в пределах"),
    "below": text("below", "ниже"),
    "cannot_tell": text("cannot tell", "нельзя сказать"),
}


@dataclass(frozen=True, slots=True)
class Band:
    """One agent's figure.

    Attributes:
        expected: on the 0–100 scale: what to expect of the next contacts of the usual mix; ``n``: rows of the agent.
        beside: the same − the mean of comparable contacts.
        raw: mean as it came, None where there is none.
        standing: of the band beside the mean.
        needed: how many more answers or contacts until the band is ±5 points wide, None where not known.
    """

    expected: Estimate
    beside: Estimate
    raw: float | None
    standing: Standing
    needed: int | None


@dataclass(frozen=True, slots=True)
class Bands:
    """Of all agents, by number; ``known`` None where there are too few to tell anybody's."""

    bands: tuple[Band, ...]
    centre: float
    known: Posterior | None


def bands_of(standard: Standard, level: float) -> Bands:
    """Bands whose average coverage is ``level``: above, below, within ±5 points, or too wide to tell."""
    agents = range(len(standard.n))
    compared = standard.peers >= FEWEST_PEERS
    if standard.residuals.freedom < FEWEST_WITHIN or not compared.any():
        reason = FEW_ANSWERS if standard.residuals.freedom < FEWEST_WITHIN else NO_PEERS
        return Bands(tuple(_unknown(standard, j, level, reason) for j in agents), standard.centre, None)
    known = posterior(standard.residuals)
    low, high = mixture_quantiles(known.mean, known.variance, known.weight, level)
    middle, enough = known.weight @ known.mean, answers_enough(known, level)
    made = []
    for j in agents:
        if not standard.n[j] or not compared[j]:
            made.append(_unknown(standard, j, level, NO_PEERS if standard.n[j] else NOTHING))
            continue
        beside = Estimate(float(middle[j]), float(low[j]), float(high[j]), int(standard.n[j]), level=level)
        made.append(_band(standard, j, beside, enough))
    return Bands(tuple(made), standard.centre, known)


def _band(standard: Standard, j: int, beside: Estimate, enough: int) -> Band:
    value, low, high = (_within_scale(standard.centre + end) for end in _ends(beside))
    wide = (_ends(beside)[2] - _ends(beside)[1]) / 2 > HALF_WIDTH
    return Band(
        expected=Estimate(value, low, high, beside.n, level=beside.level),
        beside=beside,
        raw=float(standard.raw[j]),
        standing=standing_of(beside, wide=wide),
        needed=max(math.ceil(enough - standard.residuals.answers[j]), 1) if wide else 0,
    )


def _ends(one: Estimate) -> tuple[float, float, float]:
    """Value and both ends of an estimate that has them."""
    value, low, high = (0.0 if end is None else end for end in (one.value, one.low, one.high))
    return min(max(value, low), high), low, high


def _within_scale(value: float) -> float:
    return min(max(value, 0.0), TOP)


def standing_of(beside: Estimate, *, wide: bool) -> Standing:
    """Above or below where the whole band is, unless too near to matter; else within or, too wide, cannot tell."""
    _, low, high = _ends(beside)
    if max(-low, high) <= SMALL:
        return "within"
    if low > 0:
        return "above"
    if high < 0:
        return "below"
    return "cannot_tell" if wide else "within"


def _unknown(standard: Standard, j: int, level: float, reason: Text) -> Band:
    none = Estimate(None, n=int(standard.n[j]), level=level, reason=reason)
    raw = float(standard.raw[j]) if standard.n[j] else None
    return Band(none, none, raw, "cannot_tell", None)


def answers_enough(known: Posterior, level: float) -> int:
    """The fewest answers of an agent whose band is ±5 points wide."""

    def half_width(n: int) -> float:
        variance = known.sigma2 * known.tau2 / (known.sigma2 + n * known.tau2)
        _, high = mixture_quantiles(np.zeros((len(variance), 1)), variance[:, np.newaxis], known.weight, level)
        return float(high[0])

    low, high = 0, 1
    while half_width(high) > HALF_WIDTH and high < MOST_ANSWERS:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if half_width(middle) > HALF_WIDTH else (low, middle)
    return high


def total_of(known: Posterior, share: Floats, level: float) -> Estimate:
    """Σ share × what is known of each agent, taken for independent at each node of the posterior."""
    mean, variance = known.mean @ share, known.variance @ share**2
    low, high = mixture_quantiles(mean[:, np.newaxis], variance[:, np.newaxis], known.weight, level)
    value = float(known.weight @ mean)
    return Estimate(value, min(float(low[0]), value), max(float(high[0]), value), level=level)
