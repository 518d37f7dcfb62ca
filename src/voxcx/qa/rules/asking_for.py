"""What agents ask customers for: how it is asked, and how one sees that the customer gave it.

Each thing has the words that name it, and the shape of what is given: an entity, or a row of so many digits. A shape
that can be only that (a phone, an e-mail address) needs no naming; an order number is one only where somebody called
it so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from voxcx.language.tokens import Token

Thing = Literal[
    "name", "phone", "email", "address", "birth_date", "order", "contract", "account", "card", "passport", "request"
]
THINGS: tuple[Thing, ...] = get_args(Thing)


@dataclass(frozen=True, slots=True)
class Sign:
    """``nouns``: options of a phrase that names the thing; ``shape``: an entity, or "digits" of at least ``digits``.

    ``own``: the shape is the thing by itself. ``asked``: whole phrases that ask for it without its noun.
    """

    nouns: str
    shape: str
    digits: int = 0
    own: bool = False
    asked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    named: str = ""  # further options that name the thing beside its value: "order 5521"


SIGNS: dict[str, dict[Thing, Sign]] = {
    "ru": {
        "name": Sign(
            "имя|=фио|имя отчество",
            "name",
            asked=(
                "как [я] {=могу|=можно|=мне} [к] {=вам|=вас} {обращаться|называть}",
                "как [я] [=могу] к вам [=могу|=можно] {обращаться|обратиться}",
                "как {=вас|=вам} зовут",
                "как {=ваше} [и] {имя|имя отчество}",
                "{=представьтесь|=представиться}",
            ),
            told=("=меня зовут <имя>", "=мое имя <имя>", "=это <имя>", "=я <имя>"),
        ),
        "phone": Sign("телефон|номер телефона|телефонный номер|контактный номер", "phone", own=True),
        "email": Sign(
            "почта|электронная почта|электронный адрес|адрес [электронной] почты|имейл|e-mail|email", "email", own=True
        ),
        "address": Sign("адрес", "address", own=True),
        "birth_date": Sign("дата рождения|год рождения", "date"),
        "order": Sign("номер [ваш] заказа|заказ", "digits", 3),
        "contract": Sign("номер [ваш] договора|договор", "digits", 4),
        "account": Sign("[номер] [ваш] лицевой счет|номер [ваш] счета|[номер] абонентский номер", "digits", 4),
        "card": Sign("[номер] [ваш] карта", "digits", 4),
        "passport": Sign("паспорт|паспортные данные|серия [и] номер [паспорта]", "digits", 6),
        "request": Sign("номер [ваш] {заявка|обращение|тикет}", "digits", 3),
    },
    "en": {
        "name": Sign(
            "name|full name|first name",
            "name",
            asked=(
                "who am i {speaking|talking} {to|with}",
                "{what is|may i have|can i have|could i have|can i get} your [full|first] name",
            ),
            told=("my name is <name>", "=this =is <name>", "=i =am <name>", "name is <name>"),
        ),
        "phone": Sign(
            "phone|phone number|telephone number|contact number|mobile number|number to reach", "phone", own=True
        ),
        "email": Sign("email|e-mail|email address|e-mail address", "email", own=True),
        "address": Sign("address|home address|delivery address|street address|postal address", "address", own=True),
        "birth_date": Sign("date of birth|birth date|birthday", "date"),
        "order": Sign("order number|order id|number of [the|your] order", "digits", 3, named="order"),
        "contract": Sign("contract number|agreement number|policy number", "digits", 4, named="contract|policy"),
        "account": Sign("account number|account id", "digits", 4, named="account"),
        "card": Sign("card number|number on [the|your] card|last four [digits] [of] [your] [card]", "digits", 4),
        "passport": Sign("passport number|passport details", "digits", 6),
        "request": Sign("{ticket|case|reference|request} number", "digits", 3, named="ticket|case"),
    },
}  # fmt: skip
# Words of asking before the noun, and after it; {0} stands for the noun's options.
ASKING = {
    "ru": (
        (
            "{{=назовите|=назовете|=подскажите|=подскажете|=уточните|=уточню|=уточнить|=продиктуйте|=продиктуете"
            "|=напишите|=напишете|=укажите|=введите|=ввести|=сообщите|=пришлите|=скажите|=назвать|=продиктовать|=дайте|=оставьте}}"
            " ...3 {{{0}}}"
        ),
        "{{какой|какая|какое}} [=у =вас|=ваш|=ваша|=ваше] {{{0}}}",
        "{{=ваш|=ваша|=ваше|=вашу}} {{{0}}} {{=назовите|=подскажите|=подскажете|=назовете|=напишите|=уточните}}",
        "{{=можно|=могу =я =узнать|=нужен|=нужна}} [ваш] {{{0}}}",
        "на [какой] {{какой|какую|какое|какая}} {{{0}}}",
    ),
    "en": (
        (
            "{{what is|what was|may i have|can i have|could i have|can i get|could i get|may i get|can i ask for"
            "|could i ask for|can i take|i need|i will need|i would need}} ...2 {{{0}}}"
        ),
        (
            "{{please|can you|could you|would you|may you|will you}} [please] [just] {{provide|give|tell|confirm|send"
            "|share|enter|verify|spell|state}} ...3 {{{0}}}"
        ),
        "{{=provide|=share|=confirm|=send|=enter}} [me|us] [with] {{your|the}} {{{0}}}",
        "{{do you have|have you got}} [the|your|an|a] {{{0}}} [handy|with you|there|available]",
    ),
}
# Beside these an asking is no asking anew: it was not heard, another one is wanted, or it need not be said.
EXCUSES = {
    "ru": (
        "{повторить|=повтори|=повторите|=повторю}", "еще раз", "{=не|плохо} {расслышать|слышать|разобрать|слышно}",
        "{связь|звук} ...2 {прерываться|пропадать|плохой}", "{другой|второй|новый|дополнительный|запасной|иной}",
        "еще {один|одна|одно|какой-то|какой-нибудь}",
        "{=не|нельзя} ...2 {называть|назвать|говорить|сообщать|диктовать|нужно|надо}",
        "никому ...2 {называть|говорить|сообщать}", "полностью", "{верно|правильно}", "=для =безопасности",
    ),
    "en": (
        "{repeat|again|once more|one more time}", "{did not|could not|can not} [quite] {catch|hear|get|make out}",
        "{breaking up|bad line|cutting out}", "{another|different|second|alternative|new|other|alternate|additional}",
        "{do not|never|no need to|need not|not} ...2 {share|give|tell|provide|send}", "is that {right|correct}",
        "{=right|=correct}",
        "for security",
    ),
}  # fmt: skip


def asking_phrases(thing: Thing, language: str) -> tuple[str, ...]:
    """Phrases that ask for a thing."""
    sign = SIGNS[language][thing]
    return (*(frame.format(sign.nouns) for frame in ASKING[language]), *sign.asked)


def naming_phrases(thing: Thing, language: str) -> tuple[str, ...]:
    """Phrases that name a thing."""
    sign = SIGNS[language][thing]
    return (f"{{{sign.nouns}{'|' if sign.named else ''}{sign.named}}}",)


def chosen(what: Sequence[str]) -> tuple[Thing, ...]:
    """The things that a rule asks about; all of them unless it names some."""
    return tuple(thing for thing in THINGS if not what or thing in what)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _words(
    "назовите назовете подскажите подскажете уточните уточню уточнить продиктуйте продиктуете напишите напишете укажите"
    " введите ввести сообщите пришлите скажите назвать продиктовать дайте оставьте"
)
BARE = frozenset({"заказ", "договор", "телефон", "почта", "phone", "email"})  # asked for alone only at a clause's end
ENDS = (".", ",", "?", "!", ";", ":", "…")
GOES_ON = frozenset({"пожалуйста", "для", "и", "или", "который", "please", "and", "or", "for", "so"})
OTHER_CLAUSE = {
    "ru": frozenset({"когда", "если", "ли", "что", "где", "почему", "чтобы", "этот", "тот", "данный"}),
    "en": frozenset({"if", "whether", "when", "that", "how", "where", "why", "last", "full", "middle", "maiden"}),
}
OTHER_PERSON = _words(
    "ему ей им мастеру курьеру водителю оператору специалисту сотруднику менеджеру врачу продавцу кассиру получателю"
    " клиенту консультанту администратору инженеру технику коллеге"
)
PREPOSITIONS = frozenset({"на", "по", "в", "с", "со", "о", "об", "от", "из", "за", "до", "при", "к", "про"})
# What makes the noun another thing's: words before it, and beginnings of the word after it.
ANOTHERS: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "address": (frozenset({"email", "e-mail", "ip", "web", "mac"}), ("электронн", "почт", "имейл", "email", "e-mail")),
    "name": (
        frozenset({"company", "business", "user", "product", "model", "brand", "store", "account"}),
        ("of", "on", "на", "получател", "отправител", "владельц", "мастер", "курьер", "товар", "компани", "организац"),
    ),
}
STATED = re.compile(r".{2,}(?:л|ла|ло|ли|лся|лась|лось|лись|ен|ена|ено|ены|ан|ана|ано|аны|ит|ет|ют|ут|ат|ят)(?:ся)?")
INFINITIVE = ("ть", "ти", "чь", "ться", "тись")


def asks_for(thing: Thing, tokens: Sequence[Token], span: tuple[int, int], noun: int, language: str) -> bool:
    """Whether words found by ``asking_phrases`` ask the hearer for the thing; ``noun`` is where its noun begins.

    "Say, when was the order made", "tell the master the order number" and "the name of the item" do not.
    """
    start, end = span
    inner, after = tokens[start + 1 : noun], tokens[end : end + 1]
    words, refused = {token.lower for token in inner}, OTHER_CLAUSE.get(language, OTHER_CLAUSE["en"])
    before, behind = ANOTHERS.get(thing, (frozenset(), ()))
    if not before.isdisjoint(words) or any(token.lower.startswith(behind) for token in after if behind):
        return False
    if not words.isdisjoint(refused) or (language == "ru" and any(not t.forms.isdisjoint(refused) for t in inner)):
        return False
    return language != "ru" or tokens[start].lower not in VERBS or _of_hearer(tokens, start, noun, end)


def _of_hearer(tokens: Sequence[Token], start: int, noun: int, end: int) -> bool:
    """Whether a Russian verb of asking has the noun as its own object, from the one who hears it."""
    inner, after = tokens[start + 1 : noun], tokens[end : end + 3]
    if any(token.lower in OTHER_PERSON for token in (*inner, *after[:1])) or any(map(_stated, (*inner, *after))):
        return False
    if tokens[start].lower == "уточню" and not {"у", "вас"} <= {token.lower for token in inner}:
        return False
    near = next((token for token in reversed(inner) if token.forms.isdisjoint({"ваш", "свой"})), None)
    return near is None or near.lower not in PREPOSITIONS


def _stated(token: Token) -> bool:
    """Whether a Russian word says what was or is done («оформляли», «включен»)."""
    return STATED.fullmatch(token.lower) is not None and any(form.endswith(INFINITIVE) for form in token.forms)


def bare_inside(noun: Sequence[Token], after: Sequence[Token], text: str) -> bool:
    """Whether «телефон», "phone" stands alone and the sentence goes on: it is talked about; ``text`` is its word."""
    if len(noun) != 1 or noun[0].forms.isdisjoint(BARE) or text.endswith(ENDS):
        return False
    return bool(after) and after[0].forms.isdisjoint(GOES_ON)
