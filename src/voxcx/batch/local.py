"""Worker processes on this machine: each loads its tools once; one that dies is replaced and its task becomes a row.

One task is with a worker at a time and the next is taken from the source only when a worker is free: nothing queues
up, however long the archive is.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from voxcx.batch.work import MakeWalk, Outcome, Task, Walk, failure, perform
from voxcx.errors import VoxcxError, unexpected

# Libraries read these when they load, so they are set in the environment that a worker starts with.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
STOP_WAIT_S = 5.0


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
    task: Task | None = None
    ready: bool = False


class LocalWorkers:
    """``count`` processes of ``threads`` threads each. ``run`` gives outcomes in the order they come."""

    def __init__(self, make_walk: MakeWalk, count: int, threads: int) -> None:
        self._make_walk = make_walk
        self._count = count
        self._threads = threads
        self._workers: list[_Worker] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Do all tasks. Raises VoxcxError when the tools cannot be loaded at all."""
        try:
            yield from self._loop(iter(tasks))
        finally:
            self._stop()

    def _loop(self, waiting: Iterator[Task]) -> Iterator[Outcome]:
        upcoming = deque(islice(waiting, self._count))
        while upcoming or any(worker.task for worker in self._workers):
            if len(self._workers) < min(self._count, len(upcoming) + self._busy()):
                self._workers.append(self._start())
            while upcoming and (worker := self._idle()):
                self._hand_over(worker, upcoming.popleft())
                upcoming.extend(islice(waiting, 1))
            yield from self._hear(growing=len(self._workers) < min(self._count, len(upcoming) + self._busy()))

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self._workers)

    def _idle(self) -> _Worker | None:
        return next((worker for worker in self._workers if worker.ready and worker.task is None), None)

    def _hand_over(self, worker: _Worker, task: Task) -> None:
        worker.task = task
        try:
            worker.pipe.send(task)
        except OSError:
            return  # it has just died: its closed pipe is heard next, and the task with it

    def _hear(self, *, growing: bool) -> Iterator[Outcome]:
        by_pipe = {worker.pipe: worker for worker in self._workers}
        heard = wait(list(by_pipe), timeout=0 if growing else None)
        for pipe in heard:
            outcome = self._listen(by_pipe[pipe])  # type: ignore[index]
            if outcome is not None:
                yield outcome

    def _listen(self, worker: _Worker) -> Outcome | None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            return self._bury(worker)
        if isinstance(message, Refused):
            raise VoxcxError(message.sentence)
        if isinstance(message, Ready):
            worker.ready = True
            return None
        worker.task = None
        return message  # type: ignore[return-value]

    def _bury(self, worker: _Worker) -> Outcome | None:
        """A worker died. Before it was ready nothing would help; with a task in hand, the task is the suspect."""
        worker.process.join(STOP_WAIT_S)
        self._workers.remove(worker)
        worker.pipe.close()
        how = _how_it_ended(worker.process.exitcode)
        if not worker.ready:
            raise VoxcxError(f"A worker process {how} while it loaded its tools; give fewer --workers or free memory.")
        if worker.task is None:
            return None
        sentence = f"Expected an answer, got a worker process that {how} on this input."
        return failure(worker.task, "worker", sentence, "check the input alone with `voxcx score`; free memory")

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
            if worker.task is not None or not worker.ready:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(STOP_WAIT_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()


def serve(pipe: Connection[object, object], make_walk: MakeWalk, threads: int) -> None:
    """A worker's life: load the tools, then task after task until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    with suppress(EOFError, OSError):  # the parent is gone, and with it whoever would read an answer
        walk = _loaded(make_walk, threads)
        pipe.send(walk if isinstance(walk, Refused) else Ready())
        while not isinstance(walk, Refused):
            pipe.send(perform(pipe.recv(), walk))  # type: ignore[arg-type]


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
