"""What agents ask customers for: how it is asked, and how one sees that the customer gave it.

Each thing has the words that name it, and the shape of what is given: an entity, or a row of so many digits. A shape
that can be only that (a phone, an e-mail address) needs no naming; an order number is one only where somebody called
it so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

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
        "email": Sign("почта|электронная почта|электронный адрес|адрес почты|имейл|e-mail|email", "email", own=True),
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
            "|=напишите|=напишете|=укажите|=сообщите|=пришлите|=скажите|=назвать|=продиктовать|=дайте|=оставьте}}"
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
        "{{=provide|=share|=confirm|=send}} [me|us] [with] {{your|the}} {{{0}}}",
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
