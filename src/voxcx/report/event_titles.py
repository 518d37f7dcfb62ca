"""What a hint over the picture of a call says: what it is, when, how it is defined, and how it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voxcx.domain.event_catalogue import EVENT_CATALOGUE
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Event, Phase
from voxcx.report.wording import Wording


@dataclass(frozen=True, slots=True)
class EventTitles:
    """Titles in one interface language; ``used`` are the parameters that the events were found by."""

    words: Wording
    used: Mapping[str, float]

    def speech(self, role: Role, span: Interval) -> str:
        """Who speaks, when and how long."""
        return f"{self.words.name('role', role)}, {self._when(span)}"

    def event(self, event: Event, span: Interval | None = None) -> str:
        """Whose event it is, when (``span`` where only a part of it is meant), its words or keys, its definition."""
        name = self.words.say("interrupts_yielded") if event.yielded else self.words.name("event", event.kind)
        who = f"{self.words.name('role', event.role)}: " if event.role else ""
        return f"{who}{name}{self._detail(event)}, {self._when(span or event.span)}{self._defined(event.kind)}"

    def _detail(self, event: Event) -> str:
        """The keys of a tone, the words of a cue."""
        if not event.detail:
            return ""
        return f" {event.detail if event.kind == 'dtmf' else self.words.quote(event.detail)}"

    def phase(self, phase: Phase, inside: Interval) -> str:
        """A phase, and how it is known."""
        name = self.words.name("phase", phase.kind)
        defined = self._defined("hold") if phase.kind == "hold" else ""
        return f"{name}, {self._when(inside)}; {known_by(phase, self.words)}{defined}"

    def _when(self, span: Interval) -> str:
        return f"{self.words.span(span)}, {self.words.seconds(span.duration_s)}"

    def _defined(self, kind: str) -> str:
        """The definition on a line of its own, with its parameters' values in it: their names are no words to read."""
        if not self.used:
            return ""
        definition = EVENT_CATALOGUE[kind].definition(self.words.ui, self.used)
        return f"\n{definition[:1].upper()}{definition[1:]}."


def known_by(phase: Phase, words: Wording) -> str:
    """By the telephony record, or by the sound and how surely."""
    source = words.name("source", phase.source)
    if phase.source != "audio":
        return source
    return f"{source}, {words.say('confidence', x=words.percent(phase.confidence))}"
