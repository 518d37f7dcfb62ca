"""However a run ends, its workers end with it: no orphan goes on burning a core."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voxcx.batch.workers import worker
from voxcx.cli.stopping import stopped_like_ctrl_c

TESTS = Path(__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from unit.batch.poison import MakePoisonWalk
from unit.batch.test_local import chat
from voxcx.batch.workers.local import LocalWorkers

if __name__ == "__main__":
    tasks = [chat(f"c{k}", sys.argv[2]) for k in range(200)]
    for parcel in LocalWorkers(MakePoisonWalk(Path(sys.argv[1])), 2, 1).run(tasks):
        print(parcel.ids, flush=True)
"""


def run_of(folder: Path, topic: str) -> subprocess.Popen[str]:
    """A run in its own process group, whose workers are at work."""
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)])}
    command = [sys.executable, "run.py", "diary", topic]
    run = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    give_up_s = time.monotonic() + 60
    while not (folder / "diary").exists() and time.monotonic() < give_up_s:
        time.sleep(0.05)
    assert (folder / "diary").exists(), "no worker has begun"
    return run


def workers_of(pid: int) -> list[int]:
    """Its worker processes, while it lives."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split() if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def are_gone(pids: list[int], within_s: float = 10.0) -> bool:
    give_up_s = time.monotonic() + within_s
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > give_up_s:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


@needs_proc
@pytest.mark.parametrize("topic", ["judge:spins", "judge:slow", "open:waits"])
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path, topic: str) -> None:
    run = run_of(tmp_path, topic)
    workers = workers_of(run.pid)
    assert workers
    run.kill()
    run.wait()
    assert are_gone(workers)
    run.communicate()


@needs_proc
def test_ctrl_c_to_all_is_answered_by_the_parent_alone(tmp_path: Path) -> None:
    run = run_of(tmp_path, "judge:spins")
    workers = workers_of(run.pid)
    os.killpg(run.pid, signal.SIGINT)
    _, told = run.communicate(timeout=20)
    assert are_gone(workers)
    assert told.count("KeyboardInterrupt") == 1, "workers say nothing"


@needs_proc
def test_where_the_system_does_not_tell_a_worker_asks_it(tmp_path: Path) -> None:
    """The watch that other systems than Linux need, in a child whose parent is killed."""
    child = (
        "import os, sys, time\n"
        "from voxcx.batch.workers import worker\n"
        "worker.sys = type('Elsewhere', (), {'platform': 'darwin'})\n"
        "worker.LOOK_S = 0.1\n"
        "worker.end_with(os.getppid())\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(60)\n"
    )
    (tmp_path / "child.py").write_text(child, encoding="utf-8")
    parent = f"import subprocess, sys; subprocess.run([sys.executable, {str(tmp_path / 'child.py')!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        run.kill()
        assert are_gone([pid])


def test_a_worker_whose_parent_has_ended_already_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(worker.os, "_exit", ended.append)
    monkeypatch.setattr(worker.ctypes, "CDLL", lambda _: type("C", (), {"prctl": lambda *_: 0})())
    monkeypatch.setattr(worker.sys, "platform", "linux")
    worker.end_with(os.getppid() + 1)
    assert ended == [1]


def test_sigterm_stops_as_ctrl_c_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stopped_like_ctrl_c():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
