"""The one family of exceptions. A message is one sentence: what, what was expected, what came, what to do."""

from __future__ import annotations

from pathlib import Path


class VoxcxError(Exception):
    """Anything the user can put right; the command line prints it without a traceback and exits with 2."""


class InputError(VoxcxError):
    """A recording, chat, manifest, metadata or survey file that cannot be used as it is."""


class FormError(VoxcxError):
    """A QA form that breaks its schema: an unknown operator, a misspelt key, a duplicate id."""


class ConfigError(VoxcxError):
    """A configuration value outside its range or a key that does not exist."""


class ModelError(VoxcxError):
    """Model files that are missing, changed (sha256) or made for another feature schema."""


def unexpected(error: BaseException) -> str:
    """Type and place, not the message: it may quote the customer."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "an unknown place"
    return f"Expected no error, got {type(error).__name__} at {where}."


def as_told(error: Exception) -> VoxcxError:
    """An error as one that can be told: itself where it is ours, else its type and place."""
    if isinstance(error, VoxcxError):
        return error
    told = VoxcxError(f"{unexpected(error).rstrip('.')}; run again, and if it fails again, report it with this line.")
    told.__cause__ = error
    return told
