"""The channel events of one call → its start, IVR, queues, talks, holds, transfers and end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from voxcx.intake.telephony.bridges import Talk, one_by_one, peers_of, talks_of
from voxcx.intake.telephony.cel import CelEvent
from voxcx.intake.telephony.draft import Leg, Span
from voxcx.intake.telephony.unmatched import Listing, Place

IVR_CONTEXT = r"ivr|menu|auto.?attendant|welcome|greeting|announcement"
_IVR_APPS = {"background", "backgrounddetect", "waitexten", "read", "speechbackground", "speechcreate", "directory"}
_PASSES_ON = {"queue", "dial", "page", "bridge", "followme", "voicemail"}
_RECORDS = {"mixmonitor", "monitor"}
_HOLD = {"HOLD", "HOLD_START", "HOLDSTART"}
_UNHOLD = {"UNHOLD", "HOLD_END", "HOLDEND"}
HOLD_EVENTS = _HOLD | _UNHOLD
_ENDS = {"HANGUP", "CHAN_END", "LINKEDID_END"}
# In one second on one channel: what happens first.
_RANK = (
    *("CHAN_START", "APP_END", "ANSWER", "APP_START", "BRIDGE_ENTER", *sorted(_UNHOLD), *sorted(_HOLD), "BRIDGE_EXIT"),
    *("HANGUP", "CHAN_END", "LINKEDID_END"),
)


@dataclass(slots=True)
class Seen:
    """What the channel events of one call show; times in epoch seconds."""

    start: float
    customer: str
    place: Place
    end: float | None = None
    ivr: list[Leg] = field(default_factory=list)
    ivr_ended: str | None = None
    queues: list[Leg] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    holds: list[Span] = field(default_factory=list)
    transfers: list[tuple[str, float]] = field(default_factory=list)
    hangup_by: str | None = None
    recording_start: float | None = None
    number: str | None = None
    places: dict[str, Place] = field(default_factory=dict)


def seen_in(events: list[CelEvent], ivr_context: str, listing: Listing) -> Seen:
    """Read one call's events: those of all its channels."""
    events = sorted(events, key=_order)
    first = customer_channel(events)
    own = [event for event in events if event.unique_id == first.unique_id]
    ends = [event.time for event in own if event.kind in _ENDS]
    seen = Seen(own[0].time, first.unique_id, first.place, end=min(ends) if ends else None)
    seen.number = next((event.number for event in own if event.number), None)
    seen.ivr, seen.ivr_ended = _ivr(own, re.compile(ivr_context, re.IGNORECASE))
    seen.talks = talks_of(events, first.channel)
    seen.queues = _queues(own, seen.talks, seen.places)
    seen.holds = _holds(events, listing)
    kinds = ("BLINDTRANSFER", "ATTENDEDTRANSFER")
    seen.transfers = [(event.kind, event.time) for event in events if event.kind in kinds]
    seen.hangup_by = _hangup_by(events, own, seen)
    if seen.queues and seen.hangup_by == "system" and seen.queues[-1].outcome == "abandoned":
        seen.queues[-1].outcome = None  # the dialplan went on and hung up: key, timeout or an empty queue
    records = [event.time for event in events if event.kind == "APP_START" and event.app.lower() in _RECORDS]
    seen.recording_start = min(records, default=None)
    return seen


def _order(event: CelEvent) -> tuple[float, int, bool, str, str, str]:
    """By time; at one time by what can only follow what: such lines may stand in any order."""
    rank = _RANK.index(event.kind) if event.kind in _RANK else _RANK.index("BRIDGE_EXIT")
    return event.time, rank, event.app.lower() in _PASSES_ON, event.unique_id, event.kind, event.app_data


def customer_channel(events: list[CelEvent]) -> CelEvent:
    """The first event of the channel that the call began with: the one whose id links the others."""
    linked = {event.linked_id for event in events}
    roots = [event for event in events if event.unique_id in linked] or events
    return min(roots, key=lambda event: (event.time, event.kind != "CHAN_START", event.unique_id))


def _ivr(own: list[CelEvent], pattern: re.Pattern[str]) -> tuple[list[Leg], str | None]:
    """IVR legs: from the first event in an IVR context to the next one outside it, and how the first ended."""
    contexts = {event.context for event in own if pattern.search(event.context) or event.app.lower() in _IVR_APPS}
    legs: list[Leg] = []
    inside: Leg | None = None
    extens: list[str] = []
    for event in _without_lone_start(own, contexts):
        if len(legs) == 1 and inside is not None and event.context in contexts:
            extens.append(event.exten)
        if _in_ivr(event, contexts):
            if inside is None:
                inside = Leg("ivr", event.time)
                legs.append(inside)
            if inside.nodes[-1:] != (event.context,):
                inside.nodes = (*inside.nodes, event.context)
            inside.end = event.time
        elif inside is not None:
            inside.end, inside = event.time, None
    return legs, {"0": "opted_out", "t": "timeout"}.get(extens[-1] if extens else "")


