from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from voxcx.cli.simulate import refuse_real, write_population
from voxcx.csi.store import load_model
from voxcx.domain.features import FeatureRow
from voxcx.errors import InputError, ModelError
from voxcx.retraining import retrain
from voxcx.simulation.population import simulate_population

QUICK = "bootstrap: 5\nboosting: {trees_at_most: 20}\nmetadata_only: [queue_wait_s, duration_s]\n"
N = 1500


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("population") / "R"
    write_population(folder, simulate_population(N, 5), n=N, seed=5)
    return folder


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    path = tmp_path / "training.yaml"
    path.write_text(QUICK)
    return path


def answers(results: Path) -> list[dict[str, str]]:
    with (results / "surveys.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def test_a_results_folder_and_answers_give_a_model(results: Path, quick: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    meta = retrain(results, results / "surveys.csv", tmp_path / "csi-mine-1", quick, steps.append)
    loaded = load_model(tmp_path / "csi-mine-1")
    assert loaded.meta == meta
    assert (loaded.model_id, meta.trained_on) == ("csi-mine-1", "simulated")
    assert meta.data.answers == len(answers(results))
    assert {one.feature for one in meta.cause} >= {"queue_wait_s", "gratitude"}
    assert len(steps) == 3


def test_real_results_make_no_simulated_model(results: Path, quick: Path, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    folder.mkdir()
    (folder / "interactions").symlink_to(results / "interactions")
    (folder / "run.json").write_text(json.dumps({"schema": "voxcx.results/1"}))
    meta = retrain(folder, results / "surveys.csv", tmp_path / "m", quick)
    assert (meta.trained_on, meta.cause) == ("survey", ())


def test_two_answers_about_one_interaction_share_its_weight(results: Path, quick: Path, tmp_path: Path) -> None:
    rows = [{"interaction_id": row["interaction_id"], "rating": row["rating"]} for row in answers(results)]
    twice = written(tmp_path / "twice.csv", rows + rows[:40])
    meta = retrain(results, twice, tmp_path / "m", quick)
    assert meta.data.answers == len(rows) + 40
    assert meta.data.interactions == len(rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rating": "7"}, r"line 4: expected a whole rating from 1 to 5"),
        ({"rating": "4.5"}, "line 4: expected a whole rating"),
        ({"rating": ""}, "line 4: expected a whole rating"),
        ({"rating": "nan"}, "line 4: expected a whole rating"),
        ({"interaction_id": "sim-9999999"}, r"line 4: expected an interaction_id that R/interactions has"),
        ({"interaction_id": ""}, "line 4: expected an interaction_id"),
        ({"answered_at": "yesterday"}, "line 4: answered_at: expected ISO 8601"),
        ({"answered_at": "2020-01-01T00:00:00+03:00"}, "line 4: expected answered_at after"),
        ({"answered_at": "2020-01-01T00:00:00"}, "line 4: expected answered_at after"),
        ({"nps": "ten"}, "line 4: nps: expected a number"),
    ],
)
def test_a_bad_answer_is_named_by_its_line(
    results: Path, quick: Path, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    rows = answers(results)
    rows[2] |= change
    with pytest.raises(InputError, match=said) as caught:
        retrain(results, written(tmp_path / "s.csv", rows), tmp_path / "m", quick)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "m").exists()


def test_duplicates_are_named(results: Path, quick: Path, tmp_path: Path) -> None:
    rows = answers(results)
    copy = written(tmp_path / "s.csv", [*rows, rows[0], rows[1]])
    with pytest.raises(InputError, match=f"lines {len(rows) + 2}, {len(rows) + 3}: expected every answer once"):
        retrain(results, copy, tmp_path / "m", quick)


def test_an_answer_about_a_failed_interaction_is_passed_over(results: Path, quick: Path, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    folder.mkdir()
    (folder / "interactions").symlink_to(results / "interactions")
    (folder / "failures.csv").write_text(
        "interaction_id,input,stage,reason,what_to_do\nlost-1,a.wav,open,broken,none\n"
    )
    rows = answers(results)
    lost = written(tmp_path / "s.csv", [*rows, rows[0] | {"interaction_id": "lost-1"}])
    assert retrain(folder, lost, tmp_path / "m", quick).data.answers == len(rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found no interaction_id, rating"),
        ("interaction_id;score\n1;5\n", "found no rating"),
        ("interaction_id,rating\nsim-0000001,5\n", "at least 50"),
        ("interaction_id,rating\n", "at least 50"),
    ],
)
def test_too_little_is_one_sentence(results: Path, quick: Path, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        retrain(results, path, tmp_path / "m", quick)


def test_one_class_is_refused(results: Path, quick: Path, tmp_path: Path) -> None:
    rows = [row | {"rating": "5"} for row in answers(results)]
    with pytest.raises(InputError, match="expected different ratings"):
        retrain(results, written(tmp_path / "s.csv", rows), tmp_path / "m", quick)


def test_no_results_no_file_and_a_foreign_folder(results: Path, quick: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="results folder with interactions"):
        retrain(tmp_path, results / "surveys.csv", tmp_path / "m", quick)
    with pytest.raises(InputError, match="could not read"):
        retrain(results, tmp_path / "none.csv", tmp_path / "m", quick)
    with pytest.raises(ModelError, match=r"training\.yaml"):
        retrain(results, results / "surveys.csv", tmp_path, quick)


def test_a_simulation_never_covers_real_results(results: Path, tmp_path: Path) -> None:
    refuse_real(results)
    refuse_real(tmp_path)
    (tmp_path / "calls.wav").write_bytes(b"")
    with pytest.raises(InputError, match="expected an empty folder"):
        refuse_real(tmp_path)


def test_another_scale_trains_and_estimates_on_it(results: Path, tmp_path: Path) -> None:
    config = tmp_path / "eleven.yaml"
    config.write_text(QUICK + "rating_scale: {min: 0, max: 10, dissatisfied_max: 6, satisfied_min: 9}\n")
    rows = [row | {"rating": str(2 * int(row["rating"]))} for row in answers(results)]
    retrain(results, written(tmp_path / "s.csv", rows), tmp_path / "m", config)
    made = load_model(tmp_path / "m").estimate(FeatureRow(()))
    shares = dict(made.distribution)
    assert list(shares) == list(range(11))
    assert made.value == pytest.approx(sum(10 * rating * share for rating, share in shares.items()))
    assert made.p_dissatisfied == pytest.approx(sum(shares[rating] for rating in range(7)))
    assert made.p_satisfied == pytest.approx(shares[9] + shares[10])
