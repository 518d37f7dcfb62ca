"""Named series of ``series.csv`` (EES, ESAT, CLTV …) in the matrix's periods."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.beside import SeriesPoint
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive, Integers
from voxcx.insight.matrix.periods import Periods
from voxcx.insight.matrix.summing import Measure, Named, from_rows, quotient

OF_PERIODS = text(
    "mean of the values of series.csv in the period; teams count alike",
    "среднее значений из series.csv за период; команды весят одинаково",
)
OF_CUSTOMERS = text(
    "the latest value of each customer in series.csv, mean over the contacts of the period: who came",
    "последнее значение каждого клиента из series.csv, среднее по обращениям периода: кто обращался",
)


def series_of(archive: Archive, periods: Periods) -> Iterator[Measure]:
    """By name; a series of customers is carried by their contacts."""
    by_name: dict[str, list[SeriesPoint]] = {}
    for point in archive.beside.series:
        by_name.setdefault(point.name, []).append(point)
    for name, points in sorted(by_name.items()):
        theirs = [one for one in points if one.customer_id]
        rest = [one for one in points if not one.customer_id]
        if rest:
            yield _of_periods(name, rest, periods)
        if theirs:
            title = same(name) if not rest else text("{n} of customers", "{n} клиентов", n=name)
            yield _of_customers(archive, (name, title), theirs, periods)


def _of_periods(name: str, points: list[SeriesPoint], periods: Periods) -> Measure:
    value = np.array([one.value for one in points], dtype=float)
    made, n = quotient((value, np.ones(len(points))), _places(points, periods), periods.count, 1)
    return Measure(f"series_{name}", same(name), "number", OF_PERIODS, made, n, f"series {name}", "")


def _places(points: list[SeriesPoint], periods: Periods) -> Integers:
    if periods.by != "team":
        return periods.of_days(np.array([one.day for one in points], dtype=np.int64))
    number = {team: place for place, team in enumerate(periods.teams)}
    return np.array([number.get(one.team, -1) for one in points], dtype=np.int64)


def _of_customers(archive: Archive, named: tuple[str, Text], points: list[SeriesPoint], periods: Periods) -> Measure:
    latest = {one.customer_id: one.value for one in sorted(points, key=lambda one: one.day)}
    values = np.array([latest.get(who, np.nan) for who in archive.label("customer_id").tolist()], dtype=float)
    name, title = named
    about: Named = (f"series_{name}_of_customers", title, "number", OF_CUSTOMERS)
    return from_rows(about, values, (periods.place, periods.count), (f"series {name}", ""))
