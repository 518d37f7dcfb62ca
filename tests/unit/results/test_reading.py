"""Readers while a writer is at work: redone interactions, unfinished flushes, parts that go."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from results_folders import everything, interaction, write_fresh
from voxcx.errors import InputError
from voxcx.results import reading
from voxcx.results.choosing import chosen_ids
from voxcx.results.compaction import compact
from voxcx.results.reading import done_keys, older_rows, parts_of, read_columns, read_table
from voxcx.results.schema import TABLES
from voxcx.results.standing import standing
from voxcx.results.verdicts import stored_cards


def ids(folder: Path, table: str) -> list[str]:
    return sorted(set(read_columns(folder, table, ["interaction_id"])["interaction_id"].to_pylist()))


def without_verdicts(name: str, key: str) -> dict[str, pa.Table]:
    one = dict(interaction(name, 0, key))
    return one | {"criteria": one["criteria"].slice(0, 0)}


def test_rows_of_a_redone_interaction_do_not_come_back_from_its_older_part(tmp_path: Path) -> None:
    write_fresh(tmp_path, 1, interaction("a", 0), interaction("b", 0))
    write_fresh(tmp_path, 2, without_verdicts("a", "second"))
    assert ids(tmp_path, "criteria") == ["b"], "it has no scorecard any more"
    assert done_keys(tmp_path) == {"a": "second", "b": "first"}
    assert [(part[5:11], names) for part, names in chosen_ids(tmp_path)] == [("000001", ["b"]), ("000002", ["a"])]
    assert {card.interaction_id: len(card.verdicts) for card in stored_cards(tmp_path)} == {"b": 5, "a": 0}
    assert [rows.num_rows for _, rows in standing(tmp_path)] == [2, 1], "the writer is told all, in order"


def test_rows_of_an_unfinished_flush_are_not_seen(tmp_path: Path) -> None:
    write_fresh(tmp_path, 1, interaction("a", 0), interaction("b", 0))
    before = everything(tmp_path)
    part = write_fresh(tmp_path, 2, interaction("a", 0, "second"), interaction("c", 0))
    (tmp_path / "interactions" / f"{part}.parquet").unlink()
    assert everything(tmp_path) == before


def test_a_folder_that_has_one_table_only_is_read_by_that(tmp_path: Path) -> None:
    write_fresh(tmp_path, 1, interaction("a", 0), interaction("b", 0))
    write_fresh(tmp_path, 2, interaction("a", 0))
    for table in set(TABLES) - {"utterances"}:
        for path in parts_of(tmp_path, table):
            path.unlink()
    said = read_table(tmp_path, "utterances")
    assert said.num_rows == 2 * interaction("a", 0)["utterances"].num_rows


def test_a_reader_begins_anew_when_parts_are_compacted_under_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate("abcd", start=1):
        write_fresh(tmp_path, number, interaction(name, 0))
    before = everything(tmp_path)
    real, asked = reading.read_part, 0

    def read_part(path: Path, columns: list[str] | None = None) -> pa.Table:
        nonlocal asked
        asked += 1
        if asked == 3:
            monkeypatch.undo()
            compact(tmp_path, thorough=True)
        return real(path, columns)

    monkeypatch.setattr(reading, "read_part", read_part)
    assert read_table(tmp_path, "utterances").sort_by("interaction_id").combine_chunks() == before["utterances"]
    assert asked == 3


def test_a_folder_that_never_rests_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_fresh(tmp_path, 1, interaction("a", 0))

    def gone(*_: object) -> pa.Table:
        raise reading.GoneError(path)

    monkeypatch.setattr(reading, "read_part", gone)
    with pytest.raises(InputError, match="expected parts that stay"):
        read_table(tmp_path, "interactions")


def test_older_rows_are_those_that_a_later_part_has_too() -> None:
    columns = [pa.chunked_array([pa.array(list(text), pa.string())]) for text in ("abc", "bd", "", "ab")]
    older = older_rows([*columns, pa.chunked_array([], pa.string())])
    assert [one if one is None else sorted(one.to_pylist()) for one in older] == [["a", "b"], ["b"], None, None, None]
    assert older_rows(columns[:1]) == [None]
    assert older_rows([]) == []
