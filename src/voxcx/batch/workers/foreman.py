"""What one actor of a cluster does: it keeps one worker process on its node, as a batch on one machine does.

So a poisoned input ends that process and not the actor, and time, memory and blame are the same on every engine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from platform import node
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Self

from voxcx import __version__
from voxcx.batch.work import MakeWalk, Parcel, Task, Walk
from voxcx.batch.workers.ear import MakeEar
from voxcx.batch.workers.limits import Limits
from voxcx.batch.workers.local import LOOK_S, LocalWorkers
from voxcx.batch.workers.shift import Bundle
from voxcx.batch.workers.supply import Supply
from voxcx.errors import VoxcxError, unexpected
from voxcx.storage.paths import is_remote


@dataclass(frozen=True, slots=True)
class Sealed:
    """Another MakeWalk, unread until it is called: its libraries are for the worker, not for the actor beside it."""

    packed: bytes

    @classmethod
    def of(cls, make_walk: MakeWalk) -> Self:
        """Seal it."""
        return cls(bytes(ForkingPickler.dumps(make_walk)))

    def __call__(self, threads: int) -> Walk:
        """Load the tools for that many threads."""
        make_walk: MakeWalk = ForkingPickler.loads(self.packed)
        return make_walk(threads)


@dataclass(frozen=True, slots=True)
class Orders:
    """How an actor works. ``hears_only``: it hands sounds on and judges none."""

    make_walk: MakeWalk
    threads: int
    limits: Limits
    hears_only: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a bundle; ``refused``: this node cannot work at all, and no interaction is to blame."""

    parcels: tuple[Parcel, ...] = ()
    refused: str | None = None


class Arriving(Supply):
    """Bundles as they arrive: there is always more to come. Sleeps while nothing is being done (``is_idle``)."""

    def __init__(self, is_idle: Callable[[], bool]) -> None:
        super().__init__(())
        self._is_idle = is_idle
        self._mail: SimpleQueue[Bundle] = SimpleQueue()

    def arrive(self, bundle: Bundle) -> None:
        """From any thread."""
        self._mail.put(bundle)

    def has_any(self, wanted: int = 1) -> bool:
        """Always: an actor works until it is dismissed."""
        if not self.count(wanted) and self._is_idle():
            with suppress(Empty):
                self._ready.append(self._mail.get(timeout=LOOK_S))
        return True

    def count(self, most: int) -> int:
        """What has arrived."""
        with suppress(Empty):
            while True:
                self._ready.append(self._mail.get_nowait())
        return super().count(most)


@dataclass(slots=True, eq=False)
class _Call:
    """A call that waits for its answers."""

    due: set[str]
    parcels: list[Parcel] = field(default_factory=list)
    answered: Event = field(default_factory=Event)


class Foreman:
    """Methods are called from many threads at once, one for each bundle in hand; one thread of its own works."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._supply = Arriving(lambda: not self._calls)
        self._calls: dict[str, _Call] = {}
        self._lock = Lock()
        self._refused: str | None = None
        self._thread = Thread(target=self._work, daemon=True, name="foreman")

    def greet(self, version: str, folder: str, probe: Path | None) -> str | None:
        """Why this node cannot do the driver's work; None when it can. ``probe`` is a file that the driver sees."""
        if version != __version__:
            return f"{node()}: expected voxcx {version} as where the batch runs, got {__version__}; install that one."
        with suppress(OSError):  # paths may be relative to it; where it is missing, the probe tells
            os.chdir(folder)
        if probe is not None and not is_remote(probe) and not probe.exists():
            return (
                f"{node()}: expected to see {probe} as where the batch runs, found none; "
                "mount the shared disk at the same path on every node, or give s3:// paths."
            )
        self._thread.start()
        return None

    def do(self, bundle: Bundle) -> Reply:
        """Do these; returns when each of them is answered."""
        call = _Call({task.id for task in bundle})
        with self._lock:
            self._calls.update(dict.fromkeys(call.due, call))
        if self._refused is None:
            self._supply.arrive(bundle)
            call.answered.wait()
        return Reply(tuple(call.parcels), self._refused)

    def hear(self, bundle: Bundle) -> tuple[Reply, list[Task]]:
        """Listen and recognise. The second answer is a bundle for an actor that judges; it need not pass the driver."""
        reply = self.do(bundle)
        heard = [task for parcel in reply.parcels for task in parcel.heard]
        parcels = (replace(parcel, heard=()) for parcel in reply.parcels)
        return replace(reply, parcels=tuple(parcel for parcel in parcels if parcel.ids)), heard

    def _work(self) -> None:
        try:
            for parcel in self._workers().serve(self._supply):
                self._deliver(parcel)
        except VoxcxError as error:
            self._refused = f"{node()}: {error}"
        except Exception as error:  # noqa: BLE001 - the driver says it; an actor has no one to print to
            self._refused = f"{node()}: {unexpected(error)}"
        with self._lock:
            waiting = list(self._calls.values())
        for call in waiting:
            call.answered.set()

    def _workers(self) -> LocalWorkers:
        orders = self._orders
        # A child would load the module that an actor was started with, and with it all of Ray, for nothing.
        sys.modules["__main__"].__file__ = None
        if not orders.hears_only:
            return LocalWorkers(orders.make_walk, 1, orders.threads, orders.limits)
        gpu = os.environ.get("CUDA_VISIBLE_DEVICES", "")
        return LocalWorkers(MakeEar(orders.make_walk), 1, orders.threads, orders.limits, gpus=(gpu,) if gpu else ())

    def _deliver(self, parcel: Parcel) -> None:
        """To the call of its first interaction: after a death a bundle may hold tasks of several calls."""
        with self._lock:
            calls = {name: self._calls.pop(name) for name in parcel.ids if name in self._calls}
        for first in list(calls.values())[:1]:
            first.parcels.append(parcel)
        for name, call in calls.items():
            call.due.discard(name)
        for call in calls.values():
            if not call.due:
                call.answered.set()
