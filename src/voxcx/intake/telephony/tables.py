"""What `voxcx telephony` writes: the calls as JSON lines, a manifest for `voxcx batch`, and what fits no call."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from voxcx.intake.metadata import TelephonyFields
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import Unmatched

_CALL = ("started_at", "direction", "customer_id", "agent_id", "queue", "abandoned", "contained", "flow_out")
COLUMNS = ("interaction_id", "recording", *_CALL, *TelephonyFields.model_fields)
_OF_LEG = {"ivr": {"nodes"}, "queue": {"queue", "outcome"}, "agent": {"agent_id", "outcome", "holds"}}
_OTHERS = frozenset().union(*_OF_LEG.values())
UNMATCHED_COLUMNS = ("file", "line", "call_id", "what", "why")


def as_json_lines(calls: Iterable[CallRecord]) -> Iterator[str]:
    """One call a line, in the neutral schema."""
    return (f"{json.dumps(_plain(call), ensure_ascii=False)}\n" for call in calls)


def as_manifest(calls: Iterable[CallRecord], recordings: Mapping[str, Path], folder: Path) -> str:
    """A manifest as `voxcx batch` takes it; an empty cell is not known. Paths are relative to ``folder``."""
    return _csv(COLUMNS, (_row(call, recordings.get(call.call_id), folder) for call in calls))


def as_unmatched(found: Iterable[Unmatched]) -> str:
    """What fits no call, with its place."""
    rows = [
        dict(
            zip(UNMATCHED_COLUMNS, (one.place.file, one.place.line or "", one.call_id, one.what, one.why), strict=True)
        )
        for one in found
    ]
    return _csv(UNMATCHED_COLUMNS, rows)


def _plain(call: CallRecord) -> dict[str, Any]:
    """As JSON; a leg has the keys of its kind only."""
    plain = call.model_dump(mode="json", by_alias=True)
    plain["legs"] = [
        {name: value for name, value in leg.items() if name not in _OTHERS or name in _OF_LEG[leg["kind"]]}
        for leg in plain["legs"]
    ]
    return plain


def _row(call: CallRecord, recording: Path | None, folder: Path) -> dict[str, Any]:
    plain = _plain(call)
    facts = plain["telephony"]
    cells = {name: _cell(value) for name, value in {**{name: plain[name] for name in _CALL}, **facts}.items()}
    where = "" if recording is None else Path(os.path.relpath(recording, folder)).as_posix()
    return {"interaction_id": call.call_id, "recording": where, **cells}


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (bool, list)):
        return json.dumps(value)
    return value


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(columns), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()
