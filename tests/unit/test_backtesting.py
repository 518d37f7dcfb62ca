from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from judged_folders import write_form, write_judged
from voxcx import backtesting
from voxcx.backtesting import Asked, backtest
from voxcx.cli import app
from voxcx.cli.qa_backtest import told
from voxcx.errors import FormError, InputError
from voxcx.qa.agreement.changes import Change

CHATS = (
    ("polite", "good morning, thank you for waiting"),
    ("short", "hello there, it comes tomorrow"),
    ("rude", "good morning, you idiot"),
    ("=cmd()", "look, you moron ! thank you"),
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    return write_judged(folder / "R", write_form(folder / "old.yaml"), CHATS)


def test_the_same_form_changes_nothing(results: Path) -> None:
    made = backtest(Asked(str(results.parent / "old.yaml"), results))

    assert (made.interactions, made.compared, made.changed, made.failed) == (4, 4, 0, 0)
    assert (made.form, made.before, made.stored) == ("small.en.v1", ("small.en.v1",), True)
    assert made.scores.mean_before == made.scores.mean_after


def test_what_a_form_changes_by_hand(results: Path, tmp_path: Path) -> None:
    new = write_form(tmp_path / "new.yaml", version="2", greeting="hello", rudeness="{idiot|moron}")
    changes: list[Change] = []

    made = backtest(Asked(str(new), results), changes.append)

    assert made.compared == 4
    by_name = {one.criterion: one for one in made.criteria}
    greeting = by_name["greeting"].matrix
    assert (greeting["met"]["not_met"], greeting["not_met"]["met"], greeting["not_met"]["not_met"]) == (2, 1, 1)
    assert (by_name["greeting"].changed.hits, by_name["greeting"].changed.n) == (3, 4)
    assert by_name["thanks"].changed.hits == 0
    assert (made.critical_gained, made.critical_lost) == (1, 0)
    assert (made.with_error_before, made.with_error_after) == (1, 2)
    assert made.criteria[0].criterion == "no_rudeness"  # critical first
    (example,) = made.criteria[0].examples
    assert example.interaction == "=cmd()"
    shown = example.shown
    assert shown is not None
    assert shown.quote == "moron"
    assert {one.interaction for one in changes} == {"polite", "short", "rude", "=cmd()"}
    before = {one.interaction: (one.score_before, one.score_after, one.unzeroed_change) for one in changes}
    assert before["rude"] == (0.0, 0.0, pytest.approx(-100 / 3))


def test_against_an_old_form_both_are_scored_now_and_renaming_is_seen(results: Path, tmp_path: Path) -> None:
    old = write_form(tmp_path / "old.yaml", greeting="hi")
    new = write_form(tmp_path / "new.yaml", version="2", rude="polite_words")

    made = backtest(Asked(str(new), results, str(old)))

    assert (made.stored, made.before) == (False, ("small.en.v1",))
    assert (made.added, made.removed) == ((), ())
    assert made.renamed == {"no_rudeness": "polite_words"}
    assert {one.criterion for one in made.criteria} == {"greeting", "thanks", "correct", "polite_words"}
    assert (made.critical_gained, made.critical_lost) == (0, 0), "another name is no other error"
    assert (made.with_error_before, made.with_error_after) == (1, 1)
    stored = " ".join(" ".join(told(backtest(Asked(str(new), results)))).split())
    assert "--against OLD_FORM scores both now and knows criteria by another name." in stored


SCALE = """scale:
          - {{points: 10, title: all, when: {{said: {{by: agent, phrases: [good morning]}}}}}}
          - {{points: {some}, title: some, when: {{said: {{by: agent, phrases: [hello]}}}}}}"""


@pytest.mark.parametrize("against", [True, False])
def test_another_level_of_a_scale_is_a_change(tmp_path: Path, against: bool) -> None:
    def graded(name: str, some: int) -> Path:
        form = write_form(tmp_path / name)
        met_when = "points: 10\n        met_when: {said: {by: agent, phrases: [good morning]}}"
        form.write_text(form.read_text(encoding="utf-8").replace(met_when, SCALE.format(some=some)), encoding="utf-8")
        return form

    old, new, changes = graded("old.yaml", 5), graded("new.yaml", 2), []
    results = write_judged(tmp_path / "R", old, CHATS)

    made = backtest(Asked(str(new), results, str(old) if against else None), changes.append)

    greeting = next(one for one in made.criteria if one.criterion == "greeting")
    assert (greeting.regraded, greeting.changed.hits, greeting.matrix["met"]["met"]) == (1, 1, 3)
    assert [(one.interaction, one.verdicts, one.levels) for one in changes] == [
        ("short", (), (("greeting", 0.5, 0.2),))
    ]
    assert made.reweighted == ({"greeting": "levels 10/5 → 10/2 points"} if against else {})
    lines = told(made)
    assert "  1 with the same verdict reach another share of the points" in lines
    assert any(line.startswith("  short  met, 50% → 20% of its points, score -") for line in lines)
    assert not any(line.startswith("  Unchanged") and "greeting" in line for line in lines)


def test_what_an_error_zeroes_is_told(results: Path, tmp_path: Path) -> None:
    old, new = results.parent / "old.yaml", tmp_path / "new.yaml"
    text = old.read_text(encoding="utf-8")
    new.write_text(text.replace("mode: error", "mode: error\n        auto_fail: section"), encoding="utf-8")

    made = backtest(Asked(str(new), results, str(old)))

    assert made.reweighted == {"no_rudeness": "an error zeroes form → section"}


@pytest.mark.parametrize("against", [True, False])
def test_other_points_and_severity_are_told(results: Path, tmp_path: Path, against: bool) -> None:
    old, new = results.parent / "old.yaml", tmp_path / "new.yaml"
    text = old.read_text(encoding="utf-8").replace("points: 10", "points: 5", 1)
    new.write_text(text.replace("severity: critical_customer", "severity: plain"), encoding="utf-8")

    made = backtest(Asked(str(new), results, str(old) if against else None))

    assert made.reweighted == {"greeting": "10 → 5 points", "no_rudeness": "critical_customer → plain"}
    assert made.critical_lost == 1
    assert any("Weigh otherwise: greeting 10 → 5 points" in line for line in told(made))


def test_a_limit_draws_by_lot_and_says_so(results: Path) -> None:
    made = backtest(Asked(str(results.parent / "old.yaml"), results, limit=3))

    assert made.compared == 3
    assert made.left_out == {"not asked for: another form, kind or beyond --limit": 1}


def test_a_row_that_fails_is_counted(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = backtesting.interaction_of

    def broken(row: dict[str, object]) -> object:
        if row["interaction_id"] == "rude":
            raise ZeroDivisionError("the customer's own words")
        return read(row)

    monkeypatch.setattr(backtesting, "interaction_of", broken)
    made = backtest(Asked(str(results.parent / "old.yaml"), results))

    assert (made.compared, made.failed) == (3, 1)
    assert made.failures[0].interaction_id == "rude"
    assert "customer" not in made.failures[0].reason


def test_an_interaction_that_stands_in_two_parts_counts_once(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    shutil.copytree(results, folder)
    write_judged(folder, results.parent / "old.yaml", CHATS[:1], "part-000002-00000000")

    assert backtest(Asked(str(results.parent / "old.yaml"), folder)).compared == 4


def test_another_language_is_said(results: Path, tmp_path: Path) -> None:
    form = write_form(tmp_path / "f.yaml")
    form.write_text(form.read_text(encoding="utf-8").replace("language: en", "language: ru"), encoding="utf-8")

    with pytest.raises(InputError, match=r"interactions in 'ru'.*4 in another language \(en\)"):
        backtest(Asked(str(form), results))


def test_an_archive_without_words_is_said(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    shutil.copytree(results, folder)
    shutil.rmtree(folder / "transcripts")

    with pytest.raises(InputError, match="4 no words are kept; run voxcx batch"):
        backtest(Asked(str(results.parent / "old.yaml"), folder))


def test_no_archive_no_form_and_no_such_kind(results: Path, tmp_path: Path) -> None:
    form = str(results.parent / "old.yaml")
    with pytest.raises(InputError, match="expected a results folder"):
        backtest(Asked(form, tmp_path / "none"))
    with pytest.raises(FormError):
        backtest(Asked(str(tmp_path / "none.yaml"), results))
    with pytest.raises(InputError, match="of kind call"):
        backtest(Asked(form, results, kind="call"))


def test_the_command_tells_it_in_80_columns_and_writes_a_harmless_table(results: Path, tmp_path: Path) -> None:
    new = write_form(tmp_path / "new.yaml", version="2", greeting="hello", rudeness="{idiot|moron}")
    out = tmp_path / "changes.csv"

    done = CliRunner().invoke(app, ["qa", "backtest", str(new), "--results", str(results), "--out", str(out)])

    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.output.splitlines() if str(out) not in line) <= 80
    assert "«moron»" in done.output
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["interaction_id"] for row in rows] == ["polite", "short", "rude", "'=cmd()"]
    assert rows[-1]["critical_gained"] == "no_rudeness"
    assert rows[0]["changes"] == "greeting: met → not met"


def test_the_command_gives_json(results: Path) -> None:
    done = CliRunner().invoke(
        app, ["qa", "backtest", str(results.parent / "old.yaml"), "--results", str(results), "--json"]
    )

    record = json.loads(done.output)
    assert (done.exit_code, record["compared"], record["changed"]) == (0, 4, 0)
    assert len(record["criteria"]) == 4


def test_told_says_what_was_left_out(results: Path) -> None:
    lines = told(backtest(Asked(str(results.parent / "old.yaml"), results, limit=2)))

    assert "Compared 2 of 4 interactions; 0 change" in lines
    assert any("beyond --limit" in line for line in lines)
