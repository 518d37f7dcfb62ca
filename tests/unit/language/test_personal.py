"""Personal data in phrases: what each entity finds, and the numbers that only look like one."""

from __future__ import annotations

import pytest

from voxcx.language.phrases import compile_phrase
from voxcx.language.tokens import tokenise

RU = [
    # a card: the check digit decides
    ("<карта>", "карта 4276 3800 0000 0005", ["4276 3800 0000 0005"]),
    ("<карта>", "4276-3800-0000-0005, 4276380000000005", ["4276-3800-0000-0005", "4276380000000005"]),
    ("<карта>", "карта 4276 3800 0000 0004", []),
    ("<карта>", "заказ номер 4276380000000005", []),  # an order, whatever its digits
    ("<карта>", "номер 1234 5678", []),
    ("<карта>", "356938123456783", []),  # a telephone's own number: 15 digits with the same check digit
    ("<карта>", "имей 378282246310005", []),
    ("<карта>", "378282246310005 имей", []),
    ("<карта>", "имейте в виду 378282246310005", ["378282246310005"]),
    ("<карта>", "трек 80082186439876", []),
    ("<карта>", "сорок два семьдесят шесть тридцать восемь ноль ноль " + "ноль " * 7 + "пять",
     ["сорок два семьдесят шесть тридцать восемь ноль ноль " + "ноль " * 7 + "пять"]),
    ("<карта>", "2200 1234 5678 9010 и телефон +79161234567", []),
    # a passport: 4 + 6, or after its name
    ("<паспорт>", "серия 4510 номер 123456", ["4510 номер 123456"]),
    ("<паспорт>", "паспорт 45 10 123456", ["45 10 123456"]),
    ("<паспорт>", "паспорт 4510123456", ["4510123456"]),
    ("<паспорт>", "паспорт сорок пять десять сто двадцать три четыреста пятьдесят шесть",
     ["сорок пять десять сто двадцать три четыреста пятьдесят шесть"]),
    ("<паспорт>", "инн 7707083893", []),
    ("<паспорт>", "девять один шесть один два три четыре пять шесть семь", []),
    ("<паспорт>", "договор 123456", []),
    # SNILS
    ("<снилс>", "112-233-445 95", ["112-233-445 95"]),
    ("<снилс>", "112-233-445 96", []),
    ("<снилс>", "мой снилс 11223344595", ["11223344595"]),
    ("<снилс>", "+7 916 123-45-67, 89161234567", []),
    # a phone
    ("<телефон>", "+7 (916) 123-45-67", ["+7 (916) 123-45-67"]),
    ("<телефон>", "89161234567, +79161234567", ["89161234567", "+79161234567"]),
    ("<телефон>", "восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь",
     ["восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь"]),
    ("<телефон>", "девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь",
     ["девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь"]),
    ("<телефон>", "8-916-123-45-67", ["8-916-123-45-67"]),
    ("<телефон>", "телефон 123-45-67", ["123-45-67"]),
    ("<телефон>", "заказ 123-45-67", []),
    ("<телефон>", "номер договора 89161234567", []),
    ("<телефон>", "две тысячи рублей, 2 500", []),
    ("<телефон>", "карта 4276 3800 0000 0005", []),
    # e-mail and links
    ("<почта>", "пишите на ivan.petrov@mail.ru, пожалуйста", ["ivan.petrov@mail.ru"]),
    ("<почта>", "иван собака мэйл точка ру", ["иван собака мэйл точка ру"]),
    ("<почта>", "собака лает у дома", []),
    ("<почта>", "моя собака и точка", []),
    ("<ссылка>", "зайдите на https://orbita.ru/a?b=1 или orbita.ru", ["https://orbita.ru/a?b=1", "orbita.ru"]),
    ("<ссылка>", "на сайте орбита точка ру", ["орбита точка ру"]),
    ("<ссылка>", "т.е. и т.д. ivan@mail.ru 12.05.2024 точка", []),
    # an address
    ("<адрес>", "улица Ленина, дом 5, квартира 12", ["улица Ленина, дом 5, квартира 12"]),
    ("<адрес>", "ул. Ленина, д.5, кв. 12", ["ул. Ленина, д.5, кв. 12"]),
    ("<адрес>", "улица мира дом пять", ["улица мира дом пять"]),
    ("<адрес>", "Ленинский проспект 32к2", ["проспект 32к2"]),
    ("<адрес>", "на улице Мира 5/2", ["улице Мира 5/2"]),
    ("<адрес>", "улица 8 Марта дом двадцать пять", ["улица 8 Марта дом двадцать пять"]),
    ("<адрес>", "дом 5 квартира 12", ["дом 5 квартира 12"]),
    ("<адрес>", "на улице минус 20 градусов", []),
    ("<адрес>", "на улице 20 градусов, на улице жду 5 минут", []),
    ("<адрес>", "улица у нас одна, дом большой", []),
    ("<адрес>", "дом 2", []),
]  # fmt: skip
EN = [
    ("<card>", "my card is 4111 1111 1111 1111", ["4111 1111 1111 1111"]),
    ("<card>", "4111111111111112", []),
    ("<card>", "356938123456783", []),
    ("<card>", "amex 378282246310005", ["378282246310005"]),
    ("<card>", "the imei is 378282246310005", []),
    ("<card>", "order number 4111111111111111", []),
    ("<card>", "four one one one " * 1 + "one " * 11 + "one", ["four one one one " + "one " * 11 + "one"]),
    ("<card>", "forty one eleven", []),
    ("<passport>", "my passport number is 123456789", ["123456789"]),
    ("<passport>", "passport c12345678", ["c12345678"]),
    ("<passport>", "order 123456789", []),
    ("<phone>", "call 555-123-4567 or (212) 555 0199", ["555-123-4567", "212) 555 0199"]),
    ("<phone>", "five five five one two three four five six seven",
     ["five five five one two three four five six seven"]),
    ("<phone>", "oh double seven triple one two three four five six",
     ["oh double seven triple one two three four five six"]),
    ("<phone>", "+44 20 7946 0958", ["+44 20 7946 0958"]),
    ("<phone>", "07911 123456", ["07911 123456"]),
    ("<phone>", "account number 5551234567", []),
    ("<phone>", "two thousand dollars in 2024", []),
    ("<email>", "john at gmail dot com", ["john at gmail dot com"]),
    ("<email>", "jane.doe+x@site.co.uk", ["jane.doe+x@site.co.uk"]),
    ("<email>", "look at the dot", []),
    ("<link>", "see www.site.com/x or site.com", ["www.site.com/x", "site.com"]),
    ("<link>", "northern dot com", ["northern dot com"]),
    ("<link>", "connect the dot here e.g. i.e.", []),
    ("<address>", "221B Baker Street", ["221B Baker Street"]),
    ("<address>", "twelve old oak avenue apartment 5", ["twelve old oak avenue apartment 5"]),
    ("<address>", "5 minutes down the street", []),
    ("<address>", "two people in the street", []),
    ("<address>", "Baker Street", []),
]  # fmt: skip


def found(pattern: str, text: str, language: str) -> list[str]:
    tokens = tokenise(text, language)
    return [text[tokens[m.start].start : tokens[m.end - 1].end] for m in compile_phrase(pattern, language).find(tokens)]


@pytest.mark.parametrize(("pattern", "text", "expected"), RU)
def test_personal_data_in_russian(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text, "ru") == expected


@pytest.mark.parametrize(("pattern", "text", "expected"), EN)
def test_personal_data_in_english(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text, "en") == expected


def test_a_name_in_either_language_is_the_same_entity() -> None:
    for russian, english in (("карта", "card"), ("телефон", "phone"), ("почта", "email"), ("адрес", "address")):
        texts = "4276380000000005 89161234567 a@b.ru улица Мира 5"
        assert found(f"<{russian}>", texts, "ru") == found(f"<{english}>", texts, "ru") != []


def test_a_form_may_ask_for_what_was_read_back() -> None:
    assert found("ваш [номер] телефон* <phone>", "Ваш телефон 8 916 123-45-67?", "ru") != []
    assert found("<снилс>", "112-233-445 95", "en") == []  # nobody has one there
