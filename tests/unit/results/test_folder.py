from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builders import a_call, a_chat, untrusted_call
from results_folders import settled
from samples import judged_by_script
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.interaction import Contact, History, Interaction, Telephony
from voxcx.domain.result import Result
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import InputError
from voxcx.pipeline import judge
from voxcx.results.documenting import page
from voxcx.results.failures import Failure, read_failures, write_failures
from voxcx.results.reading import done_keys, parts_of, query, read_table
from voxcx.results.rows import by_channel, interaction_row, rows_of
from voxcx.results.schema import TABLES, arrow_schema, columns_of
from voxcx.results.stored import heard_of, history_of, interaction_of, recognition_of
from voxcx.results.upkeep import forget, next_sequence, write_chunk
from voxcx.results.writing import part_name, write_part


def named(result: Result, name: str) -> Result:
    return replace(result, interaction=replace(result.interaction, id=name))


RESULTS = (
    a_call(),
    named(untrusted_call(), "mono"),
    a_chat(),
    named(a_chat(timed=False), "untimed"),
    named(
        replace(a_call(), recognition=Recognition("ru", "w", ((Word("да", 0.1, 0.4, 0.5, "loop"),), ()))), "recognised"
    ),
)


def chunk(*results: Result, key: str = "k") -> dict[str, list[dict[str, object]]]:
    each = [rows_of(result, key) for result in results]
    return {table: [row for rows in each for row in rows[table]] for table in TABLES}


def by_id(folder: Path, table: str) -> dict[str, dict[str, Any]]:
    return {row["interaction_id"]: row for row in read_table(folder, table).to_pylist()}


def test_the_verdict_on_the_channels_is_the_last_word_on_them() -> None:
    result = a_call()
    assert interaction_row(result)["channels_verdict"] == "ok"
    exchanged = replace(result.roles, verdict="swapped")
    clipped = replace(result, roles=exchanged, heard=replace(result.heard, verdict="clipped"))
    assert interaction_row(clipped)["channels_verdict"] == "swapped"
    assert interaction_row(untrusted_call())["channels_verdict"] == "mono"


def test_what_judge_needs_comes_back_as_it_was(tmp_path: Path) -> None:
    write_chunk(tmp_path, chunk(*RESULTS), part_name(1))
    heard, transcripts = by_id(tmp_path, "heard"), by_id(tmp_path, "transcripts")
    for result in RESULTS:
        name = result.interaction.id
        assert interaction_of(heard[name]) == result.interaction
        assert heard_of(heard[name]) == result.heard
        assert recognition_of(transcripts[name]) == (result.recognition or by_channel(result))
    assert [name for name, row in transcripts.items() if row["by_channel"]] == ["recognised"]


CONTACTS = tuple(
    Contact(
        datetime(2026, 1, day, 10, tzinfo=timezone(timedelta(hours=3))), "chat", had_ivr=True, operator_requests=day
    )
    for day in (1, 2, 3)
)
HISTORIES = (History(), History(contacts=()), History(CONTACTS, ("Thank you for waiting.",)))


@pytest.mark.parametrize("history", HISTORIES)
def test_history_comes_back_as_it_was(tmp_path: Path, history: History) -> None:
    write_chunk(tmp_path, {**chunk(), **rows_of(a_chat(), "k", history)}, part_name(1))
    assert history_of(by_id(tmp_path, "heard")["chat-2093"]) == history


def test_a_folder_of_an_older_version_has_no_history() -> None:
    assert history_of({"interaction": "{}"}) == History()


@pytest.mark.parametrize("name", ["service-en", "chat-en"])
def test_judging_again_from_what_is_stored_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    first = judged_by_script(name, tmp_path)
    history = History(CONTACTS, ("One moment, please.",))
    tools = make_tools(Choices())
    once = judge(first.interaction, first.heard, first.recognition, tools, history)
    rows = rows_of(once, "k", history)
    assert once.features.value("prefers_human") == 1
    write_chunk(tmp_path, rows, part_name(1))
    heard, said = by_id(tmp_path, "heard")[name], by_id(tmp_path, "transcripts")[name]
    recognition = recognition_of(said) if said["by_channel"] else None
    again = judge(interaction_of(heard), heard_of(heard), recognition, tools, history_of(heard))
    assert rows_of(again, "k", history_of(heard)) == rows


