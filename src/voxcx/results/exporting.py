"""Tables of a results folder → whatever takes rows, streamed: a hundred thousand interactions do not lie in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from voxcx.errors import InputError
from voxcx.results.choosing import chosen_ids
from voxcx.results.reading import GoneError, part_groups, parts_of
from voxcx.results.schema import Column, columns_of

ROWS_AT_ONCE = 2_000  # handed on at once: lists of a few hundred columns are heavy
_ID = "interaction_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export; no ``columns``: all. Of several tables each has those of the columns that it knows.

    ``where`` is a condition in SQL over `interactions`; of other tables it takes the rows of these interactions.
    """

    results: Path
    tables: tuple[str, ...] = ("interactions",)
    columns: tuple[str, ...] = ()
    where: str | None = None


class Sink(Protocol):
    """Where rows go."""

    def write(self, rows: pa.Table) -> None:
        """Take some rows; all have the same columns."""


OpenSink = Callable[[str, tuple[Column, ...]], AbstractContextManager[Sink]]


def export(wanted: Wanted, open_sink: OpenSink) -> dict[str, int]:
    """Write each table into the sink that ``open_sink`` gives for it; gives the rows by table.

    Raises:
        InputError: no results folder, a table or column that there is not, or a condition that DuckDB refuses.
    """
    if not parts_of(wanted.results, "interactions"):
        raise InputError(f"{wanted.results}: expected a results folder as `voxcx batch` writes it, found none.")
    chosen = chosen_columns(wanted)
    next(chosen_ids(wanted.results, wanted.where), None)  # a bad condition is told before any file is opened
    counts: Counter[str] = Counter()
    for table, columns in chosen.items():
        with open_sink(table, columns) as sink:
            for rows in _rows(wanted, table, [column.name for column in columns]):
                sink.write(rows)
                counts[table] += rows.num_rows
    return {table: counts[table] for table in chosen}


def chosen_columns(wanted: Wanted) -> dict[str, tuple[Column, ...]]:
    """Columns of each table, in the order in which they were asked for."""
    known = {table: {column.name: column for column in columns_of(table)} for table in wanted.tables}
    for name in wanted.columns:
        if not any(name in columns for columns in known.values()):
            near = get_close_matches(name, {one for columns in known.values() for one in columns}, n=1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            raise InputError(
                f"--columns: expected columns of {', '.join(known)}, got {name!r}{meant}; docs/results.md lists them."
            )
    if not wanted.columns:
        return {table: tuple(columns.values()) for table, columns in known.items()}
    chosen = {
        table: tuple(columns[name] for name in wanted.columns if name in columns) for table, columns in known.items()
    }
    return {table: columns for table, columns in chosen.items() if columns}


def _rows(wanted: Wanted, table: str, columns: list[str]) -> Iterator[pa.Table]:
    read = list(dict.fromkeys((*columns, _ID)))
    for part, names in chosen_ids(wanted.results, wanted.where):
        ids = pa.array(names, pa.string())
        for rows in _groups(wanted.results, table, part, read) if names else ():
            kept = rows.filter(pc.is_in(rows[_ID], value_set=ids)).select(columns)
            for first in range(0, kept.num_rows, ROWS_AT_ONCE):
                yield kept.slice(first, ROWS_AT_ONCE)


def _groups(folder: Path, table: str, part: str, columns: list[str]) -> Iterator[pa.Table]:
    """A part's rows; none where it has none in this table."""
    try:
        yield from part_groups(folder / table / f"{part}.parquet", columns)
    except GoneError:
        if part not in {path.stem for path in parts_of(folder, "interactions")}:
            raise InputError(
                f"{folder}: expected parts that stay while they are read, found {part} gone; export after the run."
            ) from None
