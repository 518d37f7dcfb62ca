from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from unit.qa import scenes
from unit.qa.scenes import Line
from voxcx.domain.interaction import Interaction, Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.qa import Evidence
from voxcx.domain.timeline import Event
from voxcx.language.tokens import spoken_tokens
from voxcx.qa.case import Case
from voxcx.qa.scene import Scene
from voxcx.qa.scoring import score_form

GREETING = 'said: {phrases: ["{здравствуйте|добрый {день|вечер}}"], by: agent, where: {first_s: 15}}'
CODE_RU = """said:
  by: agent
  affirmed: true
  phrases: ["{=назовите|=сообщите|=продиктуйте|=сообщайте|назвать} ...5 {код {=из|=в} смс|cvc|пин код}"]
  unless: ["мошенни*", "мы ...2 не ...2 {запрашивать|просить}"]
"""
CODE_EN = """said:
  by: agent
  affirmed: true
  phrases: ["{=tell|=give|=share|=read} ...4 {code|=pin|=password}"]
  unless: ["scammer*", "we ...2 not ask"]
"""
RU: list[tuple[str, list[Line], str]] = [
    # greeting inside the agent's first 15 s of speech
    (GREETING, [("agent", 1.0, "Добрый день, компания Орбита")], "met"),
    (GREETING, [("customer", 0.5, "Алло"), ("agent", 30.0, "Здравствуйте")], "met"),  # speech counts, not the clock
    (GREETING, [("agent", 1.0, "слушаю вас говорите")], "not_met"),
    (GREETING, [("customer", 1.0, "Добрый день"), ("agent", 3.0, "слушаю вас")], "not_met"),  # the other speaker
    (GREETING, [("agent", 1.0, "да " * 40), ("agent", 40.0, "добрый день")], "not_met"),  # after 15 s of speech
    (GREETING, [("agent", 1.0, "в добрый час день начался")], "not_met"),  # words apart
    (GREETING, [("agent", 1.0, "добрым днём вас приветствую")], "met"),  # another form
    # a secret asked for, and its traps
    (CODE_RU, [("agent", 5.0, "назовите пожалуйста код из смс")], "met"),
    (CODE_RU, [("agent", 5.0, "никому не сообщайте код из смс")], "not_met"),
    (CODE_RU, [("agent", 5.0, "не нужно назвать код из смс")], "not_met"),
    (CODE_RU, [("agent", 5.0, "мы никогда не просим назвать код из смс")], "not_met"),
    (CODE_RU, [("agent", 5.0, "назовите код из смс так говорят мошенники")], "not_met"),
    (CODE_RU, [("customer", 5.0, "назовите код из смс"), ("agent", 9.0, "да слушаю")], "not_met"),
    (CODE_RU, [("agent", 5.0, "Никому не сообщайте код из смс. А сейчас назовите код из смс.")], "met"),
    (CODE_RU, [("agent", 5.0, "не могли бы вы назвать код из смс")], "met"),  # polite, not negated
    (CODE_RU, [("agent", 5.0, "назовите номер договора")], "not_met"),
]
EN: list[tuple[str, list[Line], str]] = [
    (CODE_EN, [("agent", 5.0, "please tell me the code")], "met"),
    (CODE_EN, [("agent", 5.0, "never tell anyone the code")], "not_met"),
    (CODE_EN, [("agent", 5.0, "don't share your password")], "not_met"),
    (CODE_EN, [("agent", 5.0, "we do not ask you to tell us the code")], "not_met"),
    (CODE_EN, [("customer", 5.0, "tell me the code"), ("agent", 9.0, "one moment")], "not_met"),
    (CODE_EN, [("agent", 5.0, "give me your full name")], "not_met"),
    ("said: {phrases: [thank you], where: {last_s: 30, of: talk}}", [("agent", 100.0, "Thank you!")], "met"),
    ("said: {phrases: [thank you], where: {last_s: 30, of: talk}}", [("agent", 10.0, "thank you")], "not_met"),
    ("said: {phrases: [thank you], at_least: 2}", [("agent", 10.0, "thank you")], "not_met"),
    ("said: {phrases: [thank you], at_least: 2}", [("agent", 10.0, "thank you and thank you")], "met"),
    ("said: {phrases: [okay], by: anyone}", [("agent", 1.0, "well"), ("customer", 3.0, "okay")], "met"),
    ("said_not: {phrases: [okay], by: agent}", [("agent", 1.0, "well"), ("customer", 3.0, "okay")], "met"),
    ("said_not: {phrases: [okay], by: agent}", [("agent", 1.0, "okay then")], "not_met"),
]


