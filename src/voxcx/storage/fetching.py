"""Copies on this disk of objects that are needed as files. They lie in one folder of this process and go with it.

A process that is killed cannot clean up: whoever fetches next removes what is nobody's any more.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from voxcx.errors import InputError
from voxcx.storage.listing import stamp_of
from voxcx.storage.paths import is_remote
from voxcx.storage.reaching import reached

AT_ONCE = 4  # objects on their way at once: one connection rarely fills a line
PREFIX, LOCK = "voxcx-copies-", ".lock"
NAME_BYTES = 200  # of a copy's name; most disks take 255, keys in a store may be longer


class Copies:
    """Copies for whoever asks, by an owner's name: what is expected is fetched in the background."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._held: dict[str, dict[str, Future[Path]]] = {}

    def expect(self, owner: str, paths: Iterable[Path]) -> None:
        """Begin to fetch what is not on this disk."""
        held = self._held.get(owner, {})
        for path in paths:
            if is_remote(path) and str(path) not in held:
                self._pool = self._pool or ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetch")
                held[str(path)] = self._pool.submit(fetched, path)
        if held:
            self._held[owner] = held

    def of(self, owner: str, path: Path) -> Path:
        """The file on this disk: the path itself, or its copy, waited for.

        Raises:
            InputError: it cannot be fetched.
        """
        if not is_remote(path):
            return path
        self.expect(owner, [path])
        return self._held[owner][str(path)].result()

    def drop(self, owner: str) -> None:
        """Remove an owner's copies, those on their way too."""
        for copy in self._held.pop(owner, {}).values():
            if not copy.cancel():
                copy.add_done_callback(_removed)


def fetched(path: Path) -> Path:
    """A fresh copy of an object, in a folder of its own under its own name.

    Raises:
        InputError: it is not there, or does not come.
    """
    try:
        place = Path(tempfile.mkdtemp(dir=own_folder()))
    except OSError as error:
        raise InputError(f"{path}: expected room for its copy, got {error}; free disk or set TMPDIR.") from None
    copy = place / _short(path.name)
    store: Any = path.fs  # type: ignore[attr-defined] # of universal-pathlib
    try:
        reached(path, lambda: store.get_file(path.path, str(copy)))  # type: ignore[attr-defined]
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        raise _missed(path, error) from None
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return copy


def kept_copy(path: Path) -> Path:
    """A file that is read several times, such as a manifest: itself, or a copy that stays until the object changes.

    Raises:
        InputError: it cannot be fetched.
    """
    if not is_remote(path):
        return path
    try:
        stamp = stamp_of(path, fresh=True)
    except OSError as error:
        raise _missed(path, error) from None
    known, copy = _kept.get(str(path), ("", path))
    if known != stamp:
        if known:
            shutil.rmtree(copy.parent, ignore_errors=True)
        copy = fetched(path)
        _kept[str(path)] = stamp, copy
    return copy


_kept: dict[str, tuple[str, Path]] = {}


@lru_cache(maxsize=1)
def own_folder() -> Path:
    """This process's folder for copies. Its lock is held as long as the process lives, and tells others so."""
    sweep()
    base = Path(tempfile.gettempdir()) / f"{PREFIX}{secrets.token_hex(8)}"
    fresh = base.with_suffix(".new")
    handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    fresh.rename(base.with_suffix(LOCK))  # nobody ever sees it free while we live
    base.mkdir(mode=0o700)
    atexit.register(_cleared, base)
    return base


def sweep() -> None:
    """Remove folders of processes that were killed."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*{LOCK}"):
        with suppress(OSError), lock.open("rb") as file:  # another user's, or gone meanwhile
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _cleared(lock.with_suffix(""))


def _cleared(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(LOCK).unlink(missing_ok=True)


def _removed(copy: Future[Path]) -> None:
    if not copy.cancelled() and copy.exception() is None:
        shutil.rmtree(copy.result().parent, ignore_errors=True)


def _missed(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: expected an object to fetch, got {error.strerror}; check it and run again.")


def _short(name: str) -> str:
    """A name that any disk takes; its end, and with it the suffix, stays."""
    return name.encode("utf-8", "surrogatepass")[-NAME_BYTES:].decode("utf-8", "ignore") or "object"
