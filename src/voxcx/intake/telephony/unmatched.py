"""What fits no call or contradicts another fact: kept with file and line, never lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

AGREE_S = 2.0  # two sources that differ by less tell the same: logs keep whole seconds


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Unmatched:
    """One event that belongs to no call, or contradicts another: ``what`` was found and ``why`` it does not fit."""

    place: Place
    call_id: str
    what: str
    why: str


@dataclass(slots=True)
class Listing:
    """Collects what does not fit while an adapter reads."""

    found: list[Unmatched] = field(default_factory=list)

    def add(self, place: Place, call_id: str, what: str, why: str) -> None:
        """List one event."""
        self.found.append(Unmatched(place, call_id, what, why))

    def told_twice(self, place: Place, call_id: str, fact: str, values_s: tuple[float, float], winner: str) -> bool:
        """List a fact in seconds that two sources tell differently; True if they do."""
        first_s, second_s = values_s
        if abs(first_s - second_s) <= AGREE_S:
            return False
        self.add(place, call_id, fact, f"told as {first_s:g} s and as {second_s:g} s; {winner} was taken")
        return True

    def rows(self) -> Iterable[Unmatched]:
        """In order of file and line, each once."""
        return sorted(set(self.found))
