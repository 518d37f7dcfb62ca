"""What a folder holds, and what a store says of an object: its stamp changes whenever its bytes do."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from voxcx.storage.paths import is_remote
from voxcx.storage.reaching import reached

TOLD = 100_000  # stamps of objects that were told last: who lists them asks for them soon; 35 MB at most
_MARKS = ("ETag", "etag", "generation", "md5Hash", "LastModified", "last_modified", "updated", "mtime", "created")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a folder. Size and ``stamp`` are what a store says of the object; empty for files on this disk."""

    path: Path
    name: str
    is_folder: bool
    size_bytes: int = 0
    stamp: str = ""


def listed(folder: Path) -> list[Listed]:
    """What lies in a folder, by name; of files and folders only. One request (a page of names) on object storage.

    Raises:
        OSError: it cannot be listed; FileNotFoundError: on object storage a folder without objects is none.
    """
    found = reached(folder, lambda: _in_store(folder)) if is_remote(folder) else _on_disk(folder)
    return sorted(found, key=lambda one: one.name)


def kind_of(path: Path) -> Literal["folder", "file"] | None:
    """What lies there; None when nothing does.

    Raises:
        OSError: it cannot be asked.
    """
    if not is_remote(path):
        return "folder" if path.is_dir() else "file" if path.is_file() else None
    try:
        kind = _info(path)["type"]
    except FileNotFoundError:
        return None
    return "folder" if kind == "directory" else "file"


def stamp_of(path: Path, *, fresh: bool = False) -> str:
    """Size and what changes with the bytes (an ETag, else a time) of an object: as it was told last, or one request.

    Raises:
        OSError: it is not there, or cannot be asked.
    """
    with _lock:
        known = None if fresh else _told.get(str(path))
    return known or tell(path, _stamp(_info(path)))


def size_of(path: Path, *, fresh: bool = False) -> int:
    """Bytes of a file; of an object as they were told last, or one request.

    Raises:
        OSError: as ``stamp_of``.
    """
    if not is_remote(path):
        return path.stat().st_size
    return int(stamp_of(path, fresh=fresh).partition("-")[0])


def tell(path: Path, stamp: str) -> str:
    """Remember a stamp that a listing gave."""
    with _lock:
        _told[str(path)] = stamp
        _told.move_to_end(str(path))
        if len(_told) > TOLD:
            _told.popitem(last=False)
    return stamp


_told: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def _info(path: Path) -> Mapping[str, Any]:
    store: Any = path.fs  # type: ignore[attr-defined] # of universal-pathlib
    key: str = path.path  # type: ignore[attr-defined]
    return reached(path, lambda: store.info(key))


def _stamp(info: Mapping[str, Any]) -> str:
    mark = next((info[name] for name in _MARKS if info.get(name)), "")
    if isinstance(mark, int | float):  # some tell the same time as a number in a listing and as a date elsewhere
        mark = datetime.fromtimestamp(mark, UTC)
    text = mark.astimezone(UTC).isoformat() if isinstance(mark, datetime) else str(mark).strip('"')
    return f"{info.get('size') or 0}-{text}"


def _in_store(folder: Path) -> list[Listed]:
    store: Any = folder.fs  # type: ignore[attr-defined]
    key: str = folder.path.rstrip("/")  # type: ignore[attr-defined]
    found = []
    for info in store.ls(key, detail=True):
        name = info["name"].rstrip("/").rpartition("/")[2]
        marks_a_folder = info["name"].endswith("/") or info["name"].strip("/") == key.strip("/")
        if info["type"] == "directory":
            found.append(Listed(folder / name, name, is_folder=True))
        elif not marks_a_folder:  # an empty object that some tools leave in place of a folder
            found.append(Listed(folder / name, name, is_folder=False, size_bytes=info["size"], stamp=_stamp(info)))
    return found


def _on_disk(folder: Path) -> list[Listed]:
    with os.scandir(folder) as entries:
        return [
            Listed(folder / one.name, one.name, is_folder)
            for one in entries
            if (is_folder := one.is_dir(follow_symlinks=False)) or one.is_file()
        ]
