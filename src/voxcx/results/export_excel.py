"""Exported tables as one Excel workbook: a sheet a table, and a sheet that says what the columns mean.

Text is written as text: nothing in it becomes a formula or a link. Rows go to the disk as they come.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from voxcx.results.export_files import as_json, nested
from voxcx.results.schema import Column
from voxcx.results.writing import whole

SHEET_ROWS = 1_048_576  # Excel's own limits
CELL_CHARACTERS = 32_767
_FIRST_YEAR = 1900
_CUT = "… (cut)"
_COLUMNS = "columns"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}


@contextmanager
def workbook(path: Path) -> Iterator[Workbook]:
    """A workbook that appears when everything is written."""
    with whole(path) as sink:
        book = xlsxwriter.Workbook(sink, _OPTIONS)
        made = Workbook(book)
        yield made
        made.describe()
        book.close()


class Workbook:
    """Sheets in the making. ``cut``: cells that were longer than Excel takes."""

    def __init__(self, book: Any) -> None:
        self.cut = 0
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._described: list[tuple[str, Column]] = []

    @contextmanager
    def open(self, table: str, columns: tuple[Column, ...]) -> Iterator[_Rows]:
        """The sheet of a table; it goes on in another one where there are more rows than a sheet takes."""
        self._described += [(table, column) for column in columns]
        yield _Rows(self, table, [column.name for column in columns])

    def describe(self) -> None:
        """The sheet of definitions."""
        sheet = self.sheet(_COLUMNS, ["table", "column", "type", "what"])
        sheet.set_column(0, 2, 24)
        sheet.set_column(3, 3, 120)
        for row, (table, column) in enumerate(self._described, start=1):
            for place, text in enumerate((table, column.name, str(column.type), column.en)):
                self.put(sheet, row, place, text)

    def sheet(self, name: str, columns: list[str]) -> Any:
        """A sheet with a head that stays in sight."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, self._bold)
        return sheet

    def put(self, sheet: Any, row: int, place: int, value: object) -> None:
        """One cell; what is not known stays empty."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, place, value)
        elif isinstance(value, datetime) and value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, place, value, self._time)
        else:
            sheet.write_string(row, place, self._short(str(value)))

    def _short(self, text: str) -> str:
        if len(text) <= CELL_CHARACTERS:
            return text
        self.cut += 1
        return text[: CELL_CHARACTERS - len(_CUT)] + _CUT


class _Rows:
    """Rows of one table, on as many sheets as they need."""

    def __init__(self, book: Workbook, table: str, columns: list[str]) -> None:
        self._book = book
        self._table = table
        self._columns = columns
        self._sheets = 0
        self._next()

    def _next(self) -> None:
        self._sheets += 1
        name = self._table if self._sheets == 1 else f"{self._table} {self._sheets}"
        self._sheet, self._row = self._book.sheet(name, self._columns), 1

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        columns = [column.to_pylist() for column in rows.columns]
        kept = [
            [as_json(value) for value in values] if nested(field.type) else values
            for values, field in zip(columns, rows.schema, strict=True)
        ]
        for row in zip(*kept, strict=True):
            if self._row == SHEET_ROWS:
                self._next()
            for place, value in enumerate(row):
                self._book.put(self._sheet, self._row, place, value)
            self._row += 1
