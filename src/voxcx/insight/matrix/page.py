"""Everything against everything, period by period: what moves together beyond the calendar."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Cell, Column, Figure, Finding, Heat, Page, Paragraph, Table, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.matrix.correlating import Pair, pairs_of
from voxcx.insight.matrix.measures import measures_of
from voxcx.insight.matrix.periods import A_YEAR, Periods, periods_of
from voxcx.insight.matrix.summing import FEWEST, Measure
from voxcx.insight.repeats.effects import count, level_of

TITLE = text("Everything against everything", "Всё со всем")
QUESTION = text(
    "Which measures rise and fall together? That two do so is no proof that one moves the other.",
    "Какие показатели растут и падают вместе? Совместное движение не доказывает, что один влияет на другой.",
)
MOST_FINDINGS = 3
TOO_FEW = text(
    "The archive has {have} whole {periods}, a correlation takes {least}: {n} more are needed. Set matrix.by or "
    "matrix.periods_at_least in the settings for another cut.",
    "Целых периодов ({periods}) в архиве: {have}, для корреляции нужно {least}; не хватает {n}. Другой разрез задают "
    "matrix.by и matrix.periods_at_least в настройках.",
    have="?",
    periods="?",
    least="?",
    n="?",
)
NO_PAIR = text(
    "Fewer than two measures are known in these periods: nothing to compare.",
    "В этих периодах известно меньше двух показателей: сравнивать нечего.",
)
NO_ANSWERS = text(
    "No survey answers: CSI, CSAT, CDSAT, CES and NPS are not in the matrix.",
    "Ответов на опрос нет: CSI, CSAT, CDSAT, CES и NPS в таблице отсутствуют.",
)
NO_SERIES = text(
    "No series.csv: employees’ engagement and satisfaction or the value of customers are not in the matrix.",
    "Нет series.csv: вовлечённости и удовлетворённости сотрудников и ценности клиентов в таблице нет.",
)
CUBIC = text("a curve of the third degree in time", "кривая третьей степени по времени")
WAVES = text("a straight trend and two waves of the year", "прямой тренд и две годовые волны")
NOTHING = text("nothing: teams have no calendar", "ничего: у команд нет календаря")
TOLD = text(
    "Pearson’s r of the two measures by {by}, of which this was taken out first: {out}; a first or last period "
    "that is not whole is dropped, and so is one with fewer than {fewest} answers (contacts). Degrees of freedom: "
    "independent periods by Bartlett’s formula (Pyper and Peterman 1998) less what was taken out; interval: "
    "Fisher; found: q ≤ {rate} (Benjamini–Hochberg over all pairs of different sources). Few answers in a period "
    "make r smaller than it is",
    "r Пирсона двух показателей ({by}); из обоих сначала вычтено: {out}; неполный первый или последний период и "
    "периоды, где меньше {fewest} ответов (обращений), не учтены. Степени свободы: независимые периоды по формуле "
    "Бартлетта (Пайпер и Питерман 1998) минус вычтенное; ДИ: Фишер; найдено: q ≤ {rate} (Бенджамини–Хохберг по "
    "парам из разных источников). Когда в периоде мало ответов, r занижен",
    by="?",
    out="?",
    fewest=str(FEWEST),
    rate="?",
)
NOT_FOUND = text("not told from 0, see the table", "не отличить от 0, см. таблицу")
LINKED = text("computed from the same: not tested", "вычислены из одного и того же: не проверяется")
FOUND, NONE = text("found", "найдено"), text("not told from 0", "не отличить от 0")
NO_FINDS = text("No two measures were found to move together.", "Показателей, которые меняются вместе, не найдено.")
SAME_PEOPLE = text("of the same contacts: not tested", "по тем же обращениям: не проверяется")


def page(archive: Archive) -> Page:
    """The matrix of what was found, all pairs, and what the measures are."""
    periods = periods_of(archive)
    measures = measures_of(archive, periods) if periods.count else ()
    lacks = tuple(_lacks(archive, periods, measures))
    if len(measures) < 2:
        return Page("matrix", TITLE, QUESTION, lacks=(*lacks, *([NO_PAIR] if periods.count else [])))
    pairs = pairs_of(archive, periods, measures)
    told = _told(archive, periods)
    blocks = tuple(_blocks(pairs, measures, told, periods))
    return Page("matrix", TITLE, QUESTION, blocks, lacks, tuple(_findings(archive, pairs, periods)))


def _lacks(archive: Archive, periods: Periods, measures: tuple[Measure, ...]) -> Iterator[Text]:
    least = archive.settings.matrix.periods_at_least
    if periods.count < least:
        have, more = count(periods.count), count(least - periods.count)
        yield TOO_FEW.with_blanks({"have": have, "periods": periods.name, "least": count(least), "n": more})
    if not archive.answers.answered.any():
        yield NO_ANSWERS
    if not archive.beside.series:
        yield NO_SERIES
    if periods.by == "team" and measures and all(one.id != "sl" for one in measures):
        yield text(
            "Service level by team is left out: who left the queue has no team.",
            "SL по командам не посчитан: у потерянных звонков нет команды.",
        )


def _told(archive: Archive, periods: Periods) -> Text:
    out = NOTHING if periods.by == "team" else CUBIC if periods.count < A_YEAR[periods.by] else WAVES
    rate = Figure(Estimate(archive.settings.false_discoveries), "number")
    return TOLD.with_blanks({"by": periods.name, "out": out, "fewest": str(FEWEST), "rate": rate})


def _blocks(pairs: tuple[Pair, ...], measures: tuple[Measure, ...], told: Text, periods: Periods) -> Iterator[Block]:
    if any(one.found for one in pairs):
        yield _heat(pairs, measures, told)
    elif any(one.tested and one.r.value is not None for one in pairs):
        yield Paragraph(NO_FINDS)
    yield _pairs_table(pairs, told)
    yield _measures_table(measures, periods)


def _heat(pairs: tuple[Pair, ...], measures: tuple[Measure, ...], told: Text) -> Heat:
    """The lower half: each pair once; only found correlations have a number."""
    by_ids = {(one.first.id, one.second.id): one for one in pairs}
    cells = tuple(
        tuple(_heat_cell(by_ids.get((column.id, row.id))) for column in measures[:-1]) for row in measures[1:]
    )
    names = [one.title for one in measures]
    title = text("What moves together", "Что меняется вместе")
    return Heat(title, tuple(names[1:]), tuple(names[:-1]), cells, "neither", told)


def _heat_cell(pair: Pair | None) -> Figure | None:
    if pair is None:
        return None
    if pair.found:
        return Figure(pair.r, "score")
    reason = pair.r.reason or (NOT_FOUND if pair.tested else _verdict(pair))
    return Figure(Estimate(None, n=pair.r.n, level=pair.r.level, reason=reason), "score")


def _verdict(pair: Pair) -> Text | None:
    if pair.linked:
        return LINKED
    if not pair.tested:
        return SAME_PEOPLE
    if pair.r.value is None:
        return None
    return FOUND if pair.found else NONE


def _pairs_table(pairs: tuple[Pair, ...], told: Text) -> Table:
    """All pairs: the found ones, the other tested ones, the rest; the strongest first."""
    ordered = sorted(pairs, key=lambda one: (not one.found, not one.tested, -abs(one.r.value or 0.0)))
    rows: list[tuple[Cell, ...]] = []
    for one in ordered:
        q = None if np.isnan(one.q) else Figure(Estimate(one.q), "number")
        worth = None if np.isnan(one.effective) else Figure(Estimate(one.effective), "count")
        rows.append(
            (one.first.title, one.second.title, Figure(one.r, "score"), count(one.r.n), worth, q, _verdict(one))
        )
    columns = (
        Column("first", text("Measure", "Показатель")),
        Column("second", text("and", "и")),
        Column("r", text("r", "r")),
        Column("periods", text("Periods", "Периодов")),
        Column("independent", text("Worth independent ones", "Из них независимых")),
        Column("q", text("q", "q")),
        Column("verdict", text("After the correction", "С поправкой")),
    )
    tones: tuple[Tone, ...] = tuple("plain" if one.found else "unsure" for one in ordered)
    return Table("matrix_pairs", text("All pairs", "Все пары"), columns, tuple(rows), told, tones=tones)


def _measures_table(measures: tuple[Measure, ...], periods: Periods) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in measures:
        known = one.values[~np.isnan(one.values)]
        typical = float(np.median(one.n[~np.isnan(one.values)]))
        mean = Figure(Estimate(float(known.mean()), n=len(known)), one.unit)
        rows.append((one.title, count(len(known)), count(round(typical)), mean, one.definition))
    columns = (
        Column("measure", text("Measure", "Показатель")),
        Column("periods", text("Known in", "Известен в")),
        Column("typical_n", text("From, in a usual one", "Из скольких, обычно")),
        Column("mean", text("Mean over them", "Среднее по ним")),
        Column("formula", text("Formula", "Формула")),
    )
    told = text(
        "known in: {by} with at least {fewest} answers or contacts; from: the median of how many; mean: each of them "
        "counts alike, so it is not the archive’s figure",
        "известен в: {by}, где не меньше {fewest} ответов или обращений; из скольких: медиана; среднее: периоды весят "
        "одинаково, поэтому это не показатель всего архива",
        by=periods.name,
        fewest=str(FEWEST),
    )
    return Table("matrix_measures", text("The measures", "Показатели"), columns, tuple(rows), told)


def _findings(archive: Archive, pairs: tuple[Pair, ...], periods: Periods) -> Iterator[Finding]:
    """The strongest of each two sources. Nothing hangs on them: a correlation is no cause."""
    ordered = sorted((one for one in pairs if one.found), key=lambda one: abs(one.r.value or 0.0))
    # CSI, CSAT and NPS of the same answers with one series are one thing to tell: the last written is the strongest.
    strongest = {frozenset((one.first.source, one.second.source)): one for one in ordered}
    for one in sorted(strongest.values(), key=lambda one: -abs(one.r.value or 0.0))[:MOST_FINDINGS]:
        along = (one.r.value or 0.0) > 0
        said = text(
            "{a} and {b} go {way}: r = {r}, {level} CI {r.interval}, {periods}: {r.n}. A correlation is no cause: try "
            "a change of one on a part and look at the other.",
            "{a} и {b} меняются {way}: r = {r}, {level} ДИ {r.interval}, {periods}: {r.n}. Связь – ещё не причина: "
            "попробуйте изменить одно на части обращений и посмотрите на другое.",
            a=one.first.title,
            b=one.second.title,
            way=text("together", "в одну сторону") if along else text("against each other", "в разные стороны"),
            r=Figure(one.r, "score"),
            level=level_of(archive),
            periods=periods.name,
        )
        yield Finding(said, 0.0, tone="plain")
