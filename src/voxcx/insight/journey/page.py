"""The customer's way: some customers' contacts on a line, and what handing over their context does."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.pages import Heading, Page
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.journey import handover
from voxcx.insight.journey.choosing import chosen
from voxcx.insight.journey.telling import journey

TITLE = text("The customer's way", "Путь клиента")
QUESTION = text(
    "What does one customer go through across channels, and does the agent know what they already told?",
    "Что проходит один клиент в разных каналах, и знает ли оператор, что клиент уже сообщил?",
)
NO_CUSTOMERS = text(
    "No customer has two contacts with known times: a way takes customer_id and started_at.",
    "Ни у одного клиента нет двух обращений с известным временем: для пути нужны customer_id и started_at.",
)
ABSENT = text("The archive holds no contacts of {who}.", "В архиве нет обращений клиента {who}.", who="?")
NO_HANDOVER = text(
    "What agents were handed with a transfer or from the IVR is not known (handover_context), or never differs: its "
    "effect cannot be told.",
    "Неизвестно, что операторы получали при переводе или из IVR (handover_context), или это всегда одно и то же: "
    "влияние "
    "посчитать нельзя.",
)
NO_ANSWERS = text(
    "No survey answers: what handing over the context does to satisfaction cannot be told.",
    "Ответов на опрос нет: как передача контекста связана с удовлетворённостью, сказать нельзя.",
)


def page(archive: Archive) -> Page:
    """The most telling ways (or those asked for), then the effect of the context handed over."""
    customers, absent = chosen(archive)
    found = handover.handed_over(archive)
    ways = tuple(journey(archive, name, rows) for name, rows in customers)
    lacks = tuple(_lacks(archive, any_way=bool(ways), absent=absent, any_context=bool(found)))
    title = Heading(text("What the agent was handed", "Что передали оператору"))
    blocks = (*ways, *((title,) if found else ()), *handover.blocks(archive, found))
    return Page("journey", TITLE, QUESTION, blocks, lacks, tuple(handover.findings(archive, found)))


def _lacks(archive: Archive, *, any_way: bool, absent: tuple[str, ...], any_context: bool) -> Iterator[Text]:
    yield from (ABSENT.with_blanks({"who": name}) for name in absent)
    if not any_way and not absent and archive.settings.journey.shown:
        yield NO_CUSTOMERS
    if not any_context:
        yield NO_HANDOVER
    if not archive.answers.answered.any():
        yield NO_ANSWERS
