"""What agents wrote in chats, in order of time: which of a chat's messages each had written before.

Of an agent's strictly earlier chats the 200 latest distinct messages of 3 words or more are compared. All chats are
gathered first and then compared in one walk, agent by agent in order of time: each message is read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from sqlite3 import Connection

from voxcx.batch.incoming.contacts import ticks
from voxcx.batch.register import as_bytes, scratch
from voxcx.features.chat_style import MIN_TEMPLATE_WORDS
from voxcx.language.fuzzy import Recent, plain

REMEMBERED = 200  # messages of an agent: two or three shifts of chats
_CHUNK = 500  # chats read at a time

Chat = tuple[int, list[str]]  # its number, and the messages that can be templates


class Wordings:
    """Messages of agents' chats by the chat's number. ``add`` all, then ask; the source's order changes nothing."""

    def __init__(self, db: Connection | None = None) -> None:
        self._db = db or scratch()
        self._db.execute("CREATE TABLE wordings (agent TEXT, started INTEGER, n INTEGER, texts TEXT)")
        self._db.execute("CREATE TABLE written_before (n INTEGER PRIMARY KEY, texts TEXT)")
        self._compared = False

    def add(self, n: int, agent: str, started: datetime, texts: Sequence[str]) -> None:
        """Note what an agent wrote in a chat that started then."""
        if kept := _comparable(texts):
            row = (as_bytes(agent), ticks(started), n, _packed(kept))
            self._db.execute("INSERT INTO wordings VALUES (?, ?, ?, ?)", row)

    def known(self, n: int) -> tuple[str, ...]:
        """Of the agent's earlier messages those nearly equal to one of this chat's, one for each at most."""
        if not self._compared:
            self._compare()
        row = self._db.execute("SELECT texts FROM written_before WHERE n = ?", (n,)).fetchone()
        return () if row is None else tuple(_unpacked(row[0]))

    def _compare(self) -> None:
        for _, chats in groupby(self._in_order(), key=lambda row: row[0]):
            latest = Recent(REMEMBERED)
            for _, same in groupby(chats, key=lambda row: row[1]):
                self._compare_moment(latest, [(n, _unpacked(texts)) for _, _, n, texts in same])
        self._compared = True

    def _compare_moment(self, latest: Recent, chats: list[Chat]) -> None:
        """Chats that start at one moment do not know of each other; then what they say is remembered."""
        for n, texts in chats:
            found = map(latest.nearest, texts)
            if before := [text for text in dict.fromkeys(found) if text is not None]:
                self._db.execute("INSERT INTO written_before VALUES (?, ?)", (n, _packed(before)))
        for text in (text for texts in sorted(texts for _, texts in chats) for text in texts):
            latest.add(text)

    def _in_order(self) -> Iterator[tuple[bytes, int, int, str]]:
        cursor = self._db.execute("SELECT agent, started, n, texts FROM wordings ORDER BY agent, started")
        cursor.arraysize = _CHUNK
        while rows := cursor.fetchmany():
            yield from rows


def _packed(texts: list[str]) -> str:
    """As ASCII: half of a surrogate pair, which broken exports hold, is no UTF-8."""
    return json.dumps(texts)


def _unpacked(packed: str) -> list[str]:
    return list(json.loads(packed))


def _comparable(texts: Sequence[str]) -> list[str]:
    """Distinct texts as they are compared, in their order; shorter ones are no templates."""
    written = dict.fromkeys(plain(text) for text in texts)
    return [text for text in written if len(text.split()) >= MIN_TEMPLATE_WORDS]
