"""A lock on object storage: an object that its holder renews, so that a killed run's does not stay for ever.

Locks are numbered. The highest number holds the folder, unless it is released or was not renewed for ``LEASE_S``; then
whoever first puts the next number has it. A number is put only where there is none, which the store decides, and is
never used again: two runs that both see a dead lock cannot both take it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from voxcx.batch.folder.holder import HeldError, Holder, this_process
from voxcx.errors import InputError
from voxcx.storage.listing import listed
from voxcx.storage.putting import put, put_new, remove
from voxcx.storage.reaching import read_bytes

_NAME = re.compile(r"\.lock-(\d{6,})")


@dataclass(frozen=True, slots=True)
class Terms:
    """``watch_s``: clocks differ, so a lock that looks old is watched so long before it is taken.

    ``settle_s``: a store that puts a second object over the first is asked again after so long who won.
    """

    lease_s: float = 120.0
    renew_s: float = 20.0
    watch_s: float = 50.0
    settle_s: float = 3.0


TERMS = Terms()


@contextmanager
def leased(folder: Path, terms: Terms = TERMS) -> Iterator[Callable[[], None]]:
    """Hold a folder on object storage; what is given raises once it is lost.

    Raises:
        HeldError: another run holds it, or has taken it meanwhile.
        OSError: the store cannot be reached.
    """
    lease = _Lease(folder, _taken(folder, this_process(), terms), terms)
    lease.start()
    try:
        yield lease.assure
    finally:
        lease.release()


@dataclass(frozen=True, slots=True)
class _Lock:
    number: int
    path: Path
    holder: Holder


def _taken(folder: Path, me: Holder, terms: Terms) -> _Lock:
    """Our lock in the folder."""
    while True:
        numbers = _numbers(folder)
        if numbers:
            found = _read(folder, max(numbers))
            if found is None:  # somebody else took the folder this moment and tidied up
                continue
            _refuse_held(folder, found, terms)
        ours = _Lock(max(numbers, default=0) + 1, _path(folder, max(numbers, default=0) + 1), me)
        if _won(ours, terms):
            for number in numbers:
                remove(_path(folder, number))
            return ours


def _won(ours: _Lock, terms: Terms) -> bool:
    """Whether the number is ours: put by nobody before, and still ours where the store does not see to that."""
    content = ours.holder.as_json().encode()
    if put_new(ours.path, content) and put_new(ours.path, content):
        time.sleep(terms.settle_s)  # it let us put the same number twice
    return Holder.from_json(read_bytes(ours.path), ours.path).token == ours.holder.token


def _refuse_held(folder: Path, found: _Lock, terms: Terms) -> None:
    """Raise HeldError unless the lock is nobody's."""
    holder = found.holder
    if holder.released or holder.is_gone():
        return
    ends_at = holder.renewed_at + timedelta(seconds=terms.lease_s)
    if ends_at < datetime.now(UTC):
        time.sleep(terms.watch_s)
        again = _read(folder, found.number)
        if again is not None and again.holder == holder:
            return
        ends_at = datetime.now(UTC) + timedelta(seconds=terms.lease_s)
    raise HeldError(
        f"{folder}: expected a folder of one run, got one held by {holder.told}; wait for it, "
        f"or if it was killed, run again after {ends_at:%H:%M:%S} UTC."
    )


def _numbers(folder: Path) -> list[int]:
    try:
        names = [one.name for one in listed(folder) if not one.is_folder]
    except FileNotFoundError:  # no object yet
        return []
    return [int(match[1]) for name in names if (match := _NAME.fullmatch(name))]


def _path(folder: Path, number: int) -> Path:
    return folder / f".lock-{number:06d}"


def _read(folder: Path, number: int) -> _Lock | None:
    path = _path(folder, number)
    try:
        return _Lock(number, path, Holder.from_json(read_bytes(path), path))
    except FileNotFoundError:
        return None


class _Lease:
    """Our lock, renewed by a thread. A run that slept or lost the network asks the store before it writes again."""

    def __init__(self, folder: Path, lock: _Lock, terms: Terms) -> None:
        self._folder = folder
        self._lock = lock
        self._terms = terms
        self._renewed_s = _clock_s()
        self._over = Event()
        self._thread = Thread(target=self._renew_often, name="lease", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def assure(self) -> None:
        """Raise HeldError when another run has taken the folder, OSError when nobody can tell."""
        if _clock_s() - self._renewed_s > 1.5 * self._terms.renew_s:
            self._renew()

    def release(self) -> None:
        """Say that we are done; if that cannot be said, the lease runs out."""
        self._over.set()
        self._thread.join()
        with suppress(InputError, OSError):
            self._put(released=True)

    def _renew_often(self) -> None:
        while not self._over.wait(self._terms.renew_s):
            with suppress(InputError, OSError):  # ``assure`` meets the same and tells it
                self._renew()

    def _renew(self) -> None:
        began_s = _clock_s()
        self._put()
        self._renewed_s = began_s

    def _put(self, *, released: bool = False) -> None:
        self._refuse_lost()
        now = replace(self._lock.holder, renewed_at=datetime.now(UTC), released=released)
        put(self._lock.path, now.as_json().encode())

    def _refuse_lost(self) -> None:
        later = max(_numbers(self._folder), default=0)
        if later <= self._lock.number:
            return
        other = _read(self._folder, later)
        who = "another run" if other is None else other.holder.told
        raise HeldError(
            f"{self._folder}: expected to hold this folder, got it taken over by {who} while this run was not heard "
            "of; what was done is kept, run again when that one has ended."
        )


def _clock_s() -> float:
    """A clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
