"""Keep the folder whole: what a killed run left behind is put right, and a redone interaction replaces itself.

The parts of one flush share a name in all tables, and `interactions` is written last: an interaction is done when its
row stands there. When it is done again, its older rows leave the other tables first and `interactions` last, so that
whatever was cut off is seen from `interactions` alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from voxcx.results.reading import parts_of, read_part
from voxcx.results.rows import Row
from voxcx.results.schema import TABLES
from voxcx.results.writing import UNFINISHED, remove_parts, write_part, write_table

_OURS = re.compile(r"part-(\d{6,})-[0-9a-f]{8}")
_INTERACTIONS_LAST = sorted(TABLES, key=lambda table: table == "interactions")

# interaction id → (work key of its row, name of the part that it stands in)
Done = dict[str, tuple[str | None, str]]


def settle(folder: Path) -> Done:
    """Put right what a killed run left, and say what is done. Only for the one who writes the folder."""
    remove_parts(folder.glob(f"**/{UNFINISHED}*"))
    kept = {path.stem for path in parts_of(folder, "interactions")}
    for table in TABLES:
        remove_parts(p for p in parts_of(folder, table) if _OURS.fullmatch(p.stem) and p.stem not in kept)
    done: Done = {}
    stale: list[tuple[str, str]] = []
    for path in parts_of(folder, "interactions"):
        rows = read_part(path, ["interaction_id", "work_key"])
        keys = rows["work_key"].to_pylist() if "work_key" in rows.column_names else [None] * rows.num_rows
        for name, key in zip(rows["interaction_id"].to_pylist(), keys, strict=True):
            if name in done:
                stale.append((done[name][1], name))
            done[name] = (key, path.stem)
    for part in {part for part, _ in stale}:
        forget(folder, part, {name for where, name in stale if where == part})
    return done


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


def next_sequence(folder: Path) -> int:
    """One more than the latest part's number."""
    found = (_OURS.fullmatch(path.stem) for path in parts_of(folder, "interactions"))
    return 1 + max((int(match[1]) for match in found if match), default=0)
