"""The level by hour and week, who has left by when, and the level under each threshold of a short abandon."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Line, Lines, Table, Unit
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers
from voxcx.insight.service_level.contacts import Contacts, blocked_places, counts_beside
from voxcx.insight.service_level.formula import (
    ABANDONED,
    ANSWERED,
    FLOWED_OUT,
    NONE,
    Counts,
    counted,
    counted_by,
    counted_figure,
    kinds,
    level_of,
    seconds,
)
from voxcx.insight.service_level.leaving import leaving, redialled
from voxcx.statistics.proportions import share

HOUR_S, WEEK_DAYS = 3600.0, 7
MONDAY = 3  # 1970-01-01 was a Thursday: days + 3 begin a week on Monday
POINTS = 120
LONGEST_SHORT_S, STEP_S = 30, 5
LEVEL = text("Service level", "SL")
SO_FORMED = text("{formula}; interval: Wilson", "{formula}; ДИ: Уилсон")


def by_hour(archive: Archive, calls: Contacts) -> Lines:
    """By hour of the day, weekdays and weekends apart."""
    local_s, kind, times = _counted(archive, calls)
    hour = (local_s % DAY_S // HOUR_S).astype(np.int64)
    weekend = (local_s // DAY_S + MONDAY) % WEEK_DAYS >= 5
    lines = []
    for label, mine in ((text("Weekdays", "Будни"), ~weekend), (text("Weekends", "Выходные"), weekend)):
        if mine.any():
            lines.append(_line(archive, label, hour[mine], (kind[mine], times[mine])))
    return _lines(archive, text("By hour of the day", "По часам дня"), (text("Hour", "Час"), "hours"), lines)


def by_week(archive: Archive, calls: Contacts) -> Lines:
    """By week of the calendar; x is its Monday."""
    local_s, kind, times = _counted(archive, calls)
    week = ((local_s // DAY_S + MONDAY) // WEEK_DAYS * WEEK_DAYS - MONDAY).astype(np.int64)
    line = _line(archive, LEVEL, week, (kind, times))
    return _lines(archive, text("By week", "По неделям"), (text("Week from", "Неделя с"), "date"), [line])


def by_weekday(archive: Archive, calls: Contacts) -> Table:
    """By day of the week."""
    local_s, kind, times = _counted(archive, calls)
    day = ((local_s // DAY_S + MONDAY) % WEEK_DAYS).astype(np.int64)
    levels = _levels(archive, counted_by(kind, times, day, WEEK_DAYS))
    rows = tuple(
        (name, Figure(one, "share"), counted_figure(one.n or 0)) for name, one in zip(WEEKDAYS, levels, strict=True)
    )
    columns = (
        Column("weekday", text("Day", "День")),
        Column("service_level", LEVEL),
        Column("calls", text("Calls in the formula", "Звонков в формуле")),
    )
    return Table("service_level_weekdays", text("By day of the week", "По дням недели"), columns, rows, _so(archive))


WEEKDAYS = (
    text("Monday", "понедельник"),
    text("Tuesday", "вторник"),
    text("Wednesday", "среда"),
    text("Thursday", "четверг"),
    text("Friday", "пятница"),
    text("Saturday", "суббота"),
    text("Sunday", "воскресенье"),
)


def _counted(archive: Archive, calls: Contacts) -> tuple[Floats, Integers, Integers]:
    """Local time, place in ``Counts`` and how many: rows of the archive, then those of ``blocked.csv``."""
    own = np.where(archive.stray[calls.rows], np.nan, archive.local_s[calls.rows])
    at_s, places, times = blocked_places(archive)
    local_s = np.concatenate([own, at_s])
    kind = np.concatenate([kinds(calls.queued, archive.settings.service_level), places])
    times = np.concatenate([np.ones(len(own), dtype=np.int64), times])
    known = ~np.isnan(local_s)
    return local_s[known], kind[known], times[known]


def _levels(archive: Archive, counts: Iterable[Counts]) -> tuple[Estimate, ...]:
    settings, counts = archive.settings, tuple(counts)
    overall = sum(counts, NONE).known_share
    return tuple(level_of(one, settings.service_level, settings.level, overall).share for one in counts)


def _line(archive: Archive, label: Text, at: Integers, kind_times: tuple[Integers, Integers]) -> Line:
    places, which = np.unique(at, return_inverse=True)
    levels = _levels(archive, counted_by(*kind_times, which.astype(np.int64), len(places)))
    return Line(label, tuple(places.astype(float).tolist()), levels)


def _lines(archive: Archive, title: Text, x: tuple[Text, Unit], lines: Iterable[Line]) -> Lines:
    return Lines(title, *x, LEVEL, "share", tuple(lines), _so(archive))


def _so(archive: Archive) -> Text:
    level = level_of(counts_beside(archive), archive.settings.service_level)
    return SO_FORMED.with_blanks({"formula": level.words})


def abandonment(archive: Archive, calls: Contacts) -> Lines | None:
    """Share that has left by each second, as long as enough people are still waiting; None where nobody left."""
    queued, settings = calls.queued, archive.settings
    waited = np.isin(queued.fate, (ANSWERED, ABANDONED, FLOWED_OUT)) & ~np.isnan(queued.wait_s)
    left: Flags = queued.fate[waited] == ABANDONED
    found = leaving(queued.wait_s[waited], left, settings.level)
    shown = found.at_s[found.waiting >= settings.fewest]
    if not len(shown):
        return None
    at_s = np.unique(shown[np.linspace(0, len(shown) - 1, POINTS).astype(int)])
    by_then = tuple(found.by(x, settings.level) for x in at_s.tolist())
    line = Line(text("Left", "Ушли"), tuple(at_s.tolist()), by_then, steps=True)
    return Lines(
        text("How many leave the queue by when", "Сколько уходит из очереди и когда"),
        text("Waited", "Ожидание"),
        "s",
        text("Left by then", "Ушли к этому времени"),
        "share",
        (line,),
        LEFT_BY.with_blanks({"fewest": counted_figure(settings.fewest), "n": counted_figure(int(waited.sum()))}),
        ((settings.service_level.threshold_s, text("threshold", "порог")),),
    )


LEFT_BY = text(
    "Kaplan–Meier: the share that would have left by then were nobody answered sooner; answered and flowed-out calls "
    "count until then ({n} calls). Interval: Greenwood, on log(−log). Shown while at least {fewest} wait.",
    "Каплан – Мейер: доля тех, кто ушёл бы к этому времени, если бы никому не ответили раньше; принятые и переведённые "
    "звонки учтены до этого момента ({n} звонков). ДИ: Гринвуд на шкале log(−log). Показано, пока ждут хотя бы "
    "{fewest}.",
)


def short_levels(archive: Archive, calls: Contacts) -> tuple[Lines, Table]:
    """What the level would read if only those count as abandoned who left no sooner than 0–30 s."""
    again = redialled(archive, calls, archive.settings.service_level.redial_within_s)
    level, beside = archive.settings.level, counts_beside(archive)
    estimates, rows = [], []
    for short_s in range(LONGEST_SHORT_S + 1):
        settings = archive.settings.service_level.model_copy(
            update={"abandoned": "all", "count_short_abandons": False, "short_abandon_s": float(short_s)}
        )
        found = level_of(counted(calls.queued, settings) + beside, settings, level)
        estimates.append(found.share)
        if short_s % STEP_S == 0:
            rows.append(_short_row(short_s, found.share, calls, again, level))
    line = Line(LEVEL, tuple(float(one) for one in range(LONGEST_SHORT_S + 1)), tuple(estimates))
    return _short_lines(archive, line), _short_table(archive, rows)


def _short_row(short_s: int, found: Estimate, calls: Contacts, again: Floats, level: float) -> tuple[Cell, ...]:
    sooner: Flags = (calls.queued.fate == ABANDONED) & (calls.queued.wait_s < short_s)
    known = again[sooner & ~np.isnan(again)]
    redials = share(float(known.sum()), len(known), NOBODY_KNOWN, level)
    left = counted_figure(int(sooner.sum()))
    return (seconds(short_s), left, Figure(redials, "share"), Figure(found, "share"))


NOBODY_KNOWN = text("nobody left so soon whose number is known", "так рано не ушёл никто, чей номер известен")
THRESHOLD = text("Threshold to abandon", "Порог потерянного звонка")
SHORT = text(
    "Answered within {t} ÷ (answered + left no sooner than the threshold to abandon + the rest as set). Called again: "
    "of those who left sooner and whose number is known, who called again within {redial}. Intervals: Wilson.",
    "Принято за {t} ÷ (принято + ушли не раньше порога + остальное, как настроено). Перезвонили: из ушедших раньше, "
    "чей номер известен, – кто позвонил снова в течение {redial}. ДИ: Уилсон.",
)


def _short_definition(archive: Archive) -> Text:
    settings = archive.settings.service_level
    return SHORT.with_blanks({"t": seconds(settings.threshold_s), "redial": seconds(settings.redial_within_s)})


def _short_lines(archive: Archive, line: Line) -> Lines:
    marks = ((archive.settings.service_level.short_abandon_s, text("as set", "как настроено")),)
    title = text("The level against the threshold to abandon", "SL в зависимости от порога потерянного звонка")
    return Lines(title, THRESHOLD, "s", LEVEL, "share", (line,), _short_definition(archive), marks)


def _short_table(archive: Archive, rows: list[tuple[Cell, ...]]) -> Table:
    columns = (
        Column("threshold_s", THRESHOLD),
        Column("left_sooner", text("Left sooner", "Ушли раньше")),
        Column("redialled", text("Called again", "Перезвонили")),
        Column("service_level", LEVEL),
    )
    title = text("Who is left out, and whether they call again", "Кто не считается и перезванивает ли")
    return Table("service_level_short_abandons", title, columns, tuple(rows), _short_definition(archive))
