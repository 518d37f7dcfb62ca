"""Weeks, months or teams: what the measures are counted in.

A first or last week (month) that the archive does not hold whole is dropped: its figures are those of its few days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Floats, Integers

By = Literal["week", "month", "team"]
MONDAY = 3  # 1970-01-01 was a Thursday: days + 3 begin a week on Monday
A_YEAR = {"week": 52, "month": 12}
YEAR_LENGTH = {"week": 365.25 / 7, "month": 12.0}
HARMONICS, DEGREE = 2, 3
NAMES = {
    "week": text("weeks", "недели"),
    "month": text("months", "месяцы"),
    "team": text("teams", "команды"),
}


@dataclass(frozen=True, slots=True)
class Periods:
    """p periods, without gaps in time.

    Attributes:
        by: week, month or team.
        place: [n], the period of each interaction, −1 where it is in none.
        first: number of the first one, weeks or months since 1970; 0 for teams.
        teams: [p], names, empty for periods of time.
        count: p.
    """

    by: By
    place: Integers
    first: int
    teams: tuple[str, ...]
    count: int

    @property
    def name(self) -> Text:
        """«weeks»."""
        return NAMES[self.by]

    def of_days(self, day: Integers) -> Integers:
        """The periods of days since 1970, −1 outside; of time only."""
        return _inside(numbered(day, self.by) - self.first, self.count, day)


def periods_of(archive: Archive) -> Periods:
    """The archive's whole weeks or months, or its teams."""
    by = archive.settings.matrix.by
    if by == "team":
        team = archive.label("team")
        names = tuple(sorted(set(team.tolist()) - {""}))
        number = {name: place for place, name in enumerate(names)} | {"": -1}
        place = np.array([number[name] for name in team.tolist()], dtype=np.int64)
        return Periods(by, place, 0, names, len(names))
    day = archive.day
    known = day[day >= 0]
    if not len(known):
        return Periods(by, np.full(len(day), -1, dtype=np.int64), 0, (), 0)
    first_day, last_day = int(known.min()), int(known.max())
    ends = np.array([first_day - 1, first_day, last_day, last_day + 1], dtype=np.int64)
    before, first, last, after = numbered(ends, by).tolist()
    first += before == first  # the day before the archive lies in its first period: that one is not whole
    last -= after == last
    count = max(last - first + 1, 0)
    return Periods(by, _inside(numbered(day, by) - first, count, day), first, (), count)


def numbered(day: Integers, by: str) -> Integers:
    """[n], number of the week (from Monday) or month of days since 1970-01-01.

    >>> numbered(np.array([3, 4, 30, 31]), "week").tolist(), numbered(np.array([3, 4, 30, 31]), "month").tolist()
    ([0, 1, 4, 4], [0, 0, 0, 1])
    """
    if by == "week":
        weeks: Integers = (day + MONDAY) // 7
        return weeks
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _inside(place: Integers, count: int, day: Integers) -> Integers:
    return np.where((day >= 0) & (place >= 0) & (place < count), place, -1).astype(np.int64)


def calendar(periods: Periods) -> Floats:
    """[p, k], what is taken out of every measure: a constant, the trend and the time of the year.

    From a year on: a straight line and two waves of the year. Within less than a year no wave can be told from a bend,
    so a curve of the third degree takes both.
    """
    constant = np.ones((periods.count, 1))
    if periods.by == "team" or periods.count < 2:
        return constant
    t = np.linspace(-1.0, 1.0, periods.count)
    if periods.count < A_YEAR[periods.by]:
        return np.stack([t**power for power in range(DEGREE + 1)], axis=1)
    angle = 2 * np.pi * np.arange(periods.count) / YEAR_LENGTH[periods.by]
    waves = [wave(k * angle) for k in range(1, HARMONICS + 1) for wave in (np.sin, np.cos)]
    return np.stack([constant[:, 0], t, *waves], axis=1)
