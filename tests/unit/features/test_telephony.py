"""Facts of telephony: stated by the record, heard, or None with its reason whenever the source is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from unit.timeline.calls import CALL_S, MONO, Call, Line, busy, keys, rings, said
from voxcx.domain.features import Feature
from voxcx.domain.interaction import History, Interaction, Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Roles
from voxcx.features.material import Material
from voxcx.features.telephony import telephony_features

HOLDS = ("holds_count", "hold_total_s", "hold_longest_s")
TALK: list[Line] = [
    ("agent", 30, 33, "Добрый день, меня зовут Анна"),
    ("customer", 34, 38, "здравствуйте, не пришёл перевод"),
    ("agent", 39, 41, "сейчас посмотрю"),
    ("agent", 82, 85, "готово"),
    ("customer", 86, 90, "спасибо"),
]
WHOLE = Call(lines=TALK, tones=[*keys("1", 8), *rings(12, 17)], music=([(50, 80)], ()))
PLAIN = Call(lines=TALK)


def measured(call: Call, direction: str | None = None, recordings: int = 1) -> dict[str, Feature]:
    recording = Recording(Path("call.wav"), "0" * 64, CALL_S, 2, 8000)
    interaction = Interaction(
        "c", "call", direction=direction, recordings=(recording,) * recordings, telephony=call.telephony
    )
    material = Material(interaction, call.heard, call.roles, said(call.lines), call.built(), History(), call.rules)
    return {feature.name: feature for feature in telephony_features(material)}


def told(feature: Feature) -> tuple[object, ...]:
    return (feature.missing,) if feature.value is None else (feature.value, feature.source)


NO_RECORD = ("no telephony record",)
NONE_HEARD = ("no telephony record, and none was heard",)
# (call, what is told of IVR, of the queue, of holds)
CASES: dict[str, tuple[Call, tuple[object, ...], tuple[object, ...], list[tuple[object, ...]]]] = {
    "all heard": (WHOLE, (12.0, "audio"), (18.0, "audio"), [(1, "audio"), (30.0, "audio"), (30.0, "audio")]),
    "all stated": (
        replace(WHOLE, telephony=Telephony(ivr_time_s=9.0, queue_wait_s=7.0, holds=(Interval(49, 81),))),
        (9.0, "cdr"),
        (7.0, "cdr"),
        [(1, "cdr"), (32.0, "cdr"), (32.0, "cdr")],
    ),
    "only holds stated": (
        replace(WHOLE, telephony=Telephony(holds=())),
        (12.0, "audio"),
        (18.0, "audio"),
        [(0, "cdr"), (0.0, "cdr"), (0.0, "cdr")],
    ),
    "only the wait stated": (
        replace(WHOLE, telephony=Telephony(queue_wait_s=18.0)),
        (12.0, "audio"),
        (18.0, "cdr"),
        [(1, "audio"), (30.0, "audio"), (30.0, "audio")],
    ),
    "nothing to hear: no hold is knowledge, no queue is none": (
        PLAIN,
        NONE_HEARD,
        NONE_HEARD,
        [(0, "audio"), (0.0, "audio"), (0.0, "audio")],
    ),
    "ringing only": (
        replace(PLAIN, tones=rings(12, 17)),
        NONE_HEARD,
        (30.0, "audio"),
        [(0, "audio"), (0.0, "audio"), (0.0, "audio")],
    ),
    "nobody listened for music": (replace(PLAIN, music=()), NO_RECORD, NO_RECORD, [NO_RECORD] * 3),
    "a mono track carries music too": (
        Call([(30, 45), (82, 90)], tones=rings(12, 17), music=([(50, 80)],), roles=MONO),
        NONE_HEARD,
        (30.0, "audio"),
        [(1, "audio"), (30.0, "audio"), (30.0, "audio")],
    ),
    "a dead channel may have carried a hold": (
        replace(PLAIN, roles=Roles(("agent", "customer"), "dead_channel", distrust="one channel carries nothing")),
        NONE_HEARD,
        NONE_HEARD,
        [("one channel carries nothing",)] * 3,
    ),
    "nobody answered": (
        Call(tones=[*rings(2, 7), *busy(50)]),
        NONE_HEARD,
        (50.0, "audio"),
        [("no talk",)] * 3,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_ivr_queue_and_holds(case: str) -> None:
    call, ivr, queue, holds = CASES[case]
    found = measured(call)
    assert told(found["ivr_time_s"]) == ivr
    assert told(found["queue_wait_s"]) == queue
    assert [told(found[name]) for name in HOLDS] == holds


def test_no_recording_leaves_what_is_stated() -> None:
    unheard = Call(duration_s=0.0, music=(), roles=Roles((), "no_audio"), telephony=Telephony(queue_wait_s=40.0))
    found = measured(unheard, recordings=0)
    assert told(found["queue_wait_s"]) == (40.0, "cdr")
    assert told(found["ivr_time_s"]) == NO_RECORD
    assert [told(found[name]) for name in HOLDS] == [NO_RECORD] * 3
    assert told(found["handle_s"]) == ("no recording",)


def test_what_cannot_be_heard_is_stated_or_missing() -> None:
    names = ("ivr_status", "ivr_path", "transfers", "handover_context", "hangup_by", "wrap_s")
    assert [told(measured(WHOLE)[name]) for name in names] == [NO_RECORD] * len(names)
    stated = Telephony(transfers=0, handover_context="full", hangup_by="agent")
    found = measured(replace(WHOLE, telephony=stated))
    assert [told(found[name]) for name in names[2:5]] == [(0, "cdr"), ("full", "cdr"), ("agent", "cdr")]


def test_the_ringing_of_a_call_to_the_customer_is_no_queue() -> None:
    found = measured(replace(PLAIN, tones=rings(12, 17)), direction="outbound")
    assert told(found["queue_wait_s"]) == ("no telephony record, and an outbound call has no queue",)


def test_handling_time_with_holds_that_were_heard() -> None:
    found = measured(replace(WHOLE, telephony=Telephony(wrap_s=15.0)))
    assert found["handle_s"].value == 40.0 + 30.0 + 15.0  # talk 30–50 and 80–100, hold, wrap
    assert measured(WHOLE)["handle_s"].missing == "after-call work or holds unknown"


def test_evidence_is_where_it_was_heard() -> None:
    found = measured(WHOLE)
    assert found["queue_wait_s"].evidence == (Interval(12, 30),)
    assert found["holds_count"].evidence == (Interval(50, 80),)
