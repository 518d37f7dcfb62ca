"""Why do they contact us: topics, their growth, and groups that nobody defined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Figure, Finding, Heading, Page, Paragraph
from voxcx.domain.texts import Blank, Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.repeats.following import begun_by_customer
from voxcx.insight.topics.assigning import topics_of
from voxcx.insight.topics.record import AssignedTopics
from voxcx.insight.topics.shares import Periods, TopicShare, periods_of, shares_of
from voxcx.insight.topics.telling import (
    examples,
    found_table,
    learned_tiles,
    sources_table,
    topics_table,
    week_lines,
)

TITLE = text("Why customers contact us", "Почему клиенты обращаются")
QUESTION = text(
    "What do customers come with, and what do they come with more often?",
    "С чем приходят клиенты и с чем стали приходить чаще?",
)
AT_MOST = 100
CALLS = 5
NO_TOPICS = text(
    "No topics: the source gives none (column topic) and the results hold no words of customers.",
    "Тем нет: источник их не передаёт (колонка topic), а слов клиентов в результатах нет.",
)
ALL_OURS = text(
    "All contacts whose topic is known were begun by the company: what customers come with cannot be told.",
    "Все обращения с известной темой начала компания: с чем приходят клиенты, сказать нельзя.",
)
NO_GROUPS = text("No groups of openings: {reason}.", "Групп обращений нет: {reason}.")
NO_CHANGE = text("Growth of topics cannot be told: {reason}.", "Рост тем не посчитать: {reason}.")
NOT_LEARNED = text(
    "Nothing was learned from people's labels: {reason}.", "По разметке людей обучить не удалось: {reason}."
)
CUT = text("Only the {n} most frequent topics are shown.", "Показаны только самые частые темы: {n}.")
NO_ANSWERS = text(
    "CSI of topics needs survey answers.",
    "Чтобы посчитать CSI по темам, нужны ответы на опрос.",
)
GREW = text(
    "“{topic}” comes more often: {before} → {now} of contacts ({ratio}, {level} CI {ratio.interval}), {periods}",
    "Тема «{topic}» стала чаще: {before} → {now} обращений ({ratio}, {level} ДИ {ratio.interval}), {periods}",
)
GREW_FROM_NONE = text(
    "“{topic}” is new: {now} of contacts, before not one ({periods})",
    "Тема «{topic}» – новая: {now} обращений, раньше ни одного ({periods})",
)
MOSTLY = text(
    "Customers come most with “{first}” ({first_share}), “{second}” ({second_share}) and “{third}” ({third_share})",
    "Чаще всего приходят с темами «{first}» ({first_share}), «{second}» ({second_share}) и «{third}» ({third_share})",
)


def page(archive: Archive) -> Page:
    """Topics with their shares, growth, CSI and handling time; where they came from; groups of openings."""
    known = topics_of(archive)
    made = _of_customers(archive, known)
    if not (made.topic != "").any():
        why = ALL_OURS if (known.topic != "").any() else NO_TOPICS
        return Page("topics", TITLE, QUESTION, lacks=(why, *_lacks(archive, made, None)))
    periods = periods_of(archive)
    shares = shares_of(archive, made.topic, periods, AT_MOST)
    blocks = tuple(_blocks(archive, made, shares, periods))
    lacks = tuple(_lacks(archive, made, periods))
    return Page("topics", TITLE, QUESTION, blocks, lacks, tuple(_findings(archive, made, shares, periods)))


def _of_customers(archive: Archive, made: AssignedTopics) -> AssignedTopics:
    """What the company began (or what goes on after a drop) is nothing that a customer came with."""
    own = begun_by_customer(archive)
    return replace(made, topic=np.where(own, made.topic, ""), source=np.where(own, made.source, ""))


def _blocks(archive: Archive, made: AssignedTopics, shares: Sequence[TopicShare], periods: Periods) -> Iterator[Block]:
    yield topics_table(archive, made, shares, periods)
    if len(shares) == AT_MOST:
        yield Paragraph(CUT.with_blanks({"n": str(AT_MOST)}))
    lines = week_lines(archive, made, shares)
    if lines is not None:
        yield lines
    yield sources_table(topics_of(archive), archive.settings.level)
    if made.learned is not None and not made.learned.reason:
        yield learned_tiles(made.learned)
    if made.found.clusters:
        yield Heading(text("What nobody asked about", "О чём никто не спрашивал"))
        yield found_table(archive, made)


def _lacks(archive: Archive, made: AssignedTopics, periods: Periods | None) -> Iterator[Text]:
    if made.found.reason is not None:
        yield NO_GROUPS.with_blanks({"reason": made.found.reason})
    if made.learned is not None and made.learned.reason is not None:
        yield NOT_LEARNED.with_blanks({"reason": made.learned.reason})
    if periods is not None and periods.reason is not None:
        yield NO_CHANGE.with_blanks({"reason": periods.reason})
    if not archive.answers.answered.any():
        yield NO_ANSWERS


def _findings(
    archive: Archive, made: AssignedTopics, shares: Sequence[TopicShare], periods: Periods
) -> Iterator[Finding]:
    rate = archive.settings.false_discoveries
    for one in shares:
        if one.moved(rate) and (one.change.value or 0.0) > 0:
            yield _grew(archive, made, one, periods)
    if len(shares) >= 3 and int((made.topic != "").sum()) >= archive.settings.fewest:
        blanks: dict[str, Blank] = {}
        for name, one in zip(("first", "second", "third"), shares, strict=False):
            blanks |= {name: made.title(one.topic), f"{name}_share": Figure(one.share, "share")}
        calls = tuple(ref for one in shares[:3] for ref in examples(archive, one.rows, 1))
        yield Finding(MOSTLY.with_blanks(blanks), 0.0, calls, "plain")


def _grew(archive: Archive, made: AssignedTopics, one: TopicShare, periods: Periods) -> Finding:
    said = (GREW if one.ratio.value is not None else GREW_FROM_NONE).with_blanks(
        {
            "topic": made.title(one.topic),
            "before": Figure(one.before, "share"),
            "now": Figure(one.now, "share"),
            "ratio": Figure(one.ratio, "ratio"),
            "level": Figure(Estimate(archive.settings.level), "share"),
            "periods": periods.name,
        }
    )
    return Finding(
        said, _weight(archive, one), examples(archive, one.rows & periods.now, CALLS), about=f"topic:{one.topic}"
    )


def _weight(archive: Archive, one: TopicShare) -> float:
    """Added share × how far the topic's answered CSI lies below that of all."""
    csi = archive.answers.csi
    mine, known = one.rows & ~np.isnan(csi), ~np.isnan(csi)
    if mine.sum() < archive.settings.fewest:
        return 0.0
    below = float(csi[known].mean() - csi[mine].mean())
    return max(below, 0.0) * (one.change.value or 0.0)
