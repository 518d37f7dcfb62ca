"""``local_time``: the contact began within these hours where the customer is.

The hours are from inclusive to exclusive: with 8:00-22:00, 22:00:00 is outside. A range over midnight is written as it
is said (20:00-6:00).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, Field

from voxcx.config import Checked, shipped
from voxcx.domain.qa import Rule
from voxcx.qa.outcome import Outcome, unknown
from voxcx.qa.rules.operator import Bench, Operator
from voxcx.qa.scene import Scene
from voxcx.qa.windows import Evaluate

Whose = Literal["customer", "ours"]
Span = tuple[time, time]
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
DAY_S = 24 * 60
SATURDAY = 5


def hours_of(text: str) -> tuple[int, int] | None:
    """Minutes of the day from and to; None for ``never``.

    >>> hours_of("8:00-22:00"), hours_of("never")
    ((480, 1320), None)
    """
    if text.strip().lower() == "never":
        return None
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError('expected hours such as "8:00-22:00" or never')
    first, last = (int(match[k]) * 60 + int(match[k + 1]) for k in (1, 3))
    if first >= DAY_S or last > DAY_S or int(match[2]) > 59 or int(match[4]) > 59 or first == last:
        raise ValueError('expected hours of a day, such as "8:00-22:00"')
    return first, last


def _checked(text: str) -> str:
    hours_of(text)
    return text


Hours = Annotated[str, Field(max_length=20), AfterValidator(_checked)]


class Arguments(Checked):
    """Hours of working days and of all others; ``calendar`` tells them apart, ``zone`` says whose clock counts."""

    weekdays: Hours
    weekends: Hours
    calendar: Literal["ru", "weekends_only"] = "weekends_only"
    zone: Whose = "customer"


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``local_time``."""
    whose: Whose = "ours" if rule.argument("zone") == "ours" else "customer"
    calendar = str(rule.argument("calendar", "weekends_only"))
    hours = {name: hours_of(str(rule.argument(name))) for name in ("weekdays", "weekends")}

    def evaluate(scene: Scene) -> Outcome:
        at, reason = moment(scene, whose)
        if at is None:
            return unknown(reason)
        working = is_working(at.date(), calendar)
        if working is None:
            return unknown(scene.say("no_calendar", year=at.year))
        allowed = hours["weekdays" if working else "weekends"]
        day = scene.say("working_day" if working else "day_off")
        note = scene.say("began_at", at=f"{at:%d.%m.%Y %H:%M}", day=day)
        return Outcome(allowed is not None and _inside(at, allowed), notes=(note,))

    return evaluate


def moment(scene: Scene, whose: Whose) -> tuple[datetime | None, str]:
    """When the contact began by the clock of the customer or by ours; None with the reason."""
    return local(scene.interaction.started_at, scene.interaction.customer_zone, whose, scene)


def local(at: datetime | None, zone: str | None, whose: Whose, scene: Scene) -> tuple[datetime | None, str]:
    """A moment by the clock of the customer or by ours; None with the reason."""
    if at is None:
        return None, scene.say("no_start")
    if whose == "ours":
        return at, ""
    if zone is None:
        return None, scene.say("no_zone")
    try:
        return at.astimezone(ZoneInfo(zone)), ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None, scene.say("no_such_zone", zone=zone)


def _inside(at: datetime, hours: tuple[int, int]) -> bool:
    minute, (first, last) = at.hour * 60 + at.minute, hours
    return first <= minute < last if first < last else minute >= first or minute < last


def is_working(day: date, calendar: str) -> bool | None:
    """Whether people work that day; None for a year that the calendar does not have.

    >>> is_working(date(2026, 1, 9), "ru"), is_working(date(2025, 11, 1), "ru"), is_working(date(2099, 1, 1), "ru")
    (False, True, None)
    """
    weekend = day.weekday() >= SATURDAY
    if calendar == "weekends_only":
        return not weekend
    years = _calendar(calendar)
    if day.year not in years:
        return None
    off, on = years[day.year]
    return day in on if weekend else day not in off


@cache
def _calendar(name: str) -> dict[int, tuple[frozenset[date], frozenset[date]]]:
    """Year → days off that are no Saturday or Sunday, and Saturdays and Sundays that are worked."""
    raw = yaml.safe_load(shipped("configs", "calendars", f"{name}.yaml").read_text(encoding="utf-8"))
    return {
        int(year): (frozenset(_days(int(year), days["days_off"])), frozenset(_days(int(year), days["worked"])))
        for year, days in raw["years"].items()
    }


def _days(year: int, text: str) -> list[date]:
    return [date(year, int(month), int(day)) for month, day in (one.split("-") for one in text.split())]


LOCAL_TIME = Operator(
    "local_time",
    Arguments,
    build,
    'local_time: {weekdays: "8:00-22:00", weekends: "9:00-20:00", zone: customer}',
    judge="telephony",
)
