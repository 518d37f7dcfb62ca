"""Folders of several machines or days → one; the interaction that was processed later stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from results_folders import DeadError, dies_at, everything, glance, interaction, write_fresh
from samples import OLD_RESULTS as OLD
from voxcx.errors import InputError
from voxcx.results import writing
from voxcx.results.failures import Failure, read_failures, write_failures
from voxcx.results.merging import merge
from voxcx.results.reading import done_keys, parts_of, read_table
from voxcx.results.writing import write_json


class Clock:
    """Stands still until it is set."""

    hour = 0

    @classmethod
    def now(cls, _zone: object) -> Clock:
        return cls()

    def isoformat(self) -> str:
        return f"2026-03-05T{self.hour:02d}:00:00+00:00"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(writing, "datetime", Clock)
    monkeypatch.setattr(Clock, "hour", 0)
    return Clock


def two_folders(tmp_path: Path, clock: type[Clock]) -> tuple[Path, Path]:
    """`late` did x again after `early` had done it, and y before; z at the same time."""
    early, late = tmp_path / "early", tmp_path / "late"
    clock.hour = 1
    write_fresh(late, 1, interaction("y", 1, "old"), interaction("b", 0))
    clock.hour = 2
    write_fresh(early, 1, interaction("x", 0, "old"), interaction("y", 1, "new"), interaction("a", 0))
    clock.hour = 3
    write_fresh(late, 2, interaction("x", 0, "new"))
    write_fresh(early, 2, interaction("z", 1, "early's"))
    write_fresh(late, 3, interaction("z", 1, "late's"))
    for folder, form in ((early, "one"), (late, "two")):
        write_json(
            folder / "run.json",
            {"schema": "voxcx.results/2", "source": folder.name, "forms": {form: "x"}, "language": "auto"},
        )
    write_failures(early, [Failure("b", "b.wav", "open", "r", "w"), Failure("e", "e.wav", "open", "r", "w")])
    write_failures(late, [Failure("", "m.csv:3", "source", "r", "w")])
    return early, late


def test_of_an_interaction_in_several_the_one_processed_later_stays(tmp_path: Path, clock: type[Clock]) -> None:
    early, late = two_folders(tmp_path, clock)
    untouched = everything(early), everything(late)
    done = merge([early, late], tmp_path / "out")
    assert done_keys(tmp_path / "out") == {"x": "new", "y": "new", "z": "late's", "a": "first", "b": "first"}
    assert (done.interactions, done.replaced) == (5, 3)
    assert list(done.found.values()) == [4, 4]
    assert (everything(early), everything(late)) == untouched
    assert done_keys(tmp_path / "out")["z"] == "late's", "at the same time the folder named later counts"
    merge([late, early], tmp_path / "other")
    assert done_keys(tmp_path / "other") == done_keys(tmp_path / "out") | {"z": "early's"}


def test_the_parts_are_by_day_and_hold_nothing_twice(tmp_path: Path, clock: type[Clock]) -> None:
    merge(list(two_folders(tmp_path, clock)), tmp_path / "out")
    parts = parts_of(tmp_path / "out", "interactions")
    assert [path.stem[12:22] for path in parts] == ["2026-03-01", "2026-03-02"]
    assert sum(pq.read_metadata(path).num_rows for path in parts) == 5


def test_failures_of_what_another_folder_has_are_dropped(tmp_path: Path, clock: type[Clock]) -> None:
    done = merge(list(two_folders(tmp_path, clock)), tmp_path / "out")
    assert read_failures(tmp_path / "out").keys() == {"e", "m.csv:3"}
    assert done.failures == 2


def test_choices_that_differ_are_told_and_kept(tmp_path: Path, clock: type[Clock]) -> None:
    early, late = two_folders(tmp_path, clock)
    done = merge([early, late], tmp_path / "out")
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert done.differing == ("forms",)
    assert run["language"] == "auto"
    assert "forms" not in run
    assert [one["forms"] for one in run["merged"]] == [{"one": "x"}, {"two": "x"}]
    write_fresh(tmp_path / "third", 1, interaction("t", 0))
    merge([tmp_path / "out", tmp_path / "third"], tmp_path / "all")
    again = json.loads((tmp_path / "all" / "run.json").read_text(encoding="utf-8"))
    assert len(again["merged"]) == 2, "a merged folder brings its runs, one without a run none"


def test_older_versions_are_merged_as_todays(tmp_path: Path) -> None:
    write_fresh(tmp_path / "new", 1, interaction("n", 0))
    merge([OLD, tmp_path / "new"], tmp_path / "out")
    rows = read_table(tmp_path / "out", "interactions")
    assert sorted(rows["interaction_id"].to_pylist()) == ["chat-en", "chat-ru", "n", "service-en"]
    assert {pq.read_schema(p).metadata[b"voxcx.schema"] for p in parts_of(tmp_path / "out", "heard")} == {
        b"voxcx.results/2"
    }


@pytest.mark.slow
def test_killed_anywhere_the_same_command_finishes(tmp_path: Path, clock: type[Clock]) -> None:
    folders = list(two_folders(tmp_path, clock))
    merge(folders, tmp_path / "whole")
    expected, operation = glance(tmp_path / "whole"), 0
    while True:
        operation += 29
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        try:
            with dies_at(operation):
                merge(folders, out)
        except DeadError:
            merge(folders, out)
            assert glance(out) == expected
            assert not list(out.rglob(".*")), "no mark and no half part is left"
        else:
            break
    assert operation > 50


@pytest.mark.parametrize("case", ["none", "twice", "out", "full", "simulated"])
def test_what_cannot_be_merged_is_told(tmp_path: Path, case: str) -> None:
    write_fresh(tmp_path / "a", 1, interaction("a", 0))
    write_fresh(tmp_path / "b", 1, interaction("b", 0))
    (tmp_path / "simulated").mkdir()
    folders, out = [tmp_path / "a", tmp_path / "b"], tmp_path / "out"
    if case == "none":
        folders[1] = tmp_path / "simulated"
    elif case == "twice":
        folders[1] = tmp_path / "b" / ".." / "a"
    elif case == "out":
        out = tmp_path / "b"
    elif case == "full":
        write_fresh(out, 1, interaction("c", 0))
    else:
        (tmp_path / "b" / "truth.json").write_text("{}", encoding="utf-8")
    expected = {
        "none": "expected a results folder",
        "twice": "all different, got this one twice",
        "out": "all different, got this one twice",
        "full": "expected a new folder, got one with results",
        "simulated": "got a simulation",
    }
    with pytest.raises(InputError, match=expected[case]):
        merge(folders, out)
    assert not (out / ".merging").exists()
