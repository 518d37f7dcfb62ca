"""Page: what the triggers would have raised, which cases are open, and how often the triggers were right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Figure, Finding, Line, Lines, Page, Paragraph, Tile, Tiles
from voxcx.domain.texts import Text, text
from voxcx.insight.alerts.caps import Admitted, admit, judged
from voxcx.insight.alerts.cases import claims
from voxcx.insight.alerts.record import Hit, Stretch
from voxcx.insight.alerts.single import Scene, bottom_box, scene_of
from voxcx.insight.alerts.tables import by_trigger, latest_groups, overdue, overdue_cases
from voxcx.insight.alerts.watching import hits_of, last_moment_s, notes_of
from voxcx.insight.archive import Archive
from voxcx.statistics.proportions import share

TITLE = text("What needs a person today", "Что требует человека сегодня")
QUESTION = text(
    "Which contacts, groups and events would have woken somebody, and what is still open?",
    "Какие обращения, группы и события подняли бы тревогу и что ещё не закрыто?",
)
NO_TRIGGERS = text(
    "No triggers were read; voxcx report reads configs/triggers.yaml.",
    "Триггеры не прочитаны; voxcx report берёт их из configs/triggers.yaml.",
)
NOTHING_KNOWN = text(
    "No moment is known, so nothing can be replayed.", "Не известно ни одного момента, поэтому проиграть архив нельзя."
)
NO_CASES = text(
    "No cases.csv beside the results: voxcx alerts opens cases; their outcomes say how often each trigger was right.",
    "Рядом с результатами нет cases.csv: задачи заводит voxcx alerts, а их исходы показывают, как часто триггер прав.",
)
REPLAYED = text(
    "The triggers as they are now, replayed over this archive with cool-down, escalation and the cap of {cap} alerts a "
    "day. Nothing was sent; voxcx alerts sends.",
    "Нынешние триггеры, проигранные по этому архиву: с паузами, эскалацией и пределом в {cap} за сутки. Ничего не "
    "отправлено; отправляет voxcx alerts.",
)
PER_WEEK = text(
    "Counts by local week. A rule holds: its condition is true, or its window clears the limit with the whole interval "
    "at {level}. Raised: what is left after the cool-down and the daily cap.",
    "Число по местным неделям. Сработало: условие верно или окно вышло за порог всем интервалом на уровне {level}. "
    "Поднято: то, что осталось после пауз и суточного предела.",
)
WEEK_DAYS = 7
THURSDAY = 3  # 1970-01-01 was one, so a Monday is a day whose number + 3 is a multiple of 7


def page(archive: Archive) -> Page:
    """Alerts per week, each trigger with its precision, the latest alerts about groups, and what is overdue."""
    settings, now_s = archive.settings.triggers, last_moment_s(archive)
    if settings is None or now_s is None:
        return Page("alerts", TITLE, QUESTION, lacks=(NO_TRIGGERS if settings is None else NOTHING_KNOWN,))
    scene, stretch = scene_of(archive, settings), Stretch(-np.inf, now_s)
    hits = hits_of(scene, stretch)
    admitted = admit(hits, settings, (), judged(archive.beside.cases))
    late = overdue_cases(archive, now_s)
    blocks: list[Block] = [
        Paragraph(REPLAYED.with_blanks({"cap": _count(settings.daily_cap)})),
        Tiles(tuple(_tiles(scene, stretch, admitted))),
        *_weekly(scene, hits, admitted),
        by_trigger(scene, hits, admitted),
        *latest_groups(scene, admitted),
        *overdue(scene, late, now_s),
    ]
    lacks = (*notes_of(scene), *(() if archive.beside.cases else (NO_CASES,)))
    return Page("alerts", TITLE, QUESTION, tuple(blocks), lacks, tuple(_findings(archive, late)))


def _count(n: float) -> Figure:
    return Figure(Estimate(float(n), n=int(n)), "count")


def _tiles(scene: Scene, stretch: Stretch, admitted: Admitted) -> Iterator[Tile]:
    archive = scene.archive
    yield Tile(
        text("Alerts", "Тревог"),
        _count(len(admitted.raised)),
        text("hits that are left after cool-down and cap", "срабатывания после пауз и предела"),
        note=text("held back by the cap: {n}", "отложено из-за предела: {n}", n=_count(sum(admitted.capped.values()))),
    )
    rows = {row for _, row, _ in claims(scene, stretch)}
    yield Tile(
        text("Claims", "Претензий"),
        _count(len(rows)),
        text(
            "contacts with a bottom-box answer or an alarming comment",
            "обращения с низкой оценкой или тревожным комментарием",
        ),
    )
    yield Tile(
        text("Bottom-box answers", "Низкие оценки"),
        Figure(share(int(bottom_box(archive).sum()), int(archive.answers.answered.sum())), "share"),
        text(
            "contacts with such an answer ÷ answered; 95% interval: Wilson",
            "обращения с такой оценкой ÷ с ответом; 95 % ДИ: Уилсон",
        ),
    )  # fmt: skip
    if archive.beside.cases:
        open_ = sum(not one.closed for one in archive.beside.cases)
        yield Tile(
            text("Open cases", "Открытых задач"),
            _count(open_),
            text(
                "rows of cases.csv that are neither closed nor have an outcome",
                "строки cases.csv без исхода и не закрытые",
            ),
        )  # fmt: skip


def _weekly(scene: Scene, hits: Sequence[Hit], admitted: Admitted) -> Iterator[Lines]:
    if not hits:
        return
    days = scene.archive.day[scene.archive.day >= 0]
    first = min([_monday(hit.day) for hit in hits] + [_monday(int(one)) for one in days[:1]])
    last = max([_monday(hit.day) for hit in hits] + [_monday(int(one)) for one in days[-1:]])
    weeks = tuple(range(first, last + 1, WEEK_DAYS))
    lines = (
        _line(text("rules held", "сработало"), weeks, hits),
        _line(text("alerts raised", "поднято"), weeks, [hit for hit, _ in admitted.raised]),
    )
    yield Lines(
        text("Alerts by week", "Тревоги по неделям"),
        text("week from", "неделя с"),
        "date",
        text("alerts", "тревог"),
        "count",
        lines,
        PER_WEEK.with_blanks({"level": Figure(Estimate(scene.settings.level), "share")}),
    )


def _line(label: Text, weeks: Sequence[int], hits: Sequence[Hit]) -> Line:
    counts = Counter(_monday(hit.day) for hit in hits)
    return Line(
        label, tuple(float(one) for one in weeks), tuple(Estimate(float(counts[one]), n=counts[one]) for one in weeks)
    )


def _monday(day: int) -> int:
    """The first day of a day's week.

    >>> _monday(20460), _monday(20454)  # 2026-01-07 and 2026-01-01
    (20458, 20451)
    """
    return day - (day + THURSDAY) % WEEK_DAYS


def _findings(archive: Archive, late: Sequence[object]) -> Iterator[Finding]:
    """Overdue cases are worth telling; they weigh nothing beside effects."""
    if late:
        known = sum(not one.closed for one in archive.beside.cases)
        yield Finding(
            text(
                "{n} of {open} open cases are past their deadline.",
                "Просрочено задач: {n} из {open} открытых.",
                n=_count(len(late)),
                open=_count(known),
            ),
            0.0,
        )
