"""A worker's shift: bundles of tasks come in, parcels of rows go out. The same in a process here and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from voxcx.batch.work import Done, Opened, Parcel, Sound, Task, Walk, failure
from voxcx.errors import VoxcxError, unexpected
from voxcx.results.encoding import encode
from voxcx.results.failures import Failure
from voxcx.results.rows import Row, rows_of

Bundle = Sequence[Task]
Answer = tuple[Done, dict[str, list[Row]]] | Failure
REPORT_IT = "run again; if it fails again, report it with this line"


class Inbox(Protocol):
    """Where bundles come from."""

    def wait(self) -> Bundle | None:
        """The next bundle; None when there will be no more."""

    def waiting(self) -> Bundle | None:
        """A bundle that is there already; None when nothing is."""


class Shift:
    """One walk's work. What needs the recogniser streams through it, so that windows of many are decoded together."""

    def __init__(self, walk: Walk, inbox: Inbox, hand_in: Callable[[Parcel], None]) -> None:
        self._walk = walk
        self._inbox = inbox
        self._hand_in = hand_in

    def work(self) -> None:
        """Until the inbox ends."""
        while bundle := self._inbox.wait():
            if bundle[0].needs_recogniser:
                for opened, sound in self._walk.hear(self._arriving(bundle)):
                    self._hand_in(parcel([judged(self._walk, opened, sound)]))
            else:
                self._at_once(bundle)

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
            opened = tried_to_open(self._walk, task)
            if isinstance(opened, Failure):
                self._hand_in(parcel([opened]))
            else:
                yield opened

    def _at_once(self, bundle: Bundle) -> None:
        self._hand_in(parcel([done_alone(self._walk, task) for task in bundle]))


def parcel(answers: Sequence[Answer]) -> Parcel:
    """Answers as they travel: rows of all of them together, by table."""
    done = [answer for answer in answers if not isinstance(answer, Failure)]
    rows: dict[str, list[Row]] = {}
    for _, some in done:
        for table, more in some.items():
            rows.setdefault(table, []).extend(more)
    failures = tuple(answer for answer in answers if isinstance(answer, Failure))
    return Parcel(tuple(one for one, _ in done), encode(rows), failures)


def done_alone(walk: Walk, task: Task) -> Answer:
    """Do one task that needs no recogniser."""
    opened = tried_to_open(walk, task)
    if isinstance(opened, Failure):
        return opened
    try:
        sound: Sound | VoxcxError = walk.alone(opened)
    except VoxcxError as error:
        sound = error
    except Exception as error:  # noqa: BLE001 - one interaction costs nothing else, whatever is wrong with it
        return failure(task, "analyse", unexpected(error), REPORT_IT)
    return judged(walk, opened, sound)


def tried_to_open(walk: Walk, task: Task) -> Opened | Failure:
    """The input, or why it cannot be used."""
    try:
        return walk.open(task)
    except VoxcxError as error:
        return failure(task, "open", str(error))
    except Exception as error:  # noqa: BLE001 - the same
        return failure(task, "open", unexpected(error), REPORT_IT)


def judged(walk: Walk, opened: Opened, sound: Sound | VoxcxError) -> Answer:
    """The rows of an interaction. Whatever goes wrong becomes a failure row that names no customer's words."""
    task = opened.task
    if isinstance(sound, VoxcxError):
        return failure(task, "analyse", str(sound))
    try:
        result = walk.judge(opened, sound)
        key = None if walk.asked_in_vain() else task.key
        rows = rows_of(result, key, opened.history, task.sound)
    except VoxcxError as error:
        return failure(task, "analyse", str(error))
    except Exception as error:  # noqa: BLE001 - the same
        return failure(task, "analyse", unexpected(error), REPORT_IT)
    return Done(task.id, key, task.sound, again=opened.kept is not None), rows
