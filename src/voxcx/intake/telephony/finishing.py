"""Drafts → CallRecord: the facts that legs give, by one rule for every source (docs/telephony.md)."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from voxcx.config import first_problem
from voxcx.intake.telephony.clock import moment
from voxcx.intake.telephony.draft import Draft, Leg
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import Listing, Place

_LEFT_THE_QUEUE = {"timeout", "exit_key", "exit_empty"}


def finished(draft: Draft, zone: ZoneInfo | None, listing: Listing, place: Place) -> CallRecord | None:
    """The checked record of a draft; one that cannot be true is listed and gives None."""
    _refuse_backwards(draft, listing, place)
    raw = {**_call(draft, zone), "telephony": {**telephony_of(draft), **draft.stated.get("telephony", {})}}
    raw |= {name: value for name, value in draft.stated.items() if name != "telephony"}
    try:
        return CallRecord.model_validate(raw)
    except ValidationError as error:
        listing.add(place, draft.call_id, "a call", f"cannot be true: {first_problem(error)}")
        return None


def _refuse_backwards(draft: Draft, listing: Listing, place: Place) -> None:
    """Take out legs that run backwards by more than the second by which one system's clocks differ."""
    kept = []
    for leg in sorted(draft.legs, key=lambda leg: (leg.start, leg.kind != "ivr", leg.kind == "agent")):
        if leg.end is not None and leg.end < leg.start - 1.0:
            listing.add(place, draft.call_id, f"{leg.kind} leg", f"ends {leg.start - leg.end:g} s before it starts")
            continue
        if leg.end is not None:
            leg.end = max(leg.end, leg.start)
        kept.append(leg)
    draft.legs = kept
    if draft.end is not None and draft.end < draft.start - 1.0:
        listing.add(place, draft.call_id, "the call", f"ends {draft.start - draft.end:g} s before it starts")
        draft.end = None
    elif draft.end is not None:
        draft.end = max(draft.end, draft.start)


def _call(draft: Draft, zone: ZoneInfo | None) -> dict[str, Any]:
    def at(time: float | None) -> Any:
        return None if time is None else moment(time, zone)

    agents = [leg.name for leg in draft.of("agent") if leg.name]
    return {
        "source": draft.source,
        "call_id": draft.call_id,
        "other_ids": sorted(draft.other_ids - {draft.call_id}),
        "started_at": at(draft.start),
        "ended_at": at(draft.end),
        "recording_started_at": at(draft.recording_start),
        "direction": draft.direction,
        "customer_id": draft.customer_id,
        "queue": _queue(draft),
        "agent_id": agents[-1] if agents else None,
        "agents": list(dict.fromkeys(agents)),
        **_endings(draft),
        "legs": [_leg(leg, zone) for leg in draft.legs],
    }


def _leg(leg: Leg, zone: ZoneInfo | None) -> dict[str, Any]:
    spans = [{"started_at": moment(start, zone), "ended_at": moment(end, zone)} for start, end in leg.holds or ()]
    named: dict[str, dict[str, Any]] = {
        "ivr": {"nodes": list(leg.nodes)},
        "queue": {"queue": leg.name},
        "agent": {"agent_id": leg.name, "holds": None if leg.holds is None else spans},
    }
    return {
        "kind": leg.kind,
        "started_at": moment(leg.start, zone),
        "ended_at": None if leg.end is None else moment(leg.end, zone),
        "outcome": leg.outcome,
        **named[leg.kind],
    }


def _queue(draft: Draft) -> str | None:
    """The queue whose agent answered last, else the last one."""
    queues = draft.of("queue")
    answered = [leg for leg in queues if leg.outcome == "answered"]
    last = (answered or queues)[-1:]
    return last[0].name if last else None


def _endings(draft: Draft) -> dict[str, bool | None]:
    """How it ended, as far as the source can tell whether an agent answered."""
    if "agents" not in draft.tells:
        return {"abandoned": None, "contained": None, "flow_out": None}
    queues, agents, ivr = draft.of("queue"), draft.of("agent"), draft.of("ivr")
    if agents:
        return {"abandoned": False, "contained": False, "flow_out": False}
    if queues:
        last = queues[-1].outcome
        left = None if last is None else last in _LEFT_THE_QUEUE
        return {"abandoned": None if last is None else last == "abandoned", "contained": False, "flow_out": left}
    if ivr and (status := ivr_status(draft)):
        return {"abandoned": status == "abandoned", "contained": status == "completed", "flow_out": False}
    return {"abandoned": None, "contained": None, "flow_out": None}


def ivr_status(draft: Draft) -> str | None:
    """How the IVR leg ended: stated, passed on, or by who hung up inside it."""
    if "ivr" not in draft.tells:
        return None
    if not draft.of("ivr"):
        return "none"
    if draft.ivr_status:
        return draft.ivr_status
    if draft.of("queue") or draft.of("agent"):
        return "transferred"
    return {"customer": "abandoned", "system": "completed"}.get(draft.hangup_by or "")


def telephony_of(draft: Draft) -> dict[str, Any]:
    """The telephony fields; what the source cannot tell stays None."""
    base = _recording_base(draft)
    return {
        **_ivr(draft),
        "queue_wait_s": _total(draft.of("queue")) if draft.of("queue") else None,
        "holds": _holds(draft, base),
        "transfers": draft.transfers if "transfers" in draft.tells else None,
        "hangup_by": draft.hangup_by,
        "wrap_s": draft.wrap_s,
        "recording_offset_s": None if draft.recording_start is None else _s(draft.recording_start - draft.start),
    }


def _ivr(draft: Draft) -> dict[str, Any]:
    legs = draft.of("ivr")
    if "ivr" not in draft.tells:
        return {}
    nodes = [node for node, _ in groupby(node for leg in legs for node in leg.nodes)]
    facts: dict[str, Any] = {"ivr_time_s": _total(legs), "ivr_status": ivr_status(draft)}
    if not legs:
        return {**facts, "ivr_steps": 0}
    if not nodes:
        return facts
    return {**facts, "ivr_path": ">".join(nodes), "ivr_steps": len(nodes), "ivr_last_node": nodes[-1]}


def _recording_base(draft: Draft) -> float | None:
    """The recording's first moment: known, else the first agent's answer, as most centres record."""
    if draft.recording_start is not None:
        return draft.recording_start
    return min((leg.start for leg in draft.of("agent")), default=None)


def _holds(draft: Draft, base: float | None) -> list[list[float]] | None:
    if "holds" not in draft.tells:
        return None
    spans = sorted(span for leg in draft.of("agent") for span in leg.holds or ())
    if base is None:
        return []
    return [[_s(max(start - base, 0.0)), _s(end - base)] for start, end in spans if end > max(start, base)]


def _total(legs: list[Leg]) -> float | None:
    """The sum of all lengths; None where one is not known."""
    lengths = [leg.length_s for leg in legs]
    known = [length for length in lengths if length is not None]
    return _s(sum(known)) if len(known) == len(lengths) else None


def _s(seconds: float) -> float:
    return round(seconds, 3) + 0.0
