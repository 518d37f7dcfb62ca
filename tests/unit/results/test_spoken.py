from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from builders import a_call, a_chat
from voxcx.domain.result import Result
from voxcx.domain.views import VIEWS, views_of
from voxcx.errors import InputError
from voxcx.results.rows import rows_of
from voxcx.results.spoken import read_views
from voxcx.results.writing import part_name, write_part


def named(result: Result, name: str) -> Result:
    return replace(result, interaction=replace(result.interaction, id=name))


def write(folder: Path, sequence: int, *results: Result) -> None:
    rows = [row for result in results for row in rows_of(result, "k")["utterances"]]
    write_part(folder, "utterances", rows, part_name(sequence))


def test_the_folder_says_what_the_transcript_says(tmp_path: Path) -> None:
    call, chat = named(a_call(), "call"), named(a_chat(), "chat")
    write(tmp_path, 1, call)
    write(tmp_path, 2, chat)
    found = read_views(tmp_path, ["chat", "nobody", "call", "chat"])
    for view in VIEWS:
        said, heard = views_of(chat.transcript)[view], views_of(call.transcript)[view]
        assert found[view] == [said, "", heard, said]


def test_an_interaction_in_two_parts_is_taken_from_the_latest(tmp_path: Path) -> None:
    write(tmp_path, 1, named(a_call(), "one"))
    write(tmp_path, 2, named(a_chat(), "one"))
    assert read_views(tmp_path, ["one"])["agent_text"] == [views_of(a_chat().transcript)["agent_text"]]


def test_the_order_is_that_of_the_positions(tmp_path: Path) -> None:
    rows = rows_of(named(a_chat(), "one"), "k")["utterances"]
    write_part(tmp_path, "utterances", rows[::-1], part_name(1))
    assert read_views(tmp_path, ["one"])["customer_text"] == [views_of(a_chat().transcript)["customer_text"]]


def test_nothing_asked_and_nothing_there(tmp_path: Path) -> None:
    assert read_views(tmp_path, []) == {view: [] for view in VIEWS}
    assert read_views(tmp_path, ["one"]) == {view: [""] for view in VIEWS}
    with pytest.raises(InputError, match="expected a results folder"):
        read_views(tmp_path / "none", ["one"])
