"""Read the results folder: whole tables as Arrow, questions that group through DuckDB, what is done already.

The writer may be at work: an interaction that stands in several parts is taken from the latest, and rows that a flush
has not finished are left out. When parts go while they are read, as compaction makes it, the reading begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from voxcx.errors import InputError
from voxcx.results.migration import needed, upgraded, version_of
from voxcx.results.schema import TABLES, arrow_schema
from voxcx.results.writing import said_by
from voxcx.storage.listing import kind_of, listed
from voxcx.storage.opening import readable

_TRIES = 5
_ID = ["interaction_id"]


class GoneError(InputError):
    """A part that went since the folder was listed."""


def parts_of(folder: Path, table: str) -> list[Path]:
    """Finished parts of a table in the order they were written (their names sort so)."""
    try:
        names = listed(folder / table)
    except FileNotFoundError:
        return []
    return [one.path for one in names if one.name.endswith(".parquet") and not one.name.startswith(".")]


def read_table(folder: Path, table: str) -> pa.Table:
    """All rows of a table, the documented columns first; what a part lacks is null. No part: an empty table.

    An interaction that stands in several parts – a run was cut off while it replaced it – is taken from the latest.
    """
    return _read(folder, table, None)


def read_columns(folder: Path, table: str, columns: list[str]) -> pa.Table:
    """Some columns of a table, without opening the others; with the id, rows are those of ``read_table``."""
    return _read(folder, table, columns)


def done_keys(folder: Path) -> dict[str, str | None]:
    """What the folder holds: interaction id → work key of its latest row."""
    known = read_columns(folder, "interactions", ["interaction_id", "work_key"])
    return dict(zip(known["interaction_id"].to_pylist(), known["work_key"].to_pylist(), strict=True))


def query(folder: Path, sql: str) -> pa.Table:
    """Run SQL with every table of the folder as a view of its name; for reports that group and join."""
    if kind_of(folder) != "folder":
        raise InputError(f"{folder}: expected a results folder as `voxcx batch` writes it, found none.")
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.register(table, read_table(folder, table))
        return connection.sql(sql).to_arrow_table()


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A part, ready to read row group by row group; what is wrong with it is one sentence."""
    try:
        with pq.ParquetFile(readable(path)) as part:
            yield part
    except FileNotFoundError:
        raise GoneError(f"{path}: expected a part of the table, found none; look again.") from None
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: expected a Parquet part, got {reason}; move it away and run again.") from None


def read_part(path: Path, columns: list[str] | None = None) -> pa.Table:
    """One part as today's version has it, whatever wrote it: all columns, or some as far as the table has them.

    Raises:
        InputError: no Parquet file, or one of a newer version.
    """
    with opened(path) as part:
        return _shaped(part, path, columns, part.read)


def part_groups(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The same, row group by row group: a part of long calls does not lie in memory as a whole."""
    with opened(path) as part:
        for group in range(part.num_row_groups):
            yield read_group(part, path, group, columns)


def read_group(part: pq.ParquetFile, path: Path, group: int, columns: list[str] | None = None) -> pa.Table:
    """One row group of an open part."""
    return _shaped(part, path, columns, lambda columns: part.read_row_group(group, columns=columns))


def _shaped(part: pq.ParquetFile, path: Path, columns: list[str] | None, read: Callable[..., pa.Table]) -> pa.Table:
    version, table = version_of(part.schema_arrow.metadata, path), path.parent.name
    if table not in TABLES:
        return read(columns=columns)
    wanted = columns and needed(table, version, columns)
    known = wanted and [name for name in wanted if name in part.schema_arrow.names]
    return upgraded(read(columns=known), table, version, columns)


def older_rows(ids: Sequence[pa.ChunkedArray]) -> list[pa.Array | None]:
    """Of each part's ids those that a later part has, too; None where there are none."""
    every = pa.chunked_array([chunk for one in ids for chunk in one.chunks], pa.string())
    if len(ids) < 2 or pc.count_distinct(every).as_py() == len(every):
        return [None] * len(ids)
    part = pa.concat_arrays([pa.repeat(pa.scalar(number, pa.int32()), len(one)) for number, one in enumerate(ids)])
    rows = pa.table({"id": every, "part": part})
    last = rows.group_by("id").aggregate([("part", "max")])
    latest = last["part_max"].take(pc.index_in(every, value_set=last["id"]))
    stale = rows.filter(pc.less(part, latest))
    found = [stale["id"].filter(pc.equal(stale["part"], number)).unique() for number in range(len(ids))]
    return [one if len(one) else None for one in found]


def _read(folder: Path, table: str, columns: list[str] | None) -> pa.Table:
    for _ in range(_TRIES):
        try:
            return _read_once(folder, table, columns)
        except GoneError:
            continue
    raise InputError(f"{folder}: expected parts that stay while they are read, got others each time; try again.")


def _read_once(folder: Path, table: str, columns: list[str] | None) -> pa.Table:
    wanted = pa.schema([one for one in arrow_schema(table) if columns is None or one.name in columns])
    written = {path.stem for path in parts_of(folder, "interactions")}
    parts = [path for path in parts_of(folder, table) if not written or path.stem in written or not said_by(path.stem)]
    rows = [read_part(path, columns).replace_schema_metadata(None) for path in parts]
    if len(parts) > 1 and (columns is None or "interaction_id" in columns):
        rows = _latest(folder, parts, rows)
    if written - {path.stem for path in parts_of(folder, "interactions")}:
        raise GoneError(f"{folder}: expected the parts that were listed, found some of them gone.")
    whole = pa.concat_tables([wanted.empty_table(), *rows], promote_options="permissive")
    return whole if columns is None else whole.select(columns)


def _latest(folder: Path, parts: list[Path], rows: list[pa.Table]) -> list[pa.Table]:
    """Rows of interactions that no later part has. `interactions` knows; without it the table itself is asked."""
    homes = {path.stem: path for path in parts_of(folder, "interactions")} or {path.stem: path for path in parts}
    ours = dict(zip(parts, rows, strict=True))
    known = [ours[path] if path in ours else read_part(path, _ID) for path in homes.values()]
    stale = dict(zip(homes, older_rows([one["interaction_id"] for one in known]), strict=True))
    gone = [stale.get(path.stem) for path in parts]
    return [one if ids is None else without(one, ids) for one, ids in zip(rows, gone, strict=True)]


def without(rows: pa.Table, ids: pa.Array) -> pa.Table:
    """Rows of other interactions."""
    return rows.filter(pc.invert(pc.is_in(rows["interaction_id"], value_set=ids)))
