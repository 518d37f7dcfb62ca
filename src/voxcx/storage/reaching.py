"""Calls over the network: tried again when it stumbles, and its errors told as those of a disk (OSError)."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

from voxcx.errors import VoxcxError
from voxcx.storage.paths import is_remote

T = TypeVar("T")
WAITS_S = (1.0, 4.0)  # beside the retries of the store's own library
SHOWN = 200  # characters of a library's sentence
_FINAL = {  # asking again changes nothing; errno and what is told
    FileNotFoundError: (errno.ENOENT, "no such object"),
    PermissionError: (errno.EACCES, "the store refuses access; check the credentials and their rights"),
    FileExistsError: (errno.EEXIST, "it is there already"),
    NotADirectoryError: (errno.ENOTDIR, "no folder"),
    IsADirectoryError: (errno.EISDIR, "a folder"),
}
_NO_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "NoAuthTokenError"}


def reached(path: Path, call: Callable[[], T]) -> T:
    """What ``call`` gives. It reads or writes ``path``, and may be called again; on this disk it is called once.

    Raises:
        OSError: with errno, a sentence and the path, whatever the store's library raises.
    """
    if not is_remote(path):
        return call()
    for wait_s in WAITS_S:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - each library of a store has its own family
            told = as_os_error(error, path)
            if not isinstance(told, OSError) or type(told) in _FINAL:
                raise told from None
        sleep(wait_s)
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the same
        raise as_os_error(error, path) from None


def read_bytes(path: Path) -> bytes:
    """A small file's bytes, wherever it lies.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    return reached(path, lambda: _in_one_request(path)) if is_remote(path) else path.read_bytes()


def _in_one_request(path: Path) -> bytes:
    """Whoever reads all of an object otherwise asks for its size first."""
    store: Any = path.fs  # type: ignore[attr-defined] # of universal-pathlib
    key: str = path.path  # type: ignore[attr-defined]
    try:
        return bytes(store.cat_file(key, start=0))
    except FileNotFoundError:
        raise
    except OSError:  # of an object without bytes there is no such range
        return path.read_bytes()


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """A small text file; its lines end as Python has them."""
    return io.TextIOWrapper(io.BytesIO(read_bytes(path)), encoding=encoding).read()


def as_os_error(error: Exception, path: Path) -> Exception:
    """A store's error as one of a disk; ours stays as it is."""
    if isinstance(error, VoxcxError):
        return error
    for kind, (number, sentence) in _FINAL.items():
        if isinstance(error, kind):
            no_bucket = kind is FileNotFoundError and "bucket does not exist" in str(error)
            return kind(number, "no such bucket" if no_bucket else sentence, str(path))
    if type(error).__name__ in _NO_CREDENTIALS:
        return PermissionError(errno.EACCES, "no credentials for the store were found", str(path))
    number = error.errno if isinstance(error, OSError) and error.errno else errno.EIO
    said = (str(error).splitlines() or [""])[0][:SHOWN]
    return OSError(number, f"{type(error).__name__}: {said}", str(path))
