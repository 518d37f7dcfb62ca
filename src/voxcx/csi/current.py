"""Which model is in use: ``models/current`` points to a folder beside it, ``models/previous`` to the one before.

A pointer is a relative symlink; where the system makes none, a text file of one line. Each is replaced whole, so who
reads meets the old model or the new one. ``previous`` is replaced first: a crash between the two leaves the model in
use as it was.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voxcx.config import shipped
from voxcx.errors import ModelError

CURRENT, PREVIOUS = "current", "previous"
MODELS = Path("models")
DEMO = "csi-demo-1"
MARK = "voxcx model: "  # begins a pointer that is a text file, so that no other file is taken for one
LONGEST_POINTER = 4096  # bytes


@dataclass(frozen=True, slots=True)
class Pointers:
    """What a folder of models says: names of folders in it, or paths; None where nothing was said yet."""

    models: Path
    current: str | None
    previous: str | None

    def folder(self, name: str) -> Path:
        """The folder that a name stands for; refuses one that is gone."""
        folder = self.models / name
        if not folder.is_dir():
            raise ModelError(
                f"{folder}: expected the model's folder, found none; restore it or choose another: voxcx model use DIR."
            )
        return folder


def read_pointers(models: Path) -> Pointers:
    """What is in use and what was before; refuses a file or folder that stands in the way."""
    return Pointers(models, _read(models / CURRENT), _read(models / PREVIOUS))


def current_folder(models: Path = MODELS) -> Path:
    """The folder of the model in use; refuses when none was chosen."""
    found = read_pointers(models)
    if found.current is None:
        raise ModelError(f"{models}: expected a model in use, found none chosen; choose one: voxcx model use DIR.")
    return found.folder(found.current)


def use(folder: Path, check: Callable[[Path], object]) -> Pointers:
    """Let ``current`` in the folder above point to a model and remember the one before; one in use already stays so.

    Raises:
        ModelError: whatever ``check`` (which loads the model) finds, something foreign in the way, a read-only folder.
    """
    chosen = _followed(folder)
    check(chosen)
    models, name = _placed(chosen)
    found = read_pointers(models)
    if name == found.current:
        return found
    if found.current is not None and (models / found.current).is_dir():  # there is no way back to a folder that is gone
        _point(models / PREVIOUS, found.current)
    _point(models / CURRENT, name)
    return read_pointers(models)


def back(check: Callable[[Path], object], models: Path = MODELS) -> Pointers:
    """Use the model before; the one in use becomes the one before, so that a second call undoes the first."""
    found = read_pointers(models)
    if found.current is None or found.previous is None or found.previous == found.current:
        raise ModelError(
            f"{models}: expected a model that was in use before, found none; choose one: voxcx model use DIR."
        )
    check(found.folder(found.previous))
    _point(models / PREVIOUS, found.current)
    _point(models / CURRENT, found.previous)
    return read_pointers(models)


def resolve(name: str | Path) -> Path:
    """The folder that a user means: a model folder, the name of a shipped one, or ``current``.

    ``current`` is the model in use in ./models, and the shipped demo model where none was chosen. A pointer is followed
    to its folder, so that a switch never gives two halves.
    """
    asked = str(name)
    if asked == CURRENT:
        chosen = read_pointers(MODELS).current is not None
        return current_folder() if chosen else shipped("models", DEMO)
    path = _followed(Path(asked)) if asked else None
    if path is not None and path.is_dir():
        return path
    ours = shipped("models", asked)
    if asked and Path(asked).name == asked and ours.is_dir():
        return ours
    raise ModelError(
        f"CSI model {asked!r}: expected a model folder, a shipped name or {CURRENT!r}, found none; check the name."
    )


def _followed(path: Path) -> Path:
    """Where a pointer leads; any other path as it is."""
    if path.name not in {CURRENT, PREVIOUS} or not (path.is_symlink() or path.is_file()):
        return path
    name = _read(path)
    return path if name is None else Pointers(path.parent, None, None).folder(name)


def _placed(folder: Path) -> tuple[Path, str]:
    """The folder of models and the model's name in it."""
    whole = Path(os.path.abspath(folder))  # noqa: PTH100 - a symlink that somebody chose keeps its name
    if whole.name in {CURRENT, PREVIOUS}:
        raise ModelError(f"{folder}: expected another name, {whole.name} is a pointer's; rename the model's folder.")
    return (folder.parent if folder.name == whole.name else whole.parent), whole.name


def _read(pointer: Path) -> str | None:
    if pointer.is_symlink():
        return str(pointer.readlink())
    if not pointer.exists():
        return None
    text = b"" if not pointer.is_file() else _first_bytes(pointer)
    line = text.decode(errors="replace").removesuffix("\n")
    if not line.startswith(MARK) or "\n" in line:
        raise ModelError(
            f"{pointer}: expected a pointer that voxcx model use made, found something else; move it away."
        )
    return line.removeprefix(MARK)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(LONGEST_POINTER)


def _point(pointer: Path, name: str) -> None:
    """Make or replace a pointer as a whole."""
    made = pointer.with_name(f".{pointer.name}-{secrets.token_hex(4)}")
    try:
        try:
            made.symlink_to(name, target_is_directory=True)
        except (OSError, NotImplementedError):  # a file system or an account that makes no symlinks
            made.write_text(f"{MARK}{name}\n", encoding="utf-8")
        made.replace(pointer)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise ModelError(f"{pointer}: expected to write it, got {error.strerror}; check the folder's rights.") from None
