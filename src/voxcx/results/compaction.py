"""Many small parts → few large ones, by the day (UTC) on which interactions began; older rows of redone ones go.

New parts are written as a flush writes them, `interactions` last; only then the parts that they were made of go. A kill
in between leaves interactions in two parts, with the same rows in both: the next writer keeps the later one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from voxcx.results.dividing import Source, days_of, divide
from voxcx.results.reading import older_rows, opened, parts_of, read_part, without
from voxcx.results.schema import TABLES
from voxcx.results.upkeep import next_sequence, remove_whole
from voxcx.results.writing import part_name, said_by
from voxcx.storage.listing import listed

PART_ROWS = 50_000
PART_BYTES = 256 << 20  # of all tables together
MANY_FRESH = 64  # small parts at which a run that goes on tidies up
WORTH_A_DAY = 200  # interactions a day on average: of fewer, days would be more parts than there were
WORTH_A_DAY_NOW = 1_000  # the same while a run goes on, which may bring more of these days
STEEP = 3  # a part is taken only when what joins it is at least a third of it: each row moves a few times in all


@dataclass(frozen=True, slots=True)
class Compacted:
    """What was done: parts that went, names of those that came, and older rows of redone interactions that went."""

    went: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    older: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """One part: interactions by day that stand nowhere later, size, and ids of those that do."""

    name: str
    divided: bool
    days: Counter[str]
    size_bytes: int
    older: pa.Array | None = None

    @property
    def rows(self) -> int:
        """Interactions that stay."""
        return self.days.total()

    @property
    def full(self) -> bool:
        """Large enough to stay as it is."""
        return self.rows >= PART_ROWS // 2 or self.size_bytes >= PART_BYTES // 2


def compact(folder: Path, *, thorough: bool = False) -> Compacted:
    """Tidy the folder up at the end of a run. Only for the one who writes it, when it was put right.

    Parts that were not divided yet are divided by day where that gives enough interactions a day, else they are joined.
    ``thorough``: all is divided by day, and every day's parts are joined up to the limits.
    """
    stocks = _stocks(folder)
    return _tidied(folder, stocks, {one for one in stocks if one.older is not None}, WORTH_A_DAY, thorough=thorough)


def compact_when_many(folder: Path) -> Compacted:
    """Tidy up while a run goes on, once there are many small parts; until then little more than names is read.

    Older rows of redone interactions stay in large parts: the end of the run takes them out, once.
    """
    loose = [path for path in parts_of(folder, "interactions") if (name := said_by(path.stem)) and name.day is None]
    if len(loose) <= MANY_FRESH or sum(_rows(path) < PART_ROWS // 2 for path in loose) <= MANY_FRESH:
        return Compacted()
    stocks = _stocks(folder)
    return _tidied(folder, stocks, {one for one in stocks if not one.rows}, WORTH_A_DAY_NOW, thorough=False)


def _tidied(
    folder: Path, stocks: Sequence[Stock], chosen: set[Stock], worth_a_day: int, *, thorough: bool
) -> Compacted:
    loose = [one for one in stocks if not one.divided]
    days: set[str] = {day for one in loose for day in one.days}
    by_day = thorough or sum(one.rows for one in loose) >= worth_a_day * max(1, len(days))
    chosen = chosen.union(loose if by_day else _joined([one for one in loose if not one.full]))
    if by_day:
        chosen |= _of_days(stocks, chosen, thorough=thorough)
    return _move(folder, [one for one in stocks if one in chosen], by_day=by_day)


@lru_cache(maxsize=1 << 14)
def _rows(path: Path) -> int:
    """A part never gains rows."""
    with opened(path) as part:
        return int(part.metadata.num_rows)


def _stocks(folder: Path) -> list[Stock]:
    """Parts that we named, in the order of writing."""
    paths = parts_of(folder, "interactions")
    about = [read_part(path, ["interaction_id", "started_at"]) for path in paths]
    older = older_rows([one["interaction_id"] for one in about])
    sizes = _sizes_bytes(folder)
    return [
        _stock(path.stem, sizes[path.name], rows, gone)
        for path, rows, gone in zip(paths, about, older, strict=True)
        if said_by(path.stem)
    ]


def _stock(name: str, size_bytes: int, rows: pa.Table, older: pa.Array | None) -> Stock:
    kept = rows if older is None else without(rows, older)
    days = Counter({one["values"]: one["counts"] for one in pc.value_counts(days_of(kept["started_at"])).to_pylist()})
    known = said_by(name)
    return Stock(name, known is not None and known.day is not None, days, size_bytes, older)


def _sizes_bytes(folder: Path) -> Counter[str]:
    """What the files of each name take in all tables together."""
    sizes: Counter[str] = Counter()
    for table in TABLES:
        with suppress(FileNotFoundError):
            for one in listed(folder / table):
                sizes[one.name] += one.size_bytes or one.path.stat().st_size
    return sizes


def _joined(stocks: Sequence[Stock], coming: int = 0, *, thorough: bool = False) -> list[Stock]:
    """Parts that are worth joining with each other and with so many interactions that come, from the smallest up."""
    chosen: list[Stock] = []
    for one in sorted(stocks, key=lambda stock: stock.rows):
        if coming and not thorough and one.rows > STEEP * coming:
            break
        chosen.append(one)
        coming += one.rows
    return chosen


def _of_days(stocks: Sequence[Stock], chosen: set[Stock], *, thorough: bool) -> set[Stock]:
    """Parts of the days to which rows come, as far as it is worth it; ``thorough``: of any day with several."""
    coming: Counter[str] = sum((one.days for one in chosen), Counter())
    by_day: dict[str, list[Stock]] = defaultdict(list)
    for one in stocks:
        if one.divided and not one.full and one not in chosen:
            for day in one.days:
                by_day[day].append(one)
    found: set[Stock] = set()
    for day, parts in by_day.items():
        if coming[day] or thorough:
            joined = _joined(parts, coming[day], thorough=thorough)
            found |= set(joined) if coming[day] or len(joined) > 1 else set()
    return found


def _move(folder: Path, stocks: Sequence[Stock], *, by_day: bool) -> Compacted:
    """Write the new parts, then remove those that they are made of. One part alone moves only for a reason."""
    reason = any(one.older is not None or (by_day and not one.divided) for one in stocks)
    if not reason and len(stocks) < 2:
        return Compacted()
    sources = _planned(stocks, next_sequence(folder), by_day=by_day)
    divide(folder, sources)
    for one in stocks:
        remove_whole(folder, one.name)
    came = dict.fromkeys(home for one in sources for home in one.homes.values())
    older = sum(len(one.older) for one in stocks if one.older is not None)
    return Compacted(tuple(one.name for one in stocks), tuple(came), older)


def _planned(stocks: Sequence[Stock], sequence: int, *, by_day: bool) -> list[Source]:
    """Where the rows of each part go; a new part begins when one is full."""
    open_parts: dict[str | None, tuple[str, int, float]] = {}
    sources = []
    for one in stocks:
        homes: dict[str | None, str] = {}
        divided = by_day or one.divided
        for day, rows in one.days.items() if divided else [(None, one.rows)]:
            size_bytes = one.size_bytes * rows / max(1, one.rows)
            name, full_rows, full_bytes = open_parts.get(day, ("", 0, 0.0))
            if not name or full_rows + rows > PART_ROWS or full_bytes + size_bytes > PART_BYTES:
                name, full_rows, full_bytes = part_name(sequence, day), 0, 0.0
            open_parts[day] = (name, full_rows + rows, full_bytes + size_bytes)
            if rows:
                homes[day] = name
        sources.append(Source(one.name, homes, one.older))
    return sources
