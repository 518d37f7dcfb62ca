from __future__ import annotations

import json
from pathlib import Path

import pytest

from csi_folders import QUICK, answers_of, as_real, population_folder, write_answers
from voxcx.cli.population import refuse_real
from voxcx.csi.store import load_model
from voxcx.domain.features import FeatureRow
from voxcx.errors import InputError, ModelError
from voxcx.results.columnar import write_columns
from voxcx.results.reading import read_columns
from voxcx.retraining import naming_of, retrain

N = 1500


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return population_folder(tmp_path_factory.mktemp("population") / "R", N, 5)


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    path = tmp_path / "training.yaml"
    path.write_text(QUICK)
    return path


def test_a_results_folder_and_answers_give_a_model(results: Path, quick: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, float]] = []
    meta, study = retrain(
        results, results / "surveys.csv", tmp_path / "csi-mine-1", quick, on_step=lambda *step: steps.append(step)
    )
    loaded = load_model(tmp_path / "csi-mine-1")
    assert loaded.meta == meta
    assert (loaded.model_id, meta.trained_on) == ("csi-mine-1", "simulated")
    assert meta.data.answers == len(answers_of(results))
    assert {one.feature for one in meta.cause} >= {"queue_wait_s", "gratitude"}
    assert meta.metrics == study.metrics
    assert steps[0][0] == "reading R"
    assert len(steps) >= 8
    assert [done for _, done in steps] == sorted(done for _, done in steps)


def test_real_results_make_no_simulated_model(results: Path, quick: Path, tmp_path: Path) -> None:
    folder = as_real(results, tmp_path / "R")
    meta, _ = retrain(folder, results / "surveys.csv", tmp_path / "m", quick)
    assert (meta.trained_on, meta.cause) == ("survey", ())


def test_two_answers_about_one_interaction_share_its_weight(results: Path, quick: Path, tmp_path: Path) -> None:
    rows = [{"interaction_id": row["interaction_id"], "rating": row["rating"]} for row in answers_of(results)]
    twice = write_answers(tmp_path / "twice.csv", rows + rows[:40])
    meta, _ = retrain(results, twice, tmp_path / "m", quick)
    assert meta.data.answers == len(rows) + 40
    assert meta.data.interactions == len(rows)
    once, _ = retrain(results, write_answers(tmp_path / "once.csv", rows), tmp_path / "once", quick)
    assert once.links == meta.links  # equal answers of one interaction are its answer


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
    rows = answers_of(results)
    rows[2] |= change
    with pytest.raises(InputError, match=said) as caught:
        retrain(results, write_answers(tmp_path / "s.csv", rows), tmp_path / "m", quick)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "m").exists()


def test_duplicates_are_named(results: Path, quick: Path, tmp_path: Path) -> None:
    rows = answers_of(results)
    copy = write_answers(tmp_path / "s.csv", [*rows, rows[0], rows[1]])
    with pytest.raises(InputError, match=f"lines {len(rows) + 2}, {len(rows) + 3}: expected every answer once"):
        retrain(results, copy, tmp_path / "m", quick)