def test_rows_are_the_documented_columns_and_no_clock(tmp_path: Path) -> None:
    rows = chunk(*RESULTS)
    assert rows == chunk(*RESULTS)
    write_chunk(tmp_path, rows, part_name(1))
    for table in TABLES:
        assert read_table(tmp_path, table).schema.equals(arrow_schema(table))
    (part,) = parts_of(tmp_path, "interactions")
    metadata = pq.read_schema(part).metadata
    assert metadata[b"voxcx.schema"] == b"voxcx.results/2"
    assert b"voxcx.processed_at" in metadata


def test_columns_are_unique_and_hold_every_feature() -> None:
    for table in TABLES:
        names = [column.name for column in columns_of(table)]
        assert len(set(names)) == len(names)
    assert set(CATALOGUE) <= set(arrow_schema("interactions").names)
    assert arrow_schema("interactions").field("language").type == pa.string()
    assert arrow_schema("interactions").field("agent_words").type == pa.float64()


def test_duckdb_reads_the_parts_as_they_are(tmp_path: Path) -> None:
    write_chunk(tmp_path, chunk(*RESULTS), part_name(1))
    glob = str(tmp_path / "interactions" / "*.parquet")
    rows = duckdb.execute(
        "SELECT interaction_id, queue, started_at, csi_value, qa_score, qa_score_before_zeroing,"
        " len(qa_critical_compliance), channels_verdict, overlap_s, asks_for_human"
        " FROM read_parquet(?) WHERE interaction_id IN ('call-0417', 'chat-2093', 'mono') ORDER BY 1",
        [glob],
    ).fetchall()
    call, chat, mono = rows
    assert call[1] == "Биллинг"
    assert str(call[2]) == "2026-03-04 08:20:05"
    assert call[3:5] == (32.3, 0.0)
    assert call[5] > 50
    assert call[6:] == (1, "ok", 1.6, None)
    assert chat[6:] == (0, "no_audio", None, 1.0)
    assert mono[3:] == (None, None, None, None, "mono", None, None)
    names = [name for name, *_ in duckdb.execute("DESCRIBE SELECT * FROM read_parquet(?)", [glob]).fetchall()]
    assert names == arrow_schema("interactions").names


def test_missing_values_keep_their_reason() -> None:
    row = interaction_row(untrusted_call())
    assert {"name": "overlap_s", "reason": "mono recording"} in row["missing"]  # type: ignore[operator]
    assert row.get("overlap_s") is None
    assert row["gaps"][0]["name"] == "csi"  # type: ignore[index]


def test_row_without_recording_keeps_what_telephony_knows() -> None:
    lost = Interaction("lost", "call", abandoned=True, telephony=Telephony(queue_wait_s=95, holds=()))
    row = interaction_row(replace(untrusted_call(), interaction=lost))
    assert (row["queue_wait_s"], row["holds"], row["abandoned"], row["recordings"]) == (95.0, [], True, [])
    assert row["ivr_time_s"] is None


def test_empty_folder_gives_empty_tables(tmp_path: Path) -> None:
    assert read_table(tmp_path, "criteria").num_rows == 0
    assert read_table(tmp_path, "criteria").schema.equals(arrow_schema("criteria"))
    assert done_keys(tmp_path) == {}
    with pytest.raises(InputError, match="expected one of interactions"):
        read_table(tmp_path, "calls")


def test_parts_of_another_schema_are_unified(tmp_path: Path) -> None:
    old = pa.table({"interaction_id": ["old"], "queue": ["q"], "retired": [1]})
    (tmp_path / "interactions").mkdir()
    pq.write_table(old, tmp_path / "interactions" / "part-000001-00000000.parquet")
    write_chunk(tmp_path, chunk(a_call()), part_name(2))
    table = read_table(tmp_path, "interactions")
    assert table.num_rows == 2
    assert table.schema.names == [*arrow_schema("interactions").names, "retired"]
    assert done_keys(tmp_path) == {"old": None, "call-0417": "k"}


