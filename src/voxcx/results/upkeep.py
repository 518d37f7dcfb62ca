"""Keep the folder whole: what a killed run left behind is put right, and a redone interaction replaces itself.

The parts of one flush share a name in all tables, and `interactions` is written last: an interaction is done when its
row stands there. When it is done again, its older rows leave the other tables first and `interactions` last, so that
whatever was cut off is seen from `interactions` alone. A part that goes as a whole goes from `interactions` first: what
is left of it then belongs to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from voxcx.results.migration import TODAY, version_of
from voxcx.results.reading import opened, part_groups, parts_of, without
from voxcx.results.rows import Row
from voxcx.results.schema import TABLES, arrow_schema
from voxcx.results.standing import replaced
from voxcx.results.writing import STAMP, remove_parts, said_by, unfinished, whole, write_part, write_table

INTERACTIONS_LAST = sorted(TABLES, key=lambda table: table == "interactions")


def put_right(folder: Path) -> None:
    """Finish or undo what a killed run left, and bring parts of older versions to today's.

    Raises:
        InputError: a part of a newer version; the folder is as it was.
    """
    old = [path.stem for path in parts_of(folder, "interactions") if _is_old(path)]
    remove_parts(unfinished(folder))
    kept = {path.stem for path in parts_of(folder, "interactions")}
    for table in TABLES:
        remove_parts(p for p in parts_of(folder, table) if said_by(p.stem) and p.stem not in kept)
    for part in old:
        _rewrite(folder, part, lambda rows: rows)
    for part, ids in replaced(folder).items():
        forget(folder, part, ids)


def _is_old(path: Path) -> bool:
    with opened(path) as part:
        return version_of(part.schema_arrow.metadata, path) < TODAY


def forget(folder: Path, part: str, ids: pa.Array) -> None:
    """Take the rows of some interactions out of a part, in every table; a part without rows left disappears."""
    path = folder / "interactions" / f"{part}.parquet"
    if path.exists() and not any(without(rows, ids).num_rows for rows in part_groups(path, ["interaction_id"])):
        remove_whole(folder, part)
    else:
        _rewrite(folder, part, lambda rows: without(rows, ids))


def remove_whole(folder: Path, part: str) -> None:
    """Remove a part of all tables, `interactions` first: readers and the next run see it or do not."""
    remove_parts(folder / table / f"{part}.parquet" for table in reversed(INTERACTIONS_LAST))


def _rewrite(folder: Path, part: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write a part anew in every table, row group by row group; when it was processed stays."""
    for table in INTERACTIONS_LAST:
        path = folder / table / f"{part}.parquet"
        if path.exists():
            _rewrite_file(path, change)


def _rewrite_file(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    with opened(path) as part:
        metadata = part.schema_arrow.metadata
    made = (change(rows) for rows in part_groups(path))
    first = next(made, arrow_schema(path.parent.name).empty_table())
    schema = first.schema.with_metadata({**(metadata or {}), **STAMP})
    with whole(path) as sink, pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in (first, *made):
            if rows.num_rows:
                writer.write_table(rows.cast(schema))


def write_chunk(folder: Path, rows: Mapping[str, Sequence[Row]], name: str) -> None:
    """Write one part a table under one name, `interactions` last."""
    for table in INTERACTIONS_LAST:
        write_part(folder, table, rows[table], name)


def write_tables(folder: Path, tables: Mapping[str, Sequence[pa.Table]], name: str) -> None:
    """The same from Arrow tables; of a table that has none an empty part is written, so that parts have one name."""
    for table in INTERACTIONS_LAST:
        together = pa.concat_tables([arrow_schema(table).empty_table(), *tables.get(table, ())])
        write_table(folder, table, together, name)


def next_sequence(folder: Path) -> int:
    """One more than the latest part's number."""
    found = (said_by(path.stem) for path in parts_of(folder, "interactions"))
    return 1 + max((name.sequence for name in found if name), default=0)
