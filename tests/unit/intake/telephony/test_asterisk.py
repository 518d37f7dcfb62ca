"""200 calls planned by hand of a generator, written as Asterisk writes them: every fact of every call is right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from unit.intake.telephony.asterisk_plan import Log, Truth, around, play
from voxcx.intake.telephony.clock import zone_named
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.sources import Reading, read_telephony

ZONES = {
    "Europe/Berlin": ("2026-03-29 03:00:00", "2026-10-25 02:59:00", "2026-06-30 23:59:00", "2026-01-15 12:00:00"),
    "America/New_York": ("2026-03-08 03:00:00", "2026-11-01 01:30:00", "2026-12-31 23:59:30", "2026-05-05 09:00:00"),
    "Europe/Moscow": ("2026-03-29 03:00:00", "2026-10-25 02:59:00", "2026-02-28 23:59:00", "2026-07-01 15:00:00"),
}


def write(folder: Path, log: Log, kinds: tuple[str, ...] = ("queue", "cel", "cdr")) -> list[Path]:
    names = {"queue": "queue_log", "cel": "cel.csv", "cdr": "Master.csv"}
    for kind in kinds:
        (folder / names[kind]).write_text(log.text(kind), encoding="utf-8")
    return [folder / names[kind] for kind in kinds]


def told(call: CallRecord, name: str) -> object:
    if name == "ended_at":
        return None if call.ended_at is None else round(call.ended_at.timestamp())
    return getattr(call, name) if name in CallRecord.model_fields else getattr(call.telephony, name)


def wrong(reading: Reading, truths: list[Truth]) -> list[str]:
    calls = {call.call_id: call for call in reading.calls}
    found = [f"{call_id}: nobody planned it" for call_id in calls.keys() - {truth.call_id for truth in truths}]
    for truth in truths:
        call = calls.get(truth.call_id)
        if call is None:
            found.append(f"{truth.call_id}: not there")
            continue
        if call.started_at != datetime.fromtimestamp(truth.started_at, UTC):
            found.append(f"{truth.call_id} started_at: {call.started_at}, planned {truth.started_at}")
        pairs = ((name, told(call, name), value) for name, value in truth.facts.items())
        found += [f"{truth.call_id} {name}: {got!r}, planned {value!r}" for name, got, value in pairs if got != value]
    return found


def unmatched(reading: Reading) -> list[str]:
    return [f"{one.place.file}:{one.place.line} {one.what}: {one.why}" for one in reading.listing.rows()]


@pytest.mark.parametrize("fraction", [False, True])
@pytest.mark.parametrize("zone", ZONES)
def test_every_fact_of_200_calls(tmp_path: Path, zone: str, fraction: bool) -> None:
    log, truths = play(zone, around(*ZONES[zone], each=50, zone=zone), fraction=fraction)
    reading = read_telephony(write(tmp_path, log), zone=zone_named(zone))
    assert len(truths) == 200
    assert wrong(reading, truths) == []
    assert unmatched(reading) == []


@pytest.mark.parametrize("zone", ZONES)
def test_lines_of_one_second_in_any_order_change_nothing(tmp_path: Path, zone: str) -> None:
    log, _ = play(zone, around(*ZONES[zone], each=15, zone=zone), seed=5)
    paths = write(tmp_path, log)
    before = read_telephony(paths, zone=zone_named(zone)).calls
    rng = random.Random(7)  # noqa: S311
    for lines in (log.queue, log.cel, log.cdr):
        rng.shuffle(lines)  # written in order of their second again
    assert read_telephony(write(tmp_path, log), zone=zone_named(zone)).calls == before


def test_queue_log_alone_tells_queues_and_leaves_the_rest_unknown(tmp_path: Path) -> None:
    log, truths = play("Europe/Moscow", around("2026-03-01 12:00:00", each=14, zone="Europe/Moscow"))
    reading = read_telephony(write(tmp_path, log, ("queue",)))
    calls = {call.call_id: call for call in reading.calls}
    for truth in truths[:9]:
        call = calls[truth.call_id]
        assert call.telephony.queue_wait_s == truth.facts["queue_wait_s"]
        assert call.abandoned == truth.facts["abandoned"]
        assert call.telephony.holds is None
        assert call.telephony.ivr_status is None
        assert call.telephony.ivr_time_s is None


def _renamed(text: str) -> str:
    return re.sub(r"(?<!\d)(\d{10})\.(\d{4})(?!\d)", r"call-\2", text)


def _prefixed(text: str) -> str:
    return re.sub(r"(?<!\d)(\d{10}\.\d{4})(?!\d)", r"pbx1-\1", text)


def _local_members(text: str) -> str:
    return re.sub(r"PJSIP/(1\d\d)-([0-9a-f]{8})", r"Local/\1@from-queue-\2;1", text)


def _without_bridge_ids(text: str) -> str:
    return re.sub(r"\"\"bridge_id\"\": \"\"[^\"]+\"\"", '""x"": 1', text)


def _without_app_end(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if '"APP_END"' not in line)


def _doubled(text: str) -> str:
    return "\ufeff" + "".join(line + line for line in text.splitlines(keepends=True))


OTHER_SYSTEMS = [_renamed, _prefixed, _local_members, _without_bridge_ids, _without_app_end, _doubled]


@pytest.mark.parametrize("as_written", OTHER_SYSTEMS)
def test_systems_that_write_otherwise(tmp_path: Path, as_written: Callable[[str], str]) -> None:
    zone = "Europe/Berlin"
    log, truths = play(zone, around("2026-10-25 02:59:00", each=56, zone=zone), seed=3)
    paths = write(tmp_path, log)
    for path in paths:
        path.write_text(as_written(path.read_text(encoding="utf-8")), encoding="utf-8")
    for truth in truths:
        truth.call_id = truth.call_id if as_written is _doubled else as_written(truth.call_id)
    reading = read_telephony(paths, zone=zone_named(zone))
    assert wrong(reading, truths) == []
    assert unmatched(reading) == []
