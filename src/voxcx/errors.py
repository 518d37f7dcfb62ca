"""The one family of exceptions. A message is one sentence: what, what was expected, what came, what to do."""

from __future__ import annotations


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
