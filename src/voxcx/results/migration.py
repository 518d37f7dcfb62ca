"""Parts of older versions → today's columns, step by step; a part of a newer version is refused.

A version changes when columns come or change, and its step says how rows of the version before become its own. Readers
take the steps in memory, the writer of a folder takes them once for all in `voxcx.results.upkeep`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from voxcx.errors import InputError
from voxcx.results.schema import RESULTS_SCHEMA, arrow_schema

_VERSION = re.compile(r"voxcx\.results/(\d+)")
TODAY = int(RESULTS_SCHEMA.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class Step:
    """How a table gets from one version to the next: ``change`` makes columns ``adds`` of columns ``needs``."""

    adds: tuple[str, ...]
    needs: tuple[str, ...]
    change: Callable[[pa.Table], pa.Table]


def version_of(metadata: Mapping[bytes, bytes] | None, path: Path) -> int:
    """The version that a part was written in; one that says nothing was not written by us and counts as today's.

    Raises:
        InputError: a version that is newer than this voxcx.
    """
    said = (metadata or {}).get(b"voxcx.schema", RESULTS_SCHEMA.encode()).decode("utf-8", "replace")
    match = _VERSION.fullmatch(said)
    if match is None or int(match[1]) > TODAY:
        raise InputError(f"{path}: expected a part of {RESULTS_SCHEMA} or older, got {said}; upgrade voxcx.")
    return int(match[1])


def needed(table: str, version: int, columns: Collection[str]) -> list[str]:
    """Columns to read of a part of that version, so that ``columns`` can be made of them."""
    return _way(table, version, columns)[1]


def upgraded(rows: pa.Table, table: str, version: int, columns: Collection[str] | None = None) -> pa.Table:
    """Rows of that version with today's columns: all of the table, or those of ``columns``; what is unknown is null.

    Columns that the table does not have today are kept behind the others where all were asked for.
    """
    for step in _way(table, version, arrow_schema(table).names if columns is None else columns)[0]:
        rows = step.change(rows)
    fields = [field for field in arrow_schema(table) if columns is None or field.name in columns]
    if rows.schema.equals(pa.schema(fields)):
        return rows
    arrays = [_column(rows, field) for field in fields]
    for name in rows.column_names if columns is None else ():
        if name not in arrow_schema(table).names:
            arrays.append(rows[name])
            fields.append(rows.schema.field(name))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=rows.schema.metadata))


def _way(table: str, version: int, columns: Collection[str]) -> tuple[list[Step], list[str]]:
    """Steps to take for some columns, and the columns of that version that they begin with."""
    steps: list[Step] = []
    wanted = list(dict.fromkeys(columns))
    for number in range(TODAY - 1, version - 1, -1):
        step = STEPS[number].get(table)
        if step and not set(step.adds).isdisjoint(wanted):
            steps.insert(0, step)
            wanted = list(dict.fromkeys([*(name for name in wanted if name not in step.adds), *step.needs]))
    return steps, wanted


def _column(rows: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    if field.name not in rows.column_names:
        return pa.chunked_array([pa.nulls(rows.num_rows, field.type)])
    column = rows[field.name]
    return column if column.type.equals(field.type) else column.cast(field.type)


def _one_recording(rows: pa.Table) -> pa.Table:
    """Version 1 knew one recording and one agent an interaction; how long they were is not in its rows."""
    names = zip(rows["agent_id"].to_pylist(), rows["agent_name"].to_pylist(), strict=True)
    made: dict[str, list[object]] = {
        "agents": [[{"agent_id": one, "agent_name": name}] if one or name else [] for one, name in names],
        "recording_starts_s": [[0.0] * min(1, len(paths or ())) for paths in rows["recordings"].to_pylist()],
    }
    for name, values in made.items():
        rows = rows.append_column(name, pa.array(values, arrow_schema("interactions").field(name).type))
    return rows


STEPS: dict[int, dict[str, Step]] = {
    1: {
        "interactions": Step(("agents", "recording_starts_s"), ("agent_id", "agent_name", "recordings"), _one_recording)
    }
}
