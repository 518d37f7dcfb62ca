"""One run writes a results folder at a time, and a second one is told who does.

On this disk the lock is the system's (flock) and dies with its process. Object storage has none: see ``lease``.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voxcx.batch.folder.holder import HeldError, Holder, this_process
from voxcx.batch.folder.lease import leased
from voxcx.errors import InputError
from voxcx.storage.paths import is_remote

LOCK = ".lock"


@contextmanager
def sole_writer(folder: Path) -> Iterator[Callable[[], None]]:
    """Hold the folder while writing. Call what is given before every write: it raises once the folder is lost.

    Raises:
        HeldError: another run holds it (who that is), or has taken it meanwhile.
        OSError: the folder cannot be written.
    """
    holding = leased(folder) if is_remote(folder) else _locked(folder)
    with holding as assure:
        yield assure


@contextmanager
def _locked(folder: Path) -> Iterator[Callable[[], None]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HeldError(
                f"{folder}: expected a folder of one run, got one held by {_who(file.read())}; wait for it."
            ) from None
        file.truncate(0)
        file.write(this_process().as_json())
        file.flush()
        yield lambda: None


def _who(text: str) -> str:
    with suppress(InputError):
        return Holder.from_json(text, LOCK).told
    return "another process"  # that has not yet written who it is