@pytest.mark.parametrize(("rule", "lines", "verdict"), RU)
def test_said_in_russian(rule: str, lines: list[Line], verdict: str) -> None:
    assert scenes.call(scenes.form(rule), scenes.transcript(lines)).verdict == verdict


@pytest.mark.parametrize(("rule", "lines", "verdict"), EN)
def test_said_in_english(rule: str, lines: list[Line], verdict: str) -> None:
    assert scenes.call(scenes.form(rule, "en"), scenes.transcript(lines, "en")).verdict == verdict


COMPLAINT = 'complaint:\n  said: {by: customer, phrases: ["{не работает|плохо}"]}'
TALK: list[Line] = [
    ("agent", 1.0, "слушаю вас извините"),
    ("customer", 5.0, "у меня не работает интернет"),
    ("agent", 9.0, "назовите адрес пожалуйста сразу"),
    ("customer", 14.0, "улица Мира дом пять"),
    ("agent", 20.0, "приносим извинения за это"),
    ("customer", 30.0, "и телевизор тоже не работает"),
    ("agent", 40.0, "мастер приедет завтра утром точно"),
]
SORRY = '["{извините|извинения}"]'
WINDOWS = [
    ("{after: complaint, within_turns: 1}", "not_met"),
    ("{after: complaint, within_turns: 2}", "met"),
    ("{after: complaint, within_s: 10}", "not_met"),
    ("{after: complaint, within_s: 15}", "met"),
    ("{before: complaint}", "met"),
    ("{before: complaint, within_s: 1}", "not_met"),
    ("{after: {rule: complaint, hit: 2}}", "not_met"),
    ("{after: {rule: complaint, hit: last}, within_turns: 3}", "not_met"),
    ("{after: {rule: complaint, hit: each}, within_turns: 2}", "met"),
    ("{around: {rule: complaint, hit: 2}, within_turns: 1}", "met"),
    ("{after: {rule: complaint, hit: 3}}", "not_met"),  # there is no third
    ("{first_turns: 1}", "met"),
    ("{last_turns: 1}", "not_met"),
    ("{last_turns: 2}", "met"),
    ("{after: {event: {kind: hold}}}", "not_met"),
]


@pytest.mark.parametrize(("where", "verdict"), WINDOWS)
def test_windows_beside_an_anchor(where: str, verdict: str) -> None:
    rule = f"said: {{phrases: {SORRY}, where: {where}}}"
    interaction = Interaction("c", "call", telephony=Telephony(holds=(Interval(50.0, 60.0),)))
    events = (Event("hold", "agent", Interval(50.0, 60.0)),)
    result = scenes.call(scenes.form(rule, define=COMPLAINT), scenes.transcript(TALK), events, interaction)
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("where", "verdict"), [pair for pair in WINDOWS if "_s" not in pair[0] and "event" not in pair[0]]
)
def test_windows_by_messages_need_no_times(where: str, verdict: str) -> None:
    rule = f"said: {{phrases: {SORRY}, where: {where}}}"
    lines: list[Line] = [(role, None, text) for role, _, text in TALK]
    assert scenes.chat(scenes.form(rule, define=COMPLAINT), scenes.transcript(lines)).verdict == verdict


def test_seconds_in_a_chat_without_times_are_unknown() -> None:
    lines: list[Line] = [("agent", None, "добрый день"), ("customer", None, "привет")]
    result = scenes.chat(scenes.form(GREETING), scenes.transcript(lines))
    assert result.verdict == "undecided"
    assert "нет времени" in str(result.reason)


def test_the_quote_is_verbatim_with_its_seconds() -> None:
    lines: list[Line] = [("agent", 2.0, "Ну, Добрый  день, слушаю")]
    result = scenes.call(scenes.form(GREETING), scenes.transcript(lines))
    assert result.evidence == (Evidence("agent", 2.4, 3.2, "Добрый день,"),)


