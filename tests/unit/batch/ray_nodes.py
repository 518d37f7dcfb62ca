"""A Ray cluster of several nodes on this machine, each a tree of processes that can be killed as a node dies."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import cast

from voxcx.batch.work import MakeWalk, Opened, Task, Walk

HOUSE = Path(__file__).parents[3]
STARTS_WITHIN_S = 60.0
STORE_BYTES = 80_000_000


class CannotStartError(Exception):
    """Ray does not start here."""


class Nodes:
    """``address`` is the first node's; the driver runs beside it."""

    def __init__(self, temp: Path) -> None:
        self.address = f"127.0.0.1:{_free_port()}"
        self._temp = temp
        self._nodes: list[subprocess.Popen[bytes]] = []

    def start(self, *resources: str) -> None:
        """One more node."""
        port = self.address.rpartition(":")[2]
        head = ("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={self._temp}")
        where = (f"--address={self.address}",) if self._nodes else head
        command = [Path(sys.executable).with_name("ray"), "start", "--block", "--disable-usage-stats", *where]
        with (self._temp / f"node-{len(self._nodes)}.log").open("wb") as log:
            self._nodes.append(
                subprocess.Popen(
                    [*command, f"--object-store-memory={STORE_BYTES}", *resources],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        self._await_start(len(self._nodes) - 1)

    def kill(self, number: int) -> None:
        """All processes of a node at once, as when its machine is switched off."""
        node = self._nodes[number]
        everybody = [*_descendants(node.pid), node.pid]
        for pid in everybody:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)  # none of them may say good-bye
        for pid in everybody:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        node.wait()

    def workers(self, number: int) -> list[int]:
        """Processes of a node that have a worker's work."""
        return [pid for pid in _descendants(self._nodes[number].pid) if "multiprocessing.spawn" in _command(pid)]

    def stop(self) -> None:
        """Kill what is left."""
        for number, node in enumerate(self._nodes):
            if node.poll() is None:
                self.kill(number)

    def _await_start(self, number: int) -> None:
        """Two that start at once on one machine would take each other's sockets."""
        log = self._temp / f"node-{number}.log"
        until_s = monotonic() + STARTS_WITHIN_S
        while monotonic() < until_s and self._nodes[number].poll() is None:
            if "Ray runtime started" in log.read_text(encoding="utf-8", errors="replace"):
                return
            sleep(0.1)
        raise CannotStartError(log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2])


@contextmanager
def ray_nodes(environment: dict[str, str]) -> Iterator[Nodes]:
    """Nobody else can join: they share a secret. Its path is short: a socket's may have 107 characters."""
    known = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(16),
        "RAY_USAGE_STATS_ENABLED": "0",
        # A node that is switched off is noticed within seconds, so that a test need not wait for it.
        "RAY_health_check_initial_delay_ms": "1000",
        "RAY_health_check_period_ms": "500",
        "RAY_health_check_timeout_ms": "1000",
        "RAY_health_check_failure_threshold": "3",
        **environment,
    }
    before = {name: os.environ.get(name) for name in known}
    os.environ.update(known)
    _read_environment()
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as temp:
        nodes = Nodes(Path(temp))
        try:
            yield nodes
        finally:
            nodes.stop()
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
            _read_environment()


def _read_environment() -> None:
    """Ray reads it once, when it is imported first."""
    from ray._raylet import AuthenticationTokenLoader, Config  # noqa: PLC0415 - an extra

    Config.initialize("")
    AuthenticationTokenLoader.instance().reset_cache()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _descendants(pid: int) -> list[int]:
    """All processes below one, from /proc."""
    parents = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = [child for child, parent in parents.items() if parent == pid]
    return [one for child in found for one in (child, *_descendants(child))]


def _command(pid: int) -> str:
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_text(errors="replace")
    return ""


def leftovers(temp: Sequence[str] = ("raylet/raylet", "gcs_server", "ray::")) -> list[str]:
    """Commands of Ray's processes that run on this machine."""
    commands = (_command(int(folder.name)) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [command[:100] for command in commands if any(word in command for word in temp)]


class Killed:
    """A walk that ends its process when it opens one certain interaction, and else does as another."""

    def __init__(self, walk: Walk, poison: str) -> None:
        self._walk = walk
        self._poison = poison

    def __getattr__(self, name: str) -> object:
        return getattr(self._walk, name)

    def open(self, task: Task) -> Opened:
        if task.id == self._poison:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._walk.open(task)


@dataclass(frozen=True)
class MakeKilled:
    make_walk: MakeWalk
    poison: str

    def __call__(self, threads: int) -> Walk:
        return cast("Walk", Killed(self.make_walk(threads), self.poison))
