"""What a worker is at, in memory that the parent sees too: it can be read when the worker hangs or is dead.

Only the worker's main thread writes, one number of eight bytes at a time; a mark costs a microsecond, a message fifty.
Tasks are counted as the worker was given them, from 1.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from ctypes import c_int64
from multiprocessing.context import SpawnContext
from typing import Protocol

_BEGUN, _AT, _BEATS, _HEARD, FIELDS = range(5)


class Marks(Protocol):
    """Told what is being done."""

    def begin(self, number: int) -> None:
        """This task is begun, and in hand now."""

    def back_to(self, number: int) -> None:
        """A task that was begun before is in hand again."""

    def rest(self) -> None:
        """None is in hand: others may be recognised in the background."""

    def heard(self) -> None:
        """A part of a recording was recognised: a sign of life."""


class NoMarks:
    """Nobody looks."""

    def begin(self, number: int) -> None:
        """Not kept."""

    def back_to(self, number: int) -> None:
        """Not kept."""

    def rest(self) -> None:
        """Not kept."""

    def heard(self) -> None:
        """Not kept."""


class Board:
    """``cells`` is shared memory of ``FIELDS`` integers, or any list of as many."""

    def __init__(self, cells: MutableSequence[int]) -> None:
        self.cells = cells

    def begin(self, number: int) -> None:
        """This task is begun, and in hand now."""
        self.cells[_AT] = number
        self.cells[_BEGUN] = number
        self.cells[_BEATS] += 1

    def back_to(self, number: int) -> None:
        """A task that was begun before is in hand again."""
        self.cells[_AT] = number
        self.cells[_BEATS] += 1

    def rest(self) -> None:
        """None is in hand: others may be recognised in the background."""
        self.cells[_AT] = 0
        self.cells[_BEATS] += 1

    def heard(self) -> None:
        """A part of a recording was recognised: a sign of life."""
        self.cells[_HEARD] += 1
        self.cells[_BEATS] += 1

    @property
    def at(self) -> int:
        """The task in hand; 0 when none is."""
        return self.cells[_AT]

    @property
    def begun(self) -> int:
        """The latest task that was begun."""
        return self.cells[_BEGUN]

    @property
    def beats(self) -> int:
        """Changes with every sign of life."""
        return self.cells[_BEATS]

    @property
    def has_heard(self) -> bool:
        """The recogniser has answered, so it is loaded."""
        return self.cells[_HEARD] > 0


def shared_cells(context: SpawnContext) -> MutableSequence[int]:
    """Cells that a process started by this context sees, too."""
    return context.RawArray(c_int64, FIELDS)  # type: ignore[return-value]
