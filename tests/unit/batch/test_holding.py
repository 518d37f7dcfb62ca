from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from voxcx.batch.folder import holder, lease
from voxcx.batch.folder.holder import HeldError, Holder, this_process
from voxcx.batch.folder.holding import sole_writer
from voxcx.batch.folder.lease import Terms, leased
from voxcx.errors import InputError
from voxcx.storage.listing import listed
from voxcx.storage.paths import to_path

QUICK = Terms(lease_s=0.6, renew_s=0.1, watch_s=0.3, settle_s=0.1)
HELD = (
    r"expected a folder of one run, got one held by process \d+ on \S+ since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC; wait"
)


@pytest.fixture
def store() -> Iterator[Path]:
    yield to_path("memory://results/folder")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def locks(folder: Path) -> list[str]:
    return [one.name for one in listed(folder) if one.name.startswith(".lock")]


def put_lock(folder: Path, number: int, **said: object) -> Holder:
    """A lock of a run elsewhere."""
    other = replace(this_process(), machine="another boot", host="elsewhere", token="theirs", **said)  # type: ignore[arg-type] # noqa: S106
    (folder / f".lock-{number:06d}").write_bytes(other.as_json().encode())
    return other


@pytest.mark.parametrize("where", ["here", "far"])
def test_a_second_run_is_told_who_holds_the_folder(tmp_path: Path, store: Path, where: str) -> None:
    folder = tmp_path / "r" if where == "here" else store
    with sole_writer(folder) as assure:
        assure()
        with pytest.raises(HeldError, match=HELD), sole_writer(folder):
            pass
        assure()
    for _ in range(3):
        with sole_writer(folder):
            pass
    assert len(locks(folder)) == 1


def test_the_time_of_a_lease_is_told(store: Path) -> None:
    other = put_lock(store, 4)
    ends = other.renewed_at + timedelta(seconds=120)
    with pytest.raises(HeldError, match=f"on elsewhere .* run again after {ends:%H:%M:%S} UTC"), sole_writer(store):
        pass


def test_a_released_lock_is_free_and_numbers_go_on(store: Path) -> None:
    put_lock(store, 3, released=False)
    put_lock(store, 4, released=True)
    with sole_writer(store):
        assert locks(store) == [".lock-000005"]
    assert Holder.from_json((store / ".lock-000005").read_bytes(), "").released


def test_a_lock_that_nobody_renews_runs_out(store: Path) -> None:
    put_lock(store, 1, renewed_at=datetime.now(UTC) - timedelta(seconds=0.7))
    began_s = time.monotonic()
    with leased(store, QUICK):
        assert time.monotonic() - began_s >= QUICK.watch_s
        assert locks(store) == [".lock-000002"]


def test_a_lock_that_only_looks_old_is_watched_and_left_alone(store: Path) -> None:
    old = datetime.now(UTC) - timedelta(hours=3)  # their clock is wrong, they are not
    put_lock(store, 1, renewed_at=old)
    renewing = threading.Timer(0.1, lambda: put_lock(store, 1, renewed_at=old + timedelta(seconds=20)))
    renewing.start()
    with pytest.raises(HeldError, match="on elsewhere"), leased(store, QUICK):
        pass
    renewing.join()
    assert locks(store) == [".lock-000001"]


def test_a_held_lease_is_renewed(store: Path) -> None:
    with leased(store, QUICK):
        time.sleep(2 * QUICK.lease_s)
        with pytest.raises(HeldError), leased(store, QUICK):
            pass


def test_of_many_that_take_a_dead_lock_one_has_it(store: Path) -> None:
    put_lock(store, 1, renewed_at=datetime.now(UTC) - timedelta(hours=1))
    held, refused = [], []
    over = threading.Barrier(8)

    def take() -> None:
        try:
            with leased(store, QUICK):
                held.append(threading.get_ident())
                over.wait()
        except HeldError as error:
            refused.append(str(error))
            over.wait()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(held), len(refused)) == (1, 7)


def test_a_store_that_puts_over_what_is_there_is_asked_who_won(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def puts_anyway(path: Path, content: bytes) -> bool:
        path.write_bytes(content)
        return True

    monkeypatch.setattr(lease, "put_new", puts_anyway)
    quicker = threading.Timer(0.05, lambda: put_lock(store, 1))
    quicker.start()
    with pytest.raises(HeldError, match="on elsewhere"), leased(store, QUICK):
        pass
    quicker.join()


def test_a_run_that_slept_through_its_lease_writes_nothing_more(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with leased(store, replace(QUICK, renew_s=60.0)) as assure:
        assure()
        put_lock(store, 2)  # while we slept
        real_s = lease._clock_s
        monkeypatch.setattr(lease, "_clock_s", lambda: real_s() + 600)
        with pytest.raises(HeldError, match=r"taken over by process \d+ on elsewhere .* what was done is kept"):
            assure()
    assert locks(store) == [".lock-000001", ".lock-000002"], "theirs stays as it is"
    assert not Holder.from_json((store / ".lock-000002").read_bytes(), "").released


def test_a_lock_that_is_none_is_told(store: Path) -> None:
    store.mkdir(parents=True)
    (store / ".lock-000001").write_bytes(b"what?")
    with pytest.raises(InputError, match="expected the lock of a run, got something else"), sole_writer(store):
        pass


HOLDS = """
import time
from voxcx.batch.folder.holder import this_process
print(this_process().as_json(), flush=True)
time.sleep(60)
"""


def test_a_killed_run_of_this_machine_is_known_to_be_gone(store: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE) as other:
        assert other.stdout
        holds = Holder.from_json(other.stdout.readline(), "")
        store.mkdir(parents=True)
        (store / ".lock-000001").write_bytes(holds.as_json().encode())
        with pytest.raises(HeldError, match=f"process {other.pid} on"), sole_writer(store):
            pass
        os.kill(other.pid, signal.SIGKILL)
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert holds.is_gone(), "its parent has not asked yet how it ended"
    assert holds.is_gone()
    with sole_writer(store):
        assert locks(store) == [".lock-000002"]


def test_another_process_of_the_same_number_is_not_taken_for_it() -> None:
    me = this_process()
    assert not me.is_gone()
    assert replace(me, started="1").is_gone()
    assert not replace(me, started="1", machine="another boot").is_gone()


def test_where_the_system_tells_nothing_only_time_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holder, "_machine", lambda: "")
    assert not replace(this_process(), started="1").is_gone()


def test_the_lock_of_this_disk_dies_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from voxcx.batch.folder.holding import sole_writer\n"
        "with sole_writer(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(HeldError, match=f"held by process {other.pid} on"), sole_writer(tmp_path):
            pass
        other.kill()
    with sole_writer(tmp_path):
        pass
