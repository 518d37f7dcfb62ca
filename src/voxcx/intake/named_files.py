"""The files that a manifest names, without reading them or checking its rows: recordings, chats, telephony records."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq

from voxcx.intake.manifest_tables import CSV_CELL_LIMIT
from voxcx.storage.fetching import kept_copy
from voxcx.storage.paths import beside

_COLUMNS = ("recording", "telephony")
_JSON = ("{", "[")  # telephony may stand in the cell itself


def files_named(source: Path) -> Iterator[Path]:
    """Paths in the manifest's order; a source of another kind names none.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    readers = {".csv": _csv_cells, ".parquet": _parquet_cells}
    reader = readers.get(source.suffix.lower())
    for cell in reader(kept_copy(source)) if reader else ():
        names = [] if cell.startswith(_JSON) else cell.split(";")
        yield from (beside(source.parent, name.strip()) for name in names if name.strip())


def _csv_cells(here: Path) -> Iterator[str]:
    csv.field_size_limit(CSV_CELL_LIMIT)
    with here.open(encoding="utf-8-sig", newline="") as file:
        header = next(file, "")
        delimiter = ";" if header.count(";") > header.count(",") else ","
        table = csv.reader(chain([header], file), delimiter=delimiter)
        names = [name.strip() for name in next(table, [])]
        places = [names.index(name) for name in _COLUMNS if name in names]
        for cells in table:
            yield from (cells[place].strip() for place in places if place < len(cells))


def _parquet_cells(here: Path) -> Iterator[str]:
    with pq.ParquetFile(here) as table:
        names = [name for name in _COLUMNS if name in table.schema_arrow.names]
        for batch in table.iter_batches(columns=names) if names else ():
            yield from _texts(chain.from_iterable(column.to_pylist() for column in batch.columns))


def _texts(cells: Iterable[object]) -> Iterator[str]:
    return (cell.strip() for cell in cells if isinstance(cell, str))
