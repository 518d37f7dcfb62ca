"""failures.csv: one row for each interaction that could not be done, with what to do about it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from voxcx.domain.cells import as_meant, harmless
from voxcx.errors import InputError
from voxcx.results.writing import write_text
from voxcx.storage.reaching import read_bytes

FAILURES = "failures.csv"


@dataclass(frozen=True, slots=True)
class Failure:
    """``input`` is the file, or the line of the manifest; ``stage``: source, open, analyse, worker, time, memory.

    ``work_key`` is that of the work that failed; empty for a line or row that is none.
    """

    interaction_id: str
    input: str
    stage: str
    reason: str
    what_to_do: str
    work_key: str = ""

    @property
    def key(self) -> str:
        """What the row is about: the interaction, or the line that names none."""
        return self.interaction_id or self.input


_COLUMNS = [field.name for field in fields(Failure)]
_COLUMNS_1 = _COLUMNS[:-1]  # version 1 of the folder did not know the work


def read_failures(folder: Path) -> dict[str, Failure]:
    """Failures of a results folder by their key; none when there is no file."""
    path = folder / FAILURES
    try:
        text = read_bytes(path).decode("utf-8")
    except FileNotFoundError:
        return {}
    table = csv.DictReader(io.StringIO(text, newline=""))
    if table.fieldnames not in (_COLUMNS, _COLUMNS_1):
        raise InputError(f"{path}: expected columns {', '.join(_COLUMNS)}, got others; move the file away.")
    known = [Failure(**{name: as_meant(cell or "") for name, cell in row.items()}) for row in table]
    return {failure.key: failure for failure in known}


def write_failures(folder: Path, failures: Iterable[Failure]) -> Path:
    """Write the file whole, in order of the key; no failures leave a file with its header alone."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    table.writeheader()
    for failure in sorted(failures, key=lambda one: one.key):
        table.writerow({name: harmless(cell) for name, cell in asdict(failure).items()})
    path = folder / FAILURES
    write_text(path, text.getvalue())
    return path
