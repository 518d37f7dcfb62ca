"""Clocks of telephone systems: epochs, times with a zone, and local times that need one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voxcx.errors import InputError
from voxcx.intake.values import YEARS

_EPOCH = re.compile(r"\d{9,10}(?:\.\d*)?|\d{13}|\d{16}")
_IN_ID = re.compile(r"(?:^|-)(\d{9,10})\.\d+$")  # 1366720340.303267, pbx1-1366720340.303267
_OUT_OF_ORDER_S = 1.5
_HOUR_S, _DAY_S = 3_600.0, 86_400.0


class ZoneNeeded(InputError):  # noqa: N818 - told as a sentence like every InputError
    """A local time was read and nobody said of which zone."""


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of a name such as Europe/Moscow.

    Raises:
        InputError: no such zone.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(f"--zone: expected a name such as Europe/Moscow or UTC, got {name!r}; correct it.") from None


def readings(text: str, zone: ZoneInfo | None) -> tuple[float, ...]:
    """What a time may mean, in epoch seconds: one reading, two in an hour that is told twice, none in one left out.

    Raises:
        ValueError: no time at all.
        ZoneNeeded: a local time without a zone.

    >>> readings("1366720340.5", None), readings("2026-03-12T09:31:05+03:00", None)
    ((1366720340.5,), (1773297065.0,))
    >>> [b - a for a, b in [readings("2026-10-25 02:30:00", ZoneInfo("Europe/Berlin"))]]
    [3600.0]
    >>> readings("2026-03-29 02:30:00", ZoneInfo("Europe/Berlin"))
    ()
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return (_from_epoch(text),)
    time = datetime.fromisoformat(text)
    if time.year not in YEARS:
        raise ValueError(f"expected a year from {YEARS[0]} to {YEARS[-1]}")
    if time.tzinfo is not None:
        return (time.timestamp(),)
    if zone is None:
        raise ZoneNeeded(
            f"Local times such as {text[:30]!r} stand without a zone; give the telephone system's as --zone NAME."
        )
    both = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    there = {one.timestamp() for one in both if one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == time}
    return tuple(sorted(there))


def _from_epoch(text: str) -> float:
    whole = text.partition(".")[0]
    return float(text) / 10.0 ** max(len(whole) - 10, 0)


def settled(options: tuple[float, ...], not_before: float | None) -> float:
    """The earliest reading that is not before another event; without one, the first.

    >>> settled((100.0, 3700.0), 100.4), settled((100.0, 3700.0), 600.0), settled((100.0, 3700.0), None)
    (100.0, 3700.0, 100.0)
    """
    if not_before is None:
        return options[0]
    return next((option for option in options if option >= not_before - _OUT_OF_ORDER_S), options[-1])


def settled_until(options: tuple[float, ...], not_after: float) -> float:
    """The latest reading that is not after another event; without one, the first."""
    return next((option for option in reversed(options) if option <= not_after + _OUT_OF_ORDER_S), options[0])


def epoch_in(unique_id: str) -> float | None:
    """When a channel was made: Asterisk writes that second into its id.

    >>> epoch_in("pbx1-1366720340.303267"), epoch_in("b0e5-11")
    (1366720340.0, None)
    """
    found = _IN_ID.search(unique_id)
    return float(found[1]) if found else None


def near_epoch_in(unique_id: str, options: tuple[float, ...]) -> float | None:
    """The second in the id, where it can be one at all: within a day before the event."""
    made = epoch_in(unique_id)
    if made is None or not any(-_HOUR_S <= option - made <= _DAY_S for option in options):
        return None
    return made


def moment(epoch_s: float, zone: ZoneInfo | None) -> datetime:
    """A time with the offset that the user's zone has then, else UTC.

    The offset and not the zone: Python never holds two times equal of which one is in an hour told twice.
    """
    time = datetime.fromtimestamp(0, UTC) + timedelta(seconds=round(epoch_s, 6))
    offset = None if zone is None else time.astimezone(zone).utcoffset()
    return time if offset is None else time.astimezone(timezone(offset))
