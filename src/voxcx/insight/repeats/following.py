"""Which contact of the same customer, or about the same ticket, came next.

Decided here:

- A repeat is begun by the customer (direction not outbound), in any channel, whether or not anybody answered it. It
  starts later than the contact it follows and at most the window after it, start to start: exactly 7 days is inside.
- A reconnect after a drop is the same contact going on: it is neither a repeat nor a contact that could be repeated.
- What could be repeated are the customer's own contacts that an agent or a bot had. An abandoned call solved nothing.
- About the same topic: both topics are known and alike. A ticket is one matter, whatever the topic.
- The archive ends with its last contact that is no stray (``insight.spanning``); a contact whose window ends later has
  not been followed long enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from voxcx.domain.texts import Text, text
from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers, Labels

NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """n interactions, each with the next contact about the same thing.

    Attributes:
        moment_s: [n], start.
        counted: [n], a contact that could be repeated, however long the window.
        next_row: [n], the row of the next contact, −1 where there is none.
        gap_s: [n], seconds to it, infinite where there is none.
        end_s: when the archive ends.
        left_out: why contacts are not counted, and how many.
        same_topic: whether the topic had to be the same.
    """

    moment_s: Floats
    counted: Flags
    next_row: Integers
    gap_s: Floats
    end_s: float
    left_out: tuple[tuple[Text, int], ...]
    same_topic: bool

    def base(self, window_days: float) -> Flags:
        """[n], counted contacts whose window has elapsed."""
        elapsed: Flags = self.counted & (self.moment_s + window_days * DAY_S <= self.end_s)
        return elapsed

    def repeated(self, window_days: float) -> Flags:
        """[n], those of the base that were followed by another."""
        again: Flags = self.base(window_days) & (self.gap_s <= window_days * DAY_S)
        return again


def coded(labels: Labels) -> Integers:
    """[n], a number for each name in order of appearance; −1 where there is none.

    >>> coded(np.array(["b", "", "a", "b"], dtype=object)).tolist()
    [0, -1, 1, 0]
    """
    numbers: dict[str, int] = {"": NOWHERE}
    # A dictionary is many times faster here than sorting objects.
    return np.array([numbers.setdefault(name, len(numbers) - 1) for name in labels.tolist()], dtype=np.int64)


def begun_by_customer(archive: Archive) -> Flags:
    """[n], what the source does not call outbound and what does not go on after a drop."""
    own: Flags = (archive.label("direction") != "outbound") & ~archive.flag("reconnect_after_drop")
    return own


def keys(archive: Archive, *, same_topic: bool) -> tuple[Integers, Integers]:
    """What contacts are joined by: [n] the customer (with the topic), [n] the ticket; −1 where not known."""
    who, ticket = coded(archive.label("customer_id")), coded(archive.label("ticket_id"))
    if not same_topic:
        return who, ticket
    topic = coded(archive.label("topic"))
    joined = np.where((who >= 0) & (topic >= 0), who * (int(topic.max(initial=0)) + 1) + topic, NOWHERE)
    return joined, ticket


@lru_cache(maxsize=2)  # asked by several pages about the same archive
def followed(archive: Archive, *, same_topic: bool) -> Followed:
    """The next contact of each interaction."""
    moment_s, own = archive.moment_s, begun_by_customer(archive)
    both = keys(archive, same_topic=same_topic)
    nexts = np.stack([next_of(key, moment_s, own) for key in both])
    there = nexts != NOWHERE
    gaps = np.where(there, moment_s[nexts] - moment_s, np.inf) if len(archive) else np.empty((2, 0))
    nearest = np.argmin(gaps, axis=0)
    row = np.arange(len(archive))
    counted, left_out = _counted(archive, both, same_topic=same_topic)
    found = nexts[nearest, row], gaps[nearest, row]
    return Followed(moment_s, counted, *found, archive.end_s, left_out, same_topic)


def next_of(key: Integers, moment_s: Floats, candidate: Flags) -> Integers:
    """[n], the row of the first candidate with the same key that starts later; −1 where there is none."""
    usable = (key >= 0) & ~np.isnan(moment_s)
    at = np.flatnonzero(usable & candidate)
    found = np.full(len(key), NOWHERE, dtype=np.int64)
    if not len(at):
        return found
    rank = np.unique(moment_s, return_inverse=True)[1].reshape(-1).astype(np.int64)
    code = key * (int(rank.max()) + 1) + rank
    at = at[np.argsort(code[at], kind="stable")]
    place = np.searchsorted(code[at], code, side="right")
    after = at[np.minimum(place, len(at) - 1)]
    fits = usable & (place < len(at)) & (key[after] == key)
    found[fits] = after[fits]
    return found


OUTBOUND = text("begun by the company or going on after a drop", "начаты компанией или продолжены после обрыва")
UNHANDLED = text("reached neither an agent nor a bot", "не дошли ни до оператора, ни до бота")
NO_TIME = text("their time is not known", "время неизвестно")
NO_CUSTOMER = text("neither the customer nor a ticket is known", "не известны ни клиент, ни номер заявки")
NO_TOPIC = text("their topic is not known", "тема неизвестна")
UNELAPSED = text("their window has not elapsed", "срок наблюдения за ними ещё не прошёл")


def _counted(archive: Archive, both: tuple[Integers, Integers], *, same_topic: bool) -> tuple[Flags, _Reasons]:
    left = np.ones(len(archive), dtype=bool)
    reasons: list[tuple[Text, int]] = []
    for why, fits in _needed(archive, both, same_topic=same_topic):
        lost = int((left & ~fits).sum())
        left &= fits
        if lost:
            reasons.append((why, lost))
    return left, tuple(reasons)


_Reasons = tuple[tuple[Text, int], ...]


def _needed(archive: Archive, both: tuple[Integers, Integers], *, same_topic: bool) -> Iterator[tuple[Text, Flags]]:
    ticket = both[1] >= 0
    yield OUTBOUND, begun_by_customer(archive)
    yield UNHANDLED, archive.handled
    yield NO_TIME, ~np.isnan(archive.moment_s)
    yield NO_CUSTOMER, (archive.label("customer_id") != "") | ticket
    if same_topic:
        yield NO_TOPIC, (archive.label("topic") != "") | ticket
