"""What the last run into a folder was told otherwise: who forgets an option learns it before all is judged again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from voxcx.storage.reaching import read_bytes

TOLD = 3  # names
_WHAT = {
    "forms": "form",
    "csi_model": "CSI model",
    "asr_model": "recogniser",
    "definitions": "definitions",
    "language": "language",
    "config_sha256": "configuration",
    "usual": "what is usual",
    "features": "version of the features",
}


def changes(out: Path, about: Mapping[str, object]) -> tuple[str, ...]:
    """Choices that differ from the last run's, each with its names before and now; none where nothing ran before.

    >>> changes(Path("nowhere"), {"language": "en"})
    ()
    """
    before: object = None
    with suppress(OSError, ValueError):
        before = json.loads(read_bytes(out / "run.json"))
    if not isinstance(before, dict) or "work" not in before:
        return ()
    found = [(what, before.get(name), about.get(name)) for name, what in _WHAT.items()]
    return tuple(f"{what} ({_from_to(then, now)})" for what, then, now in found if then != now)


def _from_to(then: object, now: object) -> str:
    """Names before and now; of what has no names, or the same ones, that its content changed."""
    one, other = _names(then), _names(now)
    return "changed" if one == other or not (one or other) else f"{one or 'none'} → {other or 'none'}"


def _names(value: object) -> str:
    if isinstance(value, dict):
        names = [str(name) for name in value]
        return ", ".join(names[:TOLD]) + (" …" if len(names) > TOLD else "")
    looks_like_digest = isinstance(value, str) and len(value) == 64  # a sha256
    return "" if value is None or looks_like_digest else str(value)
