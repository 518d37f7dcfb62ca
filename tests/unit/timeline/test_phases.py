"""Phases from the telephony record."""

from __future__ import annotations

import pytest

from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval
from voxcx.timeline.phases import find_phases

CALL_S = 100.0
Rows = list[tuple[str, float, float]]

TABLE: list[tuple[str, Telephony, Rows]] = [
    ("nothing known", Telephony(), [("talk", 0.0, 100.0)]),
    (
        "recording begins at the answer: IVR and queue precede it",
        Telephony(ivr_time_s=20.0, queue_wait_s=30.0),
        [("ivr", -50.0, -30.0), ("queue", -30.0, 0.0), ("talk", 0.0, 100.0)],
    ),
    (
        "recording begins with the call",
        Telephony(ivr_time_s=20.0, queue_wait_s=30.0, recording_offset_s=0.0),
        [("ivr", 0.0, 20.0), ("queue", 20.0, 50.0), ("talk", 50.0, 100.0)],
    ),
    (
        "recording begins inside the queue",
        Telephony(ivr_time_s=20.0, queue_wait_s=30.0, recording_offset_s=40.0),
        [("ivr", -40.0, -20.0), ("queue", -20.0, 10.0), ("talk", 10.0, 100.0)],
    ),
    (
        "recording begins after the answer",
        Telephony(ivr_time_s=20.0, queue_wait_s=30.0, recording_offset_s=60.0),
        [("ivr", -60.0, -40.0), ("queue", -40.0, -10.0), ("talk", 0.0, 100.0)],
    ),
    ("queue only", Telephony(queue_wait_s=5.0), [("queue", -5.0, 0.0), ("talk", 0.0, 100.0)]),
    (
        "holds cut talk, at its edges too",
        Telephony(holds=(Interval(0.0, 5.0), Interval(40.0, 60.0), Interval(90.0, 100.0))),
        [("hold", 0.0, 5.0), ("talk", 5.0, 40.0), ("hold", 40.0, 60.0), ("talk", 60.0, 90.0), ("hold", 90.0, 100.0)],
    ),
    (
        "one leg of a hold inside another is one hold",
        Telephony(holds=(Interval(10.0, 40.0), Interval(15.0, 20.0))),
        [("talk", 0.0, 10.0), ("hold", 10.0, 40.0), ("talk", 40.0, 100.0)],
    ),
    (
        "the queue outlasts the recording: there was no talk",
        Telephony(queue_wait_s=130.0, recording_offset_s=0.0),
        [("queue", 0.0, 130.0)],
    ),
    (
        "abandoned: nothing was recorded beyond the call record",
        Telephony(queue_wait_s=5.0, holds=(Interval(200.0, 201.0),)),
        [("queue", -5.0, 0.0), ("talk", 0.0, 100.0)],
    ),
]


@pytest.mark.parametrize(("telephony", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_phases(telephony: Telephony, expected: Rows) -> None:
    found = find_phases(telephony, CALL_S)
    assert [(phase.kind, phase.span.start_s, phase.span.end_s) for phase in found] == expected


def test_talk_says_where_it_comes_from() -> None:
    assert [phase.source for phase in find_phases(Telephony(), CALL_S)] == ["none"]
    assert {phase.source for phase in find_phases(Telephony(holds=()), CALL_S)} == {"cdr"}
