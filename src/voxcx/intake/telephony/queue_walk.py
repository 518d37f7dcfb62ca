"""The events of one call in queue_log → its legs: a walk from waiting to talking and out.

Events stand in whole seconds and up to a second out of order, so the next event is the earliest *possible* one within
a second. An event that is never possible is listed; where its own figures say enough, the leg is made from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voxcx.intake.telephony.draft import Leg, Outcome
from voxcx.intake.telephony.queue_log import QueueEvent
from voxcx.intake.telephony.unmatched import Listing

_OUT_OF_ORDER_S = 1.0
TRANSFERS = ("BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER")
_LEAVES: dict[str, tuple[Outcome | None, int]] = {  # outcome, and which parameter is the wait
    "ABANDON": ("abandoned", 2),
    "EXITWITHTIMEOUT": ("timeout", 2),
    "EXITWITHKEY": ("exit_key", 3),
    "EXITEMPTY": ("exit_empty", 2),
    "SYSCOMPAT": (None, 9),
}
_HOLDS = {"HOLD", "UNHOLD", "HOLDSTART", "HOLDEND"}
_ENDS = {"COMPLETEAGENT": "agent", "COMPLETECALLER": "customer"}
_RINGS = {"RINGNOANSWER", "RINGCANCELED", "AGENTDUMP"}
# In one second: what happens first.
_RANK = (*_RINGS, "CONNECT", "UNHOLD", "HOLDEND", "HOLD", "HOLDSTART", *TRANSFERS, *_ENDS, *_LEAVES, "ENTERQUEUE")


@dataclass(slots=True)
class Walk:
    """What one call's events told."""

    legs: list[Leg] = field(default_factory=list)
    transfers: list[tuple[str, float]] = field(default_factory=list)
    hangup_by: str | None = None
    customer_id: str | None = None
    holds_seen: bool = False
    waiting: Leg | None = None
    talking: Leg | None = None
    held_since: float | None = None


def walked(events: list[QueueEvent], listing: Listing) -> Walk:
    """Walk through one call's events."""
    walk, rest = Walk(), sorted(events, key=_order)
    while rest:
        soon = [event for event in rest if event.time <= rest[0].time + _OUT_OF_ORDER_S]
        event = next((one for one in soon if _possible(walk, one)), None)
        if event is None:
            _impossible(walk, rest.pop(0), listing)
            continue
        rest.remove(event)
        _step(walk, event, listing)
    _leave_open(walk, events, listing)
    return walk


def _order(event: QueueEvent) -> tuple[float, int, str, str]:
    rank = _RANK.index(event.kind) if event.kind in _RANK else len(_RANK)
    return event.time, rank, event.queue, event.agent


def _possible(walk: Walk, event: QueueEvent) -> bool:
    waiting, talking = walk.waiting, walk.talking
    if event.kind == "ENTERQUEUE":
        return waiting is None and talking is None
    if event.kind in _RINGS:
        return waiting is not None or bool(walk.legs)
    if event.kind == "CONNECT" or event.kind in _LEAVES:
        return waiting is not None and waiting.name == event.queue
    if event.kind in _HOLDS:
        ends = event.kind in {"UNHOLD", "HOLDEND"}
        return talking is not None and ends == (walk.held_since is not None)
    return talking is not None and (event.kind in _ENDS or event.kind in TRANSFERS)


def _step(walk: Walk, event: QueueEvent, listing: Listing) -> None:
    if event.kind == "ENTERQUEUE":
        _enter(walk, event)
    elif event.kind == "CONNECT":
        _leave_queue(walk, event, ("answered", 0), listing)
        _answer(walk, event)
    elif event.kind in _LEAVES:
        _leave_queue(walk, event, _LEAVES[event.kind], listing)
        walk.hangup_by = "customer" if event.kind == "ABANDON" else None
    elif event.kind in _HOLDS:
        _hold(walk, event)
    elif event.kind not in _RINGS:
        _end_talk(walk, event, listing)


def _enter(walk: Walk, event: QueueEvent) -> None:
    walk.waiting = Leg("queue", event.time, name=event.queue)
    walk.legs.append(walk.waiting)
    walk.hangup_by = None
    if len(event.data) > 1 and event.data[1].strip():
        walk.customer_id = walk.customer_id or event.data[1].strip()


def _answer(walk: Walk, event: QueueEvent) -> None:
    channel_id = event.data[1].strip() if len(event.data) > 1 else None
    walk.talking = Leg("agent", event.time, name=event.agent or None, channel_id=channel_id or None, holds=[])
    walk.legs.append(walk.talking)


