"""Service level: the share answered in time, with its formula, by skill and time, and what leaving says of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, CallRef, Figure, Finding, Heading, Page, Paragraph, Table, Tile, Tiles, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Floats, Labels
from voxcx.insight.fields import by_field, titled
from voxcx.insight.service_level.contacts import Contacts, blocked_beside, calls_of, chats_of, counts_beside
from voxcx.insight.service_level.formula import (
    ABANDONED,
    ANSWERED,
    NO_WAIT,
    Counts,
    counted,
    counted_figure,
    level_of,
    seconds,
)
from voxcx.insight.service_level.pictures import abandonment, by_hour, by_week, by_weekday, short_levels
from voxcx.insight.service_level.tables import (
    definition_of,
    label_rows,
    level_table,
    skill_rows,
    special_rows,
    variants,
    variants_table,
)
from voxcx.insight.spanning import strays
from voxcx.statistics.differences import adjusted_difference
from voxcx.statistics.proportions import share

ID = "service_level"
TITLE = text("Service level", "Уровень сервиса (SL)")
QUESTION = text("How fast do people get an answer?", "Как быстро людям отвечают?")
NO_CALLS = text(
    "No customer's call or chat with a known wait: give queue_wait_s (calls) or chats with times.",
    "Нет ни одного звонка или чата клиента с известным ожиданием: нужны queue_wait_s (звонки) или чаты с временем "
    "сообщений.",
)
PERSON_FIELDS = ("team", "agent", "agent_id", "agent_name")
SHOWN_CALLS = 5


def page(archive: Archive) -> Page:
    """All together with the formula printed, then by skill, priority and time, leaving, and other formulas."""
    calls, chats = calls_of(archive), chats_of(archive)
    counts = counted(calls.queued, archive.settings.service_level) + counts_beside(archive)
    special = list(special_rows(archive, calls, chats))
    if not level_of(counts, archive.settings.service_level).share.n and not _known(chats):
        return Page(ID, TITLE, QUESTION, lacks=(NO_CALLS,))
    blocks: list[Block] = []
    if level_of(counts, archive.settings.service_level).share.n:
        blocks += _calls_blocks(archive, calls, counts)
    if special:
        name = "service_level_special"
        blocks.append(level_table(name, SPECIAL, special, archive.settings, SPECIAL_COUNTED))
    return Page(
        ID, TITLE, QUESTION, tuple(blocks), tuple(_lacks(archive, calls)), tuple(_findings(archive, calls, counts))
    )


SPECIAL = text("Emergency topics and chats", "Экстренные темы и чаты")
SPECIAL_COUNTED = text(
    "The formula of the whole with the row's own threshold. Chats: clock from handover to a person to the first "
    "answer; nothing is blocked. Interval: Wilson. Colour: surely above or below the target.",
    "Та же формула с порогом строки. Чаты: отсчёт от передачи человеку до первого ответа, заблокированных нет. "
    "ДИ: Уилсон. Цвет: заведомо выше или ниже цели.",
)


def _known(contacts: Contacts) -> bool:
    return bool((~np.isnan(contacts.queued.wait_s)).any())


def _calls_blocks(archive: Archive, calls: Contacts, counts: Counts) -> Iterator[Block]:
    level = level_of(counts, archive.settings.service_level, archive.settings.level)
    yield Tiles(_tiles(archive, calls, counts))
    yield Paragraph(level.printed)
    yield from _warnings(archive, calls, counts)
    yield from _cuts(archive, calls)
    if (~np.isnan(archive.local_s[calls.rows])).any():
        yield from (by_hour(archive, calls), by_weekday(archive, calls), by_week(archive, calls))
    yield Heading(text("Who leaves the queue", "Кто уходит из очереди"))
    curve = abandonment(archive, calls)
    yield curve or Paragraph(NOBODY_LEFT)
    yield from short_levels(archive, calls)
    yield variants_table(list(variants(archive, calls)), archive.settings.level)


NOBODY_LEFT = text(
    "Too few people left the queue while others waited to draw when they do.",
    "Из очереди ушло слишком мало людей, чтобы показать, когда уходят.",
)


def _tiles(archive: Archive, calls: Contacts, counts: Counts) -> tuple[Tile, ...]:
    settings, level = archive.settings.service_level, archive.settings.level
    found = level_of(counts, settings, level)
    gone = counts.left_weight * (counts.left + counts.left_short)
    entered = counts.answered + gone + (counts.known_share or 0.0) * counts.flowed_out
    tone = _tone(found.share, settings.target) if _enough(archive, counts) else "plain"
    waits = calls.queued.wait_s[(calls.queued.fate == ANSWERED) & ~np.isnan(calls.queued.wait_s)]
    median = Estimate(float(np.median(waits)), n=len(waits)) if len(waits) else Estimate(None, reason=NO_WAIT)
    left = share(gone, entered, NO_CALLS, level)
    return (
        Tile(TITLE, Figure(found.share, "share"), definition_of(found, archive.settings), tone),
        Tile(
            text("Left the queue", "Ушли из очереди"),
            Figure(left, "share"),
            text(
                "left, short ones included ÷ (answered + left + flowed out); interval: Wilson",
                "ушли, в том числе сразу ÷ (приняты + ушли + переведены из очереди); ДИ: Уилсон",
            ),
        ),
        Tile(
            text("Median wait", "Медиана ожидания"),
            Figure(median, "s"),
            text("of the answered calls, from queue entry", "принятых звонков, от постановки в очередь"),
        ),
    )


def _enough(archive: Archive, counts: Counts) -> bool:
    """Whether the archive's own calls with a known wait say anything; blocked calls alone never do."""
    return counts.answered + counts.left >= archive.settings.fewest


