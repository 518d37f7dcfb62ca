from __future__ import annotations

import csv
import json
from pathlib import Path

from voxcx.cli.simulate import population
from voxcx.results.reading import read_table
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
