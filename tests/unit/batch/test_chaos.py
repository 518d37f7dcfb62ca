"""Killed at any moment, on a full disk, with inputs that vanish, twice at once: nothing is lost and nothing doubled.

Real processes and the real command line (``chaos_cli.py`` watches what they do).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unit.batch.archive import POISONED, Archive, make_archive
from unit.batch.chaos_cli import KILLER
from unit.batch.test_batch import chat
from voxcx.results.failures import read_failures
from voxcx.results.reading import done_keys, parts_of, read_table
from voxcx.results.schema import TABLES

TESTS = Path(__file__).parents[2]
KILLS = 20
WORKERS = 1  # loading them is most of the time here; two are tested elsewhere
PATIENCE_S = 240.0
pytestmark = pytest.mark.slow


def start(archive: Archive | Path, out: Path, diary: Path, **vexed: object) -> subprocess.Popen[str]:
    source = [archive.manifest, "--transcripts", archive.transcripts] if isinstance(archive, Archive) else [archive]
    known = {f"CHAOS_{name.upper()}": str(value) for name, value in vexed.items()}
    paths = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths, "CHAOS_DIARY": str(diary), **known}
    command = [sys.executable, TESTS / "unit/batch/chaos_cli.py", "batch", *source, "--out", out, "--workers", WORKERS]
    pipe = subprocess.PIPE
    return subprocess.Popen(  # its own group: a kill takes the workers, too
        list(map(str, command)), env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def finish(archive: Archive | Path, out: Path, diary: Path, **vexed: object) -> tuple[int, str]:
    """Exit code and all that it said."""
    process = start(archive, out, diary, **vexed)
    said = "".join(process.communicate(timeout=PATIENCE_S))
    return process.returncode, said


def begun(diary: Path) -> list[str]:
    return diary.read_text(encoding="utf-8").splitlines() if diary.exists() else []


def rows_of(out: Path) -> dict[str, list[dict[str, object]]]:
    """All tables, by interaction; an interaction's rows stay in their order."""
    found = {table: read_table(out, table).to_pylist() for table in TABLES}
    return {table: sorted(rows, key=lambda row: str(row["interaction_id"])) for table, rows in found.items()}


def assert_same(out: Path, whole: Path) -> None:
    ours, theirs = rows_of(out), rows_of(whole)
    for table in TABLES:
        assert len(ours[table]) == len(theirs[table]), table
        assert ours[table] == theirs[table], table
    assert read_failures(out) == read_failures(whole)
    raw = [name for path in parts_of(out, "interactions") for name in _ids(path)]
    assert len(raw) == len(set(raw)), "also for who reads the parts as they are"


def _ids(path: Path) -> list[str]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only here

    return list(pq.read_table(path)["interaction_id"].to_pylist())


def kill_at_a_random_moment(process: subprocess.Popen[str], diary: Path, chance: random.Random) -> None:
    """While it loads, while it works, while it writes: after so many interactions or seconds, whatever comes first."""
    enough = chance.choice([0, 1, 5, 12, 20, 30])
    latest_s = time.monotonic() + (chance.uniform(0.2, 4.0) if enough == 0 else PATIENCE_S)
    while process.poll() is None and time.monotonic() < latest_s and (enough == 0 or len(begun(diary)) < enough):
        time.sleep(0.02)
    time.sleep(chance.uniform(0.0, 0.5))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.timeout(1200)
