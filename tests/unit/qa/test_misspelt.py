"""``misspelt`` and the slips behind it: words that no dictionary has, one letter away from a word that one has."""

from __future__ import annotations

import pytest

from unit.qa import scenes
from voxcx.domain.interaction import Interaction
from voxcx.domain.qa import CriterionResult
from voxcx.language.spelling import meant_by

SLIPS = {
    "ru": {
        "пожалуста": "пожалуйста",
        "здраствуйте": "здравствуйте",
        "агенство": "агентство",
        "оплочено": "оплачено",
        "придеться": "придется",
    },
    "en": {"recieve": "receive", "acount": "account", "pleaae": "please", "momet": "moment", "downlod": "download"},
}
NO_SLIPS = {
    "ru": ("пожалуйста", "роутер", "кешбэк", "вайфай", "маркетплейс", "смс", "ещё", "router", "спс", "координально"),
    "en": ("please", "ebook", "reauthorize", "livestream", "ok", "unfortunately", "there", "привет", "screenshot"),
}


@pytest.mark.parametrize(("language", "word"), [(code, word) for code, words in SLIPS.items() for word in words])
def test_a_slip_of_one_letter_is_known(language: str, word: str) -> None:
    assert meant_by(word, language) == SLIPS[language][word]


@pytest.mark.parametrize(("language", "word"), [(code, word) for code, words in NO_SLIPS.items() for word in words])
def test_words_of_the_trade_are_no_slips(language: str, word: str) -> None:
    assert meant_by(word, language) is None


def judged(text: str, *, language: str = "ru", customer: str = "привет", rule: str = "misspelt: {}") -> CriterionResult:
    lines: list[scenes.Line] = [("customer", None, customer), ("agent", None, text)]
    interaction = Interaction("c", "chat", company="Фастлинкк", customer_name="Аннна")
    return scenes.chat(scenes.form(rule, language), scenes.transcript(lines, language), interaction)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("подождите пожалуста", "met"),
        ("подождите пожалуйста", "not_met"),
        ("Пожалуста подождите", "met"),  # a capital at the beginning
        ("приложение Пожалуста подождёт", "not_met"),  # a capital in the middle is a name
        ("пожалуста *пожалуйста", "not_met"),  # mended
        ("служба фастлинкк работает, аннна", "not_met"),  # names that the chat knows
        ("пишите на пожалуста@mail.ru", "not_met"),  # an address
        ("ПОЖАЛУСТА", "not_met"),  # capitals are a name or a shout
        ("пожалуста, пожалуста", "met"),
    ],
)
def test_russian_chats(text: str, wanted: str) -> None:
    assert judged(text).verdict == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("pleaae wait", "met"),
        ("please wait", "not_met"),
        ("your acount, sorry *account", "not_met"),
        ("open the Acount tab", "not_met"),
        ("we recieve it", "met"),
        ("reauthorize your ebooks", "not_met"),
    ],
)
def test_english_chats(text: str, wanted: str) -> None:
    assert judged(text, language="en").verdict == wanted


def test_different_words_are_counted_once_each() -> None:
    rule = "misspelt: {at_least: 2}"
    assert judged("пожалуста пожалуста", rule=rule).verdict == "not_met"
    assert judged("здраствуйте пожалуста", rule=rule).verdict == "met"


def test_words_of_the_customer_and_of_the_trade_do_not_count() -> None:
    assert judged("проверяю агенство", customer="моё агенство не видно").verdict == "not_met"
    assert judged("проверяю агенство", rule="misspelt: {known: [агенство]}").verdict == "not_met"


def test_the_spelling_of_a_recogniser_is_nobodys() -> None:
    heard = scenes.transcript([("agent", 1.0, "подождите пожалуста")])
    assert scenes.call(scenes.form("misspelt: {}"), heard).verdict == "not_met"
