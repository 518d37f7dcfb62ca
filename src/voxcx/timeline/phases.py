"""What part of the call is IVR, queue, talk, hold and after: fact by fact from the telephony record, else from sound.

Without ``recording_offset_s`` the recording is taken to begin when the agent answers, as most centres record: IVR
and queue then precede it with negative times – unless they are heard in it: then what the record states of them ends
where the agent is heard to answer. In the recording the phases part the time: IVR and queue go before holds, holds
before what comes after, and talk is what is left.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.interaction import Source, Telephony
from voxcx.domain.intervals import Interval, Intervals, crop, gaps, subtract, union
from voxcx.domain.timeline import Phase
from voxcx.timeline.audible import NOTHING, Audible


def find_phases(telephony: Telephony, duration_s: float, audible: Audible = NOTHING) -> tuple[Phase, ...]:
    """Phases in order of their start."""
    before = tuple(_before_talk(telephony, audible))
    talk_start_s = min(max((phase.span.end_s for phase in before), default=0.0), duration_s)
    left = Interval(max(talk_start_s, 0.0), duration_s)
    holds = tuple(_holds(telephony, audible, left))
    held = union(phase.span for phase in holds)
    after = tuple(
        Phase("after", span, "audio", one.confidence)
        for one in (audible.after,)
        if one
        for span in subtract(crop((one.span,), left), held)
    )
    others = (*before, *holds, *after)
    source: Source = "none"
    if others or telephony.holds is not None:
        source = "audio" if others and all(phase.source == "audio" for phase in others) else "cdr"
    sure = min((phase.confidence for phase in others), default=1.0)
    taken = union(held, (phase.span for phase in after))
    talk = (Phase("talk", span, source, sure) for span in gaps(taken, left))
    return tuple(sorted((*others, *talk), key=lambda phase: phase.span))


def _holds(telephony: Telephony, audible: Audible, left: Interval) -> Iterator[Phase]:
    stated = crop(stated_holds(telephony), left)
    yield from (Phase("hold", span, "cdr") for span in stated)
    for hold in audible.holds if telephony.holds is None else ():
        heard = subtract(crop((hold.span,), left), stated)
        yield from (Phase("hold", span, "audio", hold.confidence) for span in heard)


def stated_holds(telephony: Telephony) -> Intervals:
    """Holds that the record states, and waits between two recordings; as a set: legs of a hold may overlap."""
    return union(telephony.holds or (), telephony.unrecorded)


def _before_talk(telephony: Telephony, audible: Audible) -> Iterator[Phase]:
    ivr_s, queue_s, offset_s = telephony.ivr_time_s, telephony.queue_wait_s, telephony.recording_offset_s
    heard = {phase.kind: phase for phase in audible.opening.phases}
    stated = (ivr_s is not None) + (queue_s is not None)
    if not stated:
        yield from audible.opening.phases
    elif not heard or (stated == 2 and offset_s is not None):
        yield from stated_before_talk(telephony)
    else:
        yield from _ending_where_heard(telephony, audible)


def stated_before_talk(telephony: Telephony) -> Iterator[Phase]:
    """IVR and queue by the record alone."""
    ivr_s, queue_s = telephony.ivr_time_s or 0.0, telephony.queue_wait_s or 0.0
    offset_s = telephony.recording_offset_s
    start_s = -(ivr_s + queue_s) if offset_s is None else -offset_s
    if ivr_s:
        yield Phase("ivr", Interval(start_s, start_s + ivr_s), "cdr")
    if queue_s:
        yield Phase("queue", Interval(start_s + ivr_s, start_s + ivr_s + queue_s), "cdr")


def _ending_where_heard(telephony: Telephony, audible: Audible) -> Iterator[Phase]:
    """What the record states of IVR and queue, at its length, up to the answer that is heard; the rest as heard."""
    heard = {phase.kind: phase for phase in audible.opening.phases}
    answered_s = audible.opening.talk_start_s
    queue = heard.get("queue")
    queue_start_s = queue.span.start_s if queue else answered_s
    if telephony.queue_wait_s is not None:
        queue_start_s = answered_s - telephony.queue_wait_s
        queue = Phase("queue", Interval(queue_start_s, answered_s), "cdr")
    if queue and queue.span.duration_s:
        yield queue
    start_s = queue_start_s
    if telephony.ivr_time_s is not None:
        start_s = queue_start_s - telephony.ivr_time_s
        if telephony.ivr_time_s:
            yield Phase("ivr", Interval(start_s, queue_start_s), "cdr")
    if start_s > 0:  # heard, and not in what the record states
        first = audible.opening.phases[0]
        yield Phase(first.kind, Interval(0.0, start_s), "audio", first.confidence)
