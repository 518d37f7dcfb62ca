from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from csi_folders import QUICK, answers_of, as_real, population_folder, write_answers
from voxcx.csi.evaluation.metrics import MEASURES
from voxcx.csi.store import load_model
from voxcx.errors import InputError, ModelError
from voxcx.evaluating import Asked, Evaluation, evaluate
from voxcx.results.columnar import write_columns
from voxcx.results.reading import read_columns
from voxcx.retraining import retrain

Places = dict[str, Path]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A population to train on, another to judge by, and models: of its answers, of shuffled ones, of early ones."""
    root = tmp_path_factory.mktemp("evaluating")
    config = root / "training.yaml"
    config.write_text(QUICK.replace("bootstrap: 5", "bootstrap: 100"))
    seen = as_real(population_folder(root / "P", 2500, 5), root / "R")
    rows = answers_of(root / "P")
    ratings = np.random.default_rng(1).permutation([row["rating"] for row in rows]).tolist()
    shuffled = [row | {"rating": rating} for row, rating in zip(rows, ratings, strict=True)]
    files = {
        "ours": write_answers(root / "all.csv", rows),
        "blind": write_answers(root / "shuffled.csv", shuffled),
        "early": write_answers(root / "early.csv", rows[: len(rows) // 2]),
    }
    for name, answers in files.items():
        retrain(seen, answers, root / name, config)
    retrain(root / "P", root / "all.csv", root / "simulated", config)
    new = population_folder(root / "N", 1500, 6)
    return {"root": root, "seen": seen, "all": root / "all.csv", "new": new, "surveys": new / "surveys.csv"}


def judge(places: Places, model: str = "ours", **asked: object) -> Evaluation:
    """A model on the new population, unless other things are asked."""
    usual = Asked(places["root"] / model, places["new"], places["surveys"])
    return evaluate(replace(usual, **asked))  # type: ignore[arg-type]


def test_a_model_is_measured_on_what_it_has_not_seen(places: Places) -> None:
    found = judge(places)
    assert (found.model_id, found.trained_on, found.interactions) == ("ours", "survey", 1500)
    assert found.rated == found.answers == len(answers_of(places["new"]))
    assert found.left_out == 0
    assert set(found.metrics) == set(MEASURES)
    assert (found.metrics["pearson"].value or 0) > 0.3
    assert 0.8 <= (found.metrics["coverage"].value or 0) <= 0.98
    assert {one.field for one in found.slices} >= {"kind", "channel", "language", "queue", "team", "agent tenure"}
    assert found.groups[0].size == 1
    assert (found.comparison, found.other_id, found.bands, found.drift) == (None, None, (), None)


def test_what_it_was_trained_on_is_left_out(places: Places) -> None:
    found = judge(places, "early", results=places["seen"], surveys=places["all"])
    every = len(answers_of(places["root"] / "P"))
    assert found.left_out == every // 2
    assert found.rated == every - every // 2


def test_nothing_unseen_is_one_sentence_unless_asked_for(places: Places) -> None:
    every = len(answers_of(places["root"] / "P"))
    with pytest.raises(InputError, match=rf"got 0 \({every} it was trained on\).*--include-seen") as caught:
        judge(places, results=places["seen"], surveys=places["all"])
    assert "\n" not in str(caught.value)
    found = judge(places, results=places["seen"], surveys=places["all"], seen_too=True)
    assert (found.rated, found.left_out) == (every, 0)


def test_what_either_model_has_seen_is_left_out(places: Places) -> None:
    with pytest.raises(InputError, match="got 0"):
        judge(places, "early", results=places["seen"], surveys=places["all"], against=places["root"] / "ours")


def test_a_model_beside_itself_cannot_be_told(places: Places) -> None:
    found = judge(places, against=places["root"] / "ours")
    assert found.comparison is not None
    assert found.comparison.verdict == "cannot_tell"
    assert found.other_id == "ours"
    differences = [one.difference.value for one in found.comparison.measures.values()]
    assert differences == pytest.approx([0] * len(MEASURES), abs=1e-9)


def test_a_model_of_shuffled_answers_is_worse(places: Places) -> None:
    blind, ours = places["root"] / "blind", places["root"] / "ours"
    worse, better = judge(places, "blind", against=ours).comparison, judge(places, against=blind).comparison
    assert worse is not None
    assert better is not None
    assert (worse.verdict, better.verdict) == ("worse", "better")
    assert worse.interactions == better.interactions == len(answers_of(places["new"]))


def test_models_of_other_scales_are_refused(places: Places, tmp_path: Path) -> None:
    config = tmp_path / "eleven.yaml"
    config.write_text(QUICK + "rating_scale: {min: 0, max: 10, dissatisfied_max: 6, satisfied_min: 9}\n")
    rows = [row | {"rating": str(2 * int(row["rating"]))} for row in answers_of(places["root"] / "P")]
    retrain(places["seen"], write_answers(tmp_path / "s.csv", rows), tmp_path / "eleven", config)
    with pytest.raises(InputError, match=r"expected one rating scale, got 1–5 .* and 0–10"):
        judge(places, against=tmp_path / "eleven")
    ten = write_answers(tmp_path / "ten.csv", [row | {"rating": "10"} for row in answers_of(places["new"])[:3]])
    with pytest.raises(InputError, match="lines 2, 3, 4: expected a whole rating from 1 to 5"):
        judge(places, surveys=ten)


def test_groups_have_bands(places: Places) -> None:
    found = judge(places, by="team")
    teams = set(read_columns(places["new"], "interactions", ["team"])["team"].to_pylist())
    assert {one.group for one in found.bands} == teams
    assert sum(one.interactions for one in found.bands) == 1500
    assert sum(one.answers for one in found.bands) == found.rated
    for one in found.bands:
        assert one.csi is not None
        assert one.csi.low <= one.csi.value <= one.csi.high
    agents = judge(places, by="agent").bands
    assert len(agents) == len(set(read_columns(places["new"], "interactions", ["agent_id"])["agent_id"].to_pylist()))


def test_a_group_that_does_not_exist_is_refused(places: Places) -> None:
    with pytest.raises(InputError, match="--by: expected one of agent, team, queue, language, channel, got 'mood'"):
        judge(places, by="mood")


def test_a_simulated_model_says_nothing_about_groups_unless_forced(places: Places) -> None:
    with pytest.raises(InputError, match="simulated") as caught:
        judge(places, "simulated", by="agent")
    assert "\n" not in str(caught.value)
    assert judge(places, "simulated", by="team", force=True).bands
    assert judge(places, "simulated").trained_on == "simulated"


def test_drift_needs_no_answers(places: Places) -> None:
    found = judge(places, surveys=None, drift=True)
    assert (found.rated, found.answers, found.metrics) == (0, 0, {})
    assert found.drift is not None
    assert found.drift.verdict in {"no_drift", "watch"}
    assert found.drift.rows_now == 1500
    assert found.drift.rows_before == 2500


def test_drift_looks_at_new_interactions_only(places: Places) -> None:
    found = judge(places, results=places["seen"], surveys=None, drift=True)
    assert found.drift is not None
    assert found.drift.rows_now == 2500 - len(answers_of(places["root"] / "P"))


def test_a_planted_drift_is_reported(places: Places, tmp_path: Path) -> None:
    names = [column.name for column in load_model(places["root"] / "ours").meta.columns]
    fields = ["interaction_id", "kind", "channel", "started_at", "language", "customer_id"]
    table = read_columns(places["new"], "interactions", list(dict.fromkeys([*fields, *names])))
    columns = {name: table[name].to_pylist() for name in table.column_names}
    far = {
        name: [None if one is None else 8 * one + 60 for one in columns[name]]
        for name in ("queue_wait_s", "duration_s", "hold_total_s", "gratitude", "unresolved_cue")
    }
    write_columns(tmp_path / "R", "interactions", columns | far, "part-1")
    found = judge(places, results=tmp_path / "R", surveys=None, drift=True).drift
    assert found is not None
    assert found.verdict == "retrain"
    drifted = {one.name for one in found.columns if one.verdict == "drifted"}
    assert {"queue_wait_s", "duration_s"} <= drifted


def test_the_same_question_has_the_same_answer(places: Places) -> None:
    assert judge(places, by="team", drift=True) == judge(places, by="team", drift=True)


def test_few_answers_and_no_model_are_one_sentence(places: Places, tmp_path: Path) -> None:
    few = write_answers(tmp_path / "few.csv", answers_of(places["new"])[:9])
    with pytest.raises(InputError, match="at least 10 rated interactions"):
        judge(places, surveys=few)
    with pytest.raises(ModelError, match=r"meta\.json"):
        judge(places, "none")
    with pytest.raises(InputError, match="found no such file"):
        judge(places, surveys=tmp_path / "none.csv")
    with pytest.raises(InputError, match="results folder with interactions"):
        judge(places, results=tmp_path)


def test_a_tampered_model_is_refused(places: Places, tmp_path: Path) -> None:
    copy = tmp_path / "ours"
    copy.mkdir()
    for path in (places["root"] / "ours").iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "seen.npy").write_bytes(b"nobody")
    with pytest.raises(ModelError, match=r"seen\.npy: sha256 differs"):
        judge(places, model=str(copy))
    meta = json.loads((copy / "meta.json").read_text())
    meta["interval"]["quantile"] = 0.1
    (copy / "meta.json").write_text(json.dumps(meta))
    with pytest.raises(ModelError, match="do not match its sha256"):
        judge(places, model=str(copy))
