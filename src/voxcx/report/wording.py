"""Names and numbers the way a person says them, in Russian or English. All words are in ``texts.<ui>.yaml``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Value
from voxcx.domain.intervals import Interval
from voxcx.errors import ConfigError
from voxcx.units import SECONDS_PER_MINUTE, clock

LANGUAGES: Final = ("ru", "en")
NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
DASH: Final = "\u2013"
PARTIES: Final = ("agent", "customer")
WHOLE_FROM: Final = 100.0  # from here on decimals are noise

TENTHS: Final = frozenset({"count", "Hz", "st", "dB"})  # units that a second decimal says nothing about


def plural_form(count: float, language: str) -> int:
    """Which of [one, few, many, fraction] a count takes.

    >>> [plural_form(n, "ru") for n in (1, 21, 3, 5, 11, 12, 0, 1.5)]
    [0, 0, 1, 2, 2, 2, 2, 3]
    >>> [plural_form(n, "en") for n in (1, 2, 0, 1.5)]
    [0, 2, 2, 3]
    """
    if count != int(count):
        return 3
    n = abs(int(count))
    if language != "ru":
        return 0 if n == 1 else 2
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14} else 2


@cache
def _texts(ui: str) -> dict[str, Any]:
    if ui not in LANGUAGES:
        raise ConfigError(f"Interface language {ui!r}: expected one of {', '.join(LANGUAGES)}.")
    text = files("voxcx.report").joinpath(f"texts.{ui}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


class Wording:
    """Everything the report says, in one interface language (``ru`` or ``en``, else ConfigError)."""

    def __init__(self, ui: str) -> None:
        self.ui = ui
        self.texts = _texts(ui)

    def say(self, key: str, **blanks: str) -> str:
        """An interface text with its blanks filled."""
        text: str = self.texts["ui"][key]
        return text.format(**blanks) if blanks else text

    def name(self, group: str, key: str | None) -> str:
        """The word for a code (a verdict, an event, a category); a code without a word stands for itself."""
        return "" if key is None else str(self.texts[group].get(key, key))

    def plural(self, count: float, noun: str) -> str:
        """A count with its noun: «5 пунктов», «6,2 пункта»."""
        return f"{self.number(count, 1)}{NBSP}{self.texts['plural'][noun][plural_form(count, self.ui)]}"

    def number(self, x: float, decimals: int) -> str:
        """At most that many decimals, no trailing zeros, the language's decimal mark and a real minus."""
        text = f"{float(x):.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        text = "0" if text == "-0" else text
        return text.replace("-", MINUS).replace(".", self.texts["format"]["decimal"])

    def percent(self, share: float, decimals: int = 0) -> str:
        """0.62 → «62 %»; a share too small for its decimals keeps one digit."""
        x = 100 * share
        if decimals == 0 and 0 < abs(x) < 9.95 and abs(x - round(x)) >= 0.05:
            decimals = 1
        text: str = self.texts["format"]["percent"].format(x=self.number(x, decimals))
        return text.replace(" ", NBSP)

    def points(self, effect: float) -> str:
        """A signed effect on the 0–100 scale: «−6,2 пункта», «+1 пункт»."""
        rounded = round(effect, 1)
        noun = self.texts["plural"]["points"][plural_form(rounded, self.ui)]
        sign = "+" if rounded > 0 else ""
        return f"{sign}{self.number(rounded, 1)}{NBSP}{noun}"

    def seconds(self, time_s: float) -> str:
        """A duration: below a minute in seconds, else m:ss."""
        if abs(time_s) < SECONDS_PER_MINUTE:
            return f"{self.number(time_s, 1)}{NBSP}{self.texts['unit']['s']}"
        return clock(time_s)

    def span(self, interval: Interval) -> str:
        """From–to on the player's clock."""
        start, end = clock(interval.start_s), clock(interval.end_s)
        return start if start == end else f"{start}{DASH}{end}"

    def quote(self, text: str) -> str:
        """Words in the language's quotation marks; marks inside become the inner ones."""
        outer, inner = self.texts["format"]["quotes"], self.texts["format"]["inner_quotes"]
        return f"{outer[0]}{text.translate(str.maketrans(outer, inner))}{outer[1]}"

    def feature(self, name: str) -> str:
        """A feature's name in words."""
        titles = self.texts["feature"]
        if name in titles:
            return str(titles[name])
        for party in PARTIES:
            general = name.replace(party, "X", 1)
            if party in name and general in titles:
                return str(titles[general]).replace("{X}", self.texts["party"][party])
        return name

    def value(self, name: str, value: Value) -> str:
        """A feature's value with its unit."""
        if value is None:
            return self.say("not_known")
        if isinstance(value, str):
            return self.name("category", value)
        unit = CATALOGUE[name].unit
        if unit == "flag":
            return self.name("flag", str(int(value)))
        return self._quantity(value, unit)

    def _quantity(self, value: float, unit: str) -> str:
        if unit == "s":
            return self.seconds(value)
        if unit in {"share", "confidence"}:
            return self.percent(value)
        decimals = 0 if abs(value) >= WHOLE_FROM else 1 if unit in TENTHS else 2
        rounded = round(value, decimals)
        nouns = self.texts["plural"].get(unit)
        noun = nouns[plural_form(rounded, self.ui)] if nouns else self.texts["unit"].get(unit)
        return self.number(rounded, decimals) + (f"{NBSP}{noun}" if noun else "")

    def missing(self, reason: str | None) -> str:
        """Why a value is missing, in words; a reason that the texts do not know is shown as it came."""
        if not reason:
            return self.say("unknown_reason")
        for pattern, text in self.texts["missing"].items():
            found = re.fullmatch(_BLANK.sub(_capture, re.escape(pattern)), reason)
            if found:
                return str(text).format(**found.groupdict())
        return reason


_BLANK = re.compile(r"\\{([nxy])\\}")


def _capture(blank: re.Match[str]) -> str:
    return f"(?P<{blank[1]}>{r'[0-9]+' if blank[1] == 'n' else '.+?'})"
