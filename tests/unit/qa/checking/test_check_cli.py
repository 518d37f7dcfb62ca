"""``voxcx qa check``: exit codes and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voxcx.cli import app

HEAD = "id: test.call\nversion: 1\nlanguage: en\ntitle: Test\nsections:\n  - id: only\n    title: Only\n    criteria:\n"
LINE = "      - {id: it, title: It, points: 100, %s}\n"
FORMS = {
    "fine": "met_when: {said: {where: {first_s: 15}, phrases: [good morning]}}",
    "doubtful": "met_when: {said: {phrases: ['yes']}}",
    "wrong": "met_when: {said: {phrases: [good morning], unless: [morning]}}",
}


@pytest.mark.parametrize(
    ("name", "flags", "code"),
    [
        ("fine", [], 0),
        ("fine", ["--strict"], 0),
        ("doubtful", [], 0),
        ("doubtful", ["--strict"], 1),
        ("wrong", [], 2),
        ("wrong", ["--json"], 2),
    ],
)
def test_exit_codes(tmp_path: Path, name: str, flags: list[str], code: int) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(HEAD + LINE % FORMS[name], encoding="utf-8")
    done = CliRunner().invoke(app, ["qa", "check", str(path), *flags], env={"COLUMNS": "80"})
    assert done.exit_code == code, done.output
    if "--json" in flags:
        assert [one["code"] for one in json.loads(done.output)["findings"]] == ["cancelled", "no_condition"]
    else:
        assert max(map(len, done.output.splitlines())) <= 80


def test_notes_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(HEAD + LINE % FORMS["fine"], encoding="utf-8")
    long, short = (CliRunner().invoke(app, ["qa", "check", str(path), *more]).output for more in ([], ["--quiet"]))
    assert "applies_when" in long
    assert "applies_when" not in short
