"""One call from its seed: voices, script, places; drawn again until the guard is content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voxcx.domain.timeline import PhaseKind
from voxcx.errors import InputError
from voxcx.simulation.calls.clips import Cast, Language, Voice
from voxcx.simulation.calls.frames import frames, seconds
from voxcx.simulation.calls.opening import CUSTOMER, Played, music, play_opening
from voxcx.simulation.calls.plan import DoesNotFitError, Mark, Plan, Sounding, refuse_unplanned
from voxcx.simulation.calls.script import Means, Party, Script, draw_script
from voxcx.simulation.calls.signals import Country, busy, busy_spans
from voxcx.simulation.calls.speaker import Speaker
from voxcx.simulation.calls.stage import Stage

TRIES = 200
SHORTEST_S, LONGEST_S = 40, 150
TAIL = (40, 150)
BUSY_GAP, BUSY_TAIL = (20, 31), (5, 11)
MOST_BUSY: dict[Country, int] = {"ru": 3, "us": 2}  # more would be a silence of 3 s after the last word


@dataclass(frozen=True, slots=True)
class Voices:
    """How the parties sound in this call: factor of pitch and pace, level in dB around the usual."""

    agent: Speaker
    customer: Speaker
    machine: Speaker

    @property
    def parties(self) -> Mapping[Party, Speaker]:
        """The two who talk."""
        return {"agent": self.agent, "customer": self.customer}


def build_call(cast: Cast, language: Language, seed: int, number: int) -> tuple[Plan, Voices]:
    """The plan of call ``number``, the same whatever else is drawn with this seed.

    Raises:
        InputError: the clips do not make a call.
    """
    voices = _voices(cast, np.random.default_rng([seed, number, 1]))
    country: Country = "ru" if language == "ru" else "us"
    for attempt in range(TRIES):
        try:
            return _attempt(voices, country, np.random.default_rng([seed, number, 2, attempt])), voices
        except DoesNotFitError:
            continue
    raise InputError(
        f"The clips: expected lines that make a call of {SHORTEST_S} to {LONGEST_S} s, found no way in {TRIES} tries; "
        "add lines of 2 to 6 s, each without pauses over a second."
    )


def _voices(cast: Cast, rng: np.random.Generator) -> Voices:
    names: tuple[Voice, ...] = ("agent", "customer", "prompt")
    return Voices(*(Speaker(cast[name], rng) for name in names))


def _attempt(voices: Voices, country: Country, rng: np.random.Generator) -> Plan:
    for speaker in (voices.agent, voices.customer, voices.machine):
        speaker.start_over()
    script = draw_script(rng, _means(voices))
    played = play_opening(script.opening, voices.machine, country, rng)
    stage = Stage(voices.parties, played.at, rng)
    stage.play(script.acts)
    soundings = [
        Sounding(0, start, music(seconds(end - start), rng)) for start, end, with_music in stage.holds if with_music
    ]
    tail = _hang_up(script, stage.end, country, rng)
    plan = Plan(
        script=script,
        placed=tuple(sorted(stage.placed, key=lambda one: (one.start, one.party))),
        marks=tuple(sorted([*played.marks, *stage.marks, *tail.marks], key=lambda mark: (mark.start, mark.end))),
        soundings=(*played.soundings, *soundings, *tail.soundings),
        phases=_phases(played, stage, tail),
        length=tail.at,
    )
    if not SHORTEST_S <= seconds(plan.length) <= LONGEST_S:
        raise DoesNotFitError("the call is too short or too long")
    refuse_unplanned(plan)
    return plan


def _means(voices: Voices) -> Means:
    agent, customer = voices.agent, voices.customer
    return Means(
        hold_request=agent.has("hold_request") and agent.has("hold_return"),
        prompts=voices.machine.has("prompt"),
        backchannels=agent.has("backchannel") and customer.has("backchannel"),
    )


def _hang_up(script: Script, at: int, country: Country, rng: np.random.Generator) -> Played:
    """What follows the last word: nothing for a moment, or a few bursts of busy tone from the customer's line."""
    tail = Played(at=at)
    bursts = min(script.busy, MOST_BUSY[country])
    if not bursts:
        tail.at += int(rng.integers(*TAIL))
        return tail
    tail.at += int(rng.integers(*BUSY_GAP))
    start = tail.add(busy(country, bursts), CUSTOMER)
    for span in busy_spans(country, bursts):
        first, end = (start + frames(edge_s) for edge_s in (span.start_s, span.end_s))
        tail.marks.append(Mark("busy", "customer", first, end))
    tail.at += int(rng.integers(*BUSY_TAIL))
    return tail


def _phases(played: Played, stage: Stage, tail: Played) -> tuple[tuple[PhaseKind, int, int], ...]:
    """IVR until the queue's first sound, queue until the agent speaks, then talk and holds; busy tone is after."""
    phases: list[tuple[PhaseKind, int, int]] = []
    at = 0
    if played.queue is not None:
        if played.queue:
            phases.append(("ivr", 0, played.queue))
        phases.append(("queue", played.queue, played.at))
        at = played.at
    for start, end, _ in stage.holds:
        phases += [("talk", at, start), ("hold", start, end)]
        at = end
    hung_up = min((mark.start for mark in tail.marks), default=tail.at)
    phases.append(("talk", at, hung_up))
    return (*phases, ("after", hung_up, tail.at)) if hung_up < tail.at else tuple(phases)
