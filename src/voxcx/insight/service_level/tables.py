"""The level of every skill, priority, emergency topic and of chats, and the same data under other formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Cell, Column, Figure, Table, Tone
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive, Floats, Labels
from voxcx.insight.service_level.contacts import Contacts, blocked_beside, counts_beside, skill_of
from voxcx.insight.service_level.formula import Counts, Level, counted, counted_figure, level_of, seconds
from voxcx.insight.settings import ReportSettings, ServiceLevelSettings
from voxcx.statistics.multiplicity import benjamini_hochberg
from voxcx.statistics.normal import two_sided

NAMED: Mapping[str, Text] = {
    "in_time": text("Answered in time", "Принято в срок"),
    "later": text("Answered later", "Принято позже"),
    "left_short": text("Left at once", "Потеряно сразу"),
    "left_in_time": text("Left in time", "Потеряно в срок"),
    "left_later": text("Left later", "Потеряно позже"),
    "blocked_b": text("Blocked, type B", "Не пропустила своя система (тип B)"),
    "blocked_other": text("Blocked otherwise", "Заблокировано, другой тип"),
    "flowed_out": text("Flowed out", "Переведено из очереди"),
    "answered_unknown": text("Answered, wait not known", "Принято, ожидание не известно"),
    "left_unknown": text("Left, wait not known", "Потеряно, ожидание не известно"),
}
LEVEL = text("Service level", "SL")
COUNTED = text(
    "{formula}. Clock from queue entry; in time: within {t}; left at once: sooner than {short}. Answered calls whose "
    "wait is not known are taken to have waited like the others: blocked, left and flowed-out ones count by the share "
    "of answered calls with a known wait. Interval: Wilson. Colour: surely above or below the target of {target} "
    "(score test, Benjamini–Hochberg over the rows at {fdr}).",
    "{formula}. Отсчёт – от постановки в очередь; в срок – за {t}; сразу – раньше чем через {short}. Принятые "
    "звонки без записанного ожидания считаем такими же, как остальные: непропущенные, потерянные и переведённые входят "
    "с весом, равным доле принятых с известным ожиданием. ДИ: Уилсон. Цвет: заведомо выше или ниже цели "
    "{target} (score-критерий, Бенджамини – Хохберг по строкам, {fdr}).",
)
VARIANTS: tuple[tuple[Text, Mapping[str, object]], ...] = (
    (text("As set for this report", "Как настроено для отчёта"), {}),
    (text("All who left count", "Все потерянные – в знаменателе"), {"abandoned": "all", "count_short_abandons": True}),
    (text("Who left does not count", "Без потерянных"), {"abandoned": "none", "abandoned_in_time_met": False}),
    (
        text("Who left in time counts as served", "Потерянные в срок – как обслуженные"),
        {"abandoned": "after_threshold", "abandoned_in_time_met": True},
    ),
    (text("All blocked count", "Все заблокированные – в знаменателе"), {"blocked": "all"}),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: whose level, from which counts, under which settings."""

    label: Text
    counts: Counts
    settings: ServiceLevelSettings


def skill_rows(archive: Archive, calls: Contacts) -> Iterator[Row]:
    """Each skill (queue where there is none); blocked calls of ``blocked.csv`` belong to theirs."""
    skill = skill_of(archive)[calls.rows]
    names = {*skill.tolist(), *(one.skill for one in blocked_beside(archive))} - {""}
    for name in sorted(names):
        mine = counted(calls.queued.where(np.asarray(skill == name, dtype=bool)), archive.settings.service_level)
        yield Row(same(name), mine + counts_beside(archive, name), archive.settings.service_level)


def label_rows(archive: Archive, calls: Contacts, labels: Labels) -> Iterator[Row]:
    """Each value of a field that calls have and ``blocked.csv`` has not."""
    mine = labels[calls.rows]
    for name in sorted(set(mine.tolist()) - {""}):
        queued = calls.queued.where(np.asarray(mine == name, dtype=bool))
        yield Row(same(name), counted(queued, archive.settings.service_level), archive.settings.service_level)