def test_absence_cites_the_window_that_was_searched() -> None:
    result = scenes.call(scenes.form(GREETING), scenes.transcript([("agent", 1.0, "слушаю вас")]))
    assert result.evidence == (Evidence("agent", 0.0, 1.8, ""),)
    assert "в первых 15 с речи оператора (0:00–0:01)" in str(result.reason)


def test_low_confidence_makes_absence_undecided_and_not_an_error() -> None:
    heard = scenes.transcript([("agent", 1.0, "слушаю вас")], confidence=0.3)
    result = scenes.call(scenes.form(GREETING), heard)
    assert result.verdict == "undecided"
    assert "0,30, нужно 0,50" in str(result.reason)


def test_a_find_counts_even_beside_poorly_heard_words() -> None:
    heard = scenes.transcript([("agent", 1.0, "добрый день")], confidence=0.3)
    assert scenes.call(scenes.form(GREETING), heard).verdict == "met"


def test_words_below_a_rules_own_confidence_are_only_a_candidate() -> None:
    rule = "said: {phrases: [дурак], min_confidence: 0.8}"
    heard = scenes.transcript([("agent", 1.0, "ну дурак")], confidence=0.7)
    result = scenes.call(scenes.form(rule), heard)
    assert result.verdict == "undecided"
    assert result.evidence[0].quote == "дурак"


def test_suspect_words_are_only_a_candidate() -> None:
    heard = scenes.transcript([("agent", 1.0, "добрый день")], suspect="said in silence")
    assert scenes.call(scenes.form(GREETING), heard).verdict == "undecided"


def test_a_transcript_in_another_language_is_unknown() -> None:
    result = scenes.call(scenes.form(GREETING), scenes.transcript([("agent", 1.0, "good morning")], "en"))
    assert (result.verdict, result.judged_by) == ("undecided", "nobody")


def test_speech_without_words_is_unknown() -> None:
    heard = scenes.transcript([("agent", 1.0, "да " * 10), ("customer", 8.0, "да")])
    deaf = scenes.transcript([("customer", 8.0, "да")])
    qa = scenes.form("said: {phrases: [спасибо]}")
    card = score_form(qa, Case(Interaction("c", "call"), deaf, scenes.timeline(heard), scenes.features()))
    assert card.results[0].verdict == "undecided"


def test_a_recording_that_breaks_off_proves_no_missing_goodbye() -> None:
    recording = Recording(Path("x.wav"), "0", 120.0, 2, 8000, truncated=True)
    interaction = Interaction("c", "call", recordings=(recording,))
    qa = scenes.form("said: {phrases: [до свидания], where: {last_s: 30, of: talk}}")
    result = scenes.call(qa, scenes.transcript([("agent", 1.0, "добрый день")]), interaction=interaction)
    assert (result.verdict, result.reason) == ("undecided", "Запись обрывается, конца разговора в ней нет")


def test_a_recording_that_starts_late_proves_no_missing_greeting() -> None:
    record = Telephony(ivr_time_s=10.0, queue_wait_s=5.0, recording_offset_s=40.0)
    interaction = Interaction("c", "call", telephony=record)
    result = scenes.call(scenes.form(GREETING), scenes.transcript([("agent", 1.0, "слушаю")]), interaction=interaction)
    assert (result.verdict, result.reason) == ("undecided", "Начало разговора не записано")


def test_without_trusted_roles_only_anybodys_words_count() -> None:
    heard = scenes.transcript([("agent", 1.0, "добрый день")])
    line = scenes.timeline(heard, distrust="mono recording")
    for by, verdict in (("agent", "undecided"), ("anyone", "met")):
        qa = scenes.form(f"said: {{phrases: [добрый день], by: {by}}}")
        card = score_form(qa, Case(Interaction("c", "call"), heard, line, scenes.features()))
        assert card.results[0].verdict == verdict


