"""Personal data in tokens: cards, passports, insurance numbers, phones, e-mail and links, written or said.

Each is told by its own shape and, where it has one, its check digit; a bare row of digits that may as well be an order
is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from voxcx.language.digit_runs import MAX_DIGITS, Run, digits_ahead, runs
from voxcx.language.tokens import Token

CARD_DIGITS = range(13, 20)
CARD_STARTS = frozenset("23456")  # Mir, American Express, Visa, Mastercard, Maestro and UnionPay
BEFORE = 4  # tokens before digits that may say what they are
# Words before digits that make them something else, even when the check digit fits.
OTHER_NUMBERS = re.compile(
    r"заказ|договор|трек|отправлен|посылк|накладн|заявк|обращен|счет|чек|инн|огрн|order|track|parcel|invoice"
    r"|contract|ticket|account|reference|booking|shipment"
)
DEVICE = re.compile(r"(имей|имеи)$|imei|аппарат|серийн|serial")  # a phone's own number has a card's check digit
EXPRESS_DIGITS = 15  # only American Express has so many
EXPRESS = ("34", "37")
PASSPORT = {"ru": re.compile(r"паспорт|сери"), "en": re.compile(r"passport")}
SNILS = re.compile(r"снилс|пенсионн|страхов")
PHONE_WORD = re.compile(r"телефон|мобильн|phone|mobile|cell")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
ZONES = "ru|рф|com|org|net|info|biz|io|su|by|kz|ua|uk|eu|de|fr|bank|shop|online|app|gov|edu|ai"
LINK = re.compile(rf"(https?://\S+|www\.\S+|[\w-]+(\.[\w-]+)*\.({ZONES})(/\S*)?)")
SAID_ZONES = frozenset({*ZONES.split("|"), "ру", "ком", "орг", "нет"})
AT = frozenset({"собака", "собачка", "@", "at"})
DOT = frozenset({"точка", "dot"})
MAX_DOMAIN_WORDS = 3  # «мэйл точка ру», "my company dot co dot uk"


def _said_before(tokens: Sequence[Token], start: int, words: re.Pattern[str]) -> bool:
    return any(words.match(token.lower) for token in tokens[max(0, start - BEFORE) : start])


def _longest(found: Iterable[Run], tokens: Sequence[Token], start: int, fits: Iterable[bool]) -> Iterator[int]:
    """Ends of runs that fit and are not the head or the tail of a longer row of written digits."""
    before = tokens[start - 1].lower if start else ""
    for run, good in zip(found, fits, strict=True):
        following = tokens[run.end].lower if run.end < len(tokens) else ""
        beside = [word for word in (before, following) if word.isdecimal() and not run.spoken]
        if good and not any(len(word) + len(run.digits) <= MAX_DIGITS for word in beside):
            yield run.end


def _runs(tokens: Sequence[Token], start: int, language: str, least: int) -> list[Run]:
    """Runs that begin at a token; none at once where all of them have fewer digits than that."""
    return runs(tokens, start, language) if digits_ahead(tokens, start, language) >= least else []


def card_ends(tokens: Sequence[Token], start: int, language: str) -> Iterator[int]:
    """A payment card: 13 to 19 digits whose check digit fits; 16 said as words need none, for one may be misheard."""
    found = _runs(tokens, start, language, CARD_DIGITS.start)
    if not found or _said_before(tokens, start, OTHER_NUMBERS) or _said_before(tokens, start, DEVICE):
        return
    shapes = (_is_card(run) and not (run.end < len(tokens) and DEVICE.match(tokens[run.end].lower)) for run in found)
    yield from _longest(found, tokens, start, shapes)


def _is_card(run: Run) -> bool:
    digits = run.digits
    if len(digits) not in CARD_DIGITS or digits[0] not in CARD_STARTS or run.plus:
        return False
    if len(digits) == EXPRESS_DIGITS and not digits.startswith(EXPRESS):
        return False
    return luhn(digits) or (run.spoken and len(digits) == 16)


def luhn(digits: str) -> bool:
    """Whether the check digit of ISO/IEC 7812 fits.

    >>> luhn("4276380000000005"), luhn("4276380000000004")
    (True, False)
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def passport_ends(tokens: Sequence[Token], start: int, language: str) -> Iterator[int]:
    """A passport: Russian 4 + 6 digits, so grouped or after the word; in English 9 digits after the word."""
    if language == "en":
        told = _said_before(tokens, start, PASSPORT["en"])
        if told and re.fullmatch(r"[a-z]{1,2}\d{6,8}", tokens[start].lower):
            yield start + 1
        found = _runs(tokens, start, language, 9) if told else []
        yield from _longest(found, tokens, start, (len(run.digits) == 9 for run in found))
        return
    found = _runs(tokens, start, language, 10)
    if not found:
        return
    told = _said_before(tokens, start, PASSPORT.get(language, PASSPORT["en"]))
    shapes = ((len(run.digits) == 10 and not run.plus and (told or _four_and_six(run))) for run in found)
    yield from _longest(found, tokens, start, shapes)


