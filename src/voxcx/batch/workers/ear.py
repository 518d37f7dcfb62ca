"""A walk that listens and recognises and leaves the judging to others: what a graphics card is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voxcx.batch.work import MakeWalk, Opened, Sound, Task, Told, Walk, in_silence
from voxcx.domain.result import Result
from voxcx.errors import VoxcxError


class Ear:
    """Another walk's open and hear. A shift does not judge with it: it hands the sound on."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def expect(self, tasks: Iterable[Task]) -> None:
        """As the other does."""
        self._walk.expect(tasks)

    def open(self, task: Task) -> Opened:
        """As the other does."""
        return self._walk.open(task)

    def hear(self, opened: Iterable[Opened], heard: Told = in_silence) -> Iterator[tuple[Opened, Sound | VoxcxError]]:
        """As the other does."""
        return self._walk.hear(opened, heard)

    def alone(self, opened: Opened) -> Sound:
        """As the other does."""
        return self._walk.alone(opened)

    def judge(self, opened: Opened, sound: Sound) -> Result:
        """As the other does; a shift does not ask for it."""
        return self._walk.judge(opened, sound)

    def asked_in_vain(self) -> bool:
        """Nothing is asked."""
        return False


@dataclass(frozen=True, slots=True)
class MakeEar:
    """Made in the parent, called in a worker."""

    make_walk: MakeWalk

    def __call__(self, threads: int) -> Ear:
        """Load the tools for that many threads."""
        return Ear(self.make_walk(threads))
