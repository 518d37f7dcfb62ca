"""Parts and small files that appear whole or not at all: written beside, flushed to the disk, then renamed."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from voxcx.results.schema import RESULTS_SCHEMA, arrow_schema
from voxcx.storage.paths import is_remote
from voxcx.storage.putting import put_whole, remove
from voxcx.storage.reaching import read_bytes

_OURS = re.compile(r"part-(\d{6,})-(?:(\d{4}-\d\d-\d\d|undated)-)?[0-9a-f]{8}")
UNFINISHED = ".unfinished-"  # readers look for *.parquet only, and DuckDB's glob leaves dot files out


def part_name(sequence: int, day: str | None = None) -> str:
    """A name that sorts by ``sequence`` and that no other writer makes: a random token ends it.

    ``day``: that on which all its interactions began, or ``undated``; None for a part as it was first written.

    >>> part_name(7)[:12], part_name(7, "2026-03-01")[:23]
    ('part-000007-', 'part-000007-2026-03-01-')
    """
    middle = "" if day is None else f"{day}-"
    return f"part-{sequence:06d}-{middle}{secrets.token_hex(4)}"


class PartName(NamedTuple):
    """What the name of a part says."""

    sequence: int
    day: str | None


def said_by(name: str) -> PartName | None:
    """Sequence and day of a part that we named; None for any other.

    >>> said_by("part-000007-2026-03-01-0123abcd"), said_by("part-000001-simulated")
    (PartName(sequence=7, day='2026-03-01'), None)
    """
    match = _OURS.fullmatch(name)
    return PartName(int(match[1]), match[2]) if match else None


STAMP = {b"voxcx.schema": RESULTS_SCHEMA.encode()}


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
    stamp = {b"voxcx.processed_at": datetime.now(UTC).isoformat().encode()}
    stamped = data.replace_schema_metadata({**stamp, **(data.schema.metadata or {}), **STAMP})
    path = folder / table / f"{name}.parquet"
    write_whole(path, lambda sink: pq.write_table(stamped, sink, compression="zstd"))
    return path


def write_json(path: Path, record: Mapping[str, object]) -> None:
    """Write a small JSON file whole."""
    write_text(path, json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a small text file whole; one that says the same already is left alone."""
    content = text.encode()
    try:
        if read_bytes(path) == content:
            return
    except FileNotFoundError:
        pass
    write_whole(path, lambda sink: sink.write(content))


def write_whole(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Call ``fill`` with a file that becomes ``path`` as a whole; a failure leaves nothing."""
    with whole(path) as sink:
        fill(sink)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file beside ``path``; at the end it is flushed to the disk and renamed, a failure leaves nothing.

    On object storage the file lies on this disk and is put at the end, as a whole.
    """
    if is_remote(path):
        with put_whole(path) as sink:
            yield sink
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{UNFINISHED}{path.name}-{secrets.token_hex(4)}")
    try:
        with unfinished.open("wb") as sink:
            yield sink
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
        if is_remote(path):
            remove(path)
        else:
            path.unlink(missing_ok=True)


def unfinished(folder: Path) -> Iterable[Path]:
    """What a killed run had not finished; on object storage nothing is ever seen unfinished."""
    return () if is_remote(folder) else folder.glob(f"**/{UNFINISHED}*")


def _flush_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut (a folder cannot be flushed on every system)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
