from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from voxcx.domain.features import Feature
from voxcx.domain.interaction import Contact, History, Interaction, Message, Telephony
from voxcx.features.attempts import broke_off, failed, met_machine, reached_person
from voxcx.features.history import TIMED, history_features

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
IVR_LEG = Telephony(ivr_status="transferred")


def ago(before: timedelta, lasted: timedelta | None = None, **facts: Any) -> Contact:
    started = NOW - before
    return Contact(started, ended_at=None if lasted is None else started + lasted, **facts)


def here(**facts: Any) -> Interaction:
    return Interaction(**{"id": "x", "kind": "call", "started_at": NOW, "agent_id": "a", **facts})


def measured(name: str, interaction: Interaction, *contacts: Contact) -> Feature:
    (one,) = (one for one in history_features(interaction, History(contacts)) if one.name == name)
    return one


GAVE_UP: dict[str, Any] = {"abandoned": True}
SPOKE: dict[str, Any] = {"agent_id": "a"}
CASES: list[tuple[str, list[Contact], dict[str, Any], int | str]] = [
    # the windows are half-open
    ("earlier_contacts_7d", [], {}, 0),
    ("earlier_contacts_7d", [ago(7 * DAY), ago(MINUTE)], {}, 2),
    ("earlier_contacts_7d", [ago(7 * DAY + timedelta(microseconds=1))], {}, 0),
    ("earlier_contacts_7d", [ago(timedelta(0)), ago(-HOUR)], {}, 0),
    ("earlier_contacts_7d", [ago(HOUR, direction="outbound"), ago(2 * HOUR, direction="inbound")], {}, 1),
    # failed attempts since the last person
    ("failed_attempts_before", [], {}, 0),
    ("failed_attempts_before", [ago(HOUR, **GAVE_UP), ago(2 * HOUR, blocked=True)], {}, 2),
    ("failed_attempts_before", [ago(3 * HOUR, **GAVE_UP), ago(2 * HOUR, **SPOKE), ago(HOUR, **GAVE_UP)], {}, 1),
    ("failed_attempts_before", [ago(3 * HOUR, **GAVE_UP), ago(HOUR, direction="outbound", **SPOKE)], {}, 0),
    ("failed_attempts_before", [ago(3 * HOUR, **GAVE_UP), ago(HOUR, contained=True)], {}, 1),
    ("failed_attempts_before", [ago(HOUR, ivr_status="timeout"), ago(2 * HOUR, ivr_status="error")], {}, 2),
    ("failed_attempts_before", [ago(HOUR, ivr_status="timeout", **SPOKE)], {}, 0),
    ("failed_attempts_before", [ago(HOUR, direction="outbound", **GAVE_UP)], {}, 0),
    ("failed_attempts_before", [ago(8 * DAY, **GAVE_UP)], {}, 0),
    # changes of channel, this one included
    ("channel_switches_7d", [], {}, 0),
    ("channel_switches_7d", [ago(HOUR)], {}, 0),
    ("channel_switches_7d", [ago(HOUR, kind="chat")], {}, 1),
    ("channel_switches_7d", [ago(2 * HOUR), ago(HOUR, kind="chat")], {}, 2),
    ("channel_switches_7d", [ago(HOUR), ago(2 * HOUR, kind="chat")], {}, 1),
    ("channel_switches_7d", [ago(HOUR, channel="Phone")], {"channel": "phone"}, 0),
    ("channel_switches_7d", [ago(HOUR, channel="mail", kind="chat")], {"channel": "web", "kind": "chat"}, 1),
    ("channel_switches_7d", [ago(HOUR, channel="voice")], {}, 0),
    ("channel_switches_7d", [ago(2 * HOUR), ago(HOUR, kind="chat", direction="outbound")], {}, 0),
    ("channel_switches_7d", [ago(HOUR, kind="chat")], {"direction": "outbound"}, 0),
    # the same agent
    ("same_agent", [ago(HOUR, agent_id="a")], {}, 1),
    ("same_agent", [ago(HOUR, agent_id="b"), ago(2 * HOUR, agent_id="a")], {}, 0),
    ("same_agent", [ago(HOUR, agent_id="b", **GAVE_UP), ago(2 * HOUR, agent_id="a")], {}, 1),
    ("same_agent", [ago(HOUR, agent_id="a", direction="outbound")], {}, 1),
    ("same_agent", [], {}, "no earlier contact with a known agent"),
    ("same_agent", [ago(8 * DAY, agent_id="a")], {}, "no earlier contact with a known agent"),
    ("same_agent", [ago(HOUR)], {}, "the agent of the last earlier contact is not known"),
    ("same_agent", [ago(HOUR, agent_id="a")], {"agent_id": None}, "the agent is not known"),
    ("same_agent", [ago(HOUR, agent_id="a")], {"abandoned": True}, "no agent took part"),
    # called again after a drop
    ("reconnect_after_drop", [], {}, 0),
    ("reconnect_after_drop", [ago(15 * MINUTE, 5 * MINUTE, hangup_by="system")], {}, 1),
    ("reconnect_after_drop", [ago(16 * MINUTE, 5 * MINUTE, hangup_by="system")], {}, 0),
    ("reconnect_after_drop", [ago(15 * MINUTE, 6 * MINUTE, hangup_by="customer")], {}, 0),
    ("reconnect_after_drop", [ago(HOUR, 2 * HOUR, hangup_by="system")], {}, 0),
    ("reconnect_after_drop", [ago(9 * MINUTE, hangup_by="system")], {}, 1),
    ("reconnect_after_drop", [ago(9 * MINUTE, ivr_status="error")], {}, 1),
    ("reconnect_after_drop", [ago(9 * MINUTE, **GAVE_UP)], {}, 0),
    ("reconnect_after_drop", [ago(9 * MINUTE), ago(5 * MINUTE, hangup_by="agent")], {}, 0),
    ("reconnect_after_drop", [ago(25 * HOUR)], {}, 0),
    ("reconnect_after_drop", [ago(HOUR)], {}, "how the contact before ended is not known"),
    ("reconnect_after_drop", [ago(HOUR, 55 * MINUTE)], {}, "how the contact before ended is not known"),
    ("reconnect_after_drop", [ago(HOUR, hangup_by="system")], {}, "when the contact before ended is not known"),
    # a machine again within a day
    ("bot_on_repeat_24h", [], {"telephony": IVR_LEG}, 0),
    ("bot_on_repeat_24h", [ago(DAY, had_ivr=True)], {"telephony": IVR_LEG}, 1),
    ("bot_on_repeat_24h", [ago(DAY + MINUTE, had_ivr=True)], {"telephony": IVR_LEG}, 0),
    ("bot_on_repeat_24h", [ago(HOUR, ivr_status="completed")], {"contained": True}, 1),
    ("bot_on_repeat_24h", [ago(HOUR, contained=True)], {"telephony": Telephony(ivr_time_s=9.0)}, 1),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=True)], {"telephony": Telephony(ivr_time_s=0.0)}, 0),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=True)], {"kind": "chat", "messages": (Message("bot", "Hi"),)}, 1),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=True)], {"kind": "chat", "messages": (Message("agent", "Hi"),)}, 0),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=False)], {}, 0),
    ("bot_on_repeat_24h", [ago(HOUR), ago(2 * HOUR, had_ivr=True)], {"telephony": IVR_LEG}, 1),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=True)], {}, "not known whether this one had a bot or IVR leg"),
    (
        *("bot_on_repeat_24h", [ago(HOUR)], {"telephony": IVR_LEG}),
        "not known whether the contact before had a bot or IVR leg",
    ),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=True)], {"telephony": IVR_LEG, "direction": "outbound"}, 0),
    ("bot_on_repeat_24h", [ago(HOUR, had_ivr=True, direction="outbound")], {"telephony": IVR_LEG}, 0),
]


