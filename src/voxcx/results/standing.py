"""Where interactions stand: read from three columns, part by part, so that a year of them never lies in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from voxcx.results.reading import GoneError, older_rows, parts_of, read_part

_ID = "interaction_id"


class Standing(NamedTuple):
    """Interactions of a part; ``rows`` has interaction_id, work_key and sound_key."""

    part: str
    rows: pa.Table


def standing(folder: Path, parts: Collection[str] | None = None) -> Iterator[Standing]:
    """Every part with its interactions, or those of ``parts``, in the order of writing: what comes later is newer."""
    for path in parts_of(folder, "interactions"):
        if parts is None or path.stem in parts:
            done = read_part(path, [_ID, "work_key"])
            yield Standing(path.stem, done.append_column("sound_key", _sounds(folder, path.name, done[_ID])))


def _sounds(folder: Path, part: str, ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Keys of the sound in the order of ``ids``; null where the part keeps none."""
    try:
        heard = read_part(folder / "heard" / part, [_ID, "sound_key"])
    except GoneError:
        return pa.chunked_array([pa.nulls(len(ids), pa.string())])
    if heard[_ID].equals(ids):
        return heard["sound_key"]
    return heard["sound_key"].take(pc.index_in(ids, value_set=heard[_ID]))


def replaced(folder: Path) -> dict[str, pa.Array]:
    """Part → ids of its interactions that a later part has, too; parts without any are left out."""
    parts = parts_of(folder, "interactions")
    ids = [read_part(path, [_ID])[_ID] for path in parts]
    stale = zip(parts, older_rows(ids), strict=True)
    return {path.stem: rows for path, rows in stale if rows is not None}
