"""Cues that words give, as events; the phrases of hold requests, returns, transfers and prompts."""

from __future__ import annotations

import pytest
import yaml

from unit.timeline.calls import BOTH, CALL_S, MONO, Call, Line, call, said
from voxcx.config import Definitions, shipped
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.lexical import lexical_features
from voxcx.features.voice import voices_of
from voxcx.language.lexicons import load_lexicons
from voxcx.language.readings import read
from voxcx.timeline.build import build_timeline

HITS = [
    ("hold_request", "ru", "Оставайтесь, пожалуйста, на линии, я уточню", 1),
    ("hold_request", "ru", "минуточку пожалуйста. не кладите трубку. подождите немного", 2),
    ("hold_request", "ru", "могу я поставить вас на удержание? поставлю вас на паузу", 2),
    ("hold_request", "ru", "вам придётся немного подождать. пожалуйста, не отключайтесь. прошу остаться на линии", 3),
    ("moment_request", "ru", "мне потребуется две минуты чтобы проверить. одну минуточку", 2),
    ("hold_request", "ru", "сейчас вы услышите музыку, буквально минутку", 1),
    ("hold_request", "ru", "повисите на линии. вернусь через минуту", 2),
    ("hold_request", "ru", "секунду смотрю. ожидайте звонка. я звонил две минуты назад. за две минуты", 0),
    ("hold_request", "ru", "ожидайте СМС в течение дня. спасибо, что подождали", 0),
    ("hold_request", "en", "let me put you on hold. please stay on the line. one moment please", 2),
    ("hold_request", "en", "bear with me. hold on, just a second. would you mind holding", 3),
    ("hold_request", "en", "can I place you on a brief hold? please don't hang up", 2),
    ("hold_request", "en", "there is a hold on your account, hold on to your receipt, your order is on hold", 0),
    ("hold_request", "en", "thanks for holding, a second ago, I appreciate you staying on the line", 0),
    ("moment_request", "en", "one second please. give me a moment. it was one moment ago", 2),
    ("hold_return", "ru", "спасибо за ожидание. благодарю, что подождали. простите, что заставила вас ждать", 3),
    ("hold_return", "ru", "вы ещё на линии? я вернулась. извините за долгое ожидание", 3),
    ("hold_return", "ru", "оставайтесь на линии, спасибо за звонок", 0),
    ("hold_return", "en", "thank you for holding. sorry to keep you waiting. are you still there?", 3),
    ("hold_return", "en", "I'm back. sorry about the wait. thanks so much for your patience", 3),
    ("hold_return", "en", "thank you for your patience while I check, thank you for calling, I'll be back", 0),
    ("transfer", "ru", "сейчас переведу вас на специалиста. соединяю с отделом доставки. переключаю вас", 3),
    ("transfer", "ru", "я передам вашу заявку, перевожу деньги, не могу вас перевести, перевод денег", 0),
    ("transfer", "en", "I'm transferring you now. I'll put you through. let me connect you with a specialist", 3),
    ("transfer", "en", "I can't transfer you, we will transfer the money, let me put you on hold", 0),
    ("prompt", "ru", "для соединения нажмите один. ваш звонок очень важен для нас. все операторы заняты", 3),
    ("prompt", "ru", "добрый день, меня зовут Анна. нажмите кнопку войти. разговор записывается", 0),
    ("prompt", "en", "press one for sales. your call is very important to us. all our agents are busy", 3),
    ("prompt", "en", "good morning, this is Anna. press the button. thank you for calling", 0),
]


@pytest.mark.parametrize(("name", "language", "text", "count"), HITS)
def test_phrases(name: str, language: str, text: str, count: int) -> None:
    reading = read(text.split(), language)
    spans = load_lexicons(language, name).find(reading).get(name, ())
    hits = [" ".join(token.lower for token in reading.tokens[start:end]) for start, end in spans]
    assert len(hits) == count, hits


