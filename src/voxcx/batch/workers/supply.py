"""What is still to be handed out: the source in bundles, what came back from a dead worker, and suspects."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from voxcx.batch.work import Task
from voxcx.batch.workers.shift import Bundle

BUNDLE = 32  # tasks without sound that travel together
REPLAYED = 16  # one that is listened to, with a stored transcript, weighs as many of them


class Supply:
    """Nothing is taken from the source before it is asked for, but what fills a bundle."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._source = bundles(tasks)
        self._ready: deque[Bundle] = deque()
        self._suspects: deque[Task] = deque()

    def has_any(self, wanted: int = 1) -> bool:
        """Whether anything is left; looks for so many."""
        return self.count(wanted) > 0

    def count(self, most: int) -> int:
        """How many bundles and suspects there are, up to ``most`` of the source's."""
        while len(self._ready) < most and (bundle := next(self._source, None)):
            self._ready.append(bundle)
        return len(self._ready) + len(self._suspects)

    def next(self) -> Bundle | None:
        """The next bundle, which stays here until it is taken."""
        self.count(1)
        return self._ready[0] if self._ready else None

    def take(self) -> None:
        """The next bundle has found its worker."""
        self._ready.popleft()

    def suspect(self) -> Task | None:
        """One to be tried alone."""
        return self._suspects.popleft() if self._suspects else None

    def give_back(self, tasks: Iterable[Task]) -> None:
        """Tasks of a dead worker that are not to blame: they come first."""
        self._ready.extendleft(reversed(list(bundles(tasks))))

    def quarantine(self, tasks: Iterable[Task]) -> None:
        """Tasks of which one may have ended its worker."""
        self._suspects.extend(tasks)


def bundles(tasks: Iterable[Task]) -> Iterator[Bundle]:
    """Recordings one by one, the rest in bundles."""
    waiting: list[Task] = []
    for task in tasks:
        if task.needs_recogniser:
            yield [task]
            continue
        waiting.append(task)
        if sum(map(weight, waiting)) >= BUNDLE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def weight(task: Task) -> int:
    """How much of a bundle a task fills."""
    return REPLAYED if task.job.recordings and task.place is None and task.heard is None else 1
