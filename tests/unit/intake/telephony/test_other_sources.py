"""FreeSWITCH, Amazon Connect, Genesys Cloud and tables: records in the shape of their documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voxcx.errors import InputError
from voxcx.intake.telephony.clock import zone_named
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.sources import Reading, read_telephony
from voxcx.intake.telephony.tables import as_json_lines

A, B, C = (f"{letter * 8}-1111-2222-3333-444444444444" for letter in "abc")
T0 = 1_760_000_000


def read(folder: Path, zone: str | None = None, **files: str) -> Reading:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return read_telephony([folder / name for name in files], zone=zone_named(zone))


def only(reading: Reading) -> CallRecord:
    (call,) = reading.calls
    return call


def whys(reading: Reading) -> list[str]:
    return [f"{one.what}: {one.why}" for one in reading.listing.rows()]


def leg_xml(apps: str = "", caller: str = "+74951234567", **variables: object) -> str:
    told = "".join(f"<{name}>{value}</{name}>" for name, value in variables.items())
    profile = f"<caller_id_number>{caller}</caller_id_number><destination_number>700</destination_number>"
    return (
        f'<?xml version="1.0"?>\n<cdr core-uuid="x"><channel_data><state>CS_REPORTING</state></channel_data>'
        f'<variables>{told}</variables><callflow dialplan="XML"><extension name="support">{apps}</extension>'
        f"<caller_profile>{profile}</caller_profile></callflow></cdr>"
    )


def queue_leg(**more: object) -> str:
    apps = (
        f'<application app_name="answer" app_data="" app_stamp="{T0 + 1}000000"/>'
        f'<application app_name="ivr" app_data="main_menu" app_stamp="{T0 + 2}000000"/>'
        f'<application app_name="record_session" app_data="%2Ftmp%2Fa.wav" app_stamp="{T0 + 9}500000"/>'
        f'<application app_name="callcenter" app_data="support%40default" app_stamp="{T0 + 12}000000"/>'
    )
    facts: dict[str, object] = {
        "uuid": A,
        "direction": "inbound",
        "start_epoch": T0,
        "answer_epoch": T0 + 1,
        "end_epoch": T0 + 100,
        "cc_queue": "support%40default",
        "cc_queue_joined_epoch": T0 + 12,
        "hold_accum_usec": 0,
    }
    return leg_xml(apps, **(facts | more))


ANSWERED = {
    "cc_agent": "1001%40default",
    "cc_agent_uuid": B,
    "cc_queue_answered_epoch": T0 + 30,
    "cc_queue_terminated_epoch": T0 + 100,
}


def test_freeswitch_queue_call(tmp_path: Path) -> None:
    held = f"%7B%7B{T0 + 40}000000,{T0 + 50}500000%7D%7D"
    agent = {"cc_side": "agent", "cc_member_session_uuid": A, "start_epoch": T0 + 25, "answer_epoch": T0 + 29}
    b_leg = leg_xml(uuid=B, direction="outbound", end_epoch=T0 + 100, sip_hangup_disposition="recv_bye", **agent)
    moves = f"{T0 - 5}%3A{A}%3Abl_xfer%3A700/default/XML"  # the dialplan's own, before any agent
    more = {"hold_events": held, "hold_accum_usec": 10500000, "sip_hangup_disposition": "send_bye"}
    reading = read(tmp_path, a=queue_leg(transfer_history=moves, **ANSWERED, **more), b=b_leg)
    call = only(reading)
    assert whys(reading) == []
    assert (call.call_id, call.agents, call.queue) == (A, ("1001@default",), "support@default")
    assert call.telephony.queue_wait_s == 18.0
    assert (call.telephony.ivr_time_s, call.telephony.ivr_path) == (10.0, "main_menu")
    assert call.telephony.recording_offset_s == 9.5
    assert call.telephony.holds == ((30.5, 41.0),)  # from the recording's start
    assert (call.telephony.hangup_by, call.telephony.transfers) == ("agent", 0)
    assert call.customer_id == "+74951234567"


CANCELS = [
    ("TIMEOUT", "timeout"),
    ("NO_AGENT_TIMEOUT", "exit_empty"),
    ("EXIT_WITH_KEY", "exit_key"),
    ("BREAK_OUT", "abandoned"),
]


@pytest.mark.parametrize(("reason", "outcome"), CANCELS)
def test_freeswitch_ways_out(tmp_path: Path, reason: str, outcome: str) -> None:
    left = {"cc_cancel_reason": reason, "cc_queue_canceled_epoch": T0 + 52, "sip_hangup_disposition": "recv_bye"}
    call = only(read(tmp_path, a=queue_leg(**left)))
    assert call.legs[-1].outcome == outcome
    assert call.telephony.queue_wait_s == 40.0
    assert call.abandoned is (outcome == "abandoned")
    assert call.telephony.hangup_by == "customer"


def test_freeswitch_transfer_and_legs_without_their_call(tmp_path: Path) -> None:
    moved = f"{T0 + 60}%3A{B}%3Abl_xfer%3A1002/default/XML"
    to = {"direction": "outbound", "call_uuid": A, "dialed_user": "1002", "hold_accum_usec": 0}
    second = leg_xml(uuid=C, start_epoch=T0 + 60, answer_epoch=T0 + 65, bridge_epoch=T0 + 65, end_epoch=T0 + 100, **to)
    lone = leg_xml(uuid=B, direction="outbound", originating_leg_uuid="gone", start_epoch=T0)
    reading = read(
        tmp_path,
        a=queue_leg(transfer_history=moved, **(ANSWERED | {"cc_queue_terminated_epoch": T0 + 60})),
        c=second,
        b=lone,
    )
    call = only(reading)
    assert whys(reading) == ["a b-leg: its a-leg is not in these files"]
    assert (call.agents, call.telephony.transfers, call.telephony.holds) == (("1001@default", "1002"), 1, ())


def test_freeswitch_held_without_times_and_cut_files(tmp_path: Path) -> None:
    reading = read(tmp_path, a=queue_leg(**(ANSWERED | {"hold_accum_usec": 5000000})), b=queue_leg()[:300])
    assert only(reading).telephony.holds is None
    assert whys(reading) == ["a CDR: expected whole XML with variables and a uuid, got other text"]


def contact(**more: Any) -> dict[str, Any]:
    """In the shape of docs.aws.amazon.com/connect: ctr-data-model."""
    return {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "ContactId": "c-1",
        "InitialContactId": None,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2026-03-31T16:20:00Z",
        "ConnectedToSystemTimestamp": "2026-03-31T16:20:01Z",
        "DisconnectTimestamp": "2026-03-31T16:21:30Z",
        "LastUpdateTimestamp": "2026-03-31T16:25:00Z",
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "CustomerEndpoint": {"Address": "+16785550100", "Type": "TELEPHONE_NUMBER"},
        "Queue": {
            "Name": "Support",
            "EnqueueTimestamp": "2026-03-31T16:20:11Z",
            "DequeueTimestamp": "2026-03-31T16:20:16Z",
            "Duration": 5,
        },
        "Agent": {
            "Username": "garysui",
            "ConnectedToAgentTimestamp": "2026-03-31T16:20:20Z",
            "AfterContactWorkStartTimestamp": "2026-03-31T16:21:30Z",
            "AfterContactWorkDuration": 10,
            "NumberOfHolds": 0,
            "CustomerHoldDuration": 0,
        },
        "Recordings": [{"StartTimestamp": "2026-03-31T16:20:21Z", "MediaStreamType": "AUDIO"}],
        **more,
    }


def test_connect_call_with_ringing_in_its_wait(tmp_path: Path) -> None:
    call = only(
        read(tmp_path, ctr=json.dumps(contact()) + json.dumps(contact(LastUpdateTimestamp="2026-03-31T16:24:00Z")))
    )
    facts = call.telephony
    assert (facts.queue_wait_s, facts.ivr_time_s, facts.holds, facts.wrap_s) == (9.0, 10.0, (), 10.0)
    assert (facts.transfers, facts.hangup_by, facts.recording_offset_s) == (0, "customer", 21.0)
    assert (call.queue, call.agent_id, call.customer_id) == ("Support", "garysui", "+16785550100")


def test_connect_chain_is_one_call(tmp_path: Path) -> None:
    first = contact(
        NextContactId="c-2", TransferCompletedTimestamp="2026-03-31T16:21:30Z", DisconnectReason="AGENT_DISCONNECT"
    )
    second = contact(ContactId="c-2", InitialContactId="c-1", PreviousContactId="c-1", InitiationMethod="TRANSFER")
    second |= {"InitiationTimestamp": "2026-03-31T16:21:25Z", "DisconnectTimestamp": "2026-03-31T16:30:00Z"}
    second["Queue"] = {"Name": "Sales", "EnqueueTimestamp": "2026-03-31T16:21:30Z"}
    second["Agent"] = {"Username": "ann", "ConnectedToAgentTimestamp": "2026-03-31T16:21:40Z", "NumberOfHolds": 2}
    call = only(read(tmp_path, ctr=json.dumps([second, first])))
    assert (call.call_id, call.agents, call.queue) == ("c-1", ("garysui", "ann"), "Sales")
    assert (call.telephony.queue_wait_s, call.telephony.transfers) == (19.0, 1)
    assert call.telephony.holds is None  # how many is told, when is not


def test_connect_abandoned(tmp_path: Path) -> None:
    call = only(read(tmp_path, ctr=json.dumps(contact(Agent=None))))
    assert (call.abandoned, call.legs[-1].outcome, call.telephony.queue_wait_s) == (True, "abandoned", 5.0)


def segment(kind: str, start: int, end: int, **more: str) -> dict[str, str]:
    times = {"segmentStart": f"2026-09-20T12:00:{start:02d}.000Z", "segmentEnd": f"2026-09-20T12:00:{end:02d}.000Z"}
    return {"segmentType": kind, **times, **more}


def person(purpose: str, *segments: dict[str, str], **more: Any) -> dict[str, Any]:
    session = {"mediaType": "voice", "segments": list(segments), **more.pop("session", {})}
    return {"participantId": purpose, "purpose": purpose, "sessions": [session], **more}


def conversation(*people: dict[str, Any]) -> str:
    start, end = "2026-09-20T12:00:00.000Z", "2026-09-20T12:00:59.000Z"
    one = {"conversationId": "g-1", "conversationStart": start, "conversationEnd": end, "participants": list(people)}
    return json.dumps({"conversations": [{**one, "originatingDirection": "inbound"}]})


CUSTOMER = person("customer", segment("interact", 0, 50, disconnectType="peer"), session={"ani": "tel:+541140000000"})
IVR = person("ivr", segment("ivr", 0, 10, disconnectType="transfer"), session={"flow": {"flowName": "Main"}})


def test_genesys_cloud_call(tmp_path: Path) -> None:
    agent = person(
        "agent",
        segment("alert", 15, 20),
        segment("interact", 20, 30),
        segment("hold", 30, 36),
        segment("interact", 36, 50, disconnectType="client"),
        segment("wrapup", 50, 58, wrapUpCode="w-balance"),
        userId="u-1",
    )
    acd = person("acd", segment("interact", 10, 20, queueId="q-1", disconnectType="transfer"))
    call = only(read(tmp_path, conv=conversation(CUSTOMER, IVR, acd, agent)))
    facts = call.telephony
    assert (facts.queue_wait_s, facts.ivr_time_s, facts.ivr_path, facts.ivr_status) == (
        10.0,
        10.0,
        "Main",
        "transferred",
    )
    assert (facts.holds, facts.wrap_s, facts.wrap_code) == (((10.0, 16.0),), 8.0, "w-balance")
    assert (facts.hangup_by, facts.transfers, call.agent_id, call.queue) == ("agent", 0, "u-1", "q-1")
    assert [leg.outcome for leg in call.legs if leg.kind == "queue"] == ["answered"]


def test_genesys_cloud_abandoned_after_an_agent_did_not_answer(tmp_path: Path) -> None:
    agent = person("agent", segment("alert", 15, 20, disconnectType="client"), userId="u-1")
    acd = person("acd", segment("interact", 10, 40, queueId="q-1", disconnectType="peer"))
    left = person("customer", segment("interact", 0, 40, disconnectType="endpoint"))
    call = only(read(tmp_path, conv=conversation(left, IVR, acd, agent)))
    assert (call.abandoned, call.agents, call.telephony.queue_wait_s) == (True, (), 30.0)
    assert call.telephony.hangup_by == "customer"


def test_a_table_of_calls(tmp_path: Path) -> None:
    text = (
        "call_id;started_at;queue_entered_at;answered_at;ended_at;agent_id;holds;transfers\n"
        '1;2026-03-12 09:00:00;2026-03-12 09:00:10;2026-03-12 09:00:25;2026-03-12 09:02:00;a7;"[[5, 9]]";0\n'
        "2;2026-03-12 09:05:00;2026-03-12 09:05:10;;2026-03-12 09:05:40;;;\n"
        "3;yesterday;;;;;;\n"
        "4;2026-03-12 09:10:00;2026-03-12 09:00:00;2026-03-12 08:00:00;2026-03-12 09:11:00;a7;;\n"
    )
    reading = read(tmp_path, zone="Europe/Moscow", calls=text)
    first, second, fourth = reading.calls
    assert first.started_at.isoformat() == "2026-03-12T09:00:00+03:00"
    assert (first.telephony.queue_wait_s, first.telephony.holds, first.agents) == (15.0, ((5.0, 9.0),), ("a7",))
    assert (second.telephony.queue_wait_s, second.telephony.holds, second.telephony.transfers) == (30.0, None, None)
    assert fourth.telephony.queue_wait_s is None  # it would be negative
    assert [why.partition(",")[0] for why in whys(reading)] == [
        "a row: expected ISO 8601 times or epochs",
        "queue leg: ends 3600 s before it starts",
    ]


def test_the_neutral_schema_can_be_read_again(tmp_path: Path) -> None:
    before = read(tmp_path, ctr=json.dumps(contact())).calls
    assert read(tmp_path, again="".join(as_json_lines(before))).calls == before


def test_an_unknown_column_and_two_systems_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'answered_at'"):
        read(tmp_path, calls="call_id,started_at,answerd_at\n1,2026-03-12T09:00:00Z,\n")
    with pytest.raises(InputError, match="of one system"):
        read(tmp_path, ctr=json.dumps(contact()), a=queue_leg())
