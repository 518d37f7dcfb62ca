"""Which recording is of which call: the call's id, or one of its channels', stands in the file's name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from voxcx.errors import InputError
from voxcx.intake.folder_jobs import RECORDING_SUFFIXES
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import Listing, Place

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PIECES = (_UUID, r"(?:[A-Za-z][\w]*-)?\d{9,10}\.\d+", r"\d{9,10}\.\d+", r"[^_\s]+", r"[0-9A-Za-z.]+", r"[0-9A-Za-z]+")


def recordings_of(calls: Iterable[CallRecord], folder: Path, listing: Listing) -> dict[str, Path]:
    """The recording of each call. Two of one call, and one of no call, are listed and not taken.

    Raises:
        InputError: no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"--recordings {folder}: expected a folder, found none; check the path.")
    calls = list(calls)
    owner = {other: call.call_id for call in calls for other in call.other_ids} | {
        one.call_id: one.call_id for one in calls
    }
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(one for one in folder.rglob("*") if one.suffix.lower() in RECORDING_SUFFIXES):
        call_id = next((owner[piece] for piece in _pieces(path.stem) if piece in owner), None)
        if call_id is None:
            listing.add(Place(path.name, 0), "", "a recording", "no call's id stands in its name")
        else:
            found[call_id].append(path)
    return dict(_only(found, listing))


def _pieces(stem: str) -> Iterator[str]:
    yield stem
    for pattern in _PIECES:
        yield from re.findall(pattern, stem)
    for second, number in re.findall(r"(?<!\d)(\d{9,10})[-_](\d+)", stem):  # some sites allow no dot in a name
        yield f"{second}.{number}"


def _only(found: dict[str, list[Path]], listing: Listing) -> Iterator[tuple[str, Path]]:
    for call_id, paths in found.items():
        exact = [path for path in paths if call_id in path.stem]  # the call's own id before its channels'
        if len(exact or paths) == 1:
            yield call_id, (exact or paths)[0]
        else:
            names = ", ".join(path.name for path in paths)
            listing.add(Place(paths[0].name, 0), call_id, "recordings", f"expected one, got {len(paths)}: {names}")
