"""Values to a place along a picture, and round values to write beside it, whatever their unit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from voxcx.domain.pages import Unit
from voxcx.report.insight.amounts import day_of

STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
STEPS_DAYS = (1, 2, 3, 7, 14, 28)
STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
MOST_TICKS = 7
FIRST_DAY, LAST_DAY = -700_000.0, 2_900_000.0  # of the calendar, days since 1970
LEAST_RATIO = 1e-6
SMALLEST = 1e-200
LARGEST = 1e60  # beyond it differences of numbers are no numbers
_SMALL = 1e-9
_DAYS_PER_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``, with round values between; by logarithm for ratios: ×½ lies as far from ×1 as ×2."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def share(self, x: float) -> float:
        """How far along a value lies, 0 to 1; what is beyond an end lies at it."""
        if math.isinf(x):
            return 1.0 if x > 0 else 0.0
        if self.log:
            return min(max(math.log(max(x, self.low) / self.low) / math.log(self.high / self.low), 0.0), 1.0)
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def percent(self, x: float) -> str:
        """The same as CSS and SVG write it."""
        return f"{100 * self.share(x):.2f}".rstrip("0").rstrip(".") + "%"


def axis_of(values: Iterable[float], unit: Unit, most: int = MOST_TICKS) -> Axis | None:
    """An axis that holds all of the values and ends at round ones; None where there are no values.

    Axes of days end at the data: a month without data at either end would say nothing.
    """
    known = [min(max(float(x), -LARGEST), LARGEST) for x in values if math.isfinite(x)]
    known = [x if abs(x) > SMALLEST else 0.0 for x in known]  # what no logarithm takes
    if not known:
        return None
    if unit == "date":
        days = [min(max(x, FIRST_DAY), LAST_DAY) for x in known]
        return _days(min(days), max(days), most)
    if unit == "ratio" and (positive := [max(x, LEAST_RATIO) for x in known if x > 0]):
        return _ratios(min(positive), max(positive), most)
    low, high = min(known), max(known)
    if high - low <= _SMALL * max(abs(low), abs(high)):
        room = abs(low) * 0.1 or 1.0
        low, high = low - room if low else low, high + room
    step = _step(high - low, unit, most)
    first, last = math.floor(low / step + _SMALL), math.ceil(high / step - _SMALL)
    return Axis(first * step, last * step, tuple(_tidy(k * step) for k in range(first, last + 1)))


def _step(width: float, unit: Unit, most: int) -> float:
    rough = width / (most - 1)
    if unit == "s" and rough >= 1:
        return float(next((step for step in STEPS_S if step >= rough * (1 - _SMALL)), _round(rough)))
    if unit in {"count", "days"} and rough < 1:
        return 1.0
    return _round(rough)


def _round(rough: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is no less.

    >>> _round(0.7), _round(12), _round(2)
    (1.0, 20.0, 2.0)
    """
    power = 10.0 ** math.floor(math.log10(rough))
    return next(each * power for each in (1.0, 2.0, 5.0, 10.0) if each * power >= rough * (1 - _SMALL))


def _tidy(x: float) -> float:
    """A multiple of a step without what binary fractions add."""
    return float(f"{x:.12g}")


def _ratios(low: float, high: float, most: int) -> Axis:
    """Of 1, 2 and 5 times powers of ten as many as fit, or powers alone; what is not above 0 lies at the lower end."""
    first, last = math.floor(math.log10(low) + _SMALL), math.ceil(math.log10(high) - _SMALL)
    last = max(last, first + 1)
    fine = [_tidy(each * 10.0**k) for k in range(first, last) for each in (1, 2, 5)] + [_tidy(10.0**last)]
    start = max(at for at, tick in enumerate(fine) if tick <= low * (1 + _SMALL))
    end = min(at for at, tick in enumerate(fine) if tick >= high * (1 - _SMALL))
    ticks = fine[start : max(end, start + 1) + 1]
    if len(ticks) > most:
        stride = math.ceil((last - first) / (most - 1))
        ticks = [_tidy(10.0**k) for k in range(first, last + stride, stride)]
    return Axis(ticks[0], ticks[-1], tuple(ticks), log=True)


def _days(low: float, high: float, most: int) -> Axis:
    if high - low < 1:
        low, high = math.floor(low) - 1.0, math.floor(high) + 1.0
    step = next((step for step in STEPS_DAYS if (high - low) / step < most), None)
    if step is not None:
        start = math.ceil(low)
        return Axis(low, high, tuple(float(day) for day in range(start, math.floor(high) + 1, step)))
    return Axis(low, high, tuple(_months(low, high, most)) or (low, high))


def _months(low: float, high: float, most: int) -> Iterable[float]:
    first, last = day_of(low), day_of(high)
    if first is None or last is None:
        return
    rough = (high - low) / _DAYS_PER_MONTH / most
    step = next((step for step in STEPS_MONTHS if step >= rough), STEPS_MONTHS[-1])
    begun = first.year * 12 + first.month - 1
    for month in range(begun - begun % step, last.year * 12 + last.month, step):
        day = float((date(month // 12, month % 12 + 1, 1) - date(1970, 1, 1)).days) if month >= 12 else low
        if low <= day <= high:
            yield day
