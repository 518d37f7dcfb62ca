"""What is known of input files by their stamps – size, times, inode; on object storage what the store tells.

An archive of 500 GB is not hashed at every start: a file with the same stamp has the same bytes. As git does, a file
that changed less than two seconds before it was looked at is not trusted: it may change again and keep its times. What
is known lies in the results folder, may be lost without harm, and is written whole, a segment at a time.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from sqlite3 import Connection, ProgrammingError
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

from voxcx.batch.register import as_bytes, as_text, scratch
from voxcx.errors import InputError
from voxcx.intake.audio import file_sha256, promised_s
from voxcx.results.writing import remove_parts, write_whole
from voxcx.storage.listing import listed, stamp_of
from voxcx.storage.opening import opened
from voxcx.storage.paths import is_remote

INPUTS = ".inputs"
RACY_S = 2.0
SAVE_AFTER = 5_000  # files: about five minutes of hashing long calls
MANY_SEGMENTS = 16
_ALL = "SELECT path, stamp, sha256, sound_s, asked FROM stamps"
_FRESH = f"{_ALL} WHERE fresh"
_Told = tuple[str | None, float | None, int]  # sha256, seconds of sound, whether the header was asked for them


class Stamps:
    """sha256 and length by file. ``folder`` is where they are kept; None keeps nothing."""

    def __init__(self, folder: Path | None = None, db: Connection | None = None) -> None:
        self._db = db or scratch()
        self._db.execute("CREATE TABLE stamps (path PRIMARY KEY, stamp, sha256, sound_s, asked, fresh) WITHOUT ROWID")
        self._folder = None if folder is None else folder / INPUTS
        self._fresh = 0
        self._writes = False
        self._load()

    def sha256(self, path: Path) -> str:
        """Digest of a file's bytes.

        Raises:
            InputError: it cannot be read.
        """
        _refuse_pipe(path)
        stamp = trusted_stamp(path)
        known = self._known(path, stamp)
        if known[0] is not None:
            return known[0]
        fresh = file_sha256(path)
        self._keep(path, stamp, (fresh, *known[1:]))
        return fresh

    def knows_sound_of(self, path: Path) -> bool:
        """Whether ``sound_s`` is known without a look into the recording."""
        return bool(self._known(path, trusted_stamp(path))[2])

    def sound_s(self, path: Path, look: Callable[[Path], float | None] = promised_s) -> float | None:
        """Seconds that a recording's header promises; ``look`` gives them where they are not known."""
        stamp = trusted_stamp(path)
        known = self._known(path, stamp)
        if known[2]:
            return known[1]
        with suppress(InputError):
            _refuse_pipe(path)
            fresh = look(path)
            self._keep(path, stamp, (known[0], fresh, 1))
            return fresh
        return None

    def save(self) -> None:
        """Write what is new. Only for the one who writes the folder."""
        if self._folder is None or not self._fresh:
            return
        write_whole(self._folder / _segment(), self._fill(_FRESH))
        self._db.execute("UPDATE stamps SET fresh = 0 WHERE fresh")
        self._fresh = 0

    def begin(self) -> None:
        """From now on what is new is written, also on the way. Segments are joined where there are many.

        Only for the one who writes the folder.
        """
        self._writes = True
        old = self._segments()
        if self._folder is None or len(old) < MANY_SEGMENTS:
            return
        write_whole(self._folder / _segment(), self._fill(_ALL))
        remove_parts(old)

    def _known(self, path: Path, stamp: str | None) -> _Told:
        row = None
        if stamp is not None:
            sql = "SELECT sha256, sound_s, asked FROM stamps WHERE path = ? AND stamp = ?"
            row = self._db.execute(sql, (_name(path), stamp)).fetchone()
        return (None, None, 0) if row is None else row

    def _keep(self, path: Path, stamp: str | None, told: _Told) -> None:
        if stamp is None or trusted_stamp(path) != stamp:  # it changed while it was read
            return
        self._db.execute("INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?, ?, 1)", (_name(path), stamp, *told))
        self._fresh += 1
        if self._writes and self._fresh >= SAVE_AFTER:
            self.save()

    def _segments(self) -> list[Path]:
        if self._folder is None:
            return []
        with suppress(OSError):
            return [one.path for one in listed(self._folder) if one.name.endswith(".jsonl") and one.name[0] != "."]
        return []

    def _load(self) -> None:
        for path in self._segments():
            # What cannot be read is hashed anew.
            with suppress(OSError, ValueError, TypeError, AttributeError, ProgrammingError), opened(path) as file:
                rows = ((as_bytes(name), *rest) for name, *rest in map(json.loads, file))
                self._db.executemany("INSERT OR REPLACE INTO stamps VALUES (?, ?, ?, ?, ?, 0)", rows)

    def _fill(self, sql: str) -> Callable[[BinaryIO], None]:
        def lines() -> Iterator[bytes]:
            for name, *rest in self._db.execute(sql):
                yield json.dumps([as_text(name), *rest]).encode() + b"\n"

        return lambda sink: sink.writelines(lines())


def _refuse_pipe(path: Path) -> None:
    """Who opens a pipe or a device waits for ever."""
    with suppress(OSError):
        if not is_remote(path) and not (S_ISREG(mode := path.stat().st_mode) or S_ISDIR(mode)):
            raise InputError(f"{path}: expected a file, got a pipe or a device; give a file.")


def _segment() -> str:
    """A name that sorts by time, and that no other writer makes."""
    return f"{time.time_ns():020d}-{token_hex(4)}.jsonl"


def trusted_stamp(path: Path) -> str | None:
    """The stamp of a file; None where it cannot be asked or is too fresh to be trusted."""
    try:
        if is_remote(path):
            return stamp_of(path)
        state = path.stat()
    except OSError:
        return None
    return stamp_text(state) if is_settled(state) else None


def is_settled(state: os.stat_result) -> bool:
    """Whether a file last changed long enough ago that a change from now on moves its times."""
    return time.time() - max(state.st_mtime, state.st_ctime) >= RACY_S


def stamp_text(state: os.stat_result) -> str:
    """Size, when the bytes and the entry changed last, which file it is."""
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


def _name(path: Path) -> bytes | None:
    return as_bytes(str(path) if is_remote(path) else os.path.abspath(path))  # noqa: PTH100 - five times as fast
