"""Asterisk's channel event log (CEL) → events: CSV of cel_custom, a table exported as CSV, or its JSON lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.clock import ZoneNeeded, near_epoch_in, readings, settled, settled_until
from voxcx.intake.telephony.lines import Line, cells_of, columns_of, cut, delimiter_of, forget, once, plain, read_lines
from voxcx.intake.telephony.unmatched import Listing, Place

KINDS = frozenset(
    f"{kind}"
    for kind in (
        *("CHAN_START", "CHAN_END", "ANSWER", "HANGUP", "APP_START", "APP_END", "BRIDGE_ENTER", "BRIDGE_EXIT"),
        *("BRIDGE_START", "BRIDGE_END", "PARK_START", "PARK_END", "BLINDTRANSFER", "ATTENDEDTRANSFER", "PICKUP"),
        *("FORWARD", "LINKEDID_END", "LOCAL_OPTIMIZE", "LOCAL_OPTIMIZE_BEGIN", "STREAM_BEGIN", "STREAM_END", "DTMF"),
        *("USER_DEFINED", "HOLD", "UNHOLD"),
    )
)
_COLUMNS = {
    "eventtype": ("eventname",),
    "eventtime": (),
    "cidnum": ("calleridnum",),
    "exten": (),
    "context": (),
    "channame": ("channel", "channelname"),
    "appname": ("application",),
    "appdata": (),
    "uniqueid": (),
    "linkedid": (),
    "peer": ("bridgepeer",),
    "userdefined": ("userdeftype", "usereventname", "userdefname"),
    "extra": ("eventextra",),
}
# The default mapping of cel_custom.conf, counted from the time: some have a literal before it.
_AFTER_TIME = {"eventtime": 0, "cidnum": 2, "exten": 6, "context": 7, "channame": 8, "appname": 9, "appdata": 10} | {
    "uniqueid": 13,
    "linkedid": 14,
    "peer": 15,
    "userdefined": 17,
    "extra": 18,
}
# The advanced fields of cel_custom.conf (Asterisk 22 and later), with the time in the fourth column.
_ADVANCED = {"eventtype": 0, "eventtime": 3, "userdefined": 4, "cidnum": 6, "exten": 7, "context": 8, "channame": 9} | {
    "appname": 10,
    "appdata": 11,
    "uniqueid": 14,
    "peer": 19,
    "linkedid": 20,
    "extra": 22,
}


@dataclass(frozen=True, slots=True)
class CelEvent:
    """One event of a channel; ``time`` in epoch seconds, ``order`` is where it stood among all that were read."""

    time: float
    kind: str
    channel: str
    unique_id: str
    linked_id: str
    context: str
    exten: str
    app: str
    app_data: str
    number: str
    peers: tuple[str, ...]
    extra: dict[str, Any]
    order: int
    place: Place


def is_cel(first: str) -> bool:
    """Whether a file's first line is one of a CEL, or its header."""
    if first.lstrip().startswith("{"):
        return "eventtype" in {plain(name) for name in _json(first)}
    cells = cells_of(first, delimiter_of(first))
    return bool(cells) and (cells[0].strip() in KINDS or "eventtype" in {plain(cell) for cell in cells})


def cel_events(
    paths: list[Path], zone: ZoneInfo | None, listing: Listing, queued: dict[str, float] | None = None
) -> list[CelEvent]:
    """Every event, each line once; what is cut or cannot be read is listed.

    ``queued``: when channels entered a queue, by epochs; it helps to read local times of ids without a time in them.
    """
    clock = _Clock(zone, queued or {})
    seen: set[int] = set()
    events: list[CelEvent] = []
    for path in paths:
        columns: dict[str, int] | None = None
        delimiter = ""
        for line in once(read_lines(path, listing), seen):
            delimiter = delimiter or delimiter_of(line.text)
            if columns is None and not line.text.startswith("{"):
                columns = columns_of(cells_of(line.text, delimiter), _COLUMNS)
                if "eventtype" in columns:
                    forget(line, seen)
                    continue
            event = _event(line, _fields(line.text, columns, delimiter), (clock, len(events)), listing)
            if event is not None:
                events.append(event)
    return events