def _tone(found: Estimate, target: float) -> Tone:
    if found.low is None or found.high is None:
        return "plain"
    return "good" if found.low >= target else "bad" if found.high < target else "unsure"


def _warnings(archive: Archive, calls: Contacts, counts: Counts) -> Iterator[Paragraph]:
    if counts.answered_unknown:
        unknown, n = counts.answered_unknown, counts.answered + counts.answered_unknown
        told = {"n": counted_figure(unknown), "of": counted_figure(n)}
        known = Figure(Estimate(counts.known_share), "share")
        yield Paragraph(ESTIMATED.with_blanks({**told, "known": known}), warning=True)
    if counts.left_unknown:
        yield Paragraph(WAIT_UNKNOWN.with_blanks({"n": counted_figure(counts.left_unknown)}), warning=True)
    rows = archive.flag("blocked")[calls.rows]
    if rows.any() and any(True for _ in blocked_beside(archive)):
        yield Paragraph(BLOCKED_TWICE, warning=True)
    unnamed = int((archive.label("blocked_type")[calls.rows][rows] == "").sum())
    if unnamed:
        yield Paragraph(TYPE_UNKNOWN.with_blanks({"n": counted_figure(unnamed)}), warning=True)


ESTIMATED = text(
    "The level is an estimate: {n} of {of} answered calls have no wait noted. They are taken to have waited like the "
    "others, so what needs no wait counts at {known}. If waits are missing where they are long, the level is lower.",
    "SL – оценка: у {n} из {of} принятых звонков ожидание не записано. Считаем, что они ждали так же, как остальные, "
    "поэтому всё, для чего ожидание не нужно, входит с весом {known}. Если не записаны именно долгие ожидания, SL "
    "ниже.",
    of="?",
    known="?",
)
WAIT_UNKNOWN = text(
    "Who left after a wait that nobody noted: {n}. They are left out (those lost in the IVR never stood in the queue), "
    "but where answered calls lack their waits too, those who left with a known wait stand for them.",
    "Потеряно звонков с незаписанным ожиданием: {n}. Они не учтены (потерянные в IVR в очереди и не были); но если "
    "ожидания нет и у принятых, их представляют потерянные с известным ожиданием.",
)
BLOCKED_TWICE = text(
    "Blocked calls are rows of the archive and are counted in blocked.csv too; both are added. If they are the same "
    "calls, keep one of them.",
    "Заблокированные звонки есть и строками архива, и в blocked.csv; они сложены. Если это одни и те же звонки, "
    "оставьте что-то одно.",
)
TYPE_UNKNOWN = text(
    "{n} blocked calls have no type; only «B» counts as refused by your own system.",
    "У заблокированных звонков не указан тип: {n}. Отказом собственной системы считается только «B».",
)


def _cuts(archive: Archive, calls: Contacts) -> Iterator[Table]:
    settings, by = archive.settings, archive.settings.by
    priority = list(label_rows(archive, calls, archive.label("priority")))
    cuts = [
        ("service_level_skills", text("By skill", "По навыкам"), list(skill_rows(archive, calls))),
        ("service_level_priority", text("By priority", "По приоритетам"), priority),
    ]
    if _groups_know_the_lost(archive, calls) and by not in {"skill", "priority", "queue", "week"}:
        rows = list(label_rows(archive, calls, archive.grouped(by)))
        cuts.append(("service_level_by_group", titled(by), rows))
    for name, title, rows in cuts:
        if rows:
            yield level_table(name, title, rows, settings)


def _groups_know_the_lost(archive: Archive, calls: Contacts) -> bool:
    """Who left has no agent and often no team: a level of those with one would leave the lost out."""
    lost = archive.grouped(archive.settings.by)[calls.rows][calls.queued.fate == ABANDONED]
    return not len(lost) or float((lost != "").mean()) > 0.5


