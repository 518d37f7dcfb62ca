"""``voxcx results compact|merge|export`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from results_folders import interaction, write_fresh
from samples import OLD_RESULTS
from voxcx.batch.folder.holding import sole_writer
from voxcx.cli import app
from voxcx.errors import InputError
from voxcx.results.reading import done_keys, parts_of


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["results", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    results = tmp_path / "R"
    write_fresh(results, 1, interaction("a", 0), interaction("b", 1))
    write_fresh(results, 2, interaction("a", 0, "again"))
    return results


def test_compact_says_what_became_of_the_parts(folder: Path) -> None:
    done = run("compact", folder)
    assert done.output == f"2 parts → 2, by day → {folder}\n"
    assert [path.stem[12:22] for path in parts_of(folder, "interactions")] == ["2026-03-01", "2026-03-02"]
    assert run("compact", folder).output == f"Nothing to do: 2 parts, by day → {folder}\n"
    assert json.loads(run("compact", folder, "--json").output) == {
        "parts_before": 2,
        "parts_after": 2,
        "parts_written": 0,
    }


def test_a_folder_that_a_run_holds_is_left_alone(folder: Path) -> None:
    with sole_writer(folder):
        done = run("compact", folder)
    assert isinstance(done.exception, InputError)
    assert "held by" in str(done.exception)
    assert len(parts_of(folder, "interactions")) == 2


def test_merge_tells_what_it_found(folder: Path, tmp_path: Path) -> None:
    done = run("merge", folder, OLD_RESULTS, "--out", tmp_path / "all")
    assert done.exit_code == 0
    assert f"Together 5 interactions · 1 failure → {tmp_path / 'all'}" in done.output
    assert done_keys(tmp_path / "all").keys() == {"a", "b", "chat-en", "chat-ru", "service-en"}
    refused = run("merge", folder, "--out", tmp_path / "all")
    assert isinstance(refused.exception, InputError)
    told = json.loads(run("merge", folder, "--out", tmp_path / "copy", "--json").output)
    assert (told["interactions"], told["replaced"]) == (2, 0)


def test_export_chooses_by_the_name(folder: Path, tmp_path: Path) -> None:
    done = run("export", folder, "--out", tmp_path / "t.xlsx", "--where", "work_key = 'again'")
    assert done.output == f"interactions: 1 row → {tmp_path / 't.xlsx'}\n"
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["interactions", "columns"]
    run("export", folder, "--out", tmp_path / "t.csv", "--columns", "interaction_id,work_key", "--separator", ";")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert sorted(lines[1:]) == ['"a";"again"', '"b";"first"']
    told = run("export", folder, "--out", tmp_path / "all", "--table", "all", "--format", "parquet", "--json").output
    assert json.loads(told)["rows"]["interactions"] == 2
    assert sorted(path.name for path in (tmp_path / "all").iterdir())[:2] == ["README.md", "criteria.parquet"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("export", "R", "--out", "t.xls", "--format", "xlsx"), "expected a name that ends in .xlsx"),
        (("export", "R", "--out", "t.csv", "--table", "all"), "expected a folder for 6 tables"),
        (("compact", "none"), "expected a results folder"),
    ],
)
def test_what_cannot_be_done_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(folder.parent)
    done = run(*words)
    assert isinstance(done.exception, InputError)
    assert sentence in str(done.exception)
    assert not (folder.parent / "none").exists()
