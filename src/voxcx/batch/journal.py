"""The one writer of a results folder: what is done, what failed, and rows on their way into parts."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pyarrow as pa

from voxcx.batch.work import Done, Parcel
from voxcx.errors import InputError
from voxcx.results.encoding import decode
from voxcx.results.failures import FAILURES, read_failures, write_failures
from voxcx.results.stored import Place
from voxcx.results.upkeep import Stands, forget, next_sequence, settle, write_tables
from voxcx.results.writing import part_name

LOCK = ".lock"
CHUNK = 500  # interactions in a part at most
FLUSH_S = 10.0  # a kill costs at most the work of this time


class Journal:
    """Collects parcels and writes them in chunks. ``done``: where each interaction stands."""

    def __init__(self, folder: Path, chunk: int = CHUNK, flush_s: float = FLUSH_S) -> None:
        self.done = settle(folder)
        self.failures = read_failures(folder)
        self._folder = folder
        self._chunk = chunk
        self._flush_s = flush_s
        self._waiting: dict[str, Done] = {}
        self._tables: dict[str, list[pa.Table]] = {}
        self._since_s = monotonic()
        self._sequence = next_sequence(folder)
        self._failures_changed = not (folder / FAILURES).exists()

    def is_done(self, interaction_id: str, key: str) -> bool:
        """The folder holds this very work already."""
        known = self.done.get(interaction_id)
        return known is not None and known.key == key

    def place(self, interaction_id: str, sound: str) -> Place | None:
        """Where the folder keeps this very sound of the interaction, judged with whatever key."""
        known = self.done.get(interaction_id)
        return None if known is None or known.sound != sound else Place(self._folder, known.part)

    def add(self, parcel: Parcel) -> None:
        """Take a parcel; write when enough have gathered or time has passed."""
        for failure in parcel.failures:
            self._failures_changed |= self.failures.get(failure.key) != failure
            self.failures[failure.key] = failure
        self._waiting |= {one.interaction_id: one for one in parcel.done}
        for table, stream in parcel.tables.items():
            self._tables.setdefault(table, []).append(decode(stream))
        if len(self._waiting) >= self._chunk or monotonic() - self._since_s >= self._flush_s:
            self.flush()

    def forget_failures(self, place: str) -> None:
        """Drop failures of lines and rows of a source: it is read again and tells what is still wrong."""
        ours = (f"{place}:", f"{place}/")
        kept = {k: f for k, f in self.failures.items() if f.stage != "source" or not f.input.startswith(ours)}
        self._failures_changed |= len(kept) < len(self.failures)
        self.failures = kept

    def flush(self) -> None:
        """Write what has gathered, take older rows of the same interactions out, bring failures.csv up to date."""
        if self._waiting:
            self._write_chunk()
        if self._failures_changed:
            write_failures(self._folder, self.failures.values())
            self._failures_changed = False
        self._since_s = monotonic()

    def _write_chunk(self) -> None:
        name = part_name(self._sequence)
        write_tables(self._folder, self._tables, name)
        self._sequence += 1
        older: dict[str, set[str]] = {}
        for one in self._waiting.values():
            if one.interaction_id in self.done:
                older.setdefault(self.done[one.interaction_id].part, set()).add(one.interaction_id)
            self.done[one.interaction_id] = Stands(one.key, name, one.sound)
            self._failures_changed |= self.failures.pop(one.interaction_id, None) is not None
        for part, ids in older.items():
            forget(self._folder, part, ids)
        self._waiting.clear()
        self._tables.clear()


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder while writing; a second run is told who holds it. The lock dies with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise InputError(
                f"{folder}: expected a folder of one run, got one held by {holder}; wait for it."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
