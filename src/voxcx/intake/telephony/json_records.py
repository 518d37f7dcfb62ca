"""JSON exports: one object, a list, an object that wraps a list, one a line, or one straight after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voxcx.intake.telephony.lines import read_text
from voxcx.intake.telephony.unmatched import Listing, Place

_WRAPS = ("conversations", "contacts", "calls", "records", "Records", "items")
Record = tuple[dict[str, Any], Place]


def json_records(path: Path, listing: Listing) -> Iterator[Record]:
    """The objects of a file, each with its line; what breaks off is listed."""
    text, decoder, position = read_text(path), json.JSONDecoder(), 0
    line, counted = 1, 0
    while position < len(text):
        if text[position].isspace() or text[position] == ",":
            position += 1
            continue
        line, counted = line + text.count("\n", counted, position), position
        place = Place(path.name, line)
        try:
            raw, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError):
            listing.add(place, "", "a record", "expected JSON, got text that breaks off or is not JSON")
            position = _next_line(text, position)
            continue
        yield from ((one, place) for one in _objects(raw))


def _next_line(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def _objects(raw: Any) -> Iterator[dict[str, Any]]:
    if isinstance(raw, list):
        for one in raw:
            yield from _objects(one)
    elif isinstance(raw, dict):
        inner = next((raw[name] for name in _WRAPS if isinstance(raw.get(name), list)), None)
        if inner is None:
            yield raw
        else:
            yield from _objects(inner)
