"""A batch that goes on: a round whenever complete files are new or changed, until somebody stops it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic
from typing import Protocol

from voxcx.batch.folder.holder import HeldError
from voxcx.batch.incoming.quiet import is_quiet, last_change_s
from voxcx.batch.plan import Summary
from voxcx.errors import InputError
from voxcx.intake.folder_jobs import RECORDING_SUFFIXES
from voxcx.intake.job import CHAT_SUFFIX
from voxcx.storage.listing import kind_of, listed, stamp_of
from voxcx.storage.paths import is_remote

RETRY_S = 300.0  # what failed (a disk that was away, a recording that a manifest named too early) is tried again,
LONGEST_RETRY_S = 3600.0  # and if it fails again, after twice the time, up to this
INPUTS = RECORDING_SUFFIXES | {CHAT_SUFFIX}
NOTHING = ""
LONG_AGO_S = 0.0


class Stop(Protocol):
    """What a clock gives (``threading.Event``)."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds; True when it is time to stop."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the source is looked at, how long a file must not have been written to, when failures come again."""

    every_s: float = 10.0
    quiet_s: float = 30.0
    retry_s: float = RETRY_S


def rounds(
    do: Callable[[], Summary], look: Callable[[], str], pace: Pace, stop: Stop
) -> Iterator[Summary | InputError]:
    """``do`` once there is anything, and again whenever ``look`` gives something else or failures are due again.

    What is wrong in the first round is raised: it was asked wrongly. Later (a manifest that somebody broke, a folder
    that another run holds at any time) it is told and tried again at the next look.
    """
    seen, retry_s, due_at_s = NOTHING, pace.retry_s, inf
    first = True
    while True:
        now = look()
        if now not in {seen, NOTHING} or monotonic() >= due_at_s:
            retry_s = pace.retry_s if now != seen else min(2 * retry_s, LONGEST_RETRY_S)
            try:
                summary = do()
            except InputError as error:
                if first and not isinstance(error, HeldError):
                    raise
                yield error
            else:
                first, seen = False, now
                due_at_s = monotonic() + retry_s if summary.failed else inf
                yield summary
        if stop.wait(pace.every_s):
            return


def looked(source: Path, quiet_s: float, leave_out: tuple[Path, ...] = ()) -> str:
    """Digest of names, sizes and times of what is complete in the source; ``NOTHING`` where nothing is.

    Raises:
        OSError: the source cannot be listed.
    """
    whole, count = hashlib.sha256(), 0
    for name, size, at_s in _files(source, _named(leave_out)):
        if is_quiet(at_s, quiet_s):
            whole.update(f"{name}\0{size}\0{at_s}\n".encode("utf-8", "surrogatepass"))
            count += 1
    return whole.hexdigest() if count else NOTHING


def _named(leave_out: tuple[Path, ...]) -> set[str]:
    return {str(path) if is_remote(path) else os.path.abspath(path) for path in leave_out}  # noqa: PTH100 - see below


def _files(source: Path, leave_out: set[str]) -> Iterator[tuple[str, int, float]]:
    """(name, size, last change) of what may be an input, in order of names."""
    if is_remote(source):
        if kind_of(source) == "file":
            yield f"{source}\0{stamp_of(source, fresh=True)}", 0, LONG_AGO_S
        else:
            yield from _objects(source, leave_out)
    elif source.is_file():
        state = source.stat()
        yield f"{source}\0{state.st_mtime}", state.st_size, LONG_AGO_S  # one that grows is read as far as it goes
    else:
        yield from _on_disk(str(source), leave_out)


def _on_disk(folder: str, leave_out: set[str]) -> Iterator[tuple[str, int, float]]:
    with os.scandir(folder) as entries:
        for one in sorted(entries, key=lambda entry: entry.name):
            if one.name.startswith("."):
                continue
            if one.is_dir(follow_symlinks=False):
                if os.path.abspath(one.path) not in leave_out:  # noqa: PTH100 - a Path for each of 100,000 is slow
                    yield from _on_disk(one.path, leave_out)
            elif os.path.splitext(one.name)[1].lower() in INPUTS and one.is_file():  # noqa: PTH122 - the same
                state = one.stat()
                yield one.path, state.st_size, last_change_s(state)


def _objects(folder: Path, leave_out: set[str]) -> Iterator[tuple[str, int, float]]:
    """Objects appear whole, so every one of them is complete."""
    for one in listed(folder):
        if one.name.startswith(".") or str(one.path) in leave_out:
            continue
        if one.is_folder:
            yield from _objects(one.path, leave_out)
        else:
            yield f"{one.path}\0{one.stamp}", one.size_bytes, LONG_AGO_S
