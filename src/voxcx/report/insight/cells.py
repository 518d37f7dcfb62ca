"""Cells of a table as files hold them: a figure takes a column each for its value, its interval, its n, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from voxcx.domain.pages import CallRef, Cell, Column, Figure, Table, Unit
from voxcx.report.insight.telling import Telling, ends_of, value_of
from voxcx.report.wording import NBSP

Part = Literal["", "low", "high", "n", "reason"]
Plain = str | float | int | datetime | None
FIGURE_PARTS: tuple[Part, ...] = ("", "low", "high", "n")
_DIGITS = 10  # of a number in a file: more is noise of floating point
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_SPAN_DAYS = (datetime.min.replace(tzinfo=UTC) - _FIRST).days, (datetime.max.replace(tzinfo=UTC) - _FIRST).days


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a file and where it comes from; ``unit`` is None where it holds words."""

    name: str
    source: Column
    place: int
    part: Part
    unit: Unit | None


def file_columns(table: Table) -> tuple[FileColumn, ...]:
    """The columns of a file: of figures name, name_low, name_high, name_n, and name_reason where one is missing."""
    return tuple(made for place, column in enumerate(table.columns) for made in _split(table, column, place))


def _split(table: Table, column: Column, place: int) -> Iterator[FileColumn]:
    cells = [row[place] for row in table.rows]
    figures = [cell for cell in cells if isinstance(cell, Figure)]
    for part in _parts(figures):
        name = f"{column.name}_{part}" if part else column.name
        yield FileColumn(name, column, place, part, _unit(figures, part))


def _parts(figures: list[Figure]) -> tuple[Part, ...]:
    """One column of words and of plain facts (a count, a day, a place on an axis), more of what was estimated."""
    missing = any(value_of(each.estimate) is None for each in figures)
    estimated = any(each.estimate.low is not None for each in figures)
    counted = all(each.unit in {"count", "date"} or not each.estimate.n for each in figures)
    if not figures or (counted and not missing and not estimated):
        return FIGURE_PARTS[:1]
    return (*FIGURE_PARTS, "reason") if missing else FIGURE_PARTS


def _unit(figures: list[Figure], part: Part) -> Unit | None:
    units = {figure.unit for figure in figures}
    if part == "reason" or not units:
        return None
    return "count" if part == "n" else units.pop() if len(units) == 1 else "number"


def plain(cell: Cell, part: Part, telling: Telling) -> Plain:
    """What a file holds of a cell; None is an empty cell."""
    if isinstance(cell, Figure):
        return _of_figure(cell, part, telling)
    if cell is None or part:
        return None
    if isinstance(cell, tuple):
        return " ".join(_reference(ref) for ref in cell)
    return telling.text(cell).replace(NBSP, " ")


def _of_figure(figure: Figure, part: Part, telling: Telling) -> Plain:
    ends = ends_of(figure.estimate)
    if part == "n":
        return figure.estimate.n or None
    if part == "reason":
        return telling.reason(figure.estimate).replace(NBSP, " ") or None
    if part:
        end = ends[0 if part == "low" else 1] if ends else None
        return None if end is None else _number(end, figure.unit)
    value = value_of(figure.estimate)
    return None if value is None else _number(value, figure.unit)


def _number(x: float, unit: Unit) -> Plain:
    if unit == "date":
        return _FIRST + timedelta(days=x) if _SPAN_DAYS[0] <= x <= _SPAN_DAYS[1] else None
    if x in {float("inf"), float("-inf")}:
        return "inf" if x > 0 else "-inf"
    return int(x) if unit == "count" and x == int(x) else float(f"{x:.{_DIGITS}g}")


def _reference(ref: CallRef) -> str:
    return ref.interaction_id + (f"@{ref.start_s:.1f}" if ref.start_s is not None else "")
