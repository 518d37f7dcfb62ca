from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from csi_folders import small_folder
from voxcx.domain.beside import CriterionTrust, ScorerAccuracy
from voxcx.errors import InputError
from voxcx.insight.archive import MET, NOT_ASKED, NOT_MET
from voxcx.insight.settings import ReportSettings
from voxcx.reporting.reading import Asked, read_archive
from voxcx.results.columnar import write_columns

NAMES = ["c-0", "c-1", "c-2"]


def asked(folder: Path, **more: object) -> Asked:
    return Asked(folder, ReportSettings(), **more)  # type: ignore[arg-type]


def criteria(folder: Path, rows: list[tuple[str, str, str]]) -> None:
    columns = {
        "interaction_id": [one[0] for one in rows],
        "criterion": [one[1] for one in rows],
        "verdict": [one[2] for one in rows],
        "form_id": ["service.en"] * len(rows),
        "form_version": [1] * len(rows),
        "severity": ["plain"] * len(rows),
        "mode": ["full"] * len(rows),
        "attributable": ["agent"] * len(rows),
        "max_points": [5.0] * len(rows),
    }
    write_columns(folder, "criteria", columns, "part-000001-test")


def test_rows_are_in_order_of_time_and_what_is_unknown_says_so(tmp_path: Path) -> None:
    small_folder(
        tmp_path, {"queue_wait_s": [3.0, None, 1.0], "abandoned": [None, True, False], "team": ["a", None, ""]}
    )
    found = read_archive(asked(tmp_path))
    assert len(found) == 3
    assert found.id.tolist() == NAMES
    np.testing.assert_equal(found.number("queue_wait_s"), [3.0, np.nan, 1.0])
    np.testing.assert_equal(found.number("abandoned"), [np.nan, 1.0, 0.0])
    assert found.label("team").tolist() == ["a", "", ""]
    assert found.label("no such column").tolist() == ["", "", ""]
    assert np.isnan(found.number("no such column")).all()
    assert found.criteria == ()
    assert not found.answers.given


def test_verdicts_stand_beside_their_interactions(tmp_path: Path) -> None:
    small_folder(tmp_path)
    criteria(tmp_path, [("c-2", "greeting", "met"), ("c-0", "greeting", "not_met"), ("c-2", "own_thing", "met")])
    first, second = read_archive(asked(tmp_path)).criteria
    assert (first.criterion, first.verdict.tolist()) == ("greeting", [NOT_MET, NOT_ASKED, MET])
    assert (second.criterion, second.verdict.tolist()) == ("own_thing", [NOT_ASKED, NOT_ASKED, MET])
    assert first.title.en != "greeting"  # the shipped form's title
    assert second.title.ru == "own thing"
    assert first.decided.tolist() == [True, False, True]


def test_answers_are_averaged_and_strange_ones_counted(tmp_path: Path) -> None:
    small_folder(tmp_path)
    (tmp_path / "surveys.csv").write_text(
        "interaction_id,rating,ces,nps,comment\nc-0,1,2,,bad\nc-0,3,,,\nc-1,5,,9,\nelsewhere,5,,,\n"
    )
    answers = read_archive(asked(tmp_path)).answers
    np.testing.assert_equal(answers.csi, [25.0, 100.0, np.nan])  # (0 + 50) ÷ 2
    np.testing.assert_equal(answers.dissatisfied, [0.5, 0.0, np.nan])
    np.testing.assert_equal(answers.ces, [2.0, np.nan, np.nan])
    np.testing.assert_equal(answers.nps, [np.nan, 100.0, np.nan])  # a promoter
    assert answers.count.tolist() == [2, 1, 0]
    assert answers.strange == 1
    assert answers.comment.tolist() == ["bad", "", ""]


def test_since_a_day(tmp_path: Path) -> None:
    small_folder(tmp_path)
    whole = read_archive(asked(tmp_path))
    last = date.fromordinal(date(1970, 1, 1).toordinal() + int(whole.day.max()))
    assert 1 <= len(read_archive(asked(tmp_path, since=last))) <= 3
    with pytest.raises(InputError, match="--since 2999-01-01: expected interactions from then on, got the last on 20"):
        read_archive(asked(tmp_path, since=date(2999, 1, 1)))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a results folder with interactions"):
        read_archive(asked(tmp_path))


