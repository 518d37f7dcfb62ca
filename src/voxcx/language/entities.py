"""Names, numbers and companies in tokens; sums, dates and terms as patterns over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from voxcx.language.addresses import address_ends
from voxcx.language.first_names import first_names, introduced
from voxcx.language.fuzzy import NAME_RATIO, foreign_letters, likeness
from voxcx.language.normal_forms import CACHED_WORDS, analyser, forms, lowered
from voxcx.language.number_tokens import continues_number, is_number, is_ordinal
from voxcx.language.personal import card_ends, email_ends, link_ends, passport_ends, phone_ends, snils_ends
from voxcx.language.tokens import Token, tokenise

MIN_FUZZY_NAME = 6  # letters; a shorter name with a slip is another word («Сбер», «сбор»)
KEPT_VOCABULARIES = 256
MAX_NUMBER_WORDS = 12
# Readings beside which a capitalised word may still be a name («Вера», «Роман»); «Так» or «Или» may not.
NAME_BESIDE = frozenset({"NOUN", "ADJF"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the caller knows: people's names and names of companies and products, as they are written."""

    names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()


class Spotter(Protocol):
    """Where one kind of entity that begins at a token may end (exclusive token indices)."""

    def __call__(self, tokens: Sequence[Token], start: int) -> Iterable[int]:
        """Ends of the entity that begins at ``start``; empty when none does."""


PERSONAL: dict[str, Callable[[Sequence[Token], int, str], Iterable[int]]] = {
    "card": card_ends,
    "passport": passport_ends,
    "snils": snils_ends,
    "phone": phone_ends,
    "email": email_ends,
    "link": link_ends,
    "address": address_ends,
}
# Entities that are patterns over the spotted ones. <number> and <ordinal> cover digits and words.
PATTERNS: dict[str, dict[str, str]] = {
    "ru": {
        "sum": "{<number> {рубль|копейка|доллар|евро|фунт|тенге|белорусский рубль|юань|бонус} [<number> {копейка|цент}]"
        "|{$|€|₽} <number>|{рубль|копейка} <number>}",
        "date": "{{<ordinal>|<number>} {январь|февраль|март|апрель|май|июнь|июль|август|сентябрь|октябрь"
        "|ноябрь|декабрь} [{<number>|<ordinal>|<number> <ordinal>} {год|г}]|<numeric_date>"
        "|сегодня|завтра|послезавтра|вчера|позавчера"
        "|[{этот|следующий|прошлый}] {понедельник|вторник|среда|четверг|пятница|суббота|воскресенье}"
        "|<ordinal> число}",
        "term": "[{=в =течение|=в =течении|=через|=за|=до|=не =позднее =чем =через|=в =срок =до|=на}]"
        " {[=от] <number> [=до] [<number>] [{=рабочих|=календарных|=банковских|=рабочий|=календарный}] <unit>"
        "|{=пару|=пара|=несколько|=полтора|=полторы|=пол} <unit>|=полчаса|=полгода|=сутки}"
        "|{=в =течение|=в =течении|=через|=за} [{=одного|=одной|=этого|=этой|=следующего|=следующей|=рабочего}] <unit>",
        "unit": "{секунда|секундочка|минута|минутка|минуточка|час|часик|=день|=дня|=дней|=дню|сутки|неделя|неделька"
        "|месяц|=год|=года|=лет}",
    },
    "en": {
        "sum": "{<number> {dollar|cent|pound|euro|ruble|buck|penny|pence|quid} [[and] <number> {cent|pence|penny}]"
        "|{$|€|£|₽} <number>}",
        "date": "{[the] {<ordinal>|<number>} [of] {january|february|march|april|=may|june|july|august|september|october"
        "|november|december} [<number>]|{january|february|march|april|=may|june|july|august|september|october|november"
        "|december} [the] {<ordinal>|<number>} [<number>]|<numeric_date>|today|tomorrow|yesterday|day {after tomorrow"
        "|before yesterday}|[{this|next|last}] {monday|tuesday|wednesday|thursday|friday|saturday|sunday}}",
        "term": "[{within|=in|after|=for|up to}] [the next] {<number> [{to|or}] [<number>]"
        " [{business|working|calendar}] <unit>|{a few|a couple [of]|several|half an|half a} [{business|working}]"
        " <unit>}"
        "|{within|=in} {a|an|the|one} [{business|working}] <unit>",
        "unit": "{second|=sec|=secs|minute|=min|=mins|hour|day|week|month|year}",
    },
}  # fmt: skip


