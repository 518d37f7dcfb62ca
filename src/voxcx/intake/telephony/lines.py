"""Lines of log files: plain or gzip, with or without a byte-order mark, each with its place."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from voxcx.errors import InputError
from voxcx.intake.telephony.unmatched import Listing, Place

_DELIMITERS = ",;\t|"
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``whole`` is False for a last one without its end, which may be cut."""

    text: str
    place: Place
    whole: bool


def read_text(path: Path) -> str:
    """A whole file as UTF-8; what is no UTF-8 is marked, not guessed.

    Raises:
        InputError: it cannot be read.
    """
    with _opened(path) as file:
        return file.read().decode("utf-8-sig", errors="replace")


def head_of(path: Path) -> str:
    """The beginning of a file: enough to tell what it is."""
    with _opened(path) as file:
        return file.read(_HEAD).decode("utf-8-sig", errors="replace")


def read_lines(path: Path, listing: Listing) -> Iterator[Line]:
    """The lines that say something, one after another; one that is no UTF-8 is listed and left out."""
    with _opened(path) as file:
        for number, part in enumerate(file, 1):
            stripped = part.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").rstrip(b"\r\n").strip(b"\x00")
            if not stripped.strip():
                continue
            place = Place(path.name, number)
            try:
                yield Line(stripped.decode("utf-8"), place, whole=part.endswith(b"\n"))
            except UnicodeDecodeError:
                listing.add(place, "", "a line", "expected UTF-8 text, got other bytes")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """A file's bytes, unpacked, piece by piece: a log may be larger than the memory."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            yield file
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(f"{path}: expected a log file, got none to read ({why}); check the path.") from None


def delimiter_of(line: str) -> str:
    """Commas, semicolons, tabs or bars: what the line has most of."""
    return max(_DELIMITERS, key=line.count)


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    r"""The cells of one line of CSV; quotes inside are doubled or escaped with a backslash.

    >>> cells_of('"HANGUP","{""a"":1}"'), cells_of(r'"HANGUP","{\"a\":1}"')
    (['HANGUP', '{"a":1}'], ['HANGUP', '{"a":1}'])
    """
    escape = "\\" if '\\"' in line else None
    return next(csv.reader([line], delimiter=delimiter, escapechar=escape, doublequote=escape is None), [])


def cut(line: Line) -> bool:
    """A last line whose quotes do not close."""
    return not line.whole and line.text.count('"') % 2 == 1


def plain(name: str) -> str:
    """A column's name without case and dividing marks: `CID_num`, `CIDnum` and `cid num` are one."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def once(lines: Iterator[Line], seen: set[int]) -> Iterator[Line]:
    """Each line once: rotated files overlap, and some systems write a line twice. ``seen`` has their hashes."""
    for line in lines:
        mark = hash(line.text.strip())
        if mark not in seen:
            seen.add(mark)
            yield line


def forget(line: Line, seen: set[int]) -> None:
    """A header: the next file of the table has the same one."""
    seen.discard(hash(line.text.strip()))


def columns_of(cells: Sequence[str], aliases: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Which column holds which field, by a header's names."""
    places = {plain(cell): number for number, cell in reversed(list(enumerate(cells)))}
    found = {}
    for name, others in aliases.items():
        number = next((places[one] for one in (plain(name), *others) if one in places), None)
        if number is not None:
            found[name] = number
    return found
