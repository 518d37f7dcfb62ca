"""Amazon Connect's contact records (CTR) → calls: the contacts of one chain are one call."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.clock import readings
from voxcx.intake.telephony.draft import Draft, Leg, Outcome
from voxcx.intake.telephony.finishing import finished
from voxcx.intake.telephony.json_records import Record, json_records
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import Listing

_HANGUP = {
    "CUSTOMER_DISCONNECT": "customer",
    "AGENT_DISCONNECT": "agent",
    "CONTACT_FLOW_DISCONNECT": "system",
    "TELECOM_PROBLEM": "system",
    "OTHER": None,
}


def is_connect(raw: dict[str, Any]) -> bool:
    """Whether a record is a contact record."""
    return "ContactId" in raw and ("InitiationTimestamp" in raw or "AWSContactTraceRecordFormatVersion" in raw)


def read_connect(paths: list[Path], zone: ZoneInfo | None, listing: Listing) -> list[CallRecord]:
    """The calls of contact records; chats and tasks are passed over, a record delivered again replaces the older."""
    latest: dict[str, Record] = {}
    for path in paths:
        for raw, place in json_records(path, listing):
            if not is_connect(raw):
                listing.add(place, "", "a record", "expected a contact record with ContactId, got another")
            elif raw.get("Channel", "VOICE") in {"VOICE", None}:
                kept = latest.get(raw["ContactId"])
                if kept is None or str(raw.get("LastUpdateTimestamp")) >= str(kept[0].get("LastUpdateTimestamp")):
                    latest[raw["ContactId"]] = (raw, place)
    chains: dict[str, list[Record]] = defaultdict(list)
    for raw, place in latest.values():
        chains[raw.get("InitialContactId") or raw["ContactId"]].append((raw, place))
    records = []
    for call_id, chain in chains.items():
        chain.sort(key=lambda one: str(one[0].get("InitiationTimestamp")))
        records.append(_call(call_id, chain, zone, listing))
    return sorted((one for one in records if one), key=lambda one: (one.started_at, one.call_id))


def _call(call_id: str, chain: list[Record], zone: ZoneInfo | None, listing: Listing) -> CallRecord | None:
    first, place = chain[0]
    start = _time(first, "InitiationTimestamp")
    if start is None:
        listing.add(place, call_id, "a contact", "expected an InitiationTimestamp, got none")
        return None
    ends = [end for raw, _ in chain if (end := _time(raw, "DisconnectTimestamp")) is not None]
    draft = Draft(call_id, "connect", start, max(ends, default=None), tells={"ivr", "queue", "agents", "transfers"})
    draft.other_ids = {raw["ContactId"] for raw, _ in chain}
    for raw, _ in chain:
        _add_legs(draft, raw)
    draft.transfers = sum(raw.get("InitiationMethod") == "TRANSFER" for raw, _ in chain)
    last = chain[-1][0]
    draft.hangup_by = _HANGUP.get(str(last.get("DisconnectReason")))
    draft.direction = "outbound" if first.get("InitiationMethod") == "OUTBOUND" else "inbound"
    draft.customer_id = (first.get("CustomerEndpoint") or {}).get("Address")
    agents = [raw["Agent"] for raw, _ in chain if raw.get("Agent")]
    if agents:
        draft.wrap_s = agents[-1].get("AfterContactWorkDuration")
    if agents and all(agent.get("NumberOfHolds") == 0 for agent in agents):
        draft.tells.add("holds")  # how many and how long is known, when is not: only *none* can be said
    starts = [_time(one, "StartTimestamp") for raw, _ in chain for one in raw.get("Recordings") or ()]
    draft.recording_start = min((one for one in starts if one is not None), default=None)
    return finished(draft, zone, listing, place)


def _add_legs(draft: Draft, raw: dict[str, Any]) -> None:
    queue, agent = raw.get("Queue") or {}, raw.get("Agent") or {}
    entered, answered = _time(queue, "EnqueueTimestamp"), _time(agent, "ConnectedToAgentTimestamp")
    ended = _time(raw, "DisconnectTimestamp")
    heard = _time(raw, "ConnectedToSystemTimestamp")
    if heard is not None and raw.get("InitiationMethod") in {"INBOUND", "API", None}:
        draft.legs.append(Leg("ivr", heard, entered if entered is not None else answered or ended))
    if entered is not None:
        left = answered if answered is not None else _time(queue, "DequeueTimestamp") or ended
        draft.legs.append(Leg("queue", entered, left, queue.get("Name") or queue.get("ARN"), _outcome(raw, answered)))
    if answered is not None:
        end = _time(agent, "AfterContactWorkStartTimestamp") or _time(raw, "TransferCompletedTimestamp") or ended
        name = agent.get("Username") or agent.get("ARN")
        holds: list[tuple[float, float]] | None = [] if agent.get("NumberOfHolds") == 0 else None
        handed_on: Outcome | None = "transferred" if raw.get("TransferCompletedTimestamp") else None
        draft.legs.append(Leg("agent", answered, end, name, handed_on, holds=holds))


def _outcome(raw: dict[str, Any], answered: float | None) -> Outcome | None:
    if answered is not None:
        return "answered"
    if raw.get("TransferCompletedTimestamp") or raw.get("NextContactId"):
        return "transferred"
    return "abandoned" if raw.get("DisconnectReason") == "CUSTOMER_DISCONNECT" else None


def _time(raw: dict[str, Any], name: str) -> float | None:
    """A time of Connect: ISO 8601 in UTC."""
    text = raw.get(name)
    try:
        options = readings(str(text), ZoneInfo("UTC")) if text else ()
    except ValueError:
        return None
    return options[0] if options else None
