"""The real command line, watched and vexed: ``python chaos_cli.py batch SOURCE --out R``.

Workers are spawned and run this file again, so what is changed here is changed in them, too. Environment:
``CHAOS_DIARY`` – a line for every interaction that a worker begins · ``CHAOS_ROOM`` – bytes of results that the disk
takes before it is full · ``CHAOS_SLOW_S`` – seconds that each interaction takes longer · ``CHAOS_VANISH`` – a file
that disappears when the first interaction is begun.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path
from typing import Any

from voxcx.batch.folder import journal
from voxcx.batch.work import Opened, Task
from voxcx.batch.workers.walk import ToolsWalk
from voxcx.results import compaction, writing

KILLER = "kills its worker"
journal.CHUNK, journal.FLUSH_S = 20, 0.3  # so that there is something to tear at every moment
compaction.MANY_FRESH = 6
_open, _fsync = ToolsWalk.open, os.fsync
_written: dict[str, int] = {"bytes": 0}


def watched_open(self: ToolsWalk, task: Task) -> Opened:
    """Write the diary, then do as always."""
    if diary := os.environ.get("CHAOS_DIARY"):
        with Path(diary).open("a", encoding="utf-8") as file:
            file.write(f"{task.id}\n")
    if vanishing := os.environ.get("CHAOS_VANISH"):
        Path(vanishing).unlink(missing_ok=True)
    if task.id == KILLER:
        os.kill(os.getpid(), signal.SIGSEGV)  # it crashes, as a decoder does
    time.sleep(float(os.environ.get("CHAOS_SLOW_S", "0")))
    return _open(self, task)


class QuotaOs:
    """``os`` with a disk that fills: what a full one tells, it tells at the latest when a file is flushed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    @staticmethod
    def fsync(handle: int) -> None:
        """Count what is written."""
        _written["bytes"] += os.fstat(handle).st_size
        if _written["bytes"] > int(os.environ["CHAOS_ROOM"]):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        _fsync(handle)


ToolsWalk.open = watched_open  # type: ignore[method-assign]
if "CHAOS_ROOM" in os.environ:
    writing.os = QuotaOs()  # type: ignore[attr-defined]

if __name__ == "__main__":
    from voxcx.cli import main

    main()
