"""Names of the archive's fields, and of values that are the archive's own words and not the user's, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voxcx.domain.texts import Text, same, text


@dataclass(frozen=True, slots=True)
class Field:
    """``name``: «команда»; ``by``: «по командам»."""

    name: Text
    by: Text


FIELDS: dict[str, Field] = {
    "team": Field(text("team", "команда"), text("by team", "по командам")),
    "agent": Field(text("agent", "оператор"), text("by agent", "по операторам")),
    "queue": Field(text("queue", "очередь"), text("by queue", "по очередям")),
    "skill": Field(text("skill", "навык"), text("by skill", "по навыкам")),
    "channel": Field(text("channel", "канал"), text("by channel", "по каналам")),
    "topic": Field(text("topic", "тема"), text("by topic", "по темам")),
    "language": Field(text("language", "язык"), text("by language", "по языкам")),
    "priority": Field(text("priority", "приоритет"), text("by priority", "по приоритетам")),
    "direction": Field(text("direction", "направление"), text("by direction", "по направлениям")),
    "customer": Field(text("customer", "клиент"), text("by customer", "по клиентам")),
    "form": Field(text("form", "форма оценки"), text("by form", "по формам оценки")),
    "week": Field(text("week", "неделя"), text("by week", "по неделям")),
    "month": Field(text("month", "месяц"), text("by month", "по месяцам")),
    "handover_context": Field(
        text("handed to the agent", "передано оператору"),
        text("by what the agent was handed", "по переданному оператору"),
    ),
    "ivr_intent": Field(text("intent in the IVR", "цель в IVR"), text("by intent in the IVR", "по целям в IVR")),
}
SAME_AS = {"agent_id": "agent", "agent_name": "agent", "customer_id": "customer", "form_id": "form"}
HANDED = {
    "none": text("nothing", "ничего"),
    "number": text("the number only", "только номер"),
    "path": text("the path through the menu", "путь по меню"),
    "authenticated": text("who it is", "кто звонит"),
    "full": text("everything", "всё"),
}
VALUES: dict[str, dict[str, Text]] = {
    "channel": {
        "phone": text("phone", "телефон"),
        "voice": text("phone", "телефон"),
        "chat": text("chat", "чат"),
        "mail": text("mail", "почта"),
        "email": text("mail", "почта"),
        "bot": text("bot", "бот"),
        "ivr": text("IVR", "IVR"),
    },
    "handover_context": HANDED,
    "direction": {"inbound": text("incoming", "входящие"), "outbound": text("outgoing", "исходящие")},
    "ivr_status": {
        "completed": text("done by the machine", "закрыто в меню"),
        "transferred": text("passed on to a person", "переведён на оператора"),
        "opted_out": text("asked for a person", "попросил оператора"),
        "timeout": text("time ran out", "время вышло"),
        "error": text("error", "ошибка"),
        "abandoned": text("hung up", "положил трубку"),
    },
}


def field_name(field: str) -> Text:
    """What a field is called: «команда»; a field of the user's own by its own name."""
    known = FIELDS.get(SAME_AS.get(field, field))
    return known.name if known else same(field)


def by_field(field: str) -> Text:
    """How something is cut by it, inside a sentence: «по командам»."""
    known = FIELDS.get(SAME_AS.get(field, field))
    return known.by if known else text("by {field}", "по полю {field}", field=field)


def value_name(field: str, value: str) -> Text:
    """What a value of a field is called: «телефон»; the user's own labels stay as they are."""
    return VALUES.get(field, {}).get(value) or same(value)


def value_cell(field: str, value: str) -> Text | str:
    """The same for a table, whose files keep the user's own labels as they are."""
    return VALUES.get(field, {}).get(value) or value


def titled(field: str) -> Text:
    """``by_field`` as a title: «По командам»."""
    its = by_field(field)
    return Text(its.en[0].upper() + its.en[1:], its.ru[0].upper() + its.ru[1:], its.blanks)


def field_names(fields: Sequence[str]) -> Text:
    """Several fields after each other: «очередь, тема, канал»; a dash where there are none."""
    names = [field_name(one) for one in fields]
    return Text(", ".join(one.en for one in names) or "–", ", ".join(one.ru for one in names) or "–")
