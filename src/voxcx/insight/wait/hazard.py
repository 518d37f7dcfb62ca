"""From when on do more people leave? One jump of the hazard of leaving, with its test and interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import chi2

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.archive import Flags, Floats, Integers
from voxcx.statistics.normal import quantile

STEP_S = 1.0
EDGE_SHARE = 0.05  # of the waiting time at either end, where a jump would rest on it alone
FEWEST_LEFT = 20
DRAWS = 999
SMALL_RATIO = 1.5  # a jump that is surely smaller is none
TOO_FEW = text("fewer than {n} people left the queue", "из очереди ушли меньше {n} человек", n=str(FEWEST_LEFT))
NOT_CLEAR = text(
    "a jump can neither be shown nor ruled out with so few who left",
    "ушедших слишком мало, чтобы показать или исключить скачок",
)
STEADY = text("people leave at the same rate all along", "уходят равномерно: скачка нет")


@dataclass(frozen=True, slots=True)
class Exposure:
    """Waiting cut into seconds: [steps] each.

    Attributes:
        start_s: of each step.
        waited_s: person-seconds of waiting in it.
        left: how many left in it.
    """

    start_s: Floats
    waited_s: Floats
    left: Floats


@dataclass(frozen=True, slots=True)
class Jump:
    """Where the hazard of leaving jumps.

    Attributes:
        at: seconds of waiting; None unless the verdict is "knee"; p of the test against a steady hazard.
        before: leaving per minute of waiting before it; all along where there is no jump.
        after: the same after it.
        ratio: after ÷ before.
        verdict: "knee", "straight": a jump by a factor of 1.5 is ruled out, or "cannot_tell".
    """

    at: Estimate
    before: Estimate
    after: Estimate
    ratio: Estimate
    verdict: Literal["knee", "straight", "cannot_tell"]


def exposure(wait_s: Floats, left: Flags, first_s: float, last_s: float) -> Exposure:
    """Waiting between two moments, second by second; who waited longer than ``last_s`` is followed until then.

    Leaving sooner than ``first_s`` (short abandons: wrong numbers, not patience) is out of sight.
    """
    edges = np.arange(first_s, max(last_s, first_s + STEP_S) + STEP_S / 2, STEP_S)
    ordered = np.sort(wait_s)
    # Person-seconds up to each edge: whole waits below it, and the edge itself for the rest.
    total = np.concatenate([[0.0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, edges, side="right")
    until = total[below] + edges * (len(ordered) - below)
    went = np.histogram(wait_s[left], edges)[0].astype(np.float64)
    return Exposure(edges[:-1], np.diff(until), went)


def jump(seen: Exposure, level: float = 0.95, seed: int = 0) -> Jump:
    """The likeliest single jump of a hazard that is steady before and after (Matthews and Farewell 1982).

    The test takes the largest likelihood ratio over all moments beside those of draws in which the same number leave
    at a steady rate. The interval holds moments whose likelihood ratio stays below Hansen's (2000) critical value,
    −2 log(1 − √level): 7.35 at 95 %.
    """
    n = int(seen.left.sum())
    if n < FEWEST_LEFT or seen.waited_s.sum() <= 0:
        nothing = Estimate(None, n=n, level=level, reason=TOO_FEW)
        return Jump(nothing, nothing, nothing, nothing, "cannot_tell")
    where = _candidates(seen)
    ratios = _ratios(seen.left[np.newaxis], seen.waited_s, where)[0]
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, seen.waited_s / seen.waited_s.sum(), DRAWS).astype(np.float64)
    largest = _ratios(drawn, seen.waited_s, where).max(axis=1)
    best = int(np.argmax(ratios))
    p = (1 + int((largest >= ratios[best]).sum())) / (DRAWS + 1)
    if p >= 1 - level:
        return _no_jump(seen, where, level, p)
    open_s = seen.start_s[where][ratios[best] - ratios <= -2 * np.log(1 - np.sqrt(level))]
    at = Estimate(float(seen.start_s[where][best]), float(open_s[0]), float(open_s[-1]), n, p, level)
    return Jump(at, *_rates(seen, int(where[best]), level), "knee")


def _candidates(seen: Exposure) -> Integers:
    """Steps at whose start the hazard may jump."""
    share = np.cumsum(seen.waited_s) / seen.waited_s.sum()
    inside = np.flatnonzero((share[:-1] >= EDGE_SHARE) & (share[:-1] <= 1 - EDGE_SHARE)) + 1
    return inside if len(inside) else np.array([len(share) // 2], dtype=np.int64)


def _ratios(left: Floats, waited_s: Floats, where: Integers) -> Floats:
    """[draws, candidates], twice the gain of the log likelihood of two hazards over one."""
    before, spent = np.cumsum(left, axis=1)[:, where - 1], np.cumsum(waited_s)[where - 1]
    n, whole = left.sum(axis=1, keepdims=True), waited_s.sum()
    after, rest = n - before, whole - spent
    gain: Floats = 2 * (_log(before, n * spent / whole) + _log(after, n * rest / whole))
    return gain


def _log(seen: Floats, expected: Floats) -> Floats:
    """Seen × log(seen ÷ expected), 0 where nobody was seen."""
    product: Floats = seen * np.log(np.maximum(seen, 1e-300) / np.maximum(expected, 1e-300))
    return product


def _no_jump(seen: Exposure, where: Integers, level: float, p: float) -> Jump:
    whole, n = float(seen.waited_s.sum()), int(seen.left.sum())
    ends = [_rates(seen, int(one), level)[2] for one in where[:: max(1, len(where) // 50)]]
    widest = max((max(one.high or np.inf, 1 / one.low if one.low else np.inf) for one in ends), default=np.inf)
    steady = widest <= SMALL_RATIO
    at = Estimate(None, n=n, p=p, level=level, reason=STEADY if steady else NOT_CLEAR)
    steadily = rate(float(n), whole, level)
    return Jump(at, steadily, steadily, at, "straight" if steady else "cannot_tell")


def _rates(seen: Exposure, place: int, level: float) -> tuple[Estimate, Estimate, Estimate]:
    """Hazard per minute before and after a step, and their ratio (log scale)."""
    one, other = float(seen.left[:place].sum()), float(seen.left[place:].sum())
    spent, rest = float(seen.waited_s[:place].sum()), float(seen.waited_s[place:].sum())
    before, after = rate(one, spent, level), rate(other, rest, level)
    n = int(one + other)
    if not one or not other or not spent or not rest:
        return before, after, Estimate(None, n=n, level=level, reason=TOO_FEW)
    ratio, half = (other / rest) / (one / spent), quantile(level) * float(np.sqrt(1 / one + 1 / other))
    ends = (float(ratio * np.exp(-half)), float(ratio * np.exp(half)))
    return before, after, Estimate(ratio, *ends, n, level=level)


def rate(left: float, waited_s: float, level: float) -> Estimate:
    """Leaving per minute of waiting, with the exact interval of a count (Garwood 1936)."""
    if waited_s <= 0:
        return Estimate(None, level=level, reason=TOO_FEW)
    tail, minutes = (1 - level) / 2, waited_s / 60
    low = float(chi2.ppf(tail, 2 * left)) / 2 if left else 0.0
    high = float(chi2.isf(tail, 2 * left + 2)) / 2
    return Estimate(left / minutes, low / minutes, high / minutes, int(left), level=level)
