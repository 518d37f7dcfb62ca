"""Logs as they come: cut, doubled, rotated, contradictory, in every layout that the documentation has."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from unit.intake.telephony.asterisk_plan import around, play
from voxcx.errors import InputError
from voxcx.intake.telephony.clock import zone_named
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.sources import Reading, read_telephony
from voxcx.intake.telephony.unmatched import Place

ID = "1366720330.303267"
ENTER = f"1366720340|{ID}|support|NONE|ENTERQUEUE||5551234|1"
CONNECT = f"1366720355|{ID}|support|SIP/8008|CONNECT|15|1366720350.303270|4"
COMPLETE = f"1366720400|{ID}|support|SIP/8008|COMPLETECALLER|15|45|1"


def read(folder: Path, *lines: str, name: str = "queue_log", end: str = "\n", zone: str | None = None) -> Reading:
    path = folder / name
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return read_telephony([path], zone=zone_named(zone))


def only(reading: Reading) -> CallRecord:
    (call,) = reading.calls
    return call


def whys(reading: Reading) -> list[tuple[int, str, str]]:
    return [(one.place.line, one.what, one.why) for one in reading.listing.rows()]


WAYS_OUT = [
    (f"1366720352|{ID}|support|NONE|ABANDON|1|1|12", "abandoned", True),
    (f"1366720352|{ID}|support|NONE|EXITWITHTIMEOUT|1|1|12", "timeout", False),
    (f"1366720352|{ID}|support|NONE|EXITWITHTIMEOUT|1", "timeout", False),  # Asterisk 1.4
    (f"1366720352|{ID}|support|NONE|EXITWITHKEY|2|1|1|12", "exit_key", False),
    (f"1366720352|{ID}|support|NONE|EXITWITHKEY|2|1", "exit_key", False),
    (f"1366720352|{ID}|support|NONE|EXITEMPTY|1|1|12", "exit_empty", False),
]


@pytest.mark.parametrize(("line", "outcome", "abandoned"), WAYS_OUT)
def test_ways_out_of_a_queue(tmp_path: Path, line: str, outcome: str, abandoned: bool) -> None:
    reading = read(tmp_path, ENTER, line)
    call = only(reading)
    assert whys(reading) == []
    assert [leg.outcome for leg in call.legs] == [outcome]
    assert call.telephony.queue_wait_s == 12.0
    assert (call.abandoned, call.flow_out) == (abandoned, not abandoned)


TRANSFERS = [
    "BLINDTRANSFER|300|from-internal|15|45|1",
    "ATTENDEDTRANSFER|BRIDGE|3ef4-11|15|45|1",
    "ATTENDEDTRANSFER|LINK|Local/1;1|Local/1;2|15|45|1",
    "TRANSFER|300|from-internal|15|45|1",
    "TRANSFER|300|from-internal|15|45",
]


@pytest.mark.parametrize("line", TRANSFERS)
def test_transfers(tmp_path: Path, line: str) -> None:
    reading = read(tmp_path, ENTER, CONNECT, f"1366720400|{ID}|support|SIP/8008|{line}")
    assert whys(reading) == []
    assert only(reading).telephony.transfers == 1
    assert only(reading).telephony.hangup_by is None
    assert only(reading).legs[-1].outcome == "transferred"


def test_holds_that_the_dialplan_writes_into_queue_log(tmp_path: Path) -> None:
    held = [f"136672036{second}|{ID}|support|SIP/8008|{kind}" for second, kind in ((0, "HOLD"), (7, "UNHOLD"))]
    other = [line.replace(ID, "1366720331.1").replace("13667203", "13667213") for line in (ENTER, CONNECT, COMPLETE)]
    reading = read(tmp_path, ENTER, CONNECT, *held, COMPLETE, *other)
    assert [call.telephony.holds for call in reading.calls] == [((5.0, 12.0),), ()]


UNFIT = "no ENTERQUEUE or CONNECT before it fits"
LATER = COMPLETE.replace("CALLER", "AGENT").replace("1366720400", "1366720410")
CONTRADICTIONS = [
    ([ENTER, CONNECT, COMPLETE, LATER], 4, "COMPLETEAGENT", UNFIT),
    ([ENTER, CONNECT.replace("|15|", "|21|"), COMPLETE], 2, "CONNECT: time waited", "21 s and as 15 s"),
    ([ENTER, CONNECT, COMPLETE.replace("|45|", "|90|")], 3, "COMPLETECALLER: time talked", "90 s and as 45 s"),
    ([ENTER, CONNECT, COMPLETE, f"1366720500|{ID}|support|NONE|WHAT|1"], 4, "WHAT", "this event is not known"),
    ([ENTER, CONNECT, COMPLETE, "1366720500|NONE|support|NONE|ABANDON|1|1|1"], 4, "ABANDON", "names no call"),
    ([ENTER, CONNECT, COMPLETE, "not a line at all"], 4, "a line", "the line breaks off"),
    ([ENTER, CONNECT, f"1366720360|{ID}|support|SIP/8008|UNHOLD", COMPLETE], 3, "UNHOLD", UNFIT),
]


@pytest.mark.parametrize(("lines", "line", "what", "why"), CONTRADICTIONS)
def test_what_does_not_fit_is_listed_and_the_rest_stays(
    tmp_path: Path, lines: list[str], line: int, what: str, why: str
) -> None:
    reading = read(tmp_path, *lines)
    ((where, event, because),) = whys(reading)
    assert (where, event) == (line, what)
    assert why in because
    call = only(reading)
    assert call.telephony.queue_wait_s == 15.0
    assert call.agents == ("SIP/8008",)
    assert call.telephony.hangup_by == "customer"


CDR = (
    '"","5551234","700","queues","","SIP/trunk-0001","SIP/8008-0002","Queue","support,t",'
    f'"2013-04-23 16:32:10","2013-04-23 16:32:11","2013-04-23 16:33:20",70,69,"ANSWERED","DOCUMENTATION","{ID}",""'
)


@pytest.mark.parametrize("lines", [[CONNECT, COMPLETE], [COMPLETE]])
def test_a_log_that_begins_inside_a_call_that_another_log_has(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / "Master.csv").write_text(f"{CDR}\n", encoding="utf-8")
    (tmp_path / "queue_log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read_telephony([tmp_path], zone=zone_named("Europe/Moscow"))
    assert [why for _, _, why in whys(reading)] == [f"{UNFIT}; what it states of itself was taken"]
    facts = only(reading).telephony
    assert (facts.queue_wait_s, facts.hangup_by, only(reading).agents) == (15.0, "customer", ("SIP/8008",))


def test_events_of_which_no_log_has_the_beginning_are_no_call(tmp_path: Path) -> None:
    lone = COMPLETE.replace(ID, "1366720000.1")
    cel = [*cel_layouts()["default"], cel_layouts()["default"][2].replace(ID, "1366720000.2")]
    lines = [lone, ENTER, CONNECT, COMPLETE.replace("CALLER", "AGENT"), ""]
    (tmp_path / "queue_log").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "cel.csv").write_text("\n".join(cel) + "\n", encoding="utf-8")
    reading = read_telephony([tmp_path])
    assert only(reading).call_id == ID
    assert [(one.place, one.call_id) for one in reading.listing.rows()] == [
        (Place("cel.csv", 9), "1366720000.2"),
        (Place("queue_log", 1), "1366720000.1"),
    ]


def test_an_abandon_after_an_answer_changes_nothing(tmp_path: Path) -> None:
    reading = read(tmp_path, ENTER, CONNECT, f"1366720360|{ID}|support|NONE|ABANDON|1|1|20", COMPLETE)
    assert [(line, what) for line, what, _ in whys(reading)] == [(3, "ABANDON")]
    assert only(reading).abandoned is False


def test_a_lost_exit_is_listed_and_the_wait_is_not_made_up(tmp_path: Path) -> None:
    reading = read(tmp_path, ENTER)
    assert [(line, what) for line, what, _ in whys(reading)] == [(1, "ENTERQUEUE")]
    assert only(reading).telephony.queue_wait_s is None
    assert only(reading).abandoned is None


def test_bom_doubled_lines_and_a_second_out_of_order(tmp_path: Path) -> None:
    late = CONNECT.replace("1366720355", "1366720339").replace("|15|", "|0|")
    reading = read(tmp_path, "\ufeff" + late, ENTER, ENTER, COMPLETE.replace("|45|", "|61|"))
    assert whys(reading) == []
    assert only(reading).telephony.queue_wait_s == 0.0


def test_a_cut_last_line_is_listed(tmp_path: Path) -> None:
    reading = read(tmp_path, ENTER, CONNECT, f"1366720400|{ID}|support|SIP/8008|COMPLETECALLER|15", end="")
    assert (3, "COMPLETECALLER", "the line breaks off") in whys(reading)
    assert only(reading).telephony.queue_wait_s == 15.0


def test_rotated_files_that_overlap(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(f"{CONNECT}\n{COMPLETE}\n", encoding="utf-8")
    (tmp_path / "queue_log.1.gz").write_bytes(gzip.compress(f"{ENTER}\n{CONNECT}\n".encode()))
    reading = read_telephony([tmp_path])
    assert whys(reading) == []
    assert only(reading).telephony.hangup_by == "customer"


HEADER = "time,callid,queuename,agent,event,data1,data2,data3"
TABLES = {
    "epochs": f"{HEADER}\n1366720340,{ID},support,NONE,ENTERQUEUE,,5551234,1\n"
    f"1366720355,{ID},support,SIP/8008,CONNECT,15,x.1,4\n1366720400,{ID},support,SIP/8008,COMPLETECALLER,15,45,1\n",
    "local": '"id","time","callid","queuename","agent","event","data"\n'
    f'1,"2013-04-23 16:32:20.5","{ID}","support","NONE","ENTERQUEUE","|5551234|1"\n'
    f'2,"2013-04-23 16:32:35.5","{ID}","support","SIP/8008","CONNECT","15|x.1|4"\n'
    f'3,"2013-04-23 16:33:20.5","{ID}","support","SIP/8008","COMPLETECALLER","15|45|1"\n',
}  # fmt: skip


@pytest.mark.parametrize("layout", TABLES)
def test_queue_log_from_a_database(tmp_path: Path, layout: str) -> None:
    reading = read(tmp_path, TABLES[layout], zone="Europe/Moscow")
    call = only(reading)
    assert whys(reading) == []
    assert (call.telephony.queue_wait_s, call.agents, call.customer_id) == (15.0, ("SIP/8008",), "5551234")
    assert int(call.started_at.timestamp()) == 1366720330  # the second in the channel's id


def cel_layouts() -> dict[str, list[str]]:
    """One call in the layouts of cel_custom.conf.sample, old and new, and as a table."""
    rows = [
        ("CHAN_START", "1366720330.000100", "from-trunk", "SIP/trunk-0001", "", "", ID, "{}"),
        ("ANSWER", "1366720331.000000", "ivr-main", "SIP/trunk-0001", "Answer", "", ID, "{}"),
        ("APP_START", "1366720340.000000", "queues", "SIP/trunk-0001", "Queue", "support,t,,,300", ID, "{}"),
        ("CHAN_START", "1366720350.000000", "from-queue", "SIP/8008-0002", "", "", "1366720350.2", "{}"),
        ("BRIDGE_ENTER", "1366720355.250000", "queues", "SIP/trunk-0001", "Queue", "support", ID, '{"bridge_id":"b"}'),
        ("BRIDGE_ENTER", "1366720355.250000", "", "SIP/8008-0002", "AppQueue", "", "1366720350.2", '{"bridge_id":"b"}'),
        (
            "HANGUP",
            "1366720400.000000",
            "",
            "SIP/8008-0002",
            "",
            "",
            "1366720350.2",
            '{"hangupsource":"SIP/8008-0002"}',
        ),
        ("HANGUP", "1366720400.000000", "", "SIP/trunk-0001", "", "", ID, '{"hangupsource":"SIP/8008-0002"}'),
    ]
    layouts: dict[str, list[str]] = {name: [] for name in ("default", "literal", "advanced", "header", "json")}
    layouts["header"].append("id,eventtype,eventtime,uniqueid,linkedid,context,channame,appname,appdata,extra")
    for number, (kind, time, context, channel, app, data, uid, extra) in enumerate(rows):
        told = extra.replace('"', '""')
        middle = f'"","5551234","","","","s","{context}","{channel}","{app}","{data}","3",""'
        layouts["default"].append(f'"{kind}","{time}",{middle},"{uid}","{ID}","","","","{told}"')
        layouts["literal"].append(f'"{kind}","My Literal","{time}",{middle},"{uid}","{ID}","","","","{told}"')
        head, tail = f'"{kind}","{kind}","My Literal","{time}","","","5551234","s"', '"","","","","",'
        place = f'"{context}","{channel}","{app}","{data}","3","","{uid}"'
        layouts["advanced"].append(f'{head},{place},{tail}"{ID}","","{told}",""')
        layouts["header"].append(f'{number},{kind},{time},{uid},{ID},{context},{channel},{app},"{data}","{told}"')
        layouts["json"].append(
            f'{{"EventType":"{kind}","EventTime":"{time}","Context":"{context}","ChanName":"{channel}","AppName":"{app}",'
            f'"AppData":"{data}","UniqueID":"{uid}","LinkedID":"{ID}","Extra":{extra}}}'
        )
    return layouts


@pytest.mark.parametrize("layout", cel_layouts())
def test_cel_alone_in_every_layout(tmp_path: Path, layout: str) -> None:
    reading = read(tmp_path, *cel_layouts()[layout], name="cel.csv")
    call = only(reading)
    assert whys(reading) == []
    assert call.telephony.queue_wait_s == 15.25
    assert (call.telephony.ivr_time_s, call.telephony.ivr_path) == (9.0, "ivr-main")
    assert (call.queue, call.agents, call.telephony.hangup_by) == ("support", ("SIP/8008",), "agent")
    assert call.telephony.holds is None  # no HOLD is anywhere in this log: it may not be written


def test_queue_log_and_cel_that_disagree(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(
        f"{ENTER}\n{CONNECT.replace('1366720355', '1366720348').replace('|15|', '|8|')}\n", encoding="utf-8"
    )
    (tmp_path / "cel.csv").write_text("\n".join(cel_layouts()["default"]) + "\n", encoding="utf-8")
    reading = read_telephony([tmp_path])
    assert only(reading).telephony.queue_wait_s == 8.0
    assert "told as 8 s and as 15.25 s; queue_log's was taken" in [why for _, _, why in whys(reading)]


def test_local_times_need_a_zone_and_lost_hours_are_listed(tmp_path: Path) -> None:
    line = '"CHAN_START","{}","","","","","","s","in","SIP/t-1","","","3","","a.{}","a.{}","","","",""'
    with pytest.raises(InputError, match="--zone"):
        read(tmp_path, line.format("2026-03-29 01:30:00", 1, 1), name="cel.csv")
    lines = [line.format("2026-03-29 01:30:00", 1, 1), line.format("2026-03-29 02:30:00", 2, 2)]
    reading = read(tmp_path, *lines, name="cel.csv", zone="Europe/Berlin")
    assert [number for number, _, _ in whys(reading)] == [2]
    assert len(reading.calls) == 1


def test_an_hour_told_twice_is_settled_by_order_where_ids_hold_no_time(tmp_path: Path) -> None:
    log, truths = play("Europe/Berlin", around("2026-10-25 02:59:00", each=60, zone="Europe/Berlin"))
    renamed = {truth.call_id: f"call-{number}" for number, truth in enumerate(truths)}
    text = log.text("cel")
    for old, new in renamed.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    reading = read(tmp_path, text, name="cel.csv", zone="Europe/Berlin")
    starts = {call.call_id: int(call.started_at.timestamp()) for call in reading.calls}
    assert [starts[renamed[truth.call_id]] - truth.started_at for truth in truths] == [0] * len(truths)


def test_cdr_alone_names_who_and_when_but_no_wait(tmp_path: Path) -> None:
    reading = read(tmp_path, CDR, name="Master.csv", zone="Europe/Moscow")
    call = only(reading)
    assert (call.queue, call.agent_id, call.customer_id) == ("support", "SIP/8008", "5551234")
    assert call.telephony.queue_wait_s is None
    assert call.ended_at is not None
    assert (call.ended_at - call.started_at).total_seconds() == 70


def test_nothing_to_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected logs of asterisk"):
        read(tmp_path, "hello", "world")
    with pytest.raises(InputError, match="expected at least one call"):
        read(tmp_path, "1366720340|NONE|NONE|NONE|QUEUESTART")
