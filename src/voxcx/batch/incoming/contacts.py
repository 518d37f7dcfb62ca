"""Who contacted us when, of a whole archive: contacts by customer, asked for in order of time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from sqlite3 import Connection
from typing import Any, NamedTuple

from voxcx.batch.register import as_bytes, scratch
from voxcx.domain.interaction import Contact

_NOT_FACTS = ("started_at", "ended_at", "rating")
_FACTS = tuple(one.name for one in fields(Contact) if one.name not in _NOT_FACTS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_INSERT = "INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?)"
_ASK = """
    SELECT started, ended, offset_s, facts, iif(answered < started_later, rating, NULL) AS rating
    FROM (SELECT *, ? AS started_later FROM contacts WHERE customer = ? AND started < ?)
    ORDER BY started, ended, facts, offset_s, rating
"""


class Line(NamedTuple):
    """A contact as it is kept: microseconds since 1970, local time − UTC, facts as JSON, the rating known by then."""

    started: int
    ended: int | None
    offset_s: int
    facts: str
    rating: float | None


class Ledger:
    """Contacts by customer; of ``db`` it has the table ``contacts``."""

    def __init__(self, db: Connection | None = None) -> None:
        self._db = db or scratch()
        self._db.execute("CREATE TABLE contacts (customer TEXT, started, ended, offset_s, facts, answered, rating)")
        self._sorted = False

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM contacts").fetchone()[0])

    def add(self, customer: str, contact: Contact, answer: tuple[datetime, float] | None = None) -> None:
        """Note a contact and the answer to its survey; in any order of time."""
        facts = json.dumps([getattr(contact, name) for name in _FACTS])
        ended = None if contact.ended_at is None else ticks(contact.ended_at)
        offset = contact.started_at.utcoffset()
        offset_s = round(offset.total_seconds()) if offset else 0
        answered, rating = (None, None) if answer is None else (ticks(answer[0]), answer[1])
        row = (as_bytes(customer), ticks(contact.started_at), ended, offset_s, facts, answered, rating)
        self._db.execute(_INSERT, row)

    def lines(self, customer: str, before: int) -> tuple[Line, ...]:
        """The customer's contacts that start strictly before, in order of time whatever the order they came in.

        A rating is known from the moment that it was given.
        """
        if not self._sorted:  # one sort of all is much cheaper than an index that grows with every contact
            self._db.execute("CREATE INDEX IF NOT EXISTS by_customer ON contacts (customer, started)")
            self._sorted = True
        return tuple(map(Line._make, self._db.execute(_ASK, (before, as_bytes(customer), before))))

    def of(self, customer: str, before: datetime) -> tuple[Contact, ...]:
        """The same as records."""
        return contacts_of(self.lines(customer, ticks(before)))


def contacts_of(lines: Sequence[Line]) -> tuple[Contact, ...]:
    """Lines as the records that they were."""
    return tuple(_contact(line) for line in lines)


def _contact(line: Line) -> Contact:
    zone = timezone(timedelta(seconds=line.offset_s))
    facts: dict[str, Any] = dict(zip(_FACTS, json.loads(line.facts), strict=True))
    ended = None if line.ended is None else moment(line.ended).astimezone(zone)
    return Contact(moment(line.started).astimezone(zone), ended_at=ended, rating=line.rating, **facts)


def ticks(at: datetime) -> int:
    """Microseconds since 1970, exactly.

    >>> ticks(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at - _EPOCH) // _TICK


def moment(count: int) -> datetime:
    """The time of so many microseconds since 1970.

    >>> moment(1_000_000)
    datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc)
    """
    return _EPOCH + count * _TICK
