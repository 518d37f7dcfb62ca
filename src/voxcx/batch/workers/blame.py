"""Whose fault it is that a worker died, hung or took too much memory. Pure: what it held, what its board said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from voxcx.batch.work import Task

CHECK_ALONE = "check it alone with `voxcx score`; where it is fine, run again with --retry"


class Held(NamedTuple):
    """A task that a worker has not answered, by its number there."""

    number: int
    task: Task


class Board(Protocol):
    """What the worker said it was at; see ``voxcx.batch.workers.board``."""

    @property
    def at(self) -> int:
        """The task in hand; 0 when none is."""

    @property
    def begun(self) -> int:
        """The latest task that was begun."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a worker ended: a failure's stage, sentence and advice; ``how`` is for one that held nothing.

    ``own_fault``: it crashed, and nobody else ended it. ``hung``: its main thread stood still, so that is the task
    it was at.
    """

    stage: str
    sentence: str
    how: str = ""
    what_to_do: str = CHECK_ALONE
    own_fault: bool = False
    hung: bool = False


@dataclass(frozen=True, slots=True)
class Blame:
    """``culprit`` is known for certain, ``suspects`` are to be tried alone, the others were not even begun."""

    culprit: Task | None = None
    suspects: tuple[Task, ...] = ()
    innocent: tuple[Task, ...] = ()


def blame(held: Sequence[Held], board: Board, cause: Cause, *, alone: bool) -> Blame:
    """Who is to blame for what happened to a worker that held these tasks.

    ``alone``: it was given one task, to see whether that one is to blame.
    """
    if alone and len(held) == 1:
        return Blame(held[0].task)
    begun = [one for one in held if one.number <= board.begun]
    marked = [one for one in begun if one.number == board.at]
    hearing = [one for one in begun if one.task.needs_recogniser and one not in marked]
    if marked and (cause.hung or (cause.own_fault and not hearing)):
        return _parted(held, marked, culprit=marked[0].task)
    # While recordings are recognised in the background, it may be any of them.
    return _parted(held, [*hearing, *marked] or begun or list(held))


def _parted(held: Sequence[Held], blamed: list[Held], culprit: Task | None = None) -> Blame:
    innocent = tuple(one.task for one in held if one not in blamed)
    return Blame(culprit, () if culprit else tuple(one.task for one in blamed), innocent)
