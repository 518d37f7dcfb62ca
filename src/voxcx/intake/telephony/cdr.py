"""Asterisk's CDR: Master.csv of cdr_csv, with or without its newer columns, or a table exported as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.clock import ZoneNeeded, near_epoch_in, readings, settled
from voxcx.intake.telephony.lines import Line, cells_of, columns_of, cut, delimiter_of, forget, once, plain, read_lines
from voxcx.intake.telephony.unmatched import Listing, Place

DISPOSITIONS = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}
_COLUMNS: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
        *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield"),
        *("peeraccount", "linkedid", "sequence"),
    ),
    (),
) | {"start": ("calldate", "starttime"), "answer": ("answertime",), "end": ("endtime",)}


@dataclass(frozen=True, slots=True)
class Channels:
    """What other logs know of channels: their ids by name, and when each began, by id.

    It joins records that were written without `loguniqueid`, and helps to read local times of ids without a time.
    """

    ids: dict[str, str] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)


_Known = tuple[ZoneInfo | None, Channels]


@dataclass(frozen=True, slots=True)
class CdrRow:
    """One record: party A, party B and when; times in epoch seconds."""

    unique_id: str
    linked_id: str
    source: str
    channel: str
    other_channel: str
    app: str
    app_data: str
    start: float
    answer: float | None
    end: float | None
    disposition: str
    place: Place


def is_cdr(first: str) -> bool:
    """Whether a file's first line is one of a CDR, or its header."""
    cells = cells_of(first, delimiter_of(first))
    names = {plain(cell) for cell in cells}
    if {"disposition", "channel"} <= names:
        return True
    return len(cells) >= 16 and cells[14].strip().upper() in DISPOSITIONS


def cdr_rows(paths: list[Path], zone: ZoneInfo | None, listing: Listing, channels: Channels) -> Iterator[CdrRow]:
    """Every record, each line once; what is cut or cannot be read is listed."""
    seen: set[int] = set()
    for path in paths:
        columns: dict[str, int] | None = None
        delimiter = ""
        for line in once(read_lines(path, listing), seen):
            delimiter = delimiter or delimiter_of(line.text)
            cells = cells_of(line.text, delimiter)
            if columns is None:
                columns = columns_of(cells, _COLUMNS)
                if "disposition" in columns:
                    forget(line, seen)
                    continue
                columns = {name: number for number, name in enumerate(_COLUMNS)}
            fields = {name: cells[number] for name, number in columns.items() if number < len(cells)}
            row = _row(line, fields, (zone, channels), listing)
            if row is not None:
                yield row


def _row(line: Line, fields: dict[str, str], known: _Known, listing: Listing) -> CdrRow | None:
    unique_id = fields.get("uniqueid", "").strip() or known[1].ids.get(fields.get("channel", "").strip(), "")
    if cut(line) or "disposition" not in fields or not unique_id:
        why = (
            "the line breaks off"
            if cut(line) or "disposition" not in fields
            else "it has no uniqueid to join it by (loguniqueid in cdr.conf)"
        )
        listing.add(line.place, unique_id, "a CDR", why)
        return None
    try:
        start, answer, end = _times(fields, unique_id, known)
    except ZoneNeeded:
        raise
    except (ValueError, IndexError):
        listing.add(line.place, unique_id, "a CDR", "expected its times, got others, or some that its zone left out")
        return None
    return CdrRow(
        unique_id=unique_id,
        linked_id=fields.get("linkedid", "").strip() or unique_id,
        source=fields.get("src", "").strip(),
        channel=fields.get("channel", "").strip(),
        other_channel=fields.get("dstchannel", "").strip(),
        app=fields.get("lastapp", "").strip(),
        app_data=fields.get("lastdata", ""),
        start=start,
        answer=answer,
        end=end,
        disposition=fields["disposition"].strip().upper(),
        place=line.place,
    )


def _times(fields: dict[str, str], unique_id: str, known: _Known) -> tuple[float, float | None, float | None]:
    """Start, answer and end; in an hour that is told twice the channel's id and the duration decide."""
    zone, channels = known
    options = readings(fields.get("start", ""), zone)
    start = settled(options, near_epoch_in(unique_id, options) or channels.begun.get(unique_id))
    answer = settled(readings(fields["answer"], zone), start) if fields.get("answer", "").strip() else None
    duration = fields.get("duration", "").strip()
    if not fields.get("end", "").strip():
        return start, answer, start + float(duration) if duration else None
    ends = readings(fields["end"], zone)
    if duration.isdigit():
        return start, answer, min(ends, key=lambda end: abs(end - start - float(duration)))
    return start, answer, settled(ends, answer or start)