def spotter(kind: str, language: str, vocabulary: Vocabulary) -> Spotter | None:
    """The function that spots an entity, or None when the entity is a pattern (see PATTERNS)."""
    everyday = {"number": _number_ends, "ordinal": _ordinal_ends, **PERSONAL}
    if kind in everyday:
        ends = everyday[kind]
        return lambda tokens, start: ends(tokens, start, language)
    if kind == "numeric_date":
        return lambda tokens, start: (start + 1,) if _numeric_date(tokens[start].lower) else ()
    if kind == "name":
        known = forms_of(vocabulary.names, language)
        return lambda tokens, start: _name_ends(tokens, start, language, known)
    if kind == "company":
        companies = tuple(company for company in map(compact_name, vocabulary.companies) if company[0])
        own = tuple((name, tuple(t.forms for t in tokenise(text, language))) for name, text in companies)
        return lambda tokens, start: _company_ends(tokens, start, own)
    return None


def forms_of(names: Iterable[str], language: str) -> frozenset[str]:
    """Normal forms of every word of people's names."""
    return frozenset(form for name in names for word in name.split() for form in forms(word, language))


def _number_ends(tokens: Sequence[Token], start: int, language: str) -> Iterable[int]:
    end = start
    while end < len(tokens) and end - start < MAX_NUMBER_WORDS and is_number(tokens[end], language):
        if end > start and not continues_number(tokens[end - 1], tokens[end], language):
            return
        end += 1
        yield end


def _ordinal_ends(tokens: Sequence[Token], start: int, language: str) -> Iterable[int]:
    for end in (start, *_number_ends(tokens, start, language)):
        if end < len(tokens) and is_ordinal(tokens[end], language):
            yield end + 1


def _numeric_date(text: str) -> bool:
    parts = text.replace("/", ".").replace("-", ".").split(".")
    if len(parts) not in {2, 3} or not all(part.isdecimal() and len(part) in {1, 2, 4} for part in parts):
        return False
    if len(parts) == 2 and any(len(part) != 2 for part in parts):
        return False
    return any(1 <= int(part) <= 12 for part in parts[:2]) and all(int(part) >= 1 for part in parts)


@lru_cache(maxsize=CACHED_WORDS)
def _russian_name(lower: str, capital: bool, tag: str) -> bool:
    """Whether a Russian word is a first name (``tag`` Name) or a patronymic (Patr)."""
    names, _ = first_names("ru")
    if tag == "Name" and lower in names:
        return True
    if not lower or not analyser().word_is_known(lower):
        return False
    parses = analyser().parse(lower)
    if not any(tag in parse.tag for parse in parses):
        return False
    others = {
        str(parse.tag.POS)
        for parse in parses
        if not {"Name", "Patr", "Surn"} & set(parse.tag.grammemes) and lowered(parse.normal_form) not in names
    }
    return not others or (capital and others <= NAME_BESIDE)


def _name_ends(tokens: Sequence[Token], start: int, language: str, known: frozenset[str]) -> Iterable[int]:
    sure = is_name(tokens[start], start, language, known)
    if not sure and not may_be_name(tokens[start], language):
        return
    second = start + 1
    father = language == "ru" and second < len(tokens) and _patronymic(tokens[second])
    if not (sure or father or introduced(tokens, start, language)):
        return
    if tokens[start].lower == "слава" and second < len(tokens) and "бог" in tokens[second].forms:
        return  # «Слава богу» is nobody's name
    yield second
    if father:
        yield second + 1


