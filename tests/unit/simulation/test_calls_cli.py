"""`voxcx simulate calls`: what it writes, prints and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from voxcx.cli import app
from voxcx.errors import InputError


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["simulate", "calls", *map(str, arguments)])


def test_writes_recordings_with_their_truth_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "calls"
    done = run("--out", out, "--n", 2, "--seed", 4)
    assert done.exit_code == 0, done.exception
    assert len(done.stdout.splitlines()) == 1
    assert "2 simulated calls" in done.stdout
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        "sim-4-00001.flac", "sim-4-00001.json", "sim-4-00002.flac", "sim-4-00002.json", "simulation.truth.json",
    ]  # fmt: skip
    document = json.loads((out / "sim-4-00002.json").read_text(encoding="utf-8"))
    assert document["interaction"]["recordings"][0]["file"] == "sim-4-00002.flac"
    assert all(
        value in (None, {}, []) for name, value in document["interaction"]["telephony"].items() if name != "sources"
    )


def test_a_call_is_the_same_whatever_their_number_and_an_older_simulation_goes(tmp_path: Path) -> None:
    out = tmp_path / "calls"
    assert run("--out", out, "--n", 2, "--seed", 4).exit_code == 0
    first = (out / "sim-4-00001.flac").read_bytes(), (out / "sim-4-00001.json").read_bytes()
    assert run("--out", out, "--n", 1, "--seed", 4).exit_code == 0
    assert first == ((out / "sim-4-00001.flac").read_bytes(), (out / "sim-4-00001.json").read_bytes())
    assert not (out / "sim-4-00002.flac").exists()


def test_telephony_is_written_when_it_is_asked_for(tmp_path: Path) -> None:
    assert run("--out", tmp_path / "calls", "--n", 1, "--telephony").exit_code == 0
    document = json.loads((tmp_path / "calls" / "sim-1-00001.json").read_text(encoding="utf-8"))
    holds = [phase for phase in document["timeline"]["phases"] if phase["kind"] == "hold"]
    assert document["interaction"]["telephony"]["holds"] == [[hold["start_s"], hold["end_s"]] for hold in holds]
    assert document["features"]["values"]["holds_count"] == len(holds)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--condition", "noisy"), "--condition: expected clean or phone"),
        (("--codec", "g729"), "--codec: expected none, mulaw"),
        (("--language", "de"), "--language: expected ru, en or both"),
        (("--clips", "."), "give --language"),
    ],
)
def test_refuses_what_it_does_not_know(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("--out", tmp_path / "calls", *arguments)
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)
    assert not (tmp_path / "calls").exists()


def test_never_writes_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "call.wav").touch()
    done = run("--out", tmp_path, "--n", 1)
    assert isinstance(done.exception, InputError)
    assert "found other files" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]
    assert "expected a folder" in str(run("--out", tmp_path / "call.wav", "--n", 1).exception)
