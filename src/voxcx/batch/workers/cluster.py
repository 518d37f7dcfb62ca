"""What a dispatch asks of a cluster, whatever runs it: actors, calls that are answered later, and what is lost."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from voxcx.batch.workers.pools import Kind

Method = Literal["greet", "do", "hear"]  # of a foreman


class Lost(NamedTuple):
    """A call that has no answer: its actor is gone, or else what it was given or gave."""

    how: str
    is_actor: bool = True
    is_memory: bool = False


class Cluster(Protocol):
    """What a cluster can do. A call is answered later; what it gives may be handed to another call unread."""

    def room(self) -> dict[Kind, int]:
        """How many actors of each kind there is room for now; kinds that are not there are not used."""

    def hire(self, kind: Kind) -> object:
        """A new actor; it may take minutes until it answers."""

    def call(self, actor: object, method: Method, *given: object) -> Sequence[Hashable]:
        """Begin a call: its answer, and what it hands on."""

    def wait(self, calls: Iterable[Hashable], timeout_s: float) -> list[Hashable]:
        """Calls that are answered, as soon as there is one."""

    def answer(self, call: Hashable) -> object:
        """What was answered, or Lost."""

    def dismiss(self, actor: object) -> None:
        """End it."""
