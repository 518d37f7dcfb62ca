"""Each accuracy over time: as found, in the worst case and, where calibration measured it, corrected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Line, Lines
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats, Integers
from voxcx.insight.critical.blocks import CORRECTED_PART, definition
from voxcx.insight.critical.counting import Counted, accuracy, corrected

MOST_WEEKS = 30
FIRST_MONDAY = 4  # 1970-01-05, in days since 1970-01-01
FOUND, WORST = text("as found (best case)", "как есть (лучший случай)"), text("worst case", "худший случай")
CORRECTED_LINE = text("corrected", "с поправкой")
PERIOD = text("start of the period", "начало периода")


def curves(archive: Archive, counts: Sequence[Counted]) -> tuple[Lines, ...]:
    """A picture for each kind, by week, by month where there are many weeks; none where there is but one period."""
    days = archive.day
    known = days >= 0
    if not known.any():
        return ()
    weekly = int(days[known].max() - days[known].min()) <= 7 * MOST_WEEKS
    starts = _weeks(days) if weekly else _months(archive)
    starts = np.where(known, starts, -1.0)
    periods = sorted(set(starts[known].tolist()))
    if len(periods) < 2:
        return ()
    when = text("by week", "по неделям") if weekly else text("by month", "по месяцам")
    return tuple(_lines(archive, one, (starts, periods), when) for one in counts if one.columns)


def _lines(archive: Archive, counted: Counted, time: tuple[Floats, list[float]], when: Text) -> Lines:
    starts, periods = time
    found = [_period(archive, counted, starts == start) for start in periods]
    names = (FOUND, WORST, CORRECTED_LINE)[: 3 if archive.beside.accuracy else 2]
    drawn = zip(names, zip(*found, strict=True), strict=False)
    lines = tuple(Line(name, tuple(periods), tuple(values)) for name, values in drawn)
    title = text("{kind}: {when}", "{kind}: {when}", kind=counted.kind.title, when=when)
    told = definition(archive.settings)
    if archive.beside.accuracy:
        told = text("{told}. Corrected: {true}", "{told}. С поправкой: {true}", told=told, true=CORRECTED_PART)
    return Lines(title, PERIOD, "date", text("accuracy", "доля без ошибок"), "share", lines, told)


def _weeks(days: Integers) -> Floats:
    mondays: Floats = (FIRST_MONDAY + 7 * ((days - FIRST_MONDAY) // 7)).astype(float)
    return mondays


def _months(archive: Archive) -> Floats:
    local_s = np.nan_to_num(archive.local_s).astype("int64").astype("datetime64[s]")
    firsts: Floats = local_s.astype("datetime64[M]").astype("datetime64[D]").astype("int64").astype(float)
    return firsts


def _period(archive: Archive, counted: Counted, rows: Flags) -> tuple[Estimate, Estimate, Estimate]:
    """As found, worst, corrected."""
    settings = archive.settings
    its = accuracy(counted, rows, settings.level)
    if its.n >= settings.fewest:
        return its.found, its.worst, corrected(archive, counted, rows)
    more = Figure(Estimate(settings.fewest - its.n), "count")
    reason = text("{more} more interactions needed", "нужно ещё обращений: {more}", more=more)
    none = Estimate(None, n=its.n, level=settings.level, reason=reason)
    return none, none, none
