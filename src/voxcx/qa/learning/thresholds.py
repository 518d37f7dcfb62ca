"""From a chance to a verdict: not met above one threshold, met below another, silence between them.

From the surest verdict down, a threshold lets more through while they are shown to be right: of those beyond it, the
lower end of Wilson's one-sided 95 % interval of precision reaches the target, and the share that saying this verdict
always would reach. Few cuts are tried, and the first that fails after one
passed ends it: the best of many tries would promise too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voxcx.qa.learning.figures import Z_ONE_SIDED_95, least_share

TARGETS = (0.7, 0.8, 0.9, 0.95)
CUTS, STEP = 10, 10  # so many are tried, so many verdicts apart: fewer tries, and one slip early on stops nothing
EVEN = 0.5  # no error is told that is thought less likely than not


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Chance of an error from which on it is *not met*, and up to which it is *met*; None: never told."""

    not_met: float | None = None
    met: float | None = None

    def verdict(self, chance: float) -> bool | None:
        """True: an error (not met). False: met. None: not sure enough."""
        if self.not_met is not None and chance >= self.not_met:
            return True
        return False if self.met is not None and chance <= self.met else None


def choose(chances: Sequence[float], truth: Sequence[bool], target: float) -> Thresholds:
    """Thresholds for a precision; ``truth``: people found an error."""
    above = _cut(list(chances), list(truth), target)
    below = _cut([1 - chance for chance in chances], [not one for one in truth], target)
    return Thresholds(above, None if below is None else 1 - below)


def _cut(chances: list[float], right: list[bool], target: float) -> float | None:
    """The chance from which on verdicts are right often enough; a fixed sequence, the surest first."""
    least = max(target, sum(right) / len(right))
    order = sorted((k for k, chance in enumerate(chances) if chance >= EVEN), key=lambda k: -chances[k])
    step = max(STEP, len(order) // CUTS)
    found, hits, tried = None, 0, 0
    for count, k in enumerate(order, start=1):
        hits += right[k]
        last = count == len(order)
        if (count - tried < step and not last) or (not last and chances[order[count]] == chances[k]):
            continue
        tried = count
        if least_share(hits, count, Z_ONE_SIDED_95) >= least:
            found = chances[k]
        elif found is not None:
            break
    return found


def proven(told: Sequence[bool | None], truth: Sequence[bool], verdict: bool, target: float) -> bool:
    """Whether one of the two verdicts, on interactions not learned from, was right as often as promised.

    And surely (one-sided 95 %) more often than the share of interactions of which it is true anyway.
    """
    right = [error == verdict for said, error in zip(told, truth, strict=True) if said is verdict]
    if not right or sum(right) / len(right) < target:
        return False
    anyway = sum(error == verdict for error in truth) / len(truth)
    return least_share(sum(right), len(right), Z_ONE_SIDED_95) > anyway
