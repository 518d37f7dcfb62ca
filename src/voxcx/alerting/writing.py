"""Alerts and cases as JSON lines and CSV rows: what was there stays, byte for byte; files appear whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from voxcx.domain.cells import harmless
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text
from voxcx.errors import InputError
from voxcx.insight.alerts.record import Alert, OwedCase, Raised
from voxcx.insight.archive import DAY_S
from voxcx.intake.beside import CASE_COLUMNS
from voxcx.intake.csv_rows import DELIMITERS
from voxcx.report.insight.telling import Telling
from voxcx.results.writing import write_whole
from voxcx.storage.reaching import read_bytes

SCHEMA = "voxcx.alert/1"
ALERTS, OUTBOX, CASES = "alerts.jsonl", "alerts.outbox.jsonl", "cases.csv"
COLUMNS = (
    *("case_id", "kind", "opened_at", "interaction_id", "group", "triggers", "why"),
    *("severity", "owner", "deadline", "status", "outcome", "note"),
)
TRIES = 3  # to write a file that somebody else writes at the same time
Record = dict[str, Any]


def as_record(alert: Alert) -> Record:
    """An alert as one JSON object; no customer's words in it."""
    hit = alert.hit
    return {
        "schema": SCHEMA,
        "id": hit.id,
        "at": as_moment(hit.at_s, hit.offset_s),
        "trigger": hit.trigger,
        "scope": hit.scope,
        "title": told(alert.title),
        "severity": alert.severity,
        "level": alert.level,
        "owner": alert.owner,
        "deadline": as_moment(round(alert.deadline_s), hit.offset_s),
        "interaction_id": alert.interaction_id,
        "group": None if hit.group is None else {"field": hit.group[0], "value": hit.group[1]},
        "figures": {name: _figure(figure) for name, figure in hit.figures},
        "quote": _quote(alert),
        "estimated": alert.estimated,
        "why": told(alert.why),
    }


def told(said: Text) -> dict[str, str]:
    """A text in both languages."""
    return {ui: Telling(ui).text(said) for ui in ("en", "ru")}


def _figure(figure: Figure) -> Record:
    one = figure.estimate
    return {
        "value": one.value, "low": one.low, "high": _finite(one.high), "n": one.n, "level": one.level,
        "unit": figure.unit,
    }  # fmt: skip


def _finite(value: float | None) -> float | None:
    """JSON knows no infinity: an interval without an upper end has none."""
    return None if value is None or value == float("inf") else value


def _quote(alert: Alert) -> Record | None:
    """Where the words are, not the words."""
    ref = alert.ref
    return (
        None
        if ref is None
        else {"interaction_id": ref.interaction_id, "criterion": ref.criterion, "start_s": ref.start_s}
    )


def as_moment(at_s: float, offset_s: float) -> str:
    """ISO 8601 with the zone of the source, to the microsecond: a cool-down must not change by rounding.

    >>> as_moment(1767225600.0, 10800.0)
    '2026-01-01T03:00:00+03:00'
    """
    zone = timezone(timedelta(minutes=round(offset_s / 60))) if offset_s else UTC
    return datetime.fromtimestamp(at_s, tz=zone).isoformat()


