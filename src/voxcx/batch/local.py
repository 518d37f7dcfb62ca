"""Worker processes on this machine: each loads its tools once; one that dies is replaced and its culprit becomes a row.

A worker holds a few tasks at a time and the next are taken from the source only when one has room: nothing queues up,
however long the archive is. When a worker dies, each of the tasks that it held is done again by itself.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from voxcx.batch.shift import Bundle, Shift
from voxcx.batch.work import MakeWalk, Parcel, Task, Walk, failure
from voxcx.errors import VoxcxError, unexpected

# Libraries read these when they load, so they are set in the environment that a worker starts with.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
STOP_WAIT_S = 5.0
BUNDLE = 32  # tasks without recognition that travel together
AHEAD = 4  # recordings that a worker has in hand: windows of them are packed together


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded its tools."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The worker could not load its tools: no interaction is to blame."""

    sentence: str


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection[object, object]
    in_hand: dict[str, Task] = field(default_factory=dict)
    ready: bool = False
    alone: bool = False  # does one suspect by itself


class LocalWorkers:
    """``count`` processes of ``threads`` threads each. ``run`` gives parcels in the order they come."""

    def __init__(self, make_walk: MakeWalk, count: int, threads: int) -> None:
        self._make_walk = make_walk
        self._count = count
        self._threads = threads
        self._workers: list[_Worker] = []
        self._suspects: deque[Task] = deque()

    def run(self, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Do all tasks. Raises VoxcxError when the tools cannot be loaded at all."""
        try:
            yield from self._loop(bundles(tasks))
        finally:
            self._stop()

    def _loop(self, waiting: Iterator[Bundle]) -> Iterator[Parcel]:
        upcoming = next(waiting, None)
        while upcoming or self._suspects or any(worker.in_hand for worker in self._workers):
            wanted = len(self._suspects) + bool(upcoming) + sum(bool(worker.in_hand) for worker in self._workers)
            if len(self._workers) < min(self._count, wanted):
                self._workers.append(self._start())
            for worker in self._workers:
                if self._suspects and worker.ready and not worker.in_hand:
                    worker.alone = True
                    self._hand_over(worker, [self._suspects.popleft()])
                while upcoming and _has_room(worker, upcoming):
                    self._hand_over(worker, upcoming)
                    upcoming = next(waiting, None)
            yield from self._hear(growing=len(self._workers) < min(self._count, wanted))

    def _hand_over(self, worker: _Worker, bundle: Bundle) -> None:
        worker.in_hand |= {task.id: task for task in bundle}
        with suppress(OSError):  # it has just died: its closed pipe is heard next, and the tasks with it
            worker.pipe.send(list(bundle))

    def _hear(self, *, growing: bool) -> Iterator[Parcel]:
        by_pipe = {worker.pipe: worker for worker in self._workers}
        heard = wait(list(by_pipe), timeout=0 if growing else None)
        for pipe in heard:
            parcel = self._listen(by_pipe[pipe])  # type: ignore[index]
            if parcel is not None:
                yield parcel

    def _listen(self, worker: _Worker) -> Parcel | None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            return self._bury(worker)
        if isinstance(message, Refused):
            raise VoxcxError(message.sentence)
        if isinstance(message, Parcel):
            for name in message.ids:
                worker.in_hand.pop(name, None)
            worker.alone = worker.alone and bool(worker.in_hand)
            return message
        worker.ready = True
        return None

    def _bury(self, worker: _Worker) -> Parcel | None:
        """A worker died. Before it was ready nothing would help; of several tasks in hand each is tried by itself."""
        worker.process.join(STOP_WAIT_S)
        self._workers.remove(worker)
        worker.pipe.close()
        how = _how_it_ended(worker.process.exitcode)
        if not worker.ready:
            raise VoxcxError(f"A worker process {how} while it loaded its tools; give fewer --workers or free memory.")
        if len(worker.in_hand) != 1:
            self._suspects.extend(worker.in_hand.values())
            return None
        (task,) = worker.in_hand.values()
        sentence = f"Expected an answer, got a worker process that {how} on this input."
        return Parcel(failures=(failure(task, "worker", sentence, "check it alone with `voxcx score`; free memory"),))

    def _start(self) -> _Worker:
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(there, self._make_walk, self._threads), daemon=True)
        with _environment(dict.fromkeys(_THREAD_VARIABLES, str(self._threads))):
            process.start()
        there.close()
        return _Worker(process, here)

    def _stop(self) -> None:
        for worker in self._workers:
            worker.pipe.close()  # an idle worker reads the end and goes
            if worker.in_hand or not worker.ready:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(STOP_WAIT_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()


def bundles(tasks: Iterable[Task]) -> Iterator[Bundle]:
    """Recordings one by one, the rest in bundles; nothing is taken before it is asked for but what fills a bundle."""
    waiting: list[Task] = []
    for task in tasks:
        if task.needs_recogniser:
            yield [task]
            continue
        waiting.append(task)
        if len(waiting) == BUNDLE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _has_room(worker: _Worker, bundle: Bundle) -> bool:
    held = len(worker.in_hand)
    return worker.ready and not worker.alone and held < (AHEAD if bundle[0].needs_recogniser else BUNDLE + 1)


class PipeInbox:
    """Bundles from the parent."""

    def __init__(self, pipe: Connection[object, object]) -> None:
        self._pipe = pipe

    def wait(self) -> Bundle:
        """The next bundle; EOFError when the parent is gone."""
        return self._pipe.recv()  # type: ignore[return-value]

    def waiting(self) -> Bundle | None:
        """A bundle that lies in the pipe."""
        return self.wait() if self._pipe.poll() else None


def serve(pipe: Connection[object, object], make_walk: MakeWalk, threads: int) -> None:
    """A worker's life: load the tools, then bundle after bundle until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    with suppress(EOFError, OSError):  # the parent is gone, and with it whoever would read an answer
        walk = _loaded(make_walk, threads)
        pipe.send(walk if isinstance(walk, Refused) else Ready())
        if not isinstance(walk, Refused):
            Shift(walk, PipeInbox(pipe), pipe.send).work()


def _loaded(make_walk: MakeWalk, threads: int) -> Walk | Refused:
    try:
        return make_walk(threads)
    except VoxcxError as error:
        return Refused(str(error))
    except Exception as error:  # noqa: BLE001 - the parent says it; a worker has no one to print to
        return Refused(f"Loading the tools: {unexpected(error)}")


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
