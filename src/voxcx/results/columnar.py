"""Columns as numpy has them → a part of a table, without a Python record per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from voxcx.results.schema import RESULTS_SCHEMA, arrow_schema
from voxcx.results.writing import write_table


@dataclass(frozen=True, slots=True)
class Nested:
    """A column of lists of records, flat: those of row i are ``starts[i]`` to ``starts[i + 1]`` of every field."""

    starts: Iterable[int]
    fields: Mapping[str, Iterable[object]]


def write_columns(folder: Path, table: str, columns: Mapping[str, Any], name: str) -> Path:
    """Write columns of equal length as ``folder/table/name.parquet``, replacing a part of that name.

    A column is a numpy array, a sequence or ``Nested``; NaN and None are null, a column left out is all null. A column
    that the table lacks raises ValueError.
    """
    schema = arrow_schema(table)
    if unknown := sorted(columns.keys() - set(schema.names)):
        raise ValueError(f"table {table}: expected the columns of {RESULTS_SCHEMA}, got {', '.join(unknown)}")
    known = {field.name: _array(columns[field.name], field.type) for field in schema if field.name in columns}
    rows = len(next(iter(known.values()))) if known else 0
    arrays = [known.get(field.name, pa.nulls(rows, field.type)) for field in schema]
    return write_table(folder, table, pa.Table.from_arrays(arrays, schema=schema), name)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if not isinstance(values, Nested):
        return pa.array(values, type=kind, from_pandas=True)
    record = kind.value_type
    parts = [pa.array(values.fields[one.name], type=one.type, from_pandas=True) for one in record]
    flat = pa.StructArray.from_arrays(parts, fields=list(record))
    return pa.ListArray.from_arrays(pa.array(values.starts, type=pa.int32()), flat, type=kind)
