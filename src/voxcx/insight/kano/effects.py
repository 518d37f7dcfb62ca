"""Penalty and reward: what a failure adds to the bottom of the ratings, and what success adds to the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import t as student_t

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text
from voxcx.insight.archive import Archive, Floats, Integers, Labels
from voxcx.statistics.differences import student
from voxcx.statistics.resampling import customer_numbers

Prevails = Literal["penalty", "reward", "even", "cannot_tell"]
FEWEST_AGENTS = 10


@dataclass(frozen=True, slots=True)
class Effects:
    """Of one criterion, or of one thing customers wait through.

    Attributes:
        penalty: what failing, or the worst third, takes away; positive where it hurts.
        reward: what meeting it, or the best third, brings; positive where it helps.
        asymmetry: penalty − reward. Its p is the larger one of two scales, so that no choice of scale decides.
        margin: an asymmetry that surely lies within ± this is none.
        both_scales: whether the asymmetry has one sign on both.
        small: whether it is surely within the margin.
    """

    penalty: Estimate
    reward: Estimate
    asymmetry: Estimate
    margin: float
    both_scales: bool
    small: bool

    def prevails(self, *, sure: bool) -> Prevails:
        """The verdict; ``sure``: the asymmetry stands after the correction for many looks."""
        value = self.asymmetry.value
        if value is not None and sure and self.both_scales:
            end: Prevails = "penalty" if value > 0 else "reward"
            low = (self.penalty if value > 0 else self.reward).low
            if low is not None and low > 0:
                return end
        return "even" if self.small else "cannot_tell"

    @property
    def more_needed(self) -> int | None:
        """How many more answers until the interval is about as wide as the margin; None where it is by now."""
        low, high = self.asymmetry.low, self.asymmetry.high
        if low is None or high is None:
            return None
        half = (high - low) / 2
        needed = int(np.ceil(self.asymmetry.n * (half / self.margin) ** 2)) - self.asymmetry.n
        return needed if needed > 0 else None


def nothing(reason: Text, n: int, level: float) -> Effects:
    """Where nothing can be said."""
    missing = Estimate(None, n=n, level=level, reason=reason)
    return Effects(missing, missing, missing, 1.0, both_scales=False, small=False)


def clusters_of(archive: Archive, rows: Integers) -> Integers:
    """[rows], a number for each agent; for each customer where the agents are too few to tell how agents differ."""
    agents: Labels = archive.label("agent_id")[rows]
    known = set(agents.tolist()) - {""}
    return customer_numbers(agents if len(known) >= FEWEST_AGENTS else archive.label("customer_id")[rows])


def jackknifed(value: Floats, without: Floats, n: int, level: float) -> list[Estimate]:
    """Figures with the interval of leaving out whole clusters (Efron and Stein 1981).

    Args:
        value: [figures].
        without: [clusters, figures], each figure without that cluster.
        n: answers.
        level: of the intervals.
    """
    k = len(without)
    error = np.sqrt((k - 1) / k * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    return [
        student(float(one), float(spread), k - 1, n, level) if spread > 0 else Estimate(float(one), n=n, level=level)
        for one, spread in zip(value, error, strict=True)
    ]


def contrasted(columns: Floats, outcome: Floats, contrasts: Floats, cluster: Integers) -> tuple[Floats, Floats, int]:
    """Least squares of what is left of outcome and columns: contrasts, their errors (clusters), degrees of freedom."""
    inverse = np.linalg.inv(columns.T @ columns)
    beta = inverse @ (columns.T @ outcome)
    pull = columns * (outcome - columns @ beta)[:, np.newaxis]
    scores = np.stack([np.bincount(cluster, pull[:, one]) for one in range(columns.shape[1])], axis=1)
    k = len(scores)
    covariance = k / (k - 1) * inverse @ (scores.T @ scores) @ inverse
    errors: Floats = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, covariance, contrasts))
    found: Floats = contrasts @ beta
    return found, errors, k - 1


def two_sided(value: float, error: float, freedom: int) -> float:
    """P of Student's t."""
    return float(2 * student_t.sf(abs(value) / error, freedom)) if error > 0 else 1.0
