"""``said_again``: messages that repeat an earlier one of the same party."""

from __future__ import annotations

import pytest

from unit.qa import scenes
from unit.qa.scenes import Line

AGENT, BOT, CUSTOMER = "said_again: {}", "said_again: {by: bot}", "said_again: {by: customer, likeness: 0.75}"
LAST = "said_again: {by: bot, where: {last_turns: 1}}"
SPARED = 'said_again: {by: bot, unless: ["{=помог|=остались}"]}'
PRESENT: Line = ("agent", None, "ок")  # without an agent the whole form is not applicable
Talk = list[Line]


def chat(*lines: str) -> Talk:
    """Lines such as «б: текст»."""
    who = {"б": "bot", "о": "agent", "к": "customer"}
    return [(who[line[0]], None, line[3:]) for line in lines]


CASES: list[tuple[str, Talk, str]] = [
    (BOT, chat("б: Смотрите в профиле", "к: нет там", "б: Смотрите в профиле"), "met"),
    (BOT, chat("б: Смотрите в профиле!", "к: нет", "б: смотрите в  профиле."), "met"),  # marks and capitals aside
    (BOT, chat("б: Смотрите в профиле", "к: нет там", "б: Ваш заказ приедет завтра"), "not_met"),
    (BOT, chat("б: Да", "к: нет", "б: Да"), "not_met"),  # too short to be a repeat
    (BOT, chat("б: Смотрите в профиле", "к: Смотрите в профиле"), "not_met"),  # the other speaker
    (BOT, chat("к: где мой заказ", "к: где мой заказ", "б: Едет к вам уже"), "not_met"),
    (SPARED, chat("б: Помог ли мой ответ?", "к: нет", "б: Помог ли мой ответ?"), "not_met"),
    (SPARED, chat("б: Едет к вам уже", "к: нет", "б: Едет к вам уже"), "met"),
    (AGENT, chat("о: Ваш вопрос передан специалистам", "к: и?", "о: Ваш вопрос передан специалисту"), "met"),  # nearly
    (AGENT, chat("о: Ваш вопрос передан специалистам", "к: и?", "о: Деньги вернутся завтра утром"), "not_met"),
    (CUSTOMER, chat("к: где мой заказ", "о: едет", "к: так где мой заказ???"), "met"),
    (CUSTOMER, chat("к: где мой заказ", "о: едет", "к: когда вернут деньги"), "not_met"),
    ("said_again: {by: bot, at_least: 2}", chat(*["б: Смотрите в профиле"] * 2), "not_met"),
    ("said_again: {by: bot, at_least: 2}", chat(*["б: Смотрите в профиле"] * 3), "met"),
    ("said_again: {by: bot, at_most: 1}", chat(*["б: Смотрите в профиле"] * 3), "not_met"),
    (LAST, chat(*["б: Раз два три"] * 2, "к: ок", "б: Другое дело вот"), "not_met"),
    (LAST, chat("б: Раз два три", "к: ок", "б: Раз два три"), "met"),
    (BOT, chat("о: привет", "к: привет"), "not_met"),  # a chat without a bot
]  # fmt: skip
ENGLISH: list[tuple[str, Talk, str]] = [
    (BOT, [("bot", None, "See your profile"), ("customer", None, "no"), ("bot", None, "See your profile.")], "met"),
    (BOT, [("bot", None, "See your profile"), ("bot", None, "It arrives on Monday")], "not_met"),
    (BOT, [("bot", None, "See your profile"), ("agent", None, "See your profile")], "not_met"),
    (AGENT, [("agent", None, "Your request is being processed"), ("agent", None, "Your request is done")], "not_met"),
    ("said_again: {likeness: 0.7}", [("agent", None, "We process it now"), ("agent", None, "We process it")], "met"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "lines", "wanted"), CASES)
def test_russian_chats(rule: str, lines: Talk, wanted: str) -> None:
    result = scenes.chat(scenes.form(rule), scenes.transcript([PRESENT, *lines]))
    assert result.verdict == wanted, result.reason


@pytest.mark.parametrize(("rule", "lines", "wanted"), ENGLISH)
def test_english_chats(rule: str, lines: Talk, wanted: str) -> None:
    result = scenes.chat(scenes.form(rule, "en"), scenes.transcript([PRESENT, *lines], "en"))
    assert result.verdict == wanted, result.reason


def test_the_repeat_is_cited_by_its_first_words() -> None:
    long = " ".join(f"слово{k}" for k in range(50))
    result = scenes.chat(scenes.form(BOT), scenes.transcript([PRESENT, ("bot", None, long), ("bot", None, long)]))
    assert result.evidence[0].quote == " ".join(long.split()[:20])
