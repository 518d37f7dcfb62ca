"""Parts by day: the same rows whatever is joined, and whatever dies on the way."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from results_folders import DeadError, dies_at, everything, glance, interaction, raw_rows, settled, write_fresh
from voxcx.results import compaction, dividing
from voxcx.results.compaction import compact, compact_when_many
from voxcx.results.reading import done_keys, parts_of, read_table
from voxcx.results.row import read_row
from voxcx.results.schema import TABLES
from voxcx.results.standing import replaced, standing
from voxcx.results.upkeep import next_sequence, put_right
from voxcx.results.writing import UNFINISHED, said_by


def days(folder: Path) -> list[str | None]:
    names = [said_by(path.stem) for path in parts_of(folder, "interactions")]
    return [name.day for name in names if name]


def three_flushes(folder: Path) -> None:
    write_fresh(folder, 1, interaction("b", 0, hour=2), interaction("c", 1), interaction("x", None))
    write_fresh(folder, 2, interaction("a", 0), interaction("d", 1))
    write_fresh(folder, 3, interaction("e", 0, hour=1))


def test_fresh_parts_become_parts_by_day(tmp_path: Path) -> None:
    three_flushes(tmp_path)
    before, rows = everything(tmp_path), raw_rows(tmp_path)
    done = compact(tmp_path, thorough=True)
    assert days(tmp_path) == ["2026-03-01", "2026-03-02", "undated"]
    assert len(done.went) == 3
    assert sorted(done.came) == sorted(path.stem for path in parts_of(tmp_path, "interactions"))
    assert everything(tmp_path) == before
    assert raw_rows(tmp_path) == rows
    for table in TABLES:
        assert {path.stem for path in parts_of(tmp_path, table)} == set(done.came), "one name in all tables"
    first = pq.read_table(parts_of(tmp_path, "interactions")[0])
    assert first["interaction_id"].to_pylist() == ["a", "e", "b"], "sorted by their start"
    assert next_sequence(tmp_path) == 5
    assert compact(tmp_path, thorough=True).went == (), "nothing is left to do"


def test_utterances_stay_in_their_order(tmp_path: Path) -> None:
    three_flushes(tmp_path)
    compact(tmp_path, thorough=True)
    said = read_table(tmp_path, "utterances")
    places: dict[str, list[int]] = {}
    for name, place in zip(said["interaction_id"].to_pylist(), said["position"].to_pylist(), strict=True):
        places.setdefault(name, []).append(place)
    assert len(places) == 6
    assert all(found == sorted(found) and len(found) > 2 for found in places.values())


def test_it_is_kept_when_a_part_was_processed(tmp_path: Path) -> None:
    three_flushes(tmp_path)
    times = [pq.read_schema(path).metadata[b"voxcx.processed_at"] for path in parts_of(tmp_path, "interactions")]
    compact(tmp_path, thorough=True)
    kept = {pq.read_schema(path).metadata[b"voxcx.processed_at"] for path in parts_of(tmp_path, "interactions")}
    assert kept == {times[2], times[1], times[0]}, "the latest of what a part was made of"


def redone(folder: Path) -> None:
    """A folder by day, of which two interactions were done again, one on another day: its start was put right."""
    write_fresh(folder, 1, interaction("a", 0), interaction("b", 0), day="2026-03-01")
    write_fresh(folder, 2, interaction("c", 1), day="2026-03-02")
    write_fresh(folder, 3, interaction("a", 0, "second"), interaction("c", 0, "second"), interaction("n", 1))


def two_flushes(folder: Path) -> None:
    write_fresh(folder, 1, interaction("b", 0, hour=2), interaction("c", 1))
    write_fresh(folder, 2, interaction("a", 0))


@pytest.mark.parametrize("make", [two_flushes, pytest.param(redone, marks=pytest.mark.slow)])
def test_killed_at_any_file_operation_it_loses_and_doubles_nothing(tmp_path: Path, make: object) -> None:
    whole = tmp_path / "whole"
    make(whole)  # type: ignore[operator]
    expected = glance(whole)
    once = {table: rows.num_rows for table, rows in expected.items()}
    killed = 0
    for operation in count(1):
        folder = tmp_path / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        try:
            with dies_at(operation):
                compact(folder, thorough=True)
        except DeadError:
            killed += 1
        else:
            break
        assert glance(folder) == expected, f"a reader after operation {operation}"
        put_right(folder)
        assert glance(folder) == expected, f"the next run after operation {operation}"
        assert raw_rows(folder) == once, f"doubled after operation {operation}"
        assert not list(folder.rglob(f"{UNFINISHED}*"))
    assert killed >= 4 * len(TABLES)
    assert raw_rows(folder) == once


@pytest.mark.slow
@pytest.mark.parametrize("step", ["put_right", "compact"])
def test_killed_while_a_killed_run_is_put_right(tmp_path: Path, step: str) -> None:
    whole = tmp_path / "whole"
    redone(whole)
    expected = glance(whole)
    for operation in range(1, 80, 5):
        folder = tmp_path / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        with dies_at(operation) as asked:
            try:
                put_right(folder)
                if step == "compact":
                    compact(folder, thorough=True)
            except DeadError:
                pass
        assert glance(folder) == expected
        if asked() < operation:
            return
    pytest.fail("expected to get to the end")


def test_older_rows_of_redone_interactions_go(tmp_path: Path) -> None:
    redone(tmp_path)
    assert [ids.to_pylist() for ids in replaced(tmp_path).values()] == [["a"], ["c"]]
    before = everything(tmp_path)
    done = compact(tmp_path)
    assert done.older == 2
    assert everything(tmp_path) == before
    assert raw_rows(tmp_path)["interactions"] == 4
    assert done_keys(tmp_path) == {"a": "second", "b": "first", "c": "second", "n": "first"}
    assert not replaced(tmp_path)


def test_few_interactions_a_day_are_joined_but_not_divided(tmp_path: Path) -> None:
    for number in range(1, 6):
        write_fresh(tmp_path, number, interaction(f"i{number}", number))
    compact(tmp_path)
    assert days(tmp_path) == [None]
    assert read_table(tmp_path, "interactions").num_rows == 5
    compact(tmp_path, thorough=True)
    assert days(tmp_path) == [f"2026-03-0{day}" for day in range(2, 7)]


def test_many_interactions_a_day_are_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "WORTH_A_DAY", 2)
    write_fresh(tmp_path, 1, *(interaction(f"i{number}", number % 2) for number in range(4)))
    compact(tmp_path)
    assert days(tmp_path) == ["2026-03-01", "2026-03-02"]


def test_a_large_part_of_a_day_is_left_alone_until_it_is_worth_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "WORTH_A_DAY", 1)
    large = write_fresh(tmp_path, 1, *(interaction(f"i{number}", 0) for number in range(7)), day="2026-03-01")
    write_fresh(tmp_path, 2, interaction("new1", 0))
    compact(tmp_path)
    assert [path.stem == large for path in parts_of(tmp_path, "interactions")] == [True, False], "7 is more than 3 × 1"
    write_fresh(tmp_path, 5, interaction("new2", 0), interaction("new3", 0))
    compact(tmp_path)
    assert len(parts_of(tmp_path, "interactions")) == 1
    assert len(done_keys(tmp_path)) == 10


def test_parts_do_not_grow_without_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "PART_ROWS", 4)
    for number in range(1, 6):
        write_fresh(tmp_path, number, interaction(f"a{number}", 0), interaction(f"b{number}", 0))
    before = everything(tmp_path)
    compact(tmp_path, thorough=True)
    sizes = [pq.read_metadata(path).num_rows for path in parts_of(tmp_path, "interactions")]
    assert sorted(sizes) == [2, 4, 4]
    assert everything(tmp_path) == before
    monkeypatch.setattr(compaction, "PART_BYTES", 1)
    compact(tmp_path, thorough=True)
    assert everything(tmp_path) == before


def test_small_buffers_and_few_open_parts_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three_flushes(tmp_path)
    write_fresh(tmp_path, 4, *(interaction(f"z{number}", number) for number in range(5)))
    before = everything(tmp_path)
    monkeypatch.setattr(dividing, "OPEN_AT_ONCE", 2)
    monkeypatch.setattr(dividing, "BUFFERED_BYTES", 1)
    compact(tmp_path, thorough=True)
    assert everything(tmp_path) == before
    assert len(parts_of(tmp_path, "events")) == 6
    groups = [pq.read_metadata(path).num_row_groups for path in parts_of(tmp_path, "interactions")]
    assert max(groups) > 1


def test_a_run_that_goes_on_tidies_up_when_there_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MANY_FRESH", 2)
    for number in (1, 2):
        write_fresh(tmp_path, number, interaction(f"i{number}", number))
        assert compact_when_many(tmp_path).came == ()
    write_fresh(tmp_path, 3, interaction("i3", 3))
    done = compact_when_many(tmp_path)
    assert len(done.went) == 3
    assert [part for part, _ in standing(tmp_path, done.came)] == list(done.came)
    assert settled(tmp_path).keys() == {"i1", "i2", "i3"}


def test_a_run_that_goes_on_rewrites_no_large_part_for_a_few_redone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "MANY_FRESH", 1)
    redone(tmp_path)
    write_fresh(tmp_path, 4, interaction("m", 1))
    days_before = [path.stem for path in parts_of(tmp_path, "interactions")][:2]
    done = compact_when_many(tmp_path)
    assert days_before[0] not in done.went, "b still stands there"
    assert days_before[1] in done.went, "nothing stands there any more"
    assert done_keys(tmp_path) == {"a": "second", "b": "first", "c": "second", "n": "first", "m": "first"}


def test_a_row_is_found_where_it_was_moved_to(tmp_path: Path) -> None:
    three_flushes(tmp_path)
    parts = {name: part for name, (_, part) in settled(tmp_path).items()}
    assert read_row(tmp_path, "heard", parts["d"], "d")
    compact(tmp_path, thorough=True)
    for name, part in parts.items():
        row = read_row(tmp_path, "heard", part, name)
        assert row is not None
        assert row["interaction_id"] == name
    assert read_row(tmp_path, "heard", parts["d"], "nobody") is None


def test_a_row_is_found_in_a_part_that_lost_others(tmp_path: Path) -> None:
    part = write_fresh(tmp_path, 1, *(interaction(name, 0) for name in "abc"))
    assert read_row(tmp_path, "heard", part, "c")
    write_fresh(tmp_path, 2, interaction("a", 0, "second"))
    put_right(tmp_path)
    row = read_row(tmp_path, "heard", part, "c")
    assert row is not None
    assert row["interaction_id"] == "c"
