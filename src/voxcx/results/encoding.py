"""Rows of several interactions ↔ Arrow IPC bytes by table: how a worker hands in what it has done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from voxcx.results.rows import Row
from voxcx.results.schema import arrow_schema


def encode(rows: Mapping[str, Sequence[Row]]) -> dict[str, bytes]:
    """Each table's rows as one Arrow stream; a table without rows is left out.

    A row may leave columns out (null); a column that the table lacks raises ValueError.
    """
    return {table: _stream(table, some) for table, some in rows.items() if some}


def decode(stream: bytes) -> pa.Table:
    """The rows again; their values stay in ``stream``, nothing is copied."""
    return pa.ipc.open_stream(stream).read_all()


def _stream(table: str, rows: Sequence[Row]) -> bytes:
    schema = arrow_schema(table)
    if unknown := sorted({key for row in rows for key in row} - set(schema.names)):
        raise ValueError(f"table {table}: expected the columns of results.schema, got {', '.join(unknown)}")
    data = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(data)
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded
