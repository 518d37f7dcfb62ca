"""Rows of several interactions ↔ Arrow IPC bytes by table: how a worker hands in what it has done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from voxcx.results.rows import Row
from voxcx.results.schema import arrow_schema

TABLE = b"voxcx.table"


def encode(rows: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Each table's rows as one Arrow stream; a table without rows is left out.

    A row may leave columns out (null); a column that the table lacks raises ValueError.
    """
    return {table: _stream(table, some) for table, some in rows.items() if some}


def decode(stream: bytes) -> pa.Table:
    """The rows again, in the table's own schema; their values stay in ``stream``, nothing is copied."""
    bare = pa.ipc.open_stream(stream).read_all()
    return pa.Table.from_arrays(bare.columns, schema=_schema(bare.schema.metadata[TABLE].decode()).whole)


def _stream(table: str, rows: Sequence[Row]) -> bytes:
    schema = _schema(table)
    if not all(row.keys() <= schema.names for row in rows):
        unknown = sorted({key for row in rows for key in row} - schema.names)
        raise ValueError(f"table {table}: expected the columns of results.schema, got {', '.join(unknown)}")
    batch = pa.RecordBatch.from_pylist(rows, schema=schema.bare)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema.bare) as writer:
        writer.write_batch(batch)
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


class _Schema(NamedTuple):
    """A table's schema, and without the descriptions of its columns, which need not travel with every few rows."""

    whole: pa.Schema
    bare: pa.Schema
    names: frozenset[str]


@cache
def _schema(table: str) -> _Schema:
    whole = arrow_schema(table)
    bare = pa.schema([field.remove_metadata() for field in whole], metadata={TABLE: table.encode()})
    return _Schema(whole, bare, frozenset(whole.names))
