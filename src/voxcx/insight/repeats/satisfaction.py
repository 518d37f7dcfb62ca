"""What customers themselves said of the contacts that were repeated, and what the machine heard in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table
from voxcx.domain.texts import text
from voxcx.insight.archive import Archive, Flags
from voxcx.insight.repeats.effects import ADJUSTED, Effects
from voxcx.insight.repeats.following import Followed
from voxcx.insight.surveys import mean_of
from voxcx.statistics.proportions import share


@dataclass(frozen=True, slots=True)
class Beside:
    """CSI of repeated contacts and of the others, their difference; how many in each said that nothing was solved."""

    repeated: Estimate
    others: Estimate
    effect: Estimate
    unresolved_repeated: Estimate
    unresolved_others: Estimate


def beside(archive: Archive, chased: Followed) -> Beside:
    """Repeated contacts against the others of the same base."""
    window, level = archive.settings.repeats.window_days, archive.settings.level
    base, again = chased.base(window), chased.repeated(window)
    csi, unresolved = archive.answers.csi, archive.number("unresolved_cue")
    heard = base & ~np.isnan(unresolved)

    def said(rows: Flags) -> Estimate:
        return share(int((rows & heard & (unresolved > 0)).sum()), int((rows & heard).sum()), level=level)

    return Beside(
        repeated=mean_of(np.where(again, csi, np.nan), level),
        others=mean_of(np.where(base & ~again, csi, np.nan), level),
        effect=Effects(archive).of(csi, again, base),
        unresolved_repeated=said(again),
        unresolved_others=said(base & ~again),
    )


CSI = text("CSI as answered", "CSI по ответам")
UNRESOLVED = text("Said that nothing was solved (dictionary)", "Сказали, что вопрос не решён (по словарю)")
TOLD = text(
    "the proxy beside the customers' own answers and their words; difference: {adjusted}",
    "косвенный показатель рядом с ответами и словами самих клиентов; разница: {adjusted}",
    adjusted=ADJUSTED,
)


def table(found: Beside, *, surveyed: bool) -> Table:
    """What is known beside the proxy; the customers' own answers where there are any."""
    heard = tuple(Figure(one, "share") for one in (found.unresolved_repeated, found.unresolved_others))
    answered = tuple(Figure(one, "index") for one in (found.repeated, found.others))
    rows: list[tuple[Cell, ...]] = [(UNRESOLVED, *heard, None)]
    if surveyed:
        rows.insert(0, (CSI, *answered, Figure(found.effect, "points")))
    columns = (
        Column("what", text("What", "Что")),
        Column("repeated", text("Came again", "Обратились снова")),
        Column("others", text("Did not", "Не обратились")),
        Column("difference", text("Difference", "Разница"), ADJUSTED),
    )
    title = text("What they said themselves", "Что сказали сами клиенты")
    return Table("repeats_beside", title, columns, tuple(rows), TOLD)
