from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from csi_folders import START, small_folder
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.intake.surveys import read_surveys
from voxcx.joining import join_answers, read_interactions
from voxcx.results.columnar import write_columns

SCALE = RatingScale()


def read(folder: Path, *names: str, texts: bool = False) -> Interactions:
    return read_interactions(folder, names or ("queue_wait_s",), texts=texts)


def join(folder: Path, lines: str, header: str = "interaction_id,rating") -> Rated:
    path = folder / "surveys.csv"
    path.write_text(f"{header}\n{lines}\n")
    return join_answers(folder, path, read_surveys(path, SCALE), read(folder), SCALE)


def test_columns_come_with_their_kinds(tmp_path: Path) -> None:
    small_folder(tmp_path, {"ivr_status": ["completed", None, "opted_out"], "queue_wait_s": [1.5, None, 0.0]})
    table = read(tmp_path, "queue_wait_s", "ivr_status", "gratitude").table
    np.testing.assert_equal(table["queue_wait_s"], [1.5, np.nan, 0.0])
    assert table["ivr_status"].tolist() == ["completed", None, "opted_out"]
    assert np.isnan(table["gratitude"]).all()
    assert table["queue_wait_s"].dtype == np.float64


def test_who_is_not_known_is_a_customer_of_their_own(tmp_path: Path) -> None:
    small_folder(tmp_path, {"customer_id": ["anna", None, ""], "agent_id": [None, "a-1", None]})
    known = read(tmp_path)
    assert known.customer.tolist() == ["anna", "interaction c-1", "interaction c-2"]
    assert known.agent.tolist() == ["", "a-1", ""]


def test_nobody_known_at_all(tmp_path: Path) -> None:
    known = read(small_folder(tmp_path))
    assert len(set(known.customer.tolist())) == 3
    assert known.agent.tolist() == [""] * 3


@pytest.mark.parametrize(
    ("told", "invited"),
    [
        (None, [True, True, True]),
        ([True, False, None], [True, False, False]),
        ([None, None, None], [True, True, True]),
        ([False, False, False], [False, False, False]),
    ],
)
def test_where_nobody_recorded_invitations_all_were_asked(
    tmp_path: Path, told: list[bool | None] | None, invited: list[bool]
) -> None:
    small_folder(tmp_path, {} if told is None else {"survey_invited": told})
    assert read(tmp_path).invited.tolist() == invited


def test_a_start_is_seconds_of_utc_or_unknown(tmp_path: Path) -> None:
    starts = np.array(["1970-01-01T00:00:01.500000", "NaT", "2026-03-02T09:00:00"], dtype="datetime64[us]")
    moment_s = read(small_folder(tmp_path, {"started_at": starts})).moment_s
    assert moment_s[0] == 1.5
    assert np.isnan(moment_s[1])
    assert moment_s[2] == (START - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 - both in UTC


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (0, "under 3 months"),
        (89, "under 3 months"),
        (91, "3 to 12 months"),
        (364, "3 to 12 months"),
        (366, "over a year"),
        (4000, "over a year"),
    ],
)
def test_tenure_is_told_in_three_steps(tmp_path: Path, days: int, label: str) -> None:
    since = (START - timedelta(days=days)).date().isoformat()
    told = read(small_folder(tmp_path, {"agent_since": [since, None, "long ago"]})).about["agent tenure"]
    assert told.tolist() == [label, "", ""]


def test_labels_for_slices(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "channel": ["phone", None, "mail"],
        "language": ["ru", None, None],
        "language_given": ["en", "en", None],
        "asr_confidence_customer": [0.59, 0.7, 0.95],
        "queue": ["cards", None, "loans"],
    }
    about = read(small_folder(tmp_path, columns)).about
    assert about["channel"].tolist() == ["phone", "call", "mail"]
    assert about["language"].tolist() == ["ru", "en", ""]
    assert about["recognition confidence"].tolist() == ["under 0.6", "0.6 to 0.8", "over 0.8"]
    assert about["queue"].tolist() == ["cards", "", "loans"]
    assert about["team"].tolist() == [""] * 3


def test_a_row_of_a_later_part_replaces_the_one_before(tmp_path: Path) -> None:
    small_folder(tmp_path)
    write_columns(tmp_path, "interactions", {"interaction_id": ["c-1"], "queue_wait_s": [99.0]}, "part-b")
    known = read(tmp_path)
    assert sorted(known.id.tolist()) == ["c-0", "c-1", "c-2"]
    assert known.table["queue_wait_s"][known.id.tolist().index("c-1")] == 99.0
    rated = join(tmp_path, "c-1,4\nc-2,5")
    waits = dict(zip(rated.interactions.id.tolist(), rated.interactions.table["queue_wait_s"].tolist(), strict=True))
    assert waits == {"c-1": 99.0, "c-2": 20.0}


