"""Events of METRICS §2 that are no simultaneous speech: silences, latencies, holds, signals of the network."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.config import Definitions
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, crop, gaps, union
from voxcx.domain.timeline import Event, Phase, Turn
from voxcx.domain.transcript import Transcript
from voxcx.timeline.sounds import Sounds
from voxcx.units import INSTANT_S

_SPEAKERS: tuple[Role, Role, Role] = ("agent", "customer", "unknown")


def find_silences(spoken: Intervals, talk: Intervals, rules: Definitions) -> Iterator[Event]:
    """Stretches of talk in which nobody speaks; a long one is both a silence and a long silence.

    Under ``silence_between_words`` the short ones are ``find_wordless``'s; what a long silence is stays the same.
    """
    for span in (gap for part in talk for gap in gaps(spoken, part)):
        if not rules.silence_between_words and _long_enough(span, rules):
            yield Event("silence", None, span)
        if span.duration_s >= rules.long_silence_min_s - INSTANT_S:
            yield Event("long_silence", None, span)


def find_wordless(transcript: Transcript, duration_s: float, rules: Definitions) -> Iterator[Event]:
    """Stretches between recognised words (of anybody, suspect ones left out) all over the recording, as Voci counts.

    At a least length of 0 they add up to the recording − the time of its words. Without words there are none.
    """
    timed = (word for role in _SPEAKERS for word in transcript.words_of(role))
    words = union(Interval(w.start_s, w.end_s) for w in timed if w.start_s is not None and w.end_s is not None)
    for span in gaps(words, Interval(0.0, duration_s)) if words else ():
        if _long_enough(span, rules):
            yield Event("silence", None, span)


def _long_enough(span: Interval, rules: Definitions) -> bool:
    excess_s = INSTANT_S if rules.silence_min_excluded else -INSTANT_S
    return span.duration_s >= rules.silence_min_s + excess_s


def find_tones(sounds: Sounds) -> Iterator[Event]:
    """Signals of the network: each burst and each key, with the party of the channel that it is heard on."""
    for tone in sounds.tones:
        yield Event(tone.kind, sounds.role_of(tone), tone.span, detail=tone.digit)


def find_latencies(turns: tuple[Turn, ...], holds: Intervals) -> Iterator[Event]:
    """Gaps from one party's turn end to the other's turn start; across a hold nobody was waited for."""
    last: Turn | None = None  # the turn that ended last: a short one inside a longer one is no end to wait from
    for turn in turns:
        if last and turn.role != last.role and turn.span.start_s > last.span.end_s:
            gap = Interval(last.span.end_s, turn.span.start_s)
            if not crop(holds, gap):
                yield Event("latency", turn.role, gap)
        if last is None or turn.span.end_s >= last.span.end_s:
            last = turn


def find_holds(phases: tuple[Phase, ...]) -> Iterator[Event]:
    """Holds as events, so that they stand in one list with the others."""
    role: Role = "agent"
    for phase in phases:
        if phase.kind == "hold":
            yield Event("hold", role, phase.span)
