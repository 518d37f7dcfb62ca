from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unit.batch.test_batch import chat
from voxcx.batch.folder.holder import HeldError
from voxcx.batch.incoming.source import walk_of
from voxcx.batch.plan import Plan, Summary
from voxcx.batch.watching import NOTHING, Pace, looked, rounds
from voxcx.errors import InputError
from voxcx.results.reading import done_keys

WAIT_S = 90.0


class Looks:
    """Stops after so many looks; ``told`` is what each look gives."""

    def __init__(self, *told: str) -> None:
        self.told = list(told)

    def look(self) -> str:
        return self.told.pop(0)

    def wait(self, timeout: float) -> bool:  # noqa: ARG002 - as an Event has it
        return not self.told


def done(looks: Looks, *answers: Summary | Exception, retry_s: float = 1000.0) -> list[object]:
    waiting = list(answers)

    def do() -> Summary:
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return list(rounds(do, looks.look, Pace(0.0, 0.0, retry_s), looks))


def test_a_round_for_each_change_and_none_without() -> None:
    one, two = Summary(done=1), Summary(done=2)
    assert done(Looks("a", "a", "b", "b"), one, two) == [one, two]
    assert done(Looks(NOTHING, NOTHING)) == []


def test_failures_are_tried_again_when_they_are_due() -> None:
    bad, good = Summary(failed=1), Summary(done=1)
    assert done(Looks("a", "a", "a"), bad, good, retry_s=0.0) == [bad, good]
    assert done(Looks("a", "a", "a"), bad) == [bad], "not before"


def test_a_folder_that_is_held_is_waited_for() -> None:
    held, good = HeldError("held"), Summary(done=1)
    assert done(Looks("a", "a"), held, good) == [held, good]


def test_what_was_asked_wrongly_ends_it_and_what_breaks_later_does_not() -> None:
    with pytest.raises(InputError, match="no such column"):
        done(Looks("a"), InputError("no such column"))
    broken, good = InputError("broken"), Summary(done=1)
    assert done(Looks("a", "b", "b"), good, broken, good) == [good, broken, good]


def test_what_is_still_written_to_is_not_seen_nor_taken(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    for name in ("a.json", "b.json", "note.txt", ".c.json.part", "r/x.json"):
        (tmp_path / name).write_text(chat("x"), encoding="utf-8")
    assert looked(tmp_path, 30.0) == NOTHING
    first = looked(tmp_path, 0.0, (tmp_path / "r",))
    assert first not in {NOTHING, looked(tmp_path, 0.0)}
    (tmp_path / "note.txt").write_text("no input", encoding="utf-8")
    assert looked(tmp_path, 0.0, (tmp_path / "r",)) == first
    (tmp_path / "b.json").write_text(chat("longer"), encoding="utf-8")
    assert looked(tmp_path, 0.0, (tmp_path / "r",)) != first
    time.sleep(1.2)
    (tmp_path / "b.json").touch()
    plan = Plan(tmp_path, tmp_path / "r", "choices", quiet_s=1.0)
    assert len(list(walk_of(plan))) == 2, "the walk itself takes all"


def until(told: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end_s = time.monotonic() + WAIT_S
    while not told():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s
        time.sleep(0.2)


@pytest.mark.slow
def test_a_service_takes_what_lands_and_stops_cleanly(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "r"
    source.mkdir()
    options = ["--watch", "--every", "0.2", "--quiet", "1", "--workers", "1", "--json"]
    command = [sys.executable, "-m", "voxcx", "batch", str(source), "--out", str(out), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            (source / "a.json").write_text(chat("a"), encoding="utf-8")
            until(lambda: out.exists() and "a" in done_keys(out), process)
            workers = children(process.pid)
            half = chat("b")
            with (source / "b.json").open("w", encoding="utf-8") as file:  # takes its time, longer than a look
                for part in (half[:20], half[20:60], half[60:]):
                    file.write(part)
                    file.flush()
                    time.sleep(0.6)
            (source / ".c.json.part").write_text(chat("c"), encoding="utf-8")
            until(lambda: "b" in done_keys(out), process)
            assert children(process.pid) == workers, "the models stay loaded"
            (source / ".c.json.part").rename(source / "c.json")
            until(lambda: "c" in done_keys(out), process)
            process.send_signal(signal.SIGTERM)
            said, told = process.communicate(timeout=WAIT_S)
        finally:
            process.kill()
    assert process.returncode == 0, told
    summaries = [json.loads(line) for line in said.splitlines()]
    assert [one["done"] for one in summaries] in ([1, 1], [1, 1, 1]), (
        "the last round may end after its part was written"
    )
    assert sorted(done_keys(out)) == ["a", "b", "c"]
    assert all(one["failed"] == 0 for one in summaries)
    assert "Stopped" in told
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        pytest.skip("this system does not tell a process's children")
    return sorted(int(one) for one in text.split() if _is_worker(int(one)))


def _is_worker(pid: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes() if os.path.exists(f"/proc/{pid}") else False  # noqa: PTH110
