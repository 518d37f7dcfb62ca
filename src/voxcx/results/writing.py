"""Parts and small files that appear whole or not at all: written beside, flushed to the disk, then renamed."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from voxcx.results.schema import RESULTS_SCHEMA, arrow_schema

UNFINISHED = ".unfinished-"  # readers look for *.parquet only, and DuckDB's glob leaves dot files out


def part_name(sequence: int) -> str:
    """A name that sorts by ``sequence`` and that no other writer makes: a random token ends it.

    >>> part_name(7)[:12]
    'part-000007-'
    """
    return f"part-{sequence:06d}-{secrets.token_hex(4)}"


def write_part(folder: Path, table: str, rows: Sequence[Mapping[str, object]], name: str) -> Path:
    """Write rows as ``folder/table/name.parquet``, replacing a part of that name as a whole.

    A row may leave columns out (null); a column that the table lacks raises ValueError. When it was written is kept
    in the file's metadata (``voxcx.processed_at``), not in rows.
    """
    schema = arrow_schema(table)
    unknown = sorted({key for row in rows for key in row} - set(schema.names))
    if unknown:
        raise ValueError(f"table {table}: expected the columns of results.schema, got {', '.join(unknown)}")
    data = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    return write_table(folder, table, data, name)


def write_table(folder: Path, table: str, data: pa.Table, name: str) -> Path:
    """Write an Arrow table as a part, stamped with the schema's version and, unless it has one, the time."""
    stamp = {b"voxcx.schema": RESULTS_SCHEMA.encode(), b"voxcx.processed_at": datetime.now(UTC).isoformat().encode()}
    stamped = data.replace_schema_metadata({**stamp, **(data.schema.metadata or {})})
    path = folder / table / f"{name}.parquet"
    write_whole(path, lambda sink: pq.write_table(stamped, sink, compression="zstd"))
    return path


def write_json(path: Path, record: Mapping[str, object]) -> None:
    """Write a small JSON file whole."""
    write_text(path, json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a small text file whole; one that says the same already is left alone."""
    content = text.encode()
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, lambda sink: sink.write(content))


def write_whole(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Call ``fill`` with a file beside ``path``, flush it to the disk and rename it; a failure leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{UNFINISHED}{path.name}-{secrets.token_hex(4)}")
    try:
        with unfinished.open("wb") as sink:
            fill(sink)
            sink.flush()
            os.fsync(sink.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def remove_parts(paths: Iterable[Path]) -> None:
    """Remove parts; one that is gone already is fine."""
    for path in paths:
        path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut (a folder cannot be flushed on every system)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