def test_a_calibration_beside_the_results_is_read(tmp_path: Path) -> None:
    small_folder(tmp_path)
    figure = {"value": 0.8, "low": 0.5, "high": 0.9, "n": 10, "hits": 8, "reason": ""}
    told = {
        "schema": "voxcx.calibration/1",
        "critical": {"customer": {"sensitivity": figure, "specificity": figure | {"hits": 9}}},
        "criteria": [
            {"criterion": "greeting", "agreement": {"kappa": figure | {"value": 0.6}, "ac1": figure | {"value": None}}}
        ],
    }
    (tmp_path / "calibration.json").write_text(json.dumps(told))
    beside = read_archive(asked(tmp_path)).beside
    assert beside.accuracy == (ScorerAccuracy("customer", (8, 10), (9, 10)),)
    assert beside.trust == (CriterionTrust("greeting", 0.6, None, 10),)
    (tmp_path / "calibration.json").write_text(json.dumps({"schema": "another"}))
    with pytest.raises(InputError, match=r"expected a calibration of voxcx\.calibration/1"):
        read_archive(asked(tmp_path))


def test_points_of_nps_are_taken_before_they_are_averaged(tmp_path: Path) -> None:
    small_folder(tmp_path)
    (tmp_path / "surveys.csv").write_text("interaction_id,rating,nps\nc-0,5,10\nc-0,1,0\nc-1,3,7\n")
    answers = read_archive(asked(tmp_path)).answers
    np.testing.assert_equal(answers.nps, [0.0, 0.0, np.nan])  # (+100 − 100) ÷ 2; the mean 5 would be a detractor
    (tmp_path / "surveys.csv").write_text("interaction_id,rating,nps\nc-0,5,11\n")
    with pytest.raises(InputError, match="line 2: expected nps from 0 to 10"):
        read_archive(asked(tmp_path))


def test_a_time_without_a_zone_is_local_whatever_the_machine_thinks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_folder(tmp_path, {"utc_offset_min": [180, 180, None]})
    rows = "c-0,5,2026-03-02T13:00:00\nc-1,5,2026-03-02T13:00:00+03:00\nc-2,5,2026-03-02T13:00:00\n"
    (tmp_path / "surveys.csv").write_text(f"interaction_id,rating,answered_at\n{rows}")
    found = []
    for zone in ("UTC", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.append(read_archive(asked(tmp_path)).answers.answered_s.tolist())
    monkeypatch.undo()
    time.tzset()
    ten_utc = 1_772_445_600.0  # 2026-03-02T10:00:00Z
    assert found == [[ten_utc, ten_utc, ten_utc + 3 * 3600]] * 2


def test_older_answers_are_not_strange_since_a_day(tmp_path: Path) -> None:
    small_folder(tmp_path, {"started_at": np.array(["2026-03-02", "2026-03-03", "2026-03-04"], dtype="M8[us]")})
    (tmp_path / "surveys.csv").write_text("interaction_id,rating\nc-0,5\nc-2,4\nelsewhere,1\n")
    found = read_archive(asked(tmp_path, since=date(2026, 3, 4)))
    assert (len(found), found.answers.count.tolist(), found.answers.strange) == (1, [1], 1)


@pytest.mark.parametrize("order", [1, -1])
def test_versions_that_judge_with_another_severity_stay_apart(tmp_path: Path, order: int) -> None:
    small_folder(tmp_path)
    rows = [("c-0", 1, "critical_business", "not_met"), ("c-1", 2, "plain", "not_met"), ("c-2", 2, "plain", "met")]
    rows = rows[::order]
    columns = {
        "interaction_id": [one[0] for one in rows],
        "form_version": [one[1] for one in rows],
        "severity": [one[2] for one in rows],
        "verdict": [one[3] for one in rows],
        "form_id": ["own"] * 3,
        "criterion": ["identification"] * 3,
        "attributable": ["agent"] * 3,
        "max_points": [float(one[1]) for one in rows],
    }
    write_columns(tmp_path, "criteria", columns, "part-a")
    made = {one.key: one for one in read_archive(asked(tmp_path)).criteria}
    old, new = made["own:identification@v1"], made["own:identification"]
    assert (old.severity, old.verdict.tolist()) == ("critical_business", [NOT_MET, NOT_ASKED, NOT_ASKED])
    assert (new.severity, new.verdict.tolist()) == ("plain", [NOT_ASKED, NOT_MET, MET])
    assert (old.title.en, new.title.en, new.max_points) == ("identification (v1)", "identification", 2.0)
