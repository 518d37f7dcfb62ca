"""Whether the two windows of time are alike: weekdays, and the season."""

from __future__ import annotations

import math

import numpy as np

from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats, Integers
from voxcx.insight.change.groups import Compared, parts_of

WEEKDAY_SHARE = 0.05  # of days, that may fall on other weekdays
SEASON_DAYS = 45.0
YEAR_DAYS = 365.25
WEEKDAYS = text(
    "The two windows do not hold the same weekdays, and some of the difference may be theirs.",
    "В двух периодах разный набор дней недели; часть разницы может быть из-за этого.",
)
SEASON = text(
    "The two windows lie in different seasons ({days} days apart): a yearly swing would look like a change. "
    "Compare with the same weeks of last year, or name a part (change.where) so that the rest shows the trend.",
    "Периоды приходятся на разные сезоны (разрыв {days} дн.): годовое колебание выглядело бы как изменение. "
    "Сравните с теми же неделями прошлого года или назовите часть (change.where), чтобы остальное показало тенденцию.",
)


def warnings_of(archive: Archive, groups: Compared) -> tuple[Text, ...]:
    """What in the calendar may look like a change."""
    days = [_days(archive, rows) for rows in parts_of(groups)]
    if any(not len(one) for one in days):
        return ()
    told = []
    if _apart([np.bincount((one + 3) % 7, minlength=7) / len(one) for one in days]) > WEEKDAY_SHARE:
        told.append(WEEKDAYS)
    apart = season_apart_days(*days)
    if apart > SEASON_DAYS:
        told.append(SEASON.with_blanks({"days": f"{apart:.0f}"}))
    return tuple(told)


def _days(archive: Archive, rows: Flags) -> Integers:
    days = np.unique(archive.day[rows])
    return days[days >= 0]


def _apart(shares: list[Floats]) -> float:
    """Total variation: the share of days that would have to move."""
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def season_apart_days(first: Integers, second: Integers) -> float:
    """How far apart in the year two sets of days lie, at most half a year; two whole years are 0 apart.

    >>> round(season_apart_days(np.array([0]), np.array([45])))
    45
    """
    apart = min(abs(_middle(first) - _middle(second)), 2.0)
    return math.asin(apart / 2) * YEAR_DAYS / math.pi


def _middle(days: Integers) -> complex:
    """Mean place on the circle of the year: on its edge for a day, at its centre for a whole year."""
    return complex(np.exp(2j * math.pi * days / YEAR_DAYS).mean())