def _patronymic(token: Token) -> bool:
    return _russian_name(token.lower, token.text[:1].isupper(), "Patr")


def may_be_name(token: Token, language: str) -> bool:
    """Whether a token is a name where somebody is introduced, and a common word elsewhere («вера», "mark")."""
    return token.lower in first_names(language)[1]


def is_name(token: Token, index: int, language: str, known: frozenset[str]) -> bool:
    """Whether a token is a first name, of the dictionary or a known one."""
    if known and (not token.forms.isdisjoint(known) or nearly_known(token.lower, known)):
        return True
    capital = token.text[:1].isupper()
    if language == "ru":
        return _russian_name(token.lower, capital, "Name")
    names, also_words = first_names(language)
    return token.lower in names or (capital and index > 0 and token.lower in also_words)


def nearly_known(word: str, known: frozenset[str]) -> bool:
    """Whether a word is a known name but for a slip."""
    if len(word) < MIN_FUZZY_NAME:
        return False
    return any(likeness(word, name) >= NAME_RATIO for name in long_names(known))


@lru_cache(maxsize=KEPT_VOCABULARIES)
def long_names(known: frozenset[str]) -> tuple[str, ...]:
    """Names long enough to be told with a slip."""
    return tuple(name for name in sorted(known) if len(name) >= MIN_FUZZY_NAME)


def compact_name(company: str) -> tuple[str, str]:
    """A company's letters run together, and its name as it is written."""
    return "".join(letter for letter in lowered(company) if letter.isalnum()), company


def _company_ends(
    tokens: Sequence[Token], start: int, companies: tuple[tuple[str, tuple[frozenset[str], ...]], ...]
) -> Iterable[int]:
    first = tokens[start]
    for compact, words in companies:
        end = start + len(words)
        if (
            words
            and end <= len(tokens)
            and not first.forms.isdisjoint(words[0])
            and all(not tokens[start + k].forms.isdisjoint(wanted) for k, wanted in enumerate(words))
        ):
            yield end
        elif len(compact) >= MIN_FUZZY_NAME and may_open(first.lower, compact):
            yield from _sounding_like(tokens, start, compact, len(words))


@lru_cache(maxsize=CACHED_WORDS)
def may_open(word: str, compact: str) -> bool:
    """Whether anything that begins with a word can be like a name: not when too many of its letters are foreign."""
    letters = word.replace("-", "")
    most_off = (2 * len(compact) + 1 + len(compact) // 6) * (100 - NAME_RATIO) / 100
    return foreign_letters(letters, compact) <= most_off


def _sounding_like(tokens: Sequence[Token], start: int, compact: str, words: int) -> Iterable[int]:
    """Windows whose letters run together are ≥ 80 % like the name, unless a narrower window is more so."""
    joined, spare = "", 1 + len(compact) // 6
    for end in range(start + 1, min(start + words + 2, len(tokens)) + 1):
        joined += tokens[end - 1].lower.replace("-", "")
        if len(joined) > len(compact) + spare:
            return
        if len(joined) < len(compact) - spare:
            continue
        likely = _window(tokens, start, end, compact)
        if likely < NAME_RATIO:
            continue
        narrower = [_window(tokens, start + 1, end, compact), _window(tokens, start, end - 1, compact)]
        if likely > max(narrower):
            yield end


def _window(tokens: Sequence[Token], start: int, end: int, compact: str) -> float:
    if start >= end:
        return 0.0
    joined = "".join(token.lower.replace("-", "") for token in tokens[start:end])
    spare = 1 + len(compact) // 6  # letters: more would be another word beside the name
    return likeness(joined, compact) if abs(len(joined) - len(compact)) <= spare else 0.0