def special_rows(archive: Archive, calls: Contacts, chats: Contacts) -> Iterator[Row]:
    """Emergency topics and chats, each with a threshold of its own."""
    settings = archive.settings.service_level
    hurried = settings.model_copy(update={"threshold_s": settings.emergency_threshold_s})
    topic = archive.label("topic")[calls.rows]
    for name in settings.emergency_topics:
        label = text("emergency: {topic}, within {t}", "экстренная тема: {topic}, за {t}", topic=name)
        label = label.with_blanks({"topic": name, "t": seconds(hurried.threshold_s)})
        yield Row(label, counted(calls.queued.where(np.asarray(topic == name, dtype=bool)), hurried), hurried)
    if len(chats):
        slower = settings.model_copy(update={"threshold_s": settings.chat_threshold_s, "blocked": "none"})
        label = text("chats: first answer within {t}", "чаты: первый ответ за {t}", t=seconds(slower.threshold_s))
        yield Row(label, counted(chats.queued, slower), slower)


def level_table(
    name: str, title: Text, rows: Sequence[Row], settings: ReportSettings, definition: Text | None = None
) -> Table:
    """Counts and level of every row, told apart from the target."""
    levels = [level_of(row.counts, row.settings, settings.level) for row in rows]
    kinds = [one.name for one in fields(Counts)]
    lines: list[tuple[Cell, ...]] = []
    for row, level in zip(rows, levels, strict=True):
        counts = (counted_figure(getattr(row.counts, kind)) for kind in kinds)
        lines.append((row.label, Figure(level.share, "share"), *counts))
    columns = (
        Column("group", text("Group", "Группа")),
        Column("service_level", LEVEL),
        *(Column(kind, NAMED[kind]) for kind in kinds),
    )
    tones = beside_target([level.share for level in levels], settings)
    return Table(name, title, columns, tuple(lines), definition or definition_of(levels[0], settings), tones=tones)


def definition_of(level: Level, settings: ReportSettings) -> Text:
    """The formula in words with its parameters."""
    ours = settings.service_level
    target, fdr = (Figure(Estimate(x), "share") for x in (ours.target, settings.false_discoveries))
    return COUNTED.with_blanks(
        {
            "formula": level.words,
            "t": seconds(ours.threshold_s),
            "short": seconds(ours.short_abandon_s),
            "target": target,
            "fdr": fdr,
        }
    )


def beside_target(shares: Sequence[Estimate], settings: ReportSettings) -> tuple[Tone, ...]:
    """Surely above, surely below, or neither: the score test of each against the target, Benjamini–Hochberg."""
    target = settings.service_level.target
    spread = np.sqrt(target * (1 - target) / np.array([max(one.n, 1) for one in shares], dtype=float))
    gap: Floats = np.array([np.nan if one.value is None else one.value - target for one in shares], dtype=float)
    spread = np.maximum(spread, 1e-12)  # a target of 0 or all: anything else is another level
    q = benjamini_hochberg(np.array([two_sided(z) for z in (gap / spread).tolist()]))
    sure = q <= settings.false_discoveries
    return tuple("plain" if not yes else "good" if up > 0 else "bad" for yes, up in zip(sure, gap, strict=True))


def variants_table(counts: Sequence[tuple[Text, ServiceLevelSettings, Counts]], level: float) -> Table:
    """The same calls under five formulas."""
    rows: list[tuple[Cell, ...]] = []
    for name, settings, counted_so in counts:
        found = level_of(counted_so, settings, level)
        rows.append((name, Figure(found.share, "share"), found.printed))
    return Table(
        "service_level_variants",
        text("The same calls under other formulas", "Те же звонки по другим формулам"),
        (
            Column("formula", text("Formula", "Формула")),
            Column("service_level", LEVEL),
            Column("printed", text("With the numbers", "С числами")),
        ),
        tuple(rows),
        text(
            "Each row changes only what it names; the rest is as set for this report. Interval: Wilson.",
            "Каждая строка меняет только то, что названо; остальное – как настроено для отчёта. ДИ: Уилсон.",
        ),
    )


def variants(archive: Archive, calls: Contacts) -> Iterator[tuple[Text, ServiceLevelSettings, Counts]]:
    """Name, settings and counts of each formula."""
    for name, changed in VARIANTS:
        settings = archive.settings.service_level.model_copy(update=dict(changed))
        yield name, settings, counted(calls.queued, settings) + counts_beside(archive)
