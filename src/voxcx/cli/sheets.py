"""CSV files that people open in a spreadsheet: whole or not at all, in UTF-8 that Excel knows, and no formulas."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from voxcx.domain.cells import harmless
from voxcx.errors import InputError

Write = Callable[[Sequence[object]], None]


@contextmanager
def sheet(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    """A CSV file with those columns that appears when everything is written.

    Raises:
        InputError: the file cannot be written.
    """
    beside = path.with_name(f".unfinished-{secrets.token_hex(4)}-{path.name}")
    try:
        with beside.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(columns)
            yield lambda row: table.writerow([harmless(cell) for cell in row])
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path}: expected a file to write, got {error.strerror}; give another path.") from None
    finally:
        beside.unlink(missing_ok=True)
