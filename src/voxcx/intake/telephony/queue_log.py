"""Asterisk's queue_log → events: the text file, and its table in a database exported as CSV."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.clock import near_epoch_in, readings, settled
from voxcx.intake.telephony.lines import Line, cells_of, columns_of, delimiter_of, forget, once, plain, read_lines
from voxcx.intake.telephony.unmatched import Listing, Place

_LINE = re.compile(r"\d{9,10}(\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Za-z]")
_COLUMNS = {
    "time": ("eventtime", "created", "timestamp"),
    "callid": ("uniqueid",),
    "queuename": ("queue",),
    "agent": (),
    "event": ("verb",),
    "data": ("data0",),
    **{f"data{number}": () for number in range(1, 6)},
}
# The fewest parameters that a whole line of each event has, in any version: fewer on a last line means that it is cut.
FEWEST = {
    "ENTERQUEUE": 2,
    "CONNECT": 1,
    "ABANDON": 3,
    "COMPLETEAGENT": 2,
    "COMPLETECALLER": 2,
    "BLINDTRANSFER": 4,
    "ATTENDEDTRANSFER": 4,
    "TRANSFER": 2,
    "EXITWITHKEY": 2,
    "EXITWITHTIMEOUT": 1,
    "EXITEMPTY": 1,
}
OF_NO_CALL = {"", "NONE", "REALTIME", "MANAGER"}
# Of agents, members and the system, or of a call but without a change of where it is.
PASSED_OVER = {
    *("ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL", "PAUSEREASON", "PENALTY", "RINGINUSE"),
    *("AGENTLOGIN", "AGENTLOGOFF", "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF", "CONFIGRELOAD", "QUEUESTART"),
    *("DID", "INFO", "JOINEMPTY", "JOINUNAVAIL", "FULL", "CALLSTATUS"),
}


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """One event of a call in a queue; ``time`` in epoch seconds."""

    time: float
    call_id: str
    queue: str
    agent: str
    kind: str
    data: tuple[str, ...]
    place: Place

    def number(self, position: int) -> float | None:
        """A parameter as seconds, counted from the end where negative; None where it is absent or no number."""
        try:
            return float(self.data[position])
        except (IndexError, ValueError):
            return None


def is_queue_log(first: str) -> bool:
    """Whether a file's first line is one of a queue_log, or the header of its table."""
    if _LINE.match(first):
        return True
    names = {plain(cell) for cell in cells_of(first, delimiter_of(first))}
    return {"event", "callid"} <= names and bool({"queuename", "queue"} & names)


def queue_events(paths: list[Path], zone: ZoneInfo | None, listing: Listing) -> Iterator[QueueEvent]:
    """The events of calls, each line once; what is cut or cannot be read is listed."""
    seen: set[int] = set()
    for path in paths:
        columns: dict[str, int] | None = None
        delimiter = "|"
        for line in once(read_lines(path, listing), seen):
            if columns is None and not _LINE.match(line.text) and is_queue_log(line.text):
                delimiter = delimiter_of(line.text)
                columns = columns_of(cells_of(line.text, delimiter), _COLUMNS)
                forget(line, seen)
                continue
            cells = line.text.split("|") if columns is None else _in_order(line.text, columns, delimiter)
            event = _event(line, cells, zone, listing)
            if event is not None:
                yield event


def _in_order(text: str, columns: dict[str, int], delimiter: str) -> list[str]:
    cells = cells_of(text, delimiter)

    def cell(name: str) -> str:
        number = columns.get(name, len(cells))
        return cells[number].strip() if number < len(cells) else ""

    head = [cell(name) for name in ("time", "callid", "queuename", "agent", "event")]
    data = cell("data").split("|") if cell("data") else [cell(f"data{number}") for number in range(1, 6)]
    while data and not data[-1]:
        data.pop()
    return [*head, *data]


def _event(line: Line, cells: list[str], zone: ZoneInfo | None, listing: Listing) -> QueueEvent | None:
    call_id = cells[1].strip() if len(cells) > 1 else ""
    kind = cells[4].strip().upper() if len(cells) > 4 else ""
    if not kind or (not line.whole and len(cells) - 5 < FEWEST.get(kind, 0)):
        listing.add(line.place, call_id, kind or "a line", "the line breaks off")
        return None
    if kind in PASSED_OVER or call_id in OF_NO_CALL:
        if kind in FEWEST:
            listing.add(line.place, call_id, kind, "names no call")
        return None
    try:
        options = readings(cells[0], zone)
        time = settled(options, near_epoch_in(call_id, options))
    except (ValueError, IndexError):
        listing.add(line.place, call_id, kind, f"expected a time, got {cells[0][:30]!r}, or one that its zone left out")
        return None
    queue, agent, kind = (sys.intern(cell.strip()) for cell in (cells[2], cells[3], kind))  # few, in many lines
    return QueueEvent(time, call_id, queue, agent, kind, tuple(cells[5:]), line.place)
