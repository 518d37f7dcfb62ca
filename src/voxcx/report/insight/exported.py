"""Everything that pages show, as tables for files: their own ones, and the figures behind tiles and pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import (
    Block,
    Cell,
    Column,
    Dots,
    Figure,
    Flow,
    Heat,
    Journey,
    Lines,
    Moments,
    Page,
    Table,
    Tiles,
)
from voxcx.domain.texts import Text, text
from voxcx.report.insight.charts.journey import DAY_S

NAME = text("Name", "Название")
VALUE = text("Value", "Значение")
NOTE = text("Note", "Примечание")
CALLS = text("Interactions", "Обращения")
FOUND = Column("finding", text("Finding", "Вывод"))
WEIGHT = Column("weight_points", text("Weight, points of mean CSI", "Вес, пункты среднего CSI"))
TONE = Column("tone", text("What it is", "Что это"))
FINDINGS = text("Findings", "Выводы")
FIGURES = text("Figures", "Показатели")
LISTED = text("Interactions to look at", "На что посмотреть")
WHOLE_PAGE = text("Findings of this part; the weight is told at each.", "Выводы раздела; рядом с каждым его вес.")
AT_EACH = text("The definition stands beside each figure.", "Определение стоит рядом с каждым показателем.")
WHY = text("Why it is shown stands beside each.", "Почему показано, сказано рядом с каждым.")


@dataclass(frozen=True, slots=True)
class Exported:
    """A table on its way into a file: its id names the file, unique in a report."""

    page: Page
    table: Table


def tables_of(pages: Sequence[Page]) -> tuple[Exported, ...]:
    """Every table of the pages, then, page by page, the figures behind tiles and pictures and the findings."""
    taken: set[str] = set()
    own = [(page, block) for page in pages for block in page.blocks if isinstance(block, Table)]
    made = [(page, table) for page in pages for table in _behind(page)]
    return tuple(Exported(page, replace(table, id=_unique(table.id, taken))) for page, table in (*own, *made))


def _unique(wanted: str, taken: set[str]) -> str:
    """An id that a file can have on every system, and that no other table has."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", wanted).strip("_") or "table"
    name, again = safe, 1
    while name.lower() in taken:
        again += 1
        name = f"{safe}_{again}"
    taken.add(name.lower())
    return name


def _behind(page: Page) -> Iterator[Table]:
    places: dict[str, int] = {}
    for block in page.blocks:
        made = _table_of(block)
        if made is not None and made.rows:
            places[made.id] = places.get(made.id, 0) + 1
            yield replace(made, id=f"{page.id}_{made.id}_{places[made.id]}")
    if page.findings:
        rows = tuple((one.said, Figure(Estimate(one.weight), "points"), one.tone, one.calls) for one in page.findings)
        columns = (FOUND, WEIGHT, TONE, Column("calls", CALLS))
        yield Table(f"{page.id}_findings", FINDINGS, columns, rows, WHOLE_PAGE)


def _table_of(block: Block) -> Table | None:
    for kind, make in _MAKERS.items():
        if isinstance(block, kind):
            made: Table = make(block)
            return made
    return None


def _of_tiles(tiles: Tiles) -> Table:
    heads = (Column("figure", NAME), Column("value", VALUE), Column("definition", text("Definition", "Определение")))
    rows = tuple((tile.title, tile.figure, tile.definition, tile.note) for tile in tiles.tiles)
    return Table("figures", FIGURES, (*heads, Column("note", NOTE)), rows, AT_EACH)


def _of_dots(dots: Dots) -> Table:
    rows = tuple((row.label, Figure(row.estimate, dots.unit), row.tone, row.note) for row in dots.rows)
    columns = (Column("name", NAME), Column(f"value_{dots.unit}", VALUE), TONE, Column("note", NOTE))
    return Table("dots", dots.title, columns, rows, dots.definition)


def _of_lines(lines: Lines) -> Table:
    rows = tuple(
        (line.label, Figure(Estimate(x), lines.x_unit), Figure(y, lines.y_unit))
        for line in lines.lines
        for x, y in zip(line.x, line.y, strict=True)
    )
    columns = (
        Column("line", text("Curve", "Кривая")),
        Column(f"x_{lines.x_unit}", lines.x_title),
        Column(f"y_{lines.y_unit}", lines.y_title),
    )
    return Table("lines", lines.title, columns, rows, lines.definition)


def _of_heat(heat: Heat) -> Table:
    """A row a cell: a matrix with intervals has no other flat shape that a file can sort."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row, column, cell)
        for row, cells in zip(heat.rows, heat.cells, strict=False)
        for column, cell in zip(heat.columns, cells, strict=False)
        if cell is not None
    )
    columns = (
        Column("row", text("Row", "Строка")),
        Column("column", text("Column", "Столбец")),
        Column("value", VALUE),
    )
    return Table("heat", heat.title, columns, rows, heat.definition)


def _of_flow(flow: Flow) -> Table:
    names: dict[str, Text] = dict(flow.names)
    rows = tuple(
        (one, names.get(one, one), other, names.get(other, other), Figure(Estimate(float(count), n=count), "count"))
        for one, other, count in flow.links
    )
    columns = (
        Column("from", text("From", "Откуда")),
        Column("from_name", text("From, name", "Откуда, название")),
        Column("to", text("To", "Куда")),
        Column("to_name", text("To, name", "Куда, название")),
        Column("interactions", text("How many", "Сколько")),
    )
    return Table("flow", flow.title, columns, rows, flow.definition)


def _of_journey(journey: Journey) -> Table:
    lanes: dict[str, Text] = dict(journey.lanes)
    rows = tuple(
        (
            Figure(Estimate(one.at_s / DAY_S), "date"),
            lanes.get(one.lane, one.lane),
            one.label,
            (one.call,) if one.call else None,
        )
        for one in journey.happenings
    )
    columns = (
        Column("moment", text("Time, UTC", "Время, UTC")),
        Column("lane", text("Channel", "Канал")),
        Column("what", text("What", "Что")),
        Column("calls", CALLS),
    )
    return Table("journey", journey.title, columns, rows, journey.definition)


def _of_moments(moments: Moments) -> Table:
    rows = tuple((one.why, (one,)) for one in moments.calls)
    return Table("moments", moments.title, (Column("why", LISTED), Column("calls", CALLS)), rows, WHY)


_MAKERS: dict[type, Callable[[Any], Table]] = {
    Tiles: _of_tiles,
    Dots: _of_dots,
    Lines: _of_lines,
    Heat: _of_heat,
    Flow: _of_flow,
    Journey: _of_journey,
    Moments: _of_moments,
}
