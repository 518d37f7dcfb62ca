"""What a batch is asked to do, what it tells while it does it, and who does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from voxcx.batch.work import Parcel, Task
from voxcx.results.failures import Failure


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do.

    ``choices`` is the digest of config, form and models, ``sound`` that of what hearing needs of them;
    ``about`` goes into run.json. ``surveys`` holds answers to earlier contacts. ``where`` is an SQL condition over what
    is known of interactions. ``retry``: what killed its worker or broke a limit is tried again, too. ``workers``: how
    many at once, as far as that is known; only what is said about time depends on it. ``quiet_s``: files of a folder
    that were written to less long ago are not there yet.
    """

    source: Path
    out: Path
    choices: str
    about: Mapping[str, object] = field(default_factory=dict)
    name_pattern: str | None = None
    transcripts: Path | None = None
    limit: int | None = None
    sound: str = ""
    surveys: Path | None = None
    where: str | None = None
    retry: bool = False
    workers: int = 1
    quiet_s: float | None = None


@dataclass(slots=True)
class Summary:
    """Counts of interactions; ``failed`` counts lines and rows that are none, too."""

    total: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    left: int = 0  # beyond --limit, not looked at
    judged_again: int = 0  # of those done: from what was kept of their sound or text, nothing was listened to
    asked_in_vain: int = 0  # of those done: a language model did not answer, the next run judges them again
    left_out: int = 0  # by --where
    sound_s: float = 0.0  # of those done, without those judged again: seconds of sound as headers promise
    work_done_s: float = 0.0  # what was done, in expected seconds of one worker
    work_left_s: float = 0.0  # what still waits, in the same


class Observer(Protocol):
    """Told what happens; the library itself is silent."""

    def differs(self, what: Sequence[str]) -> None:
        """The rows in the folder were made otherwise, in this; what it touches is done again."""

    def surveyed(self, total: int) -> None:
        """The source has been read once and holds so many interactions."""

    def moved(self, summary: Summary, failure: Failure | None) -> None:
        """Some more are done or skipped, or one has failed."""


class Workers(Protocol):
    """Whatever runs tasks: local processes now, a cluster later."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Parcel]:
        """Parcels in the order they come. A worker that dies is replaced, and what it held is done or is a failure."""