def test_the_company_is_found_by_the_calls_own_name() -> None:
    qa = scenes.form('said: {phrases: ["<компания>"]}')
    heard = scenes.transcript([("agent", 1.0, "компания Орбита слушаю")])
    assert scenes.call(qa, heard, interaction=Interaction("a", "call", company="Орбита")).verdict == "met"
    assert scenes.call(qa, heard, interaction=Interaction("b", "call", company="Ромашка")).verdict == "not_met"
    assert scenes.call(qa, heard).verdict == "not_met"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Да-да, подождите! Код из СМС – 45 32, сумма 1 200,50 руб. Что-то ещё?.. «Орбита»: т.е. нет"),
        ("en", "I can't, won't and I'd rather not: it's $5.50 (five) at 9 a.m. Mr. Smith's e-mail... don't you think?"),
    ],
)
def test_words_tokenised_one_by_one_are_the_line_tokenised(language: str, text: str) -> None:
    qa = scenes.form("said: {phrases: [x]}", language)
    heard = scenes.transcript([("agent", 1.0, text)], language)
    scene = Scene(qa, Case(Interaction("c", "call"), heard, scenes.timeline(heard), scenes.features()))
    whole, words = spoken_tokens(text.split(), language)
    line = scene.lines[0]
    assert [(t.text, t.lower, t.forms) for t in line.tokens] == [(t.text, t.lower, t.forms) for t in whole]
    assert [line.word_of(k) for k in range(len(line.tokens))] == list(words)


AFFIRMED = [
    ("ridiculous", "is it so no this is ridiculous", "en", "met"),  # an answer
    ("help", "no problem we help", "en", "met"),
    ("refund", "not only refund you", "en", "met"),
    ("refund", "no refund will be made", "en", "not_met"),
    ("помогу", "я не только помогу", "ru", "met"),
    ("безобразие", "не знаю это безобразие", "ru", "met"),
    ("помогу", "я не помогу", "ru", "not_met"),
]


@pytest.mark.parametrize(("phrase", "text", "language", "verdict"), AFFIRMED)
def test_not_every_negator_negates(phrase: str, text: str, language: str, verdict: str) -> None:
    qa = scenes.form(f"said: {{phrases: [{phrase}], affirmed: true}}", language)
    assert scenes.call(qa, scenes.transcript([("agent", 1.0, text)], language)).verdict == verdict


QUOTED = [
    ("the note reads 'idiot'", "not_met"),
    ("you're an idiot and it's the agents' fault", "met"),
    ('a 5" pipe and an idiot with a 6" one', "met"),
    ('you wrote "an idiot with a 6" to me', "not_met"),
]


@pytest.mark.parametrize(("text", "verdict"), QUOTED)
def test_marks_that_quote_and_marks_that_do_not(text: str, verdict: str) -> None:
    qa = scenes.form("said: {phrases: [idiot], unquoted: true}", "en")
    assert scenes.chat(qa, scenes.transcript([("agent", None, text)], "en")).verdict == verdict


@pytest.mark.parametrize(
    ("speech", "verdict"), [(((1.0, 19.0), (30.0, 115.0)), "undecided"), (((1.0, 4.0),), "not_met")]
)
def test_much_speech_without_words_proves_no_absence(speech: tuple[tuple[float, float], ...], verdict: str) -> None:
    heard = scenes.transcript([("agent", 1.0, "да"), ("customer", 22.0, "не работает")])
    line = replace(scenes.timeline(heard), agent=tuple(Interval(*pair) for pair in speech))
    card = score_form(scenes.form(GREETING), Case(Interaction("c", "call"), heard, line, scenes.features()))
    assert card.results[0].verdict == verdict


@pytest.mark.parametrize(("hangup_by", "verdict"), [("customer", "undecided"), ("agent", "not_met"), (None, "not_met")])
def test_who_was_hung_up_on_had_no_chance_to_speak(hangup_by: str | None, verdict: str) -> None:
    qa = scenes.form(f"said: {{phrases: {SORRY}, where: {{after: complaint}}}}", define=COMPLAINT)
    heard = scenes.transcript([("agent", 1.0, "слушаю вас"), ("customer", 5.0, "у вас всё плохо")])
    record = Telephony(hangup_by=hangup_by)
    assert scenes.call(qa, heard, interaction=Interaction("c", "call", telephony=record)).verdict == verdict
