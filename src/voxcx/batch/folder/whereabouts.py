"""Where each interaction of a results folder stands: the key of its work, the key of its sound, its part."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from voxcx.batch.register import as_bytes, scratch
from voxcx.results.standing import Standing, standing

Row = tuple[str, str | None, str | None]  # interaction id, work key, sound key


class Stands(NamedTuple):
    """The work key of an interaction's row, the key of its sound, the name of its part."""

    key: str | None
    sound: str | None
    part: str


class Whereabouts:
    """The latest place of every interaction."""

    def __init__(self, db: Connection | None = None) -> None:
        self._db = db or scratch()
        self._db.execute("CREATE TABLE stands (id PRIMARY KEY, key, sound, part INTEGER) WITHOUT ROWID")
        self._parts: list[str] = []  # names of parts, by number: far fewer than interactions
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM stands").fetchone()[0])

    def of(self, interaction_id: str) -> Stands | None:
        """Where an interaction stands."""
        sql = "SELECT key, sound, part FROM stands WHERE id = ?"
        row = self._db.execute(sql, (as_bytes(interaction_id),)).fetchone()
        return None if row is None else Stands(row[0], row[1], self._parts[row[2]])

    def load(self, folder: Path, parts: Iterable[str] | None = None) -> None:
        """Read a results folder, or some parts of it, in the order in which they were written: what is later counts."""
        for one in standing(folder, None if parts is None else set(parts)):
            self.note(one.part, _rows(one))

    def note(self, part: str, rows: Iterable[Row]) -> None:
        """From now on these stand in a part."""
        number = self._number(part)
        kept = ((as_bytes(name), key, sound, number) for name, key, sound in rows)
        self._db.executemany("INSERT OR REPLACE INTO stands VALUES (?, ?, ?, ?)", kept)

    def _number(self, part: str) -> int:
        number = self._numbers.setdefault(part, len(self._parts))
        if number == len(self._parts):
            self._parts.append(part)
        return number


def _rows(one: Standing) -> Iterable[Row]:
    for batch in one.rows.to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
