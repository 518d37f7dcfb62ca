"""docs/trained-criteria.md shows what the code takes."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from marked_chats import small_criterion
from unit.qa.scenes import chat, transcript
from voxcx.cli import app
from voxcx.intake.marks import read_marks
from voxcx.qa.compiling import compile_form
from voxcx.qa.form import load_form
from voxcx.qa.learning.store import save_criterion

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs" / "trained-criteria.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?:\w+) example (\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = dict(BLOCK.findall(PAGE))


def test_the_form_judges_by_a_trained_criterion(tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text(EXAMPLES["form"], encoding="utf-8")
    save_criterion(small_criterion(), "{}\n", "# Card\n", tmp_path / "trained" / "empathy")
    form = load_form(tmp_path / "form.yaml")
    compile_form(form)
    result = chat(form, transcript([("agent", None, "I am sorry, I understand you")], "en"))
    assert (result.verdict, result.judged_by) == ("met", "trained")
    assert result.evidence[0].quote == "I am sorry, I understand you"


def test_the_marks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(EXAMPLES["marks"], encoding="utf-8")
    assert [mark.verdict for mark in read_marks(path).of("empathy")] == ["met", "not_met", "not_met", "not_applicable"]


def test_the_command_and_its_options_exist() -> None:
    told = CliRunner().invoke(app, ["qa", "train-criterion", "--help"], env={"COLUMNS": "200"}).output
    for option in re.findall(r"`(--[\w-]+)`", PAGE):
        assert option in told


def test_links_lead_somewhere() -> None:
    pages = {link for link in re.findall(r"\]\(([\w.-]+\.md)", PAGE) if link != "calibration.md"}
    assert [link for link in pages if not (ROOT / "docs" / link).is_file()] == []