@pytest.mark.parametrize(("name", "contacts", "facts", "expected"), CASES)
def test_the_days_before(name: str, contacts: list[Contact], facts: dict[str, Any], expected: int | str) -> None:
    one = measured(name, here(**facts), *contacts)
    assert (one.missing if isinstance(expected, str) else one.value) == expected


def test_without_contacts_or_a_start_nothing_is_known() -> None:
    nobody_looked = {one.name: one.missing for one in history_features(here(), History())}
    assert {nobody_looked[name] for name in TIMED} == {"no contact history"}
    undated = history_features(here(started_at=None), History((ago(HOUR, **SPOKE),)))
    assert {one.missing for one in undated if one.name in TIMED} == {"started_at not known"}


WENT = [
    (Contact(NOW), False, True, None, None),
    (Contact(NOW, "chat"), False, False, None, None),
    (Contact(NOW, "chat", contained=False), False, True, None, None),
    (Contact(NOW, "chat", had_ivr=True, agent_id="a"), False, True, True, None),
    (Contact(NOW, had_ivr=True), False, False, True, None),
    (Contact(NOW, ivr_status="transferred"), False, True, True, None),
    (Contact(NOW, ivr_status="opted_out"), False, True, True, None),
    (Contact(NOW, ivr_status="completed"), False, False, True, None),
    (Contact(NOW, ivr_status="abandoned"), True, False, True, None),
    (Contact(NOW, ivr_status="error"), True, False, True, True),
    (Contact(NOW, ivr_status="error", agent_id="a"), False, True, True, None),
    (Contact(NOW, ivr_status="none"), False, True, False, None),
    (Contact(NOW, contained=True), False, False, True, False),
    (Contact(NOW, abandoned=True, agent_id="a"), True, False, None, False),
    (Contact(NOW, blocked=True), True, False, None, False),
    (Contact(NOW, hangup_by="system"), False, True, None, True),
    (Contact(NOW, hangup_by="agent"), False, True, None, False),
]


@pytest.mark.parametrize(("contact", "lost", "person", "machine", "broke"), WENT)
def test_how_a_contact_went(
    contact: Contact, lost: bool, person: bool, machine: bool | None, broke: bool | None
) -> None:
    assert (failed(contact), reached_person(contact), met_machine(contact)) == (lost, person, machine)
    assert broke_off(contact) is broke
