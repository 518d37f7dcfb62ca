"""Phases: fact by fact from the telephony record, else from what is heard. A call lasts 100 s unless said."""

from __future__ import annotations

import pytest

from unit.timeline.calls import (
    CALL_S,
    CUSTOMER,
    MONO,
    Line,
    Pieces,
    busy,
    call,
    keys,
    phases,
    rings,
    tone,
)
from voxcx.config import Definitions
from voxcx.domain.heard import Tone
from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Disagreement, Timeline
from voxcx.timeline.phases import find_phases

Rows = list[tuple[str, float, float]]

# ── From the record alone ────────────────────────────────────────────────────────────────────────────────────

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
        "a hold that reaches into the queue begins after it",
        Telephony(queue_wait_s=20.0, recording_offset_s=0.0, holds=(Interval(10.0, 40.0),)),
        [("queue", 0.0, 20.0), ("hold", 20.0, 40.0), ("talk", 40.0, 100.0)],
    ),
    (
        "between two recordings the customer waited, whatever is known of holds",
        Telephony(unrecorded=(Interval(30.0, 50.0),)),
        [("talk", 0.0, 30.0), ("hold", 30.0, 50.0), ("talk", 50.0, 100.0)],
    ),
    (
        "a hold that goes on where nobody records is one",
        Telephony(holds=(Interval(25.0, 35.0),), unrecorded=(Interval(30.0, 50.0),)),
        [("talk", 0.0, 25.0), ("hold", 25.0, 50.0), ("talk", 50.0, 100.0)],
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
def test_phases_by_the_record(telephony: Telephony, expected: Rows) -> None:
    found = find_phases(telephony, CALL_S)
    assert [(phase.kind, phase.span.start_s, phase.span.end_s) for phase in found] == expected
    assert {phase.confidence for phase in found} == {1.0}


def test_talk_says_where_it_comes_from() -> None:
    assert [phase.source for phase in find_phases(Telephony(), CALL_S)] == ["none"]
    assert {phase.source for phase in find_phases(Telephony(holds=()), CALL_S)} == {"cdr"}


# ── From sound alone ─────────────────────────────────────────────────────────────────────────────────────────

A, C = "agent", "customer"
GREETING: Line = (A, 30.0, 33.0, "Добрый день, меня зовут Анна")
ASKS: Line = (C, 34.0, 38.0, "здравствуйте, не пришёл перевод")
LOOKS: Line = (A, 39.0, 41.0, "сейчас посмотрю")
TALK = [GREETING, ASKS, LOOKS, (C, 42.0, 44.0, "хорошо спасибо"), (A, 90.0, 95.0, "всего вам доброго")]
MENU: Line = (A, 1.0, 6.0, "Вы позвонили в банк, для связи с оператором нажмите один")
NOTHING: tuple[Pieces, Pieces] = ((), ())


def early(lines: list[Line], by_s: float = 30.0) -> list[Line]:
    """The same lines so much earlier."""
    return [(who, start_s - by_s, end_s - by_s, text) for who, start_s, end_s, text in lines]


HEARD: list[tuple[str, list[Line], list[Tone], tuple[Pieces, Pieces], Rows]] = [
    ("only a conversation", TALK, [], NOTHING, [("talk", 0, 100)]),
    ("ringing, then the agent", TALK, rings(2, 7, 12), NOTHING, [("queue", 0, 30), ("talk", 30, 100)]),
    ("one burst cut short by the answer", TALK, rings(28), NOTHING, [("queue", 0, 30), ("talk", 30, 100)]),
    ("queue music", TALK, [], ([(0, 29)], ()), [("queue", 0, 30), ("talk", 30, 100)]),
    (
        "prompt, key, ringing",
        [MENU, *TALK],
        [*keys("1", 8), *rings(12, 17)],
        NOTHING,
        [("ivr", 0, 12), ("queue", 12, 30), ("talk", 30, 100)],
    ),
    (
        "prompt without words, keys, queue music",
        [(A, 1, 6, "вас приветствует банк"), *TALK],
        keys("123", 8),
        ([(12, 29)], ()),
        [("ivr", 0, 12), ("queue", 12, 30), ("talk", 30, 100)],
    ),
    (
        "voice before the ringing is a prompt",
        [(A, 1, 6, "вас приветствует банк"), *TALK],
        rings(12, 17),
        NOTHING,
        [("ivr", 0, 12), ("queue", 12, 30), ("talk", 30, 100)],
    ),
    (
        "ringing before the menu answers is IVR too",
        [(A, 8, 12, "нажмите один"), *TALK],
        [*rings(1), *keys("1", 14), *rings(18, 23)],
        NOTHING,
        [("ivr", 0, 18), ("queue", 18, 30), ("talk", 30, 100)],
    ),
    (
        "an announcement between two pieces of music",
        [(A, 12, 16, "ваш звонок очень важен для нас"), *TALK],
        [],
        ([(0, 11), (17, 29)], ()),
        [("queue", 0, 30), ("talk", 30, 100)],
    ),
    (
        "an announcement before the agent, told by its words",
        [(A, 12, 16, "ваш звонок очень важен для нас"), *TALK],
        [],
        ([(0, 11)], ()),
        [("queue", 0, 30), ("talk", 30, 100)],
    ),
    (
        "keys lead straight to a person",
        [MENU, *TALK],
        keys("1", 8),
        NOTHING,
        [("ivr", 0, 30), ("talk", 30, 100)],
    ),
    (
        "keys that lead to nobody: the customer never speaks",
        [MENU, (A, 12, 18, "ваш баланс сто рублей")],
        keys("1", 8),
        NOTHING,
        [("ivr", 0, 100)],
    ),
    ("music and nobody answers", [], [], ([(0, 100)], ()), [("queue", 0, 100)]),
    ("music, and the customer gives up", [(C, 50, 52, "ну сколько можно")], [], ([(0, 90)], ()), [("queue", 0, 100)]),
    ("ringing, then busy", [], [*rings(2, 7), *busy(20)], NOTHING, [("queue", 0, 20), ("after", 20, 100)]),
    (
        "the customer says hello into the ringing",
        [(C, 13.5, 15, "алло"), *TALK],
        rings(2, 7, 12, 17),
        NOTHING,
        [("queue", 0, 30), ("talk", 30, 100)],
    ),
    (
        "called out: the ringing is the customer's phone, who speaks first",
        [(C, 14, 15, "алло"), (A, 16, 19, "добрый день"), (C, 20, 25, "слушаю вас")],
        rings(2, 7, 12, channel=CUSTOMER),
        NOTHING,
        [("queue", 0, 14), ("talk", 14, 100)],
    ),
    (
        "music after greeting and answer is a hold",
        TALK,
        [],
        ([(50, 80)], ()),
        [("talk", 0, 50), ("hold", 50, 80), ("talk", 80, 100)],
    ),
    (
        "music after one turn of each, right at the recording's start",
        [*early(TALK[:3]), (A, 90, 95, "спасибо за ожидание")],
        [],
        ([(12, 80)], ()),
        [("talk", 0, 12), ("hold", 12, 80), ("talk", 80, 100)],
    ),
    (
        "the hold's music comes to the customer's channel as well",
        TALK,
        [],
        ([(50, 80)], [(50.2, 79)]),
        [("talk", 0, 50), ("hold", 50, 80), ("talk", 80, 100)],
    ),
    (
        "ringing, talk, hold",
        TALK,
        rings(10, 15),
        ([(50, 80)], ()),
        [("queue", 0, 30), ("talk", 30, 50), ("hold", 50, 80), ("talk", 80, 100)],
    ),
    (
        "a transfer: music, ringing, another agent",
        [*TALK[:4], (A, 85, 95, "здравствуйте, Пётр")],
        rings(72, 77),
        ([(50, 70)], ()),
        [("talk", 0, 50), ("hold", 50, 78), ("talk", 78, 100)],
    ),
    ("one burst in a conversation is no hold", TALK, rings(60), NOTHING, [("talk", 0, 100)]),
    (
        "ringing in a conversation is a transfer",
        TALK,
        rings(60, 65, 70),
        NOTHING,
        [("talk", 0, 60), ("hold", 60, 71), ("talk", 71, 100)],
    ),
    (
        "the agent is back between two holds",
        [*TALK, (A, 60, 64, "ещё минуту пожалуйста")],
        [],
        ([(50, 59.5), (65, 80)], ()),
        [("talk", 0, 50), ("hold", 50, 59.5), ("talk", 59.5, 65), ("hold", 65, 80), ("talk", 80, 100)],
    ),
    (
        "a tune that begins anew is one hold",
        TALK,
        [],
        ([(50, 62), (65, 80)], ()),
        [("talk", 0, 50), ("hold", 50, 80), ("talk", 80, 100)],
    ),
    (
        "the customer keys a number in on request: no IVR",
        [*early(TALK[:4]), (A, 20, 23, "введите номер карты"), (A, 40, 43, "спасибо")],
        keys("4276", 25),
        NOTHING,
        [("talk", 0, 100)],
    ),
    (
        "keys after greeting and answer only",
        early(TALK[:3]),
        keys("4276", 13),
        NOTHING,
        [("talk", 0, 100)],
    ),
    (
        "a voice menu that asks one question, then ringing",
        [(A, 1, 4, "скажите что вас интересует"), (C, 5, 6, "перевод"), (A, 7, 9, "соединяю"), *TALK],
        rings(12, 17),
        NOTHING,
        [("ivr", 0, 12), ("queue", 12, 30), ("talk", 30, 100)],
    ),
    (
        "a voice menu with a key before it, then queue music",
        [MENU, (A, 10, 12, "что вас интересует"), (C, 13, 14, "перевод"), *TALK],
        keys("1", 8),
        ([(17, 29)], ()),
        [("ivr", 0, 17), ("queue", 17, 30), ("talk", 30, 100)],
    ),
    (
        "straight from a key to a person, who asks to hold after one turn of each",
        [MENU, *TALK[:2], (A, 39, 42, "оставайтесь на линии я уточню"), (A, 80, 85, "спасибо за ожидание")],
        keys("1", 8),
        ([(44, 78)], ()),
        [("ivr", 0, 30), ("talk", 30, 44), ("hold", 44, 78), ("talk", 78, 100)],
    ),
    ("busy after the end", TALK, busy(96.5), NOTHING, [("talk", 0, 96.5), ("after", 96.5, 100)]),
    ("busy while they go on talking is none of it", TALK, busy(36), NOTHING, [("talk", 0, 100)]),
    (
        "somebody's radio: the other channel talks over it",
        [(A, s, s + 4, "сейчас посмотрю") for s in range(0, 90, 8)]
        + [(C, s + 5, s + 7, "хорошо") for s in range(0, 90, 8)],
        [],
        ((), [(10, 60)]),
        [("talk", 0, 100)],
    ),
    (
        "a radio all through a conversation with pauses",
        [(A, s, s + 3, "сейчас посмотрю") for s in range(0, 90, 15)]
        + [(C, s + 5, s + 7, "хорошо") for s in range(0, 90, 15)],
        [],
        ((), [(0, 50), (53, 100)]),
        [("talk", 0, 100)],
    ),
    (
        "on hold one sighs at first and mutters at last, and a voice sings",
        [
            *TALK[:2],
            (A, 37, 40, "оставайтесь на линии"),
            (C, 41, 42.5, "ох"),
            (A, 50, 60, "ля"),
            (C, 83, 86, "алло"),
            (A, 90, 95, "спасибо за ожидание"),
        ],
        [],
        ([(40, 88)], ()),
        [("talk", 0, 40), ("hold", 40, 88), ("talk", 88, 100)],
    ),
    (
        "a silent hold: from the phrase's end to the next word",
        [*TALK[:4], (A, 46, 50, "оставайтесь на линии пожалуйста"), (A, 64, 67, "спасибо за ожидание")],
        [],
        NOTHING,
        [("talk", 0, 50), ("hold", 50, 64), ("talk", 64, 100)],
    ),
    (
        "the customer agrees before it",
        [*TALK[:4], (A, 46, 50, "подождите минуту"), (C, 50.5, 51.5, "хорошо"), (A, 64, 67, "так")],
        [],
        NOTHING,
        [("talk", 0, 51.5), ("hold", 51.5, 64), ("talk", 64, 100)],
    ),
    (
        "English",
        [
            (A, 0, 3, "Good morning, this is Kate"),
            (C, 4, 8, "hi my card is lost"),
            (A, 9, 12, "let me put you on hold"),
            (A, 30, 32, "thanks for holding"),
        ],
        [],
        NOTHING,
        [("talk", 0, 12), ("hold", 12, 30), ("talk", 30, 100)],
    ),
]


@pytest.mark.parametrize(("lines", "tones", "music", "expected"), [row[1:] for row in HEARD], ids=[r[0] for r in HEARD])
def test_phases_by_sound(lines: list[Line], tones: list[Tone], music: tuple[Pieces, Pieces], expected: Rows) -> None:
    found = call(tones=tones, music=music, lines=lines)
    assert phases(found) == expected
    source = "none" if expected == [("talk", 0, 100)] else "audio"
    assert {phase.source for phase in found.phases} == {source}


# Silence after the agent's phrase ends at 50 s. (phrase, from, to, is it a hold)
SILENT: list[tuple[str, float, float, bool]] = [
    ("оставайтесь на линии", 50.0, 60.0, True),  # exactly 10 s
    ("оставайтесь на линии", 50.0, 59.99, False),
    ("сейчас посмотрю", 50.0, 75.0, False),  # no phrase: a long silence, which is the agent's to explain
    ("секунду смотрю", 50.0, 75.0, False),
    ("please bear with me", 50.0, 75.0, True),
]


@pytest.mark.parametrize(("phrase", "from_s", "to_s", "hold"), SILENT)
def test_silent_holds(phrase: str, from_s: float, to_s: float, hold: bool) -> None:
    found = call(
        agent=[(0, 3), (40, 46)],
        customer=[(4, 39), (to_s, CALL_S)],
        lines=[(A, 46, 50, phrase)],
    )
    assert found.phase("hold") == ((Interval(from_s, to_s),) if hold else ())
    assert bool(found.of("long_silence")) == (not hold and to_s - from_s >= 10)


def test_a_hold_phrase_must_be_close_to_the_silence() -> None:
    for says_s, hold in ((2.9, True), (3.1, False)):  # the customer goes on so long after the phrase
        found = call([(0, 3)], [(4, 45), (50, 50 + says_s), (80, 100)], lines=[(A, 46, 50, "hold on please")])
        assert bool(found.phase("hold")) == hold


def test_a_customers_phrase_holds_nobody() -> None:
    found = call([(0, 3), (80, 100)], [(4, 45)], lines=[(C, 46, 50, "оставайтесь на линии")])
    assert found.phase("hold") == ()


def test_limits_of_a_silent_hold_are_parameters() -> None:
    rules = Definitions(hold_silence_min_s=5.0)
    found = call([(0, 3), (56, 100)], [(4, 45)], lines=[(A, 46, 50, "please hold")], rules=rules)
    assert found.phase("hold") == (Interval(50.0, 56.0),)


def test_asking_for_a_moment_is_no_hold() -> None:
    """Silence after «секундочку» is the agent's to explain."""
    found = call([(0, 3), (66, 100)], [(4, 45)], lines=[(A, 46, 50, "one second, please")])
    assert found.phase("hold") == ()
    assert [event.span for event in found.of("long_silence")] == [Interval(50.0, 66.0)]
    assert len(found.of("hold_request")) == 1


CONFIDENCE: list[tuple[str, Timeline, str, float]] = [
    ("music only", call(lines=TALK, music=([(0, 29)], ())), "queue", 0.8),
    ("ringing and keys", call(lines=TALK, tones=[*keys("1", 8), *rings(12, 17)]), "queue", 0.96),
    ("keys", call(lines=TALK, tones=[*keys("1", 8), *rings(12, 17)]), "ivr", 0.8),
    ("a hold by music", call(lines=TALK, music=([(60, 80)], ())), "hold", 0.8),
    (
        "music after a request",
        call(lines=[*TALK, (A, 46, 50, "не кладите трубку")], music=([(52, 80)], ())),
        "hold",
        0.92,
    ),
    (
        "silence after a request",
        call(lines=[*TALK, (A, 46, 50, "не кладите трубку")]),
        "hold",
        0.7,
    ),
]


@pytest.mark.parametrize(("found", "kind", "sure"), [r[1:] for r in CONFIDENCE], ids=[r[0] for r in CONFIDENCE])
def test_confidence(found: Timeline, kind: str, sure: float) -> None:
    assert [phase.confidence for phase in found.phases if phase.kind == kind] == [sure]
    talk = {phase.confidence for phase in found.phases if phase.kind == "talk"}
    assert talk == {min(phase.confidence for phase in found.phases)}


# ── Speech is neither tones nor music ────────────────────────────────────────────────────────────────────────


def test_a_tone_taken_for_speech_is_cut_out() -> None:
    found = call(
        [(0, 5), (20, 20.4), (22, 30)],
        [(6, 12), (13, 13.6)],
        tones=[tone("dtmf", 13.02, 13.55, "5", CUSTOMER), tone("dtmf", 20, 20.35, "1"), tone("dtmf", 25, 25.2, "1")],
    )
    assert found.customer == (Interval(6, 12),)  # slivers beside the tone are none either
    assert found.agent == (Interval(0, 5), Interval(22, 25), Interval(25.2, 30))


def test_a_tone_on_one_channel_cuts_nothing_on_the_other() -> None:
    found = call([(0, 5)], [(6, 12)], tones=[tone("dtmf", 8, 8.2, "5", channel=0)])
    assert found.customer == (Interval(6, 12),)


def test_the_edge_of_music_is_no_answer() -> None:
    # Speech detection takes the music for speech a little longer than it is found to last.
    found = call(agent=[(2, 29.3), (31, 35)], customer=[(36, 40)], music=([(0, 29)], ()))
    assert phases(found) == [("queue", 0, 31), ("talk", 31, 100)]


def test_no_talk_is_no_talk_of_zero_seconds() -> None:
    found = call(music=([(0, 100)], ()))
    assert (found.distrust, found.deaf) == ("no talk", "no talk")
    assert call(lines=TALK).distrust is None


# ── Mono: parties cannot be told, signals can ────────────────────────────────────────────────────────────────


def test_mono() -> None:
    found = call([(30, 60), (82, 95)], tones=rings(2, 7, 12), music=([(62, 80)],), roles=MONO)
    assert phases(found) == [("queue", 0, 30), ("talk", 30, 62), ("hold", 62, 80), ("talk", 80, 100)]
    assert {phase.confidence for phase in found.phases} == {0.7}
    assert {event.role for event in found.of("ringback")} == {"unknown"}


def test_mono_with_a_phrase_and_silence() -> None:
    found = call(lines=[("unknown", 0, 40, "подождите пожалуйста"), ("unknown", 60, 90, "да")], roles=MONO)
    assert found.phase("hold") == (Interval(40, 60),)


def test_a_dead_channel_keeps_music_and_tells_no_silence() -> None:
    dead = Roles(("agent", "customer"), "dead_channel", distrust="one channel carries nothing")
    found = call(lines=[(A, 0, 40, "подождите пожалуйста"), (A, 75, 95, "так")], music=([(60, 70)], ()), roles=dead)
    assert found.phase("hold") == (Interval(60, 70),)


# ── Record and sound together ────────────────────────────────────────────────────────────────────────────────

RECORDED: list[tuple[str, Telephony, Rows, list[Disagreement]]] = [
    # Heard: queue 0–30 by ringing, hold 50–80 by music.
    (
        "holds stated, queue heard",
        Telephony(holds=(Interval(49, 81),)),
        [("queue", 0, 30), ("talk", 30, 49), ("hold", 49, 81), ("talk", 81, 100)],
        [],
    ),
    (
        "no hold stated, one heard: the record stands",
        Telephony(holds=()),
        [("queue", 0, 30), ("talk", 30, 100)],
        [Disagreement("hold_total_s", 0.0, 30.0)],
    ),
    (
        "queue stated, recorded in part: what is heard ends where the agent answers",
        Telephony(queue_wait_s=45.0),
        [("queue", -15, 30), ("talk", 30, 50), ("hold", 50, 80), ("talk", 80, 100)],
        [],
    ),
    (
        "less queue stated than heard",
        Telephony(queue_wait_s=20.0),
        [("queue", 0, 10), ("queue", 10, 30), ("talk", 30, 50), ("hold", 50, 80), ("talk", 80, 100)],
        [Disagreement("queue_wait_s", 20.0, 30.0)],
    ),
    (
        "IVR stated, queue heard",
        Telephony(ivr_time_s=12.0),
        [("ivr", -12, 0), ("queue", 0, 30), ("talk", 30, 50), ("hold", 50, 80), ("talk", 80, 100)],
        [],
    ),
    (
        "all stated, the recording begins with the queue: the record stands",
        Telephony(ivr_time_s=12.0, queue_wait_s=40.0, recording_offset_s=12.0, holds=(Interval(50, 80),)),
        [("ivr", -12, 0), ("queue", 0, 40), ("talk", 40, 50), ("hold", 50, 80), ("talk", 80, 100)],
        [Disagreement("queue_wait_s", 40.0, 30.0)],
    ),
    (
        "within what clocks may differ",
        Telephony(ivr_time_s=12.0, queue_wait_s=31.9, recording_offset_s=12.0, holds=(Interval(51, 80),)),
        [("ivr", -12, 0), ("queue", 0, 31.9), ("talk", 31.9, 51), ("hold", 51, 80), ("talk", 80, 100)],
        [],
    ),
    (
        "a stated hold that sounds silent is no contradiction",
        Telephony(holds=(Interval(50, 80), Interval(82, 89))),
        [
            *(("queue", 0, 30), ("talk", 30, 50), ("hold", 50, 80), ("talk", 80, 82)),
            *(("hold", 82, 89), ("talk", 89, 100)),
        ],
        [],
    ),
    (
        "stated holds in which they talk",
        Telephony(holds=(Interval(30, 35), Interval(37, 43), Interval(50, 80), Interval(90, 95))),
        [
            *(("queue", 0, 30), ("hold", 30, 35), ("talk", 35, 37), ("hold", 37, 43), ("talk", 43, 50)),
            *(("hold", 50, 80), ("talk", 80, 90), ("hold", 90, 95), ("talk", 95, 100)),
        ],
        [Disagreement("holds_count", 4, 1), Disagreement("hold_total_s", 46.0, 30.0)],
    ),
]


@pytest.mark.parametrize(("telephony", "expected", "told"), [r[1:] for r in RECORDED], ids=[r[0] for r in RECORDED])
def test_the_record_stands_and_disagreement_is_reported(
    telephony: Telephony, expected: Rows, told: list[Disagreement]
) -> None:
    found = call(lines=TALK, tones=rings(2, 7, 12), music=([(50, 80)], ()), telephony=telephony)
    assert phases(found) == expected
    assert list(found.disagreements) == told


def test_what_the_record_calls_a_hold_is_no_queue() -> None:
    lines: list[Line] = [(A, 0, 3, "Добрый день, минуту"), (A, 60, 63, "слушаю вас"), (C, 64, 70, "у меня вопрос")]
    music = ([(5, 55)], ())
    assert phases(call(lines=lines, music=music))[0] == ("ivr", 0, 5)  # nobody has answered before the music
    held = call(lines=lines, music=music, telephony=Telephony(holds=(Interval(4, 56),)))
    assert phases(held) == [("talk", 0, 4), ("hold", 4, 56), ("talk", 56, 100)]


def test_nobody_listened_for_music() -> None:
    found = call(lines=TALK, music=(), telephony=Telephony(holds=(Interval(30, 41),)))
    assert found.disagreements == ()
