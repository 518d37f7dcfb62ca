"""Small results folders with chosen ids and days, and a machine that dies at its k-th file operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq

from builders import a_chat
from voxcx.results.reading import read_columns, read_table
from voxcx.results.rows import rows_of
from voxcx.results.schema import TABLES, arrow_schema
from voxcx.results.standing import standing
from voxcx.results.upkeep import put_right, write_tables
from voxcx.results.writing import part_name

FIRST_DAY = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - the column is UTC without a zone


@cache
def _template() -> Mapping[str, pa.Table]:
    rows = rows_of(a_chat(), "first", sound_key="sound")
    return {table: pa.Table.from_pylist(rows[table], schema=arrow_schema(table)) for table in TABLES}


def interaction(name: str, day: int | None, key: str = "first", *, hour: int = 0) -> Mapping[str, pa.Table]:
    """A chat's rows with another id, work key and start: so many days and hours after the first, or None."""
    made = {}
    for table, rows in _template().items():
        made[table] = _with(rows, "interaction_id", name)
    started = None if day is None else FIRST_DAY + timedelta(days=day, hours=hour)
    made["interactions"] = _with(_with(made["interactions"], "started_at", started), "work_key", key)
    return made


def _with(rows: pa.Table, column: str, value: object) -> pa.Table:
    place = rows.schema.get_field_index(column)
    field = rows.schema.field(place)
    return rows.set_column(place, field, pa.array([value] * rows.num_rows, field.type))


def write_fresh(folder: Path, sequence: int, *interactions: Mapping[str, pa.Table], day: str | None = None) -> str:
    """One flush; its part's name."""
    name = part_name(sequence, day)
    write_tables(folder, {table: [one[table] for one in interactions] for table in TABLES}, name)
    return name


def everything(folder: Path) -> dict[str, pa.Table]:
    """All rows of all tables, in an order that does not depend on parts; those of an interaction keep theirs."""
    return {table: read_table(folder, table).sort_by("interaction_id").combine_chunks() for table in TABLES}


def settled(folder: Path) -> dict[str, tuple[str | None, str]]:
    """Put the folder right; work key and part of each interaction, as the writer is told."""
    put_right(folder)
    return {
        name: (key, part)
        for part, rows in standing(folder)
        for name, key in zip(rows["interaction_id"].to_pylist(), rows["work_key"].to_pylist(), strict=True)
    }


def glance(folder: Path) -> dict[str, pa.Table]:
    """What tells lost, doubled and older rows apart, quickly: some columns of each table."""
    columns = {table: ["interaction_id"] for table in TABLES}
    columns["interactions"] += ["work_key", "started_at"]
    columns["utterances"] += ["position", "text"]
    read = {table: read_columns(folder, table, names) for table, names in columns.items()}
    return {table: rows.sort_by("interaction_id").combine_chunks() for table, rows in read.items()}


def raw_rows(folder: Path) -> dict[str, int]:
    """Rows in the files of each table, whatever a reader would leave out."""
    return {
        table: sum(pq.read_metadata(path).num_rows for path in (folder / table).glob("part-*.parquet"))
        for table in TABLES
    }


class DeadError(BaseException):
    """The machine went off; nothing is cleaned up."""


@contextmanager
def dies_at(operation: int) -> Iterator[Callable[[], int]]:
    """Every file operation from that one on fails, those of cleaning up, too; gives how many were asked for."""
    count = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(path: Path, *args: Any, **kwargs: Any) -> Any:
            nonlocal count
            if real is not really_open or "w" in "".join(args[:1]):  # reading costs nothing
                count += 1
                if count >= operation:
                    raise DeadError
            return real(path, *args, **kwargs)

        return act

    really_open = Path.open
    with (
        patch.object(Path, "replace", counted(Path.replace)),
        patch.object(Path, "unlink", counted(Path.unlink)),
        patch.object(Path, "open", counted(really_open)),
    ):
        yield lambda: count
