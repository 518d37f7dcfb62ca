"""What the telephony record tells: IVR, queue, holds, transfers, who hung up, after-call work."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.features import Feature
from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval, crop
from voxcx.domain.timeline import PhaseKind, Timeline
from voxcx.features.building import known, known_or, missing

NO_RECORD = "no telephony record"
_PLAIN = (
    "ivr_time_s",
    "queue_wait_s",
    "ivr_status",
    "ivr_path",
    "ivr_steps",
    "ivr_last_node",
    "ivr_intent",
    "ivr_no_input",
    "ivr_no_match",
    "ivr_operator_requests",
    "transfers",
    "hangup_by",
    "wrap_s",
)


def telephony_features(telephony: Telephony, timeline: Timeline) -> Iterator[Feature]:
    """The telephony family; a fact that the record does not state is None, never 0."""
    recorded = Interval(0.0, timeline.duration_s)
    for name in _PLAIN:
        # What lies before the recording cannot be heard, so it is no evidence.
        heard = crop(timeline.phase(_PHASE[name]), recorded) if name in _PHASE else ()
        yield known_or(name, getattr(telephony, name), NO_RECORD, heard)
    yield from _holds(telephony, timeline)
    yield _handle(telephony, timeline)


_PHASE: dict[str, PhaseKind] = {"ivr_time_s": "ivr", "queue_wait_s": "queue"}


def _holds(telephony: Telephony, timeline: Timeline) -> Iterator[Feature]:
    names = ("holds_count", "hold_total_s", "hold_longest_s")
    if telephony.holds is None:
        yield from (missing(name, NO_RECORD) for name in names)
        return
    lengths_s = [hold.duration_s for hold in telephony.holds]
    values = (len(lengths_s), float(sum(lengths_s)), max(lengths_s, default=0.0))
    evidence = timeline.phase("hold")
    yield from (known(name, value, evidence) for name, value in zip(names, values, strict=True))


def _handle(telephony: Telephony, timeline: Timeline) -> Feature:
    """AHT = talk + hold + wrap."""
    if not timeline.duration_s:
        return missing("handle_s", "no recording")
    if telephony.holds is None or telephony.wrap_s is None:
        return missing("handle_s", "after-call work or holds unknown")
    holds_s = sum(hold.duration_s for hold in telephony.holds)
    return known("handle_s", timeline.talk_s + holds_s + telephony.wrap_s)
