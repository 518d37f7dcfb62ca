"""Several recordings and agents of one interaction: what is stated of each, and where each lies on the clock."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_call
from sound_files import piece, write_wav
from voxcx.domain.interaction import Recording, Stint, Telephony
from voxcx.domain.intervals import Interval
from voxcx.errors import InputError
from voxcx.intake.chat import chat_interaction
from voxcx.intake.legs import placed, stints, with_gaps
from voxcx.intake.manifest import jobs
from voxcx.intake.metadata import Metadata
from voxcx.intake.opening import open_call, open_inputs, recorded
from voxcx.report.as_json import to_document

SKEW_S = 2.0


def recording(name: str, duration_s: float, channels: int = 2) -> Recording:
    return Recording(Path(f"{name}.wav"), hashlib.sha256(name.encode()).hexdigest(), duration_s, channels, 8000)


THREE = (recording("a", 60.0), recording("b", 30.0), recording("c", 10.0))


def stated(**fields: Any) -> Metadata:
    return Metadata.from_mapping(fields, "row 2")


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (None, [0.0, 60.0, 90.0]),
        ("0;60;90", [0.0, 60.0, 90.0]),
        ("0; 80 ;115.5", [0.0, 80.0, 115.5]),
        ([0, 80, 115.5], [0.0, 80.0, 115.5]),
        ("12;92;127.5", [0.0, 80.0, 115.5]),  # from the first recording's start, whatever they count from
        ("0;80;", [0.0, 80.0, 110.0]),
        (";80;", [0.0, 80.0, 110.0]),
        ("2026-03-01T10:00:00+03:00;2026-03-01T10:01:20+03:00;2026-03-01T07:01:55.5Z", [0.0, 80.0, 115.5]),
        (["2026-03-01T10:00:00", "2026-03-01T10:01:20", None], [0.0, 80.0, 110.0]),
        ([datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=s) for s in (0, 80, 115.5)], [0.0, 80.0, 115.5]),
        ("0;58.5;91", [0.0, 60.0, 91.0]),  # within the skew: moved to the end of the one before
    ],
)
def test_starts(starts: Any, expected: list[float]) -> None:
    known = stated() if starts is None else stated(recording_starts=starts)
    on_clock, _ = placed(THREE, known, SKEW_S)
    assert [one.starts_s for one in on_clock] == expected
    assert not any(one.exchanged for one in on_clock)


def test_what_was_moved_is_told() -> None:
    call, _ = recorded(THREE, stated(recording_starts="0;58.5;91"), SKEW_S)
    assert call.telephony.warnings == ("b.wav begins 1.5 s before the one before it ends",)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"recording_starts": "0;57.9;90"}, r"b\.wav: expected a start after the recording before it, which ends at 60\.0"),
    ({"recording_starts": "0;95;80"}, r"c\.wav: expected a start after .* 125\.0 s, got 80\.0 s; check the order"),
    ({"recording_starts": "0;50000;50100"}, r"b\.wav: expected a start within 12 h .* got 13:52:20 later"),
    ({"recording_starts": "0;60"}, r"a\.wav: expected one value for all 3 recordings or 3 \(of .*, got 2"),
    ({"agent_id": "x;y"}, r"a\.wav: expected one value for all 3 recordings or 3 "),
    ({"recording_starts": "0;2026-03-01T10:00:00;90"}, r"b\.wav: expected recording_starts all in seconds or all as"),
    ({"recording_starts": ";2026-03-01T10:00:00;"}, r"b\.wav: expected recording_starts all in seconds or all as"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_recordings_that_do_not_fit_are_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        placed(THREE, stated(**fields), SKEW_S)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"agent_id": "x;y", "recording_starts": "0;1;2"},
            "expected one value for all .*2 in agent_id, 3 in",
        ),
        ({"recording_starts": "0;soon"}, "expected recording_starts in seconds from the first .* got 'soon'"),
        ({"recording_starts": "0;nan"}, "expected recording_starts in seconds"),
        ({"recording_starts": True}, "expected a number"),
        ({"agent_channel": "0;2"}, "agent_channel"),
        ({"agent_id": "x;y", "legs": [{}]}, "expected legs or several values in agent_id, not both"),
        ({"legs": [{"agent": "x"}]}, "legs → 0 → agent: this key is not known"),
    ],
)
def test_what_is_stated_badly_stops_at_the_border(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        stated(**fields)


def test_recordings_are_alike_and_each_comes_once() -> None:
    mono = recording("mono", 5.0, channels=1)
    with pytest.raises(InputError, match=r"mono\.wav: expected as many channels as in a\.wav \(2\), got 1"):
        placed((THREE[0], mono), stated(), SKEW_S)
    copy = replace(THREE[0], path=Path("copy.wav"))
    with pytest.raises(InputError, match=r"copy\.wav: expected each recording of an interaction once"):
        placed((*THREE, copy), stated(), SKEW_S)
    rates = (THREE[0], replace(THREE[1], sample_rate_hz=16_000))
    assert len(placed(rates, stated(), SKEW_S)[0]) == 2, "rates may differ"


@pytest.mark.parametrize(
    ("channels", "exchanged", "agent_channel"),
    [
        ("0;1;0", [False, True, False], 0),
        ("1;1;0", [False, False, True], 1),
        (1, [False] * 3, 1),
        (";1;", [0, 1, 0], 0),
    ],
)
def test_the_agents_channel_of_each(channels: Any, exchanged: list[bool], agent_channel: int) -> None:
    call, _ = recorded(THREE, stated(agent_channel=channels), SKEW_S)
    assert [one.exchanged for one in call.recordings] == exchanged
    assert call.agent_channel == agent_channel


A, B = "ann", "bob"
STINTS: list[tuple[dict[str, Any], int, list[tuple[str | None, float | None, float | None]], int | None]] = [
    ({"agent_id": A}, 1, [(A, 0.0, 60.0)], None),
    ({"agent_id": A}, 3, [(A, 0.0, 100.0)], None),
    ({"agent_id": f"{A};{B};{B}"}, 3, [(A, 0.0, 60.0), (B, 60.0, 100.0)], 1),
    ({"agent_id": f"{A};{B};{A}"}, 3, [(A, 0.0, 60.0), (B, 60.0, 90.0), (A, 90.0, 100.0)], 2),
    ({"agent_id": f"{A};;{A}"}, 3, [(A, 0.0, 60.0), (A, 90.0, 100.0)], None),
    ({"agent_id": f"{A};;{B}"}, 3, [(A, 0.0, 60.0), (B, 90.0, 100.0)], 1),
    ({"agent_name": "Ann;Bob;Bob"}, 3, [(None, 0.0, 60.0), (None, 60.0, 100.0)], 1),
    ({"agent_id": f"{A};{B}"}, 1, [(A, None, None), (B, None, None)], 1),
    ({"agent_id": f"{A};{B}"}, 0, [(A, None, None), (B, None, None)], 1),
    ({}, 3, [], None),
]


@pytest.mark.parametrize(("fields", "count", "expected", "transfers"), STINTS)
def test_agents(fields: dict[str, Any], count: int, expected: list[Any], transfers: int | None) -> None:
    known = stated(**fields)
    on_clock = placed(THREE[:count], known, SKEW_S)[0] if count else ()
    found = stints(known, on_clock)
    assert [(one.agent_id, one.start_s, one.end_s) for one in found] == expected
    assert with_gaps(Telephony(), on_clock, found, SKEW_S).transfers == transfers


def test_the_last_agent_closes_the_contact() -> None:
    known = stated(agent_id=f"{A};{B};{B}", agent_name="Ann;Bob;Bob", team="first line", agent_since="2024")
    call, _ = recorded(THREE, known, SKEW_S)
    assert (call.agent_id, call.agent_name, call.team) == (B, "Bob", "first line")
    assert call.agents == (Stint(A, "Ann", "first line", 0.0, 60.0), Stint(B, "Bob", "first line", 60.0, 100.0))
    assert call.agent_names == ("Ann", "Bob")
    messages = [{"role": "agent", "text": "Hello"}, {"role": "agent", "text": "Bob here"}]
    chat, _ = chat_interaction({"agent_id": f"{A};{B}", "messages": messages}, "chat")
    assert (chat.agent_id, chat.agents, chat.telephony.transfers) == (B, (Stint(A), Stint(B)), 1)


@pytest.mark.parametrize(
    ("telephony", "starts", "holds", "waits", "transfers"),
    [
        (Telephony(), "0;80;110", None, ((60.0, 80.0),), None),
        (Telephony(holds=()), "0;80;110", ((60.0, 80.0),), ((60.0, 80.0),), None),
        (Telephony(holds=(Interval(55.0, 61.0),)), "0;80;110", ((55.0, 80.0),), ((60.0, 80.0),), None),
        (Telephony(holds=(), transfers=0), "0;61.9;91.9", (), (), 0),  # a gap within the skew is what clocks differ by
        (Telephony(transfers=3), "0;60;90", None, (), 3),
    ],
)
def test_a_gap_is_a_hold(telephony: Telephony, starts: str, holds: Any, waits: Any, transfers: int | None) -> None:
    on_clock, _ = placed(THREE, stated(recording_starts=starts), SKEW_S)
    found = with_gaps(telephony, on_clock, (), SKEW_S)
    assert found.holds == (None if holds is None else tuple(Interval(*pair) for pair in holds))
    assert found.unrecorded == tuple(Interval(*pair) for pair in waits)
    assert found.transfers == transfers


def test_telephony_is_held_against_the_whole() -> None:
    known = stated(recording_starts="0;80;110", holds=[[100.0, 112.0]], agent_id=f"{A};{B};{B}")
    call, _ = recorded(THREE, known, SKEW_S)
    assert call.telephony.holds == (Interval(60.0, 80.0), Interval(100.0, 112.0))
    assert call.telephony.source("holds") == "cdr"
    assert call.telephony.transfers == 1
    with pytest.raises(InputError, match=r"a\.wav: expected holds inside the recording of 120\.0 s"):
        recorded(THREE, stated(recording_starts="0;80;110", holds=[[100.0, 130.0]]), SKEW_S)


def test_the_digest_is_of_all_recordings_in_order() -> None:
    one, _ = recorded(THREE[:1], stated(), SKEW_S)
    two, _ = recorded(THREE[:2], stated(), SKEW_S)
    turned, _ = recorded(THREE[1::-1], stated(), SKEW_S)
    assert one.input_sha256 == THREE[0].sha256
    assert len({one.input_sha256, two.input_sha256, turned.input_sha256}) == 3


def test_a_recording_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    good = write_wav(tmp_path / "good.wav", piece(0.0, 2.0))
    (tmp_path / "bad.wav").write_bytes(b"RIFF nothing")
    with pytest.raises(InputError, match=r"Recording 2 of 2: bad\.wav: expected a recording"):
        open_call((good, tmp_path / "bad.wav"))
    with pytest.raises(InputError, match=r"Recording 2 of 3: .*gone\.wav: expected a recording, found no such file"):
        open_call((good, tmp_path / "gone.wav", good))


def test_several_inputs_are_one_call(tmp_path: Path) -> None:
    first = write_wav(tmp_path / "one.wav", piece(0.0, 2.0))
    second = write_wav(tmp_path / "two.wav", piece(2.0, 5.0))
    (tmp_path / "one.json").write_text(json.dumps({"legs": [{"agent_id": A}, {"agent_id": B, "starts": 7.5}]}))
    call, _ = open_inputs((first, second))
    assert [(r.path.name, r.starts_s, r.duration_s) for r in call.recordings] == [
        ("one.wav", 0.0, 2.0),
        ("two.wav", 7.5, 3.0),
    ]
    assert (call.id, [one.agent_id for one in call.agents]) == ("one", [A, B])
    with pytest.raises(InputError, match=r"expected one value for the one recording .* got 2"):
        open_inputs((first,))


def test_a_result_tells_of_each_recording_again(tmp_path: Path) -> None:
    first = write_wav(tmp_path / "one.wav", piece(0.0, 2.0))
    second = write_wav(tmp_path / "two.wav", piece(2.0, 5.0))
    known = stated(agent_id=f"{A};{B}", agent_channel="0;1", recording_starts="0;7.5")
    call, _ = open_call((first, second), known)
    document = to_document(replace(a_call(), interaction=call))
    path = tmp_path / "result.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    again, _ = open_call((first, second), Metadata.from_file(path))
    assert again.recordings == call.recordings
    assert again.agents == call.agents
    assert (again.telephony.unrecorded, again.agent_id) == (call.telephony.unrecorded, B)


def test_a_manifest_names_several(tmp_path: Path) -> None:
    rows = [
        "interaction_id,recording,recording_starts,agent_id,agent_name,agent_channel",
        "x,calls/1.wav;calls/2.wav,0;70.5,ann;bob,Ann;Bob,0;1",
        "y,calls/3.wav,,carl,Carl,1",
        "z,calls/1.wav;calls/2.wav,0;late,ann,,",
    ]
    (tmp_path / "m.csv").write_text("\n".join(rows), encoding="utf-8")
    several, single, bad = jobs(tmp_path / "m.csv")
    assert [path.name for path in several.recordings] == ["1.wav", "2.wav"]  # type: ignore[union-attr]
    known = several.metadata  # type: ignore[union-attr]
    assert [(leg.agent_id, leg.starts, leg.agent_channel) for leg in known.legs] == [("ann", 0.0, 0), ("bob", 70.5, 1)]
    assert (known.agent_id, known.agent_name, known.agent_channel) == ("bob", "Bob", 0)
    assert (single.metadata.legs, single.metadata.agent_channel) == ((), 1)  # type: ignore[union-attr]
    assert "m.csv:4: legs → 1 → starts: expected recording_starts in seconds" in bad.reason  # type: ignore[union-attr]
    written = known.over({"messages": []})
    assert Metadata.from_mapping({k: v for k, v in written.items() if k != "messages"}, "again") == known
