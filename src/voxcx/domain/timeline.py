"""Who spoke when, what phase the call was in, and what happened between the parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.interaction import Role, Source
from voxcx.domain.intervals import Interval, Intervals, total_s, union

PhaseKind = Literal["ivr", "queue", "talk", "hold", "after"]
EventKind = Literal[
    "backchannel",
    "interruption",
    "dual_start",
    "terminal_overlap",
    "brief_overlap",
    "silence",
    "long_silence",
    "latency",
    "hold",
    "hold_request",
    "hold_return",
    "transfer",
    "repeat_cue",
    "asks_for_human",
    "complaint",
    "ringback",
    "busy",
    "dtmf",
]
# The five that classify simultaneous speech; every stretch is exactly one of them.
OVERLAP_KINDS: tuple[EventKind, ...] = (
    "backchannel",
    "interruption",
    "dual_start",
    "terminal_overlap",
    "brief_overlap",
)


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the call; ``ivr`` and ``queue`` may have negative times when they precede the recording.

    ``confidence`` is 1 for the telephony record; from sound it says how much speaks for it, 0–1.
    """

    kind: PhaseKind
    span: Interval
    source: Source
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact that the telephony record states and the sound contradicts; the record's value stands.

    ``stated`` and ``heard`` are seconds, or a count for ``holds_count``.
    """

    fact: str
    stated: float
    heard: float


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; ``role`` is whose doing it is (None for a silence, which is nobody's).

    A tone's role is the party of the channel that it is heard on. ``detail``: the digits of a ``dtmf``, the words of a
    cue (``hold_request``, ``complaint`` …).
    """

    kind: EventKind
    role: Role | None
    span: Interval
    yielded: bool | None = None
    cut_in_suspected: bool | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Inter-pausal units of one party, backchannels left out, until the other takes the floor."""

    role: Role
    span: Interval


@dataclass(frozen=True, slots=True)
class Listening:
    """An inter-pausal unit that only listens: a backchannel, also where it falls into a pause of the other."""

    role: Role
    span: Interval


@dataclass(frozen=True, slots=True)
class Timeline:
    """Speech per role (sets of inter-pausal units), phases and events; seconds from the recording's start.

    ``distrust`` is why the parties cannot be told apart or compared: then role metrics are None. ``deaf`` is why not
    even silence can be told (a party whose channel is dead may have spoken); mono keeps it, any voice is heard there.
    """

    duration_s: float
    agent: Intervals = ()
    customer: Intervals = ()
    unknown: Intervals = ()
    phases: tuple[Phase, ...] = ()
    events: tuple[Event, ...] = ()
    turns: tuple[Turn, ...] = ()
    distrust: str | None = None
    listening: tuple[Listening, ...] = ()
    deaf: str | None = None
    disagreements: tuple[Disagreement, ...] = ()

    def __post_init__(self) -> None:
        slack_s = 0.05
        for event in self.events:
            if event.span.start_s < 0 or event.span.end_s > self.duration_s + slack_s:
                raise ValueError(f"an event lies inside the call of {self.duration_s:.2f} s, got {event}")

    def speech(self, role: Role) -> Intervals:
        """Inter-pausal units of one role."""
        return {"agent": self.agent, "customer": self.customer, "unknown": self.unknown}.get(role, ())

    def phase(self, kind: PhaseKind) -> Intervals:
        """Where a phase is, as a set."""
        return union(phase.span for phase in self.phases if phase.kind == kind)

    def of(self, kind: EventKind, role: Role | None = None) -> tuple[Event, ...]:
        """Events of a kind, of one role when given."""
        return tuple(e for e in self.events if e.kind == kind and (role is None or e.role == role))

    @property
    def talk_s(self) -> float:
        """Time in talk phases."""
        return total_s(self.phase("talk"))