def _lacks(archive: Archive, calls: Contacts) -> Iterator[Text]:
    yield from strays(archive)
    if len(calls) and not _known(calls):
        yield NO_WAITS
    by = archive.grouped(archive.settings.by)
    if (by[calls.rows] != "").any() and not _groups_know_the_lost(archive, calls):
        yield text(
            "No level {by}: who left the queue has none, so it would leave out all the lost. See by skill.",
            "SL {by} не показан: у потерянных звонков это поле пусто, и потери не были бы учтены. Смотрите по навыкам.",
            by=by_field(archive.settings.by),
        )
    if not archive.flag("blocked").any() and not archive.beside.blocked:
        yield NO_BLOCKED


NO_WAITS = text(
    "No call has a wait: give queue_wait_s.", "Ни у одного звонка нет ожидания: нужен столбец queue_wait_s."
)
NO_BLOCKED = text(
    "Nothing records calls that were blocked (flag blocked, or blocked.csv beside the results): if there were some, "
    "the level is lower.",
    "Не записано, сколько звонков не прошло (признак blocked или blocked.csv рядом с результатами): если такие были, "
    "SL ниже.",
)


def _findings(archive: Archive, calls: Contacts, counts: Counts) -> Iterator[Finding]:
    """Below the target for sure; what a late answer costs is told where the answers say so."""
    settings = archive.settings.service_level
    found = level_of(counts, settings, archive.settings.level).share
    if found.high is None or found.high >= settings.target or not _enough(archive, counts):
        return
    told = {
        "t": seconds(settings.threshold_s),
        "level": Figure(found, "share"),
        "target": Figure(Estimate(settings.target), "share"),
        "sure": Figure(Estimate(archive.settings.level), "share"),
    }
    effect, late = late_effect(archive, calls), counts.later / max(int(archive.handled.sum()), 1)
    if effect.value is not None and effect.excludes_zero and effect.value < 0:
        said = BELOW_AND_FELT.with_blanks({**told, "effect": Figure(effect, "points")})
        yield Finding(said, -effect.value * late, _late_calls(archive, calls), about="waiting")
    else:
        yield Finding(BELOW.with_blanks(told), 0.0, _late_calls(archive, calls), about="waiting")


BELOW_AND_FELT = text(
    "Within {t} {level} get an answer ({sure} CI {level.interval}), with a target of {target}. "
    "Who waits longer: {effect} of CSI, {sure} CI {effect.interval}.",
    "За {t} отвечают в {level} случаев ({sure} ДИ {level.interval}) при цели {target}. "
    "Кто ждёт дольше: {effect} CSI, {sure} ДИ {effect.interval}.",
)
BELOW = text(
    "Within {t} {level} get an answer ({sure} CI {level.interval}), with a target of {target}.",
    "За {t} отвечают в {level} случаев ({sure} ДИ {level.interval}) при цели {target}.",
)


def late_effect(archive: Archive, calls: Contacts) -> Estimate:
    """CSI of those answered late − in time, inside queue and hour of the day, customers together."""
    wait_s = calls.queued.wait_s
    csi = archive.answers.csi[calls.rows]
    kept = (calls.queued.fate == ANSWERED) & ~np.isnan(wait_s) & ~np.isnan(csi)
    rows = calls.rows[kept]
    if len(rows) < archive.settings.fewest:
        return Estimate(None, n=len(rows), reason=text("too few answers", "слишком мало ответов"))
    late = wait_s[kept] > archive.settings.service_level.threshold_s
    strata = [archive.label("queue")[rows], hour_of(archive.local_s[rows])]
    return adjusted_difference(csi[kept], late, strata, archive.label("customer_id")[rows], archive.settings.level)


def hour_of(local_s: Floats) -> Labels:
    """[n], hour of the day as a label, "" where the time is not known."""
    hour = np.where(np.isnan(local_s), -1, np.nan_to_num(local_s) % 86_400 // 3600).astype(np.int64)
    labels: Labels = np.array([*map(str, range(24)), ""], dtype=object)[hour]
    return labels


def _late_calls(archive: Archive, calls: Contacts) -> tuple[CallRef, ...]:
    """The longest waits after which the answer was bad; without answers those who left after the longest waits."""
    wait_s = calls.queued.wait_s
    late = wait_s > archive.settings.service_level.threshold_s
    bad = late & (archive.answers.dissatisfied[calls.rows] == 1.0)
    shown = bad if bad.any() else late & (calls.queued.fate == ABANDONED)
    places = np.flatnonzero(shown)
    longest = places[np.argsort(-wait_s[places], kind="stable")][:SHOWN_CALLS]
    words = RATED_LOW if bad.any() else GONE
    return tuple(
        CallRef(str(archive.id[calls.rows[one]]), why=words.with_blanks({"t": seconds(wait_s[one])})) for one in longest
    )


RATED_LOW = text("waited {t}, rated low", "ждал {t}, низкая оценка")
GONE = text("left after {t}", "ушёл через {t}")
