"""A number that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.texts import Text


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval. ``value`` is None where it cannot be said, with the reason.

    Attributes:
        value: the figure.
        low: lower end of its interval, None where there is none to tell (a plain count).
        high: upper end.
        n: what it was computed from: interactions, answers, periods.
        p: two-sided p-value against no effect, where one was tested.
        level: of the interval, a share.
        reason: why there is no value.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    p: float | None = None
    level: float = 0.95
    reason: Text | None = None

    def __post_init__(self) -> None:
        if self.value is None and self.reason is None:
            raise ValueError("an estimate without a value says why")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"an interval has both ends, got {self.low} and {self.high}")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low ≤ high, got {self.low} and {self.high}")

    @property
    def excludes_zero(self) -> bool:
        """Whether there is an interval and 0 lies outside of it."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)
