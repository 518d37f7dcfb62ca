"""From log-odds to a chance that holds: a logistic curve, or rising steps joined by lines."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import exp
from typing import Literal


@dataclass(frozen=True, slots=True)
class Calibration:
    """``platt``: ``at`` is (slope, intercept). ``isotonic``: ``at`` are scores, ``chances`` theirs, both rising."""

    kind: Literal["platt", "isotonic"]
    at: tuple[float, ...]
    chances: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        expected = 2 if self.kind == "platt" else len(self.chances)
        if len(self.at) != expected or not self.at:
            raise ValueError(f"a calibration has as many scores as chances, got {len(self.at)} and {expected}")

    def chance(self, score: float) -> float:
        """The chance of an error.

        >>> Calibration("isotonic", (0.0, 2.0), (0.2, 0.6)).chance(1.0)
        0.4
        """
        if self.kind == "platt":
            slope, intercept = self.at
            return 1 / (1 + exp(-max(-700.0, min(700.0, slope * score + intercept))))
        place = bisect_right(self.at, score)
        if place == 0 or place == len(self.at):
            return self.chances[0 if place == 0 else -1]
        low, high = self.at[place - 1], self.at[place]
        part = (score - low) / (high - low)
        return self.chances[place - 1] + part * (self.chances[place] - self.chances[place - 1])
