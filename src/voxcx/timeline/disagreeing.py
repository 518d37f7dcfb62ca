"""Where the telephony record and the sound tell different things. The record stands; the difference is reported.

Only what the sound can contradict counts. IVR and queue: the recording must hold all of them (it begins with them, by
``recording_offset_s``), or more of them must be heard than is stated. Holds: a stated hold that sounds silent may well
be one, so its silence counts as heard; where a party cannot be heard, or nobody listened for music, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval, crop, intersection, subtract, total_s, union
from voxcx.domain.timeline import Disagreement
from voxcx.timeline.audible import Audible
from voxcx.timeline.sounds import Sounds

TOLERANCE_S = 2.0  # as much as clocks may differ (telephony_skew_s)
TOLERANCE_COUNT = 1
SILENT_S = 3.0  # shorter pauses are those of a conversation


def find_disagreements(
    telephony: Telephony, audible: Audible, sounds: Sounds, *, deaf: bool
) -> tuple[Disagreement, ...]:
    """Facts that are stated and heard otherwise, by name."""
    waits = tuple(_waits(telephony, audible))
    holds = () if deaf or not sounds.listened else tuple(_holds(telephony, audible, sounds))
    return (*holds, *waits)


def _waits(telephony: Telephony, audible: Audible) -> Iterator[Disagreement]:
    heard_s = {phase.kind: phase.span.duration_s for phase in audible.opening.phases}
    offset_s = telephony.recording_offset_s
    begins_s = {"ivr": 0.0, "queue": telephony.ivr_time_s or 0.0}  # seconds into the call
    for fact, kind in (("ivr_time_s", "ivr"), ("queue_wait_s", "queue")):
        stated_s = telephony.ivr_time_s if kind == "ivr" else telephony.queue_wait_s
        if stated_s is None or kind not in heard_s:
            continue
        whole = offset_s is not None and offset_s <= begins_s[kind]
        more_s = heard_s[kind] - stated_s
        if more_s > TOLERANCE_S or (whole and more_s < -TOLERANCE_S):
            yield Disagreement(fact, stated_s, heard_s[kind])


def _holds(telephony: Telephony, audible: Audible, sounds: Sounds) -> Iterator[Disagreement]:
    if telephony.holds is None:
        return
    stated = crop(union(telephony.holds), Interval(0.0, sounds.duration_s))
    quiet = subtract(stated, sounds.anybody)
    silent = (piece for piece in quiet if piece.duration_s >= SILENT_S or piece in set(stated))
    heard = union((phase.span for phase in audible.holds), silent)
    confirmed = sum(2 * total_s(intersection(heard, (hold,))) >= hold.duration_s for hold in stated)
    count = confirmed + sum(not crop(stated, phase.span) for phase in audible.holds)
    if abs(count - len(stated)) > TOLERANCE_COUNT:
        yield Disagreement("holds_count", len(stated), count)
    if abs(total_s(heard) - total_s(stated)) > TOLERANCE_S:
        yield Disagreement("hold_total_s", total_s(stated), total_s(heard))
