"""Objects as files to read: small ones whole, of large ones what is asked for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO, cast

from voxcx.storage.listing import size_of
from voxcx.storage.paths import is_remote
from voxcx.storage.reaching import reached

WHOLE_BYTES = 8 << 20  # up to here one request for all is quicker than several for parts
BLOCK_BYTES = 4 << 20
GLIMPSE_BYTES = 64 << 10


def readable(path: Path) -> Path | BinaryIO:
    """What libraries read a file from: the path on this disk, an open file on object storage.

    Raises:
        OSError: there is no such object, or it cannot be asked.
    """
    return opened(path) if is_remote(path) else path


def opened(path: Path) -> BinaryIO:
    """A file open for reading, wherever it lies."""
    if not is_remote(path):
        return path.open("rb")
    ranges = _Ranges(path, size_of(path, fresh=True))
    if ranges.size <= WHOLE_BYTES:
        return io.BytesIO(ranges.between(0, ranges.size))
    return cast("BinaryIO", io.BufferedReader(ranges, BLOCK_BYTES))


def glimpsed(path: Path) -> BinaryIO:
    """A file of which little is read, such as a header; a store may be asked in small pieces. It has a ``name``."""
    if not is_remote(path):
        return path.open("rb")
    return cast("BinaryIO", io.BufferedReader(_Ranges(path, size_of(path)), GLIMPSE_BYTES))


class _Ranges(io.RawIOBase):
    """An object read range by range."""

    def __init__(self, path: Path, size: int) -> None:
        self.name = path.name
        self.size = size
        self._path = path
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        content = self.between(self._at, min(self.size, self._at + len(buffer)))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

    def between(self, start: int, end: int) -> bytes:
        """Bytes of a range, in one request."""
        if start >= end:
            return b""
        store: Any = self._path.fs  # type: ignore[attr-defined] # of universal-pathlib
        key: str = self._path.path  # type: ignore[attr-defined]
        return bytes(reached(self._path, lambda: store.cat_file(key, start=start, end=end)))
