"""A worker's shift: bundles of tasks come in, parcels of rows go out. The same in a process here and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import monotonic
from typing import Protocol

from voxcx.batch.work import Done, Opened, Parcel, Sound, Task, Walk, failure
from voxcx.batch.workers.board import Marks, NoMarks
from voxcx.batch.workers.ear import Ear
from voxcx.errors import VoxcxError, unexpected
from voxcx.results.encoding import encode
from voxcx.results.failures import Failure
from voxcx.results.rows import Row, rows_of

Bundle = Sequence[Task]
Answer = tuple[Done, dict[str, list[Row]]] | Failure | Task  # a task was heard and is to be judged elsewhere
REPORT_IT = "run again; if it fails again, report it with this line"
GIVE_MEMORY = "check it alone with `voxcx score`, or give a larger --memory-limit"
HAND_IN_S = 0.5  # answers of a bundle wait no longer: what is handed in is not done again when the worker dies


class Inbox(Protocol):
    """Where bundles come from."""

    def wait(self) -> Bundle | None:
        """The next bundle; None when there will be no more."""

    def waiting(self) -> Bundle | None:
        """A bundle that is there already; None when nothing is."""

    def coming(self) -> Iterable[Task]:
        """The tasks that are there already, without taking them."""


class Shift:
    """One walk's work. What needs the recogniser streams through it, so that windows of many are decoded together.

    ``marks`` are told what is being done; tasks are numbered as they come.
    """

    def __init__(self, walk: Walk, inbox: Inbox, hand_in: Callable[[Parcel], None], marks: Marks | None = None) -> None:
        self._walk = walk
        self._inbox = inbox
        self._hand_in = hand_in
        self._marks = marks or NoMarks()
        self._begun = 0
        self._numbers: dict[str, int] = {}  # of recordings that are being recognised

    def work(self) -> None:
        """Until the inbox ends."""
        while bundle := self._inbox.wait():
            if bundle[0].needs_recogniser:
                for opened, sound in self._walk.hear(self._arriving(bundle), self._heard):
                    self._marks.back_to(self._numbers.pop(opened.task.id))
                    self._hand_in(parcel([judged(self._walk, opened, sound)]))
                    self._marks.rest()
            else:
                self._at_once(bundle)

    def _heard(self) -> None:
        """Some was recognised; meanwhile the next may come near."""
        self._marks.heard()
        self._walk.expect(self._inbox.coming())

    def _arriving(self, bundle: Bundle | None) -> Iterator[Opened]:
        """Recordings as long as more are there; what comes between them is done between them."""
        while bundle:
            if bundle[0].needs_recogniser:
                yield from self._opened(bundle)
            else:
                self._at_once(bundle)
            bundle = self._inbox.waiting()

    def _opened(self, bundle: Bundle) -> Iterator[Opened]:
        for task in bundle:
            number = self._begin()
            opened = tried_to_open(self._walk, task)
            self._marks.rest()
            if isinstance(opened, Failure):
                self._hand_in(parcel([opened]))
            else:
                self._numbers[task.id] = number
                yield opened

    def _at_once(self, bundle: Bundle) -> None:
        self._walk.expect(bundle)
        answers: list[Answer] = []
        since_s = monotonic()
        for task in bundle:
            self._begin()
            answers.append(done_alone(self._walk, task))
            if monotonic() - since_s >= HAND_IN_S:
                self._hand_in(parcel(answers))
                answers, since_s = [], monotonic()
        self._marks.rest()
        if answers:
            self._hand_in(parcel(answers))

    def _begin(self) -> int:
        self._begun += 1
        self._marks.begin(self._begun)
        return self._begun


def parcel(answers: Sequence[Answer]) -> Parcel:
    """Answers as they travel: rows of all of them together, by table."""
    done = [answer for answer in answers if isinstance(answer, tuple)]
    rows: dict[str, list[Row]] = {}
    for _, some in done:
        for table, more in some.items():
            rows.setdefault(table, []).extend(more)
    failures = tuple(answer for answer in answers if isinstance(answer, Failure))
    heard = tuple(answer for answer in answers if isinstance(answer, Task))
    return Parcel(tuple(one for one, _ in done), encode(rows), failures, heard)


def done_alone(walk: Walk, task: Task) -> Answer:
    """Do one task that needs no recogniser."""
    if task.heard is not None:
        return judged(walk, *task.heard)
    opened = tried_to_open(walk, task)
    if isinstance(opened, Failure):
        return opened
    try:
        sound: Sound | VoxcxError = walk.alone(opened)
    except VoxcxError as error:
        sound = error
    except Exception as error:  # noqa: BLE001 - one interaction costs nothing else, whatever is wrong with it
        return _unforeseen(task, "analyse", error)
    return judged(walk, opened, sound)


def tried_to_open(walk: Walk, task: Task) -> Opened | Failure:
    """The input, or why it cannot be used."""
    try:
        return walk.open(task)
    except VoxcxError as error:
        return failure(task, "open", str(error))
    except Exception as error:  # noqa: BLE001 - the same
        return _unforeseen(task, "open", error)


def judged(walk: Walk, opened: Opened, sound: Sound | VoxcxError) -> Answer:
    """The rows of an interaction. Whatever goes wrong becomes a failure row that names no customer's words."""
    task = opened.task
    if isinstance(sound, VoxcxError):
        if isinstance(sound.__cause__, MemoryError):
            return _unforeseen(task, "memory", sound.__cause__)
        return failure(task, "analyse", str(sound))
    if isinstance(walk, Ear):
        return replace(task, heard=(opened, sound))
    try:
        result = walk.judge(opened, sound)
        key = None if walk.asked_in_vain() else task.key
        rows = rows_of(result, key, opened.history, task.sound)
    except VoxcxError as error:
        return failure(task, "analyse", str(error))
    except Exception as error:  # noqa: BLE001 - the same
        return _unforeseen(task, "analyse", error)
    return Done(task.id, key, task.sound, again=opened.kept is not None), rows


def _unforeseen(task: Task, stage: str, error: BaseException) -> Failure:
    """An error that nobody expected: of the input where it took too much memory, else of voxcx."""
    if isinstance(error, MemoryError):
        return failure(task, "memory", unexpected(error), GIVE_MEMORY)
    return failure(task, stage, unexpected(error), REPORT_IT)
