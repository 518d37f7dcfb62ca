"""Files → the adapter that reads them: named by the user, or guessed from what stands in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from voxcx.errors import InputError
from voxcx.intake.telephony.asterisk import kind_of, read_asterisk
from voxcx.intake.telephony.cel_walk import IVR_CONTEXT
from voxcx.intake.telephony.connect import is_connect, read_connect
from voxcx.intake.telephony.freeswitch import read_freeswitch
from voxcx.intake.telephony.freeswitch_leg import is_xml_cdr
from voxcx.intake.telephony.generic import is_generic, read_generic
from voxcx.intake.telephony.genesys import is_genesys, read_genesys
from voxcx.intake.telephony.json_records import json_records
from voxcx.intake.telephony.lines import cells_of, delimiter_of, head_of, read_lines
from voxcx.intake.telephony.schema import SCHEMA, CallRecord
from voxcx.intake.telephony.unmatched import Listing

SOURCES = ("asterisk", "freeswitch", "genesys", "csv", "json")
_ADAPTERS = {
    "freeswitch": read_freeswitch,
    "genesys": read_genesys,
    "connect": read_connect,
    "csv": read_generic,
    "json": read_generic,
}
_LOOKED_AT = 20  # lines: a log may begin with one that was cut by its rotation


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: calls in order of their start, what fits none, and the format of each file."""

    calls: tuple[CallRecord, ...]
    listing: Listing
    formats: dict[str, str]


def read_telephony(
    paths: list[Path], source: str | None = None, zone: ZoneInfo | None = None, ivr_context: str = IVR_CONTEXT
) -> Reading:
    """Read the logs of one telephone system; folders stand for the files in them.

    Raises:
        InputError: nothing that can be read, formats of several systems, or a zone is needed and not given.
    """
    listing = Listing()
    kinds: dict[str, list[Path]] = defaultdict(list)
    for path in _files(paths):
        kinds[format_of(path, source)].append(path)
    systems = {kind.partition(" ")[0] for kind in kinds}
    if len(systems) > 1:
        told = ", ".join(f"{files[0].name} of {kind}" for kind, files in sorted(kinds.items()))
        raise InputError(f"Telephony logs: expected those of one system, got {told}; give each system its own run.")
    system = systems.pop()
    if system == "asterisk":
        calls = read_asterisk(
            {kind.partition(" ")[2]: files for kind, files in kinds.items()}, zone, ivr_context, listing
        )
    else:
        calls = _ADAPTERS[system](kinds[system], zone, listing)
    if not calls:
        raise InputError(f"{paths[0]}: expected at least one call, got none{_first_reason(listing)}; check the file.")
    return Reading(tuple(calls), listing, {path.name: kind for kind, files in kinds.items() for path in files})


def _files(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = (
            sorted(one for one in path.iterdir() if one.is_file() and one.name[0] != ".") if path.is_dir() else [path]
        )
        found += inside
    if not found:
        raise InputError(f"{paths[0]}: expected log files, found an empty folder; check the path.")
    told = [path for path in dict.fromkeys(found) if head_of(path).strip()]  # a log just rotated is empty
    if not told:
        raise InputError(f"{found[0]}: expected a log, got an empty file; check the path.")
    return told


def _first_reason(listing: Listing) -> str:
    """Why nothing could be read, where a line says so."""
    first = next(iter(listing.rows()), None)
    return "" if first is None else f" (line {first.place.line} of {first.place.file}: {first.why})"


def format_of(path: Path, source: str | None) -> str:
    """The adapter of a file; for Asterisk with its kind of log: `asterisk cel`.

    Raises:
        InputError: it looks like none, or not like what the user named.
    """
    guessed = _guess(path)
    system = (guessed or "").partition(" ")[0]
    fits = source is None or source == system or (source, system) == ("genesys", "connect")
    if guessed is None or not fits:
        wanted = source or f"logs of {', '.join(SOURCES)}"
        got = guessed or ("a file that is no text" if "\ufffd" in head_of(path) else "another format")
        raise InputError(f"{path}: expected {wanted}, got {got}; check the file and --from (docs/telephony.md).")
    return guessed


def _guess(path: Path) -> str | None:
    text = head_of(path)
    if text.lstrip().startswith("<"):
        return "freeswitch" if is_xml_cdr(text) else None
    first = [line.text for line, _ in zip(read_lines(path, Listing()), range(_LOOKED_AT), strict=False)]
    for line in first:
        kind = kind_of(line)
        if kind is not None:
            return f"asterisk {kind}"
    if not first:
        return None
    if first[0].lstrip()[:1] in {"{", "["}:
        return _guess_json(path)
    return "csv" if is_generic({cell.strip() for cell in cells_of(first[0], delimiter_of(first[0]))}) else None


def _guess_json(path: Path) -> str | None:
    raw = next((raw for raw, _ in json_records(path, Listing())), {})
    if is_genesys(raw):
        return "genesys"
    if is_connect(raw):
        return "connect"
    return "json" if raw.get("schema") == SCHEMA or is_generic(set(raw)) else None