def _fields(text: str, columns: dict[str, int] | None, delimiter: str) -> dict[str, str]:
    if text.startswith("{"):
        raw = {plain(name): value for name, value in _json(text).items()}
        named = {
            name: next((raw[one] for one in (name, *others) if one in raw), "") for name, others in _COLUMNS.items()
        }
        return {name: json.dumps(one) if isinstance(one, dict) else str(one or "") for name, one in named.items()}
    cells = cells_of(text, delimiter)
    if not columns or "eventtype" not in columns:
        columns = _by_place(cells)
    return {name: cells[number] for name, number in columns.items() if number < len(cells)}


def _by_place(cells: Sequence[str]) -> dict[str, int]:
    """Which column is which where there is no header: told by where the time stands."""
    time = next((number for number, cell in enumerate(cells[:6]) if number and _is_time(cell)), 1)
    if time == 3 and len(cells) >= 23:
        return _ADVANCED
    return {"eventtype": 0, **{name: time + number for name, number in _AFTER_TIME.items()}}


def _is_time(cell: str) -> bool:
    try:
        readings(cell, None)
    except ZoneNeeded:
        return True
    except ValueError:
        return False
    return True


def _event(line: Line, fields: dict[str, str], state: tuple[_Clock, int], listing: Listing) -> CelEvent | None:
    clock, order = state
    kind, unique_id = fields.get("eventtype", "").strip(), fields.get("uniqueid", "").strip()
    linked_id = fields.get("linkedid", "").strip() or unique_id
    if cut(line) or not kind or not unique_id or (not line.whole and "linkedid" not in fields):
        listing.add(line.place, linked_id, kind or "a line", "the line breaks off or lacks its event or unique id")
        return None
    try:
        time = clock.time(fields.get("eventtime", ""), unique_id)
    except ValueError:
        why = f"expected a time, got {fields.get('eventtime', '')[:30]!r}, or one that its zone left out"
        listing.add(line.place, linked_id, kind, why)
        return None
    extra = _extra(fields.get("extra", ""), kind)
    named = fields.get("userdefined", "").strip()
    return CelEvent(
        time=time,
        kind=(named if kind == "USER_DEFINED" and named else kind).upper(),  # CELGenUserEvent(hold) is one too
        channel=fields.get("channame", "").strip(),
        unique_id=unique_id,
        linked_id=linked_id,
        context=fields.get("context", "").strip(),
        exten=fields.get("exten", "").strip(),
        app=fields.get("appname", "").strip(),
        app_data=fields.get("appdata", ""),
        number=fields.get("cidnum", "").strip(),
        peers=tuple(one.strip() for one in fields.get("peer", "").split(",") if one.strip()),
        extra=extra,
        order=order,
        place=line.place,
    )


def _extra(text: str, kind: str) -> dict[str, Any]:
    """JSON; before Asterisk 12 a hangup has `cause,source,dialstatus` instead."""
    if kind == "HANGUP" and text and not text.lstrip().startswith("{"):
        return dict(zip(("hangupcause", "hangupsource", "dialstatus"), text.split(","), strict=False))
    return _json(text)


def _json(text: str) -> dict[str, Any]:
    try:
        raw = json.loads(text) if text.lstrip().startswith("{") else {}
    except (json.JSONDecodeError, RecursionError):
        return {}
    return raw if isinstance(raw, dict) else {}


class _Clock:
    """Local times in their order: which of two equal hours an event is in follows from what was before it."""

    def __init__(self, zone: ZoneInfo | None, queued: dict[str, float]) -> None:
        self.zone, self.queued = zone, queued
        self.last_of: dict[str, float] = {}
        self.last: float | None = None

    def time(self, text: str, unique_id: str) -> float:
        """Epoch seconds: not before the channel was made, nor before its last event, nor (else) the file's."""
        options = readings(text, self.zone)
        if not options:
            raise ValueError("the zone left this hour out")
        before = self.last_of.get(unique_id) or near_epoch_in(unique_id, options)
        entered = self.queued.get(unique_id)
        if before is None and entered is not None:  # it began before it was queued
            time = settled_until(options, entered)
        else:
            time = settled(options, before or self.last)
        self.last = max(time, self.last or time)
        self.last_of[unique_id] = max(time, self.last_of.get(unique_id, time))
        return time