def _four_and_six(run: Run) -> bool:
    sizes = tuple(map(len, run.groups))
    return not run.spoken and sizes in {(4, 6), (2, 2, 6), (4, 3, 3)}


def snils_ends(tokens: Sequence[Token], start: int, language: str) -> Iterator[int]:
    """A Russian insurance number: 11 digits in groups 3-3-3-2 whose check fits, or any 11 after its name."""
    if language != "ru":
        return
    found = _runs(tokens, start, language, 11)
    told = bool(found) and _said_before(tokens, start, SNILS)
    shapes = (
        len(run.digits) == 11 and (told or (tuple(map(len, run.groups)) == (3, 3, 3, 2) and _snils_check(run.digits)))
        for run in found
    )
    yield from _longest(found, tokens, start, shapes)


def _snils_check(digits: str) -> bool:
    weighed = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9]))
    return weighed % 101 % 100 == int(digits[9:])


def phone_ends(tokens: Sequence[Token], start: int, language: str) -> Iterator[int]:
    """A phone number: with its country code, or grouped as one, or after the word."""
    found = _runs(tokens, start, language, 6)  # the shortest is a town's own, after the word
    if not found or _said_before(tokens, start, OTHER_NUMBERS):
        return
    told = _said_before(tokens, start, PHONE_WORD)
    russian = language == "ru"
    plus = start > 0 and tokens[start - 1].lower in {"плюс", "plus"}
    shapes = (_russian_phone(run, told) if russian else _english_phone(run, told) for run in found)
    abroad = ((run.plus or plus) and len(run.digits) in range(11, 16) for run in found)
    yield from _longest(found, tokens, start, (one or other for one, other in zip(shapes, abroad, strict=True)))


def _russian_phone(run: Run, told: bool) -> bool:
    digits, sizes = run.digits, tuple(map(len, run.groups))
    if len(digits) == 11:
        return digits[0] in "78" and digits[1] in "3489"
    if len(digits) != 10 or digits[0] not in "3489":
        return len(digits) in {6, 7} and told
    return told or (sizes[0] == 3 and len(sizes) > 1) or (len(sizes) == 1 and digits[0] == "9")


def _english_phone(run: Run, told: bool) -> bool:
    digits, sizes = run.digits, tuple(map(len, run.groups))
    if len(digits) == 11:
        return digits[0] == "1" or digits[:2] == "07"
    if len(digits) != 10 or digits[0] in "01":
        return len(digits) == 7 and told
    return told or sizes[:2] == (3, 3) or set(sizes) == {1}


def email_ends(tokens: Sequence[Token], start: int, _language: str) -> Iterator[int]:
    """An e-mail address as written, or as said: «иван собака мэйл точка ру», "john at gmail dot com"."""
    word = tokens[start].lower
    if MAIL.fullmatch(word):
        yield start + 1
    elif start + 1 < len(tokens) and tokens[start + 1].lower in AT and word not in AT:
        yield from _domain_ends(tokens, start + 2)


def link_ends(tokens: Sequence[Token], start: int, _language: str) -> Iterator[int]:
    """A link or a site as written or said («орбита точка ру»)."""
    if LINK.fullmatch(tokens[start].lower):
        yield start + 1
    elif start + 1 < len(tokens) and tokens[start + 1].lower in DOT:
        yield from _domain_ends(tokens, start, words=1)


def _domain_ends(tokens: Sequence[Token], start: int, words: int = MAX_DOMAIN_WORDS) -> Iterator[int]:
    if start < len(tokens) and LINK.fullmatch(tokens[start].lower):
        yield start + 1
    for dot in range(start + 1, min(start + words, len(tokens) - 2) + 1):
        if tokens[dot].lower in DOT and tokens[dot + 1].lower in SAID_ZONES:
            yield dot + 2
            if dot + 3 < len(tokens) and tokens[dot + 2].lower in DOT and tokens[dot + 3].lower in SAID_ZONES:
                yield dot + 4
