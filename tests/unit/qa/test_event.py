from __future__ import annotations

from typing import get_args

import pytest

from unit.qa import scenes
from unit.qa.scenes import Line
from voxcx.domain.interaction import Interaction, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Event, EventKind, Timeline
from voxcx.qa.case import Case
from voxcx.qa.scoring import score_form
from voxcx.qa.wording import say

HOLD_RU = 'event: {kind: hold, without_before: {phrases: ["{оставайтесь|подождите}"], within_s: 10}}'
HOLD_EN = 'event: {kind: hold, without_before: {phrases: ["on hold", "one moment"], within_s: 10}}'
BACK_RU = 'event: {kind: hold, without_after: {phrases: ["{спасибо|благодарю} за ожидание"], within_s: 10}}'
AIR = "event: {kind: long_silence, min_s: 10, owed_by: agent, without_before: {phrases: [%s], by: anyone}}"
CUT = "event: {kind: interruption, by: agent, yielded: true, at_least: 2}"


def event(kind: EventKind, start_s: float, end_s: float, yielded: bool | None = None, role: str = "agent") -> Event:
    who = None if "silence" in kind else role
    return Event(kind, who, Interval(start_s, end_s), yielded)  # type: ignore[arg-type]


YIELDED = event("interruption", 5.0, 6.0, yielded=True)
HELD = (event("hold", 30.0, 60.0),)
QUIET = (event("long_silence", 30.0, 45.0),)
CASES: list[tuple[str, str, list[Line], tuple[Event, ...], str]] = [
    ("ru", HOLD_RU, [("agent", 24.0, "оставайтесь на линии")], HELD, "not_met"),
    ("ru", HOLD_RU, [("agent", 5.0, "оставайтесь на линии"), ("agent", 25.0, "так")], HELD, "met"),
    ("ru", HOLD_RU, [("customer", 24.0, "подождите"), ("agent", 26.0, "так")], HELD, "met"),  # the customer said it
    ("ru", HOLD_RU, [("agent", 61.0, "подождите ещё")], HELD, "met"),  # after, not before
    ("ru", HOLD_RU, [("agent", 24.0, "подождите")], (*HELD, event("hold", 80.0, 90.0)), "met"),  # the second one
    ("ru", BACK_RU, [("agent", 61.0, "спасибо за ожидание")], HELD, "not_met"),
    ("ru", BACK_RU, [("agent", 61.0, "спасибо за звонок")], HELD, "met"),
    ("ru", BACK_RU, [("agent", 75.0, "спасибо за ожидание")], HELD, "met"),  # too late
    ("en", HOLD_EN, [("agent", 24.0, "may I put you on hold")], HELD, "not_met"),
    ("en", HOLD_EN, [("agent", 24.0, "let me see")], HELD, "met"),
    ("en", HOLD_EN, [("agent", 24.0, "one moment please")], HELD, "not_met"),
    ("en", HOLD_EN, [("customer", 24.0, "one moment"), ("agent", 26.0, "yes")], HELD, "met"),
    ("ru", AIR % "секунду", [("agent", 5.0, "слушаю вас"), ("customer", 25.0, "когда будет интернет")], QUIET, "met"),
    ("ru", AIR % "секунду", [("customer", 20.0, "когда"), ("agent", 27.0, "секунду смотрю")], QUIET, "not_met"),
    ("ru", AIR % "секунду", [("customer", 20.0, "да"), ("agent", 27.0, "назовите адрес")], QUIET, "not_met"),
    ("ru", AIR % "секунду", [("customer", 20.0, "да"), ("agent", 27.0, "Вы дома?")], QUIET, "not_met"),
    ("ru", AIR % "секунду", [("customer", 27.0, "секунду ищу паспорт")], QUIET, "not_met"),
    ("ru", AIR % "секунду", [("customer", 25.0, "да")], (event("long_silence", 30.0, 38.0),), "not_met"),
    ("en", AIR % "one second", [("agent", 5.0, "go ahead"), ("customer", 25.0, "when will it work")], QUIET, "met"),
    ("en", AIR % "one second", [("customer", 20.0, "yes"), ("agent", 27.0, "one second")], QUIET, "not_met"),
    ("en", AIR % "one second", [("customer", 20.0, "hi"), ("agent", 27.0, "what is your name")], QUIET, "not_met"),
    ("ru", CUT, [("agent", 1.0, "да")], (YIELDED, event("interruption", 9, 10, yielded=True)), "met"),
    (
        "ru",
        CUT,
        [("agent", 1.0, "да")],
        (YIELDED, event("interruption", 9, 10, yielded=False)),
        "not_met",
    ),
    ("ru", CUT, [("agent", 1.0, "да")], (YIELDED, event("interruption", 9, 10)), "undecided"),
    (
        "ru",
        CUT,
        [("agent", 1.0, "да")],
        (YIELDED, event("interruption", 9, 10, yielded=True, role="customer")),
        "not_met",
    ),
    ("ru", CUT, [("agent", 1.0, "да")], (event("backchannel", 5, 6), event("backchannel", 9, 10)), "not_met"),
]


