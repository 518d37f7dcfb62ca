"""How many interactions must be monitored a month to know the accuracy and to see it change."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table
from voxcx.domain.texts import text
from voxcx.insight.archive import DAY_S, Archive
from voxcx.insight.critical.counting import Counted, accuracy
from voxcx.statistics.planning import answers_for_difference, answers_for_rare

MONTH_DAYS = 365.25 / 12
CHANGES = (0.01, 0.02, 0.05)
LEAST_RATE = 0.001  # of error, for plans: an archive without one does not prove that there are none
TOO_SHORT = text("the archive spans less than a month", "архив короче месяца")
DEFINITION = text(
    "at the present share of errors. ± {half.abs}: until Wilson's interval is no wider than that; a change: both "
    "months monitored so much, the share of errors rises by that, 80 % chance to see it at {level}",
    "при нынешней доле ошибок. ± {half.abs}: пока интервал Уилсона не станет не шире; изменение: столько обращений "
    "проверено в каждом из двух месяцев, доля ошибок выросла на столько, заметить это можно с вероятностью 80 % "
    "на уровне {level}",
)


def planner(archive: Archive, counts: Sequence[Counted]) -> Table:
    """A row for each kind that was judged."""
    settings = archive.settings
    half = Figure(Estimate(settings.critical.half_width), "share_points")
    columns = [
        Column("kind", text("Kind", "Вид")),
        Column("errors_share", text("Errors now", "Ошибок сейчас")),
        Column("monitored_per_month", text("Monitored a month now", "Проверяется в месяц сейчас")),
        Column("needed_half_width", text("For ± {half.abs}", "Для ± {half.abs}", half=half)),
    ]
    for change in CHANGES:
        by = Figure(Estimate(change), "share_points")
        title = text("To see a change of {by.abs}", "Чтобы увидеть изменение на {by.abs}", by=by)
        columns.append(Column(f"needed_change_{round(100 * change)}pp", title))
    rows = tuple(_row(archive, one) for one in counts if one.columns)
    level = f"{100 * settings.level:.0f}\u00a0%"
    said = DEFINITION.with_blanks({"half": half, "level": level})
    return Table(
        "critical_planner", text("How many to monitor a month", "Сколько проверять в месяц"), tuple(columns), rows, said
    )


def _row(archive: Archive, counted: Counted) -> tuple[Cell, ...]:
    settings = archive.settings
    its = accuracy(counted, None, settings.level)
    if its.found.value is None or its.found.low is None or its.found.high is None:
        return (counted.kind.title, *[Figure(its.found, "share")] * (3 + len(CHANGES)))
    rate = 1 - its.found.value
    errors = Estimate(rate, 1 - its.found.high, 1 - its.found.low, its.n, level=settings.level)
    needed = answers_for_rare(rate, settings.critical.half_width, settings.level)
    changes = [_count(answers_for_change(rate, change, settings.level)) for change in CHANGES]
    monitored = Figure(per_month(archive, its.n), "count")
    return (counted.kind.title, Figure(errors, "share"), monitored, _count(needed), *changes)


def answers_for_change(rate: float, change: float, level: float) -> int:
    """In each of two months, to see the share of errors rise by ``change`` (fall, where it cannot rise).

    n = (z of level + z of power)² × (p₁ (1 − p₁) + p₂ (1 − p₂)) ÷ change²: two shares as means of zeros and ones.
    """
    before = max(rate, LEAST_RATE)
    after = before + change if before + change <= 1 else before - change
    variance = (before * (1 - before) + after * (1 - after)) / 2
    return answers_for_difference(math.sqrt(variance), change, level=level)


def per_month(archive: Archive, n: int) -> Estimate:
    """Monitored a month: n ÷ the archive's span in months."""
    known = archive.moment_s[~np.isnan(archive.moment_s)]
    months = float(np.ptp(known)) / DAY_S / MONTH_DAYS if len(known) else 0.0
    return Estimate(None, n=n, reason=TOO_SHORT) if months < 1 else Estimate(n / months, n=n)


def _count(n: int) -> Figure:
    return Figure(Estimate(n), "count")
