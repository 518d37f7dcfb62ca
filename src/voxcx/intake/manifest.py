"""SOURCE → jobs: a folder of recordings and chats, a manifest `.csv` or `.parquet`, or a `.jsonl` of chats.

What is wrong with one line, row or file becomes a ``BadRow`` and the walk goes on; only a source that cannot be read
at all, or a header with an unknown column, raises InputError. Nothing is decoded here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from voxcx.errors import InputError
from voxcx.intake.file_names import NamePattern
from voxcx.intake.job import CHAT_SUFFIX, BadRow, Job, chat_job, guarded
from voxcx.intake.json_files import read_json_object
from voxcx.intake.manifest_tables import csv_jobs, parquet_jobs
from voxcx.intake.metadata import Metadata, one_id

RECORDING_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "mp4", "aac", "webm", "mka"),
        *("amr", "awb", "gsm", "wma", "aif", "aiff", "au", "caf", "3gp"),
    )
)
NOT_INPUT = (".truth.json", ".ref.json")  # references beside recordings, for measuring


def jobs(source: Path, name_pattern: str | None = None, leave_out: tuple[Path, ...] = ()) -> Iterator[Job | BadRow]:
    """Walk a source lazily, in its own order (a folder sorted, with its sub-folders but those to ``leave_out``).

    Raises:
        InputError: no such source, an unknown kind of file, an unknown column, a pattern with an unknown field.
    """
    pattern = None if name_pattern is None else NamePattern.parse(name_pattern)
    if source.is_dir():
        return _folder(source, pattern, {path.resolve() for path in leave_out})
    if not source.is_file():
        raise InputError(
            f"{source}: expected a folder, a manifest or a .jsonl of chats, found nothing; check the path."
        )
    if pattern is not None:
        raise InputError(f"{source}: --name-pattern is for a folder of recordings, got a file; leave it out.")
    readers = {".csv": csv_jobs, ".parquet": parquet_jobs, ".jsonl": _jsonl}
    reader = readers.get(source.suffix.lower())
    if reader is None:
        raise InputError(f"{source}: expected a folder, .csv, .parquet or .jsonl, got {source.suffix or 'no suffix'}.")
    return reader(source)


def _folder(folder: Path, pattern: NamePattern | None, leave_out: set[Path]) -> Iterator[Job | BadRow]:
    files = (one for one in folder.rglob("*") if one.is_file() and not _hidden(one, folder))
    paths = sorted(one for one in files if leave_out.isdisjoint(one.resolve().parents))
    sound = {path.with_suffix("") for path in paths if path.suffix.lower() in RECORDING_SUFFIXES}
    inputs = [
        path
        for path in paths
        # beside a recording a JSON file is its metadata
        if path.suffix.lower() in RECORDING_SUFFIXES or (_is_chat(path) and path.with_suffix("") not in sound)
    ]
    if not inputs:
        raise InputError(
            f"{folder}: expected recordings (.wav, .mp3, .flac …) or chats (.json), found none; check the path."
        )
    for path in inputs:
        if path.suffix.lower() in RECORDING_SUFFIXES:
            yield guarded(_recording, str(path), path, folder, pattern)
        else:
            yield guarded(_chat_file, str(path), path, folder)


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _is_chat(path: Path) -> bool:
    return path.suffix.lower() == CHAT_SUFFIX and not path.name.endswith(NOT_INPUT)


def _recording(where: str, path: Path, folder: Path, pattern: NamePattern | None) -> Job:
    beside = path.with_suffix(CHAT_SUFFIX)
    named = pattern.fields(path.name) if pattern else {}
    stated = Metadata.from_file(beside) if beside.exists() else Metadata()
    metadata = Metadata.from_mapping(stated.over({"interaction_id": _name(path, folder), **named}), where)
    metadata.refuse_unless("call", where)
    return Job(metadata.interaction_id or path.stem, "call", (path,), metadata, None, where)


def _name(path: Path, folder: Path) -> str:
    """The path inside the folder without its suffix: unique where stems repeat in sub-folders."""
    return path.relative_to(folder).with_suffix("").as_posix()


def _chat_file(where: str, path: Path, folder: Path) -> Job:
    record = read_json_object(path)
    if "messages" not in record:
        raise InputError(f'{where}: expected a chat with "messages", got other JSON; move it out of the folder.')
    return chat_job(where, {"interaction_id": _name(path, folder), **one_id(record)}, None)


def _jsonl(source: Path) -> Iterator[Job | BadRow]:
    with source.open("rb") as file:
        for line, raw in enumerate(file, 1):
            if raw.strip():
                yield guarded(_chat_line, f"{source}:{line}", raw, line)


def _chat_line(where: str, raw: bytes, line: int) -> Job:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{where}: expected one JSON object a line, got text that breaks at {error}.") from None
    if not isinstance(record, dict):
        raise InputError(f"{where}: expected one JSON object a line, got a {type(record).__name__}.")
    return chat_job(where, one_id(record), line)
