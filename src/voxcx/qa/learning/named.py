"""Which trained criteria a form names, and which they are by their content; loads none."""

from __future__ import annotations

import hashlib
from pathlib import Path

META = "meta.json"


def models_of(data: object, beside: Path) -> dict[str, str | None]:
    """Trained criteria that a form's data names: model → sha256 of its meta.json, None where there is none."""
    found: dict[str, str | None] = {}
    if isinstance(data, dict):
        named = data.get("trained")
        if isinstance(named, dict) and isinstance(named.get("model"), str):
            meta = beside / named["model"] / META
            found[named["model"]] = hashlib.sha256(meta.read_bytes()).hexdigest() if meta.is_file() else None
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            found |= models_of(part, beside)
    return found
