"""Read the results folder: whole tables as Arrow, questions that group through DuckDB, what is done already."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from voxcx.errors import InputError
from voxcx.results.schema import TABLES, arrow_schema

_PARTS_AT_HAND = 4  # two tables of two parts: interactions are asked for in about the order they were written


def parts_of(folder: Path, table: str) -> list[Path]:
    """Finished parts of a table in the order they were written (their names sort so)."""
    return sorted(p for p in (folder / table).glob("*.parquet") if not p.name.startswith("."))


def read_table(folder: Path, table: str) -> pa.Table:
    """All rows of a table, the documented columns first; what a part lacks is null. No part: an empty table.

    An interaction that stands in several parts – a run was cut off while it replaced it – is taken from the latest.
    """
    empty = arrow_schema(table).empty_table()
    parts = [read_part(path).replace_schema_metadata(None) for path in parts_of(folder, table)]
    whole = pa.concat_tables([empty, *parts], promote_options="permissive")
    return whole if len(parts) < 2 else _latest(whole, [part.num_rows for part in parts])


def read_columns(folder: Path, table: str, columns: list[str]) -> pa.Table:
    """Some columns of a table, without opening the others; with the id, rows are those of ``read_table``."""
    wanted = pa.schema([arrow_schema(table).field(name) for name in columns])
    parts = [read_part(path, columns).replace_schema_metadata(None) for path in parts_of(folder, table)]
    whole = pa.concat_tables([wanted.empty_table(), *parts], promote_options="permissive").select(columns)
    if len(parts) < 2 or "interaction_id" not in columns:
        return whole
    return _latest(whole, [part.num_rows for part in parts])


def done_keys(folder: Path) -> dict[str, str | None]:
    """What the folder holds: interaction id → work key of its latest row."""
    known = read_columns(folder, "interactions", ["interaction_id", "work_key"])
    return dict(zip(known["interaction_id"].to_pylist(), known["work_key"].to_pylist(), strict=True))


def query(folder: Path, sql: str) -> pa.Table:
    """Run SQL with every table of the folder as a view of its name; for reports that group and join."""
    if not folder.is_dir():
        raise InputError(f"{folder}: expected a results folder as `voxcx batch` writes it, found none.")
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.register(table, read_table(folder, table))
        return connection.sql(sql).to_arrow_table()


def read_part(path: Path, columns: list[str] | None = None) -> pa.Table:
    """One part, or some of its columns as far as it has them."""
    try:
        with pq.ParquetFile(path) as part:
            known = columns and [name for name in columns if name in part.schema_arrow.names]
            return part.read(columns=known)
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: expected a Parquet part, got {reason}; move it away and run again.") from None


def read_row(folder: Path, table: str, part: str, interaction_id: str) -> dict[str, Any] | None:
    """One interaction's row in a part of a table that has one row an interaction; None when it is not there.

    The latest parts stay in memory: whoever wants one row wants its neighbours. A part never gains rows, and one that
    is asked for after it lost some still gives them.
    """
    path = folder / table / f"{part}.parquet"
    if not path.is_file():
        return None
    rows, places = _at_hand(path)
    place = places.get(interaction_id)
    return None if place is None else dict(rows.slice(place, 1).to_pylist()[0])


@lru_cache(maxsize=_PARTS_AT_HAND)
def _at_hand(path: Path) -> tuple[pa.Table, dict[str, int]]:
    rows = read_part(path)
    return rows, {name: place for place, name in enumerate(rows["interaction_id"].to_pylist())}


def _latest(whole: pa.Table, sizes: list[int]) -> pa.Table:
    """Rows of each interaction from the last part that has any."""
    part = [index for index, size in enumerate(sizes) for _ in range(size)]
    ids = whole["interaction_id"].to_pylist()
    last = dict(zip(ids, part, strict=True))
    keep = [last[one] == index for one, index in zip(ids, part, strict=True)]
    return whole if all(keep) else whole.filter(pa.array(keep))
