from __future__ import annotations

import pytest

from voxcx.language.numbers import cardinal, number_value, verbalise
from voxcx.language.tokens import tokenise


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2 500 рублей", "две тысячи пятьсот рублей"),
        ("1 500 000 ₽", "один миллион пятьсот тысяч рублей"),
        ("1001", "одна тысяча один"),
        ("11000", "одиннадцать тысяч"),
        ("22 000", "двадцать две тысячи"),
        ("21$", "двадцать один доллар"),
        ("$3", "три доллара"),
        ("2,5%", "две целых пять десятых процента"),
        ("1,000.50", "одна тысяча целых пятьдесят сотых"),
        ("1,25", "одна целая двадцать пять сотых"),
        ("10:30", "десять тридцать"),
        ("10:05", "десять ноль пять"),
        ("9:00", "девять ноль ноль"),
        ("007", "ноль ноль семь"),
        ("89123456709", "восемь девятьсот двенадцать триста сорок пять шестьдесят семь ноль девять"),
        ("8 800 555 35 35", "восемь восемьсот пятьсот пятьдесят пять тридцать пять тридцать пять"),
        ("12345678", "один два три четыре пять шесть семь восемь"),
        ("999999", "девятьсот девяносто девять тысяч девятьсот девяносто девять"),
        ("21-й и 5-го", "двадцать первый и пятый"),
        ("2-3 дня", "два три дня"),
        ("Всё-таки — ДА!", "все-таки да"),
        ("заказ №12", "заказ номер двенадцать"),
        ("0", "ноль"),
        ("", ""),
        ("…", ""),
    ],
)
def test_russian(text: str, spoken: str) -> None:
    assert " ".join(verbalise(text, "ru")) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("$2,500.50", "two thousand five hundred point five zero dollars"),
        ("$1", "one dollar"),
        ("£20", "twenty pounds"),
        ("21st, 112th and 100th", "twenty first one hundred twelfth and one hundredth"),
        ("10:00", "ten o'clock"),
        ("10:05", "ten oh five"),
        ("5%", "five percent"),
        ("5550123", "five five five zero one two three"),
        ("0123", "zero one two three"),
        ("1,000,000", "one million"),
        ("I don't e-mail", "i don't e-mail"),
        ("covid19", "covid nineteen"),
    ],
)
def test_english(text: str, spoken: str) -> None:
    assert " ".join(verbalise(text, "en")) == spoken


def test_another_language_keeps_its_words() -> None:
    assert verbalise("Ça coûte 5 €", "fr") == ("ça", "coûte", "5", "€")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_said_and_written_are_worth_the_same(language: str) -> None:
    for value in (*range(130), 200, 999, 1000, 1001, 2500, 11_011, 21_000, 100_100, 999_999, 1_000_000, 2_012_345):
        said = tokenise(" ".join(cardinal(value, language)), language)
        assert number_value(said, language) == value


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("ru", "двух тысяч пятисот", 2500.0),
        ("ru", "2 500", 2500.0),
        ("ru", "5 тысяч", 5000.0),
        ("ru", "2,5", 2.5),
        ("en", "two hundred five thousand", 205_000.0),
        ("en", "1,000", 1000.0),
        ("ru", "семью", None),
        ("ru", "пять дней", None),
        ("ru", "", None),
        ("en", "first", None),
    ],
)
def test_value(language: str, text: str, value: float | None) -> None:
    assert number_value(tokenise(text, language), language) == value
