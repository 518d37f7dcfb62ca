"""A worker process's life: load the tools once, then bundle after bundle until the parent closes its end or is gone."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, MutableSequence
from contextlib import suppress
from dataclasses import dataclass
from socket import socket
from time import sleep
from typing import NamedTuple

from voxcx.batch.work import MakeWalk, Task, Walk
from voxcx.batch.workers.board import Board
from voxcx.batch.workers.limits import refuse_more_data
from voxcx.batch.workers.shift import Bundle, Shift
from voxcx.batch.workers.wire import WorkersEnd
from voxcx.errors import VoxcxError, unexpected

PATIENCE_S = 1.0  # for the next recording when there are more: a stream that ends decodes what it has in poor company
LOOK_S = 1.0
GARBAGE = 20_000, 20, 50  # new objects before a search: a bundle of chats makes many, and nearly all die by themselves
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded its tools."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The worker could not load its tools: no interaction is to blame."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Took:
    """The worker has taken the oldest bundle out of the wire."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The shift itself failed, and the worker ends."""

    sentence: str


class Given(NamedTuple):
    """What the parent sends; ``more``: other recordings wait for a worker that has room."""

    bundle: Bundle
    more: bool


class WireInbox:
    """Bundles from the parent, each acknowledged, so that the next can be on its way."""

    def __init__(self, end: WorkersEnd) -> None:
        self._end = end
        self._more = False

    def wait(self) -> Bundle | None:
        """The next bundle; None when the parent has closed its end."""
        given = self._end.next()
        if not isinstance(given, Given):
            return None
        self._more = given.more
        self._end.send(Took())
        return given.bundle

    def coming(self) -> Iterator[Task]:
        """Tasks that lie there; they are not taken."""
        for given in self._end.lying():
            yield from given.bundle if isinstance(given, Given) else ()

    def waiting(self) -> Bundle | None:
        """A bundle that lies there, or comes soon where more are on their way."""
        return self.wait() if self._end.has_more(PATIENCE_S if self._more else 0.0) else None


@dataclass(frozen=True, slots=True)
class Hired:
    """What a worker is started with; ``parent`` is the process that it works for."""

    make_walk: MakeWalk
    threads: int
    parent: int
    data_bytes: int | None  # more than what its tools need; None: no limit


def serve(end: socket, cells: MutableSequence[int], hired: Hired) -> None:
    """Load the tools and work. Signals of the terminal and of a service manager are the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_with(hired.parent)
    line = WorkersEnd(end)
    with suppress(OSError):  # the parent is gone, and with it whoever would read an answer
        walk = _loaded(hired.make_walk, hired.threads)
        line.send(walk if isinstance(walk, Refused) else Ready())
        if isinstance(walk, Refused):
            return
        if hired.data_bytes is not None:
            refuse_more_data(hired.data_bytes)
        _work(Shift(walk, WireInbox(line), line.send, Board(cells)), line)
    gc.unfreeze()  # or libraries complain at the end of what nobody has taken down


def _work(shift: Shift, line: WorkersEnd) -> None:
    try:
        shift.work()
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - the parent says it; a worker has no one to print to
        line.send(Broken(unexpected(error)))
        os._exit(1)


def _loaded(make_walk: MakeWalk, threads: int) -> Walk | Refused:
    try:
        walk = make_walk(threads)
    except VoxcxError as error:
        return Refused(str(error))
    except Exception as error:  # noqa: BLE001 - the same
        return Refused(f"Loading the tools: {unexpected(error)}")
    gc.collect()
    gc.freeze()  # dictionaries and models stay: nobody need search half a million objects for garbage again and again
    gc.set_threshold(*GARBAGE)
    return walk


def end_with(parent: int) -> None:
    """End this process when that one ends, however it ends: an orphan that decodes would burn a core for nobody."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it ended before it could be watched
        return
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="watch").start()


def _watch(parent: int) -> None:
    """Where the system does not tell: ask it."""
    while os.getppid() == parent:
        sleep(LOOK_S)
    os._exit(1)
