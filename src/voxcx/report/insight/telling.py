"""Texts with their blanks filled and figures with interval, n and reason, in the reader's language."""

from __future__ import annotations

import math
import re
from html import escape

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Unit
from voxcx.domain.texts import Blank, Text
from voxcx.report.insight.amounts import ELLIPSIS, NOTHING, Amounts
from voxcx.report.wording import MINUS, NBSP

_AMID = re.compile(rf"{ELLIPSIS}(?=[{MINUS}+×<>∞0-9])")  # an interval must not break across lines
_PERCENT = re.compile(r"(?<=\d) (?=%)")  # nor a percent sign stand alone on a line
_BOUND = re.compile(rf"(?<=%) (?=ДИ|CI)|(?<=ДИ|CI) (?=[{MINUS}+×0-9])")  # nor an interval begin a line without its name
_JOINED = ELLIPSIS + "\u2060"


class Telling:
    """Everything that the archive's report says, in one interface language (``ru`` or ``en``, else ConfigError)."""

    def __init__(self, ui: str) -> None:
        self.ui = ui
        self.amounts = Amounts(ui)

    def say(self, key: str, **blanks: str) -> str:
        """An interface text with its blanks filled."""
        said: str = self.amounts.texts["ui"][key]
        return said.format(**blanks) if blanks else said

    def text(self, told: Text | str | None) -> str:
        """A text as it is read, not yet escaped."""
        if told is None:
            return ""
        if isinstance(told, str):
            return told
        template = told.ru if self.ui == "ru" else told.en
        filled = template.format(**{name: self._blank(blank) for name, blank in told.blanks})
        return _PERCENT.sub(NBSP, filled)

    def html(self, told: Text | str | None) -> str:
        """A text, escaped; intervals in it stay in one piece."""
        return escape(_BOUND.sub(NBSP, _AMID.sub(_JOINED, self.text(told))))

    def _blank(self, blank: Blank) -> str | ToldFigure:
        return ToldFigure(self, blank) if isinstance(blank, Figure) else self.text(blank)

    def value(self, estimate: Estimate, unit: Unit) -> str:
        """The figure in a cell or beside a mark: «−11,2 п.»; «–» where there is none."""
        known = value_of(estimate)
        return NOTHING if known is None else self.amounts.short(known, unit)

    def interval(self, estimate: Estimate, unit: Unit) -> str:
        """The interval alone: «−14…−8»; "" where there is none."""
        ends = ends_of(estimate)
        return self.amounts.between(*ends, unit) if ends else ""

    def level(self, estimate: Estimate) -> str:
        """«95 %»."""
        return self.amounts.short(estimate.level, "share").removeprefix("+")

    def beside(self, estimate: Estimate, unit: Unit, *, n: bool = True) -> str:
        """What stands small beside a figure: «95 % ДИ −14…−8; n = 1 204»."""
        interval = self.interval(estimate, unit)
        parts = [self.say("interval", level=self.level(estimate), x=interval)] if interval else []
        parts += [self.n(estimate)] if n and estimate.n else []
        return "; ".join(parts)

    def n(self, estimate: Estimate) -> str:
        """«n = 1 204»."""
        return self.say("n", n=self.amounts.count(estimate.n))

    def reason(self, estimate: Estimate) -> str:
        """Why there is no value; "" where there is one."""
        if value_of(estimate) is not None:
            return ""
        return self.text(estimate.reason) or self.say("missing")

    def hover(self, label: str, estimate: Estimate, unit: Unit) -> str:
        """All of a figure in a line for hints and screen readers."""
        value = self.reason(estimate) or self.value(estimate, unit)
        beside = self.beside(estimate, unit)
        return f"{label}: {value}" + (f" ({beside})" if beside else "")


class ToldFigure:
    """A figure inside a sentence: itself with its unit, and what ``Text`` allows to ask of it."""

    def __init__(self, telling: Telling, figure: Figure) -> None:
        self._telling, self._figure = telling, figure
        self._value = value_of(figure.estimate)

    def __str__(self) -> str:
        return self._whole(self._value)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @property
    def interval(self) -> str:
        """«−14…−8»."""
        return self._telling.interval(self._figure.estimate, self._figure.unit) or NOTHING

    @property
    def n(self) -> str:
        """What it was computed from."""
        return self._telling.amounts.count(self._figure.estimate.n)

    @property
    def abs(self) -> str:
        """The figure without its sign."""
        return self._whole(self._value, sign=False)

    @property
    def low(self) -> str:
        """Lower end of its interval."""
        return self._end(0)

    @property
    def high(self) -> str:
        """Upper end of its interval."""
        return self._end(1)

    def _end(self, which: int) -> str:
        ends = ends_of(self._figure.estimate)
        return self._whole(ends[which] if ends and math.isfinite(ends[which]) else None)

    def _whole(self, x: float | None, *, sign: bool = True) -> str:
        return NOTHING if x is None else self._telling.amounts.whole(x, self._figure.unit, sign=sign)


def value_of(estimate: Estimate) -> float | None:
    """The value that can be shown: a number, or None."""
    value = estimate.value
    return float(value) if value is not None and math.isfinite(value) else None


def ends_of(estimate: Estimate) -> tuple[float, float] | None:
    """The interval that can be shown: at least one end is a number."""
    low, high = estimate.low, estimate.high
    if low is None or high is None or math.isnan(low) or math.isnan(high) or (math.isinf(low) and math.isinf(high)):
        return None
    return float(low), float(high)


def sort_key(x: float) -> str:
    """A number as an attribute that a script compares."""
    return f"{x:.6g}".replace(MINUS, "-")


def sentence(told: str) -> str:
    """With a full stop, unless it has an end already.

    >>> sentence("line: 0"), sentence("line: 0 pts.")
    ('line: 0.', 'line: 0 pts.')
    """
    return told if told.endswith((".", "!", "?", ELLIPSIS, "</i>")) else f"{told}."