def test_an_answer_about_a_failed_interaction_is_passed_over(results: Path, quick: Path, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    folder.mkdir()
    (folder / "interactions").symlink_to(results / "interactions")
    (folder / "failures.csv").write_text(
        "interaction_id,input,stage,reason,what_to_do\nlost-1,a.wav,open,broken,none\n"
    )
    rows = answers_of(results)
    lost = write_answers(tmp_path / "s.csv", [*rows, rows[0] | {"interaction_id": "lost-1"}])
    assert retrain(folder, lost, tmp_path / "m", quick)[0].data.answers == len(rows)


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
    rows = [row | {"rating": "5"} for row in answers_of(results)]
    with pytest.raises(InputError, match="expected different ratings"):
        retrain(results, write_answers(tmp_path / "s.csv", rows), tmp_path / "m", quick)


def test_ten_answers_are_refused(results: Path, quick: Path, tmp_path: Path) -> None:
    ten = write_answers(tmp_path / "s.csv", answers_of(results)[:10])
    with pytest.raises(InputError, match="at least 50 rated interactions, got 10"):
        retrain(results, ten, tmp_path / "m", quick)


def test_no_results_no_file_and_a_foreign_folder(results: Path, quick: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="results folder with interactions"):
        retrain(tmp_path, results / "surveys.csv", tmp_path / "m", quick)
    with pytest.raises(InputError, match="found no such file"):
        retrain(results, tmp_path / "none.csv", tmp_path / "m", quick)
    with pytest.raises(ModelError, match=r"training\.yaml"):
        retrain(results, results / "surveys.csv", tmp_path, quick)
    with pytest.raises(ModelError, match=r"meta\.json"):
        retrain(results, results / "surveys.csv", tmp_path / "m", quick, tmp_path / "none")


def test_a_simulation_never_covers_real_results(results: Path, tmp_path: Path) -> None:
    refuse_real(results)
    refuse_real(tmp_path)
    (tmp_path / "calls.wav").write_bytes(b"")
    with pytest.raises(InputError, match="expected an empty folder"):
        refuse_real(tmp_path)


def test_another_scale_trains_and_estimates_on_it(results: Path, tmp_path: Path) -> None:
    config = tmp_path / "eleven.yaml"
    config.write_text(QUICK + "rating_scale: {min: 0, max: 10, dissatisfied_max: 6, satisfied_min: 9}\n")
    rows = [row | {"rating": str(2 * int(row["rating"]))} for row in answers_of(results)]
    retrain(results, write_answers(tmp_path / "s.csv", rows), tmp_path / "m", config)
    made = load_model(tmp_path / "m").estimate(FeatureRow(()))
    shares = dict(made.distribution)
    assert list(shares) == list(range(11))
    assert made.value == pytest.approx(sum(10 * rating * share for rating, share in shares.items()))
    assert made.p_dissatisfied == pytest.approx(sum(shares[rating] for rating in range(7)))
    assert made.p_satisfied == pytest.approx(shares[9] + shares[10])


@pytest.mark.parametrize(
    ("lists", "passes"),
    [("", False), ("left_out: {plain_words: it is the rating}", True), ("trusted: {plain_words: ours}", True)],
)
def test_a_leak_in_the_folder_stops_training_unless_it_is_named(
    results: Path, tmp_path: Path, lists: str, *, passes: bool
) -> None:
    rating = {row["interaction_id"]: float(row["rating"]) for row in answers_of(results)}
    columns = ["interaction_id", "kind", "started_at", "customer_id", "agent_id"]
    columns += ["queue_wait_s", "duration_s", "gratitude"]
    table = read_columns(results, "interactions", columns)
    leaked = {name: table[name].to_pylist() for name in columns}
    leaked["plain_words"] = [rating.get(one, 3.0) for one in leaked["interaction_id"]]
    write_columns(tmp_path / "R", "interactions", leaked, "part-1")
    config = tmp_path / "training.yaml"
    config.write_text(QUICK + lists)
    if not passes:
        with pytest.raises(InputError, match="plain_words orders the answers"):
            retrain(tmp_path / "R", results / "surveys.csv", tmp_path / "m", config)
        assert not (tmp_path / "m").exists()
        return
    meta, _ = retrain(tmp_path / "R", results / "surveys.csv", tmp_path / "m", config)
    assert ("plain_words" in {column.name for column in meta.columns}) == lists.startswith("trusted")


def test_the_same_command_gives_the_same_bytes(results: Path, quick: Path, tmp_path: Path) -> None:
    folders = [tmp_path / place / "m" for place in ("once", "again")]
    for folder in folders:
        retrain(results, results / "surveys.csv", folder, quick)
    once, again = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert once == again


def test_an_older_model_is_compared_on_the_same_later_interactions(results: Path, quick: Path, tmp_path: Path) -> None:
    answers = answers_of(results)
    retrain(results, write_answers(tmp_path / "early.csv", answers[: len(answers) // 2]), tmp_path / "old", quick)
    meta, study = retrain(results, results / "surveys.csv", tmp_path / "new", quick, tmp_path / "old")
    assert study.against is not None
    assert study.against.interactions == meta.data.test
    assert study.against.verdict in {"better", "worse", "cannot_tell"}
    stored = json.loads((tmp_path / "new" / "study.json").read_bytes())
    assert stored["against"]["verdict"] == study.against.verdict
    assert "this model beside the older one" in (tmp_path / "new" / "CARD.md").read_text(encoding="utf-8")


def test_a_broken_record_of_the_run_is_one_sentence(results: Path, tmp_path: Path) -> None:
    folder = as_real(results, tmp_path / "R")
    assert naming_of(folder, tmp_path / "m").trained_on == "survey"
    (folder / "truth.json").write_text(json.dumps({"effects": [{"cause": "wait"}]}))
    with pytest.raises(InputError, match="expected the effects of a simulation"):
        naming_of(folder, tmp_path / "m")
    (folder / "truth.json").write_text("[1]")
    with pytest.raises(InputError, match="expected a JSON object"):
        naming_of(folder, tmp_path / "m")
    (folder / "run.json").write_text("{")
    with pytest.raises(InputError, match=r"run\.json: expected a JSON object"):
        naming_of(folder, tmp_path / "m")
