"""One call a row or a record: CSV or JSON of any system with the names of docs/telephony.md, and our own schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from voxcx.config import first_problem
from voxcx.errors import InputError
from voxcx.intake.file_names import closest
from voxcx.intake.metadata import TelephonyFields
from voxcx.intake.telephony.clock import ZoneNeeded, readings, settled
from voxcx.intake.telephony.draft import Draft, Leg
from voxcx.intake.telephony.finishing import finished
from voxcx.intake.telephony.json_records import json_records
from voxcx.intake.telephony.lines import cells_of, cut, delimiter_of, read_lines
from voxcx.intake.telephony.schema import SCHEMA, CallRecord
from voxcx.intake.telephony.unmatched import Listing, Place

_ID = ("call_id", "interaction_id", "id")
_TIMES = (
    *("started_at", "ivr_started_at", "ivr_ended_at", "queue_entered_at", "queue_left_at", "answered_at"),
    *("ended_at", "recording_started_at"),
)
_CALL = ("direction", "customer_id", "queue", "agent_id", "abandoned", "contained", "flow_out")
NAMES = (*_ID, *_TIMES, *_CALL, *TelephonyFields.model_fields)


def is_generic(names: set[str]) -> bool:
    """Whether a header or a record names a call and when it began."""
    return bool(names & set(_ID)) and "started_at" in names


def read_generic(paths: list[Path], zone: ZoneInfo | None, listing: Listing) -> list[CallRecord]:
    """The calls of rows or records; one that cannot be true is listed."""
    records = []
    for path in paths:
        rows = _csv_rows(path, listing) if not _is_json(path) else json_records(path, listing)
        for raw, place in rows:
            record = _neutral(raw, place, listing) if raw.get("schema") == SCHEMA else _call(raw, place, zone, listing)
            if record is not None:
                records.append(record)
    return sorted(records, key=lambda one: (one.started_at, one.call_id))


def _is_json(path: Path) -> bool:
    return next((line.text.lstrip()[:1] in {"{", "["} for line in read_lines(path, Listing())), False)


def _csv_rows(path: Path, listing: Listing) -> Iterator[tuple[dict[str, Any], Place]]:
    names: list[str] = []
    delimiter = ","
    for line in read_lines(path, listing):
        if not names:
            delimiter = delimiter_of(line.text)
            names = [name.strip() for name in cells_of(line.text, delimiter)]
            _refuse_unknown(names, path.name)
            continue
        cells = cells_of(line.text, delimiter)
        if len(cells) != len(names) or cut(line):
            listing.add(line.place, "", "a row", f"expected {len(names)} cells as in the header, got {len(cells)}")
            continue
        yield {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}, line.place


def _refuse_unknown(names: list[str], where: str) -> None:
    for name in names:
        if name not in NAMES:
            raise InputError(f"{where}: the column {name!r} is not known{closest(name, NAMES)}.")


def _neutral(raw: dict[str, Any], place: Place, listing: Listing) -> CallRecord | None:
    try:
        return CallRecord.model_validate(raw)
    except ValidationError as error:
        listing.add(place, str(raw.get("call_id", "")), "a call", f"is not of {SCHEMA}: {first_problem(error)}")
        return None


def _call(raw: dict[str, Any], place: Place, zone: ZoneInfo | None, listing: Listing) -> CallRecord | None:
    call_id = next((str(raw[name]) for name in _ID if raw.get(name)), "")
    _refuse_unknown(list(raw), f"{place.file}:{place.line}")
    try:
        times = _times(raw, zone)
        holds = json.loads(raw["holds"]) if isinstance(raw.get("holds"), str) else raw.get("holds")
    except ZoneNeeded:
        raise
    except ValueError:
        listing.add(place, call_id, "a row", "expected ISO 8601 times or epochs, and holds as JSON, got others")
        return None
    if not call_id or "started_at" not in times:
        listing.add(place, call_id, "a row", "expected a call_id and started_at, got none")
        return None
    facts = {name: raw[name] for name in TelephonyFields.model_fields if raw.get(name) is not None}
    draft = _draft(call_id, raw, times)
    if holds is not None:
        facts["holds"] = holds
    draft.stated = {"telephony": facts, **{name: raw[name] for name in _CALL if raw.get(name) is not None}}
    if raw.get("agent_id"):
        draft.stated["agents"] = [str(raw["agent_id"])]
    return finished(draft, zone, listing, place)


def _times(raw: dict[str, Any], zone: ZoneInfo | None) -> dict[str, float]:
    """The times in their order: the later ones settle which of two equal hours is meant."""
    times: dict[str, float] = {}
    last = None
    for name in _TIMES:
        if raw.get(name):
            options = readings(str(raw[name]), zone)
            if not options:
                raise ValueError("the zone left this hour out")
            times[name] = settled(options, last)
            last = times[name] if name != "recording_started_at" else last
    return times


def _draft(call_id: str, raw: dict[str, Any], times: dict[str, float]) -> Draft:
    draft = Draft(call_id, "table", times["started_at"], times.get("ended_at"))
    draft.recording_start = times.get("recording_started_at")
    if "ivr_started_at" in times:
        draft.tells.add("ivr")
        draft.legs.append(Leg("ivr", times["ivr_started_at"], times.get("ivr_ended_at")))
    answered = times.get("answered_at")
    if "queue_entered_at" in times:
        left = answered if answered is not None else times.get("queue_left_at", times.get("ended_at"))
        outcome = "answered" if answered is not None else None
        draft.legs.append(Leg("queue", times["queue_entered_at"], left, raw.get("queue"), outcome))  # type: ignore[arg-type]
    if answered is not None:
        draft.tells.add("agents")
        draft.legs.append(Leg("agent", answered, times.get("ended_at"), raw.get("agent_id")))
    return draft
