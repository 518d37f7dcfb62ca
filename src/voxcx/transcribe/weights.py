"""Find a recognition model and check it: installed data packages, a folder, or a hub name."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import yaml

from voxcx.config import Checked, shipped
from voxcx.errors import ModelError

_PART = re.compile(r"\.(?:part[-_]?)?(\d+)$")
_FOLDER_FILE = "model.bin"


class _Known(Checked):
    title: str
    licence: str
    install: str
    sha256: dict[str, str]
    packages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model is: ``files`` in memory (name → bytes) or ``location`` (a folder or hub name)."""

    name: str
    identity: str
    location: str
    files: dict[str, bytes] = field(default_factory=dict)


def find_weights(name: str) -> Weights:
    """A known name from models/asr.yaml, a CTranslate2 folder, or a hub name.

    Raises:
        ModelError: the packages are not installed, a file's sha256 differs, or a folder lacks model.bin.
    """
    known = _catalogue()
    if name in known:
        return _from_packages(name, known[name])
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / _FOLDER_FILE).is_file():
            raise ModelError(f"{folder}: expected a CTranslate2 Whisper folder, got one without {_FOLDER_FILE}.")
        with (folder / _FOLDER_FILE).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Weights(name, f"{folder.name}@{digest[:12]}", str(folder))
    if folder.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"{name}: expected a folder with a CTranslate2 Whisper model, found none; check the path.")
    return Weights(name, name, name)


def _from_packages(name: str, known: _Known) -> Weights:
    for packages in known.packages:
        try:
            files = _read(packages, set(known.sha256))
        except metadata.PackageNotFoundError:
            continue
        for file, expected in known.sha256.items():
            got = hashlib.sha256(files.get(file, b"")).hexdigest()
            if got != expected:
                raise ModelError(
                    f"Recognition model {name}: expected {file} with sha256 {expected[:12]}…, got {got[:12]}…; "
                    f"install it again: {known.install}"
                )
        return Weights(name, f"whisper-{name}@{known.sha256[_FOLDER_FILE][:12]}", name, files)
    raise ModelError(
        f"Recognition model {name}: expected the packages {' and '.join(known.packages[0])}, found none; "
        f"install them: {known.install}"
    )


def _read(packages: tuple[str, ...], wanted: set[str]) -> dict[str, bytes]:
    """The wanted files of some packages, parts joined in their order."""
    parts: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for package in packages:
        for file in metadata.files(package) or ():
            match = _PART.search(file.name)
            whole = file.name[: match.start()] if match else file.name
            if whole in wanted:
                parts[whole].append((int(match[1]) if match else 0, Path(str(file.locate()))))
    return {
        name: b"".join(path.read_bytes() for _, path in sorted(found) if path.is_file())
        for name, found in parts.items()
    }


def _catalogue() -> dict[str, _Known]:
    raw = yaml.safe_load(shipped("models", "asr.yaml").read_text(encoding="utf-8"))
    return {name: _Known.model_validate(entry) for name, entry in raw.items()}