@pytest.mark.parametrize(("language", "rule", "lines", "events", "verdict"), CASES)
def test_events(language: str, rule: str, lines: list[Line], events: tuple[Event, ...], verdict: str) -> None:
    interaction = Interaction("c", "call", telephony=Telephony(holds=()))
    heard = scenes.transcript(lines, language)
    assert scenes.call(scenes.form(rule, language), heard, events, interaction).verdict == verdict


def test_nothing_known_about_holds_is_unknown() -> None:
    result = scenes.call(scenes.form("event: {kind: hold}"), scenes.transcript([("agent", 1.0, "да")]))
    assert (result.verdict, result.reason) == ("undecided", "Нет данных об удержаниях")


def test_a_poorly_heard_notice_leaves_the_hold_undecided() -> None:
    heard = scenes.transcript([("agent", 24.0, "так так")], confidence=0.2)
    assert scenes.call(scenes.form(HOLD_RU), heard, HELD).verdict == "undecided"


@pytest.mark.parametrize(("seconds", "verdict"), [(60.0, "met"), (400.0, "not_met")])
def test_a_rate_counts_minutes_of_the_customers_speech(seconds: float, verdict: str) -> None:
    rule = "event: {kind: interruption, by: agent, at_least: 1, per_minutes: 2, speech_of: customer}"
    long = scenes.transcript([("customer", 1.0, "да " * int(seconds / scenes.WORD_S))])
    line = scenes.timeline(long)
    spoken = Timeline(600.0, (), line.customer, (), line.phases, (YIELDED,))
    card = score_form(scenes.form(rule), Case(Interaction("c", "call"), long, spoken, scenes.features()))
    assert card.results[0].verdict == verdict


def test_the_notice_is_the_evidence_of_a_good_hold() -> None:
    rule = f"not: {{{HOLD_RU}}}"
    heard = scenes.transcript([("agent", 24.0, "оставайтесь на линии")])
    result = scenes.call(scenes.form(rule), heard, HELD)
    assert (result.verdict, result.evidence[0].quote) == ("met", "оставайтесь")


def test_a_hold_that_was_listened_for_and_not_heard_is_known_not_to_be() -> None:
    form = scenes.form(HOLD_RU)
    heard = scenes.transcript([("agent", 1.0, "да")])
    interaction = Interaction("c", "call")
    (result,) = score_form(
        form, Case(interaction, heard, scenes.timeline(heard), scenes.features(holds_count=0))
    ).results
    assert result.verdict == "not_met"


def test_cues_by_words_are_unknown_in_another_language() -> None:
    form = scenes.form("event: {kind: complaint, by: customer}", language="en")
    result = scenes.call(form, scenes.transcript([("customer", 1.0, "буду жаловаться")]))
    assert result.verdict == "undecided"


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", [*get_args(EventKind)])
def test_every_kind_of_event_has_a_name(kind: str, language: str) -> None:
    assert say(language, kind)
