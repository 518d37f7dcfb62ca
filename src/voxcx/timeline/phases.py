"""What part of the call is IVR, queue, talk and hold: from the telephony record.

Without ``recording_offset_s`` the recording is taken to begin when the agent answers, as most centres record: IVR
and queue then precede it with negative times.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.interaction import Source, Telephony
from voxcx.domain.intervals import Interval, crop, gaps, union
from voxcx.domain.timeline import Phase


def find_phases(telephony: Telephony, duration_s: float) -> tuple[Phase, ...]:
    """Phases in order of their start; talk is what is left of the recording."""
    before = tuple(_before_talk(telephony))
    talk_start_s = min(max((phase.span.end_s for phase in before), default=0.0), duration_s)
    holds = crop(union(telephony.holds or ()), Interval(0.0, duration_s))  # as a set: legs of a hold may overlap
    talk = gaps(holds, Interval(max(talk_start_s, 0.0), duration_s))
    source: Source = "cdr" if before or telephony.holds is not None else "none"
    phases = [
        *before,
        *(Phase("hold", hold, "cdr") for hold in holds),
        *(Phase("talk", span, source) for span in talk),
    ]
    return tuple(sorted(phases, key=lambda phase: phase.span))


def _before_talk(telephony: Telephony) -> Iterator[Phase]:
    ivr_s, queue_s = telephony.ivr_time_s or 0.0, telephony.queue_wait_s or 0.0
    offset_s = telephony.recording_offset_s
    start_s = -(ivr_s + queue_s) if offset_s is None else -offset_s
    if ivr_s:
        yield Phase("ivr", Interval(start_s, start_s + ivr_s), "cdr")
    if queue_s:
        yield Phase("queue", Interval(start_s + ivr_s, start_s + ivr_s + queue_s), "cdr")
