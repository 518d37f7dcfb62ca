"""A file is hashed once as long as its stamp stays, and never trusted when it is too fresh."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sound_files import piece, write_wav
from voxcx.batch.incoming import stamps
from voxcx.batch.incoming.stamps import INPUTS, MANY_SEGMENTS, Stamps
from voxcx.errors import InputError
from voxcx.intake.audio import file_sha256

OLD_S = 1_700_000_000


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were read, and a clock by which they are an hour old."""
    names: list[str] = []

    def watched(path: Path) -> str:
        names.append(path.name)
        return file_sha256(path)

    monkeypatch.setattr(stamps, "file_sha256", watched)
    monkeypatch.setattr(stamps.time, "time", lambda now=time.time: now() + 3600)
    return names


def written(path: Path, text: str, at_s: int = OLD_S) -> Path:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at_s, at_s))
    return path


def first_run(out: Path, *paths: Path) -> None:
    known = Stamps(out)
    known.begin()
    for path in paths:
        known.sha256(path)
    known.save()


def test_the_same_stamp_is_the_same_file(tmp_path: Path, hashed: list[str]) -> None:
    path = written(tmp_path / "a", "one")
    first_run(tmp_path / "r", path, path)
    assert hashed == ["a"]
    assert Stamps(tmp_path / "r").sha256(path) == file_sha256(path)
    assert hashed == ["a"], "not even in the next run"


@pytest.mark.parametrize("change", ["time", "size", "replaced"])
def test_what_changed_is_hashed_again(tmp_path: Path, hashed: list[str], change: str) -> None:
    path = written(tmp_path / "a", "one")
    first_run(tmp_path / "r", path)
    if change == "replaced":  # the same size and time, another file
        written(tmp_path / "b", "two").replace(path)
    else:
        written(path, "two" if change == "time" else "three", OLD_S + (change == "time"))
    assert Stamps(tmp_path / "r").sha256(path) == file_sha256(path)
    assert hashed == ["a", "a"]


def test_what_is_fresh_is_not_trusted(tmp_path: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    path = written(tmp_path / "a", "one", round(time.time()))
    first_run(tmp_path / "r", path)
    written(path, "two", round(path.stat().st_mtime))
    assert Stamps(tmp_path / "r").sha256(path) == file_sha256(path)
    assert not list((tmp_path / "r").rglob("*.jsonl")), "nothing was kept of it"
    assert hashed == []


def test_lost_and_broken_segments_cost_time_alone(tmp_path: Path, hashed: list[str]) -> None:
    path = written(tmp_path / "a", "one")
    first_run(tmp_path / "r", path)
    (segment,) = (tmp_path / "r" / INPUTS).iterdir()
    segment.write_text('{"a": 1}\n["x"]\nnonsense', encoding="utf-8")
    assert Stamps(tmp_path / "r").sha256(path) == file_sha256(path)
    assert hashed == ["a", "a"]


def test_many_segments_are_joined(tmp_path: Path, hashed: list[str]) -> None:
    paths = [written(tmp_path / f"{k}", str(k)) for k in range(MANY_SEGMENTS)]
    for path in paths:
        first_run(tmp_path / "r", path)
    assert len(list((tmp_path / "r" / INPUTS).iterdir())) == MANY_SEGMENTS
    first_run(tmp_path / "r", *paths)
    assert len(list((tmp_path / "r" / INPUTS).iterdir())) == 1
    first_run(tmp_path / "r", *paths)
    assert len(hashed) == MANY_SEGMENTS


def test_lengths_are_asked_once(tmp_path: Path, hashed: list[str]) -> None:
    path = write_wav(tmp_path / "a.wav", piece(0, 2))
    first = Stamps(tmp_path / "r")
    assert first.sound_s(path) == pytest.approx(2.0)
    first.sha256(path)
    first.save()
    again = Stamps(tmp_path / "r")
    assert again.sound_s(path, lambda _: pytest.fail("it was asked again")) == pytest.approx(2.0)
    assert again.sha256(path) == first.sha256(path)
    assert hashed == ["a.wav"]


def test_a_dry_run_writes_nothing(tmp_path: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "SAVE_AFTER", 1)
    Stamps(tmp_path / "r").sha256(written(tmp_path / "a", "one"))
    assert not (tmp_path / "r").exists()
    assert hashed == ["a"]


@pytest.mark.timeout(20)
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(InputError, match="got a pipe or a device"):
        Stamps().sha256(tmp_path / "pipe.wav")
    assert Stamps().sound_s(tmp_path / "pipe.wav") is None


def test_what_is_absent_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a readable file"):
        Stamps().sha256(tmp_path / "absent")
