"""A call while its events are put together: times are epoch seconds (UTC), None is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

LegKind = Literal["ivr", "queue", "agent"]
Outcome = Literal["answered", "abandoned", "timeout", "exit_key", "exit_empty", "transferred"]
Span = tuple[float, float]


@dataclass(slots=True)
class Leg:
    """One stretch of a call: in the IVR (``nodes``), in a queue or with an agent (``name``)."""

    kind: LegKind
    start: float
    end: float | None = None
    name: str | None = None
    outcome: Outcome | None = None
    nodes: tuple[str, ...] = ()
    holds: list[Span] | None = None
    channel_id: str | None = None  # of the agent's channel, where the source names it

    @property
    def length_s(self) -> float | None:
        """How long it lasted, never negative: clocks of one system differ by a second."""
        return None if self.end is None else max(self.end - self.start, 0.0)

    def shares(self, other: Leg) -> float:
        """Seconds that two legs have in common; an open leg lasts on."""
        end = min(self.end if self.end is not None else 1e12, other.end if other.end is not None else 1e12)
        return end - max(self.start, other.start)


@dataclass(slots=True)
class Draft:
    """What is known of a call. ``tells`` names what the source can tell at all: ivr, queue, agents, holds, transfers.

    ``stated`` holds facts that the source gives as they are (totals without spans); they win over what legs give.
    """

    call_id: str
    source: str
    start: float
    end: float | None = None
    legs: list[Leg] = field(default_factory=list)
    tells: set[str] = field(default_factory=set)
    transfers: int | None = None
    hangup_by: str | None = None
    wrap_s: float | None = None
    recording_start: float | None = None
    direction: str | None = None
    customer_id: str | None = None
    ivr_status: str | None = None
    other_ids: set[str] = field(default_factory=set)
    stated: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: LegKind) -> list[Leg]:
        """The legs of one kind, in order of their start."""
        return [leg for leg in self.legs if leg.kind == kind]
