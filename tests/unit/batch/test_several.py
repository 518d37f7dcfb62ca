"""An interaction of several recordings in a batch: opened, kept, and judged again without listening."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sound_files import piece, write_transcript, write_wav
from voxcx.assembly import make_tools
from voxcx.batch.work import Task
from voxcx.batch.workers import walk
from voxcx.batch.workers.walk import ToolsWalk
from voxcx.choices import Choices
from voxcx.errors import InputError
from voxcx.intake.job import Job
from voxcx.intake.manifest import jobs
from voxcx.results.rows import rows_of
from voxcx.results.stored import Place
from voxcx.results.upkeep import write_chunk
from voxcx.results.writing import part_name

SOUND = "the same"


def manifest(folder: Path, **columns: str) -> Job:
    """A call of two files, the second 10 s after the first."""
    write_wav(folder / "one.wav", piece(0.0, 12.0))
    write_wav(folder / "two.wav", piece(12.0, 20.0))
    fields = {"interaction_id": "x", "recording": "one.wav;two.wav", "recording_starts": "0;22", **columns}
    (folder / "m.csv").write_text(f"{','.join(fields)}\n{','.join(fields.values())}\n", encoding="utf-8")
    (made,) = jobs(folder / "m.csv")
    assert isinstance(made, Job), made
    return made


def kept_in(folder: Path, task: Task, ours: ToolsWalk) -> tuple[Place, dict[str, list[dict[str, object]]]]:
    known = ours.open(task)
    rows = rows_of(ours.judge(known, ours.alone(known)), "k", known.history, SOUND)
    name = part_name(1)
    write_chunk(folder, rows, name)
    return Place(folder, name), rows


def test_several_recordings_are_one_row_and_are_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = manifest(tmp_path, agent_id="ann;bob")
    lines = [("agent", 0.6, 4.0, "Good morning, how can I help you?"), ("agent", 22.5, 23.5, "Thank you for waiting")]
    script = write_transcript(tmp_path / "x.json", lines)
    ours = ToolsWalk(make_tools(Choices()), 2.0)
    place, rows = kept_in(tmp_path / "r", Task(made, "k", transcript=script, sound=SOUND), ours)
    (row,) = rows["interactions"]
    assert row["duration_s"] == pytest.approx(30.0)
    assert (row["agent_id"], row["transfers"], row["recording_starts_s"]) == ("bob", 1.0, [0.0, 22.0])
    monkeypatch.setattr(walk, "listen", lambda *_: pytest.fail("listened again"))
    (tmp_path / "archive").mkdir()
    there = tuple(path.rename(tmp_path / "archive" / path.name) for path in made.recordings)
    again = ours.open(Task(replace(made, recordings=there), "k", sound=SOUND, place=place))
    assert [one.path for one in again.interaction.recordings] == list(there), "archives move"
    (second,) = rows_of(ours.judge(again, ours.alone(again)), "k", again.history, SOUND)["interactions"]
    assert second | {"recordings": row["recordings"]} == row


def test_what_is_wrong_with_one_recording_is_told_of_the_interaction(tmp_path: Path) -> None:
    made = manifest(tmp_path)
    (tmp_path / "two.wav").write_bytes(json.dumps({"no": "sound"}).encode())
    with pytest.raises(InputError, match=r"Recording 2 of 2: two\.wav: expected a recording"):
        ToolsWalk(make_tools(Choices()), 2.0).open(Task(made, "k"))


@pytest.mark.parametrize("column", [{"recording_starts": "0;25"}, {"agent_channel": "0;1"}])
def test_where_a_recording_lies_is_part_of_what_is_heard(column: dict[str, str], tmp_path: Path) -> None:
    from voxcx.batch.incoming.keys import spoken_of  # noqa: PLC0415

    assert spoken_of(manifest(tmp_path, **column)) != spoken_of(manifest(tmp_path))
    assert spoken_of(manifest(tmp_path, agent_id="a;b")) == spoken_of(manifest(tmp_path)), "who spoke is not heard"
