"""Events of METRICS §2 that are no simultaneous speech: silences, latencies, holds."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.config import Definitions
from voxcx.domain.interaction import Role
from voxcx.domain.intervals import Interval, Intervals, crop, gaps
from voxcx.domain.timeline import Event, Phase, Turn
from voxcx.units import INSTANT_S


def find_silences(spoken: Intervals, talk: Intervals, rules: Definitions) -> Iterator[Event]:
    """Stretches of talk in which nobody speaks; a long one is both a silence and a long silence."""
    excess_s = INSTANT_S if rules.silence_min_excluded else -INSTANT_S
    for span in (gap for part in talk for gap in gaps(spoken, part)):
        if span.duration_s >= rules.silence_min_s + excess_s:
            yield Event("silence", None, span)
        if span.duration_s >= rules.long_silence_min_s - INSTANT_S:
            yield Event("long_silence", None, span)


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
