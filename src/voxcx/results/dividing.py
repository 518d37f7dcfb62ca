"""Rows of some parts → other parts, as a plan says: streamed, so that memory stays bounded.

Each source is read once for up to `OPEN_AT_ONCE` new parts. Rows gather in one buffer; when it is full they are sorted
by their new part and the start of their interaction, and each part gets its own as row groups. So a query for some
hours skips most row groups of a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from voxcx.results.reading import GoneError, opened, part_groups, read_part, without
from voxcx.results.schema import arrow_schema
from voxcx.results.upkeep import INTERACTIONS_LAST
from voxcx.results.writing import STAMP, whole

UNDATED = "undated"
OPEN_AT_ONCE = 200  # new parts; a year in one pass or two
BUFFERED_BYTES = 64 << 20  # sorting needs as much again
GROUP_BYTES = 32 << 20
SINGLE_GROUP_BYTES = 4 << 20  # of tables from which single rows are taken when an interaction is judged again
_SINGLE = ("heard", "transcripts")
_BEGAN, _HOME = "\0began", "\0home"  # no column is called so
_ORDER = [(_HOME, "ascending"), (_BEGAN, "ascending"), ("interaction_id", "ascending")]


@dataclass(frozen=True, slots=True)
class Source:
    """A part and where its rows go: by the day of their interactions, or all under None. ``older`` go nowhere."""

    name: str
    homes: Mapping[str | None, str]
    older: pa.Array | None = None


Plans = dict[str, tuple[pa.Array, pa.Array, pa.Array]]  # by source: interactions, when they began, number of their part


def days_of(started: pa.ChunkedArray) -> pa.ChunkedArray:
    """The day (UTC) of each start as text; `undated` where it is not known."""
    return pc.fill_null(started.cast(pa.date32()).cast(pa.string()), UNDATED)


def divide(folder: Path, sources: Sequence[Source]) -> None:
    """Write the new parts in every table, `interactions` last; the sources stay."""
    homes = list(dict.fromkeys(home for one in sources for home in one.homes.values()))
    for first in range(0, len(homes), OPEN_AT_ONCE):
        some = homes[first : first + OPEN_AT_ONCE]
        concerned = [one for one in sources if not set(some).isdisjoint(one.homes.values())]
        plans = {one.name: _plan(folder, one, some) for one in concerned}
        for table in INTERACTIONS_LAST:
            _divide_table(folder, table, concerned, some, plans)


def _divide_table(folder: Path, table: str, sources: Sequence[Source], homes: Sequence[str], plans: Plans) -> None:
    schema, times = _together(folder, table, sources)
    with ExitStack() as stack:
        writers = []
        for home in homes:
            last = max(times.get(one.name, b"") for one in sources if home in one.homes.values())
            sink = stack.enter_context(whole(folder / table / f"{home}.parquet"))
            stamped = schema.with_metadata(_stamp(table, last))
            writers.append(stack.enter_context(pq.ParquetWriter(sink, stamped, compression="zstd")))
        for rows in _full(_placed(folder, table, plans)):
            _hand_out(rows, writers, SINGLE_GROUP_BYTES if table in _SINGLE else GROUP_BYTES)


def _stamp(table: str, processed_at: bytes) -> dict[bytes, bytes]:
    documented: dict[bytes, bytes] = arrow_schema(table).metadata
    return {**documented, **({b"voxcx.processed_at": processed_at} if processed_at else {}), **STAMP}


def _together(folder: Path, table: str, sources: Sequence[Source]) -> tuple[pa.Schema, dict[str, bytes]]:
    """Columns of all sources, the documented ones first, and when each source was processed."""
    schemas, times = [arrow_schema(table).remove_metadata()], {}
    for one in sources:
        with suppress(GoneError), opened(folder / table / f"{one.name}.parquet") as part:
            written = part.schema_arrow
            schemas.append(pa.schema([field for field in written if field.name not in schemas[0].names]))
            times[one.name] = (written.metadata or {}).get(b"voxcx.processed_at", b"")
    return pa.unify_schemas(schemas, promote_options="permissive"), times


def _placed(folder: Path, table: str, plans: Plans) -> Iterator[pa.Table]:
    """Rows that go to the new parts, with the number of their part and the start of their interaction."""
    for name, (ids, began, home) in plans.items():
        with suppress(GoneError):  # a part may have no rows in this table
            for rows in part_groups(folder / table / f"{name}.parquet"):
                place = pc.index_in(rows["interaction_id"], value_set=ids)
                rows = rows.append_column(_HOME, home.take(place)).append_column(_BEGAN, began.take(place))  # noqa: PLW2901
                yield rows.filter(pc.is_valid(rows[_HOME])) if rows[_HOME].null_count else rows


def _plan(folder: Path, source: Source, homes: Sequence[str]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Interactions of a source, when they began, and the number of their home; null where it is none of these."""
    about = read_part(folder / "interactions" / f"{source.name}.parquet", ["interaction_id", "started_at"])
    if source.older is not None:
        about = without(about, source.older)
    numbers = {home: number for number, home in enumerate(homes)}
    if None in source.homes:
        home = pa.repeat(pa.scalar(numbers.get(source.homes[None]), pa.int32()), about.num_rows)
    else:
        days = list(source.homes)
        known = pa.array([numbers.get(source.homes[day]) for day in days], pa.int32())
        home = known.take(pc.index_in(days_of(about["started_at"]), value_set=pa.array(days, pa.string())))
    return about["interaction_id"].combine_chunks(), about["started_at"].combine_chunks(), home


def _full(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Pieces together, as many as the buffer holds."""
    waiting: list[pa.Table] = []
    size_bytes = 0
    for piece in pieces:
        waiting.append(piece)
        size_bytes += piece.nbytes
        if size_bytes >= BUFFERED_BYTES:
            yield pa.concat_tables(waiting, promote_options="permissive")
            waiting, size_bytes = [], 0
    if waiting:
        yield pa.concat_tables(waiting, promote_options="permissive")


def _hand_out(rows: pa.Table, writers: Sequence[pq.ParquetWriter], group_bytes: int) -> None:
    """Each part gets its rows, in their order, as row groups of about that size."""
    counts = {one["values"]: one["counts"] for one in pc.value_counts(rows[_HOME]).to_pylist()}
    rows = _shaped(rows.sort_by(_ORDER), writers[0].schema)
    group_rows = max(1, round(group_bytes * rows.num_rows / max(1, rows.nbytes)))
    first = 0
    for home, count in sorted(counts.items()):
        writers[home].write_table(rows.slice(first, count), row_group_size=group_rows)
        first += count


def _shaped(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns that the new parts have; null where these sources know none."""
    return pa.concat_tables([schema.empty_table(), rows], promote_options="permissive").select(schema.names)
