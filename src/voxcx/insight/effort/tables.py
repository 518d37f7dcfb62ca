"""Tables and pictures of effort: drivers, groups, crossers, the course of CSI with the number of drivers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Dot, Dots, Figure, Line, Lines, Table, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.effort.drivers import Driver, effort_index
from voxcx.insight.effort.relating import Related, ces_of
from voxcx.insight.fields import field_name, value_cell
from voxcx.insight.repeats.effects import ADJUSTED, Effects, cannot_tell, count
from voxcx.insight.surveys import mean_of

MOST_DRIVERS = 4  # and more are one point of the curve
INDEX = text(
    "drivers present ÷ drivers known × 100, of contacts with at least {fewest} of the {all} known (the table of "
    "drivers has their rules); interval of the mean: normal",
    "сколько факторов было ÷ о скольких известно × 100, для обращений, где известны хотя бы {fewest} из {all} (когда "
    "фактор засчитан – в таблице факторов); ДИ среднего: нормальный",
    fewest="?",
    all="?",
)


def index_told(archive: Archive, drivers: Sequence[Driver]) -> Text:
    """The index with its parameters."""
    return INDEX.with_blanks({"fewest": count(archive.settings.effort.fewest_known), "all": count(len(drivers))})


def ces_told(archive: Archive) -> Text:
    """Scale and direction of CES as they were taken."""
    settings = archive.settings.effort
    easy, hard = text("easy", "легко"), text("hard", "трудно")
    return text(
        "mean answer about effort from {low} to {high}, {high} is {end}",
        "средний ответ об усилиях от {low} до {high}, {high} – {end}",
        low=f"{settings.ces_min:g}",
        high=f"{settings.ces_max:g}",
        end=easy if settings.high_is_easy else hard,
    )


def drivers_table(archive: Archive, found: tuple[Related, ...]) -> Table:
    """Each driver: its rule, how often it is there, what goes with it."""
    rows = tuple(
        (
            one.driver.title,
            one.driver.rule,
            Figure(one.part, "share"),
            Figure(one.csi, "points"),
            _q(one.q_csi),
            Figure(one.ces, "score"),
            _q(one.q_ces),
        )
        for one in found
    )
    columns = (
        Column("driver", text("Costs effort", "Фактор")),
        Column("rule", text("Counts when", "Считается, если")),
        Column("share", text("Of contacts", "Доля обращений")),
        Column("csi_difference", text("CSI with it − without", "CSI: было − не было"), ADJUSTED),
        Column("csi_q", text("q (CSI)", "q (CSI)")),
        Column("ces_difference", text("CES with it − without", "CES: было − не было"), ces_told(archive)),
        Column("ces_q", text("q (CES)", "q (CES)")),
    )
    tones = tuple(_tone(one) for one in found)
    title = text("What costs effort, and what goes with it", "Факторы усилий и что с ними связано")
    return Table("effort_drivers", title, columns, rows, ADJUSTED, tones=tones)


def _q(q: float) -> Cell:
    return None if np.isnan(q) else Figure(Estimate(q), "number")


def _tone(one: Related) -> Tone:
    if not one.stands:
        return "unsure"
    return "bad" if (one.csi.value or 0.0) < 0 else "good"


def drivers_picture(found: tuple[Related, ...]) -> Dots:
    """Effects on CSI, worst first."""
    known = sorted((one for one in found if one.csi.value is not None), key=lambda one: one.csi.value or 0.0)
    rows = tuple(Dot(one.driver.title, one.csi, _tone(one)) for one in known)
    title = text("What effort goes with in CSI", "Как усилия связаны с CSI")
    return Dots(title, "points", rows, ADJUSTED, reference=0.0)


def course(archive: Archive, drivers: tuple[Driver, ...], rows: Flags) -> Lines | None:
    """Mean CSI by how many drivers were present; None where nobody answered."""
    present = np.minimum(np.sum([one.present for one in drivers], axis=0), MOST_DRIVERS)
    csi = np.where(rows, archive.answers.csi, np.nan)
    if np.isnan(csi).all():
        return None
    x = range(MOST_DRIVERS + 1)
    y = tuple(_mean(archive, np.where(present == one, csi, np.nan)) for one in x)
    return Lines(
        title=text("The more effort, the lower the CSI?", "Чем больше усилий, тем ниже CSI?"),
        x_title=text(
            "drivers present ({n}: {n} and more)", "сколько факторов было ({n} – {n} и больше)", n=str(MOST_DRIVERS)
        ),
        x_unit="count",
        y_title=text("CSI as answered", "CSI по ответам"),
        y_unit="index",
        lines=(Line(text("CSI", "CSI"), tuple(float(one) for one in x), y),),
        definition=text(
            "mean CSI as answered by the number of drivers that are known to have been there; interval of a mean: "
            "normal; "
            "not adjusted",
            "средний CSI по ответам в зависимости от того, сколько факторов точно было; ДИ среднего: нормальный; без "
            "поправок",
        ),
    )


def _mean(archive: Archive, values: Floats) -> Estimate:
    """A mean where enough answered."""
    n, settings = int((~np.isnan(values)).sum()), archive.settings
    if n < settings.fewest:
        return Estimate(None, n=n, level=settings.level, reason=cannot_tell(settings.fewest - n))
    return mean_of(values, settings.level)


def by_group(archive: Archive, index: Floats, told: Text) -> Table:
    """The index and CES by the group of the report, by topic and by channel."""
    ces, rows = ces_of(archive), []
    for field in dict.fromkeys((archive.settings.by, "topic", "channel")):
        group = archive.grouped(field)
        for name in sorted(set(group[~np.isnan(index)].tolist()) - {""}):
            mine = group == name
            figures = (_mean(archive, np.where(mine, index, np.nan)), _mean(archive, np.where(mine, ces, np.nan)))
            told_of = (field_name(field), value_cell(field, name))
            rows.append((*told_of, Figure(figures[0], "index"), Figure(figures[1], "number")))
    columns = (
        Column("field", text("Field", "Поле")),
        Column("group", text("Group", "Группа")),
        Column("effort_index", text("Effort index", "Индекс усилий"), told),
        Column("ces", text("CES as answered", "CES по ответам"), ces_told(archive)),
    )
    return Table("effort_by_group", text("Effort by group", "Усилия по группам"), columns, tuple(rows), told, 10)


def crossers(archive: Archive, drivers: tuple[Driver, ...], rows: Flags) -> Table | None:
    """Customers who changed the channel apart from those who did not; None where that is not known."""
    crossing = next(one for one in drivers if one.id == "channels_crossed")
    used, fewest = rows & crossing.known, archive.settings.effort.fewest_known
    if not (used & crossing.present).any() or not (used & ~crossing.present).any():
        return None
    # Whoever changed the channel has that driver by definition: the index is compared without it.
    index = effort_index(tuple(one for one in drivers if one is not crossing), fewest)
    measures: tuple[tuple[Text, Floats, str], ...] = (
        (text("Effort index without this driver", "Индекс усилий без этого фактора"), index, "index"),
        (text("CES as answered", "CES по ответам"), ces_of(archive), "number"),
        (text("CSI as answered", "CSI по ответам"), archive.answers.csi, "index"),
    )
    effects, made = Effects(archive), []
    for title, values, unit in measures:
        sides = [_mean(archive, np.where(used & who, values, np.nan)) for who in (crossing.present, ~crossing.present)]
        gap = effects.of(values, crossing.present, used)
        shown: Cell = Figure(gap, "points" if unit == "index" else "score")
        made.append((title, *(Figure(one, "index" if unit == "index" else "number") for one in sides), shown))
    columns = (
        Column("measure", text("Measure", "Показатель")),
        Column("crossed", text("Changed the channel", "Меняли канал")),
        Column("stayed", text("Did not", "Не меняли")),
        Column("difference", text("Difference", "Разница"), ADJUSTED),
    )
    title = text("Who crossed channels, and who did not", "Кто менял канал и кто нет")
    return Table("effort_crossers", title, columns, tuple(made), _crossed(crossing))


def _crossed(crossing: Driver) -> Text:
    return text(
        "crossed: {rule}; difference: {adjusted}",
        "меняли канал: {rule}; разница: {adjusted}",
        rule=crossing.rule,
        adjusted=ADJUSTED,
    )
