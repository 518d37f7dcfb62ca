"""A walk that comes to harm: an interaction's topic says where and how, as in `judge:segfault`."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from unit.batch.fake_walk import FakeWalk
from voxcx.batch.work import Opened, Sound, Task, Told, in_silence
from voxcx.domain.result import Result
from voxcx.errors import VoxcxError

TOGETHER = 3  # recordings that are heard at once
MB = 1_000_000
ONE_BITE_MB = 20


def spin() -> None:
    while True:
        pass


def wait_for_a_writer() -> None:
    """What opening a FIFO does that nobody writes to."""
    path = Path(f"/tmp/voxcx-fifo-{os.getpid()}")  # noqa: S108 - its name has our process id
    os.mkfifo(path)
    try:
        path.open("rb")
    finally:
        path.unlink()


def eat_slowly() -> None:
    """Slow enough to be seen from outside before the system refuses more."""
    eaten = []
    while True:
        eaten.append(b"x" * (ONE_BITE_MB * MB))
        time.sleep(0.05)


HARM: dict[str, Callable[[], object]] = {
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "exits": lambda: os._exit(3),
    "leaves": lambda: sys.exit(4),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "stops": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "spins": spin,
    "waits": wait_for_a_writer,
    "eats": eat_slowly,
    "bomb": lambda: b"x" * (400_000 * MB),
    "slow": lambda: time.sleep(0.2),
    "hurried": lambda: time.sleep(0.02),
}


@dataclass
class PoisonWalk(FakeWalk):
    """Writes every interaction that it opens into a diary. Recordings are heard a few at once."""

    diary: Path
    asked: str = field(default="", init=False)

    def open(self, task: Task) -> Opened:
        with self.diary.open("a", encoding="utf-8") as file:
            file.write(f"{task.id}\n")
        _harm(task, "open")
        return super().open(task)

    def hear(self, opened: Iterable[Opened], heard: Told = in_silence) -> Iterator[tuple[Opened, Sound | VoxcxError]]:
        waiting: deque[Opened] = deque()
        for one in opened:
            waiting.append(one)
            if len(waiting) == TOGETHER:
                yield self._heard(waiting, heard)
        while waiting:
            yield self._heard(waiting, heard)

    def _heard(self, waiting: deque[Opened], heard: Told) -> tuple[Opened, Sound | VoxcxError]:
        for one in waiting:
            _harm(one.task, "hear")
        heard()
        return waiting[0], super().alone(waiting.popleft())

    def alone(self, opened: Opened) -> Sound:
        _harm(opened.task, "alone")
        return super().alone(opened)

    def judge(self, opened: Opened, sound: Sound) -> Result:
        _harm(opened.task, "judge")
        return super().judge(opened, sound)


def _harm(task: Task, stage: str) -> None:
    where, _, how = (task.job.metadata.topic or "").partition(":")
    if where == stage:
        HARM[how]()


@dataclass(frozen=True)
class MakePoisonWalk:
    """``doomed`` workers die while they load: those for whose number there is no file yet."""

    diary: Path
    doomed: int = 0

    def __call__(self, threads: int) -> PoisonWalk:  # noqa: ARG002 - a MakeWalk
        for number in range(self.doomed):
            mark = self.diary.with_suffix(f".{number}")
            if not mark.exists():
                mark.touch()
                os._exit(9)
        return PoisonWalk(self.diary)
