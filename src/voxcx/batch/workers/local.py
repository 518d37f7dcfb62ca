"""Worker processes on this machine: each loads its tools once; one that dies is replaced and its culprit becomes a row.

A worker holds a few tasks at a time and the next are taken from the source only when one has room: nothing queues up,
however long the archive is. A worker that hangs or takes too much memory is ended. Who is to blame is known where the
worker was at one task alone; otherwise those it was at are done again one by one, and all others go back to the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic

from voxcx.batch.work import MakeWalk, Parcel, Task, failure
from voxcx.batch.workers.blame import Cause, blame
from voxcx.batch.workers.limits import Limits
from voxcx.batch.workers.shift import Bundle
from voxcx.batch.workers.supply import Supply
from voxcx.batch.workers.worker import Broken, Ready, Refused, Took
from voxcx.batch.workers.workmate import Workmate
from voxcx.errors import VoxcxError

LOOK_S = 0.5  # how often workers are looked at
EARLY_DEATHS = 3  # in a row, before a worker is ready: then it is no accident


class LocalWorkers:
    """``count`` processes of ``threads`` threads each. ``run`` gives parcels in the order they come."""

    def __init__(
        self, make_walk: MakeWalk, count: int, threads: int, limits: Limits | None = None, gpus: Sequence[str] = ()
    ) -> None:
        self._make_walk = make_walk
        self._count = count
        self._threads = threads
        self._limits = limits or Limits()
        self._gpus = gpus
        self._workers: list[Workmate] = []
        self._early_deaths = 0
        self._looked_s = 0.0
        self._stay = False

    def run(self, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Do all tasks. Raises VoxcxError when the tools cannot be loaded at all."""
        return self.serve(Supply(tasks))

    def serve(self, supply: Supply) -> Iterator[Parcel]:
        """Do what is supplied."""
        self._looked_s = monotonic()
        try:
            yield from self._loop(supply)
        except BaseException:  # broken off, which a generator is told so: what workers have in hand is nobody's
            self._stop()
            raise
        if not self._stay:
            self._stop()

    @contextmanager
    def staying(self) -> Iterator[None]:
        """Workers stay between runs, with their models loaded."""
        self._stay = True
        try:
            yield
        finally:
            self._stay = False
            self._stop()

    def _loop(self, supply: Supply) -> Iterator[Parcel]:
        while supply.has_any(self._free) or any(worker.in_hand for worker in self._workers):
            self._staff(supply)
            self._hand_out(supply)
            yield from self._hear(supply)
            self._look()

    @property
    def _free(self) -> int:
        """Workers that could still be started, or have nothing to do."""
        return max(1, self._count - sum(bool(worker.in_hand) for worker in self._workers))

    def _staff(self, supply: Supply) -> None:
        """Start workers while there is work for one more: none is started for nothing."""
        busy = sum(bool(worker.in_hand) for worker in self._workers)
        while len(self._workers) < min(self._count, busy + supply.count(self._count - busy)):
            gpu = self._free_gpu() if self._gpus else None
            self._workers.append(Workmate.start(self._make_walk, self._threads, self._limits, gpu))

    def _free_gpu(self) -> str:
        taken = [worker.gpu for worker in self._workers]
        return min(self._gpus, key=taken.count)

    def _hand_out(self, supply: Supply) -> None:
        """Suspects alone to a worker that has nothing else; the rest to those who have the least in hand."""
        for worker in self._workers:
            if worker.ready and not worker.in_hand and (suspect := supply.suspect()):
                worker.give([suspect], more=False, alone=True)
        while (bundle := supply.next()) and (taker := self._with_room(bundle)):
            supply.take()
            taker.give(bundle, more=supply.next() is not None)

    def _with_room(self, bundle: Bundle) -> Workmate | None:
        able = [worker for worker in self._workers if worker.has_room(bundle)]
        return min(able, key=lambda worker: len(worker.in_hand), default=None)

    def _hear(self, supply: Supply) -> Iterator[Parcel]:
        """Parcels that have come, and what became of those who died."""
        for worker in self._talking():
            for message in worker.wire.arrived():
                if isinstance(message, Parcel):
                    worker.answered(message.ids)
                    yield message
                else:
                    self._told(worker, message)
        for worker in [one for one in self._workers if one.is_gone]:
            yield from self._bury(worker, supply)

    def _talking(self) -> list[Workmate]:
        """Workers that say something, or end; waits for one no longer than until the next look."""
        with DefaultSelector() as selector:
            for worker in self._workers:
                events = EVENT_READ | (EVENT_WRITE if worker.wire.is_sending else 0)
                selector.register(worker.wire.end, events, worker)
            ready = selector.select(max(0.0, self._looked_s + LOOK_S - monotonic()))
        for key, events in ready:
            if events & EVENT_WRITE:
                key.data.wire.flush()
        return [key.data for key, events in ready if events & EVENT_READ]

    def _told(self, worker: Workmate, message: object) -> None:
        if isinstance(message, Refused):
            raise VoxcxError(message.sentence)
        if isinstance(message, Broken):
            worker.cause = Cause("worker", message.sentence, own_fault=True)
        if isinstance(message, Ready):
            worker.ready = True
            self._early_deaths = 0
        if isinstance(message, Took):
            worker.untaken -= 1

    def _look(self) -> None:
        """Now and then: who hangs, and who takes too much memory."""
        passed_s = monotonic() - self._looked_s
        if passed_s < LOOK_S:
            return
        self._looked_s += passed_s
        for worker in self._workers:
            # A parent that was stopped itself has not seen what its workers did meanwhile.
            worker.look(min(passed_s, 2 * LOOK_S), self._limits)

    def _bury(self, worker: Workmate, supply: Supply) -> Iterator[Parcel]:
        """A worker ended. Its culprit becomes a row, suspects are tried alone, the rest is done by others."""
        self._workers.remove(worker)
        cause = worker.ended()
        if not worker.ready:
            self._died_early(cause)
            return
        found = blame(worker.held, worker.board, cause, alone=worker.alone)
        supply.give_back(found.innocent)
        supply.quarantine(found.suspects)
        if found.culprit is not None:
            yield Parcel(failures=(failure(found.culprit, cause.stage, cause.sentence, cause.what_to_do),))

    def _died_early(self, cause: Cause) -> None:
        """Once may be an accident. Where others work, it goes on with them; where none does, nothing would help."""
        self._early_deaths += 1
        if self._early_deaths < EARLY_DEATHS:
            return
        self._count = sum(worker.ready for worker in self._workers)
        if not self._count:
            raise VoxcxError(
                f"A worker process {cause.how} while it loaded its tools, {EARLY_DEATHS} times in a row; "
                "give fewer --workers or free memory."
            )

    def _stop(self) -> None:
        for worker in self._workers:
            worker.send_home()
        for worker in self._workers:
            worker.await_end()
        self._workers.clear()
