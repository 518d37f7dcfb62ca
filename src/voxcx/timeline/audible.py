"""The phases of a call as they can be heard, whatever the telephony record says."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.intervals import Interval, Intervals, bridge, crop, total_s
from voxcx.domain.timeline import Phase
from voxcx.timeline.before_talk import UNHEARD, Opening, hear_opening
from voxcx.timeline.confidence import confidence
from voxcx.timeline.cues import Phrases
from voxcx.timeline.held import hear_holds
from voxcx.timeline.sounds import SHORTEST_TURN_S, Sounds

BUSY_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Audible:
    """IVR and queue, holds after them, and the line's busy tone after the end of talk."""

    opening: Opening = UNHEARD
    holds: tuple[Phase, ...] = ()
    after: Phase | None = None


NOTHING = Audible()


def hear_phases(sounds: Sounds, phrases: Phrases, held: Intervals, *, deaf: bool) -> Audible:
    """What can be heard. ``held``: holds that the record states, which are no part of the opening."""
    after = _after(sounds)
    end_s = after.span.start_s if after else sounds.duration_s
    opening = hear_opening(sounds, phrases, held, end_s)
    talk = Interval(min(opening.talk_start_s, end_s), end_s)
    return Audible(opening, hear_holds(sounds, phrases, talk, deaf=deaf), after)


def _after(sounds: Sounds) -> Phase | None:
    """From the first busy tone after which the parties no longer talk to each other."""
    for run in bridge(sounds.of("busy"), BUSY_PAUSE_S):
        rest = Interval(run.start_s, sounds.duration_s)
        voices = (sounds.voice("agent"), sounds.voice("customer"))
        if any(total_s(crop(voice, rest)) < SHORTEST_TURN_S for voice in voices):
            return Phase("after", rest, "audio", confidence(["busy"], parted=sounds.parted))
    return None
