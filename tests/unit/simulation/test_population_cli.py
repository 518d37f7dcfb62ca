from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from voxcx.cli.population import BESIDE
from voxcx.cli.simulate import population
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.intake.surveys import read_surveys
from voxcx.results.reading import read_table
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.population import simulate_population


def test_the_folder_holds_what_was_drawn(tmp_path: Path) -> None:
    out = tmp_path / "R"
    population(out, n=300, seed=2, texts=True)
    made = simulate_population(300, 2, texts=True)
    rows = read_table(out, "interactions").to_pylist()
    for row, drawn in zip(rows, made.rows(), strict=True):
        assert {name: row[name] for name in drawn} == drawn
    assert json.loads((out / "truth.json").read_text())["phrases"][0]["coefficient"] == -0.6
    with (out / "truth_ratings.csv").open(newline="") as source:
        truth = list(csv.DictReader(source))
    assert [int(row["rating"]) for row in truth] == made.ratings["rating"].tolist()
    assert read_table(out, "utterances").num_rows > 300 * 8


def test_a_simulation_without_texts_leaves_none_of_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "R"
    population(out, n=50, seed=2, texts=True)
    population(out, n=50, seed=2)
    assert read_table(out, "utterances").num_rows == 0
    assert read_table(out, "interactions").num_rows == 50


def test_a_full_folder_holds_verdicts_and_the_files_beside(tmp_path: Path) -> None:
    out = tmp_path / "R"
    population(out, n=600, seed=2, full=True)
    made = simulate_population(600, 2, planted=Plan())
    rows = read_table(out, "interactions").to_pylist()
    for row, drawn in zip(rows, made.rows(), strict=True):
        assert {name: row[name] for name in drawn} == drawn
    verdicts = read_table(out, "criteria").to_pylist()
    critical = {row["interaction_id"]: row["qa_critical_business"] for row in rows}
    assert {one["interaction_id"] for one in verdicts} == {
        name for name, errors in critical.items() if errors is not None
    }
    for one in verdicts:
        if one["severity"] == "critical_business":
            assert (one["verdict"] == "not_met") == (one["criterion"] in critical[one["interaction_id"]])
    for name in BESIDE:
        with (out / name).open(newline="") as source:
            assert len(list(csv.reader(source))) == len(next(iter(made.beside[name].values()))) + 1
    answers = read_surveys(out / "surveys.csv", RatingScale(1, 5, 2, 4))
    assert [one.rating for one in answers] == made.surveys["rating"].tolist()
    assert any(one.comment for one in answers)
    assert json.loads((out / "truth.json").read_text())["planted"] is True


def test_a_usual_simulation_leaves_nothing_of_a_full_one(tmp_path: Path) -> None:
    out = tmp_path / "R"
    population(out, n=50, seed=2, full=True)
    population(out, n=50, seed=2)
    assert not [name for name in BESIDE if (out / name).exists()]
    assert read_table(out, "criteria").num_rows == 0
    assert (out / "surveys.csv").read_text().splitlines()[0] == "interaction_id,rating,answered_at,ces,nps"


def test_files_beside_real_results_are_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("time,scope,name\n")
    with pytest.raises(InputError, match="--out"):
        population(tmp_path, n=50, seed=2, full=True)
    assert (tmp_path / "events.csv").read_text() == "time,scope,name\n"
