"""What agents wrote in chats, in order of time: which of a chat's messages each had written before.

Of an agent's strictly earlier chats the 200 latest distinct messages of 3 words or more are compared. They wait in a
temporary file without a name (in memory while they are few): an archive has millions of them.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from weakref import finalize
from zlib import crc32

from voxcx.batch.contacts import ticks
from voxcx.features.chat_style import MIN_TEMPLATE_WORDS
from voxcx.language.fuzzy import nearest, plain

REMEMBERED = 200  # messages of an agent: two or three shifts of chats
IN_MEMORY_BYTES = 32 * 1024 * 1024


class Wordings:
    """Messages of agents' chats. ``add`` all chats, then ask; the order of the source changes nothing."""

    def __init__(self) -> None:
        self._texts = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - it lives as long as this
        finalize(self, self._texts.close)
        self._end = 0
        self._by_agent: dict[str, _Chats] = {}

    def add(self, agent: str, started: datetime, texts: Sequence[str]) -> None:
        """Note what an agent wrote in a chat that started then."""
        kept = _comparable(texts)
        if not kept:
            return
        record = json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._texts.seek(self._end)
        self._texts.write(record)
        self._by_agent.setdefault(agent, _Chats()).add(ticks(started), self._end, record)
        self._end += len(record)

    def known(self, agent: str, started: datetime, texts: Sequence[str]) -> tuple[str, ...]:
        """Of the agent's earlier messages those nearly equal to one of these, one for each at most."""
        kept = _comparable(texts)
        earlier = self._earlier(agent, started) if kept else {}
        others = list(earlier)
        found = (text if text in earlier else nearest(text, others) for text in kept)
        return tuple(dict.fromkeys(text for text in found if text is not None))

    def _earlier(self, agent: str, started: datetime) -> dict[str, None]:
        """The latest distinct messages, the latest first."""
        chats = self._by_agent.get(agent)
        latest: dict[str, None] = {}
        for at, size in chats.before(ticks(started)) if chats else ():
            self._texts.seek(at)
            for text in reversed(json.loads(self._texts.read(size).decode("utf-8", "surrogatepass"))):
                latest.setdefault(text)
                if len(latest) == REMEMBERED:
                    return latest
        return latest


class _Chats:
    """One agent's chats: when each started, and where its messages lie in the file."""

    def __init__(self) -> None:
        self._started = array("q")
        self._at = array("q")
        self._size = array("i")
        self._mark = array("I")  # of chats that start at the same moment the content decides the order
        self._is_sorted = True

    def add(self, started: int, at: int, record: bytes) -> None:
        self._is_sorted = False
        self._started.append(started)
        self._at.append(at)
        self._size.append(len(record))
        self._mark.append(crc32(record))

    def before(self, started: int) -> Iterator[tuple[int, int]]:
        """(where, how many bytes) of the chats that started before, the latest first."""
        if not self._is_sorted:
            self._sort()
        for row in range(bisect_left(self._started, started) - 1, -1, -1):
            yield self._at[row], self._size[row]

    def _sort(self) -> None:
        order = sorted(range(len(self._at)), key=lambda row: (self._started[row], self._mark[row]))
        for name in ("_started", "_at", "_size", "_mark"):
            column = getattr(self, name)
            setattr(self, name, array(column.typecode, (column[row] for row in order)))
        self._is_sorted = True


def _comparable(texts: Sequence[str]) -> list[str]:
    """Distinct texts as they are compared, in their order; shorter ones are no templates."""
    written = dict.fromkeys(plain(text) for text in texts)
    return [text for text in written if len(text.split()) >= MIN_TEMPLATE_WORDS]