def read_records(path: Path) -> list[Record]:
    """JSON objects of a file of lines; none where there is no file."""
    content = _content(path)
    found = []
    for number, line in enumerate((content or b"").decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            record = None
        if not (isinstance(record, dict) and isinstance(record.get("id"), str)):
            raise InputError(
                f"{path}, line {number}: expected an alert as JSON, got something else; remove the line or the file."
            )
        found.append(record)
    return found


def raised_of(records: Sequence[Record], path: Path) -> tuple[Raised, ...]:
    """Earlier alerts as cool-down, escalation and caps need them."""
    found = []
    for number, one in enumerate(records, start=1):
        try:
            at = datetime.fromisoformat(one["at"])
            offset_s = (at.utcoffset() or timedelta()).total_seconds()
            day = int((at.timestamp() + offset_s) // DAY_S)
            found.append(
                Raised(one["id"], str(one["trigger"]), str(one["scope"]), at.timestamp(), day, int(one["level"]))
            )
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"{path}, alert {number}: expected {SCHEMA} with id, at, trigger, scope and level, got another form; "
                "move the file away."
            ) from None
    return tuple(found)


def lines_of(records: Sequence[Record]) -> bytes:
    """One JSON object a line."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in records)


def append_alerts(folder: Path, records: Sequence[Record]) -> None:
    """Behind what is there, which stays as it is; what another run has written meanwhile is not written twice."""

    def lines(there: bytes) -> bytes:
        fresh = [one for one in records if f'"id": "{one["id"]}"'.encode() not in there]
        end = b"" if not there or there.endswith(b"\n") else b"\n"
        return end + lines_of(fresh) if fresh else b""

    if records:
        _append(folder / ALERTS, lines)


def write_outbox(folder: Path, records: Sequence[Record]) -> None:
    """What was not sent yet, whole; an empty outbox is an empty file."""
    path = folder / OUTBOX
    if _content(path) != lines_of(records):
        _put(path, lines_of(records))


def append_cases(folder: Path, cases: Sequence[OwedCase], ui: str) -> int:
    """New cases behind the rows that people have filled; how many were new."""
    count = 0

    def rows(there: bytes) -> bytes:
        nonlocal count
        known, header, delimiter = _known(folder / CASES, there)
        fresh = [one for one in cases if one.id not in known]
        count = len(fresh)
        if not fresh:
            return b""
        text = io.StringIO(newline="")
        end = "\r\n" if b"\r\n" in there else "\n"
        table = csv.DictWriter(text, header, restval="", extrasaction="ignore", delimiter=delimiter, lineterminator=end)
        if not there:
            table.writeheader()
        table.writerows(_row(one, ui) for one in fresh)
        return (end if there and not there.endswith(b"\n") else "").encode() + text.getvalue().encode()

    _append(folder / CASES, rows)
    return count


def _row(case: OwedCase, ui: str) -> Mapping[str, object]:
    cells = {
        "case_id": case.id,
        "kind": case.kind,
        "opened_at": as_moment(round(case.at_s), case.offset_s),
        "interaction_id": case.interaction_id,
        "group": case.group,
        "triggers": "+".join(case.triggers),
        "why": Telling(ui).text(case.why),
        "severity": case.severity,
        "owner": case.owner,
        "deadline": as_moment(round(case.deadline_s), case.offset_s),
        "status": "open",
    }
    return {name: harmless(cell) for name, cell in cells.items()}


def _known(path: Path, there: bytes) -> tuple[set[str], list[str], str]:
    """Ids of the cases, the header and the delimiter of the file; refuses one that cannot be added to."""
    if not there:
        return set(), list(COLUMNS), ","
    try:
        text = there.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            f"{path}: expected cases as CSV in UTF-8, could not read them; save the file as UTF-8."
        ) from None
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(table, [])]
    lacking = [name for name in CASE_COLUMNS if name not in header]
    if lacking:
        raise InputError(
            f"{path}: expected columns {', '.join(CASE_COLUMNS)}, found no {', '.join(lacking)}; restore them."
        )
    place = header.index("case_id")
    return {row[place].strip() for row in table if len(row) > place}, header, delimiter


def _append(path: Path, more: Callable[[bytes], bytes]) -> None:
    """Put ``more(what is there)`` behind what is there, whole; anew where somebody saved it meanwhile."""
    for _ in range(TRIES):
        there = _content(path)
        added = more(there or b"")
        if not added:
            return
        if _content(path) == there:
            _put(path, (there or b"") + added)
            return
    raise InputError(f"{path}: expected a file that stands still, somebody writes it; run again.")


def _put(path: Path, content: bytes) -> None:
    write_whole(path, lambda sink: sink.write(content))


def _content(path: Path) -> bytes | None:
    try:
        return read_bytes(path)
    except FileNotFoundError:
        return None
