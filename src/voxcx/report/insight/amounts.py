"""Amounts with their units the way a person writes them: «−11 пунктов», «14 %», “×1.8”, «3 мар»."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from voxcx.domain.pages import Unit
from voxcx.report.wording import MINUS, NBSP, Wording, plural_form
from voxcx.units import SECONDS_PER_MINUTE, clock

NOTHING: Final = "\u2013"
ELLIPSIS: Final = "\u2026"
INFINITE: Final = "\u221e"
_FIRST_DAY = date(1970, 1, 1)
_DAYS = (date.min - _FIRST_DAY).days, (date.max - _FIRST_DAY).days
_LEAST_SHARE, _MANY = 0.05, 1e21  # percent below which a share is "less than"; from here on powers of ten
_LEAST_NUMBER = 0.005  # below it two decimals would read as nothing at all
_COMPACT_FROM = 1e6


@dataclass(frozen=True, slots=True)
class _Style:
    factor: float = 1.0
    decimals: int = 2
    signed: bool = False
    before: str = ""
    fixed: bool = True  # whether columns of it keep zeros at the end


_STYLES: dict[Unit, _Style] = {
    "share": _Style(100.0, 0),
    "points": _Style(decimals=1, signed=True),
    "share_points": _Style(100.0, 1, signed=True),
    "index": _Style(decimals=1),
    "score": _Style(signed=True),
    "number": _Style(),
    "ratio": _Style(before="×"),
    "count": _Style(decimals=0),
    "s": _Style(decimals=1),
    "minutes": _Style(decimals=1, fixed=False),
    "hours": _Style(decimals=1, fixed=False),
    "days": _Style(decimals=1, fixed=False),
    "money": _Style(decimals=0),
    "date": _Style(decimals=0),
}


@cache
def texts_of(ui: str) -> dict[str, Any]:
    """All words of the archive's report in a language."""
    raw = files("voxcx.report.insight").joinpath(f"texts.{ui}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(raw)
    return loaded


class Amounts:
    """Amounts in one interface language (``ru`` or ``en``, else ConfigError)."""

    def __init__(self, ui: str) -> None:
        self.words = Wording(ui)
        self.texts = texts_of(ui)

    def whole(self, x: float, unit: Unit, *, sign: bool = True) -> str:
        """In a sentence, with its noun: «−11 пунктов», «3 дня»."""
        nouns = self.texts["plural"].get(unit)
        if nouns is None or not math.isfinite(x):
            return self.short(x, unit, fixed=False, sign=sign)
        style = _STYLES[unit]
        noun = nouns[plural_form(round(x, style.decimals), self.words.ui)]
        return f"{self.bare(x, unit, fixed=False, sign=sign)}{NBSP}{noun}"

    def short(self, x: float, unit: Unit, *, fixed: bool = True, sign: bool = True) -> str:
        """In a cell or beside a mark, with its unit cut short: «−11,0 п.»; ``fixed`` keeps zeros at the end."""
        if unit == "number" and 0 < x < _LEAST_NUMBER:
            return f"<{NBSP}{self.number(0.01, 2)}"
        bare = self.bare(x, unit, fixed=fixed, sign=sign)
        if bare == NOTHING or unit in {"share", "s"}:
            return bare
        suffix = self.texts["unit"].get(unit)
        return f"{bare}{NBSP}{suffix}" if suffix else bare

    def bare(self, x: float, unit: Unit, *, fixed: bool = True, sign: bool = True) -> str:
        """The number alone, except where it says little without its unit (%, a clock, a date)."""
        if not math.isfinite(x):
            return NOTHING
        x = x if sign else abs(x)
        if unit == "date":
            return self.day(x)
        if unit == "share":
            return self._share(100 * x)
        if unit == "s":
            return self._seconds(x)
        style = _STYLES[unit]
        text = self.number(x * style.factor, _decimals(x, unit, style), fixed=fixed and style.fixed)
        return f"{self._plus(text, signed=style.signed and sign)}{style.before}{text}"

    def between(self, low: float, high: float, unit: Unit) -> str:
        """An interval: «−14…−8», «12…16 %»."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ELLIPSIS.join(self._end(x, unit) for x in (low, high))
        if unit == "share":
            whole = all(abs(100 * x - round(100 * x)) < _LEAST_SHARE or 0.0995 <= x <= 0.9005 for x in (low, high))
            ends = [self.number(100 * x, 0 if whole else 1, fixed=False) for x in (low, high)]
            return self._percent(ELLIPSIS.join(ends))
        style = _STYLES[unit]
        ends = [self.bare(x, unit, fixed=False).removeprefix(style.before).removeprefix("+") for x in (low, high)]
        if style.signed and high > 0:
            ends = [self._plus(end, signed=True) + end for end in ends]
        return ELLIPSIS.join(ends)

    def tick(self, x: float, unit: Unit) -> str:
        """Beside an axis: no unit but where it must be, huge numbers by the million."""
        if unit == "date":
            return self.day(x, year=False)
        if unit == "share":
            return self._percent(self.number(100 * x, 2, fixed=False))
        if unit == "s":
            return self._seconds(x)
        style = _STYLES[unit]
        text = self._compact(x * style.factor)
        return f"{self._plus(text, signed=style.signed)}{style.before}{text}"

    def number(self, x: float, decimals: int, *, fixed: bool = False) -> str:
        """A number with its digits in groups of three."""
        if abs(x) >= _MANY:
            return f"{x:.1e}".replace("-", MINUS)
        text = f"{abs(x):.{decimals}f}"
        whole, _, part = text.partition(".")
        part = part if fixed else part.rstrip("0")
        minus = MINUS if x < 0 and float(text) else ""
        grouped = f"{int(whole):,}".replace(",", self.texts["format"]["thousands"])
        return f"{minus}{grouped}{self.words.texts['format']['decimal']}{part}" if part else f"{minus}{grouped}"

    def count(self, n: float) -> str:
        """A count without a noun."""
        return self.number(n, 0)

    def counted(self, n: int, noun: str) -> str:
        """A count with its noun: «4 120 ответов»."""
        return f"{self.count(n)}{NBSP}{self.texts['plural'][noun][plural_form(n, self.words.ui)]}"

    def day(self, x: float, *, year: bool = True) -> str:
        """A day since 1970-01-01: «3 мар 2026»."""
        on = day_of(x)
        if on is None:
            return NOTHING
        blanks = {"day": on.day, "month": self.texts["months"][on.month - 1], "year": on.year}
        text: str = self.texts["format"]["day_of_year" if year else "day"].format(**blanks)
        return text.replace(" ", NBSP)

    def _end(self, x: float, unit: Unit) -> str:
        """An end of an interval that is open on a side."""
        if math.isinf(x):
            return INFINITE if x > 0 else MINUS + INFINITE
        return self.bare(x, unit, fixed=False).removeprefix(_STYLES[unit].before)

    def _share(self, x: float) -> str:
        if 0 < x < _LEAST_SHARE:
            return f"<{NBSP}{self._percent(self.number(0.1, 1))}"
        if 100 - _LEAST_SHARE < x < 100:
            return f">{NBSP}{self._percent(self.number(99.9, 1))}"
        near_an_end = abs(x) < 9.95 or 90.05 < x < 100
        return self._percent(self.number(x, 1 if near_an_end else 0, fixed=False))

    def _percent(self, text: str) -> str:
        percent: str = self.words.texts["format"]["percent"].format(x=text)
        return percent.replace(" ", NBSP)

    def _seconds(self, x: float) -> str:
        if abs(x) < SECONDS_PER_MINUTE - 0.5:
            digits = self.number(x, 1 if abs(x) < 10 else 0)
            return f"{digits}{NBSP}{self.texts['unit']['s']}"
        return clock(round(x)).replace("-", MINUS)

    def _compact(self, x: float) -> str:
        if abs(x) < _COMPACT_FROM:
            return self.number(x, 6) if 0 < abs(x) < 0.01 else self.number(x, 2)
        if abs(x) >= 1e15:
            return f"{x:.0e}".replace("-", MINUS).replace("e+", "e")
        power = min(int(math.log10(abs(x)) // 3) * 3, 12)
        return f"{self.number(x / 10.0**power, 2)}{NBSP}{self.texts['power'][str(power)]}"

    def _plus(self, text: str, *, signed: bool) -> str:
        nothing = not any(digit in text for digit in "123456789")
        return "+" if signed and not text.startswith((MINUS, "+")) and not nothing else ""


def day_of(x: float) -> date | None:
    """The date of a day since 1970-01-01, None beyond the calendar."""
    day = math.floor(x)
    return _FIRST_DAY + timedelta(days=day) if _DAYS[0] <= day <= _DAYS[1] else None


def _decimals(x: float, unit: Unit, style: _Style) -> int:
    """How many decimals an amount of this size deserves."""
    size = abs(x)
    if unit in {"number", "ratio"}:
        return 0 if size >= 100 else 1 if size >= 10 else style.decimals
    if unit == "money":
        return 0 if size >= 100 or x == int(x) else 2
    if unit == "count":
        return 0 if size >= 100 or x == int(x) else 1
    return style.decimals
