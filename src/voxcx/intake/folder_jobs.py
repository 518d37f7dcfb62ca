"""A folder of recordings and chats → jobs, folder by folder: memory holds the names of one of them at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from voxcx.errors import InputError
from voxcx.intake.file_names import NamePattern
from voxcx.intake.job import CHAT_SUFFIX, BadRow, Job, Making, Wanted, chat_job, guarded
from voxcx.intake.json_files import read_json_object
from voxcx.intake.metadata import Metadata, one_id
from voxcx.storage.listing import Listed, listed, tell

RECORDING_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "mp4", "aac", "webm", "mka"),
        *("amr", "awb", "gsm", "wma", "aif", "aiff", "au", "caf", "3gp"),
    )
)
NOT_INPUT = (".truth.json", ".ref.json")  # references beside recordings, for measuring


@dataclass(frozen=True, slots=True)
class _Input:
    """A recording or chat. ``name`` is its path inside the folder without suffix: unique where stems repeat."""

    path: Path
    name: str
    is_recording: bool
    has_metadata: bool = False


def folder_jobs(
    folder: Path, pattern: NamePattern | None, leave_out: frozenset[Path], wanted: Wanted
) -> Iterator[Making]:
    """Its recordings and chats, sorted, sub-folders in their place; hidden ones and those to ``leave_out`` are none.

    Raises:
        InputError: the folder cannot be listed, or there is no input in it.
    """
    nothing = True
    for one in _inputs(folder, "", leave_out):
        nothing = False
        if isinstance(one, BadRow):
            yield partial(BadRow, one.where, one.reason)
        elif wanted(str(one.path)):
            yield partial(guarded, _recording if one.is_recording else _chat_file, str(one.path), one, pattern)
    if nothing:
        raise InputError(
            f"{folder}: expected recordings (.wav, .mp3, .flac …) or chats (.json), found none; check the path."
        )


def _inputs(folder: Path, prefix: str, leave_out: frozenset[Path]) -> Iterator[_Input | BadRow]:
    try:
        entries = [one for one in listed(folder) if not one.name.startswith(".")]
    except OSError as error:
        reason = f"{folder}: expected a folder that can be read, got {error.strerror}; mend it and run again."
        if not prefix:
            raise InputError(reason) from None
        yield BadRow(str(folder), reason)  # the rest of the source is no worse for it
        return
    files = {one.name for one in entries if not one.is_folder}
    sound = {_split(name)[0] for name in files if _is_recording(name)}
    for one in entries:
        stem, _ = _split(one.name)
        if one.is_folder:
            if not leave_out or one.path.resolve() not in leave_out:
                yield from _inputs(one.path, f"{prefix}{one.name}/", leave_out)
        elif _is_recording(one.name):
            yield _Input(_told(one), prefix + stem, is_recording=True, has_metadata=f"{stem}{CHAT_SUFFIX}" in files)
        elif _is_chat(one.name) and stem not in sound:  # beside a recording a JSON file is its metadata
            yield _Input(_told(one), prefix + stem, is_recording=False)


def _told(one: Listed) -> Path:
    """Its path; the stamp that a listing gave is remembered, so that nobody asks the store for it again."""
    if one.stamp:
        tell(one.path, one.stamp)
    return one.path


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix, as a path has them; names that begin with a dot do not come here."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem and ending else (name, "")


def _is_recording(name: str) -> bool:
    return _split(name)[1].lower() in RECORDING_SUFFIXES


def _is_chat(name: str) -> bool:
    return _split(name)[1].lower() == CHAT_SUFFIX and not name.endswith(NOT_INPUT)


def _recording(where: str, one: _Input, pattern: NamePattern | None) -> Job:
    path = one.path
    named = pattern.fields(path.name) if pattern else {}
    stated = Metadata.from_file(path.with_suffix(CHAT_SUFFIX)) if one.has_metadata else Metadata()
    metadata = Metadata.from_mapping(stated.over({"interaction_id": one.name, **named}), where)
    metadata.refuse_unless("call", where)
    return Job(metadata.interaction_id or path.stem, "call", (path,), metadata, None, where)


def _chat_file(where: str, one: _Input, _pattern: NamePattern | None) -> Job:
    record = read_json_object(one.path)
    if "messages" not in record:
        raise InputError(f'{where}: expected a chat with "messages", got other JSON; move it out of the folder.')
    return chat_job(where, {"interaction_id": one.name, **one_id(record)}, None)
