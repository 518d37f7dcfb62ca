"""Speech, other sounds, words and telephony → the timeline."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.config import Definitions
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Role, Telephony
from voxcx.domain.intervals import Intervals, intersection, union
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Event, Listening, Phase, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.timeline.audible import hear_phases
from voxcx.timeline.cues import find_cues, hear_phrases
from voxcx.timeline.disagreeing import find_disagreements
from voxcx.timeline.events import find_holds, find_latencies, find_silences, find_tones, find_wordless
from voxcx.timeline.overlaps import Overlaps
from voxcx.timeline.phases import find_phases, stated_holds
from voxcx.timeline.said import Said
from voxcx.timeline.sounds import Sounds, listen_to
from voxcx.timeline.turns import Speech, find_turns, find_units

_ROLES: tuple[Role, Role, Role] = ("agent", "customer", "unknown")


def build_timeline(
    heard: Heard, transcript: Transcript, roles: Roles, telephony: Telephony, rules: Definitions
) -> Timeline:
    """The timeline under one set of definitions. Hold music and IVR prompts are not speech: only talk counts.

    Phases come first (phrases that tell of holds are looked for before them), then speech in talk, then what happened.
    A recording without any talk (all of it queue) is distrusted with that reason: its parties did not meet.
    """
    if not heard.duration_s:
        return _unrecorded(telephony, roles)
    said = {role: Said(transcript.words_of(role)) for role in _ROLES}
    sounds = listen_to(heard, roles, said, transcript.language, rules)
    deaf = _deaf(roles)
    audible = hear_phases(sounds, hear_phrases(transcript), stated_holds(telephony), deaf=deaf is not None)
    phases = find_phases(telephony, heard.duration_s, audible)
    talk = union(phase.span for phase in phases if phase.kind == "talk")
    speech: Speech = {role: intersection(sounds.speech[role], talk) for role in _ROLES}
    units = find_units(speech, said, transcript.language, rules)
    turns = find_turns(units, talk, rules)
    no_talk = None if talk else "no talk"
    events = _events(sounds, transcript, phases, Overlaps(units, turns, said, talk, rules), union(*speech.values()))
    return Timeline(
        duration_s=heard.duration_s,
        agent=speech["agent"],
        customer=speech["customer"],
        unknown=speech["unknown"],
        phases=phases,
        events=tuple(sorted(events, key=lambda event: (event.span, event.kind, event.detail or ""))),
        turns=turns,
        distrust=roles.distrust or no_talk,
        listening=tuple(Listening(unit.role, unit.span) for unit in units if unit.backchannel),
        deaf=deaf or no_talk,
        disagreements=find_disagreements(telephony, audible, sounds, deaf=deaf is not None),
    )


def _unrecorded(telephony: Telephony, roles: Roles) -> Timeline:
    """A chat, or a call without a recording: no moment that anything could happen in, only what the record states."""
    return Timeline(0.0, phases=find_phases(telephony, 0.0), distrust=roles.distrust, deaf=_deaf(roles))


def _events(
    sounds: Sounds, transcript: Transcript, phases: tuple[Phase, ...], overlaps: Overlaps, spoken: Intervals
) -> Iterator[Event]:
    """All that happened, in no order: overlaps, waits and silence, signals of the network, and what words tell."""
    yield from find_holds(phases)
    yield from overlaps.events()
    yield from find_latencies(overlaps.turns, union(phase.span for phase in phases if phase.kind == "hold"))
    yield from find_tones(sounds)
    if not _deaf(sounds.roles):
        yield from find_silences(spoken, overlaps.talk, sounds.rules)
        if sounds.rules.silence_between_words:
            yield from find_wordless(transcript, sounds.duration_s, sounds.rules)
    if sounds.parted:
        yield from find_cues(transcript, overlaps.talk, sounds.duration_s)


def _deaf(roles: Roles) -> str | None:
    """Why silence cannot be told. A channel of nobody's own (mono, dual mono) carries every voice: there it can."""
    return None if "unknown" in roles.by_channel else roles.distrust
