from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from voxcx.errors import InputError
from voxcx.intake.file_names import NamePattern
from voxcx.intake.job import BadRow, Job
from voxcx.intake.manifest import jobs
from voxcx.intake.metadata import Metadata

CHAT: dict[str, Any] = {"kind": "chat", "messages": [{"role": "customer", "text": "hi"}]}


def table(folder: Path, *lines: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def only(source: Path) -> Job:
    (job,) = jobs(source)
    assert isinstance(job, Job), job
    return job


def reasons(source: Path) -> list[tuple[str, str]]:
    return [(job.where, job.reason) for job in jobs(source) if isinstance(job, BadRow)]


def touch(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


GOOD_CELLS = [
    ("recording", "a.wav;sub/b.wav", lambda job: [p.name for p in job.recordings], ["a.wav", "b.wav"]),
    ("recording", "", lambda job: job.recordings, ()),
    ("recording", "chat.json", lambda job: job.kind, "chat"),
    ("started_at", "2026-03-04T11:20:05+03:00", lambda job: job.metadata.started_at.hour, 11),
    ("started_at", "2026-03-04 11:20:05", lambda job: job.metadata.started_at.tzinfo, UTC),
    ("abandoned", "true", lambda job: job.metadata.abandoned, True),
    ("abandoned", "0", lambda job: job.metadata.abandoned, False),
    ("abandoned", "", lambda job: job.metadata.abandoned, None),
    ("queue_wait_s", "12.5", lambda job: job.metadata.telephony.queue_wait_s, 12.5),
    ("holds", "[[1, 2.5], [4, 6]]", lambda job: job.metadata.telephony.holds, ((1, 2.5), (4, 6))),
    ("holds", "[]", lambda job: job.metadata.telephony.holds, ()),
    ("holds", "", lambda job: job.metadata.telephony.holds, None),
    ("telephony", '{"transfers": 2}', lambda job: job.metadata.telephony.transfers, 2),
    ("agent_channel", "1", lambda job: job.metadata.agent_channel, 1),
]


@pytest.mark.parametrize(("column", "cell", "read", "expected"), GOOD_CELLS)
def test_cells_are_understood(tmp_path: Path, column: str, cell: str, read: Any, expected: object) -> None:
    touch(tmp_path / "chat.json", json.dumps(CHAT))
    quoted = '"' + cell.replace('"', '""') + '"'
    job = only(table(tmp_path, f"interaction_id,{column}", f"x1,{quoted}"))
    assert read(job) == expected
    assert (job.interaction_id, job.line) == ("x1", 2)


BAD_CELLS = [
    ("abandoned", "perhaps", "abandoned"),
    ("queue_wait_s", "-3", "queue_wait_s"),
    ("started_at", "yesterday", "started_at"),
    ("ivr_status", "gone", "expected one of completed"),
    ("holds", "[[5, 2]]", "a hold ends after it starts"),
    ("holds", "5-7", "expected JSON such as"),
    ("kind", "fax", "kind"),
    ("telephony", "nowhere.json", "found none"),
]


@pytest.mark.parametrize(("column", "cell", "says"), BAD_CELLS)
def test_a_bad_cell_is_a_row_with_its_line(tmp_path: Path, column: str, cell: str, says: str) -> None:
    source = table(tmp_path, f"interaction_id,{column}", "first,", f'bad,"{cell}"', "last,")
    found = list(jobs(source))
    assert [one.interaction_id for one in found if isinstance(one, Job)] == ["first", "last"]
    ((where, reason),) = reasons(source)
    assert where == f"{source}:3"
    assert says in reason


BAD_HEADERS = [
    ("interaction_id,agentid", "'agentid' is not known; did you mean 'agent_id'?"),
    ("interaction_id,zzz", "'zzz' is not known; expected some of"),
    ("recording,queue", "expected a column interaction_id"),
    ("interaction_id,queue,queue", "expected each column once"),
    ("", "expected a column interaction_id"),
]


@pytest.mark.parametrize(("header", "says"), BAD_HEADERS)
def test_a_bad_header_ends_the_run(tmp_path: Path, header: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        list(jobs(table(tmp_path, header, "x,y")))
    assert says in str(caught.value)


def test_rows_that_do_not_fit_the_header(tmp_path: Path) -> None:
    source = table(tmp_path, "interaction_id,queue", "a,q,extra", "b", "", ",q", '"c\nd",q', "e,q")
    assert [reason.split(": ", 1)[1] for _, reason in reasons(source)] == [
        "expected 2 cells as in the header, got 3; mend the row.",
        "expected 2 cells as in the header, got 1; mend the row.",
        "expected an interaction_id, got none; name the row.",
    ]
    assert [job.interaction_id for job in jobs(source) if isinstance(job, Job)] == ["c\nd", "e"]


def test_excel_semicolons_and_relative_paths(tmp_path: Path) -> None:
    touch(tmp_path / "cdr" / "1.json", '{"transfers": 3, "hangup_by": "agent"}')
    source = tmp_path / "manifest.csv"
    source.write_text("\ufeffinteraction_id;recording;telephony;transfers\n1;a.wav;cdr/1.json;4\n", encoding="utf-8")
    job = only(source)
    assert job.recordings == (tmp_path / "a.wav",)
    telephony = job.metadata.telephony
    assert (telephony.transfers, telephony.hangup_by) == (4, "agent"), "the row's own cell wins"


def test_another_encoding_is_named(tmp_path: Path) -> None:
    source = tmp_path / "manifest.csv"
    source.write_bytes("interaction_id,queue\n1,Биллинг\n".encode("cp1251"))
    with pytest.raises(InputError, match="expected UTF-8"):
        list(jobs(source))


def test_parquet_manifest_with_typed_columns(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"interaction_id": "1", "holds": [[1.0, 2.0]], "queue_wait_s": 5.0, "abandoned": None},
        {"interaction_id": "2", "holds": None, "queue_wait_s": float("nan"), "abandoned": True},
        {"interaction_id": None, "holds": None, "queue_wait_s": 1.0, "abandoned": None},
        {"interaction_id": "4", "started_at": datetime(2026, 3, 4, tzinfo=UTC)},
    ]
    schema = pa.schema(
        [
            ("interaction_id", pa.string()),
            ("holds", pa.list_(pa.list_(pa.float64()))),
            ("queue_wait_s", pa.float64()),
            ("abandoned", pa.bool_()),
            ("started_at", pa.timestamp("us", tz="UTC")),
        ]
    )
    source = tmp_path / "m.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), source)
    found = [job for job in jobs(source) if isinstance(job, Job)]
    assert [job.metadata.telephony.holds for job in found] == [((1.0, 2.0),), None, None]
    assert [job.metadata.telephony.queue_wait_s for job in found] == [5.0, None, None]
    assert found[2].metadata.started_at == rows[3]["started_at"]
    assert reasons(source) == [(f"{source}:3", f"{source}:3: expected an interaction_id, got none; name the row.")]
    source.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(InputError, match="expected a Parquet manifest"):
        list(jobs(source))


def test_folder(tmp_path: Path) -> None:
    for name in ("b.FLAC", "a.wav", "sub/a.wav", "a.ref.json", "b.truth.json", "notes.txt", ".git/c.wav", "r/run.json"):
        touch(tmp_path / name)
    touch(tmp_path / "a.json", '{"queue": "Billing", "holds": [[1, 2]]}')
    touch(tmp_path / "chat[1].json", json.dumps({**CHAT, "id": "chat-1"}))
    touch(tmp_path / "sub" / "unnamed.json", json.dumps(CHAT))
    found = list(jobs(tmp_path, leave_out=(tmp_path / "r",)))
    names = [(job.interaction_id, job.kind) for job in found if isinstance(job, Job)]
    assert names == [("a", "call"), ("b", "call"), ("chat-1", "chat"), ("sub/a", "call"), ("sub/unnamed", "chat")]
    assert not [job for job in found if isinstance(job, BadRow)]
    first = found[0]
    assert isinstance(first, Job)
    assert first.metadata == Metadata.from_mapping(
        {"interaction_id": "a", "queue": "Billing", "telephony": {"holds": [[1, 2]]}}, ""
    )


def test_a_bad_file_in_a_folder_is_a_row(tmp_path: Path) -> None:
    touch(tmp_path / "a.wav")
    touch(tmp_path / "a.json", '{"queu": "Billing"}')
    touch(tmp_path / "b.json", "{")
    touch(tmp_path / "c.json", '{"id": "c"}')
    touch(tmp_path / "d.wav")
    assert [Path(where).name for where, _ in reasons(tmp_path)] == ["a.wav", "b.json", "c.json"]
    assert len(list(jobs(tmp_path))) == 4


def test_chats_line_by_line(tmp_path: Path) -> None:
    source = tmp_path / "chats.jsonl"
    lines = [json.dumps({**CHAT, "id": "1"}), "", "[1]", "{", json.dumps(CHAT), json.dumps({**CHAT, "id": "2"})]
    source.write_text("\n".join(lines), encoding="utf-8")
    assert [(job.interaction_id, job.line) for job in jobs(source) if isinstance(job, Job)] == [("1", 1), ("2", 6)]
    assert [where.rsplit(":", 1)[1] for where, _ in reasons(source)] == ["3", "4", "5"]


NAMES = [
    ("{started_at}_{agent_id}.wav", "20260304-112005_a7.wav", "2026-03-04T11:20:05", "a7"),
    ("{started_at}_{agent_id}.wav", "2026-03-04T11-20-05+03:00_a_7.wav", "2026-03-04T11:20:05+03:00", "a_7"),
    ("{started_at}_{agent_id}.wav", "2026-03-04_a7.wav", "2026-03-04T00:00:00", "a7"),
    ("{agent_id}@{started_at}Z.wav", "x@202603041120Z.wav", "2026-03-04T11:20:00", "x"),
]


@pytest.mark.parametrize(("pattern", "name", "started_at", "agent"), NAMES)
def test_names_hold_metadata(pattern: str, name: str, started_at: str, agent: str) -> None:
    assert NamePattern.parse(pattern).fields(name) == {"started_at": started_at, "agent_id": agent}


BAD_PATTERNS = [
    ("call.wav", "expected fields in braces"),
    ("{agentid}.wav", "did you mean 'agent_id'?"),
    ("{queue}_{queue}.wav", "expected each field once"),
    ("{holds}.wav", "is not known"),
]


@pytest.mark.parametrize(("pattern", "says"), BAD_PATTERNS)
def test_bad_patterns_are_refused(tmp_path: Path, pattern: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        jobs(tmp_path, pattern)
    assert says in str(caught.value)


def test_pattern_over_a_folder(tmp_path: Path) -> None:
    for name in ("20260304T112005_a7_12.5.wav", "other.wav", "20260399T112005_a7_1.wav"):
        touch(tmp_path / name)
    touch(tmp_path / "20260304T112005_a7_12.5.json", '{"agent_id": "stated"}')
    found = list(jobs(tmp_path, "{started_at}_{agent_id}_{queue_wait_s}.wav"))
    (job,) = [one for one in found if isinstance(one, Job)]
    assert job.metadata.agent_id == "stated", "what is stated wins over the name"
    assert job.metadata.telephony.queue_wait_s == 12.5
    assert job.metadata.started_at == datetime(2026, 3, 4, 11, 20, 5, tzinfo=UTC)
    bad = [one.reason for one in found if isinstance(one, BadRow)]
    assert "started_at" in bad[0]
    assert "expected a name like {started_at}" in bad[1]


def test_sources_that_are_none(tmp_path: Path) -> None:
    touch(tmp_path / "calls.xlsx")
    touch(tmp_path / "calls.csv", "interaction_id\n")
    for source, pattern, says in (
        (tmp_path / "nothing", None, "found nothing"),
        (tmp_path / "calls.xlsx", None, "expected a folder, .csv, .parquet or .jsonl, got .xlsx"),
        (tmp_path / "calls.csv", "{agent_id}.wav", "--name-pattern is for a folder"),
    ):
        with pytest.raises(InputError) as caught:
            jobs(source, pattern)
        assert says in str(caught.value)


def test_a_row_that_points_to_a_chat_holds_its_messages(tmp_path: Path) -> None:
    touch(
        tmp_path / "c.json", json.dumps({**CHAT, "id": "inside", "queue": "a", "queue_wait_s": 5, "customer_id": "k"})
    )
    job = only(table(tmp_path, "interaction_id,recording,queue,queue_wait_s", "x1,c.json,b,7"))
    assert (job.interaction_id, job.kind, job.recordings) == ("x1", "chat", ())
    assert job.chat is not None
    assert job.chat["messages"] == CHAT["messages"]
    assert (job.metadata.queue, job.metadata.customer_id, job.metadata.telephony.queue_wait_s) == ("b", "k", 7.0)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("x1,c.json;d.json,", "expected one chat file in a row, got 2 files"),
        ("x1,c.json,call", 'expected the kind "chat" for a record with messages, got "call"'),
        ("x1,a.wav,chat", 'expected the kind "call" for a recording, got "chat"'),
    ],
)
def test_a_row_whose_kind_is_another(tmp_path: Path, row: str, says: str) -> None:
    touch(tmp_path / "c.json", json.dumps({"messages": CHAT["messages"]}))
    ((_, reason),) = reasons(table(tmp_path, "interaction_id,recording,kind", row))
    assert says in reason


def test_a_chat_line_that_calls_itself_a_call(tmp_path: Path) -> None:
    source = tmp_path / "chats.jsonl"
    source.write_text(json.dumps({**CHAT, "id": "1", "kind": "call"}), encoding="utf-8")
    ((_, reason),) = reasons(source)
    assert 'expected the kind "chat"' in reason


def test_an_encoding_that_changes_far_behind_is_told_before_any_row(tmp_path: Path) -> None:
    source = tmp_path / "manifest.csv"
    rows = b"".join(b"%d;q\r\n" % number for number in range(5_000))
    source.write_bytes(b"interaction_id;queue\r\n" + rows + "x;Биллинг\r\n".encode("cp1251"))
    with pytest.raises(InputError, match="got another encoding in line 5002"):
        next(iter(jobs(source)))
    source.write_bytes("interaction_id;queue\r\n1;Биллинг\r\n".encode("utf-16"))
    with pytest.raises(InputError, match="save it as CSV UTF-8"):
        next(iter(jobs(source)))


def test_russian_excel_with_a_mark_and_semicolons(tmp_path: Path) -> None:
    source = tmp_path / "манифест 1.csv"
    source.write_bytes("\ufeffinteraction_id;recording;queue\r\n1;звонок 1.wav;Биллинг\r\n".encode())
    job = only(source)
    assert (job.recordings, job.metadata.queue) == ((tmp_path / "звонок 1.wav",), "Биллинг")


def test_a_folder_without_anything_to_do_is_told(tmp_path: Path) -> None:
    for name in ("notes.txt", "form.pdf", ".hidden.wav", "a.truth.json"):
        touch(tmp_path / name)
    with pytest.raises(InputError, match=r"expected recordings \(.*found none"):
        list(jobs(tmp_path))
    touch(tmp_path / "a.wav")
    assert [job.interaction_id for job in jobs(tmp_path)] == ["a"]


def test_a_result_beside_a_recording_is_its_metadata(tmp_path: Path) -> None:
    touch(tmp_path / "a.wav")
    stated = {
        "id": "sim-1",
        "kind": "call",
        "queue": None,
        "telephony": {"holds": [[1, 2]], "sources": {}, "warnings": []},
    }
    document = {"schema": "voxcx.result/1", "interaction": {**stated, "recordings": []}, "channels": {}}
    touch(tmp_path / "a.json", json.dumps(document))
    (job,) = jobs(tmp_path)
    assert isinstance(job, Job), job
    assert (job.interaction_id, job.metadata.telephony.holds) == ("sim-1", ((1.0, 2.0),))


def test_stated_telephony_wins_over_the_name(tmp_path: Path) -> None:
    touch(tmp_path / "a7_12.5.wav")
    touch(tmp_path / "a7_12.5.json", '{"telephony": {"queue_wait_s": 3}}')
    (job,) = jobs(tmp_path, "{agent_id}_{queue_wait_s}.wav")
    assert isinstance(job, Job), job
    assert (job.metadata.agent_id, job.metadata.telephony.queue_wait_s) == ("a7", 3.0)
