"""An estimate of satisfaction that says how sure it is and why."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.features import Value
from voxcx.domain.intervals import Intervals

TOP = 100.0
INDEX_NAME = "scaled mean"  # 100 × (E[rating] − min) ÷ (max − min)


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The survey's scale: whole ratings from ``minimum`` to ``maximum`` and the two thresholds of CDSAT and CSAT."""

    minimum: int = 1
    maximum: int = 5
    dissatisfied_max: int = 2
    satisfied_min: int = 4

    def __post_init__(self) -> None:
        if not self.minimum <= self.dissatisfied_max < self.satisfied_min <= self.maximum:
            raise ValueError(f"min ≤ dissatisfied_max < satisfied_min ≤ max, got {self}")

    @property
    def ratings(self) -> tuple[int, ...]:
        """Every rating, in order."""
        return tuple(range(self.minimum, self.maximum + 1))

    @property
    def points_per_rating(self) -> float:
        """Points of the 0–100 index that one step of the scale is worth."""
        return TOP / (self.maximum - self.minimum)

    def index(self, rating: float) -> float:
        """A rating, or a mean of ratings, on the 0–100 index.

        >>> RatingScale().index(4.0)
        75.0
        """
        return (rating - self.minimum) * self.points_per_rating


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's push on the estimate, in points of the 0–100 scale, and the seconds that caused it."""

    feature: str
    value: Value
    effect: float
    evidence: Intervals = ()


@dataclass(frozen=True, slots=True)
class CsiEstimate:
    """CSI on 0–100 with an interval at ``level``, the rating distribution and calibrated probabilities."""

    value: float
    low: float
    high: float
    level: float
    p_dissatisfied: float
    p_satisfied: float
    distribution: tuple[tuple[int, float], ...]
    reasons: tuple[Reason, ...]
    model_id: str
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.value <= self.high <= TOP:
            raise ValueError(f"0 ≤ low ≤ value ≤ high ≤ 100, got {self.low}, {self.value}, {self.high}")
