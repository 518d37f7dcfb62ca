"""How long an interaction may take and how much memory a worker may use; what is wrong beyond them is the input."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voxcx.batch.work import Task

TIME_S = 600.0
S_PER_MB = (
    10.0  # more for a recording: 10 hours of the thinnest speech codec are 27 MB and take six minutes to listen to
)
LOADING_S = 1800.0  # weights may come from a hub
MB = 1_000_000
GB = 1_000_000_000
_STATM = "/proc/{}/statm"
_STATUS = "/proc/self/status"


@dataclass(frozen=True, slots=True)
class Limits:
    """``time_s`` is how long a worker may be at one interaction, or recognise without any window done.

    ``loading_s`` comes on top while the tools load, and the recogniser before its first answer.
    ``memory_bytes`` is what a worker process may hold in memory; None: as much as there is.
    """

    time_s: float = TIME_S
    loading_s: float = LOADING_S
    memory_bytes: int | None = None

    def allowed_s(self, tasks: Iterable[Task]) -> float:
        """The limit for these together: larger recordings take longer, and none is refused for its length."""
        return self.time_s + S_PER_MB / MB * sum(_size(path) for task in tasks for path in task.job.recordings)


def resident_bytes(pid: int) -> int | None:
    """What a process holds in memory. None where the system does not tell (only Linux does)."""
    try:
        with open(_STATM.format(pid), encoding="ascii") as file:  # noqa: PTH123 - twice a second for each worker
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def refuse_more_data(limit_bytes: int) -> None:
    """Let this process have so much more data: what grows faster than the parent can look gets a MemoryError.

    Counts from what is loaded now, since reserved but unused memory counts here, too. Nothing happens where the system
    knows no such limit.
    """
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = _data_bytes() + limit_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard < 0 else min(wanted, hard), hard))


def _data_bytes() -> int:
    lines = Path(_STATUS).read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # it cannot be opened either, which takes no time
