"""Messages between the parent and a worker, whole or not at all. The parent never waits for one worker alone.

A worker may be stopped in the middle of a message, in either direction: a parent that blocks there would hang with it,
and two that write to each other at once would wait for ever. So the parent's end gathers what comes and keeps what
does not go yet. A worker's end may block: the parent always reads.
"""

from __future__ import annotations

import select
import struct
from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler
from socket import socket, socketpair

_SIZE = struct.Struct("!Q")
_READ = 1 << 20  # bytes at once


class _Frames:
    """Bytes as they come → messages. Half a message stays until the rest is there."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, some: bytes) -> None:
        self._bytes += some

    @property
    def end(self) -> int | None:
        """Where the first message ends; None when it is not whole yet."""
        if len(self._bytes) < _SIZE.size:
            return None
        end = _SIZE.size + int(_SIZE.unpack_from(self._bytes)[0])
        return end if end <= len(self._bytes) else None

    def whole(self) -> Iterator[object]:
        while (end := self.end) is not None:
            message = bytes(memoryview(self._bytes)[_SIZE.size : end])
            del self._bytes[:end]
            yield ForkingPickler.loads(message)

    def copied(self) -> Iterator[object]:
        """The same, and they stay."""
        copy = _Frames()
        copy.add(bytes(self._bytes))
        yield from copy.whole()


class Wire:
    """The parent's end: nothing here waits."""

    def __init__(self, end: socket) -> None:
        end.settimeout(0.0)
        self.end = end
        self.ended = False  # the other end is closed, and all that came before has been given
        self._frames = _Frames()
        self._outgoing = bytearray()

    @property
    def is_sending(self) -> bool:
        """Something waits until the other end reads."""
        return bool(self._outgoing)

    def send(self, message: object) -> None:
        """Send now, or keep what does not go yet for ``flush``."""
        self._outgoing += _framed(message)
        self.flush()

    def flush(self) -> None:
        """Send what can go. Nobody reads any more: it is dropped, and the end is heard next."""
        try:
            while self._outgoing:
                sent = self.end.send(memoryview(self._outgoing)[:_READ])
                del self._outgoing[:sent]
        except BlockingIOError:
            return
        except OSError:
            self._outgoing.clear()

    def arrived(self) -> Iterator[object]:
        """The messages that are there now."""
        try:
            some = self.end.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            some = b""
        self.ended = not some
        self._frames.add(some)
        yield from self._frames.whole()

    def close(self) -> None:
        """The other end reads the end."""
        self.end.close()


class WorkersEnd:
    """The worker's end, which may wait for the parent."""

    def __init__(self, end: socket) -> None:
        end.settimeout(None)
        self._end = end
        self._frames = _Frames()

    def send(self, message: object) -> None:
        """Send all of it. OSError when the parent is gone."""
        self._end.sendall(_framed(message))

    def next(self) -> object | None:
        """The next message; None when the parent has closed its end."""
        while True:
            for message in self._frames.whole():
                return message
            some = self._end.recv(_READ)
            if not some:
                return None
            self._frames.add(some)

    def lying(self) -> Iterator[object]:
        """The messages that are there now; ``next`` gives them again."""
        while select.select([self._end], [], [], 0.0)[0] and (some := self._end.recv(_READ)):
            self._frames.add(some)
        yield from self._frames.copied()

    def has_more(self, wait_s: float) -> bool:
        """Whether something comes within that time: a message, a part of one, or the end."""
        return self._frames.end is not None or bool(select.select([self._end], [], [], wait_s)[0])


def wire() -> tuple[Wire, socket]:
    """The parent's end, and the socket to hand to the worker."""
    here, there = socketpair()
    return Wire(here), there


def _framed(message: object) -> bytes:
    packed = ForkingPickler.dumps(message)
    return b"".join((_SIZE.pack(len(packed)), packed))
