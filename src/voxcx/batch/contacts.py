"""Who contacted us when, of a whole archive, kept small: 28 bytes a contact besides the customers' own names."""

from __future__ import annotations

from array import array
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from voxcx.domain.interaction import Contact

_TIMES = ("started_at", "ended_at")
_FACTS = tuple(one.name for one in fields(Contact) if one.name not in _TIMES)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_UNKNOWN = -1  # microseconds; before 1970 nothing ended

Facts = tuple[object, ...]


class Ledger:
    """Contacts by customer. Columns instead of records, and what many contacts have in common stands once."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}  # customer → row of the contact added last
        self._before = array("i")  # row of the same customer's contact added before it, −1 for none
        self._started = array("q")  # microseconds since 1970
        self._ended = array("q")
        self._offset_s = array("i")  # local time − UTC
        self._which = array("i")  # facts, by their number
        self._number: dict[Facts, int] = {}
        self._facts: list[Facts] = []
        self._answers: dict[int, tuple[int, float]] = {}  # row → when its survey was answered, and how

    def __len__(self) -> int:
        return len(self._which)

    def add(self, customer: str, contact: Contact, answer: tuple[datetime, float] | None = None) -> None:
        """Note a contact and the answer to its survey; in any order of time."""
        facts: Facts = tuple(getattr(contact, name) for name in _FACTS)
        number = self._number.setdefault(facts, len(self._facts))
        if number == len(self._facts):
            self._facts.append(facts)
        offset = contact.started_at.utcoffset() or timedelta(0)
        self._before.append(self._last.get(customer, -1))
        self._last[customer] = len(self._which)
        if answer is not None:
            self._answers[len(self._which)] = ticks(answer[0]), answer[1]
        self._started.append(ticks(contact.started_at))
        self._ended.append(_UNKNOWN if contact.ended_at is None else ticks(contact.ended_at))
        self._offset_s.append(round(offset.total_seconds()))
        self._which.append(number)

    def of(self, customer: str, before: datetime) -> tuple[Contact, ...]:
        """The customer's contacts that start strictly before, in order of time whatever the order they came in.

        A rating is known from the moment that it was given.
        """
        found: list[tuple[int, int, str, int]] = []
        limit, row = ticks(before), self._last.get(customer, -1)
        while row >= 0:
            if self._started[row] < limit:
                facts = self._facts[self._which[row]]
                found.append((self._started[row], self._ended[row], repr(facts), row))
            row = self._before[row]
        return tuple(self._contact(row, limit) for *_, row in sorted(found))

    def _contact(self, row: int, limit: int) -> Contact:
        zone = timezone(timedelta(seconds=self._offset_s[row]))
        started, ended = ((_EPOCH + at * _TICK).astimezone(zone) for at in (self._started[row], self._ended[row]))
        facts: dict[str, Any] = dict(zip(_FACTS, self._facts[self._which[row]], strict=True))
        answered, rating = self._answers.get(row, (limit, None))
        if answered < limit:
            facts["rating"] = rating
        return Contact(started, ended_at=None if self._ended[row] == _UNKNOWN else ended, **facts)


def ticks(at: datetime) -> int:
    """Microseconds since 1970, exactly.

    >>> ticks(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at - _EPOCH) // _TICK
