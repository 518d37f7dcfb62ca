"""What must be remembered of every interaction of an archive, in a temporary database: memory stays flat.

SQLite keeps it in a file without a name and a bounded part of it in memory; it is gone with the process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from voxcx.errors import InputError

CACHE_KIB = 16 * 1024
_CHUNK = 1_000  # rows read at a time
_COLUMNS = "place, id, kind, facts, spoken, customer, agent, started, sound_s, twice, left_out"


class Noted(NamedTuple):
    """One interaction of the source. ``n``: its number in the source's order; ``place``: where it stands there.

    ``facts`` is the digest of all that the source says of it; ``spoken``, of a call, JSON of what its sound depends on.
    ``started`` counts microseconds since 1970. ``sound_s`` is what the headers promise, where they were asked.
    ``twice``: an earlier one has the same id and keeps it.
    """

    n: int
    place: str
    id: str
    kind: str
    facts: str
    spoken: str
    customer: str | None = None
    agent: str | None = None
    started: int | None = None
    sound_s: float | None = None
    twice: bool = False
    left_out: bool = False


_INSERT = "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Register:
    """The interactions of the source in its order. ``db`` is shared by all that remembers: one file, one cache."""

    def __init__(self) -> None:
        self.db = scratch()
        self.db.execute(f"CREATE TABLE source (n INTEGER PRIMARY KEY, {_COLUMNS})")
        self.db.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        self._by_place = False

    def note(self, one: Noted) -> None:
        """Remember one more; whether it is the first of its id is found out."""
        name = as_bytes(one.id)
        row = (
            one.n,
            as_bytes(one.place),
            name,
            *one[3:6],
            as_bytes(one.customer),
            as_bytes(one.agent),
            one.started,
            one.sound_s,
        )
        is_first = self.db.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", (name, one.n)).rowcount
        self.db.execute(_INSERT, (*row, not is_first, one.left_out))

    def rows(self) -> Iterator[Noted]:
        """All of them in the source's order."""
        cursor = self.db.execute("SELECT * FROM source ORDER BY n")
        cursor.arraysize = _CHUNK
        while rows := cursor.fetchmany():
            yield from map(_noted, rows)

    def at(self, place: str) -> Noted | None:
        """What stands at a place of the source."""
        if not self._by_place:
            self.db.execute("CREATE INDEX IF NOT EXISTS by_place ON source (place)")
            self._by_place = True
        row = self.db.execute("SELECT * FROM source WHERE place = ? ORDER BY n", (as_bytes(place),)).fetchone()
        return None if row is None else _noted(row)

    def first_of(self, one: Noted) -> str:
        """The place of the first interaction with this id."""
        sql = "SELECT source.place FROM ids JOIN source USING (n) WHERE ids.id = ?"
        return as_text(self.db.execute(sql, (as_bytes(one.id),)).fetchone()[0])

    def chosen(self) -> Iterator[Noted]:
        """Those that may be done."""
        return (one for one in self.rows() if not (one.left_out or one.twice))

    def leave_out(self, numbers: list[int]) -> None:
        """Mark those that ``--where`` does not choose: they count for history and are not done."""
        self.db.executemany("UPDATE source SET left_out = 1 WHERE n = ?", ((n,) for n in numbers))


def as_bytes(text: str | None) -> bytes | None:
    """Names as the database keeps them: half of a surrogate pair, as odd file names have, is no text to it."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def as_text(kept: bytes) -> str:
    """The name again."""
    return kept.decode("utf-8", "surrogatepass")


def _noted(row: tuple[Any, ...]) -> Noted:
    n, place, name, kind, facts, spoken, customer, agent, *rest = row
    customer, agent = (None if one is None else as_text(one) for one in (customer, agent))
    return Noted(n, as_text(place), as_text(name), kind, facts, spoken, customer, agent, *rest)


def scratch() -> sqlite3.Connection:
    """A database without a name that nobody needs after a crash: no journal, no flushing, one endless transaction."""
    db = sqlite3.connect("", isolation_level=None)
    for pragma in (f"cache_size = -{CACHE_KIB}", "journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    return db


@contextmanager
def room_for_notes() -> Iterator[None]:
    """Tell a full temporary disk as such."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise InputError(
            f"Temporary files: expected room for what is remembered of the archive (about 1 kB an interaction), got "
            f"{error}; free some, or name another folder in SQLITE_TMPDIR."
        ) from None
