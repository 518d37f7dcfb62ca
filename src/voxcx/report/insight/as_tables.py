"""Pages about an archive → CSV files or one workbook, so that every figure can be counted again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from voxcx.domain.cells import harmless
from voxcx.domain.pages import Page
from voxcx.report.insight.as_workbook import workbook_of
from voxcx.report.insight.cells import Plain, file_columns, plain
from voxcx.report.insight.exported import Exported, tables_of
from voxcx.report.insight.telling import Telling

__all__ = ["tables_of", "write_csv", "write_excel"]


def write_csv(pages: Sequence[Page], folder: Path, ui: str) -> list[Path]:
    """A file a table in the folder, which is made; UTF-8 with a mark that Excel knows it by."""
    telling = Telling(ui)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for exported in tables_of(pages):
        path = folder / f"{exported.table.id}.csv"
        path.write_bytes(csv_of(exported, telling).encode("utf-8-sig"))
        written.append(path)
    return written


def csv_of(exported: Exported, telling: Telling) -> str:
    """The text of a file: machine names in the head; no cell is a formula."""
    columns = file_columns(exported.table)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(column.name) for column in columns])
    for row in exported.table.rows:
        writer.writerow([_cell(plain(row[column.place], column.part, telling)) for column in columns])
    return out.getvalue()


def _cell(value: Plain) -> object:
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    return "" if value is None else harmless(value)


def write_excel(pages: Sequence[Page], path: Path, ui: str) -> None:
    """A workbook: contents with definitions first, then a sheet a table."""
    path.write_bytes(workbook_of(tables_of(pages), Telling(ui)))
