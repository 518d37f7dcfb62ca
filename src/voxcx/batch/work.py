"""What goes to a worker and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction
from voxcx.domain.result import Result
from voxcx.domain.transcript import Recognition
from voxcx.errors import VoxcxError
from voxcx.intake.job import Job
from voxcx.results.failures import Failure
from voxcx.results.stored import Kept, Place


@dataclass(frozen=True, slots=True)
class Task:
    """One job to do. ``key`` identifies the work and ``sound`` what is heard; ``history`` is what the source shows.

    ``place`` is where this very sound was kept when the interaction was done before: it is judged again from there.
    ``heard`` is what another worker heard of it just now.
    """

    job: Job
    key: str
    history: History = field(default_factory=History)
    transcript: Path | None = None
    sound: str = ""
    place: Place | None = None
    heard: tuple[Opened, Sound] | None = None

    @property
    def id(self) -> str:
        """The interaction."""
        return self.job.interaction_id

    @property
    def input(self) -> str:
        """What a failure names: the recording where there is one, else the place in the source."""
        return str(self.job.recordings[0]) if self.job.recordings else self.job.where

    @property
    def needs_recogniser(self) -> bool:
        """Its words come from sound that was not recognised before."""
        return bool(self.job.recordings) and self.transcript is None and self.place is None and self.heard is None


@dataclass(frozen=True, slots=True)
class Done:
    """An interaction is done; ``again``: judged from what was kept, nothing was listened to.

    ``key`` is None where a language model did not answer: the rows are kept and the next run judges them again.
    """

    interaction_id: str
    key: str | None
    sound: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a worker hands in at once: what is done with its rows by table (Arrow IPC), and what failed.

    ``heard`` is for another worker to judge.
    """

    done: tuple[Done, ...] = ()
    tables: Mapping[str, bytes] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    heard: tuple[Task, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The interactions that are answered."""
        done = (one.interaction_id for one in self.done)
        failed = (one.interaction_id for one in self.failures)
        return (*done, *failed, *(task.id for task in self.heard))


@dataclass(frozen=True, slots=True)
class Opened:
    """A task's input, ready for the walk; ``kept`` is what was heard and recognised of it before."""

    task: Task
    interaction: Interaction
    history: History
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """What was heard and recognised of an interaction; a chat has no sound and no recognition."""

    heard: Heard
    recognition: Recognition | None = None


Told = Callable[[], None]


def in_silence() -> None:
    """Nobody watches."""


class Walk(Protocol):
    """One worker's tools, loaded once."""

    def expect(self, tasks: Iterable[Task]) -> None:
        """These will be opened soon: what lies far away may begin to come near. Costs nothing now."""

    def open(self, task: Task) -> Opened:
        """Read the input; VoxcxError when it cannot be used."""

    def hear(self, opened: Iterable[Opened], heard: Told = in_silence) -> Iterator[tuple[Opened, Sound | VoxcxError]]:
        """Listen and recognise, in their order; windows of many are packed together. What fails costs nothing else.

        ``heard`` is told whenever some of a recording was recognised.
        """

    def alone(self, opened: Opened) -> Sound:
        """The sound of one that needs no recogniser: kept, replayed from a transcript, or none."""

    def judge(self, opened: Opened, sound: Sound) -> Result:
        """Everything behind the ear."""

    def asked_in_vain(self) -> bool:
        """Whether the language model did not answer a question of the last ``judge``."""


class MakeWalk(Protocol):
    """Picklable; called once in every worker process."""

    def __call__(self, threads: int) -> Walk:
        """Load the tools for that many threads."""


def failure(task: Task, stage: str, sentence: str, what_to_do: str | None = None) -> Failure:
    """A failure row. Error sentences end with what to do behind the last semicolon."""
    _, mark, advice = sentence.rstrip(".").rpartition("; ")
    told = what_to_do or _advice(advice if mark else "")
    return Failure(task.id, task.input, stage, sentence, told, task.key)


def source_failure(where: str, sentence: str, interaction_id: str = "") -> Failure:
    """A failure row for a line, row or file that is no job."""
    _, mark, advice = sentence.rstrip(".").rpartition("; ")
    return Failure(interaction_id, where, "source", sentence, _advice(advice if mark else ""))


def _advice(text: str) -> str:
    return text or "mend the input and run again"
