"""Time to a place across a picture, in percent of its width, and how wide the picture must be to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxcx.domain.intervals import Interval

TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST_TICKS = 12
NARROWEST_PX, WIDEST_PX = 640.0, 2400.0  # below its least width the picture scrolls sideways
PX_PER_S = 2.0
ASSUMED_WIDTH_PX = 900.0  # of a laptop's column: to decide whether a label fits and whether pins collide


@dataclass(frozen=True, slots=True)
class Axis:
    """Time to a share of the width."""

    duration_s: float

    def x(self, time_s: float) -> str:
        """Where a moment is, in percent."""
        share = min(max(time_s / self.duration_s, 0.0), 1.0)
        return f"{100 * share:.3f}%"

    def width(self, span: Interval) -> str:
        """How wide a stretch is, in percent."""
        return f"{100 * span.duration_s / self.duration_s:.3f}%"

    def px(self, length_s: float) -> float:
        """About how many pixels a stretch takes."""
        return max(ASSUMED_WIDTH_PX, self.least_px) * length_s / self.duration_s

    @property
    def least_px(self) -> float:
        """The least width that a call of this length can be read at."""
        return min(max(NARROWEST_PX, PX_PER_S * self.duration_s), WIDEST_PX)

    def ticks(self) -> Iterator[int]:
        """Round moments, at most a dozen, none so near the end that the labels would touch."""
        step = next((s for s in TICK_STEPS_S if self.duration_s / s <= MOST_TICKS), TICK_STEPS_S[-1])
        return (t for t in range(0, int(self.duration_s) + 1, step))
