"""Where on the way: stages of a contact by channel, four heat maps of the same shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Heat, Unit
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.repeats.following import followed
from voxcx.insight.service_level.contacts import is_letter
from voxcx.insight.surveys import mean_of
from voxcx.statistics.proportions import share

CHANNELS_AT_MOST = 6
FEW = text("cannot tell: {n} more needed", "пока не сказать: не хватает {n}")
CHANNELS = {
    "phone": text("phone", "телефон"),
    "chat": text("chat", "чат"),
    "mail": text("mail", "почта"),
    "bot": text("bot", "бот"),
    "call": text("call", "звонок"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way: its name, [n] who passed it, [n] how long they waited there (NaN where not known)."""

    name: Text
    passed: Flags
    wait_s: Floats


def stages_of(archive: Archive) -> tuple[Stage, ...]:
    """From the machine to the next contact."""
    number, nothing = archive.number, np.full(len(archive), np.nan)
    machine, letter = _sum(archive, "ivr_time_s", "bot_time_s"), is_letter(archive)
    # Letters are answered on another clock: days are no wait in a queue, nor a silence.
    queue = np.where(letter, np.nan, _first(archive, "queue_wait_s", "first_response_s"))
    silence = np.where(letter, np.nan, _first(archive, "silence_s", "agent_response_longest_s"))
    talked: Flags = archive.handled & (_first(archive, "talk_s", "chat_duration_s") > 0)
    moved: Flags = (number("transfers") > 0) | (archive.label("handover") == "agent_to_agent")
    again: Flags = number("earlier_contacts_7d") > 0
    return (
        Stage(text("IVR or bot", "IVR или бот"), (machine > 0) | (number("bot_messages") > 0), machine),
        Stage(text("Queue", "Очередь"), queue > 0, queue),
        Stage(text("Talk", "Разговор"), talked, silence),
        Stage(text("Hold", "Удержание"), number("holds_count") > 0, number("hold_total_s")),
        Stage(text("Transfer", "Перевод"), moved, nothing),
        Stage(text("After the talk", "Обработка после разговора"), number("wrap_s") > 0, nothing),
        Stage(text("Repeat", "Повторное обращение"), again, nothing),
    )


def _sum(archive: Archive, *names: str) -> Floats:
    """Sum of what is known, NaN where nothing is."""
    columns = np.stack([archive.number(name) for name in names])
    total: Floats = np.where(np.isnan(columns).all(axis=0), np.nan, np.nansum(columns, axis=0))
    return total


def _first(archive: Archive, call: str, chat: str) -> Floats:
    known: Floats = np.where(np.isnan(archive.number(call)), archive.number(chat), archive.number(call))
    return known


def heats_of(archive: Archive) -> tuple[Heat, ...]:
    """Wait, effort, CSI as answered and repeats; those about which nothing is known are left out."""
    channel = archive.label("channel")
    names, times = np.unique(channel[channel != ""].astype(str), return_counts=True)
    columns = [str(names[at]) for at in np.argsort(-times, kind="stable")[:CHANNELS_AT_MOST]]
    grid = _Grid(archive, stages_of(archive), [(one, np.asarray(channel == one, dtype=bool)) for one in columns])
    settings, chased = archive.settings, followed(archive, same_topic=False)
    window = settings.repeats.window_days
    base, again = chased.base(window), chased.repeated(window)
    failed = _sum(archive, "failed_attempts_before", "transfers", "channel_switches_7d")
    csi = archive.answers.csi
    heats = [
        grid.heat(WAIT, "s", "low", lambda stage, rows: grid.mean(stage.wait_s, rows)),
        grid.heat(EFFORT, "number", "low", lambda _, rows: grid.mean(failed, rows)),
        grid.heat(CSI, "index", "high", lambda _, rows: grid.mean(csi, rows)),
        grid.heat(AGAIN, "share", "low", lambda _, rows: grid.share(again & rows, base & rows)),
    ]
    return tuple(heat for heat in heats if heat is not None)


@dataclass(frozen=True, slots=True)
class _Grid:
    archive: Archive
    stages: tuple[Stage, ...]
    channels: list[tuple[str, Flags]]

    def mean(self, values: Floats, rows: Flags) -> Estimate | None:
        used = rows & ~np.isnan(values)
        n, settings = int(used.sum()), self.archive.settings
        if not n:
            return None
        return self._few(n) or mean_of(values[used], settings.level)

    def share(self, hits: Flags, base: Flags) -> Estimate | None:
        n = int(base.sum())
        if not n:
            return None
        return self._few(n) or share(int(hits.sum()), n, level=self.archive.settings.level)

    def _few(self, n: int) -> Estimate | None:
        fewest = self.archive.settings.fewest
        return Estimate(None, n=n, reason=FEW.with_blanks({"n": str(fewest - n)})) if n < fewest else None

    def heat(
        self,
        title_definition: tuple[Text, Text],
        unit: Unit,
        good: str,
        of: Callable[[Stage, Flags], Estimate | None],
    ) -> Heat | None:
        cells = [[of(stage, stage.passed & there) for _, there in self.channels] for stage in self.stages]
        if not any(cell is not None and cell.value is not None for row in cells for cell in row):
            return None
        kept = [at for at, row in enumerate(cells) if any(cell is not None for cell in row)]
        title, definition = title_definition
        return Heat(
            title,
            tuple(self.stages[at].name for at in kept),
            tuple(CHANNELS.get(name) or same(name) for name, _ in self.channels),
            tuple(tuple(None if cell is None else Figure(cell, unit) for cell in cells[at]) for at in kept),
            "high" if good == "high" else "low",
            definition,
        )


WAIT = (
    text("Where they wait", "Где ждут"),
    text(
        "mean seconds of waiting of the contacts that passed the stage: in the IVR or with the bot; in the queue "
        "(chats: "
        "until a person's first message); in silences of a call, or the longest wait for an answer in a chat; on hold",
        "средние секунды ожидания обращений, прошедших этап: в IVR или с ботом; в очереди (чаты: до первого сообщения "
        "человека); в паузах разговора или самое долгое ожидание ответа в чате; на удержании",
    ),
)
EFFORT = (
    text("Where it costs effort", "Где приходится стараться"),
    text(
        "mean of failed attempts before + transfers + changes of channel in 7 days, of the contacts that passed "
        "the stage",
        "среднее число неудачных попыток до обращения + переводов + смен канала за 7 дней у обращений, прошедших этап",
    ),
)
CSI = (
    text("CSI as answered", "CSI по ответам"),
    text(
        "mean answered CSI of the contacts that passed the stage; a contact passes several",
        "средний CSI по ответам у обращений, прошедших этап; обращение проходит несколько этапов",
    ),
)
AGAIN = (
    text("Who comes again", "Кто обращается снова"),
    text(
        "contacts that the same customer followed with another within the window of repeats, any topic and channel ÷ "
        "contacts whose window has elapsed; Wilson's interval",
        "обращения, после которых тот же клиент обратился снова в срок повторов по любой теме и в любом канале, ÷ "
        "обращения, после которых этот срок прошёл; ДИ: Уилсон",
    ),
)
