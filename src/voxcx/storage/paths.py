"""Text → path. A path on object storage is universal-pathlib's: it behaves like pathlib's, so code says `Path`."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, cast

from voxcx.errors import InputError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")  # two letters at least: one is a drive
_KEY = re.compile(r"://[^/]+/+[^/]")  # behind it a slash at the end says nothing
_ON_DISK = "file://"
_EXTRAS = {"s3": "s3", "s3a": "s3"}  # what brings the library of a store; others are named by it alone


def to_path(text: str) -> Path:
    """The path that a text names: on this disk, or the object that a URL such as ``s3://bucket/calls`` names.

    Nothing is asked of the store, and its library need not be there.

    Raises:
        InputError: a URL of a kind that no library reads, or without a bucket.
    """
    if not _URL.match(text):
        return Path(text)
    if text.startswith(_ON_DISK):
        return Path(text.removeprefix(_ON_DISK))
    from upath import UPath  # noqa: PLC0415 - 50 ms that paths on this disk do not need

    try:
        # A listing that was kept would hide what others wrote since.
        return cast("Path", UPath(text.rstrip("/") if _KEY.search(text) else text, use_listings_cache=False))
    except ValueError as error:
        raise InputError(f"{text}: expected a path or a URL such as s3://bucket/folder, got {error}.") from None


def usable(text: str) -> Path:
    """The path that a person gave; what is missing to reach it is told at once.

    Raises:
        InputError: as ``to_path``, or the library of that store is not installed.
    """
    path = to_path(text)
    if is_remote(path):
        _refuse_without_library(text)
    return path


def beside(folder: Path, text: str) -> Path:
    """A path that a file in ``folder`` names: a URL, a path from the root of this disk, or relative to the folder."""
    if _URL.match(text):
        return to_path(text)
    return Path(text) if text.startswith("/") else folder / text


def is_remote(path: PurePath) -> bool:
    """Whether it lies on object storage, not on this disk."""
    return not isinstance(path, PurePath)


def _refuse_without_library(text: str) -> None:
    from fsspec.registry import get_filesystem_class, known_implementations  # noqa: PLC0415 - heavy, as above

    kind = text.partition("://")[0].lower()
    library = known_implementations.get(kind, {}).get("class", "").partition(".")[0]
    if library and library != "fsspec" and find_spec(library) is None:
        package = f'"voxcx[{_EXTRAS[kind]}]"' if kind in _EXTRAS else library
        raise InputError(
            f"{text}: expected the library that reads {kind}:// paths, found none; run: pip install {package}"
        )
    try:
        get_filesystem_class(kind)
    except (ImportError, ValueError) as error:
        raise InputError(f"{text}: expected a kind of storage that fsspec reads, got {kind}:// ({error}).") from None


class _AsText:
    """Tells pydantic, at the borders, that a path is written as its text and read by ``to_path``."""

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> Any:
        from pydantic import PlainSerializer, PlainValidator  # noqa: PLC0415 - only borders load it

        return handler.generate_schema(Annotated[Any, PlainValidator(_read), PlainSerializer(str, return_type=str)])


def _read(value: object) -> Path:
    if isinstance(value, str):
        return to_path(value)
    if isinstance(value, Path) or hasattr(value, "fs"):
        return cast("Path", value)
    raise ValueError("expected a path")


AnyPath = Annotated[Path, _AsText()]
