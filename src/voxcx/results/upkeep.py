"""Keep the folder whole: what a killed run left behind is put right, and a redone interaction replaces itself.

The parts of one flush share a name in all tables, and `interactions` is written last: an interaction is done when its
row stands there. When it is done again, its older rows leave the other tables first and `interactions` last, so that
whatever was cut off is seen from `interactions` alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from voxcx.results.reading import parts_of, read_part
from voxcx.results.rows import Row
from voxcx.results.schema import TABLES, arrow_schema
from voxcx.results.writing import UNFINISHED, remove_parts, write_part, write_table

_OURS = re.compile(r"part-(\d{6,})-[0-9a-f]{8}")
_INTERACTIONS_LAST = sorted(TABLES, key=lambda table: table == "interactions")


class Stands(NamedTuple):
    """Where an interaction stands: the work key of its row, the name of its part, the key of its sound."""

    key: str | None
    part: str
    sound: str | None = None


Done = dict[str, Stands]  # by interaction id


def settle(folder: Path) -> Done:
    """Put right what a killed run left, and say what is done. Only for the one who writes the folder."""
    remove_parts(folder.glob(f"**/{UNFINISHED}*"))
    kept = {path.stem for path in parts_of(folder, "interactions")}
    for table in TABLES:
        remove_parts(p for p in parts_of(folder, table) if _OURS.fullmatch(p.stem) and p.stem not in kept)
    done: Done = {}
    stale: list[tuple[str, str]] = []
    for path in parts_of(folder, "interactions"):
        sounds = _column_by_id(folder / "heard" / path.name, "sound_key")
        for name, key in _column_by_id(path, "work_key").items():
            if name in done:
                stale.append((done[name].part, name))
            done[name] = Stands(key, path.stem, sounds.get(name))
    for part in {part for part, _ in stale}:
        forget(folder, part, {name for where, name in stale if where == part})
    return done


def _column_by_id(path: Path, column: str) -> dict[str, str | None]:
    """A column of a part by interaction; null where the part lacks it."""
    rows = read_part(path, ["interaction_id", column]) if path.is_file() else arrow_schema("heard").empty_table()
    values = rows[column].to_pylist() if column in rows.column_names else [None] * rows.num_rows
    return dict(zip(rows["interaction_id"].to_pylist(), values, strict=True))


def forget(folder: Path, part: str, ids: Collection[str]) -> None:
    """Take the rows of some interactions out of a part, in every table; a part without rows left disappears."""
    gone = pa.array(sorted(ids), pa.string())
    for table in _INTERACTIONS_LAST:
        path = folder / table / f"{part}.parquet"
        if not path.exists():
            continue
        rows = read_part(path)
        kept = rows.filter(pc.invert(pc.is_in(rows["interaction_id"], value_set=gone)))
        if kept.num_rows == 0 and table == "interactions":
            remove_parts([path, *(folder / other / path.name for other in TABLES)])
        elif kept.num_rows < rows.num_rows:
            write_table(folder, table, kept, part)


def write_chunk(folder: Path, rows: Mapping[str, Sequence[Row]], name: str) -> None:
    """Write one part a table under one name, `interactions` last."""
    for table in _INTERACTIONS_LAST:
        write_part(folder, table, rows[table], name)


def write_tables(folder: Path, tables: Mapping[str, Sequence[pa.Table]], name: str) -> None:
    """The same from Arrow tables; of a table that has none an empty part is written, so that parts have one name."""
    for table in _INTERACTIONS_LAST:
        whole = pa.concat_tables([arrow_schema(table).empty_table(), *tables.get(table, ())])
        write_table(folder, table, whole, name)


def next_sequence(folder: Path) -> int:
    """One more than the latest part's number."""
    found = (_OURS.fullmatch(path.stem) for path in parts_of(folder, "interactions"))
    return 1 + max((int(match[1]) for match in found if match), default=0)
