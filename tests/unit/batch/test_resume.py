"""Starting again: a finished run is known at once, what killed its worker is not tried again, changes are noticed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sound_files import piece, write_transcript, write_wav
from unit.batch.at_once import AtOnce
from unit.batch.fake_walk import MakeFakeWalk
from unit.batch.test_batch import Watcher, chat, mixed, source_of
from voxcx.batch import desk
from voxcx.batch import run as page
from voxcx.batch.folder.finished import FINISHED
from voxcx.batch.incoming import stamps
from voxcx.batch.run import Plan, Summary, rehearse, run_batch
from voxcx.batch.workers.local import LocalWorkers
from voxcx.intake.job import BadRow, Job
from voxcx.results.failures import read_failures
from voxcx.results.reading import done_keys, parts_of

OLD_S = 1_700_000_000


def run(plan: Plan, diary: Path) -> Summary:
    return run_batch(plan, AtOnce(diary), Watcher())


def run_apart(plan: Plan, diary: Path, watcher: Watcher | None = None) -> Summary:
    """With a worker process, since one of the tasks kills it."""
    return run_batch(plan, LocalWorkers(MakeFakeWalk(diary), 1, threads=1), watcher or Watcher())


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for every full pass over the source; files are as old as an archive's."""
    told: list[str] = []
    surveyed = page.surveyed

    def watched(*given: Any) -> None:
        told.append("pass")
        surveyed(*given)

    monkeypatch.setattr(page, "surveyed", watched)
    monkeypatch.setattr(stamps, "RACY_S", 0.0)
    return told


def recordings(folder: Path, *names: str) -> Path:
    """A folder of calls, each with its stored transcript beside it in ``t``."""
    (folder / "t").mkdir(parents=True)
    for name in names:
        write_wav(folder / f"{name}.wav", piece(0, 1))
        write_transcript(folder / "t" / f"{name}.json", [("agent", 0.1, 0.8, "Good morning")])
    return folder


def test_a_finished_run_is_known_at_once(tmp_path: Path, passes: list[str]) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    watcher = Watcher()
    again = run_batch(plan, AtOnce(tmp_path / "diary"), watcher)
    assert (again, watcher.total, watcher.last) == (Summary(2, skipped=2), 2, Summary(2, skipped=2))
    assert passes == ["pass"]


CHANGES: dict[str, Callable[[Plan], Plan]] = {
    "choices": lambda plan: replace(plan, choices="others"),
    "sound": lambda plan: replace(plan, sound="others"),
    "where": lambda plan: replace(plan, where="queue is null"),
    "surveys": lambda plan: replace(plan, surveys=_surveys(plan.source.parent)),
    "retry": lambda plan: replace(plan, retry=True),
    "line": lambda plan: replace(plan, source=source_of(plan.source.parent, chat("a"), chat("b"), chat("c"))),
}