def test_unknown_column_and_broken_part_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got csi_valeu"):
        write_part(tmp_path, "interactions", [{"interaction_id": "a", "csi_valeu": 1}], "part")
    assert not list(tmp_path.rglob("*.parquet"))
    (tmp_path / "interactions").mkdir()
    (tmp_path / "interactions" / "half.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="expected a Parquet part"):
        read_table(tmp_path, "interactions")


def test_a_crash_in_the_middle_leaves_no_half_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chunk(tmp_path, chunk(a_call(), key="first"), part_name(1))

    def full(data: pa.Table, sink: Any, **_: object) -> None:
        assert data.num_rows
        sink.write(b"PAR1 half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="No space"):
        write_chunk(tmp_path, chunk(a_chat()), part_name(2))
    monkeypatch.undo()
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".parquet"] * len(TABLES)
    assert settled(tmp_path).keys() == {"call-0417"}


@pytest.mark.parametrize("written", range(1, len(TABLES)))
def test_a_kill_between_tables_is_settled(tmp_path: Path, written: int) -> None:
    write_chunk(tmp_path, chunk(a_call()), part_name(1))
    name = part_name(2)
    for table in [table for table in TABLES if table != "interactions"][:written]:
        write_part(tmp_path, table, chunk(a_chat())[table], name)
    (tmp_path / "heard" / ".unfinished-x").write_bytes(b"half")
    assert settled(tmp_path).keys() == {"call-0417"}
    for table in TABLES:
        assert {row["interaction_id"] for row in read_table(tmp_path, table).to_pylist()} <= {"call-0417"}
    assert not list(tmp_path.rglob(".unfinished*"))


def test_a_kill_while_replacing_is_settled(tmp_path: Path) -> None:
    first, second = part_name(1), part_name(2)
    write_chunk(tmp_path, chunk(a_call(), a_chat(), key="old"), first)
    write_chunk(tmp_path, chunk(a_call(), key="new"), second)  # killed before `forget`
    assert read_table(tmp_path, "interactions").num_rows == 2, "readers see the latest even then"
    assert settled(tmp_path) == {
        "call-0417": ("new", second),
        "chat-2093": ("old", first),
    }
    glob = str(tmp_path / "criteria" / "*.parquet")
    count = duckdb.execute("SELECT count(*), count(DISTINCT criterion) FROM read_parquet(?)", [glob]).fetchall()
    expected = [len(one.scorecard.results) for one in (a_call(), a_chat()) if one.scorecard]
    assert count == [(sum(expected), sum(expected) - shared_criteria())]


def shared_criteria() -> int:
    ids = [{r.criterion.id for r in one.scorecard.results} for one in (a_call(), a_chat()) if one.scorecard]
    return len(ids[0] & ids[1])


def test_forgetting_keeps_when_a_part_was_processed(tmp_path: Path) -> None:
    name = part_name(3)
    write_chunk(tmp_path, chunk(a_call(), a_chat()), name)
    (path,) = parts_of(tmp_path, "interactions")
    before = pq.read_schema(path).metadata[b"voxcx.processed_at"]
    forget(tmp_path, name, pa.array(["chat-2093"]))
    assert pq.read_schema(path).metadata[b"voxcx.processed_at"] == before
    assert done_keys(tmp_path) == {"call-0417": "k"}
    assert next_sequence(tmp_path) == 4
    forget(tmp_path, name, pa.array(["call-0417"]))
    assert not list(tmp_path.rglob("*.parquet"))


def test_questions_join_tables(tmp_path: Path) -> None:
    write_chunk(tmp_path, chunk(a_call(), a_chat()), part_name(1))
    sql = "SELECT kind, count(*) AS n FROM criteria JOIN interactions USING (interaction_id) GROUP BY kind ORDER BY n"
    assert query(tmp_path, sql).to_pylist() == [{"kind": "chat", "n": 5}, {"kind": "call", "n": 11}]
    with pytest.raises(InputError, match="expected a results folder"):
        query(tmp_path / "none", sql)


def test_failures_come_back_and_are_sorted(tmp_path: Path) -> None:
    two = [Failure("b", "x.wav", "open", 'a, "b"\nc', "mend it"), Failure("", "m.csv:3", "source", "r", "w")]
    write_failures(tmp_path, two)
    assert read_failures(tmp_path) == {"b": two[0], "m.csv:3": two[1]}
    (tmp_path / "failures.csv").write_text("something,else\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected columns interaction_id"):
        read_failures(tmp_path)


def test_page_is_made_from_the_schema() -> None:
    written = (Path(__file__).parents[3] / "docs" / "results.md").read_text(encoding="utf-8")
    assert written == page(), "run: make docs"
    for columns in TABLES.values():
        assert all(f"| `{column.name}` |" in written for column in columns)
