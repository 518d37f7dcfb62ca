"""What the page shows of the waits of calls, or of chats: tiles, curves and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Cell, Column, Figure, Line, Lines, Table, Tile, Tiles, Unit
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags
from voxcx.insight.service_level.formula import ABANDONED, ANSWERED, FLOWED_OUT, counted_figure, seconds
from voxcx.insight.surveys import mean_of
from voxcx.insight.wait.curve import Curve
from voxcx.insight.wait.hazard import Exposure, Jump, rate
from voxcx.insight.wait.waiting import Waiting
from voxcx.statistics.proportions import share

MINUTE_S = 60.0
BANDS_S = (0.0, 20.0, 60.0, 120.0, 180.0, 300.0, 600.0)
HAZARD_BANDS = 20
VERDICTS = {
    "knee": text("bends", "есть излом"),
    "straight": text("no bend", "излома нет"),
    "cannot_tell": text("cannot tell", "сказать нельзя"),
}
WAITED = text("Waited", "Ожидание")
CSI = text("CSI as answered", "CSI по ответам")


def per_minute(one: Estimate) -> Estimate:
    """A slope per second as one per minute."""
    if one.value is None or one.low is None or one.high is None:
        return one if one.value is None else replace(one, value=one.value * MINUTE_S)
    return replace(one, value=one.value * MINUTE_S, low=one.low * MINUTE_S, high=one.high * MINUTE_S)


def blocks_of(archive: Archive, waiting: Waiting, name: Literal["calls", "chats"]) -> Iterator[Block]:
    """Tiles, the curve, the hazard, where each bends, and bands of the wait."""
    yield Tiles(tuple(_tiles(archive, waiting)))
    if waiting.plain is not None:
        yield _curve_lines(archive, waiting)
    if waiting.seen is not None and waiting.leaving is not None and waiting.seen.waited_s.sum() > 0:
        yield _hazard_lines(archive, waiting.seen, waiting.leaving)
    yield _knees(waiting, name)
    yield _bands(archive, waiting, name)


def _tiles(archive: Archive, waiting: Waiting) -> Iterator[Tile]:
    level, promised = archive.settings.level, waiting.worth_promising
    if waiting.best is not None:
        yield Tile(text("CSI falls from", "CSI падает после"), Figure(waiting.best.knee.at, "s"), KNEE)
    if waiting.leaving is not None:
        yield Tile(text("More leave from", "Уходят чаще после"), Figure(waiting.leaving.at, "s"), JUMP)
    if promised is not None and promised.value is not None:
        within = waiting.answered_within(promised.value, level)
        yield Tile(
            text("Answered sooner than that", "Отвечено раньше"),
            Figure(within, "share"),
            text(
                "answered within {t} ÷ answered; interval: Wilson",
                "отвечено за {t} ÷ отвечено; ДИ: Уилсон",
                t=Figure(promised, "s"),
            ),
        )
    waits = waiting.waits
    if len(waits):
        median = Estimate(float(np.median(waits)), n=len(waits))
        yield Tile(
            text("Median wait", "Медиана ожидания"),
            Figure(median, "s"),
            OF_ANSWERED,
        )


OF_ANSWERED = text("of who was answered", "у тех, кому ответили")
KNEE = text(
    "Ratings as steps of a hidden satisfaction that is a line of the wait with one break (ordinal probit): mean CSI "
    "flattens where most give the best or the worst rating, and would seem to bend elsewhere. Told where a straight "
    "line is refuted, be it by a sharp knee or by a smooth bend. The interval holds every break that the answers do "
    "not refuse (Hansen 2017).",
    "Оценки – ступени скрытой удовлетворённости, которая зависит от ожидания как ломаная с одним изломом (порядковый "
    "пробит): средний CSI сглажен там, где почти все ставят высшую или низшую оценку, и его излом смещён. Показан, "
    "если прямая отвергнута – резким изломом или плавным изгибом. ДИ – все изломы, которые ответы не отвергают "
    "(Hansen 2017).",
)
SLOPES = text(
    "Adjusted: beside queue and hour. Points a minute: straight lines through CSI before and after the knee (least "
    "squares, shortest 95 % of waits); the interval covers every place of the knee within its own interval.",
    "С поправкой: с учётом очереди и часа. Пункты за минуту – прямые по CSI до и после излома (наименьшие квадраты, "
    "95 % самых коротких ожиданий); ДИ учитывает, что излом известен лишь с точностью до своего ДИ.",
)
JUMP = text(
    "The likeliest moment from which the rate of leaving is another one (those who left at once aside); told where a "
    "steady rate is refuted. Interval: likelihood ratio (Hansen 2000).",
    "Вероятнейший момент, с которого интенсивность ухода меняется (без тех, кто ушёл сразу); показан, если постоянная "
    "интенсивность отвергнута. ДИ: отношение правдоподобий (Hansen 2000).",
)
MONOTONE = text(
    "The closest curve that never rises, on {bins} groups of equal size ({n} answers; waits over {longest} count as "
    "{longest}); band: percentiles of 200 draws of whole customers. Adjusted: what queue and hour of the day say of "
    "the answers is taken out. Those who left before an answer are not in it.",
    "Ближайшая невозрастающая кривая по {bins} равным группам (ответов: {n}; ожидания дольше {longest} считаются за "
    "{longest}); полоса – перцентили 200 выборок целых клиентов. С поправкой: вычтено то, что об ответах говорят "
    "очередь и час. Ушедших из очереди в ней нет.",
)


def _curve_lines(archive: Archive, waiting: Waiting) -> Lines:
    level, promised = archive.settings.level, waiting.best.knee.at if waiting.best else None
    named = (
        (text("as answered", "как ответили"), waiting.plain),
        (text("adjusted for queue and hour", "с поправкой на очередь и час"), waiting.adjusted),
    )
    lines = tuple(_line(label, one, level) for label, one in named if one is not None)
    marks = () if promised is None or promised.value is None else ((promised.value, text("knee", "излом")),)
    bins = len(waiting.plain.wait_s) if waiting.plain else 0
    definition = MONOTONE.with_blanks(
        {
            "bins": counted_figure(bins),
            "n": counted_figure(len(waiting.answers)),
            "longest": seconds(archive.settings.wait.longest_s),
        }
    )
    title = text("Satisfaction against the wait", "Удовлетворённость и ожидание")
    return Lines(title, WAITED, "s", CSI, "index", lines, definition, marks)


def _line(label: Text, one: Curve, level: float) -> Line:
    return Line(label, tuple(one.wait_s.tolist()), one.estimates(level))


def _hazard_lines(archive: Archive, seen: Exposure, found: Jump) -> Lines:
    """Leaving per minute in bands that hold equal waiting, beside the two rates of the jump."""
    share_before = np.cumsum(seen.waited_s) / seen.waited_s.sum()
    place = np.minimum((share_before * HAZARD_BANDS).astype(np.int64), HAZARD_BANDS - 1)
    place = np.unique(place, return_inverse=True)[1]
    left, waited_s = np.bincount(place, seen.left), np.bincount(place, seen.waited_s)
    starts = seen.start_s[np.unique(place, return_index=True)[1]]
    rates = tuple(
        rate(one, spent, archive.settings.level) for one, spent in zip(left.tolist(), waited_s.tolist(), strict=True)
    )
    lines = [Line(text("As seen", "Как есть"), tuple(starts.tolist()), rates, steps=True)]
    marks: tuple[tuple[float, Text], ...] = ()
    if found.at.value is not None:
        first, last = float(seen.start_s[0]), float(seen.start_s[-1])
        steps = (found.before, found.after, found.after)
        lines.append(Line(text("One jump", "Один скачок"), (first, found.at.value, last), steps, steps=True))
        marks = ((found.at.value, text("more leave", "уходят чаще")),)
    title = text("Leaving the queue against the wait", "Уход из очереди и ожидание")
    y_title = text("Leave within the next minute", "Уходят за минуту")
    return Lines(title, WAITED, "s", y_title, "share", tuple(lines), HAZARD, marks)


HAZARD = text(
    "Left ÷ minutes waited in bands of equal waiting; those who left at once aside. Interval: Poisson.",
    "Ушли ÷ минуты ожидания в полосах с равным временем ожидания; без ушедших сразу. ДИ: Пуассон.",
)


def _knees(waiting: Waiting, name: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for label, one in (
        (text("CSI, as answered", "CSI, как ответили"), waiting.plain),
        (text("CSI, adjusted for queue and hour", "CSI, с поправкой на очередь и час"), waiting.adjusted),
    ):
        if one is not None:
            slopes = (per_minute(one.before), per_minute(one.after))
            rows.append((label, VERDICTS[one.knee.verdict], Figure(one.knee.at, "s"), *_figures(slopes, "points")))
    if waiting.leaving is not None:
        found = waiting.leaving
        label = text("Leaving the queue", "Уход из очереди")
        rows.append(
            (label, VERDICTS[found.verdict], Figure(found.at, "s"), *_figures((found.before, found.after), "share"))
        )
    columns = (
        Column("what", text("What", "Что")),
        Column("verdict", text("Verdict", "Вывод")),
        Column("at_s", text("From", "С какого ожидания")),
        Column("before_per_min", text("Per minute before", "За минуту до")),
        Column("after_per_min", text("Per minute after", "За минуту после")),
    )
    title = text("Where it bends", "Где излом")
    definition = text(
        "CSI: {knee} {slopes} Leaving: {jump}", "CSI: {knee} {slopes} Уход: {jump}", knee=KNEE, slopes=SLOPES, jump=JUMP
    )
    return Table(f"wait_knees_{name}", title, columns, tuple(rows), definition)


def _figures(estimates: tuple[Estimate, Estimate], unit: Unit) -> tuple[Cell, Cell]:
    return Figure(estimates[0], unit), Figure(estimates[1], unit)


def _bands(archive: Archive, waiting: Waiting, name: str) -> Table:
    """Bands of the wait: how many, how satisfied, and who of those who got so far left there."""
    queued, level = waiting.contacts.queued, archive.settings.level
    waited = np.isin(queued.fate, (ANSWERED, ABANDONED, FLOWED_OUT)) & ~np.isnan(queued.wait_s)
    csi = archive.answers.csi[waiting.contacts.rows]
    rows: list[tuple[Cell, ...]] = []
    for low, high in zip(BANDS_S, (*BANDS_S[1:], np.inf), strict=True):
        here: Flags = waited & (queued.wait_s >= low) & (queued.wait_s < high)
        answered: Flags = here & (queued.fate == ANSWERED)
        reached = int((waited & (queued.wait_s >= low)).sum())
        left = share(int((here & (queued.fate == ABANDONED)).sum()), reached, level=level)
        rows.append(
            (
                _band(low, high),
                counted_figure(int(answered.sum())),
                Figure(share(int(answered.sum()), len(waiting.waits), level=level), "share"),
                Figure(mean_of(csi[answered], level), "index"),
                *((Figure(left, "share"),) if waiting.seen is not None else ()),
            )
        )
    return Table(f"wait_bands_{name}", WAITED, _band_columns(leaving=waiting.seen is not None), tuple(rows), BANDS)


BANDS = text(
    "CSI: mean answer, normal interval, not adjusted. Left: left in this band ÷ still waiting at its start; interval: "
    "Wilson.",
    "CSI: средний ответ, нормальный ДИ, без поправок. Ушли: ушли в этом интервале ÷ ждали к его началу; ДИ: Уилсон.",
)


def _band(low: float, high: float) -> Text:
    if high == np.inf:
        return text("{low} and longer", "{low} и дольше", low=seconds(low))
    return text("{low} to {high}", "от {low} до {high}", low=seconds(low), high=seconds(high))


def _band_columns(*, leaving: bool) -> tuple[Column, ...]:
    columns = (
        Column("wait", WAITED),
        Column("answered", text("Answered", "Отвечено")),
        Column("answered_share", text("Share", "Доля")),
        Column("csi", CSI),
    )
    return (*columns, Column("left_share", text("Left", "Ушли"))) if leaving else columns
