"""HALL: what a user may choose; light, so that a command knows its choices before it loads any tool."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voxcx.config import Config


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user may choose on the command line; None means the configuration's."""

    config_path: Path | None = None
    form: str | None = None
    csi_model: str | None = None
    asr_model: str | None = None
    language: str = "auto"
    transcript: Path | None = None
    definitions: str = "default"
    threads: int | None = None
    device: str | None = None


def beside(config_path: Path | None, form: str) -> str:
    """A form's path in a configuration counts from the configuration's folder; what is not there may be shipped."""
    near = None if config_path is None else config_path.parent / form
    return str(near) if near is not None and near.is_file() else form


def usual_path(config: Config, config_path: Path | None) -> Path | None:
    """Where the file of what is usual lies: its path counts from the configuration's folder, too."""
    if config.usual is None or config_path is None:
        return config.usual
    return config_path.parent / config.usual
