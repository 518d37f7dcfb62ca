"""IVR, queue, holds, transfers, who hung up, after-call work: what the telephony record states, else what is heard.

A fact that the record states has the source ``cdr`` and stands. IVR and queue that it does not state are known from the
sound where they are heard (``audio``); of what precedes the recording the sound tells nothing, so hearing none is no 0.
A hold needs music or a phrase, both of which can be heard: hearing none is 0 holds – but None where nobody listened for
music, where a party's channel carries nothing, and where there was no talk to be held in. Mono recordings carry music
and a hold's silence like others. In an outbound call the ringing is the customer's phone, no queue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxcx.domain.features import Feature, Value
from voxcx.domain.interaction import Source
from voxcx.domain.intervals import Interval, Intervals, crop, total_s
from voxcx.domain.timeline import PhaseKind
from voxcx.features.building import known, missing
from voxcx.features.material import Material

NO_RECORD = "no telephony record"
NONE_HEARD = "no telephony record, and none was heard"
NO_QUEUE = "no telephony record, and an outbound call has no queue"
_PLAIN = (
    "ivr_status",
    "ivr_path",
    "ivr_steps",
    "ivr_last_node",
    "ivr_intent",
    "ivr_no_input",
    "ivr_no_match",
    "ivr_operator_requests",
    "transfers",
    "handover_context",
    "hangup_by",
    "wrap_s",
)
_AUDIBLE: dict[str, PhaseKind] = {"ivr_time_s": "ivr", "queue_wait_s": "queue"}
_HOLDS = ("holds_count", "hold_total_s", "hold_longest_s")


def telephony_features(given: Material) -> Iterator[Feature]:
    """The telephony family; a fact that nothing tells is None, never 0."""
    telephony = given.interaction.telephony
    for name in _PLAIN:
        value = getattr(telephony, name)
        yield missing(name, NO_RECORD) if value is None else _stated(name, value)
    for name, kind in _AUDIBLE.items():
        yield _time_before_talk(name, kind, given)
    yield from _holds(given)
    yield _handle(given)


def _time_before_talk(name: str, kind: PhaseKind, given: Material) -> Feature:
    """IVR or queue. What lies before the recording cannot be heard, so it is no evidence."""
    heard = crop(given.timeline.phase(kind), Interval(0.0, given.timeline.duration_s))
    value = getattr(given.interaction.telephony, name)
    if value is not None:
        return _stated(name, value, heard)
    if kind == "queue" and heard and given.interaction.direction == "outbound":
        return missing(name, NO_QUEUE)
    if heard:
        return replace(known(name, total_s(heard), heard), source="audio")
    return missing(name, NONE_HEARD if given.heard.music else NO_RECORD)


def _holds(given: Material) -> Iterator[Feature]:
    if reason := _why_no_holds(given):
        yield from (missing(name, reason) for name in _HOLDS)
        return
    lengths_s = [hold.duration_s for hold in _lengths(given)]
    values = (len(lengths_s), float(sum(lengths_s)), max(lengths_s, default=0.0))
    sources = {phase.source for phase in given.timeline.phases if phase.kind == "hold"}
    source: Source = "cdr" if given.interaction.telephony.holds is not None or sources == {"cdr"} else "audio"
    for name, value in zip(_HOLDS, values, strict=True):
        yield replace(known(name, value, given.timeline.phase("hold")), source=source)


def _why_no_holds(given: Material) -> str | None:
    """Why holds are not known, or None."""
    if given.interaction.telephony.holds is not None:
        return None
    return given.timeline.deaf if given.heard.music else NO_RECORD


def _handle(given: Material) -> Feature:
    """AHT = talk + hold + wrap."""
    timeline, wrap_s = given.timeline, given.interaction.telephony.wrap_s
    if not timeline.duration_s:
        return missing("handle_s", "no recording")
    if _why_no_holds(given) or wrap_s is None:
        return missing("handle_s", "after-call work or holds unknown")
    return known("handle_s", timeline.talk_s + total_s(_lengths(given)) + wrap_s)


def _lengths(given: Material) -> Intervals:
    """Holds as the record states them, else as they are heard."""
    stated = given.interaction.telephony.holds
    return given.timeline.phase("hold") if stated is None else stated


def _stated(name: str, value: Value, evidence: Intervals = ()) -> Feature:
    return replace(known(name, value, evidence), source="cdr")
