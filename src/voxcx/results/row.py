"""One interaction's row out of a table: only the rows around it are read, however large its part."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa

from voxcx.results.reading import GoneError, opened, parts_of, read_group, read_part

_GROUPS_AT_HAND = 8  # two tables: interactions are asked for in about the order they were written
_PLACES_AT_HAND = 8


def read_row(folder: Path, table: str, part: str, interaction_id: str) -> dict[str, Any] | None:
    """One interaction's row in a part of a table that has one row an interaction; None when it is not there.

    What was moved since by compaction is found in the part that has it now. The last row groups stay in memory:
    whoever wants one row wants its neighbours.
    """
    path = folder / table / f"{part}.parquet"
    try:
        return _row(path, interaction_id)
    except GoneError:
        forget_places()
    for later in reversed(parts_of(folder, table)):
        try:
            found = _row(later, interaction_id) if later.stem > part else None
        except GoneError:
            continue
        if found is not None:
            return found
    return None


def forget_places() -> None:
    """Drop what is kept in memory of parts."""
    _places.cache_clear()
    _group.cache_clear()


def _row(path: Path, interaction_id: str) -> dict[str, Any] | None:
    for _ in range(2):  # a part may have lost rows since its places were noted: then they are noted anew
        places, starts = _places(path)
        place = places.get(interaction_id)
        if place is None:
            return None
        number = bisect_right(starts, place) - 1
        group = _group(path, number)
        row = group.slice(place - starts[number], 1).to_pylist()
        if row and row[0]["interaction_id"] == interaction_id:
            return dict(row[0])
        forget_places()
    return None


@lru_cache(maxsize=_PLACES_AT_HAND)
def _places(path: Path) -> tuple[dict[str, int], list[int]]:
    """Row of each interaction, and the first row of each row group."""
    with opened(path) as part:
        sizes = [part.metadata.row_group(number).num_rows for number in range(part.num_row_groups)]
    ids = read_part(path, ["interaction_id"])["interaction_id"].to_pylist()
    return {name: place for place, name in enumerate(ids)}, [0, *accumulate(sizes)][: len(sizes)]


@lru_cache(maxsize=_GROUPS_AT_HAND)
def _group(path: Path, number: int) -> pa.Table:
    with opened(path) as part:
        return read_group(part, path, min(number, part.num_row_groups - 1), None)
