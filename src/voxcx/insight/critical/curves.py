"""The three accuracies over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Line, Lines
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, Flags, Floats, Integers
from voxcx.insight.critical.blocks import definition
from voxcx.insight.critical.counting import Counted, accuracy
from voxcx.insight.settings import ReportSettings

MOST_WEEKS = 30
FIRST_MONDAY = 4  # 1970-01-05, in days since 1970-01-01


def curves(archive: Archive, counts: Sequence[Counted]) -> Lines | None:
    """The three accuracies by week, by month where there are many weeks; None where there is but one period."""
    days = archive.day
    known = days >= 0
    if not known.any():
        return None
    weekly = int(days[known].max() - days[known].min()) <= 7 * MOST_WEEKS
    starts = _weeks(days) if weekly else _months(archive)
    starts = np.where(known, starts, -1.0)
    periods = sorted(set(starts[known].tolist()))
    if len(periods) < 2:
        return None
    settings = archive.settings
    lines = tuple(
        Line(one.kind.title, tuple(periods), tuple(_period(one, starts == start, settings) for start in periods))
        for one in counts
        if one.columns
    )
    title = text("By week", "По неделям") if weekly else text("By month", "По месяцам")
    when = text("start of the period", "начало периода")
    return Lines(title, when, "date", text("accuracy", "доля без ошибок"), "share", lines, definition(settings))


def _weeks(days: Integers) -> Floats:
    mondays: Floats = (FIRST_MONDAY + 7 * ((days - FIRST_MONDAY) // 7)).astype(float)
    return mondays


def _months(archive: Archive) -> Floats:
    local_s = np.nan_to_num(archive.local_s).astype("int64").astype("datetime64[s]")
    firsts: Floats = local_s.astype("datetime64[M]").astype("datetime64[D]").astype("int64").astype(float)
    return firsts


def _period(counted: Counted, rows: Flags, settings: ReportSettings) -> Estimate:
    its = accuracy(counted, rows, settings.level)
    if its.n >= settings.fewest:
        return its.found
    more = Figure(Estimate(settings.fewest - its.n), "count")
    reason = text("{more} more interactions needed", "нужно ещё обращений: {more}", more=more)
    return Estimate(None, n=its.n, level=settings.level, reason=reason)
