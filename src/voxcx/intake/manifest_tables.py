"""Manifests: `.csv` and `.parquet` tables of interactions → jobs, paths relative to the manifest."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from voxcx.errors import InputError
from voxcx.intake.file_names import NAMEABLE, closest
from voxcx.intake.job import CHAT_SUFFIX, BadRow, Job, Making, Wanted, chat_job, everything, guarded
from voxcx.intake.json_files import read_json_object
from voxcx.intake.metadata import Metadata
from voxcx.storage.fetching import kept_copy
from voxcx.storage.paths import beside

COLUMNS = (*NAMEABLE, "holds", "recording", "recording_starts", "telephony")
CSV_CELL_LIMIT = 10_000_000  # an IVR path or a telephony JSON can exceed the csv module's 128 kB


def csv_jobs(source: Path, wanted: Wanted = everything) -> Iterator[Making]:
    """Rows of a CSV manifest in UTF-8, commas or semicolons between cells."""
    csv.field_size_limit(CSV_CELL_LIMIT)
    here = kept_copy(source)
    _refuse_other_encoding(here, source)
    with here.open(encoding="utf-8-sig", newline="") as file:
        header = next(file, "")
        delimiter = ";" if header.count(";") > header.count(",") else ","
        table = csv.reader(chain([header], file), delimiter=delimiter)
        columns = _checked_columns([name.strip() for name in next(table)], source)
        yield from _csv_rows(table, columns, source, wanted)


def _refuse_other_encoding(here: Path, source: Path) -> None:
    """Before any row is done: a text decoder that fails midway would leave out all rows behind."""
    with here.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                raise InputError(
                    f"{source}: expected UTF-8 text, got another encoding in line {number} (Excel's plain CSV is "
                    "Windows-1251 or UTF-16); save it as CSV UTF-8."
                ) from None


def _csv_rows(table: Any, columns: list[str], source: Path, wanted: Wanted) -> Iterator[Making]:
    while True:
        try:
            cells = next(table, None)
        except csv.Error as error:
            what = f"{source}: expected CSV, got {error}; mend the line."
            yield partial(BadRow, f"{source}:{table.line_num + 1}", what)
            continue
        if cells is None:
            return
        line = table.line_num
        if any(cell.strip() for cell in cells) and wanted(f"{source}:{line}"):
            yield partial(guarded, _csv_row, f"{source}:{line}", cells, columns, source.parent, line)


def _csv_row(where: str, cells: list[str], columns: list[str], base: Path, line: int) -> Job:
    if len(cells) != len(columns):
        raise InputError(f"{where}: expected {len(columns)} cells as in the header, got {len(cells)}; mend the row.")
    return _row(where, dict(zip(columns, cells, strict=True)), base, line)


def parquet_jobs(source: Path, wanted: Wanted = everything) -> Iterator[Making]:
    """Rows of a Parquet manifest; ``holds`` may be a list column."""
    try:
        table = pq.ParquetFile(kept_copy(source))
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{source}: expected a Parquet manifest, got {str(error).splitlines()[0]}.") from None
    with table:
        _checked_columns(table.schema_arrow.names, source)
        rows = (row for batch in table.iter_batches() for row in batch.to_pylist())
        for line, row in enumerate(rows, 1):
            if wanted(f"{source}:{line}"):
                yield partial(guarded, _row, f"{source}:{line}", row, source.parent, line)


def _checked_columns(names: list[str], source: Path) -> list[str]:
    for name in names:
        if name not in COLUMNS:
            raise InputError(f"{source}: the column {name!r} is not known{closest(name, COLUMNS)}.")
    if "interaction_id" not in names:
        raise InputError(f"{source}: expected a column interaction_id, got {', '.join(names) or 'no header'}.")
    if len(set(names)) < len(names):
        raise InputError(f"{source}: expected each column once, got one twice.")
    return names


def _row(where: str, cells: Mapping[str, Any], base: Path, line: int) -> Job:
    known = {name: value for name, value in cells.items() if _said(value)}
    files = tuple(beside(base, part.strip()) for part in str(known.pop("recording", "")).split(";") if part.strip())
    for name in ("holds", "telephony"):
        if isinstance(known.get(name), str):
            known[name] = _json_cell(known[name], f"{where}, {name}", base)
    metadata = Metadata.from_mapping(known, where)
    if not metadata.interaction_id:
        raise InputError(f"{where}: expected an interaction_id, got none; name the row.")
    chats = [file for file in files if file.suffix.lower() == CHAT_SUFFIX]
    if chats:
        return _chat_row(where, metadata, files, line)
    if files:
        metadata.refuse_unless("call", where)
    return Job(metadata.interaction_id, metadata.kind or "call", files, metadata, None, where, line)


def _chat_row(where: str, metadata: Metadata, files: tuple[Path, ...], line: int) -> Job:
    """A row that points to a chat's file: the record is read here, since history needs its messages."""
    if len(files) > 1:
        raise InputError(f"{where}: expected one chat file in a row, got {len(files)} files; give each its own row.")
    return chat_job(where, metadata.over(read_json_object(files[0])), line)


def _said(value: Any) -> bool:
    """An empty cell, a null and a float that is no number say nothing."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _json_cell(cell: str, where: str, base: Path) -> Any:
    """JSON in the cell itself, or (telephony) the path of a JSON file."""
    if not cell.lstrip().startswith(("[", "{")) and where.endswith("telephony"):
        return read_json_object(beside(base, cell.strip()))
    try:
        return json.loads(cell)
    except json.JSONDecodeError:
        raise InputError(f"{where}: expected JSON such as [[12.5, 40.0]], got {cell[:60]!r}; mend the cell.") from None
