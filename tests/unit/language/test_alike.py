"""What a recogniser makes of a phrase is found when asked; other words, and lost or gained negations, are not."""

from __future__ import annotations

import pytest

from voxcx.language.phrases import compile_phrase
from voxcx.language.sounding import sound
from voxcx.language.tokens import tokenise

RU = [
    ("набранный номер", "проверьте на брене номер", "на брене номер"),
    ("набранный", "это на брене", "на брене"),
    ("оставайтесь на линии", "оставайтесь на лини", "оставайтесь на лини"),
    ("оставайтесь на линии", "оставайтест налине", "оставайтест налине"),
    ("чем могу помочь", "чем магу памочь", "чем магу памочь"),
    ("спасибо за ожидание", "спасибо за ажидание", "спасибо за ажидание"),
    ("меня зовут <имя>", "меня завут Анна", "меня завут Анна"),
    ("оставайтесь ...2 на линии", "астовайтесь пожалуйста на линии", "астовайтесь пожалуйста на линии"),
    ("оставайтесь на линии", "оставайтесь на линии", "оставайтесь на линии"),  # as it is written
    # traps
    ("не готово к выдаче", "готово к выдаче", ""),
    ("заявка готова", "заявка не готова", ""),
    ("подключить услугу", "отключить услугу", ""),
    ("спасибо за ожидание", "спасибо за обращение", ""),
    ("не помогли мне", "не помогли и", ""),
    ("доброго дня", "доброго до", ""),
    ("слушаю", "слошаю", ""),  # too short to tell
    ("меня зовут <имя>", "меня завут так", ""),  # an entity is never misheard
    ("претензи* подать", "притензию подадь", ""),
    ("=назовите пожалуйста", "назавите пожалуйста", ""),  # one form only
    ("пятьдесят рублей", "питьдесят рублей", "питьдесят рублей"),
    ("активировали услугу", "деактивировали услугу", ""),
    ("оплатить наличными", "оплатить безналичными", ""),
    ("платная подписка", "бесплатная подписка", ""),
    ("бесплатная подписка", "платная подписка", ""),
    ("заблокировали карту", "разблокировали карту", ""),
    ("разблокировать карту", "заблокировать карту", ""),
    ("предоплата заказа", "оплата заказа", ""),
    ("входящий звонок", "исходящий звонок", ""),
    ("пятьдесят рублей", "шестьдесят рублей", ""),
    ("двенадцать месяцев", "девятнадцать месяцев", ""),
    ("пятнадцать минут", "пятьдесят минут", ""),
    ("семнадцатого числа", "семидесятого числа", ""),
]  # fmt: skip
EN = [
    ("anything else", "is there anything elves", "anything elves"),
    ("anything else", "is there any thing else", "any thing else"),
    ("how can I help you", "hou can I helb you", "hou can I helb you"),
    ("stay on the line", "stay on the lyne", "stay on the lyne"),
    ("thank you for calling", "thank you for caling", "thank you for caling"),
    # traps
    ("able to help you", "unable to help you", ""),
    ("I can help you", "I can not help you", ""),
    ("more questions", "your question", ""),
    ("hold on", "hold in", ""),
    ("fifteen dollars", "fifteem dollars", "fifteem dollars"),
    ("incomplete address", "incomplit address", "incomplit address"),
    ("complete address", "incomplete address", ""),
    ("incomplete address", "complete address", ""),
    ("correct address", "incorrect address", ""),
    ("incorrect address", "correct address", ""),
    ("possible to refund", "impossible to refund", ""),
    ("impossible to refund", "possible to refund", ""),
    ("valid until friday", "invalid until friday", ""),
    ("invalid until friday", "valid until friday", ""),
    ("legal department", "illegal department", ""),
    ("illegal department", "legal department", ""),
    ("activated your card", "deactivated your card", ""),
    ("deactivated your card", "activated your card", ""),
    ("increase your limit", "decrease your limit", ""),
    ("decrease your limit", "increase your limit", ""),
    ("upgrade your plan", "downgrade your plan", ""),
    ("downgrade your plan", "upgrade your plan", ""),
    ("fifteen dollars", "fifty dollars", ""),
    ("fifty dollars", "fifteen dollars", ""),
    ("thirteen days", "thirty days", ""),
    ("thirty days", "thirteen days", ""),
    ("included in your plan", "excluded in your plan", ""),
    ("excluded in your plan", "included in your plan", ""),
    ("inbound call", "outbound call", ""),
    ("outbound call", "inbound call", ""),
    ("understood correctly", "misunderstood correctly", ""),
    ("misunderstood correctly", "understood correctly", ""),
]


def found(pattern: str, text: str, language: str, tolerant: str = "words") -> str:
    tokens = tokenise(text, language)
    matches = compile_phrase(pattern, language, tolerant=tolerant).find(tokens)  # type: ignore[arg-type]
    return "; ".join(text[tokens[m.start].start : tokens[m.end - 1].end] for m in matches)


@pytest.mark.parametrize(("pattern", "text", "expected"), RU)
def test_misheard_russian(pattern: str, text: str, expected: str) -> None:
    assert found(pattern, text, "ru") == expected


@pytest.mark.parametrize(("pattern", "text", "expected"), EN)
def test_misheard_english(pattern: str, text: str, expected: str) -> None:
    assert found(pattern, text, "en") == expected


def test_words_in_one_form_may_be_misheard_only_when_asked() -> None:
    assert found("=назовите пожалуйста", "назавите пожалуйста", "ru", "exact_too") == "назавите пожалуйста"


def test_nothing_is_misheard_unless_asked() -> None:
    assert found("оставайтесь на линии", "оставайтесь на лини", "ru", "no") == ""


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [("вода", "вада", "ru"), ("касса", "каса", "ru"), ("учиться", "учится", "ru"), ("phone", "fone", "en")],
)
def test_words_that_sound_the_same(one: str, other: str, language: str) -> None:
    assert sound(one, language) == sound(other, language)
