"""Which contacts of the archive asked for a person, how long they waited and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.beside import Blocked
from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers, Labels
from voxcx.insight.service_level.formula import (
    ABANDONED,
    ANSWERED,
    BLOCKED_B,
    BLOCKED_OTHER,
    FLOWED_OUT,
    NONE,
    Counts,
    Queued,
)

BLOCKED_B_PLACE, BLOCKED_OTHER_PLACE = 5, 6  # in Counts
MAIL = ("mail", "email", "e-mail", "letter")


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts that asked for a person.

    Attributes:
        rows: [n], their places in the archive.
        queued: how long and how it ended.
    """

    rows: Integers
    queued: Queued

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, kept: Flags) -> Contacts:
        """Only these."""
        return Contacts(self.rows[kept], self.queued.where(kept))


def calls_of(archive: Archive) -> Contacts:
    """Customers' calls to a person: not what an IVR served to the end, not calls of your own."""
    asked = is_call(archive) & (archive.label("direction") != "outbound") & ~archive.flag("contained")
    return _contacts(archive, asked, archive.number("queue_wait_s"))


def chats_of(archive: Archive) -> Contacts:
    """Chats that reached a person or left before; letters are none. The clock is that of the first answer."""
    live = (archive.label("kind") == "chat") & ~is_letter(archive)
    asked = live & (archive.label("direction") != "outbound") & ~archive.flag("contained")
    return _contacts(archive, asked, archive.number("first_response_s"))


def is_letter(archive: Archive) -> Flags:
    """[n], an e-mail or a letter: it is answered in hours, so its wait is none beside those of calls and chats."""
    letters: Flags = np.isin(np.char.lower(archive.label("channel").astype(str)), MAIL)
    return letters


def is_call(archive: Archive) -> Flags:
    """[n]."""
    calls: Flags = archive.label("kind") == "call"
    return calls


def _contacts(archive: Archive, asked: Flags, wait_s: Floats) -> Contacts:
    rows = np.flatnonzero(asked)
    of_type_b = np.char.upper(archive.label("blocked_type")[rows].astype(str)) == "B"
    blocked = archive.flag("blocked")[rows]
    fate = np.select(
        [blocked & of_type_b, blocked, archive.flag("abandoned")[rows], archive.flag("flow_out")[rows]],
        [BLOCKED_B, BLOCKED_OTHER, ABANDONED, FLOWED_OUT],
        ANSWERED,
    )
    return Contacts(rows, Queued(wait_s[rows], fate.astype(np.int64)))


def skill_of(archive: Archive) -> Labels:
    """[n], the skill; the queue where no skill was noted."""
    skill: Labels = np.where(archive.label("skill") == "", archive.label("queue"), archive.label("skill"))
    return skill


def blocked_beside(archive: Archive) -> Iterator[Blocked]:
    """What ``blocked.csv`` counts on the local days of the archive."""
    days = archive.day[archive.day >= 0]
    first, last = (int(days.min()), int(days.max())) if len(days) else (-np.inf, np.inf)
    ahead_s = offset_s(archive)
    for one in archive.beside.blocked:
        if first <= (one.at_s + ahead_s) // DAY_S <= last:
            yield one


def blocked_places(archive: Archive) -> tuple[Floats, Integers, Integers]:
    """Of each line of ``blocked.csv``: its local time, its place in ``Counts``, how many."""
    beside, ahead_s = list(blocked_beside(archive)), offset_s(archive)
    at_s = np.array([one.at_s + ahead_s for one in beside], dtype=float)
    places = [BLOCKED_B_PLACE if one.type == "B" else BLOCKED_OTHER_PLACE for one in beside]
    return at_s, np.array(places, dtype=np.int64), np.array([one.count for one in beside], dtype=np.int64)


def counts_beside(archive: Archive, skill: str | None = None) -> Counts:
    """Blocked calls that are no rows of the archive, of a skill or of all."""
    found = [one for one in blocked_beside(archive) if skill is None or one.skill == skill]
    of_type_b = sum(one.count for one in found if one.type == "B")
    return replace(NONE, blocked_b=of_type_b, blocked_other=sum(one.count for one in found) - of_type_b)


def offset_s(archive: Archive) -> float:
    """Local time − UTC of the archive, its median; for files that know UTC alone."""
    known = (archive.local_s - archive.moment_s)[~np.isnan(archive.moment_s)]
    return float(np.median(known)) if len(known) else 0.0
