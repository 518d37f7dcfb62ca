"""Where customers have to say it all again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.pages import Block, Cell, Column, Figure, Heat, Table, Tile, Tiles
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags
from voxcx.insight.effort.drivers import Driver
from voxcx.insight.fields import field_name, value_cell, value_name
from voxcx.statistics.proportions import share, share_difference

FIELDS = ("topic", "queue", "channel", "handover_context")
CONTEXTS = ("none", "number", "path", "authenticated", "full")
HANDED = ("path", "authenticated", "full")
MOST_TOPICS = 15


def repeating(archive: Archive, driver: Driver, rows: Flags) -> Iterator[Block]:
    """By topic, queue, channel and what the agent was handed."""
    told = text(
        "contacts where the customer repeats themselves ({rule}) ÷ contacts where it is known; interval: Wilson",
        "обращения, где клиент повторяет одно и то же ({rule}), ÷ обращения, где это известно; ДИ: Уилсон",
        rule=driver.rule,
    )
    used = rows & driver.known
    context = archive.label("handover_context")
    if (used & (context != "")).any():
        yield Tiles((_handed(archive, driver, used, told),))
        yield _heat(archive, driver, used, told)
    yield _table(archive, driver, used, told)


def _of(archive: Archive, driver: Driver, rows: Flags) -> Figure:
    return Figure(share(int((rows & driver.present).sum()), int(rows.sum()), level=archive.settings.level), "share")


def _handed(archive: Archive, driver: Driver, used: Flags, told: Text) -> Tile:
    context = archive.label("handover_context")
    groups = [used & np.isin(context.astype(str), names) for names in (("none", "number"), HANDED)]
    counts = [(int((one & driver.present).sum()), int(one.sum())) for one in groups]
    gap = share_difference(counts[0], counts[1], archive.settings.level)
    title = text(
        "Repeat themselves: context handed over − not handed over",
        "Повторяют одно и то же: если контекст передан − если нет",
    )
    definition = text(
        "{told}; handed over: the path through the menu, who it is, or everything; not: nothing or the number only; "
        "interval: Newcombe",
        "{told}; передан: путь по меню, кто звонит или всё; не передан: ничего или только номер; ДИ: Ньюкомб",
        told=told,
    )
    return Tile(
        title, Figure(gap, "share_points"), definition, "good" if gap.high is not None and gap.high < 0 else "plain"
    )


def _heat(archive: Archive, driver: Driver, used: Flags, told: Text) -> Heat:
    """Topics × what was handed over; cells of fewer contacts than are told of are empty."""
    topic, context = archive.label("topic"), archive.label("handover_context")
    names, counts = np.unique(topic[used & (topic != "")].astype(str), return_counts=True)
    shown = names[np.argsort(-counts, kind="stable")[:MOST_TOPICS]].tolist()
    cells = []
    for name in shown:
        mine = used & (topic == name)
        per_context = [mine & (context == one) for one in CONTEXTS]
        fewest = archive.settings.fewest
        cells.append(tuple(_of(archive, driver, one) if int(one.sum()) >= fewest else None for one in per_context))
    title = text(
        "Who repeats themselves: topic × context handed over", "Кто повторяет одно и то же: тема × переданный контекст"
    )
    columns = tuple(value_name("handover_context", one) for one in CONTEXTS)
    return Heat(title, tuple(value_name("topic", one) for one in shown), columns, tuple(cells), "low", told)


def _table(archive: Archive, driver: Driver, used: Flags, told: Text) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for field in FIELDS:
        group = archive.label(field)
        names = sorted(set(group[used].tolist()) - {""})
        rows.extend(
            (field_name(field), value_cell(field, name), _of(archive, driver, used & (group == name))) for name in names
        )
    rows.sort(key=lambda row: -(row[2].estimate.value or 0.0) if isinstance(row[2], Figure) else 0.0)
    columns = (
        Column("field", text("Field", "Поле")),
        Column("group", text("Group", "Группа")),
        Column("repeats_oneself_share", text("Repeat themselves", "Повторяют одно и то же")),
    )
    title = text("Where customers repeat themselves", "Где клиенты повторяют одно и то же")
    return Table("effort_repeating", title, columns, tuple(rows), told, shown=10)
