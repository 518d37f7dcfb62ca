"""SOURCE → jobs: a folder of recordings and chats, a manifest `.csv` or `.parquet`, or a `.jsonl` of chats.

What is wrong with one line, row or file becomes a ``BadRow`` and the walk goes on; only a source that cannot be read
at all, or a header with an unknown column, raises InputError. Nothing is decoded here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from voxcx.errors import InputError
from voxcx.intake.file_names import NamePattern
from voxcx.intake.folder_jobs import folder_jobs
from voxcx.intake.job import BadRow, Job, Making, Wanted, chat_job, everything, guarded
from voxcx.intake.manifest_tables import csv_jobs, parquet_jobs
from voxcx.intake.metadata import one_id
from voxcx.storage.ahead import ahead
from voxcx.storage.fetching import kept_copy
from voxcx.storage.listing import kind_of
from voxcx.storage.paths import is_remote


def jobs(
    source: Path,
    name_pattern: str | None = None,
    leave_out: tuple[Path, ...] = (),
    wanted: Wanted = everything,
) -> Iterator[Job | BadRow]:
    """Walk a source lazily, in its own order (a folder sorted, with its sub-folders but those to ``leave_out``).

    ``wanted`` is asked about every place in that order, and what it does not want is not read.

    Raises:
        InputError: no such source, an unknown kind of file, an unknown column, a pattern with an unknown field.
    """
    pattern = None if name_pattern is None else NamePattern.parse(name_pattern)
    kind = _kind_of(source)
    if kind == "folder":
        ours = frozenset(path.resolve() for path in leave_out)
        return _made(folder_jobs(source, pattern, ours, wanted), many=is_remote(source))
    if kind is None:
        raise InputError(
            f"{source}: expected a folder, a manifest or a .jsonl of chats, found nothing; check the path."
        )
    if pattern is not None:
        raise InputError(f"{source}: --name-pattern is for a folder of recordings, got a file; leave it out.")
    readers = {".csv": csv_jobs, ".parquet": parquet_jobs, ".jsonl": _jsonl}
    reader = readers.get(source.suffix.lower())
    if reader is None:
        raise InputError(f"{source}: expected a folder, .csv, .parquet or .jsonl, got {source.suffix or 'no suffix'}.")
    return _made(reader(source, wanted), many=is_remote(source) and reader is not _jsonl)


def _kind_of(source: Path) -> str | None:
    try:
        return kind_of(source)
    except OSError as error:
        raise _unreadable(source, error) from None


def _unreadable(source: Path, error: OSError) -> InputError:
    return InputError(f"{source}: expected a source that can be read, got {error.strerror}; mend it and run again.")


def _made(makings: Iterable[Making], *, many: bool) -> Iterator[Job | BadRow]:
    """Jobs in order; ``many`` at once where each reads something in a store, and waits for it."""
    return ahead(makings) if many else (make() for make in makings)


def _jsonl(source: Path, wanted: Wanted) -> Iterator[Making]:
    with kept_copy(source).open("rb") as file:
        for line, raw in enumerate(file, 1):
            if raw.strip() and wanted(f"{source}:{line}"):
                yield partial(guarded, _chat_line, f"{source}:{line}", raw, line)


def _chat_line(where: str, raw: bytes, line: int) -> Job:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{where}: expected one JSON object a line, got text that breaks at {error}.") from None
    if not isinstance(record, dict):
        raise InputError(f"{where}: expected one JSON object a line, got a {type(record).__name__}.")
    return chat_job(where, one_id(record), line, hashlib.sha256(raw.strip()).hexdigest())
