"""A folder that version 1 wrote (results-v1, beside this file) is read and written on by today's.

It is what `voxcx batch` made of two chats, an English call with its script's words, and a file that is no sound; it is
never made anew.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from results_folders import DeadError, dies_at, everything
from samples import OLD_RESULTS as OLD
from voxcx.errors import InputError
from voxcx.results import migration
from voxcx.results.compaction import compact
from voxcx.results.migration import Step, needed, upgraded
from voxcx.results.reading import parts_of, read_columns, read_part, read_table
from voxcx.results.schema import RESULTS_SCHEMA, TABLES, arrow_schema
from voxcx.results.stored import heard_of, interaction_of, recognition_of
from voxcx.results.upkeep import put_right

NEW = ["agents", "recording_starts_s"]


def old_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def versions(folder: Path) -> set[bytes]:
    return {pq.read_schema(path).metadata[b"voxcx.schema"] for path in folder.glob("*/*.parquet")}


def test_the_folder_is_of_version_1() -> None:
    assert versions(OLD) == {b"voxcx.results/1"}
    (part,) = parts_of(OLD, "interactions")
    assert not set(NEW) & set(pq.read_schema(part).names)


def test_readers_see_todays_columns() -> None:
    folder = OLD
    for table in TABLES:
        assert read_table(folder, table).schema.equals(arrow_schema(table))
    read = read_columns(folder, "interactions", ["interaction_id", *NEW])
    rows = {row["interaction_id"]: row for row in read.to_pylist()}
    assert rows["chat-en"]["agents"] == [
        {"agent_id": "agent-33", "agent_name": "Kevin", "start_s": None, "end_s": None}
    ]
    assert rows["service-en"]["agents"] == []
    assert [rows[name]["recording_starts_s"] for name in ("service-en", "chat-en")] == [[0.0], []]
    (part,) = parts_of(folder, "interactions")
    assert read_part(part, ["agents"]).column_names == ["agents"], "what it is made of is not asked for"


def test_what_judge_needs_is_still_there() -> None:
    heard = {row["interaction_id"]: row for row in read_table(OLD, "heard").to_pylist()}
    said = {row["interaction_id"]: row for row in read_table(OLD, "transcripts").to_pylist()}
    interaction = interaction_of(heard["service-en"])
    assert [one.starts_s for one in interaction.recordings] == [0.0]
    assert heard_of(heard["service-en"]).duration_s == pytest.approx(97.92)
    assert len(recognition_of(said["service-en"]).words[0]) > 50


def test_the_writer_brings_it_to_today(tmp_path: Path) -> None:
    folder = old_folder(tmp_path)
    before = everything(folder)
    put_right(folder)
    assert versions(folder) == {RESULTS_SCHEMA.encode()}
    assert everything(folder) == before
    (part,) = parts_of(folder, "interactions")
    assert part.name == parts_of(OLD, "interactions")[0].name
    assert pq.read_schema(part).names == arrow_schema("interactions").names


@pytest.mark.slow
def test_killed_at_any_file_operation_it_goes_on(tmp_path: Path) -> None:
    expected = everything(OLD)
    for operation in range(1, 3 * len(TABLES)):
        folder = old_folder(tmp_path)
        with dies_at(operation) as asked, suppress(DeadError):
            put_right(folder)
        assert everything(folder) == expected
        put_right(folder)
        assert versions(folder) == {RESULTS_SCHEMA.encode()}
        assert everything(folder) == expected
        shutil.rmtree(folder)
    assert asked() == 2 * len(TABLES)


def test_compaction_brings_it_to_today_too(tmp_path: Path) -> None:
    folder = old_folder(tmp_path)
    before = everything(folder)
    compact(folder, thorough=True)
    assert versions(folder) == {RESULTS_SCHEMA.encode()}
    assert len(parts_of(folder, "interactions")) == 3
    assert everything(folder) == before


@pytest.mark.parametrize("said", ["voxcx.results/99", "voxcx.results/x"])
def test_a_newer_folder_is_refused(tmp_path: Path, said: str) -> None:
    folder = old_folder(tmp_path)
    (path,) = parts_of(folder, "interactions")
    rows = pq.read_table(path)
    pq.write_table(rows.replace_schema_metadata({b"voxcx.schema": said.encode()}), path)
    (folder / "heard" / ".unfinished-x").write_bytes(b"half")
    with pytest.raises(InputError, match=rf"expected a part of {RESULTS_SCHEMA} or older, got {said}; upgrade voxcx"):
        read_table(folder, "interactions")
    with pytest.raises(InputError, match="upgrade voxcx"):
        put_right(folder)
    assert (folder / "heard" / ".unfinished-x").exists(), "nothing was touched"


def test_steps_are_taken_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Step(("team",), ("queue",), lambda rows: rows.append_column("team", rows["queue"]))
    second = Step(("skill",), ("team",), lambda rows: rows.append_column("skill", rows["team"]))
    monkeypatch.setattr(migration, "TODAY", 3)
    monkeypatch.setattr(migration, "STEPS", {1: {"interactions": first}, 2: {"interactions": second}})
    assert needed("interactions", 1, ["interaction_id", "skill"]) == ["interaction_id", "queue"]
    assert needed("interactions", 2, ["skill"]) == ["team"]
    assert needed("interactions", 3, ["skill"]) == ["skill"]
    rows = upgraded(pa.table({"queue": ["q"]}), "interactions", 1, ["skill"])
    assert rows.to_pylist() == [{"skill": "q"}]


def test_every_version_has_its_steps() -> None:
    assert set(migration.STEPS) == set(range(1, migration.TODAY))
