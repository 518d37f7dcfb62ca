"""``voxcx qa explain`` from a result JSON and from a results folder."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from voxcx.cli import main
from voxcx.report.as_json import read_document
from voxcx.report.from_json import reread

DATA = Path(__file__).parents[1] / "data"
FORM = """\
id: mine.en
version: 1
language: en
title: Mine
define:
  greeting: {said: {by: agent, phrases: ["{hello|hi|good {morning|afternoon}}"]}}
sections:
  - id: opening
    title: Opening
    criteria:
      - {id: greeting, title: Greeting, points: 5, met_when: {use: greeting}}
      - {id: absent, title: Absent, points: 5, met_when: {said: {by: agent, phrases: [never said at all]}}}
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line: exit code, output, errors."""

    def ran(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxcx", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "80")
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(FORM, encoding="utf-8")
    return path


@pytest.fixture
def result(run: Run, form: Path, tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    assert run("score", DATA / "chat-en.json", "--form", form, "--format", "json", "--out", path)[0] == 0
    return path


def test_a_result_is_read_back(result: Path) -> None:
    document = read_document(result)
    kept = reread(document)
    assert kept.interaction.id == document["interaction"]["id"]
    assert len(kept.transcript.utterances) == len(document["transcript"]["utterances"])
    assert {one.name: one.value for one in kept.features.features} == document["features"]["values"]


def test_the_verdict_is_the_stored_one(run: Run, result: Path, form: Path) -> None:
    stored = {one["criterion"]: one["verdict"] for one in json.loads(result.read_text())["scorecard"]["results"]}
    for criterion, verdict in stored.items():
        code, out, _ = run("qa", "explain", result, criterion, "--form", form, "--json")
        told = json.loads(out)
        assert (code, told["verdict"], told["remarks"]) == (0, verdict, [])
    assert told["rules"]["met_when"]["looked"]["words"] > 0


def test_the_page_reads_at_80_columns(run: Run, result: Path, form: Path) -> None:
    code, out, _ = run("qa", "explain", result, "greeting", "--form", form)
    assert code == 0
    assert "«greeting» – the agent says:" in out
    assert "How the verdict came about (docs/forms.md, " in out
    assert max(map(len, out.splitlines())) <= 80


def test_another_version_is_told(run: Run, result: Path, form: Path) -> None:
    form.write_text(FORM.replace("version: 1", "version: 2").replace("{hello|hi|", "{xyzzy|"), encoding="utf-8")
    _, out, _ = run("qa", "explain", result, "greeting", "--form", form, "--json")
    assert json.loads(out)["remarks"][0] == "The verdict was given by form mine.en.v1 and is explained by mine.en.v2"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["greting", "--form", "FORM"], "did you mean 'greeting'"),
        (["greeting"], "give its path with --form"),
        (["greeting", "--form", "FORM", "--id", "x"], "expected the interaction 'x'"),
    ],
)
def test_mistakes_are_told_in_one_sentence(run: Run, result: Path, form: Path, arguments: list[str], says: str) -> None:
    code, _, err = run("qa", "explain", result, *(str(form) if one == "FORM" else one for one in arguments))
    assert (code, err.count("\n")) == (2, 1)
    assert says in err


@pytest.mark.parametrize("result", ["nowhere.json", str(DATA / "chat-en.json"), str(DATA)])
def test_what_is_no_result(run: Run, form: Path, result: str) -> None:
    code, _, err = run("qa", "explain", result, "greeting", "--form", form)
    assert (code, err.count("\n")) == (2, 1)


def test_the_form_that_a_configuration_names_is_found(run: Run, result: Path, form: Path, tmp_path: Path) -> None:
    config = tmp_path / "conf" / "voxcx.yaml"
    config.parent.mkdir()
    config.write_text("forms: [{form: gone.yaml}, {form: ../mine.yaml}]\n", encoding="utf-8")
    code, out, err = run("qa", "explain", result, "greeting", "--config", config, "--json")
    assert code == 0, err
    assert json.loads(out)["remarks"] == []
    form.write_text(FORM.replace("version: 1", "version: 2"), encoding="utf-8")
    code, _, err = run("qa", "explain", result, "greeting", "--config", config)
    assert code == 2
    assert "found it neither shipped nor named by a configuration; give its path with --form" in err


def test_a_results_folder(run: Run, form: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    source = tmp_path / "chats"
    source.mkdir()
    shutil.copy(DATA / "chat-en.json", source)
    code, _, err = run("batch", source, "--out", folder, "--form", form, "--workers", 1)
    assert code == 0, err
    code, _, err = run("qa", "explain", folder, "greeting", "--form", form)
    assert code == 2
    assert "expected --id of one of its 1 interactions, got no --id" in err
    name = json.loads((DATA / "chat-en.json").read_text())["id"]
    code, out, err = run("qa", "explain", folder, "greeting", "--form", form, "--id", name, "--json")
    assert code == 0, err
    assert json.loads(out)["remarks"] == []
