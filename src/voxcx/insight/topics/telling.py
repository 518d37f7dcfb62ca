"""Topics as tables and curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import CallRef, Cell, Column, Figure, Line, Lines, Table, Tile, Tiles, Tone
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import Archive, Flags
from voxcx.insight.surveys import CSI, mean_of
from voxcx.insight.topics.record import SOURCES, AssignedTopics, Cluster, Learned, Source
from voxcx.insight.topics.shares import Periods, TopicShare
from voxcx.statistics.proportions import share

CURVES = 6
EXAMPLES = 3
QUOTED_LETTERS = 120
FEW = text("cannot tell: {n} more answers needed", "пока не сказать: не хватает ответов – {n}")
SOURCE_NAMES: dict[Source, Text] = {
    "given": text("given by the source", "из источника"),
    "people": text("labelled by people", "размечено людьми"),
    "trained": text("learned from people's labels", "обучено по разметке людей"),
    "rules": text("rules on the customer's first words", "правила по первым словам клиента"),
    "found": text("found: groups of openings alike", "найдено: группы похожих обращений"),
}
SHARE = text(
    "contacts of the topic ÷ contacts whose topic is known, both begun by customers; Wilson's interval, a customer's "
    "contacts counted together (design effect)",
    "обращения темы ÷ обращения, у которых тема известна (только начатые клиентами); интервал Уилсона, обращения "
    "одного клиента считаются связанными",
)
CHANGE = text(
    "share now − share before: {periods}; Newcombe's interval",
    "доля сейчас − доля раньше: {periods}; интервал Ньюкомба",
)
Q = text(
    "p of the score test over all topics, corrected by Benjamini–Hochberg; told from {rate}",
    "p критерия для долей по всем темам с поправкой Бенджамини–Хохберга; рост отмечается до {rate}",
)
AHT = text(
    "mean AHT (talk + holds + after-call work) of contacts where it is known",
    "среднее (разговор + удержания + поствызывная обработка) там, где оно известно",
)


def topics_table(archive: Archive, made: AssignedTopics, shares: Sequence[TopicShare], periods: Periods) -> Table:
    """Every topic: how often, whether that changed, CSI as answered, handling time, examples."""
    rate = archive.settings.false_discoveries
    change = CHANGE.with_blanks({"periods": periods.name})
    q = Q.with_blanks({"rate": Figure(Estimate(rate), "number")})
    return Table(
        "topics",
        text("Topics", "Темы"),
        (
            Column("topic", text("Topic", "Тема")),
            Column("source", text("From", "Откуда тема")),
            Column("share", text("Share", "Доля"), SHARE),
            Column("share_before", text("Before", "Раньше")),
            Column("share_now", text("Now", "Сейчас")),
            Column("change", text("Change", "Изменение"), change),
            Column("q", same("q"), q),
            Column("csi", text("CSI as answered", "CSI по ответам"), CSI),
            Column("aht_s", text("AHT", "Время обработки (AHT)"), AHT),
            Column("examples", text("Examples", "Примеры")),
        ),
        tuple(_topic_row(archive, made, one) for one in shares),
        text("Share: {share}. Change: {change}.", "Доля: {share}. Изменение: {change}.", share=SHARE, change=change),
        shown=12,
        tones=tuple(_tone(one, rate) for one in shares),
    )


def _tone(one: TopicShare, rate: float) -> Tone:
    return "bad" if one.moved(rate) and (one.change.value or 0) > 0 else "plain"


def _topic_row(archive: Archive, made: AssignedTopics, one: TopicShare) -> tuple[Cell, ...]:
    return (
        made.title(one.topic),
        _sources(made, one.rows),
        Figure(one.share, "share"),
        Figure(one.before, "share"),
        Figure(one.now, "share"),
        Figure(one.change, "share_points"),
        None if np.isnan(one.q) else Figure(Estimate(one.q, n=one.change.n), "number"),
        Figure(csi_of(archive, one.rows), "index"),
        Figure(mean_of(np.where(one.rows, archive.number("handle_s"), np.nan), archive.settings.level), "s"),
        examples(archive, one.rows),
    )


def csi_of(archive: Archive, rows: Flags) -> Estimate:
    """Mean answered CSI of contacts; none where too few answered."""
    csi = np.where(rows, archive.answers.csi, np.nan)
    known, fewest = int((~np.isnan(csi)).sum()), archive.settings.fewest
    if 0 < known < fewest:
        return Estimate(None, n=known, reason=FEW.with_blanks({"n": str(fewest - known)}))
    return mean_of(csi, archive.settings.level)


def _sources(made: AssignedTopics, rows: Flags) -> Text:
    there = set(made.source[rows].tolist())
    return joined([SOURCE_NAMES[name] for name in SOURCES if name in there])


def joined(names: Sequence[Text]) -> Text:
    """Names with commas."""
    return Text(", ".join(one.en for one in names), ", ".join(one.ru for one in names))


def examples(archive: Archive, rows: Flags, at_most: int = EXAMPLES) -> tuple[CallRef, ...]:
    """The latest contacts, those whose first words are known first."""
    found = np.flatnonzero(rows)
    if archive.openings is not None and (archive.openings[found] != "").any():
        found = found[archive.openings[found] != ""]
    return tuple(opening_ref(archive, row) for row in found[::-1][:at_most].tolist())


def opening_ref(archive: Archive, row: int) -> CallRef:
    """A contact with what the customer said first."""
    said = "" if archive.openings is None else str(archive.openings[row])
    short = said if len(said) <= QUOTED_LETTERS else said[:QUOTED_LETTERS].rsplit(" ", 1)[0] + " …"
    return CallRef(str(archive.id[row]), why=same(short) if short else None)


def week_lines(archive: Archive, made: AssignedTopics, shares: Sequence[TopicShare]) -> Lines | None:
    """Shares of the largest topics by week; none with fewer than two weeks."""
    week = (archive.day + 3) // 7  # 1970-01-01 was a Thursday
    known = (archive.day >= 0) & (made.topic != "")
    weeks, place = np.unique(week[known], return_inverse=True)
    if len(weeks) < 2:
        return None
    n = np.bincount(place, minlength=len(weeks))
    level = archive.settings.level
    lines = []
    for one in shares[:CURVES]:
        hits = np.bincount(place, one.rows[known], len(weeks))
        y = tuple(share(float(h), int(all_), level=level) for h, all_ in zip(hits, n, strict=True))
        lines.append(Line(made.title(one.topic), tuple((7.0 * weeks - 3).tolist()), y))
    return Lines(
        text("The most frequent topics by week", "Самые частые темы по неделям"),
        text("Week from", "Неделя с"),
        "date",
        text("Share of contacts with a topic", "Доля обращений с известной темой"),
        "share",
        tuple(lines),
        text(
            "contacts of the topic ÷ contacts whose topic is known, by week; Wilson's interval; the first and the last "
            "week may be incomplete",
            "обращения темы ÷ обращения с известной темой за неделю; интервал Уилсона; первая и последняя недели могут "
            "быть неполными",
        ),
    )


def sources_table(made: AssignedTopics, level: float) -> Table:
    """Where topics came from."""
    n = len(made.topic)
    named = [*((SOURCE_NAMES[name], name) for name in SOURCES), (text("not known", "тема неизвестна"), "")]
    rows = [
        (name, Figure(Estimate(hits), "count"), Figure(share(hits, n, level=level), "share"))
        for name, key in named
        if (hits := int((made.source == key).sum()))
    ]
    definition = text(
        "For each contact the first of these that knows its topic; found groups only where the others know fewer than "
        "half of the contacts.",
        "Для каждого обращения – первый из этих источников, который знает тему; найденные группы – только если "
        "остальные "
        "знают меньше половины обращений.",
    )
    columns = (
        Column("source", text("From", "Откуда")),
        Column("contacts", text("Contacts", "Обращения")),
        Column("share", text("Share of all", "Доля всех")),
    )
    return Table("topic_sources", text("Where topics come from", "Откуда взяты темы"), columns, tuple(rows), definition)


def found_table(archive: Archive, made: AssignedTopics) -> Table:
    """Groups of openings, their words, and what topic their contacts have."""
    found = made.found
    definition = text(
        "The customer's first words (4 utterances, 400 letters), each language by itself, as TF-IDF of normal "
        "forms → 20 directions → spherical "
        "k-means; the fewest groups whose silhouette × stability comes near the best. Named by words that set "
        "the group apart "
        "(class-based TF-IDF). {explained} of {n} openings hold a word of their group, the rest is other. Groups "
        "of two "
        "halves of the openings agree to {stability} (adjusted Rand index: 1 the same, 0 by chance).",
        "Первые слова клиента (4 реплики, 400 букв), каждый язык отдельно: TF-IDF нормальных форм → 20 "
        "направлений → сферические k-средние; "
        "групп – наименьшее число, при котором силуэт × устойчивость почти лучшие. Названия – слова, которые "
        "отличают группу "
        "(классовый TF-IDF). {explained} из {n} вступлений содержат слово своей группы, остальные – прочее. Группы по "
        "двум половинам вступлений совпадают на {stability} (скорректированный индекс Рэнда: 1 – полностью, 0 – "
        "случайно).",
        explained=Figure(found.explained, "share"),
        n=Figure(Estimate(found.openings), "count"),
        stability=Figure(Estimate(found.stability, n=found.openings), "number"),
    )
    return Table(
        "topics_found",
        text("Found in customers' own words", "Найдено в словах клиентов"),
        (
            Column("group", text("Group", "Группа")),
            Column("words", text("Its words", "Её слова")),
            Column("share", text("Share of openings", "Доля вступлений")),
            Column("mostly", text("Mostly the topic", "Чаще всего тема")),
            Column("mostly_share", text("Of the group", "От группы")),
            Column("examples", text("Examples", "Примеры")),
        ),
        tuple(_found_row(archive, made, at, one) for at, one in enumerate(found.clusters)),
        definition,
    )


def _found_row(archive: Archive, made: AssignedTopics, at: int, one: Cluster) -> tuple[Cell, ...]:
    mine: Flags = made.found.member == at
    n, level = int(mine.sum()), archive.settings.level
    names, times = np.unique(made.topic[mine].astype(str), return_counts=True)
    most = int(times.argmax())
    topic = made.title(str(names[most])) if names[most] else text("none", "никакой")
    return (
        one.name,
        ", ".join(one.words),
        Figure(share(n, made.found.openings, level=level), "share"),
        topic,
        Figure(share(int(times[most]), n, level=level), "share"),
        tuple(opening_ref(archive, row) for row in one.examples),
    )


def learned_tiles(learned: Learned) -> Tiles:
    """How good the model of people's labels is."""
    about = text(
        "right ÷ told, of {n} labels of people on {topics} topics, each told by a model that saw neither it nor its "
        "customer (5 folds; TF-IDF of normal forms, logistic regression); where the model was not sure it abstained",
        "верно ÷ отвечено по {n} меткам людей, тем – {topics}; каждую метку ставила модель, которая не видела ни "
        "её, ни "
        "её клиента (5 частей; TF-IDF нормальных форм, логистическая регрессия); неуверенная модель воздерживалась",
        n=Figure(Estimate(learned.labels), "count"),
        topics=str(len(learned.topics)),
    )
    sure = text(
        "labels on which the model did not abstain ÷ labels", "метки, на которых модель не воздержалась ÷ метки"
    )
    return Tiles(
        (
            Tile(text("Learned topics: right", "Обученные темы: верно"), Figure(learned.accuracy, "share"), about),
            Tile(text("Told, not abstained", "Ответила, не воздержалась"), Figure(learned.sure, "share"), sure),
        )
    )