def test_killed_twenty_times_the_results_are_those_of_one_run(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "archive", 300)
    code, said = finish(archive, tmp_path / "whole", tmp_path / "diary")
    assert (code, "failed 10" in said) == (1, True), said
    whole = Counter(begun(tmp_path / "diary"))
    assert whole[KILLER] == 1, "what kills a worker does so once"
    assert max(whole.values()) <= 2, "and those in its bundle are begun again"
    assert len(done_keys(tmp_path / "whole")) == 300 - POISONED

    chance, out, runs = random.Random(7), tmp_path / "r", []  # noqa: S311 - no secret
    for k in range(KILLS):
        done = set(done_keys(out))
        kill_at_a_random_moment(start(archive, out, tmp_path / f"{k}"), tmp_path / f"{k}", chance)
        runs.append(Counter(begun(tmp_path / f"{k}")))
        assert not done & runs[-1].keys(), "what was done is not done again"
    code, said = finish(archive, out, tmp_path / "last")
    assert code == 1, said
    runs.append(Counter(begun(tmp_path / "last")))
    assert sum(bool(run) for run in runs) > KILLS // 2, "most kills came while it worked"
    assert all(max(run.values(), default=0) <= 1 + run[KILLER] for run in runs), "once, and once more for every death"
    assert sum(runs, Counter()).keys() == whole.keys()
    assert sum(KILLER in run for run in runs) <= KILLS + 1
    assert_same(out, tmp_path / "whole")
    assert not list(out.glob("**/.unfinished*"))


def chats(folder: Path, count: int) -> Path:
    path = folder / "chats.jsonl"
    known = {
        f"c{k:03d}": {"customer_id": f"k{k % 7}", "started_at": f"2026-03-01T{k % 24:02d}:00Z"} for k in range(count)
    }
    path.write_text("".join(f"{chat(name, **facts)}\n" for name, facts in known.items()), encoding="utf-8")
    return path


def mount(*options: str) -> bool:
    """Whether this machine lets us."""
    return subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0


@contextmanager
def full_disk(folder: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """A disk of its own that is too small; where none can be made, a quota that our own writing counts."""
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=500k", "tmpfs", str(folder)):
        yield folder, {"room": 400_000}
        return
    try:
        yield folder, {}
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_that_fills_loses_nothing(tmp_path: Path) -> None:
    source = chats(tmp_path, 120)
    finish(source, tmp_path / "whole", tmp_path / "diary")
    with full_disk(tmp_path / "disk") as (disk, vexed):
        code, said = finish(source, disk / "r", tmp_path / "first", **vexed)
        assert code == 2, said
        assert "No space left on device" in said
        done = done_keys(disk / "r")
        assert 0 < len(done) < 120, "what was written before is whole"
        mount("-o", "remount,size=100m", str(disk))
        code, said = finish(source, disk / "r", tmp_path / "again")
        assert code == 0, said
        assert not done.keys() & set(begun(tmp_path / "again"))
        assert_same(disk / "r", tmp_path / "whole")


def test_an_input_that_vanishes_costs_itself_alone(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "archive", 60)
    lost = archive.manifest.parent / "i0041.wav"
    content = lost.read_bytes()
    code, said = finish(archive, tmp_path / "r", tmp_path / "diary", vanish=lost)
    assert code == 1, said
    failure = read_failures(tmp_path / "r")["i0041"]
    assert "i0041.wav" in failure.reason
    assert len(done_keys(tmp_path / "r")) == 60 - POISONED - 1
    lost.write_bytes(content)
    assert finish(archive, tmp_path / "r", tmp_path / "again")[0] == 1, "the poisoned ones have failed still"
    assert KILLER not in begun(tmp_path / "again"), "what killed its worker is not tried again"
    assert len(done_keys(tmp_path / "r")) == 60 - POISONED
    assert "i0041" not in read_failures(tmp_path / "r")


def test_of_two_runs_the_second_says_who_holds_the_folder(tmp_path: Path) -> None:
    source = chats(tmp_path, 40)
    first = start(source, tmp_path / "r", tmp_path / "first", slow_s=0.2)
    while not begun(tmp_path / "first"):
        time.sleep(0.05)
        assert first.poll() is None
    code, said = finish(source, tmp_path / "r", tmp_path / "second")
    assert code == 2, said
    assert f"process {first.pid}" in said
    assert os.uname().nodename in said
    assert begun(tmp_path / "second") == []
    assert first.wait(timeout=PATIENCE_S) == 0
    first.communicate()
    assert len(done_keys(tmp_path / "r")) == 40
    assert json.loads((tmp_path / "r" / "run.json").read_text(encoding="utf-8"))["source"] == "chats.jsonl"
