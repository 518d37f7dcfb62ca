"""Tables of a report → one Excel workbook. Text is written as text: nothing in it becomes a formula or a link."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from voxcx.domain.pages import Unit
from voxcx.report.insight.cells import FileColumn, Plain, file_columns, plain
from voxcx.report.insight.exported import Exported
from voxcx.report.insight.telling import Telling
from voxcx.report.wording import NBSP

SHEET_ROWS, CELL_CHARACTERS, NAME_CHARACTERS = 1_048_576, 32_767, 31  # Excel's own limits
_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_FORMATS: dict[Unit, str] = {
    "share": "0.0%", "share_points": "+0.0%;-0.0%;0.0%", "points": "+0.0;-0.0;0.0", "score": "+0.00;-0.00;0.00",
    "index": "0.0", "number": "0.00", "ratio": "0.00", "count": "#,##0", "money": "#,##0", "s": "0.0",
    "minutes": "0.0", "hours": "0.0", "days": "0.0", "date": "yyyy-mm-dd",
}  # fmt: skip
_WIDE, _NARROW, _WIDEST = 44, 12, 110
_FIRST_YEAR = 1900


def workbook_of(tables: Sequence[Exported], telling: Telling) -> bytes:
    """The bytes of the workbook."""
    sink = io.BytesIO()
    book = _Book(xlsxwriter.Workbook(sink, _OPTIONS), telling)
    book.write(tables)
    return sink.getvalue()


class _Book:
    """A workbook in the making."""

    def __init__(self, book: Any, telling: Telling) -> None:
        self._book = book
        self._telling = telling
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._formats = {unit: book.add_format({"num_format": code}) for unit, code in _FORMATS.items()}
        self._names: set[str] = {"history"}  # Excel keeps this one for itself

    def write(self, tables: Sequence[Exported]) -> None:
        contents = self._sheet(self._telling.say("sheet_contents"))
        named = [(exported, self._sheet(exported.table.id)) for exported in tables]
        self._contents(contents, [(exported, sheet.get_name()) for exported, sheet in named])
        for exported, sheet in named:
            self._table(sheet, exported)
        self._book.close()

    def _sheet(self, wanted: str) -> Any:
        """A sheet under a name that Excel takes."""
        safe = _FORBIDDEN.sub("_", wanted).strip("'")[:NAME_CHARACTERS] or "table"
        name, again = safe, 1
        while name.lower() in self._names:
            again += 1
            ending = f"_{again}"
            name = safe[: NAME_CHARACTERS - len(ending)] + ending
        self._names.add(name.lower())
        return self._book.add_worksheet(name)

    def _contents(self, sheet: Any, tables: list[tuple[Exported, str]]) -> None:
        """What is where and how it is computed; then what the columns mean."""
        say, told = self._telling.say, self._plain
        self._line(sheet, 0, [say(key) for key in ("sheet", "table", "page", "rows", "definition")], head=True)
        for row, (exported, name) in enumerate(tables, start=1):
            table = exported.table
            cut = f" ({say('cut_rows', n=str(SHEET_ROWS - 1))})" if len(table.rows) >= SHEET_ROWS else ""
            words = [
                "",
                told(table.title) + cut,
                told(exported.page.title),
                str(len(table.rows)),
                told(table.definition),
            ]
            self._line(sheet, row, words)
            sheet.write_url(row, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", string=name)
        row = len(tables) + 2
        self._line(sheet, row, [say("sheet"), say("column"), "", "", say("described")], head=True)
        for exported, name in tables:
            for column in exported.table.columns:
                if column.definition:
                    row += 1
                    self._line(sheet, row, [name, told(column.title), column.name, "", told(column.definition)])
        for place, width in enumerate((24, _WIDE, _WIDE - 14, 10, _WIDEST)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)

    def _line(self, sheet: Any, row: int, words: list[str], *, head: bool = False) -> None:
        for place, word in enumerate(words):
            if word:
                sheet.write_string(row, place, word[:CELL_CHARACTERS], self._bold if head else self._wrapped)

    def _plain(self, told: Any) -> str:
        return self._telling.text(told).replace(NBSP, " ")

    def _table(self, sheet: Any, exported: Exported) -> None:
        columns = file_columns(exported.table)
        self._line(sheet, 0, [self._head(column) for column in columns], head=True)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _NARROW if column.unit else _WIDE if place == 0 else _WIDE // 2)
        rows = exported.table.rows[: SHEET_ROWS - 1]
        for row, cells in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                self._put(sheet, (row, place), plain(cells[column.place], column.part, self._telling), column)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    def _head(self, column: FileColumn) -> str:
        """The title of a column in the reader's language; of an interval's end and n, what it is."""
        title = self._plain(column.source.title)
        if not column.part:
            return title
        said = "n" if column.part == "n" else self._telling.say(column.part)
        return f"{title}: {said}"

    def _put(self, sheet: Any, place: tuple[int, int], value: Plain, column: FileColumn) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            at = value.replace(tzinfo=None)
            if at.year >= _FIRST_YEAR:
                sheet.write_datetime(*place, at, self._formats["date"])
            else:
                sheet.write_string(*place, at.date().isoformat())
        elif isinstance(value, int | float):
            sheet.write_number(*place, value, self._formats[column.unit or "number"])
        else:
            sheet.write_string(*place, str(value)[:CELL_CHARACTERS])