def _leave_queue(walk: Walk, event: QueueEvent, how: tuple[Outcome | None, int], listing: Listing) -> None:
    if walk.waiting is None:
        return
    outcome, position = how
    walk.waiting.end, walk.waiting.outcome = max(event.time, walk.waiting.start), outcome
    stated_s = event.number(position)
    if stated_s is not None:
        waited_s = walk.waiting.end - walk.waiting.start
        fact = f"{event.kind}: time waited"
        listing.told_twice(event.place, event.call_id, fact, (stated_s, waited_s), "the time between the events")
    walk.waiting = None


def _hold(walk: Walk, event: QueueEvent) -> None:
    walk.holds_seen = True
    if walk.held_since is None:
        walk.held_since = event.time
    elif walk.talking is not None and walk.talking.holds is not None:
        walk.talking.holds.append((walk.held_since, max(event.time, walk.held_since)))
        walk.held_since = None


def _end_talk(walk: Walk, event: QueueEvent, listing: Listing) -> None:
    leg = walk.talking
    if leg is None:
        return
    leg.end = max(event.time, leg.start)
    if walk.held_since is not None and leg.holds is not None:
        leg.holds.append((walk.held_since, leg.end))  # it ended while on hold
        walk.held_since = None
    if event.agent and leg.name and event.agent != leg.name:
        listing.add(event.place, event.call_id, event.kind, f"names {event.agent}, but {leg.name} had answered")
    if (call_s := _call_time_s(event)) is not None:
        times, fact = (call_s, leg.end - leg.start), f"{event.kind}: time talked"
        listing.told_twice(event.place, event.call_id, fact, times, "the time between the events")
    walk.hangup_by = _ENDS.get(event.kind)
    if event.kind in TRANSFERS:
        leg.outcome = "transferred"
        walk.transfers.append((event.kind, event.time))
    walk.talking = None


def _call_time_s(event: QueueEvent) -> float | None:
    """Time talked: second in COMPLETE…, before the position in a transfer, whose first fields vary."""
    if event.kind in _ENDS:
        return event.number(1)
    if event.kind == "TRANSFER" and len(event.data) < 5:
        return event.number(3)
    return event.number(-2)


def _impossible(walk: Walk, event: QueueEvent, listing: Listing) -> None:
    """List an event that does not follow from those before; take from its own figures what they say."""
    if event.kind == "ENTERQUEUE":
        _close_unsaid(walk, event, listing)
        _enter(walk, event)
        return
    why = "no ENTERQUEUE or CONNECT before it fits"
    if event.kind not in {*_RANK}:
        why = "this event is not known"
    elif (made := _from_itself(walk, event)) is not None:
        why += f"; {made}"
    listing.add(event.place, event.call_id, event.kind, why)


def _close_unsaid(walk: Walk, event: QueueEvent, listing: Listing) -> None:
    """A caller who enters a queue is in no other any more: the event between was lost."""
    lost = walk.talking or walk.waiting
    if lost is None:
        return
    lost.end = max(event.time, lost.start)
    was = "was with an agent" if walk.talking else "was in a queue"
    listing.add(event.place, event.call_id, event.kind, f"the caller {was} and no event says how that ended")
    walk.talking = walk.waiting = walk.held_since = None


def _from_itself(walk: Walk, event: QueueEvent) -> str | None:
    """The legs that an event states though it stands alone (its log begins in the middle of the call)."""
    if walk.waiting is not None or walk.talking is not None:
        return None
    last_end = max((leg.end or leg.start for leg in walk.legs), default=0.0)
    talked_s = 0.0 if event.kind == "CONNECT" else _call_time_s(event) if event.kind in _ENDS else None
    waited_s = event.number(0 if talked_s is not None else _LEAVES.get(event.kind, (None, 9))[1])
    if waited_s is None or event.time - waited_s - (talked_s or 0.0) < last_end:
        return None
    left = event.time - (talked_s or 0.0)
    outcome: Outcome | None = "answered" if talked_s is not None else _LEAVES[event.kind][0]
    walk.legs.append(Leg("queue", left - waited_s, left, event.queue, outcome))
    if talked_s is not None:
        walk.talking = Leg("agent", left, name=event.agent or None, holds=[])
        walk.legs.append(walk.talking)
    if event.kind in _ENDS and walk.talking is not None:
        walk.talking.end, walk.talking = event.time, None
    walk.hangup_by = _ENDS.get(event.kind) or ("customer" if event.kind == "ABANDON" else None)
    return "what it states of itself was taken"


def _leave_open(walk: Walk, events: list[QueueEvent], listing: Listing) -> None:
    last = max(events, key=_order)
    if walk.waiting is not None:
        listing.add(last.place, last.call_id, last.kind, "the last event of a caller who never left the queue here")
    elif walk.talking is not None:
        listing.add(last.place, last.call_id, last.kind, "the last event of a talk whose end is not in these logs")
        if walk.held_since is not None:
            walk.held_since = None