@pytest.mark.parametrize("name", ["hold_request", "hold_return", "transfer", "prompt"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_lexicons_are_rich_enough(name: str, language: str) -> None:
    written = yaml.safe_load(shipped("configs", "lexicons", f"{name}.{language}.yaml").read_text(encoding="utf-8"))
    assert len(set(written["phrases"])) >= 15


LINES: list[Line] = [
    ("agent", 0, 2, "Добрый день слушаю"),
    ("customer", 3, 7, "я уже звонил вчера"),
    ("agent", 8, 11, "минуточку не кладите трубку"),
    ("agent", 40, 42, "спасибо за ожидание"),
    ("customer", 43, 47, "буду жаловаться на вас"),
    ("customer", 48, 52, "соедините меня с человеком"),
    ("agent", 53, 56, "перевожу вас на специалиста"),
]


def test_cues_are_events_with_their_words() -> None:
    found = call(lines=LINES)
    told = [(e.kind, e.role, e.span.start_s, e.span.end_s, e.detail) for e in found.events if e.detail]
    assert told == [
        ("repeat_cue", "customer", 3.0, 6.0, "я уже звонил"),
        ("hold_request", "agent", 8.0, 11.0, "минуточку … не кладите трубку"),  # one utterance, one request
        ("hold_return", "agent", 40.0, 42.0, "спасибо за ожидание"),
        ("complaint", "customer", 44.0, 45.0, "жаловаться"),
        ("asks_for_human", "customer", 48.0, 52.0, "соедините меня с человеком"),
        ("transfer", "agent", 53.0, 56.0, "перевожу вас на специалиста"),
    ]


def test_the_other_party_does_not_count() -> None:
    swapped: list[Line] = [("customer" if who == "agent" else "agent", s, e, text) for who, s, e, text in LINES]
    assert [event.kind for event in call(lines=swapped).events if event.detail] == []


def test_cues_in_a_hold_or_the_queue_are_nobodys() -> None:
    inside = Telephony(queue_wait_s=7.5, recording_offset_s=0.0, holds=(Interval(39, 47.5),))
    kinds = [event.kind for event in call(lines=LINES, telephony=inside).events if event.detail]
    assert kinds == ["hold_request", "asks_for_human", "transfer"]


def test_words_that_may_be_invented_do_not_count() -> None:
    texts = ["я", "уже", "звонил", "вчера"]
    words = tuple(
        Word(text, float(k), k + 1.0, 0.9, "repeats itself" if k < 3 else None) for k, text in enumerate(texts)
    )
    transcript = Transcript("ru", "test", (Utterance("customer", words, " ".join(texts)),))
    heard = Heard(CALL_S, "ok", ((), (Interval(0, 4),)), music=((), ()))
    found = build_timeline(heard, transcript, BOTH, Telephony(), Call().rules)
    assert found.of("repeat_cue") == ()


def test_roles_that_cannot_be_trusted_give_no_cues() -> None:
    lines: list[Line] = [("unknown", 0, 4, "минуточку не кладите трубку"), ("unknown", 5, 9, "буду жаловаться на вас")]
    assert [event.kind for event in call(lines=lines, roles=MONO).events if event.detail] == []


def test_another_language_gives_no_cues() -> None:
    heard = Heard(CALL_S, "ok", ((Interval(0, 4),), ()), music=((), ()))
    found = build_timeline(heard, said([("agent", 0, 4, "hold on")], "de"), BOTH, Telephony(), Call().rules)
    assert found.of("hold_request") == ()


def test_events_and_features_count_alike() -> None:
    timeline = call(lines=LINES)
    counted = {f.name: f.value for f in lexical_features(voices_of(said(LINES), timeline))}
    for feature, kind in (
        ("repeat_cue", "repeat_cue"),
        ("asks_for_human", "asks_for_human"),
        ("complaint_cue", "complaint"),
    ):
        assert counted[feature] == len([event for event in timeline.events if event.kind == kind]) == 1


def test_without_a_recording_only_the_record_tells() -> None:
    text = "оставайтесь на линии, буду жаловаться"
    words = tuple(Word(word, 5.0, 5.0) for word in text.split())
    chat = Transcript("ru", "chat", (Utterance("agent", words, text),))
    record = Telephony(ivr_time_s=20.0, queue_wait_s=5.0, holds=(Interval(1.0, 4.0),))
    timeline = build_timeline(Heard(0.0, "no_audio"), chat, Roles((), "no_audio"), record, Definitions())
    assert [(phase.kind, phase.span) for phase in timeline.phases] == [
        ("ivr", Interval(-25.0, -5.0)),
        ("queue", Interval(-5.0, 0.0)),
    ]
    assert (timeline.events, timeline.turns, timeline.agent, timeline.deaf) == ((), (), (), None)