def _surveys(folder: Path) -> Path:
    path = folder / "s.csv"
    path.write_text("interaction_id,rating,answered_at\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_looked_at(tmp_path: Path, passes: list[str], name: str) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    run(CHANGES[name](plan), tmp_path / "diary")
    assert passes == ["pass"] * 2


@pytest.mark.parametrize("table", ["interactions", "heard", "utterances"])
def test_parts_that_someone_removed_are_missed(tmp_path: Path, passes: list[str], table: str) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    for part in parts_of(plan.out, table):
        part.unlink()
    run(plan, tmp_path / "diary")
    assert passes == ["pass"] * 2


def test_parts_of_interactions_that_someone_removed_are_done_again(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices")
    run(plan, tmp_path / "diary")
    for part in parts_of(plan.out, "interactions"):
        part.unlink()
    assert run(plan, tmp_path / "diary").done == 2


def test_files_of_folders_are_known_by_their_stamps(tmp_path: Path, passes: list[str]) -> None:
    source = recordings(tmp_path / "calls", "a", "b")
    plan = Plan(source, tmp_path / "r", "choices", transcripts=source / "t")
    assert run(plan, tmp_path / "diary").done == 2
    assert run(plan, tmp_path / "diary").skipped == 2
    assert passes == ["pass"]
    write_wav(source / "a.wav", piece(1, 2))
    assert run(plan, tmp_path / "diary").done == 1
    write_transcript(source / "t" / "b.json", [("agent", 0.1, 0.8, "Good evening")])
    assert run(plan, tmp_path / "diary").done == 1
    (source / "a.json").write_text('{"queue": "billing"}', encoding="utf-8")
    assert run(plan, tmp_path / "diary").done == 1
    write_wav(source / "c.wav", piece(0, 1))
    assert run(plan, tmp_path / "diary").failed == 1, "a recording without its transcript"
    assert passes == ["pass"] * 5


def test_files_that_a_manifest_names_are_known_by_their_stamps(tmp_path: Path, passes: list[str]) -> None:
    source = recordings(tmp_path / "calls", "a")
    (source / "b.json").write_text(chat("b"), encoding="utf-8")
    (source / "cdr.json").write_text('{"queue_wait_s": 3}', encoding="utf-8")
    manifest = source / "m.csv"
    manifest.write_text("interaction_id;recording;telephony\na;a.wav;cdr.json\nb;b.json;\nc;;{}\n", encoding="utf-8")
    plan = Plan(manifest, tmp_path / "r", "choices", transcripts=source / "t")
    assert run(plan, tmp_path / "diary").done == 3
    assert run(plan, tmp_path / "diary").skipped == 3
    assert passes == ["pass"]
    for name, text in (("b.json", chat("b", queue="tech")), ("cdr.json", '{"queue_wait_s": 4}')):
        (source / name).write_text(text, encoding="utf-8")
        assert run(plan, tmp_path / "diary").done == 1, name
    os.utime(source / "a.wav", (OLD_S, OLD_S))
    assert run(plan, tmp_path / "diary").skipped == 3, "the same bytes are the same work"
    assert passes == ["pass"] * 4


def test_what_is_too_fresh_to_trust_makes_no_snapshot(tmp_path: Path) -> None:
    source = recordings(tmp_path / "calls", "a")
    run(Plan(source, tmp_path / "r", "choices", transcripts=source / "t"), tmp_path / "diary")
    assert not (tmp_path / "r" / FINISHED).exists()


@pytest.mark.parametrize("vexed", [{"limit": 1}, {"where": "started_at is null or started_at < now()"}])
def test_what_is_not_finished_makes_no_snapshot(tmp_path: Path, vexed: dict[str, Any]) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b")), tmp_path / "r", "choices", **vexed)
    run(plan, tmp_path / "diary")
    assert not (plan.out / FINISHED).exists()


def test_failures_that_may_pass_are_tried_again_and_poison_is_not(tmp_path: Path, passes: list[str]) -> None:
    plan = Plan(mixed(tmp_path), tmp_path / "r", "choices")
    assert run_apart(plan, tmp_path / "diary").failed == 6
    assert not (plan.out / FINISHED).exists(), "some may be done another time"
    watcher = Watcher()
    again = run_apart(plan, tmp_path / "diary", watcher)
    assert (again.done, again.skipped, again.failed) == (0, 2, 6)
    assert [one.stage for one in watcher.failures].count("worker") == 1
    assert read_failures(plan.out)["b"].stage == "worker"
    source_of(tmp_path, chat("b", topic="kills", queue="other"))
    assert run_apart(plan, tmp_path / "diary").failed == 1
    source_of(tmp_path, chat("b"))
    assert run(plan, tmp_path / "diary").done == 1, "a changed input is another work"
    assert "b" not in read_failures(plan.out)
    assert passes == ["pass"] * 4


def test_poison_alone_is_finished_and_tried_again_when_asked(tmp_path: Path, passes: list[str]) -> None:
    plan = Plan(source_of(tmp_path, chat("a"), chat("b", topic="kills")), tmp_path / "r", "choices")
    first = run_apart(plan, tmp_path / "diary")
    loads = len((tmp_path / "diary").read_text(encoding="utf-8").splitlines())
    watcher = Watcher()
    again = run_apart(plan, tmp_path / "diary", watcher)
    assert (again.skipped, again.failed, first.failed) == (1, 1, 1)
    assert [one.interaction_id for one in watcher.failures] == ["b"]
    assert passes == ["pass"]
    assert len((tmp_path / "diary").read_text(encoding="utf-8").splitlines()) == loads, "no worker was started"
    assert run_apart(replace(plan, retry=True), tmp_path / "diary").failed == 1
    assert len((tmp_path / "diary").read_text(encoding="utf-8").splitlines()) > loads


def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """The source changes after it was surveyed."""
    walk_of = desk.walk_of

    def changed(*given: Any) -> Any:
        change()
        return walk_of(*given)

    monkeypatch.setattr(desk, "walk_of", changed)


def test_a_source_that_changes_meanwhile_is_told_and_nothing_is_mixed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [chat("a"), chat("b"), chat("c"), chat("d")]
    plan = Plan(source_of(tmp_path, *lines), tmp_path / "r", "choices")
    after = [chat("a"), chat("x"), chat("c", topic="new")]  # another, a changed one, one less
    changing(monkeypatch, lambda: source_of(tmp_path, *after))
    summary = run(plan, tmp_path / "diary")
    assert (summary.done, summary.failed) == (1, 3)
    assert done_keys(plan.out).keys() == {"a"}
    reasons = {name: one.reason for name, one in read_failures(plan.out).items()}
    assert "got something else" in reasons["b"]
    assert "got something else" in reasons["c"]
    assert "found nothing" in reasons["d"]
    monkeypatch.undo()
    assert run(plan, tmp_path / "diary").done == 2
    assert done_keys(plan.out).keys() == {"a", "x", "c"}
    assert read_failures(plan.out) == {}


def test_files_that_come_and_go_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "chats"
    source.mkdir()
    for name in "bdf":
        (source / f"{name}.json").write_text(chat(name), encoding="utf-8")

    def change() -> None:
        (source / "d.json").unlink(missing_ok=True)
        for name in "aceg":
            (source / f"{name}.json").write_text(chat(name), encoding="utf-8")

    changing(monkeypatch, change)
    plan = Plan(source, tmp_path / "r", "choices")
    summary = run(plan, tmp_path / "diary")
    assert (summary.total, summary.done, summary.failed) == (3, 2, 1)
    assert done_keys(plan.out).keys() == {"b", "f"}, "what is new is the next run's"
    assert "found nothing" in read_failures(plan.out)["d"].reason
    assert run(plan, tmp_path / "diary").done == 4


def test_what_is_done_is_not_read_a_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(source_of(tmp_path, *(chat(name) for name in "abc")), tmp_path / "r", "choices", limit=2)
    run(plan, tmp_path / "diary")
    read: list[str] = []
    walk_of = desk.walk_of

    def watched(*given: Any) -> Any:
        for job in walk_of(*given):
            assert isinstance(job, Job | BadRow)
            read.append(job.where[-1])
            yield job

    monkeypatch.setattr(desk, "walk_of", watched)
    assert run(replace(plan, limit=None), tmp_path / "diary").done == 1
    assert read == ["3"]


def test_a_rehearsal_tells_time_and_disk(tmp_path: Path, passes: list[str]) -> None:
    source = recordings(tmp_path / "calls", "a", "b", "c")
    shutil.rmtree(source / "t")
    (source / "noise.wav").write_bytes(b"sound")
    (source / "chat.json").write_text(chat("chat"), encoding="utf-8")
    plan = Plan(source, tmp_path / "r", "choices", limit=3, workers=2)
    found = rehearse(plan, Watcher())
    assert (found.total, found.new, found.later, found.skipped, found.failed) == (5, 3, 2, 0, 0)
    assert found.sound_s == pytest.approx(3.0)
    assert found.work_s == pytest.approx(3 * (found.pace.chat_s + found.pace.sound_share))
    assert found.took_s == pytest.approx(found.work_s / 2)
    assert 10_000 < found.disk_bytes < 1_000_000
    assert not plan.out.exists()
    assert passes == []
    everything = rehearse(replace(plan, limit=None), Watcher())
    assert (everything.new, everything.unknown_lengths, everything.left) == (5, 1, 5)


def test_a_rehearsal_hashes_nothing_that_the_folder_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = recordings(tmp_path / "calls", "a")
    plan = Plan(source, tmp_path / "r", "choices", transcripts=source / "t")
    run(plan, tmp_path / "diary")
    write_wav(source / "b.wav", piece(0, 1))
    write_transcript(source / "t" / "b.json", [("agent", 0.1, 0.8, "Good morning")])
    hashed: list[str] = []
    monkeypatch.setattr(stamps, "file_sha256", lambda path: hashed.append(path.name) or "0" * 64)
    found = rehearse(replace(plan, choices="others"), Watcher())
    assert found.new + found.again == 2
    assert "b.wav" not in hashed


def test_pace_and_disk_are_measured_when_there_is_enough_to_measure(tmp_path: Path) -> None:
    plan = Plan(source_of(tmp_path, *(chat(f"c{k}") for k in range(250))), tmp_path / "r", "choices")
    before = rehearse(plan, Watcher())
    assert (before.pace.chat_is_measured, before.disk_is_measured) == (False, False)
    run(plan, tmp_path / "diary")
    known = json.loads((plan.out / ".pace.json").read_text(encoding="utf-8"))
    source_of(tmp_path, *(chat(f"c{k}") for k in range(300)))
    after = rehearse(plan, Watcher())
    assert (after.new, after.skipped) == (50, 250)
    assert (after.pace.chat_is_measured, after.disk_is_measured) == (True, True)
    assert after.pace.chat_s == known["chat_s"] > 0
    assert after.disk_bytes < before.disk_bytes