def test_all_answers_of_an_interaction_are_one_row(tmp_path: Path) -> None:
    small_folder(tmp_path, {"customer_id": ["a", "b", "c"]})
    rated = join(tmp_path, "c-2,5\nc-0,1\nc-2,3\nc-2,5")
    assert rated.interactions.id.tolist() == ["c-0", "c-2"]
    assert rated.answers.counts.tolist() == [[1, 0, 0, 0, 0], [0, 0, 1, 0, 2]]
    assert rated.answers.customer.tolist() == ["a", "c"]
    assert rated.answers.weight.tolist() == [1, 1]
    assert rated.answers.value.tolist() == pytest.approx([0, 100 * (2 / 3 + 0.5 / 3)])


def test_no_answers_join_to_no_rows(tmp_path: Path) -> None:
    rated = join(small_folder(tmp_path), "")
    assert len(rated) == 0
    assert rated.answers.counts.shape == (0, 5)


def test_answers_on_another_scale_are_counted_from_its_minimum(tmp_path: Path) -> None:
    small_folder(tmp_path)
    path = tmp_path / "surveys.csv"
    path.write_text("interaction_id,rating\nc-0,0\nc-1,10\n")
    scale = RatingScale(0, 10, 6, 9)
    rated = join_answers(tmp_path, path, read_surveys(path, scale), read(tmp_path), scale)
    assert rated.answers.counts.argmax(axis=1).tolist() == [0, 10]
    assert rated.answers.dissatisfied.tolist() == [1, 0]


def test_unknown_ids_are_named_by_their_lines(tmp_path: Path) -> None:
    small_folder(tmp_path)
    with pytest.raises(InputError, match=r"surveys\.csv, lines 3, 4: expected an interaction_id") as caught:
        join(tmp_path, "c-0,5\nc-9,5\nC-1,2")
    assert "\n" not in str(caught.value)


def test_what_failed_is_passed_over_unless_it_was_done_since(tmp_path: Path) -> None:
    small_folder(tmp_path)
    head = "interaction_id,input,stage,reason,what_to_do\n"
    (tmp_path / "failures.csv").write_text(head + "lost,a.wav,open,broken,none\nc-1,b.wav,open,broken,none\n")
    rated = join(tmp_path, "c-0,5\nlost,1\nc-1,4")
    assert rated.interactions.id.tolist() == ["c-0", "c-1"]


HOUR = "2026-03-02T09:59:00"  # c-1 starts at 10:00 UTC


@pytest.mark.parametrize(
    ("told", "offset_min", "early"),
    [
        ("2026-03-02T09:59:00+00:00", None, True),
        ("2026-03-02T10:00:00+00:00", None, False),
        ("2026-03-02T12:59:00+03:00", None, True),
        ("2026-03-02T13:00:00+03:00", None, False),
        ("2026-03-02T09:59:00", None, True),
        ("2026-03-02T10:01:00", None, False),
        ("2026-03-02T12:59:00", 180, True),
        ("2026-03-02T13:01:00", 180, False),
        ("2026-03-02T05:01:00", -300, False),
        ("", 180, False),
    ],
)
def test_no_answer_comes_before_its_interaction(
    tmp_path: Path, told: str, offset_min: int | None, *, early: bool
) -> None:
    small_folder(tmp_path, {"utc_offset_min": [offset_min] * 3})
    if not early:
        assert len(join(tmp_path, f"c-1,5,{told}", "interaction_id,rating,answered_at")) == 1
        return
    with pytest.raises(InputError, match="line 2: expected answered_at after the interaction began"):
        join(tmp_path, f"c-1,5,{told}", "interaction_id,rating,answered_at")


def test_where_the_start_is_not_known_no_answer_is_early(tmp_path: Path) -> None:
    small_folder(tmp_path, {"started_at": np.array(["NaT"] * 3, dtype="datetime64[us]")})
    assert len(join(tmp_path, "c-1,5,1999-01-01T00:00:00Z", "interaction_id,rating,answered_at")) == 1


def test_words_are_read_where_there_are_any(tmp_path: Path) -> None:
    small_folder(tmp_path)
    assert read(tmp_path, texts=True).texts is None
    said = {
        "interaction_id": ["c-2", "c-2", "c-0"],
        "position": [0, 1, 0],
        "role": ["agent", "customer", "customer"],
        "text": ["good morning", "no  sound", "bye"],
    }
    write_columns(tmp_path, "utterances", said, "part-a")
    texts = read(tmp_path, texts=True).texts
    assert texts is not None
    assert texts["agent_text"] == ["", "", "good morning"]
    assert texts["customer_text"] == ["bye", "", "no sound"]
    assert read(tmp_path).texts is None
    assert join(tmp_path, "c-2,1").interactions.texts is None


def test_a_folder_without_interactions_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a results folder with interactions, found none") as caught:
        read(tmp_path / "none")
    assert "\n" not in str(caught.value)
