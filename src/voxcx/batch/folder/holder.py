"""Who holds a results folder, as it is written into the lock."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from voxcx.errors import InputError

_PROC = Path("/proc")
_DEAD = "ZX"  # killed, and its parent has not asked yet how it ended


class HeldError(InputError):
    """The folder is another run's."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that writes a folder.

    ``token`` is nobody else's. ``machine`` names the running system and the process's own space of numbers in it, and
    ``started`` the moment the process began there: both empty where the system does not tell. ``renewed_at`` is when it
    last said that it lives; ``released``: it is done.
    """

    process: int
    host: str
    since: datetime
    renewed_at: datetime
    token: str
    machine: str = ""
    started: str = ""
    released: bool = False

    @property
    def told(self) -> str:
        """For people."""
        return f"process {self.process} on {self.host} since {self.since:%Y-%m-%d %H:%M:%S} UTC"

    def as_json(self) -> str:
        """One line of JSON."""
        record = asdict(self) | {"since": self.since.isoformat(), "renewed_at": self.renewed_at.isoformat()}
        return json.dumps(record) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, where: object) -> Holder:
        """Read it back.

        Raises:
            InputError: it is something else.
        """
        try:
            record = json.loads(text)
            known = {one.name: record[one.name] for one in fields(cls)}
            times = {name: datetime.fromisoformat(known[name]) for name in ("since", "renewed_at")}
        except (ValueError, TypeError, KeyError):
            raise InputError(f"{where}: expected the lock of a run, got something else; look and remove it.") from None
        return cls(**{**known, **times})

    def is_gone(self) -> bool:
        """Whether it surely lives no more: its process ran on this very system. False where only time can tell."""
        here = _machine()
        return bool(here) and self.machine == here and _started(self.process) != self.started


def this_process() -> Holder:
    """A new holder."""
    now, number = datetime.now(UTC), os.getpid()
    return Holder(number, socket.gethostname(), now, now, secrets.token_hex(8), _machine(), _started(number))


@lru_cache(maxsize=1)
def _machine() -> str:
    """The boot of this system, and the space that its process numbers mean something in (a container has its own)."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(process: int) -> str:
    """When a process began, in the system's own count: a number is given to another process later."""
    try:
        stat = (_PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in _DEAD else rest[18]
