"""One worker process as the parent sees it: what it holds, what its board says, and how it ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from typing import Self

from voxcx.batch.work import MakeWalk
from voxcx.batch.workers.blame import Cause, Held
from voxcx.batch.workers.board import Board, shared_cells
from voxcx.batch.workers.limits import GB, Limits, resident_bytes
from voxcx.batch.workers.shift import GIVE_MEMORY, Bundle
from voxcx.batch.workers.supply import BUNDLE, weight
from voxcx.batch.workers.wire import Wire, wire
from voxcx.batch.workers.worker import Given, Hired, serve

STOP_WAIT_S = 5.0
AHEAD = 32  # recordings that a worker has in hand at most; how many it opens is bounded by their sound
ON_THE_WAY = 2  # of them: recordings that it has not taken yet, so that the next is there when it has room
# Libraries read these when they load, so they are set in the environment that a worker starts with.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# A crash is the input's doing; SIGKILL comes from outside: a person, or a system that is short of memory.
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSYS}


@dataclass(slots=True, eq=False)
class Workmate:
    """A process with its wire and board. ``untaken`` counts bundles that it has not read yet."""

    process: SpawnProcess
    wire: Wire
    board: Board
    gpu: str | None = None
    in_hand: dict[str, Held] = field(default_factory=dict)
    ready: bool = False
    alone: bool = False
    cause: Cause | None = None
    untaken: int = 0
    _given: int = 0
    _beats: int = 0
    _quiet_s: float = 0.0
    _memory_bytes: int = 0  # when it began what it is at
    _killed_s: float | None = None

    @classmethod
    def start(cls, make_walk: MakeWalk, threads: int, limits: Limits, gpu: str | None = None) -> Self:
        """A process that loads its tools."""
        context = get_context("spawn")
        here, there = wire()
        cells = shared_cells(context)
        # What CUDA reserves is no memory that it uses: there the parent's look is all.
        data_bytes = limits.memory_bytes if gpu is None else None
        hired = Hired(make_walk, threads, os.getpid(), data_bytes)
        process = context.Process(target=serve, args=(there, cells, hired), daemon=True)
        known = dict.fromkeys(_THREAD_VARIABLES, str(threads))
        if gpu is not None:
            known["CUDA_VISIBLE_DEVICES"] = gpu
        with _environment(known), _signals_held_back():
            process.start()
        there.close()
        return cls(process, here, Board(cells), gpu)

    @property
    def held(self) -> list[Held]:
        """What it has not answered, in the order it was given."""
        return list(self.in_hand.values())

    @property
    def is_gone(self) -> bool:
        """Nothing will come from it any more. One that cannot even be killed (a dead disk) is given up, too."""
        return self.wire.ended or (self._killed_s is not None and self._killed_s >= STOP_WAIT_S)

    def has_room(self, bundle: Bundle) -> bool:
        """Whether it should have this bundle, too: enough to go on with, but no more."""
        if not self.ready or self.alone or self.cause or self.wire.is_sending:
            return False
        if bundle[0].needs_recogniser:
            return self.untaken < ON_THE_WAY and len(self.in_hand) < AHEAD
        return self.untaken == 0 and sum(weight(one.task) for one in self.held) <= BUNDLE

    def give(self, bundle: Bundle, *, more: bool, alone: bool = False) -> None:
        """Hand a bundle over; ``more``: others of the source wait."""
        self.alone = alone
        for task in bundle:
            self._given += 1
            self.in_hand[task.id] = Held(self._given, task)
        self.untaken += 1
        self.wire.send(Given(list(bundle), more))

    def answered(self, ids: Iterable[str]) -> None:
        """These are done."""
        for name in ids:
            self.in_hand.pop(name, None)
        self.alone = self.alone and bool(self.in_hand)

    def look(self, passed_s: float, limits: Limits) -> None:
        """Count how long it has been quiet, weigh it, and end it where it is beyond a limit."""
        if self._killed_s is not None:
            self._killed_s += passed_s
            return
        memory = resident_bytes(self.process.pid or 0) or 0
        if self.board.beats != self._beats or (self.ready and not self.in_hand):
            self._beats, self._quiet_s, self._memory_bytes = self.board.beats, 0.0, memory
        self._quiet_s += passed_s
        if limits.memory_bytes is not None and memory > limits.memory_bytes:
            self._end(_too_large(limits.memory_bytes, grew=memory - self._memory_bytes > limits.memory_bytes / 2))
        elif self._quiet_s > limits.time_s and self._quiet_s > (allowed_s := self._allowed_s(limits)):
            self._end(_too_slow(allowed_s))

    def _allowed_s(self, limits: Limits) -> float:
        """The limit for what it is at: one task, or all those that are being recognised."""
        at = [one.task for one in self.held if one.number == self.board.at]
        if at:
            return limits.allowed_s(at)
        begun = [one.task for one in self.held if one.number <= self.board.begun]
        hearing = [task for task in begun if task.needs_recogniser]
        is_loading = not self.ready or (bool(hearing) and not self.board.has_heard)
        return limits.allowed_s(hearing) + (limits.loading_s if is_loading else 0.0)

    def _end(self, cause: Cause) -> None:
        self.cause, self._killed_s = cause, 0.0
        self.process.kill()

    def ended(self) -> Cause:
        """Wait for its end and say why it came."""
        self.process.join(STOP_WAIT_S)
        self.wire.close()
        code = self.process.exitcode
        if self.cause is not None:
            return self.cause
        how = f"was ended by {signal.Signals(-code).name}" if code and code < 0 else f"ended with exit code {code}"
        own_fault = code is not None and (code >= 0 or -code in _CRASHES)
        sentence = f"Expected an answer, got a worker process that {how} on this input."
        return Cause("worker", sentence, how, own_fault=own_fault)

    def send_home(self) -> None:
        """End it: one that has nothing to do reads the end of its wire, any other is killed."""
        self.wire.close()
        if self.in_hand or not self.ready:
            self.process.kill()

    def await_end(self) -> None:
        """Wait until it has ended, not for ever."""
        self.process.join(STOP_WAIT_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(STOP_WAIT_S)


def _too_slow(allowed_s: float) -> Cause:
    return Cause(
        "time",
        f"Expected an answer within {allowed_s:.0f} s, got none.",
        f"was not done after {allowed_s:.0f} s",
        "check it alone with `voxcx score`, or give a longer --time-limit",
        own_fault=True,
        hung=True,
    )


def _too_large(limit_bytes: int, *, grew: bool) -> Cause:
    sentence = f"Expected a worker process to need at most {limit_bytes / GB:.1f} GB of memory, got more on this input."
    how = f"needed more than {limit_bytes / GB:.1f} GB of memory"
    return Cause("memory", sentence, how, GIVE_MEMORY, own_fault=grew)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """A process that starts inherits them as held back: Ctrl-C does not hit it before it can ignore it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
