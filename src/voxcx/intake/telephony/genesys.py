"""Genesys Cloud's conversation details → calls: participants, their sessions and segments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.clock import readings
from voxcx.intake.telephony.draft import Draft, Leg, Outcome
from voxcx.intake.telephony.finishing import finished
from voxcx.intake.telephony.json_records import json_records
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import AGREE_S, Listing, Place

_CUSTOMERS, _AGENTS, _IVRS = {"customer", "external"}, {"agent", "user"}, {"ivr", "workflow", "botflow"}
_LEFT = {"client", "endpoint"}  # the participant itself went; peer: the other side


def is_genesys(raw: dict[str, Any]) -> bool:
    """Whether a record is a conversation."""
    return "conversationId" in raw and "participants" in raw


def read_genesys(paths: list[Path], zone: ZoneInfo | None, listing: Listing) -> list[CallRecord]:
    """The calls of conversation details; conversations without voice are passed over."""
    latest: dict[str, tuple[dict[str, Any], Place]] = {}
    for path in paths:
        for raw, place in json_records(path, listing):
            if is_genesys(raw):
                latest[str(raw["conversationId"])] = (raw, place)
            else:
                listing.add(place, "", "a record", "expected a conversation with participants, got another")
    records = [_call(raw, place, zone, listing) for raw, place in latest.values()]
    return sorted((one for one in records if one), key=lambda one: (one.started_at, one.call_id))


def _call(raw: dict[str, Any], place: Place, zone: ZoneInfo | None, listing: Listing) -> CallRecord | None:
    call_id, start = str(raw["conversationId"]), _time(raw.get("conversationStart"))
    people = [one for one in raw.get("participants") or () if _sessions(one)]
    if not people:
        return None
    if start is None:
        listing.add(place, call_id, "a conversation", "expected a conversationStart, got none")
        return None
    draft = Draft(call_id, "genesys", start, _time(raw.get("conversationEnd")))
    draft.tells = {"ivr", "queue", "agents", "transfers", "holds"}
    draft.direction = (
        raw.get("originatingDirection") if raw.get("originatingDirection") in {"inbound", "outbound"} else None
    )
    draft.legs = [leg for one in people for leg in _legs(one, place, (call_id, listing))]
    _settle_queues(draft)
    agents = [one for one in people if one.get("purpose") in _AGENTS]
    ends = [segment.get("disconnectType") for one in agents for segment in _segments(one)]
    draft.transfers = sum(str(end).startswith("transfer") for end in ends)
    draft.hangup_by = _hangup_by(people, agents)
    _wrap(draft, agents)
    customer = next((one for one in people if one.get("purpose") in _CUSTOMERS), None)
    if customer is not None:
        draft.customer_id = next((session["ani"] for session in _sessions(customer) if session.get("ani")), None)
    return finished(draft, zone, listing, place)


def _sessions(person: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in person.get("sessions") or () if one.get("mediaType", "voice") == "voice"]


def _segments(person: dict[str, Any]) -> list[dict[str, Any]]:
    found = [segment for session in _sessions(person) for segment in session.get("segments") or ()]
    return sorted(found, key=lambda one: str(one.get("segmentStart")))


def _legs(person: dict[str, Any], place: Place, told: tuple[str, Listing]) -> Iterator[Leg]:
    purpose, spans = person.get("purpose"), list(_spans(_segments(person), place, told))
    if not spans:
        return
    if purpose in _IVRS:
        flow: dict[str, Any] = next((one["flow"] for one in _sessions(person) if isinstance(one.get("flow"), dict)), {})
        name = flow.get("flowName") or person.get("participantName")
        yield Leg("ivr", spans[0][1], spans[-1][2], nodes=(str(name),) if name else ())
    elif purpose == "acd":
        queue = next((one["queueId"] for one in _segments(person) if one.get("queueId")), person.get("participantName"))
        how: dict[str, Outcome] = {"transfer": "transferred", "timeout": "timeout"}
        left = _segments(person)[-1].get("disconnectType")
        yield Leg("queue", spans[0][1], spans[-1][2], queue, how.get(str(left)))
    elif purpose in _AGENTS:
        talk = [span for span in spans if span[0] in {"interact", "hold"}]
        if any(kind == "interact" for kind, _, _ in talk):
            holds = [(start, end) for kind, start, end in talk if kind == "hold"]
            name = person.get("userId") or person.get("participantName")
            yield Leg("agent", talk[0][1], talk[-1][2], name, holds=holds)


def _spans(
    segments: list[dict[str, Any]], place: Place, told: tuple[str, Listing]
) -> Iterator[tuple[str, float, float]]:
    call_id, listing = told
    for segment in segments:
        kind, start, end = (
            segment.get("segmentType"),
            _time(segment.get("segmentStart")),
            _time(segment.get("segmentEnd")),
        )
        if start is None or end is None or end < start:
            listing.add(place, call_id, f"{kind} segment", "expected a start and a later end, got others")
        else:
            yield str(kind), start, end


def _settle_queues(draft: Draft) -> None:
    """A queue leg ends in an answer where an agent's talk begins; else the customer left, if nothing came after."""
    agents = draft.of("agent")
    for leg in draft.of("queue"):
        end = leg.end if leg.end is not None else leg.start
        answer = next((one.start for one in agents if leg.start <= one.start and abs(one.start - end) <= AGREE_S), None)
        if answer is not None:
            leg.end, leg.outcome = answer, "answered"
        elif leg.outcome is None and not any(one.start >= end for one in draft.legs if one is not leg):
            leg.outcome = "abandoned"


def _hangup_by(people: list[dict[str, Any]], agents: list[dict[str, Any]]) -> str | None:
    customer = next((one for one in people if one.get("purpose") in _CUSTOMERS), None)
    how = _last_end(customer) if customer else None
    if how in _LEFT:
        return "customer"
    if how == "peer" and agents and _last_end(agents[-1]) in _LEFT:
        return "agent"
    return "system" if how in {"system", "error"} else None


def _last_end(person: dict[str, Any]) -> str | None:
    ends = [one["disconnectType"] for one in _segments(person) if one.get("disconnectType")]
    return str(ends[-1]) if ends else None


def _wrap(draft: Draft, agents: list[dict[str, Any]]) -> None:
    """After-call work and its code, of the last agent who did any."""
    for agent in agents:
        wraps = [one for one in _segments(agent) if one.get("segmentType") == "wrapup"]
        times = [(_time(one.get("segmentStart")), _time(one.get("segmentEnd"))) for one in wraps]
        spans = [end - start for start, end in times if start is not None and end is not None and end >= start]
        if spans:
            draft.wrap_s = round(sum(spans), 3)
            code = next((one["wrapUpCode"] for one in wraps if one.get("wrapUpCode")), None)
            draft.stated = {"telephony": {"wrap_code": code}}


def _time(text: Any) -> float | None:
    """A time of Genesys Cloud: ISO 8601 in UTC."""
    try:
        options = readings(str(text), ZoneInfo("UTC")) if text else ()
    except ValueError:
        return None
    return options[0] if options else None
