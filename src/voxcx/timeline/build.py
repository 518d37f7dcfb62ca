"""Speech, words and telephony → the timeline."""

from __future__ import annotations

from voxcx.config import Definitions
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Role, Telephony
from voxcx.domain.intervals import Intervals, intersection, union
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Event, Listening, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.timeline.events import find_holds, find_latencies, find_silences
from voxcx.timeline.overlaps import Overlaps
from voxcx.timeline.phases import find_phases
from voxcx.timeline.said import Said
from voxcx.timeline.turns import Speech, find_turns, find_units

_PARTIES: tuple[Role, Role] = ("agent", "customer")


def build_timeline(
    heard: Heard, transcript: Transcript, roles: Roles, telephony: Telephony, rules: Definitions
) -> Timeline:
    """The timeline under one set of definitions. Hold music and IVR prompts are not speech: only talk counts."""
    phases = find_phases(telephony, heard.duration_s)
    talk = union(phase.span for phase in phases if phase.kind == "talk")
    holds = union(phase.span for phase in phases if phase.kind == "hold")
    speech = _by_role(heard, roles, talk)
    said = {role: Said(transcript.words_of(role)) for role in _PARTIES}
    units = find_units(speech, said, transcript.language, rules)
    turns = find_turns(units, talk, rules)
    deaf = _deaf(roles)
    events: list[Event] = [
        *find_holds(phases),
        *Overlaps(units, turns, said, talk, rules).events(),
        *(() if deaf else find_silences(union(*speech.values()), talk, rules)),
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
        listening=tuple(Listening(unit.role, unit.span) for unit in units if unit.backchannel),
        deaf=deaf,
    )


def _by_role(heard: Heard, roles: Roles, talk: Intervals) -> Speech:
    speech: Speech = {"agent": (), "customer": (), "unknown": ()}
    for role, pieces in zip(roles.by_channel, heard.speech, strict=False):
        speech[role] = union(speech[role], intersection(union(pieces), talk))
    return speech


def _deaf(roles: Roles) -> str | None:
    """Why silence cannot be told. A channel of nobody's own (mono, dual mono) carries every voice: there it can."""
    return None if "unknown" in roles.by_channel else roles.distrust
