"""Calls written by hand: what is heard on two channels and what is said, in a few lines each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from voxcx.config import Definitions
from voxcx.domain.heard import Heard, Tone, ToneKind
from voxcx.domain.interaction import Role, Telephony
from voxcx.domain.intervals import Interval, Intervals, union
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.timeline.build import build_timeline

CALL_S = 100.0
AGENT, CUSTOMER = 0, 1
Pieces = Sequence[tuple[float, float]]
Line = tuple[Role, float, float, str]
BOTH = Roles(("agent", "customer"), "ok")
MONO = Roles(("unknown",), "mono", distrust="mono recording")


def at(pieces: Pieces) -> Intervals:
    return tuple(Interval(start_s, end_s) for start_s, end_s in pieces)


def tone(kind: ToneKind, start_s: float, end_s: float, digit: str | None = None, channel: int = AGENT) -> Tone:
    return Tone(kind, channel, Interval(start_s, end_s), digit)


def rings(*starts_s: float, channel: int = AGENT) -> list[Tone]:
    return [tone("ringback", start_s, start_s + 1.0, channel=channel) for start_s in starts_s]


def keys(digits: str, start_s: float, channel: int = CUSTOMER) -> list[Tone]:
    return [tone("dtmf", start_s + 0.5 * k, start_s + 0.5 * k + 0.1, digit, channel) for k, digit in enumerate(digits)]


def busy(start_s: float, bursts: int = 4, channel: int = AGENT) -> list[Tone]:
    return [tone("busy", start_s + 0.7 * k, start_s + 0.7 * k + 0.35, channel=channel) for k in range(bursts)]


def said(lines: Sequence[Line], language: str | None = None) -> Transcript:
    ordered = sorted(lines, key=lambda line: line[1])
    russian = any(ord(letter) > 1000 for line in lines for letter in line[3])
    made = tuple(Utterance(role, spread(start_s, end_s, text), text) for role, start_s, end_s, text in ordered)
    return Transcript(language or ("ru" if russian else "en"), "test", made)


def spread(start_s: float, end_s: float, text: str) -> tuple[Word, ...]:
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    return tuple(Word(one, start_s + k * step_s, start_s + (k + 1) * step_s) for k, one in enumerate(texts))


@dataclass(frozen=True)
class Call:
    """What a call is made of. A mono one has all its speech under ``agent``. Lines said are speech too."""

    agent: Pieces = ()
    customer: Pieces = ()
    tones: Sequence[Tone] = ()
    music: Sequence[Pieces] = ((), ())
    lines: Sequence[Line] = ()
    telephony: Telephony = field(default_factory=Telephony)
    roles: Roles = BOTH
    rules: Definitions = field(default_factory=Definitions)
    duration_s: float = CALL_S

    @property
    def heard(self) -> Heard:
        """As `listen` would give it."""
        sides = [
            union(at(own), at([(start_s, end_s) for who, start_s, end_s, _ in self.lines if who in channel]))
            for own, channel in ((self.agent, {"agent", "unknown"}), (self.customer, {"customer"}))
        ]
        channels = len(self.roles.by_channel)
        return Heard(
            self.duration_s,
            self.roles.verdict,
            tuple(sides[:channels]),
            tones=tuple(sorted(self.tones, key=lambda one: one.span)),
            music=tuple(at(pieces) for pieces in self.music)[:channels],
        )

    def built(self) -> Timeline:
        """Its timeline."""
        return build_timeline(self.heard, said(self.lines), self.roles, self.telephony, self.rules)


def call(agent: Pieces = (), customer: Pieces = (), **more: Any) -> Timeline:
    """The timeline of a call."""
    return Call(agent, customer, **more).built()


def phases(timeline: Timeline) -> list[tuple[str, float, float]]:
    return [(one.kind, one.span.start_s, one.span.end_s) for one in timeline.phases]
