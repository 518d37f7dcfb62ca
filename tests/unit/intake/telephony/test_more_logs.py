"""Found with logs written anew from the documentation: names, empty files, holds in any case."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.intake.telephony.test_logs_as_they_are import COMPLETE, CONNECT, ENTER, ID, only, read
from voxcx.errors import InputError
from voxcx.intake.telephony.json_records import json_records
from voxcx.intake.telephony.recordings import recordings_of
from voxcx.intake.telephony.sources import read_telephony
from voxcx.intake.telephony.unmatched import Listing

XML = (
    "<?xml version='1.0'?><cdr><variables><direction>inbound</direction><uuid>80183ec8</uuid>"
    "<start_epoch>1399293400</start_epoch><answer_epoch>1399293401</answer_epoch><end_epoch>1399293490</end_epoch>"
    "<cc_queue>q</cc_queue><cc_queue_joined_epoch>1399293410</cc_queue_joined_epoch>"
    "<cc_queue_answered_epoch>1399293430</cc_queue_answered_epoch></variables>"
    "<app_log><application app_name='answer' app_data=''/><application app_name='ivr' app_data='main'/></app_log>"
    "<callflow><times><answered_time>1399293401000000</answered_time></times></callflow></cdr>"
)


def cel(kind: str, second: str, named: str = "", context: str = "ivr-main", unique_id: str = ID) -> str:
    cells = [kind, second, "", "5551234", "", "", "", "s", context, f"PJSIP/t-{unique_id[-2:]}", "", "", "3", ""]
    return ",".join(f'"{cell}"' for cell in [*cells, unique_id, unique_id, "", "", named, ""])


@pytest.mark.parametrize(
    "stem",
    [
        "q-600-5551234-20130423-153210-{}",
        "out-5551234567-101-20130423-153210-{}",
        "{}-in",
        "5551234_600_{}",
    ],
)
@pytest.mark.parametrize("told", [ID, ID.replace(".", "_"), ID.replace(".", "-"), "1366720350.303270"])
def test_a_recording_is_found_by_the_id_in_its_name(tmp_path: Path, stem: str, told: str) -> None:
    """Also without a dot in it, and by the id of the agent's channel, which CONNECT names."""
    calls = read(tmp_path, ENTER, CONNECT, COMPLETE).calls
    (tmp_path / "calls").mkdir()
    path = tmp_path / "calls" / f"{stem.format(told)}.wav"
    path.touch()
    assert recordings_of(calls, tmp_path / "calls", Listing()) == {ID: path}


def test_a_hold_event_may_be_named_in_any_case(tmp_path: Path) -> None:
    read(tmp_path, ENTER, CONNECT, COMPLETE)
    events = [
        cel("CHAN_START", "1366720330.5"),
        cel("USER_DEFINED", "1366720360.5", "hold"),
        cel("USER_DEFINED", "1366720370.5", "Unhold"),
        cel("CHAN_END", "1366720400.5"),
    ]
    (tmp_path / "cel.csv").write_text("\n".join(events) + "\n", encoding="utf-8")
    call = only(read_telephony([tmp_path / "queue_log", tmp_path / "cel.csv"]))
    assert call.telephony.holds == ((5.5, 15.5),)


def test_without_an_agent_nobody_held_the_line(tmp_path: Path) -> None:
    hold = f"1366720360|{ID}|support|SIP/8008|HOLD"
    read(tmp_path, ENTER, CONNECT, hold, hold.replace("60|", "70|", 1).replace("HOLD", "UNHOLD"), COMPLETE)
    other = "1366720500.77"
    events = [cel("CHAN_START", "1366720500.1", unique_id=other), cel("CHAN_END", "1366720520.1", unique_id=other)]
    (tmp_path / "cel.csv").write_text("\n".join(events) + "\n", encoding="utf-8")
    calls = {call.call_id: call for call in read_telephony([tmp_path / "queue_log", tmp_path / "cel.csv"]).calls}
    assert calls[other].telephony.holds == ()
    assert len(calls[ID].telephony.holds or ()) == 1


def test_an_empty_file_beside_others_is_passed_over_and_alone_is_told(tmp_path: Path) -> None:
    (tmp_path / "queue_log.1").write_bytes(b"")
    read(tmp_path, ENTER, CONNECT, COMPLETE)
    assert len(read_telephony([tmp_path / "queue_log", tmp_path / "queue_log.1"]).calls) == 1
    with pytest.raises(InputError, match="got an empty file"):
        read_telephony([tmp_path / "queue_log.1"])


def test_what_is_no_text_and_why_nothing_was_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(range(128, 256)) * 20)
    with pytest.raises(InputError, match="a file that is no text"):
        read_telephony([tmp_path / "x"])
    row = '"","1","600","c","x","SIP/1-1","SIP/2-2","Queue","600","1700000000","","1700000009",9,0,"ANSWERED","D"'
    with pytest.raises(InputError, match=r"line 1 of Master\.csv: it has no uniqueid"):
        read(tmp_path, row, name="Master.csv")


def test_a_freeswitch_menu_is_found_where_app_log_stands_outside_the_callflow(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(XML, encoding="utf-8")
    call = only(read_telephony([tmp_path / "a.xml"]))
    assert (call.telephony.ivr_path, call.telephony.ivr_time_s) == ("main", 9.0)


def test_records_of_json_keep_their_lines(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}\n\n{"a":\n2}\n{"a": 3}\n', encoding="utf-8")
    assert [place.line for _, place in json_records(tmp_path / "a.json", Listing())] == [1, 3, 5]
