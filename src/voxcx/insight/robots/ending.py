"""What the machine served alone, also honestly: without the customer coming again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Tile
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.repeats.tables import days
from voxcx.insight.robots.legs import Legs
from voxcx.insight.surveys import mean_of
from voxcx.statistics.proportions import share

NO_LEGS = text("no machine leg of which that is known", "нет обращений через робота, о которых это известно")
CONTAINED = text(
    "contacts with an IVR or bot leg that no person took part in (contained) ÷ contacts with such a leg; “contained” "
    "does not mean “solved”; interval: Wilson",
    "обращения через IVR или бота, где человек не понадобился (contained), ÷ все обращения через IVR или бота; "
    "«без человека» ещё не значит «решено»; ДИ: Уилсон",
)
SOLVED = text(
    "contained and no contact of the same customer, about anything and in any channel, within {window} ÷ machine legs "
    "of known customers followed for {window}; interval: Wilson",
    "без человека и без нового обращения того же клиента (любая тема, любой канал) за {window} ÷ обращения через "
    "робота, у которых клиент известен и этот срок прошёл; ДИ: Уилсон",
    window="?",
)
REFUSED = text(
    "legs that ended as opted_out, where the customer asked the IVR for a person, or where a bot handed over a "
    "customer who asks for a person ÷ legs of which that is known; interval: Wilson",
    "обращения, где клиент отказался от IVR (opted_out), просил у IVR оператора или просил человека и бот передал чат, "
    "÷ обращения через робота, о которых это известно; ДИ: Уилсон",
)
LOOPED = text(
    "IVR legs with at least {n} “nothing heard” and “not understood” together (ivr_no_input + ivr_no_match), or with "
    "the same node twice in ivr_path ÷ IVR legs of which that is known; interval: Wilson",
    "IVR не услышал или не понял клиента в сумме не меньше {n} раз (ivr_no_input + ivr_no_match) или узел в ivr_path "
    "повторился ÷ обращения через IVR, о которых это известно; ДИ: Уилсон",
    n="?",
)
AGAIN = text(
    "contacts with bot_on_repeat_24h (came again within 24 h and met a machine again) ÷ contacts that came within 24 h "
    "of the customer’s one before; interval: Wilson",
    "обращения с признаком bot_on_repeat_24h (за 24 часа обратился снова и снова попал к роботу) ÷ обращения не позже "
    "24 часов после предыдущего обращения того же клиента; ДИ: Уилсон",
)
PREFERS = text(
    "contacts of customers marked prefers_human ÷ contacts of which that is known; interval: Wilson",
    "обращения клиентов с признаком prefers_human ÷ обращения, о которых это известно; ДИ: Уилсон",
)
CSI_ALONE = text(
    "mean answer, 0–100, of the contacts that a machine served alone; interval: normal",
    "средняя оценка по шкале 0–100 обращений, где человек не понадобился; ДИ: нормальный",
)


def part(values: Floats, among: Flags, level: float) -> Estimate:
    """Share of ones among those of these rows that are known."""
    known = among & ~np.isnan(values)
    return share(int((known & (values == 1)).sum()), int(known.sum()), NO_LEGS, level)


def solved(legs: Legs, window_days: float, among: Flags, level: float) -> Estimate:
    """Share contained and not come again."""
    base = legs.followed(window_days) & among
    return share(int((base & legs.alone & ~legs.back(window_days)).sum()), int(base.sum()), NO_LEGS, level)


def tiles(archive: Archive, legs: Legs) -> Iterator[Tile]:
    """The big numbers, as far as they are known."""
    settings, level, all_rows = archive.settings.robots, archive.settings.level, np.ones(len(archive), dtype=bool)
    if not np.isnan(legs.contained).all():
        yield _tile(text("Served without a person", "Без человека"), part(legs.contained, all_rows, level), CONTAINED)
    for window in settings.honest_days:
        found = solved(legs, window, all_rows, level)
        if found.value is not None:
            title = text("… and not back within {d}", "… и не вернулись за {d}", d=days(window))
            yield _tile(title, found, SOLVED.with_blanks({"window": days(window)}))
    yield from _ways(archive, legs)
    if (legs.alone & archive.answers.answered).any():
        csi = mean_of(np.where(legs.alone, archive.answers.csi, np.nan), level)
        yield Tile(text("CSI after the machine alone", "CSI, если без человека"), Figure(csi, "index"), CSI_ALONE)


def _ways(archive: Archive, legs: Legs) -> Iterator[Tile]:
    level = archive.settings.level
    loops = LOOPED.with_blanks({"n": str(archive.settings.robots.loops_from)})
    soon = legs.own & (legs.before_s <= 86_400)
    for title, values, among, told in (
        (text("Refused the machine", "Отказались от робота"), legs.refused, legs.met, REFUSED),
        (text("Went round in the IVR", "Ходили по кругу в IVR"), legs.looped, legs.ivr, loops),
        (text("Machine again within 24 h", "Снова робот за 24 ч"), archive.number("bot_on_repeat_24h"), soon, AGAIN),
        (text("Prefer a person", "Предпочитают человека"), archive.number("prefers_human"), legs.own, PREFERS),
    ):
        found = part(values, among, level)
        if found.value is not None:
            yield _tile(title, found, told)


def _tile(title: Text, found: Estimate, told: Text) -> Tile:
    return Tile(title, Figure(found, "share"), told)
