"""Tables of number words: how numbers are said in Russian and English, and what a number word is worth."""

from __future__ import annotations

ONES = {
    "ru": ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
           "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
           "девятнадцать"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
           "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
}  # fmt: skip
TENS = {
    "ru": ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"),
    "en": ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
}
HUNDREDS_RU = ("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот")
SCALES_RU = (
    ("тысяча", "тысячи", "тысяч"),
    ("миллион", "миллиона", "миллионов"),
    ("миллиард", "миллиарда", "миллиардов"),
    ("триллион", "триллиона", "триллионов"),
)
SCALES_EN = ("thousand", "million", "billion", "trillion")

ORDINALS_RU = {
    **dict(enumerate(
        ("нулевой", "первый", "второй", "третий", "четвертый", "пятый", "шестой", "седьмой", "восьмой", "девятый",
         "десятый", "одиннадцатый", "двенадцатый", "тринадцатый", "четырнадцатый", "пятнадцатый", "шестнадцатый",
         "семнадцатый", "восемнадцатый", "девятнадцатый", "двадцатый"))),
    30: "тридцатый", 40: "сороковой", 50: "пятидесятый", 60: "шестидесятый", 70: "семидесятый",
    80: "восьмидесятый", 90: "девяностый", 100: "сотый", 1000: "тысячный",
}  # fmt: skip
ORDINALS_EN = {
    0: "zeroth", 1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth",
    20: "twentieth", 30: "thirtieth", 40: "fortieth", 50: "fiftieth", 60: "sixtieth", 70: "seventieth",
    80: "eightieth", 90: "ninetieth",
}  # fmt: skip


def _cardinals(language: str) -> dict[str, int]:
    values = {name: value for value, name in enumerate(ONES[language])}
    values.update({name: 10 * ten for ten, name in enumerate(TENS[language]) if name})
    if language == "ru":
        values.update({name: 100 * hundred for hundred, name in enumerate(HUNDREDS_RU) if name})
        values.update({scale[0]: 1000**power for power, scale in enumerate(SCALES_RU, 1)})
        values.update({"нуль": 0, "оба": 2, "двое": 2, "трое": 3, "четверо": 4})
    else:
        values.update({"hundred": 100, "oh": 0})
        values.update({name: 1000**power for power, name in enumerate(SCALES_EN, 1)})
    return values


CARDINALS: dict[str, dict[str, int]] = {"ru": _cardinals("ru"), "en": _cardinals("en")}


def ordinal_en(value: int) -> str:
    """The ordinal of a number said in one word (0–19 and tens)."""
    if value in ORDINALS_EN:
        return ORDINALS_EN[value]
    return ONES["en"][value] + "th"


ORDINALS: dict[str, dict[str, int]] = {
    "ru": {name: value for value, name in ORDINALS_RU.items()},
    "en": {ordinal_en(value): value for value in (*range(20), *range(20, 100, 10))},
}
