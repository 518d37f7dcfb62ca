"""CSV files that people give us: any usual delimiter, a header line, every row with its line number."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

from voxcx.errors import InputError
from voxcx.storage.reaching import read_text

DELIMITERS = (",", ";", "\t")
LINES_SHOWN = 5

Numbered = list[tuple[int, dict[str, str]]]


def csv_rows(path: Path, required: Sequence[str], what: str, option: str = "") -> Numbered:
    """Rows with their lines, cells stripped; refuses a file that cannot be read or lacks a required column."""
    hint = f"check {option}" if option else "check the path"
    try:
        text = read_text(path, "utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: expected {what} as CSV, found no such file; {hint}.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path}: expected {what} as CSV in UTF-8, could not read them; give such a file.") from None
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip() for name in table.fieldnames or ()]
    lacking = [name for name in required if name not in names]
    if lacking:
        raise InputError(
            f"{path}: expected columns {', '.join(required)}, found no {', '.join(lacking)}; add a header line."
        )
    table.fieldnames = names
    try:
        return [(table.line_num, _stripped(row)) for row in table if any(row.values())]
    except csv.Error as error:
        raise InputError(f"{path}: expected CSV, got {error} near line {table.line_num}; correct the file.") from None


def refuse_lines(path: Path, lines: Sequence[int], expected: str, remedy: str, got: str = "none") -> None:
    """Raise InputError that names the first of the lines and counts the others; nothing when there are none.

    ``got`` is what the first of them holds.
    """
    if lines:
        raise InputError(f"{path.name}, {named_lines(lines)}: expected {expected}, got {got}; {remedy}.")


def named_lines(lines: Sequence[int]) -> str:
    """Lines as a person reads them.

    >>> named_lines([3]), named_lines([3, 8, 9, 10, 11, 12, 40])
    ('line 3', 'lines 3, 8, 9, 10, 11 and 2 more')
    """
    shown = ", ".join(str(line) for line in lines[:LINES_SHOWN])
    more = f" and {len(lines) - LINES_SHOWN} more" if len(lines) > LINES_SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def as_number(text: str) -> float | None:
    """A finite number, else None.

    >>> as_number("4.5"), as_number("nan"), as_number("four")
    (4.5, None, None)
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _stripped(row: dict[str, str | None]) -> dict[str, str]:
    return {name: value.strip() if isinstance(value, str) else "" for name, value in row.items()}
