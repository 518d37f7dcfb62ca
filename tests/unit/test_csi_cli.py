"""``voxcx train``, ``evaluate`` and ``model`` through the real command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from csi_folders import QUICK, answers_of, as_real, population_folder, write_answers
from voxcx.cli import main
from voxcx.csi.card import TITLES
from voxcx.csi.training.study import Study
from voxcx.evaluating import Evaluation

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Populations P (simulated) and N, the folder R that nobody simulated, and a quick configuration."""
    place = tmp_path_factory.mktemp("cli")
    as_real(population_folder(place / "P", 1500, 5), place / "R")
    population_folder(place / "N", 800, 6)
    (place / "quick.yaml").write_text(QUICK)
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], root: Path) -> Run:
    """``voxcx …`` in this process, in the folder of the populations: (exit code, stdout, stderr)."""
    monkeypatch.chdir(root)

    def running(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxcx", *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return ended.value.code if isinstance(ended.value.code, int) else 0, out, err

    return running


def training(out: str, results: str = "R", *more: str) -> list[str]:
    usual = ["--results", results, "--surveys", "P/surveys.csv", "--config", "quick.yaml", "--out", f"models/{out}"]
    return ["train", *usual, *more]


@pytest.fixture
def ours(run: Run, root: Path) -> Path:
    """A model, trained once."""
    if not (root / "models" / "ours" / "meta.json").exists():
        assert run(*training("ours"))[0] == 0
    return root / "models" / "ours"


def test_training_tells_its_figures(run: Run) -> None:
    code, out, err = run(*training("told"))
    assert (code, err) == (0, "")
    assert out.startswith("told (survey data; index: scaled mean) → models/told\n")
    for title in TITLES.values():
        assert f"  {title} " in out
    for baseline in ("metadata only", "linear", "mean", "majority"):
        assert f"\n  {baseline} " in out
    assert out.endswith("All figures, and what they mean: models/told/CARD.md\n")


def test_training_over_a_model_says_so(run: Run) -> None:
    run(*training("twice"))
    code, _, err = run(*training("twice"))
    assert code == 0
    assert err == "The model that was in models/twice has been replaced.\n"


def test_training_as_json_has_its_keys(run: Run) -> None:
    code, out, err = run(*training("keys", "P", "--json"))
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert set(told) == {"model_id", "trained_on", "index", "data", "importance", "notes", "study"}
    assert (told["model_id"], told["trained_on"]) == ("keys", "simulated")
    assert set(told["study"]) == {field.name for field in fields(Study)}
    assert set(told["study"]["metrics"]["model"]["pearson"]) == {"value", "low", "high", "reason"}
    assert told["data"]["answers"] == len(answers_of(Path("P")))


def test_training_against_an_older_model_gives_a_verdict(run: Run) -> None:
    code, out, _ = run(*training("newer", "R", "--against", "csi-demo-1"))
    assert code == 0
    assert "beside the older model: " in out


def test_training_against_a_model_of_the_same_answers_says_that_nothing_is_left(run: Run, ours: Path) -> None:
    code, out, _ = run(*training("again", "R", "--against", str(ours)))
    assert code == 0
    assert "nothing is left to compare on" in out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--against", "models/none"], "models/none"),
        (["--config", "none.yaml"], "none.yaml: expected a training configuration"),
        (["--surveys", "none.csv"], "none.csv: expected survey answers"),
        (["--results", "none"], "none: expected a results folder"),
        (["--out", "P"], "expected an empty folder or a model"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(run: Run, more: list[str], said: str) -> None:
    code, out, err = run(*training("refused", "R", *more))
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("voxcx: ")
    assert err.count("\n") == 1
    assert not Path("models/refused").exists()


def test_evaluation_tells_its_figures(run: Run, ours: Path) -> None:
    code, out, err = run("evaluate", ours, "--results", "N", "--drift")
    answers = len(answers_of(Path("N")))
    assert (code, err) == (0, "")
    assert out.startswith(f"ours (survey data) on 800 interactions\n{answers} answers about {answers} interactions\n")
    assert f"  {TITLES['pearson']} " in out
    assert "\nDrift: " in out


def test_evaluation_as_json_has_its_keys(run: Run, ours: Path) -> None:
    asked = ("--results", "N", "--against", ours, "--drift", "--by", "team", "--json")
    code, out, _ = run("evaluate", ours, *asked)
    told = json.loads(out)
    assert code == 0
    assert set(told) == {field.name for field in fields(Evaluation)}
    assert told["comparison"]["verdict"] == "cannot_tell"
    assert set(told["comparison"]["measures"]["log_loss"]) == {"new", "old", "difference", "verdict"}
    assert {"group", "csi", "expected", "standing", "answers_needed", "reason"} <= set(told["bands"][0])
    assert told["drift"]["verdict"] in {"no_drift", "watch", "retrain"}
    assert told["left_out"] == 0


def test_groups_are_told_with_their_standing(run: Run, ours: Path) -> None:
    code, out, _ = run("evaluate", ours, "--results", "N", "--by", "team")
    assert code == 0
    assert "  group " in out
    assert any(one in out for one in ("within", "above", "below", "cannot tell"))


def test_drift_alone_needs_no_answers(run: Run, ours: Path, tmp_path: Path) -> None:
    (tmp_path / "interactions").symlink_to(Path("N").resolve() / "interactions")
    code, out, _ = run("evaluate", ours, "--results", tmp_path, "--drift")
    assert code == 0
    assert [line for line in out.splitlines() if line][1].startswith("Drift: ")
    code, out, err = run("evaluate", ours, "--results", tmp_path)
    assert (code, out) == (2, "")
    assert "give --surveys or --drift" in err


def test_a_simulated_model_is_forced_to_show_groups(run: Run) -> None:
    run(*training("demo", "P"))
    asked = ("evaluate", "models/demo", "--results", "N", "--by", "agent")
    code, out, err = run(*asked)
    assert (code, out) == (2, "")
    assert "simulated" in err
    assert run(*asked, "--force")[0] == 0


def test_seen_interactions_are_measured_when_asked(run: Run, ours: Path) -> None:
    asked = ("evaluate", ours, "--results", "R", "--surveys", "P/surveys.csv")
    code, _, err = run(*asked)
    assert code == 2
    assert "--include-seen" in err
    assert err.count("\n") == 1
    assert run(*asked, "--include-seen")[0] == 0


def test_some_seen_are_counted(run: Run, ours: Path, tmp_path: Path) -> None:
    rows = answers_of(Path("P"))
    early = write_answers(tmp_path / "early.csv", rows[:200])
    run("train", "--results", "R", "--surveys", early, "--config", "quick.yaml", "--out", tmp_path / "early")
    code, out, _ = run("evaluate", tmp_path / "early", "--results", "R", "--surveys", "P/surveys.csv")
    assert code == 0
    assert f"{len(rows) - 200} interactions, 200 left out: trained on them" in out
    assert ours.name == "ours"


def test_a_switch_and_back(run: Run, ours: Path) -> None:
    run(*training("next"))
    assert run("model", "use", ours)[0] == 0
    assert run("model", "use", "models/next")[0] == 0
    code, out, _ = run("model", "show", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["current"]["model_id"], told["previous"]["model_id"]) == ("next", "ours")
    assert set(told["current"]["figures"]) >= {"pearson", "auc_dissatisfied", "coverage"}
    assert run("evaluate", "current", "--results", "N")[1].startswith("next (survey data)")
    code, out, _ = run("model", "back")
    assert code == 0
    assert out.startswith("current   ours (survey data)")
    assert run("evaluate", "current", "--results", "N")[1].startswith("ours (survey data)")


def test_a_tampered_model_is_not_switched_to(run: Run) -> None:
    run(*training("tampered"))
    path = Path("models/tampered/line.json")
    path.write_text(path.read_text() + " ")
    code, out, err = run("model", "use", "models/tampered")
    assert (code, out) == (2, "")
    assert "line.json: sha256 differs" in err
