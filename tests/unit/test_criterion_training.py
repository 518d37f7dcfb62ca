from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from marked_chats import chats_folder, marked_chats, write_marks
from voxcx.cli import app
from voxcx.criterion_training import read_examples, train_criterion
from voxcx.errors import InputError, ModelError
from voxcx.qa.learning.examples import Judged
from voxcx.qa.learning.store import load_criterion

CHATS = marked_chats(240, 21)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    machine = {one.interaction_id: "met" for one in CHATS[:100]}
    return chats_folder(tmp_path_factory.mktemp("results") / "R", CHATS, machine=machine)


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_marks(tmp_path_factory.mktemp("marks") / "scores.csv", CHATS)


def test_marks_and_results_give_a_criterion_with_its_card(results: Path, marks: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, float]] = []
    trained, study, examples = train_criterion(
        results, marks, "no_rudeness", tmp_path / "c", on_step=lambda *step: steps.append(step)
    )
    loaded, _ = load_criterion(tmp_path / "c")
    assert (loaded.criterion, loaded.kinds, loaded.by) == ("no_rudeness", ("chat",), "agent")
    assert len(loaded.terms) == len(trained.terms)
    assert study.targets[0.8].figures.precision.value is not None
    assert study.baselines["the form's rule"].decided.n == 100
    assert len(examples.examples) == 240
    assert [done for _, done in steps] == sorted(done for _, done in steps)
    card = (tmp_path / "c" / "CARD.md").read_text()
    for told in (
        "# Trained criterion: no_rudeness",
        "lead-0, lead-1",
        "2026-03-02 to 2026-03-",
        "the form's rule",
        "кричать",
    ):
        assert told in card
    assert json.loads((tmp_path / "c" / "study.json").read_text())["interactions"]["not_met"] >= 30


def test_the_same_inputs_give_the_same_bytes(results: Path, marks: Path, tmp_path: Path) -> None:
    for name in "ab":
        train_criterion(results, marks, "no_rudeness", tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_it_can_be_trained_again_in_its_folder_but_not_elsewhere(results: Path, marks: Path, tmp_path: Path) -> None:
    train_criterion(results, marks, "no_rudeness", tmp_path / "c")
    train_criterion(results, marks, "no_rudeness", tmp_path / "c")
    (tmp_path / "c" / "mine.txt").write_text("x")
    with pytest.raises(ModelError, match=r"found mine\.txt"):
        train_criterion(results, marks, "no_rudeness", tmp_path / "c")


def refused(results: Path, marks: Path, out: Path, criterion: str = "no_rudeness") -> str:
    with pytest.raises(InputError) as told:
        train_criterion(results, marks, criterion, out)
    return str(told.value)


def test_what_cannot_be_used_is_refused_in_a_sentence(results: Path, marks: Path, tmp_path: Path) -> None:
    out = tmp_path / "c"
    assert "expected marks of 'empathy', found those of no_rudeness" in refused(results, marks, out, "empathy")
    assert "found none" in refused(tmp_path / "none", marks, out)
    assert "no such file" in refused(results, tmp_path / "none.csv", out)
    few = write_marks(tmp_path / "few.csv", CHATS[:40])
    assert "have people mark" in refused(results, few, out)
    strange = write_marks(tmp_path / "strange.csv", [*CHATS, Judged("elsewhere", [], {"a": "met"})])
    told = refused(results, strange, out)
    assert "line 242" in told
    assert "'elsewhere'" in told
    words = tmp_path / "words.csv"
    words.write_text("interaction_id,criterion,verdict\nchat-0001,no_rudeness,perhaps\n")
    assert "line 2" in refused(results, words, out)
    assert not out.exists()


def test_interactions_in_a_language_without_forms_are_refused(marks: Path, tmp_path: Path) -> None:
    folder = chats_folder(tmp_path / "R", CHATS, language="de")
    assert "expected interactions in ru or en, got de" in refused(folder, marks, tmp_path / "c")


def test_marks_in_russian_words_with_semicolons(results: Path, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    words = {"met": "выполнено", "not_met": "не выполнено"}
    with path.open("w", newline="", encoding="cp1251") as sink:
        table = csv.writer(sink, delimiter=";")
        table.writerow(["interaction_id", "criterion", "verdict"])
        table.writerows((one.interaction_id, "no_rudeness", words[v]) for one in CHATS for v in one.verdicts.values())
    _, _, examples = train_criterion(results, path, "no_rudeness", tmp_path / "c")
    assert len(examples.examples) == 240


def test_the_command_tells_the_figures(results: Path, marks: Path, tmp_path: Path) -> None:
    command = ["qa", "train-criterion", "--results", str(results), "--human", str(marks), "--criterion", "no_rudeness"]
    told = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "c")])
    assert told.exit_code == 0, told.output
    assert "precision of errors" in told.output
    as_json = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "j"), "--by", "anyone", "--json"])
    figures = json.loads(as_json.stdout)
    assert figures["by"] == "anyone"
    assert figures == json.loads((tmp_path / "j" / "study.json").read_text())


def test_what_people_settled_on_is_learned_and_is_nobodys(results: Path, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    rows = ["interaction_id,criterion,verdict,evaluator"]
    for k, one in enumerate(CHATS):
        (verdict,) = one.verdicts.values()
        turned = "met" if verdict == "not_met" else "not_met"
        if k % 2:
            rows.append(f"{one.interaction_id},no_rudeness,{verdict},Ann")
        else:
            votes = (("Ann", turned), ("Bob", turned), ("agreed", verdict))
            rows += [f"{one.interaction_id},no_rudeness,{said},{who}" for who, said in votes]
    path.write_text("\n".join(rows) + "\n")
    examples = read_examples(results, path, "no_rudeness", "agent").examples
    truth = {one.interaction_id: one.verdicts for one in CHATS}
    assert [one.error for one in examples] == [
        "not_met" in truth[one.judged.interaction_id].values() for one in examples
    ]
    assert {who for one in examples for who in one.judged.verdicts} == {"", "Ann"}
