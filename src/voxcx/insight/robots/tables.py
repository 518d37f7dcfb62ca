"""Tables and pictures of the page about machines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Cell, Column, Dot, Dots, Figure, Line, Lines, Table, Tone
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import NOT_ASKED, UNDECIDED, Archive, CriterionColumn, Flags
from voxcx.insight.repeats.effects import count, examples
from voxcx.insight.repeats.tables import days
from voxcx.insight.robots.effects import Effect
from voxcx.insight.robots.ending import CONTAINED, LOOPED, REFUSED, SOLVED, part
from voxcx.insight.robots.intents import Intent
from voxcx.insight.robots.legs import Legs
from voxcx.insight.surveys import mean_of
from voxcx.statistics.proportions import share

STATUSES = {
    "completed": text("served to the end", "довёл до конца"),
    "transferred": text("transferred", "перевёл"),
    "opted_out": text("the customer refused it", "клиент отказался"),
    "abandoned": text("the customer hung up in it", "клиент повесил трубку"),
    "timeout": text("timeout", "не дождался ввода"),
    "error": text("error", "ошибка"),
}
ADJUSTED = text(
    "mean of such contacts − mean of the contacts beside them, at the same kind, queue and topic (least squares; a "
    "customer’s contacts count as one in the interval); CSI by survey answers alone; q: Benjamini–Hochberg over all "
    "rows; found: q ≤ {rate} and the interval leaves out 0",
    "среднее таких обращений − среднее обращений для сравнения при том же виде, очереди и теме (наименьшие квадраты; "
    "обращения одного клиента в интервале идут вместе); CSI – только по ответам на опрос; q – Бенджамини–Хохберг по "
    "всем строкам; найдено: q ≤ {rate} и интервал не содержит 0",
    rate="?",
)
FOUND, NOT_FOUND = text("found", "найдено"), text("not found", "не найдено")
LEGS = Column("legs", text("Contacts", "Обращений"))
CALLS = Column("calls", text("Examples", "Примеры"))


def ended(archive: Archive, legs: Legs) -> Table | None:
    """How IVR legs ended."""
    status = archive.label("ivr_status")[legs.ivr]
    status = status[(status != "") & (status != "none")]
    names, counts = np.unique(status.astype(str), return_counts=True)
    if not len(names):
        return None
    rows = []
    for place in np.argsort(-counts, kind="stable").tolist():
        name, n = str(names[place]), int(counts[place])
        found = share(n, len(status), level=archive.settings.level)
        mine: Flags = legs.ivr & (archive.label("ivr_status") == name)
        csi = mean_of(np.where(mine, archive.answers.csi, np.nan), archive.settings.level)
        rows.append((name, STATUSES.get(name, same(name)), count(n), Figure(found, "share"), Figure(csi, "index")))
    columns = (
        Column("ivr_status", text("Status", "Статус")),
        Column("meaning", text("The IVR", "IVR")),
        LEGS,
        Column("share", text("Share", "Доля")),
        Column("csi", text("CSI as answered", "CSI по ответам")),
    )
    told = text(
        "ivr_status of IVR legs ÷ IVR legs whose status is known, interval: Wilson; CSI is not adjusted: who ends how "
        "has other questions too",
        "ivr_status обращений через IVR ÷ обращения через IVR с известным статусом, ДИ: Уилсон; CSI без поправок: у "
        "разных исходов и вопросы разные",
    )
    return Table("robots_ended", text("How the IVR ended", "Чем закончился IVR"), columns, tuple(rows), told)


def by_node(archive: Archive, legs: Legs) -> Table | None:
    """Where they were last in the menu, and where it goes wrong."""
    node, level = archive.label("ivr_last_node"), archive.settings.level
    names, counts = np.unique(node[legs.ivr & (node != "")].astype(str), return_counts=True)
    if not len(names):
        return None
    rows: list[tuple[Cell, ...]] = []
    for place in np.argsort(-counts, kind="stable").tolist():
        mine: Flags = legs.ivr & (node == str(names[place]))
        shares = [part(values, mine, level) for values in (legs.refused, legs.looped)]
        wrong = mine & ((legs.refused == 1) | (legs.looped == 1))
        figures = [Figure(one, "share") for one in shares]
        rows.append((str(names[place]), count(int(counts[place])), *figures, examples(archive, wrong)))
    columns = (
        Column("ivr_last_node", text("Last node", "Последний узел")),
        LEGS,
        Column("refused", text("Refused", "Отказались"), REFUSED),
        Column("looped", text("Went round", "По кругу"), _looped(archive)),
        CALLS,
    )
    told = text(
        "Refused: {refused}. Went round: {looped}.",
        "Отказались: {refused}. По кругу: {looped}.",
        refused=REFUSED,
        looped=_looped(archive),
    )
    return Table("robots_nodes", text("Where in the menu", "Где в меню"), columns, tuple(rows), told)


def _looped(archive: Archive) -> Text:
    return LOOPED.with_blanks({"n": str(archive.settings.robots.loops_from)})


def effects_told(archive: Archive) -> Text:
    """How an effect is computed."""
    return ADJUSTED.with_blanks({"rate": Figure(Estimate(archive.settings.false_discoveries), "number")})


def effects_picture(archive: Archive, effects: tuple[Effect, ...]) -> Dots | None:
    """Effects on CSI that can be told."""
    rows = tuple(
        Dot(one.question.title, one.estimate, _tone(one), text("beside: {b}", "сравнение: {b}", b=one.question.beside))
        for one in effects
        if one.unit == "points" and one.estimate.value is not None
    )
    if not rows:
        return None
    title = text("What goes with a machine in CSI", "Как CSI связан с роботом")
    return Dots(title, "points", rows, effects_told(archive), 0.0)


def _tone(one: Effect) -> Tone:
    if not one.stands:
        return "unsure"
    better = (one.estimate.value or 0.0) > 0
    return "good" if better == (one.unit == "points") else "bad"


def effects_table(archive: Archive, effects: tuple[Effect, ...]) -> Table:
    """Every comparison, the untold ones with their reason."""
    rows: list[tuple[Cell, ...]] = []
    for one in effects:
        asked = one.question
        n = count(int((asked.exposed & asked.rows).sum()))
        q = Figure(Estimate(None if np.isnan(one.q) else one.q, reason=one.estimate.reason or NOT_FOUND), "number")
        calls = examples(archive, asked.exposed & asked.rows & (archive.answers.dissatisfied > 0))
        verdict = FOUND if one.stands else one.estimate.reason or NOT_FOUND
        rows.append((asked.title, asked.beside, n, Figure(one.estimate, one.unit), q, verdict, calls))
    columns = (
        Column("what", text("Contacts", "Обращения")),
        Column("beside", text("Beside", "С чем сравнили")),
        Column("contacts", text("How many", "Сколько")),
        Column("effect", text("Difference", "Разница")),
        Column("q", text("q", "q")),
        Column("verdict", text("After the correction", "С поправкой")),
        CALLS,
    )
    title = text("What goes with a machine", "Что связано с роботом")
    tones = tuple(_tone(one) for one in effects)
    return Table("robots_effects", title, columns, tuple(rows), effects_told(archive), tones=tones)


STRAIGHT = text("straight to a person", "сразу к оператору")
STAYS = text("as it is", "как сейчас")


def by_intent(archive: Archive, intents: tuple[Intent, ...]) -> Table:
    """What the machine solves of each intent."""
    rows: list[tuple[Cell, ...]] = []
    for one in intents:
        shares = (one.contained, one.solved, one.refused, one.back)
        verdict: Cell = STRAIGHT if one.straight else STAYS if one.against.value is not None else one.against.reason
        figures = [Figure(each, "share") for each in shares]
        gap = Figure(one.against, "share_points")
        rows.append((one.field, one.name, count(int(one.flagged.sum())), *figures, gap, verdict))
    window = days(max(archive.settings.robots.honest_days))
    solved = SOLVED.with_blanks({"window": window})
    told = text(
        "Against the others: share contained and not back of this intent − that of the other intents of the same "
        "field; interval: Newcombe, n divided by the design effect of customers. Straight to a person: the difference "
        "stands after Benjamini–Hochberg at {rate}, and the share is at most {below} of that of the others. Contained "
        "and not back: {solved}",
        "Против остальных: доля «без человека и без возврата» у этой цели − у других целей того же поля; ДИ: Ньюкомб, "
        "n поделено на эффект группировки по клиентам. Сразу к оператору: разница осталась после поправки "
        "Бенджамини–Хохберга ({rate}), и доля не больше {below} от доли остальных. Без человека и без возврата: "
        "{solved}",
        rate=Figure(Estimate(archive.settings.false_discoveries), "number"),
        below=Figure(Estimate(archive.settings.robots.straight_below), "share"),
        solved=solved,
    )
    columns = (
        Column("field", text("Field", "Поле")),
        Column("intent", text("Intent or topic", "Цель или тема")),
        LEGS,
        Column("contained", text("Without a person", "Без человека"), CONTAINED),
        Column("solved", text("… and not back in {w}", "… и не вернулись за {w}", w=window), solved),
        Column("refused", text("Refused", "Отказались"), REFUSED),
        Column("back", text("Came again in {w}", "Вернулись за {w}", w=window)),
        Column("against_others", text("Against the others", "Против остальных")),
        Column("verdict", text("What to do", "Что делать")),
    )
    tones: tuple[Tone, ...] = tuple("bad" if one.straight else "plain" for one in intents)
    return Table("robots_intents", text("By intent", "По целям"), columns, tuple(rows), told, tones=tones)


def time_curve(archive: Archive, legs: Legs) -> Lines | None:
    """CSI by fifths of the time in the IVR, of calls that went on to a person."""
    time_s, csi = archive.number("ivr_time_s"), archive.answers.csi
    rows = np.flatnonzero(legs.ivr & ~legs.alone & ~np.isnan(time_s) & ~np.isnan(csi))
    if len(rows) < 5 * archive.settings.fewest:
        return None
    edges = np.unique(np.quantile(time_s[rows], np.linspace(0, 1, 6)))
    if len(edges) < 3:
        return None
    fifth = np.clip(np.searchsorted(edges, time_s[rows], side="right") - 1, 0, len(edges) - 2)
    groups = [rows[fifth == one] for one in range(len(edges) - 1)]
    kept = [one for one in groups if len(one)]
    x = tuple(float(np.median(time_s[one])) for one in kept)
    y = tuple(mean_of(csi[one], archive.settings.level) for one in kept)
    told = text(
        "mean answer, 0–100, by fifths of ivr_time_s of answered calls that went on to a person, at the fifth’s "
        "median; not adjusted; interval: normal",
        "средняя оценка 0–100 по пятым долям ivr_time_s (звонки с ответом, которые дошли до человека), в медиане доли; "
        "без поправок; ДИ: нормальный",
    )
    names = (text("Time in the IVR", "Время в IVR"), text("CSI as answered", "CSI по ответам"))
    title = text("Time in the IVR and CSI", "Время в IVR и CSI")
    return Lines(title, names[0], "s", names[1], "index", (Line(names[1], x, y),), told)


def bot_criteria(archive: Archive, legs: Legs) -> tuple[CriterionColumn, ...]:
    """Criteria of forms for machines: named so, or asked mostly of contacts that a machine served alone."""
    return tuple(one for one in archive.criteria if _judges_bots(one, legs.alone))


def _judges_bots(one: CriterionColumn, alone: Flags) -> bool:
    asked = one.verdict != NOT_ASKED
    n = int(asked.sum())
    return one.form_id.lower().startswith("bot") or (n > 0 and 2 * int((asked & alone).sum()) > n)


def bot_form(archive: Archive, columns: tuple[CriterionColumn, ...]) -> Table:
    """Share met of each criterion of the machine's form."""
    rows: list[tuple[Cell, ...]] = []
    for one in columns:
        decided, failed = int(one.decided.sum()), int(one.failed.sum())
        met = Figure(share(decided - failed, decided, level=archive.settings.level), "share")
        undecided = count(int((one.verdict == UNDECIDED).sum()))
        calls: tuple[CallRef, ...] = examples(archive, one.failed)
        rows.append((one.form_id, one.title, met, undecided, calls))
    names = (
        Column("form_id", text("Form", "Анкета")),
        Column("criterion", text("Criterion", "Критерий")),
        Column("met", text("Met", "Выполнено")),
        Column("undecided", text("Undecided", "Не решено")),
        CALLS,
    )
    told = text(
        "met ÷ (met + not met), undecided and not applicable left out; interval: Wilson. Forms whose id begins with "
        "bot, or that judge mostly contacts that a machine served alone",
        "выполнено ÷ (выполнено + не выполнено), без нерешённых и неприменимых; ДИ: Уилсон. Анкеты, чей id начинается "
        "с bot или которыми оценивают в основном обращения без человека",
    )
    return Table("robots_form", text("The bot’s form", "Анкета бота"), names, tuple(rows), told)


def blocks_of(*some: Dots | Lines | Table | None) -> Iterator[Dots | Lines | Table]:
    """Those that are there and hold something."""
    for one in some:
        if one is not None and (not isinstance(one, Table) or one.rows):
            yield one
