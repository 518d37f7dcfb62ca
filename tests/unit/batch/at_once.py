"""Workers without processes, for what does not ask how the work is shared out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from unit.batch.fake_walk import FakeWalk
from voxcx.batch.work import Parcel, Task
from voxcx.batch.workers.shift import done_alone, parcel


class AtOnce:
    """Does every task at once, with a line in ``diary`` for each."""

    def __init__(self, diary: Path) -> None:
        self._diary = diary

    def run(self, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Parcels of one."""
        walk = FakeWalk()
        for task in tasks:
            with self._diary.open("a", encoding="utf-8") as file:
                file.write(f"{task.id}\n")
            yield parcel([done_alone(walk, task)])