def _without_lone_start(own: list[CelEvent], contexts: set[str]) -> list[CelEvent]:
    """The IVR speaks from its first step on, not while the line still rings."""
    steps = [event for event in own if event.kind != "CHAN_START"]
    return steps if any(_in_ivr(event, contexts) for event in steps) else own


def _in_ivr(event: CelEvent, contexts: set[str]) -> bool:
    if event.kind in _ENDS or event.kind.startswith("BRIDGE") or event.app.lower() in _PASSES_ON:
        return False
    return event.context in contexts


def _queues(own: list[CelEvent], talks: list[Talk], places: dict[str, Place]) -> list[Leg]:
    """Queue legs: from Queue()'s start to the talk, the application's end or the hangup, whichever is first."""
    starts = [event for event in own if event.kind == "APP_START" and event.app.lower() == "queue"]
    app_ends = [event.time for event in own if event.kind == "APP_END" and event.app.lower() == "queue"]
    hung_up = min((event.time for event in own if event.kind in _ENDS), default=None)
    legs = []
    for number, event in enumerate(starts):
        until = starts[number + 1].time if number + 1 < len(starts) else float("inf")
        leg = Leg("queue", event.time, name=re.split(r"[,|]", event.app_data)[0].strip() or None)
        app_end = next((time for time in app_ends if event.time <= time <= until), None)
        if app_end is not None:
            app_ends.remove(app_end)  # at one time one queue may end and the next begin
        else:  # not every log has APP_END: then the next application shows that it was over
            others = (one.time for one in own if one.kind == "APP_START" and one is not event)
            app_end = min((time for time in others if time > event.time), default=None)
        talk = min((talk.start for talk in talks if event.time <= talk.start < until), default=None)
        _leave(leg, talk, app_end, hung_up)
        legs.append(leg)
        places[f"queue {len(legs)}"] = event.place
    return legs


def _leave(leg: Leg, talk: float | None, app_end: float | None, hung_up: float | None) -> None:
    left = min((time for time in (app_end, hung_up) if time is not None), default=None)
    if talk is not None and (left is None or talk <= left):
        leg.end, leg.outcome = talk, "answered"
        return
    leg.end = left
    if left is not None and left == hung_up:
        leg.outcome = "abandoned"


def _holds(events: list[CelEvent], listing: Listing) -> list[Span]:
    """Holds: pairs of HOLD and UNHOLD of one channel; one that nobody ends lasts until its channel leaves."""
    spans: list[Span] = []
    since: dict[str, CelEvent] = {}
    for event in one_by_one(events, lambda one: (one.kind in _UNHOLD) == (one.unique_id in since)):
        begun = since.get(event.unique_id)
        if event.kind in _HOLD:
            since.setdefault(event.unique_id, event)
        elif event.kind in _UNHOLD and begun is None:
            listing.add(event.place, event.linked_id, event.kind, "no HOLD of its channel before it")
        elif begun is not None and (event.kind in _UNHOLD or event.kind in {"BRIDGE_EXIT", *_ENDS}):
            spans.append((begun.time, max(event.time, begun.time)))
            del since[event.unique_id]
    for event in since.values():
        listing.add(event.place, event.linked_id, event.kind, "no UNHOLD of its channel after it")
    return spans


def _hangup_by(events: list[CelEvent], own: list[CelEvent], seen: Seen) -> str | None:
    """Who hung up: by the source that the hangup names, else by whose channel went first."""
    hangups = [event for event in own if event.kind == "HANGUP"]
    if not hangups:
        return None
    last = seen.talks[-1] if seen.talks else None
    others = [event for event in events if event.kind == "HANGUP" and last and event.channel in peers_of(last)]
    sources = [str(event.extra["hangupsource"]) for event in (*hangups, *others) if event.extra.get("hangupsource")]
    if sources:
        if sources[0] == hangups[0].channel:
            return "customer"
        return "agent" if sources[0] in {event.channel for event in events} else "system"
    if last is None:
        return _hangup_inside(hangups[0].app.lower())
    if not others or others[-1].time == hangups[0].time:
        return None
    return "agent" if others[-1].time < hangups[0].time else "customer"


def _hangup_inside(app: str) -> str | None:
    """Without an agent: a hangup in the middle of a menu comes from outside, that of Hangup() from the dialplan."""
    if app == "hangup":
        return "system"
    return "customer" if app in _IVR_APPS else None
