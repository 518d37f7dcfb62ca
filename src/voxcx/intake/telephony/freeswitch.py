"""FreeSWITCH's XML CDR → calls: the a-leg with its b-legs, as mod_callcenter and mod_dptools leave them."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.draft import Draft, Leg, Outcome
from voxcx.intake.telephony.finishing import finished
from voxcx.intake.telephony.freeswitch_leg import XmlLeg, xml_legs
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import Listing

_CANCELS: dict[str, Outcome] = {
    "TIMEOUT": "timeout",
    "NO_AGENT_TIMEOUT": "exit_empty",
    "EXIT_WITH_KEY": "exit_key",
    "BREAK_OUT": "abandoned",
}
_IVR_APPS = {"ivr", "play_and_get_digits", "read", "play_and_detect_speech"}
_RECORDS = {"record_session", "record"}
_MOVED = re.compile(r"(\d{10}):[0-9a-f-]{36}:(?:bl_xfer|att_xfer|uuid_br)")
_HANGUPS = {"recv_bye": "customer", "recv_cancel": "customer", "send_refuse": "system"}


def read_freeswitch(paths: list[Path], zone: ZoneInfo | None, listing: Listing) -> list[CallRecord]:
    """The calls of XML CDRs; a b-leg whose a-leg is not there is listed."""
    legs = {leg.uuid: leg for path in paths for leg in xml_legs(path, listing)}
    owners = {uuid: next((one for one in leg.links if one in legs and one != uuid), uuid) for uuid, leg in legs.items()}
    customers = [legs[uuid] for uuid, owner in owners.items() if owner == uuid or owners.get(owner) == uuid < owner]
    records = []
    for customer in customers:
        others = [legs[uuid] for uuid, owner in owners.items() if owner == customer.uuid != uuid]
        if not others and customer.links and customer.variables.get("direction") == "outbound":
            listing.add(customer.place, customer.uuid, "a b-leg", "its a-leg is not in these files")
            continue
        draft = _draft(customer, sorted(others, key=lambda leg: leg.time("answer_epoch") or 0.0), listing)
        if draft is not None:
            records.append(finished(draft, zone, listing, customer.place))
    return sorted((one for one in records if one), key=lambda one: (one.started_at, one.call_id))


def _draft(leg: XmlLeg, others: list[XmlLeg], listing: Listing) -> Draft | None:
    start = leg.time("start_epoch")
    if start is None:
        listing.add(leg.place, leg.uuid, "a CDR", "expected a start_epoch, got none")
        return None
    draft = Draft(leg.uuid, "freeswitch", start, leg.time("end_epoch"), tells={"queue", "agents", "transfers", "ivr"})
    draft.other_ids = {leg.uuid, *(other.uuid for other in others)}
    draft.customer_id, draft.direction = leg.caller, "inbound" if leg.variables.get("direction") == "inbound" else None
    answered = [other for other in others if other.time("answer_epoch") is not None]
    draft.legs = [*_ivr(leg, draft), *_queue(leg), *_agents(leg, answered, draft)]
    holds = [one.holds for one in (leg, *answered)]
    if leg.tells_holds and None not in holds:
        draft.tells.add("holds")
        _place_holds(draft, sorted({span for spans in holds for span in spans or ()}), leg, listing)
    talk = min((one.start for one in draft.of("agent")), default=None)
    moved = {time for one in (leg, *answered) for time in _moves(one) if talk is not None and time >= talk}
    draft.transfers = len(moved)
    draft.hangup_by = _hangup_by(leg, answered)
    records = [time for name, _, time in leg.apps if name in _RECORDS and time is not None]
    draft.recording_start = min(records, default=None)
    return draft


def _queue(leg: XmlLeg) -> list[Leg]:
    joined = leg.time("cc_queue_joined_epoch")
    if joined is None:
        return []
    answered, cancelled = leg.time("cc_queue_answered_epoch"), leg.time("cc_queue_canceled_epoch")
    name = leg.variables.get("cc_queue")
    if answered is not None:
        return [Leg("queue", joined, answered, name, "answered")]
    outcome = _CANCELS.get(leg.variables.get("cc_cancel_reason", ""))
    return [Leg("queue", joined, cancelled if cancelled is not None else leg.time("end_epoch"), name, outcome)]


def _agents(leg: XmlLeg, others: list[XmlLeg], draft: Draft) -> list[Leg]:
    """The queue's agent first, then whoever else was bridged with the customer."""
    legs, end = [], leg.time("end_epoch")
    by_queue = leg.time("cc_queue_answered_epoch")
    if by_queue is not None:
        side = next((one for one in others if one.uuid == leg.variables.get("cc_agent_uuid")), None)
        left = leg.time("cc_queue_terminated_epoch") or (side.time("end_epoch") if side else None) or end
        legs.append(
            Leg("agent", by_queue, left, leg.variables.get("cc_agent") or (_who(side) if side else None), holds=[])
        )
        others = [one for one in others if one is not side and one.variables.get("cc_side") != "agent"]
    for one in others:
        start = one.time("bridge_epoch") or one.time("answer_epoch") or draft.start
        legs.append(Leg("agent", start, one.time("end_epoch") or end, _who(one), holds=[]))
    if not legs and (bridged := leg.time("bridge_epoch")) is not None:
        legs.append(Leg("agent", bridged, end, leg.variables.get("last_sent_callee_id_number"), holds=[]))
    return legs


def _who(leg: XmlLeg) -> str | None:
    names = ("cc_agent", "dialed_user", "callee_id_number")
    return next((leg.variables[name] for name in names if leg.variables.get(name)), leg.destination)


def _ivr(leg: XmlLeg, draft: Draft) -> list[Leg]:
    """From the first menu to the queue, the bridge or the end; a path of the menus' names."""
    menus = [(data.split(" ")[0], time) for name, data, time in leg.apps if name in _IVR_APPS]
    if not menus:
        return []
    start = menus[0][1] if menus[0][1] is not None else leg.time("answer_epoch") or draft.start
    after = (leg.time("cc_queue_joined_epoch"), leg.time("bridge_epoch"), draft.end)
    end = min((time for time in after if time is not None and time >= start), default=None)
    nodes = tuple(name for number, (name, _) in enumerate(menus) if not number or name != menus[number - 1][0])
    return [Leg("ivr", start, end, nodes=nodes)]


def _place_holds(draft: Draft, spans: list[tuple[float, float]], leg: XmlLeg, listing: Listing) -> None:
    for start, end in spans:
        talk = next((one for one in draft.of("agent") if one.start - 1 <= start <= (one.end or end) + 1), None)
        if talk is None or talk.holds is None or end < start:
            listing.add(
                leg.place, leg.uuid, "a hold", "no agent was in the call at that time, or it ends before it starts"
            )
        else:
            talk.holds.append((start, end))


def _moves(leg: XmlLeg) -> set[float]:
    told = f"{leg.variables.get('transfer_history', '')} {leg.variables.get('transfer_source', '')}"
    return {float(time) for time in _MOVED.findall(told)}


def _hangup_by(leg: XmlLeg, others: list[XmlLeg]) -> str | None:
    """By the SIP message that ended the customer's leg; one that FreeSWITCH sent follows the agent's."""
    how = leg.variables.get("sip_hangup_disposition", "")
    if how != "send_bye":
        return _HANGUPS.get(how)
    if others:
        return "agent" if others[-1].variables.get("sip_hangup_disposition") == "recv_bye" else "system"
    return None if leg.variables.get("cc_queue_answered_epoch") or leg.time("bridge_epoch") else "system"
