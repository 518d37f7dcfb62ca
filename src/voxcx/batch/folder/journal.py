"""The one writer of a results folder: what is done, what failed, and rows on their way into parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pyarrow as pa

from voxcx.batch.folder.undisturbed import undisturbed
from voxcx.batch.folder.whereabouts import Whereabouts
from voxcx.batch.work import Done, Parcel
from voxcx.results.compaction import compact, compact_when_many
from voxcx.results.encoding import decode
from voxcx.results.failures import FAILURES, Failure, read_failures, write_failures
from voxcx.results.stored import Place
from voxcx.results.upkeep import next_sequence, put_right, write_tables
from voxcx.results.writing import part_name

CHUNK = 500  # interactions in a part at most
FLUSH_S = 10.0  # a kill costs at most the work of this time


class Journal:
    """Collects parcels and writes them in chunks.

    ``assure`` is called before every write: it raises when another has taken the folder. ``begun`` is called once,
    when the first rows are written.
    """

    def __init__(
        self, folder: Path, stands: Whereabouts, assure: Callable[[], object], begun: Callable[[], object]
    ) -> None:
        put_right(folder)
        stands.load(folder)
        self.failures = read_failures(folder)
        self._stands = stands
        self._folder = folder
        self._assure = assure
        self._begun: Callable[[], object] | None = begun
        self._waiting: dict[str, Done] = {}
        self._tables: dict[str, list[pa.Table]] = {}
        self._since_s = monotonic()
        self._sequence = next_sequence(folder)
        self._failures_changed = not (folder / FAILURES).exists()

    def is_done(self, interaction_id: str, key: str) -> bool:
        """The folder holds this very work already."""
        known = self._stands.of(interaction_id)
        return known is not None and known.key == key

    def knows(self, interaction_id: str) -> bool:
        """The folder holds something of the interaction."""
        return interaction_id in self.failures or self._stands.of(interaction_id) is not None

    def failed_before(self, interaction_id: str) -> Failure | None:
        """Why an interaction was not done by an earlier run."""
        return self.failures.get(interaction_id)

    def place(self, interaction_id: str, sound: str) -> Place | None:
        """Where the folder keeps this very sound of the interaction, judged with whatever key."""
        known = self._stands.of(interaction_id)
        return None if known is None or known.sound != sound else Place(self._folder, known.part)

    def add(self, parcel: Parcel) -> bool:
        """Take a parcel; write when enough have gathered or time has passed. True: it was written."""
        for failure in parcel.failures:
            self._failures_changed |= self.failures.get(failure.key) != failure
            self.failures[failure.key] = failure
        self._waiting |= {one.interaction_id: one for one in parcel.done}
        for table, stream in parcel.tables.items():
            self._tables.setdefault(table, []).append(decode(stream))
        due = len(self._waiting) >= CHUNK or monotonic() - self._since_s >= FLUSH_S
        if due:
            self.flush()
        return due

    def forget_failures(self, place: str) -> None:
        """Drop failures of lines and rows of a source: it is read again and tells what is still wrong."""
        ours = (f"{place}:", f"{place}/")
        kept = {k: f for k, f in self.failures.items() if f.stage != "source" or not f.input.startswith(ours)}
        self._failures_changed |= len(kept) < len(self.failures)
        self.failures = kept

    def flush(self) -> None:
        """Write what has gathered and bring failures.csv up to date. What it replaces is passed over from now on."""
        if self._waiting or self._failures_changed:
            self._assure()
        with undisturbed():
            if self._waiting:
                self._write_chunk()
            if self._failures_changed:
                write_failures(self._folder, self.failures.values())
                self._failures_changed = False
        self._since_s = monotonic()

    def tidy(self, *, at_end: bool) -> None:
        """Join small parts; at the end all of them, and what was replaced goes. Nobody may be reading from a place."""
        self._assure()
        moved = compact(self._folder) if at_end else compact_when_many(self._folder)
        if moved.came:
            self._stands.load(self._folder, moved.came)
            self._sequence = next_sequence(self._folder)

    def _write_chunk(self) -> None:
        name = part_name(self._sequence)
        write_tables(self._folder, self._tables, name)
        self._sequence += 1
        self._stands.note(name, [(one.interaction_id, one.key, one.sound) for one in self._waiting.values()])
        for done in self._waiting:
            self._failures_changed |= self.failures.pop(done, None) is not None
        self._waiting.clear()
        self._tables.clear()
        if self._begun is not None:
            self._begun()
            self._begun = None
