"""What goes to a worker and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from voxcx.domain.interaction import History, Interaction
from voxcx.domain.result import Result
from voxcx.errors import VoxcxError, unexpected
from voxcx.intake.job import Job
from voxcx.results.failures import Failure
from voxcx.results.rows import Row, rows_of
from voxcx.results.stored import Kept, Place

Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Task:
    """One job to do. ``key`` identifies the work and ``sound`` what is heard; ``history`` is what the source shows.

    ``place`` is where the interaction was kept when it was done before: if its sound is the same it is judged again.
    """

    job: Job
    key: str
    history: History = field(default_factory=History)
    transcript: Path | None = None
    sound: str = ""
    place: Place | None = None

    @property
    def input(self) -> str:
        """What a failure names: the recording where there is one, else the place in the source."""
        return str(self.job.recordings[0]) if self.job.recordings else self.job.where


@dataclass(frozen=True, slots=True)
class Done:
    """An interaction's rows by table; ``again``: judged from what was kept, nothing was listened to.

    ``key`` is None where a language model did not answer: the rows are kept and the next run judges them again.
    """

    interaction_id: str
    key: str | None
    rows: Rows
    again: bool = False


Outcome = Done | Failure


@dataclass(frozen=True, slots=True)
class Opened:
    """A task's input, ready for the walk; ``kept`` is what was heard and recognised of it before."""

    interaction: Interaction
    history: History
    kept: Kept | None = None


class Walk(Protocol):
    """One worker's tools, loaded once."""

    def open(self, task: Task) -> Opened:
        """Read the input; VoxcxError when it cannot be used."""

    def analyse(self, task: Task, opened: Opened) -> Result:
        """The whole walk, or judging alone where what it needs is kept."""

    def asked_in_vain(self) -> bool:
        """Whether the language model did not answer a question of the last ``analyse``."""


class MakeWalk(Protocol):
    """Picklable; called once in every worker process."""

    def __call__(self, threads: int) -> Walk:
        """Load the tools for that many threads."""


def failure(task: Task, stage: str, sentence: str, what_to_do: str | None = None) -> Failure:
    """A failure row. Error sentences end with what to do behind the last semicolon."""
    _, mark, advice = sentence.rstrip(".").rpartition("; ")
    return Failure(task.job.interaction_id, task.input, stage, sentence, what_to_do or _advice(advice if mark else ""))


def source_failure(where: str, sentence: str, interaction_id: str = "") -> Failure:
    """A failure row for a line, row or file that is no job."""
    _, mark, advice = sentence.rstrip(".").rpartition("; ")
    return Failure(interaction_id, where, "source", sentence, _advice(advice if mark else ""))


def _advice(text: str) -> str:
    return text or "mend the input and run again"


def perform(task: Task, walk: Walk) -> Outcome:
    """Do one task. Whatever goes wrong becomes a failure row that names no customer's words."""
    stage = "open"
    try:
        opened = walk.open(task)
        stage = "analyse"
        result = walk.analyse(task, opened)
        key = None if walk.asked_in_vain() else task.key
        rows = rows_of(result, key, opened.history, task.sound)
        return Done(task.job.interaction_id, key, rows, again=opened.kept is not None)
    except VoxcxError as error:
        return failure(task, stage, str(error))
    except Exception as error:  # noqa: BLE001 - one interaction costs nothing else, whatever is wrong with it
        return failure(task, stage, unexpected(error), "run again; if it fails again, report it with this line")
