"""Objects that appear whole: one put each. There is no rename on object storage, and none is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

from voxcx.storage.reaching import reached


@contextmanager
def put_whole(path: Path) -> Iterator[BinaryIO]:
    """A file on this disk; at the end it takes the object's place at once, a failure changes nothing.

    Raises:
        OSError: the store does not take it.
    """
    with NamedTemporaryFile(prefix="voxcx-put-") as file:
        yield cast("BinaryIO", file)
        file.flush()
        reached(path, lambda: _store(path).put_file(file.name, _key(path)))


def put_new(path: Path, content: bytes) -> bool:
    """Put an object only if there is none; False when there is one.

    Stores that know the condition (S3, Google, Azure) decide it at once for all who try at the same time. Others look
    and then write, or write over it and say True each time.
    """
    try:
        reached(path, lambda: _store(path).pipe_file(_key(path), content, mode="create"))
    except FileExistsError:
        return False
    return True


def put(path: Path, content: bytes) -> None:
    """Put a small object."""
    reached(path, lambda: _store(path).pipe_file(_key(path), content))


def remove(path: Path) -> None:
    """Remove an object; one that is gone already is fine."""
    try:
        reached(path, lambda: _store(path).rm_file(_key(path)))
    except FileNotFoundError:
        return


def _store(path: Path) -> Any:
    return path.fs  # type: ignore[attr-defined] # of universal-pathlib


def _key(path: Path) -> str:
    return cast("str", path.path)  # type: ignore[attr-defined]
