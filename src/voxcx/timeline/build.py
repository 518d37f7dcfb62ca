"""Speech, words and telephony → the timeline."""

from __future__ import annotations

from voxcx.config import Definitions
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Intervals, intersection, union
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Event, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.timeline.events import Overlaps, find_holds, find_latencies, find_silences
from voxcx.timeline.phases import find_phases
from voxcx.timeline.turns import Speech, find_turns, find_units


def build_timeline(
    heard: Heard, transcript: Transcript, roles: Roles, telephony: Telephony, rules: Definitions
) -> Timeline:
    """The timeline under one set of definitions. Hold music and IVR prompts are not speech: only talk counts."""
    phases = find_phases(telephony, heard.duration_s)
    talk = union(phase.span for phase in phases if phase.kind == "talk")
    holds = union(phase.span for phase in phases if phase.kind == "hold")
    speech = _by_role(heard, roles, talk)
    units = find_units(speech, transcript, rules)
    turns = find_turns(units, rules)
    events: list[Event] = [
        *find_holds(phases),
        *Overlaps(units, turns, transcript, rules).events(),
        *find_silences(union(*speech.values()), talk, rules),
        *find_latencies(turns, holds),
    ]
    return Timeline(
        duration_s=heard.duration_s,
        agent=speech["agent"],
        customer=speech["customer"],
        unknown=speech["unknown"],
        phases=phases,
        events=tuple(sorted(events, key=lambda event: (event.span, event.kind))),
        turns=turns,
        distrust=roles.distrust,
    )


def _by_role(heard: Heard, roles: Roles, talk: Intervals) -> Speech:
    speech: Speech = {"agent": (), "customer": (), "unknown": ()}
    for role, pieces in zip(roles.by_channel, heard.speech, strict=False):
        speech[role] = union(speech[role], intersection(union(pieces), talk))
    return speech
