"""Values that cross the border: times of a plausible year, seconds that are numbers, language codes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

YEARS = range(1970, 2201)
LONGEST_S = 366 * 24 * 3600.0  # no part of a call lasts longer than a year
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_SHORT_CODES = {"rus": "ru", "eng": "en"}  # ISO 639-2 of the languages that have forms and lexicons
_UNDETERMINED = {"", "und"}


def language_code(value: str | None) -> str | None:
    """An ISO 639 code in small letters without its region; blank and ``und`` say nothing.

    >>> language_code("ru-RU"), language_code("EN"), language_code("eng"), language_code("und")
    ('ru', 'en', 'en', None)
    """
    if value is None:
        return None
    code = re.split(r"[-_]", value.strip().lower())[0]
    if code in _UNDETERMINED:
        return None
    if not _LANGUAGE.fullmatch(code):
        raise ValueError("expected a language code of two or three letters such as ru or en")
    return _SHORT_CODES.get(code, code)


def plausible(value: datetime) -> datetime:
    """Refuse a year that only a broken export gives: arithmetic with zones fails at both ends of the calendar."""
    if value.year not in YEARS:
        raise ValueError(f"expected a year from {YEARS[0]} to {YEARS[-1]}")
    return value


def with_zone(value: datetime) -> datetime:
    """Times without a zone are taken as UTC, so that they can be compared at all."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def no_truth_value(value: object) -> object:
    """Refuse true and false where a number is asked for: Python would read them as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("expected a number")  # noqa: TRY004 - pydantic tells a ValueError as a sentence
    return value


def zone_name(value: str) -> str:
    """The IANA name of a time zone; any plausible one where this system has no list of them."""
    if not _ZONE.fullmatch(value) or value not in (_zones() or {value}):
        raise ValueError("expected a time zone by its name in the IANA list")
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


Count = Annotated[int, Field(ge=0)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]
Offset = Annotated[float, Field(ge=-LONGEST_S, le=LONGEST_S, allow_inf_nan=False)]
AgentChannel = Annotated[int, BeforeValidator(no_truth_value), Field(ge=0, le=1)]
LanguageCode = Annotated[str | None, AfterValidator(language_code)]
ZoneName = Annotated[str, AfterValidator(zone_name)]
Time = Annotated[datetime, AfterValidator(plausible)]  # with a zone or without
Moment = Annotated[datetime, AfterValidator(plausible), AfterValidator(with_zone)]
