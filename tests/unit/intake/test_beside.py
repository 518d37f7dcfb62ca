from __future__ import annotations

from pathlib import Path

import pytest

from voxcx.domain.beside import Beside, Blocked, KanoAnswer, OutsideEvent, SeriesPoint, StatedWeight
from voxcx.errors import InputError
from voxcx.intake.beside import read_beside

JANUARY_5_S = 1_767_603_600.0  # 2026-01-05T09:00:00Z


def test_nothing_beside_is_nothing(tmp_path: Path) -> None:
    assert read_beside(tmp_path) == Beside()


def test_every_file_gives_its_records(tmp_path: Path) -> None:
    (tmp_path / "blocked.csv").write_text("interval,skill,type,count\n2026-01-05T12:00:00+03:00,billing,b,7\n")
    (tmp_path / "events.csv").write_text("time;scope;name\n2026-01-05T09:00:00Z;queue=delivery;outage\n")
    (tmp_path / "series.csv").write_text('date,team,customer_id,name,value\n2026-01-05,north,,EES,"71,5"\n')
    (tmp_path / "kano.csv").write_text(
        "respondent,criterion,functional,dysfunctional\nr1,greeting,1,5\nr2,greeting,нравится,Всё равно\n"
    )
    (tmp_path / "weights.csv").write_text("respondent,criterion,weight\nr1,greeting,20\n")
    found = read_beside(tmp_path)
    assert found.blocked == (Blocked(JANUARY_5_S, "billing", "B", 7),)
    assert found.events == (OutsideEvent(JANUARY_5_S, "queue=delivery", "outage"),)
    assert found.series == (SeriesPoint(20_458, "north", "", "EES", 71.5),)
    assert found.kano == (KanoAnswer("r1", "greeting", 1, 5), KanoAnswer("r2", "greeting", 1, 3))
    assert found.weights == (StatedWeight("r1", "greeting", 20.0),)


@pytest.mark.parametrize(
    ("name", "header", "line", "told"),
    [
        ("blocked.csv", "interval,skill,type,count", "yesterday,billing,B,7", "interval in ISO 8601"),
        ("blocked.csv", "interval,skill,type,count", "2026-01-05T12:00:00,billing,B,-1", "whole count from 0"),
        ("blocked.csv", "interval,skill,type,count", "2026-01-05T12:00:00,billing,B,1.5", "whole count from 0"),
        ("events.csv", "time,scope,name", "2026-01-05T12:00:00,*,", "a name"),
        ("series.csv", "date,name,value", "2026-01-05,EES,good", "a number"),
        ("series.csv", "date,name,value", "2026-01-05,EES,nan", "a number"),
        ("kano.csv", "respondent,criterion,functional,dysfunctional", "r,greeting,6,1", "two answers 1–5"),
        ("kano.csv", "respondent,criterion,functional,dysfunctional", "r,greeting,2.5,1", "two answers 1–5"),
        ("weights.csv", "respondent,criterion,weight", "r,greeting,-3", "a number from 0"),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_line(
    tmp_path: Path, name: str, header: str, line: str, told: str
) -> None:
    (tmp_path / name).write_text(f"{header}\n{line}\n")
    with pytest.raises(InputError, match=f"{name}, line 2: expected .*{told}"):
        read_beside(tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("time,name\n2026-01-05,outage\n")
    with pytest.raises(InputError, match="found no scope"):
        read_beside(tmp_path)
