"""Tables and curves of the page: by group, by channel, by window, chains, frequent callers."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Column, Figure, Line, Lines, Table
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import DAY_S, Archive, Flags, Integers
from voxcx.insight.fields import field_name, value_cell, value_name
from voxcx.insight.repeats.effects import count, spread
from voxcx.insight.repeats.following import Followed
from voxcx.insight.repeats.frequent import Frequent
from voxcx.statistics.proportions import share

HOUR_S = 3600.0
REPEATED = text(
    "contacts begun by the customer and had by an agent or a bot, followed by another contact of the same customer (or "
    "about the same ticket){about} in any channel within {window}, ÷ those whose window has elapsed; reconnects after "
    "a "
    "drop left out; interval: Wilson",
    "обслуженные обращения по инициативе клиента, после которых он (или кто-то по той же заявке) обратился "
    "снова{about} в любом канале за {window}, ÷ все такие обращения, после которых этот срок прошёл; перезвоны после "
    "обрыва не считаются; ДИ: Уилсон",
    about="",
    window="?",
)
SAME_TOPIC, ANY_TOPIC = text(" on the same topic", " по той же теме"), text(" on any topic", " по любой теме")


def days(n: float) -> Figure:
    """A plain number of days."""
    return Figure(Estimate(n), "days")


def lasting(seconds: float) -> Figure:
    """A time as people tell it: days, below one hours, below one minutes."""
    if seconds >= DAY_S:
        return days(seconds / DAY_S)
    if seconds >= HOUR_S:
        return Figure(Estimate(seconds / HOUR_S), "hours")
    return Figure(Estimate(seconds / 60.0), "minutes")


def definition(window_days: float, *, same_topic: bool) -> Text:
    """How the share of repeats is counted, with what was used."""
    about = SAME_TOPIC if same_topic else ANY_TOPIC
    return REPEATED.with_blanks({"about": about, "window": days(window_days)})


def repeat_share(chased: Followed, window_days: float, rows: Flags | None = None, level: float = 0.95) -> Estimate:
    """Share of the base that was repeated, of all or of some rows."""
    base, again = chased.base(window_days), chased.repeated(window_days)
    some = base if rows is None else base & rows
    return share(int((again & some).sum()), int(some.sum()), level=level)


def resolved_share(chased: Followed, window_days: float, rows: Flags | None = None, level: float = 0.95) -> Estimate:
    """Share of the base that was not repeated."""
    base, again = chased.base(window_days), chased.repeated(window_days)
    some = base if rows is None else base & rows
    return share(int((some & ~again).sum()), int(some.sum()), level=level)


def curve(archive: Archive, chased: tuple[Followed, ...]) -> Lines:
    """Share repeated against the window, about the same topic and about any."""
    settings = archive.settings
    windows = tuple(sorted(settings.repeats.windows_days))
    names = {True: text("same topic", "та же тема"), False: text("any topic", "любая тема")}
    lines = tuple(
        Line(names[one.same_topic], windows, tuple(repeat_share(one, x, level=settings.level) for x in windows))
        for one in chased
    )
    return Lines(
        title=text("The longer the window, the more repeats", "Чем дольше следить, тем больше повторов"),
        x_title=text("window", "срок"),
        x_unit="days",
        y_title=text("share repeated", "доля повторов"),
        y_unit="share",
        lines=lines,
        definition=text(
            "{each}; each window has its own base: the contacts followed that long",
            "{each}; у каждого срока своя база: обращения, за которыми следили хотя бы столько времени",
            each=definition(settings.repeats.window_days, same_topic=chased[0].same_topic),
        ),
        marks=((settings.repeats.window_days, text("window used", "принятый срок")),),
    )


def by_group(archive: Archive, chased: Followed) -> Table:
    """First-contact resolution by the group of the report, by topic and by channel."""
    window, level = archive.settings.repeats.window_days, archive.settings.level
    base, rows = chased.base(window), []
    for field in dict.fromkeys((archive.settings.by, "topic", "channel")):
        group = archive.grouped(field)
        for name in sorted(set(group[base].tolist()) - {""}):
            found = resolved_share(chased, window, np.asarray(group == name, dtype=bool), level)
            rows.append((field_name(field), value_cell(field, name), count(found.n), Figure(found, "share")))
    columns = (
        Column("field", text("Field", "Поле")),
        Column("group", text("Group", "Группа")),
        Column("contacts", text("Contacts", "Обращений")),
        Column("resolved_share", text("No repeat", "Без повтора")),
    )
    title = text("Without a repeat, by group", "Без повтора: по группам")
    return Table(
        "repeats_by_group",
        title,
        columns,
        tuple(rows),
        _one_minus(definition(window, same_topic=chased.same_topic)),
        10,
    )


def _one_minus(told: Text) -> Text:
    return text("1 − share of repeats: {told}", "1 − доля повторов: {told}", told=told)


def by_channel(archive: Archive, chased: Followed) -> Table:
    """Where the first contact was and where the repeat came."""
    window = archive.settings.repeats.window_days
    again, channel = np.flatnonzero(chased.repeated(window)), archive.label("channel")
    pairs = np.array([f"{a}\t{b}" for a, b in zip(channel[again], channel[chased.next_row[again]], strict=True)])
    named, counts = np.unique(pairs, return_counts=True) if len(pairs) else (pairs, np.empty(0, np.int64))
    totals: dict[str, int] = {}
    for pair, n in zip(named.tolist(), counts.tolist(), strict=True):
        totals[pair.split("\t")[0]] = totals.get(pair.split("\t")[0], 0) + n
    rows = []
    for place in np.argsort(-counts, kind="stable").tolist():
        first, then = named[place].split("\t")
        n = int(counts[place])
        pair = (value_cell("channel", first or "?"), value_cell("channel", then or "?"))
        rows.append((*pair, count(n), Figure(share(n, totals[first]), "share")))
    columns = (
        Column("first_channel", text("First contact in", "Первое обращение")),
        Column("repeat_channel", text("Repeat in", "Повтор")),
        Column("repeats", text("Repeats", "Повторов")),
        Column("share_of_first", text("Of the repeats from there", "Доля от повторов после этого канала")),
    )
    title = text("From channel to channel", "Через какой канал обращаются снова")
    return Table("repeats_by_channel", title, columns, tuple(rows), definition(window, same_topic=chased.same_topic), 6)


def names(archive: Archive, field: str, rows: Integers) -> str:
    """Different names in order of time."""
    return ", ".join(one for one in dict.fromkeys(archive.label(field)[rows].tolist()) if one)


def _channels(archive: Archive, rows: Integers) -> Text:
    found = [value_name("channel", one) for one in names(archive, "channel", rows).split(", ") if one]
    return Text(", ".join(one.en for one in found), ", ".join(one.ru for one in found))


def frequent_table(archive: Archive, frequent: Frequent) -> Table:
    """Who came often, by id."""
    settings = archive.settings.repeats
    rows = []
    for who, n, most, mine in zip(frequent.customer, frequent.contacts, frequent.most, frequent.rows, strict=True):
        calls = tuple(CallRef(str(archive.id[row])) for row in spread(mine, 3))
        topics = names(archive, "topic", mine)
        rows.append((who, count(int(n)), count(int(most)), topics, _channels(archive, mine), calls))
    columns = (
        Column("customer_id", text("Customer", "Клиент")),
        Column("contacts", text("Contacts", "Обращений")),
        Column("most", text("Most within {days}", "Больше всего за {days}", days=days(settings.frequent_days))),
        Column("topics", text("Topics", "Темы")),
        Column("channels", text("Channels", "Каналы")),
        Column("calls", text("Examples", "Примеры")),
    )
    told = text(
        "customers who began at least {n} contacts within any {days}; reconnects after a drop left out",
        "клиенты, которые обратились не меньше {n} раз за любые {days} подряд; перезвоны после обрыва не считаются",
        n=count(settings.frequent_from),
        days=days(settings.frequent_days),
    )
    title = text("Frequent callers: straight to the second line", "Частые обращения: сразу на вторую линию")
    return Table("repeats_frequent", title, columns, tuple(rows), told, shown=8)
