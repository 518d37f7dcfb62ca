"""What costs a customer effort: for each contact whether it was there, and whether that is known.

Nothing here looks at what came after the contact: who answers a survey knows only what was until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import DAY_S, MET, Archive, Flags, Floats
from voxcx.insight.repeats.chains import Chains
from voxcx.insight.repeats.effects import count
from voxcx.insight.repeats.tables import days
from voxcx.insight.service_level.contacts import is_letter

HANDED = ("authenticated", "full")  # contexts that spare the customer to say again who they are


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing that costs effort.

    Attributes:
        id: name in files.
        title: for people.
        rule: when it counts as there, with its threshold.
        known: [n], whether it can be said.
        present: [n], known and there.
    """

    id: str
    title: Text
    rule: Text
    known: Flags
    present: Flags


def effort_rows(archive: Archive) -> Flags:
    """[n], contacts that a customer began and that were taken or sent elsewhere; who gave up tries again."""
    taken = archive.handled | archive.flag("flow_out")
    rows: Flags = (
        taken & ~archive.flag("abandoned") & ~archive.flag("blocked") & (archive.label("direction") != "outbound")
    )
    return rows


def drivers_of(archive: Archive, chains: Chains) -> tuple[Driver, ...]:
    """All drivers of METRICS.md that an archive can hold, known or not."""
    return tuple(
        Driver(name, title, rule, known, known & present) for name, title, rule, known, present in _all(archive, chains)
    )


def effort_index(drivers: tuple[Driver, ...], fewest_known: int) -> Floats:
    """[n], drivers present ÷ drivers known × 100; NaN where too few are known."""
    known = np.sum([one.known for one in drivers], axis=0)
    present = np.sum([one.present for one in drivers], axis=0)
    index: Floats = np.divide(present, known, out=np.full(len(known), np.nan), where=known >= fewest_known)
    return 100.0 * index


FAILED = (
    text("Failed attempts before", "Неудачные попытки до этого"),
    text(
        "an attempt of the 7 days before reached nobody", "за 7 дней до этого хотя бы раз ни до кого не удалось дойти"
    ),
)
CROSSED = (
    text("Changed the channel", "Смена канала"),
    text("another channel than before, in the 7 days up to here", "за 7 дней, считая это обращение, канал менялся"),
)
_Row = tuple[str, Text, Text, Flags, Flags]


def _all(archive: Archive, chains: Chains) -> Iterator[_Row]:
    yield from _before(archive, chains)
    yield from _on_the_way(archive)
    yield from _said(archive)


def _before(archive: Archive, chains: Chains) -> Iterator[_Row]:
    """What had been until this contact."""
    yield _counted(archive, "failed_attempts", FAILED, "failed_attempts_before")
    yield _counted(archive, "channels_crossed", CROSSED, "channel_switches_7d")
    window_days, slow_days = archive.settings.repeats.window_days, archive.settings.effort.slow_days
    moment_s = archive.moment_s
    # Near the archive's beginning an earlier contact may lie outside of it.
    seen = (chains.chain >= 0) & ((chains.position > 0) | (moment_s - window_days * DAY_S >= archive.begin_s))
    again = text("came again within {window}", "повторное обращение за {window}", window=days(window_days))
    yield "repeat", text("Had to come again", "Пришлось обратиться снова"), again, seen, chains.position > 0
    slow = text(
        "more than {n} since the first contact of the chain",
        "с первого обращения цепочки прошло больше, чем {n}",
        n=days(slow_days),
    )
    yield "slow_resolution", text("The matter drags on", "Вопрос тянется"), slow, seen, chains.age_s > slow_days * DAY_S


def _on_the_way(archive: Archive) -> Iterator[_Row]:
    """What had to be gone through in this contact."""
    settings = archive.settings.effort
    waits_s = np.fmax(archive.number("queue_wait_s"), archive.number("first_response_s"))
    wait_s = np.where(is_letter(archive), np.nan, waits_s)  # letters are answered on another clock
    title = text("Waited long", "Долго ждали ответа")
    yield _longer("long_wait", title, wait_s, settings.long_wait_s)
    held_s = archive.number("hold_total_s")
    yield _longer("long_hold", text("Long on hold", "Долго на удержании"), held_s, settings.long_hold_s)
    transfers, handover = archive.number("transfers"), archive.label("handover")
    passed = (transfers >= 1) | (handover == "agent_to_agent")
    known = ~np.isnan(transfers) | (handover != "")
    once = text("passed on to another agent or line", "перевели на другого оператора или линию")
    yield "transferred", text("Transferred", "Перевод"), once, known, passed
    elsewhere = archive.flag("flow_out") | (transfers >= 2)
    told = text(
        "flowed out to another place, or transferred twice or more",
        "ушло в другое место или переводили дважды и больше",
    )
    known = ~np.isnan(transfers) | archive.flag("flow_out")
    yield "sent_elsewhere", text("Sent elsewhere", "Отправили в другое место"), told, known, elsewhere
    yield _identified_again(archive)


def _identified_again(archive: Archive) -> _Row:
    """The record of what the agent was handed wins over the criterion that the agent asked."""
    authenticated, context = archive.number("ivr_authenticated"), archive.label("handover_context")
    asked, decided = _asked_who(archive)
    handed = np.isin(context.astype(str), HANDED)
    known = ~np.isnan(authenticated) & ((context != "") | decided | (authenticated == 0))
    present = (authenticated == 1) & np.where(context != "", ~handed, asked)
    rule = text(
        "the machine knew who it is, the agent was not handed it (not known: the agent asked)",
        "робот уже узнал клиента, но оператору это не передано (если неизвестно: оператор спросил снова)",
    )
    return "identified_again", text("Identified twice", "Повторная идентификация"), rule, known, present


def _asked_who(archive: Archive) -> tuple[Flags, Flags]:
    """[n] whether the agent asked who it is, [n] whether that is known."""
    asked, decided = np.zeros(len(archive), dtype=bool), np.zeros(len(archive), dtype=bool)
    for criterion in archive.criteria:
        if criterion.criterion in archive.settings.effort.identification:
            asked |= criterion.verdict == MET
            decided |= criterion.decided
    return asked, decided


def _said(archive: Archive) -> Iterator[_Row]:
    """What the words tell."""
    least = archive.settings.effort.reasks
    cue, reasked = archive.number("repeat_cue"), archive.number("reasks_by_agent")
    rule = text(
        "says that it is not the first time, or is asked to repeat at least {n} times",
        "клиент говорит, что обращается не впервые, или оператор переспрашивает не меньше {n} раз",
        n=count(least),
    )
    known = ~np.isnan(cue) | ~np.isnan(reasked)
    yield (
        "repeats_oneself",
        text("Repeats oneself", "Повторяет одно и то же"),
        rule,
        known,
        (cue >= 1) | (reasked >= least),
    )
    asks = archive.number("reasks_by_customer")
    rule = text("asks to explain again at least {n} times", "клиент переспрашивает не меньше {n} раз", n=count(least))
    yield "asks_again", text("Has to ask again", "Приходится переспрашивать"), rule, ~np.isnan(asks), asks >= least


def _counted(archive: Archive, name: str, told: tuple[Text, Text], column: str) -> _Row:
    values = archive.number(column)
    return name, *told, ~np.isnan(values), values >= 1


def _longer(name: str, title: Text, values_s: Floats, longest_s: float) -> _Row:
    rule = text("longer than {s}", "дольше {s}", s=Figure(Estimate(longest_s), "s"))
    return name, title, rule, ~np.isnan(values_s), values_s > longest_s
