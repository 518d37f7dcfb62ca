"""First-contact resolution by its proxy: who had to come again, after what, how often, and who comes all the time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.pages import Block, CallRef, Figure, Finding, Heading, Page, Paragraph, Tile, Tiles
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.repeats import satisfaction, telling_causes
from voxcx.insight.repeats.causes import Cause, causes_of
from voxcx.insight.repeats.chains import Chains, chains_of
from voxcx.insight.repeats.effects import count, examples, level_of
from voxcx.insight.repeats.following import UNELAPSED, Followed, followed
from voxcx.insight.repeats.frequent import Frequent, frequent_callers
from voxcx.insight.repeats.tables import (
    by_channel,
    by_group,
    curve,
    days,
    definition,
    frequent_table,
    repeat_share,
    resolved_share,
)
from voxcx.insight.repeats.telling_chains import chain_lengths, chains_told, longest_chains, one_chain
from voxcx.insight.spanning import strays
from voxcx.statistics.proportions import share

TITLE = text("First contact and repeats", "Решение с первого обращения и повторы")
QUESTION = text(
    "Who had to come again, after what, and how often? “No repeat” stands in for “solved”: a customer who gave up "
    "does not come again either.",
    "Кому пришлось обратиться снова, после чего и как часто? «Нет повтора» здесь заменяет «решено»: тот, кто махнул "
    "рукой, тоже не обратится.",
)
NOBODY_COUNTED = text(
    "No contact could be followed for {window}: it takes contacts begun by known customers (customer_id or ticket_id) "
    "with their times, and an archive longer than the window.",
    "Ни за одним обращением нельзя проследить {window}: нужны обращения известных клиентов (customer_id или ticket_id) "
    "с "
    "временем начала и архив длиннее окна.",
    window="?",
)
NO_TOPICS = text(
    "No topics: repeats are counted on any topic. Give topics in the metadata or let the section on topics find them.",
    "Тем нет: повторы посчитаны по любой теме. Укажите темы в метаданных.",
)
NO_ANSWERS = text(
    "No survey answers: what repeats do to satisfaction cannot be told.",
    "Ответов на опрос нет: как повторы связаны с удовлетворённостью, сказать нельзя.",
)
NO_CRITERIA = text(
    "No verdicts of criteria: which errors precede repeats cannot be told.",
    "Оценок по критериям нет: какие ошибки предшествуют повторам, сказать нельзя.",
)


def page(archive: Archive) -> Page:
    """Repeats of the window on the same topic (where topics are known) and on any."""
    window, same_topic = archive.settings.repeats.window_days, _by_topic(archive)
    chased = followed(archive, same_topic=same_topic)
    lacks = tuple(_lacks(archive, same_topic=same_topic))
    if not chased.base(window).any():
        nobody = NOBODY_COUNTED.with_blanks({"window": days(window)})
        blocks = (*_frequent_blocks(archive, _frequent(archive)), *_left_out(chased, window))
        return Page("repeats", TITLE, QUESTION, blocks, (nobody, *lacks))
    beside, causes = satisfaction.beside(archive, chased), causes_of(archive, chased)
    points = max(-(beside.effect.value or 0.0), 0.0) if beside.effect.excludes_zero else 0.0
    found = (*_headline(archive, chased, beside), *telling_causes.findings(archive, chased, causes, points))
    return Page("repeats", TITLE, QUESTION, tuple(_blocks(archive, chased, beside, causes)), lacks, found)


def _blocks(
    archive: Archive, chased: Followed, beside: satisfaction.Beside, causes: tuple[Cause, ...]
) -> Iterator[Block]:
    window = archive.settings.repeats.window_days
    any_topic = followed(archive, same_topic=False) if chased.same_topic else chased
    yield Tiles(tuple(_tiles(archive, chased, any_topic, beside)))
    yield from _left_out(chased, window)
    yield curve(archive, (chased, any_topic) if chased.same_topic else (chased,))
    yield satisfaction.table(beside, surveyed=bool(archive.answers.answered.any()))
    yield by_group(archive, chased)
    yield by_channel(archive, chased)
    yield Heading(text("After what they come again", "После чего обращаются снова"))
    yield telling_causes.picture(archive, causes)
    yield telling_causes.table(archive, causes)
    yield from _chain_blocks(archive, chased, chains_of(archive, window, same_topic=chased.same_topic))
    yield from _frequent_blocks(archive, _frequent(archive))


def _by_topic(archive: Archive) -> bool:
    return archive.settings.repeats.same_topic and bool((archive.label("topic") != "").any())


def _lacks(archive: Archive, *, same_topic: bool) -> Iterator[Text]:
    yield from strays(archive)
    if archive.settings.repeats.same_topic and not same_topic:
        yield NO_TOPICS
    if not archive.answers.answered.any():
        yield NO_ANSWERS
    if not any(one.decided.any() for one in archive.criteria):
        yield NO_CRITERIA


def _frequent(archive: Archive) -> Frequent:
    settings = archive.settings.repeats
    return frequent_callers(archive, settings.frequent_from, settings.frequent_days)


def _tiles(archive: Archive, chased: Followed, any_topic: Followed, beside: satisfaction.Beside) -> Iterator[Tile]:
    window, level = archive.settings.repeats.window_days, archive.settings.level
    no_repeat = text(
        "1 − share of repeats: {told}",
        "1 − доля повторов: {told}",
        told=definition(window, same_topic=chased.same_topic),
    )
    title = text("No repeat within {window}", "Без повтора за {window}", window=days(window))
    yield Tile(title, Figure(resolved_share(chased, window, level=level), "share"), no_repeat)
    yield Tile(
        text("Repeated, on any topic", "Повтор по любой теме"),
        Figure(repeat_share(any_topic, window, level=level), "share"),
        definition(window, same_topic=any_topic.same_topic),
    )
    if archive.answers.answered.any():
        told = text("CSI as answered of repeated contacts − of the others", "CSI по ответам: с повтором − без повтора")
        title = text("CSI of the repeated against the rest", "CSI тех, кто обратился снова, против остальных")
        yield Tile(title, Figure(beside.effect, "points"), told)


def _left_out(chased: Followed, window_days: float) -> Iterator[Block]:
    """Aloud: what is not in the share, and why."""
    unelapsed = int((chased.counted & ~chased.base(window_days)).sum())
    reasons = [*chased.left_out, *([(UNELAPSED, unelapsed)] if unelapsed else [])]
    for why, n in reasons:
        said = text("Left out: {n} contacts – {why}.", "Не учтено обращений: {n} – {why}.", n=count(n), why=why)
        yield Paragraph(said)


def _headline(archive: Archive, chased: Followed, beside: satisfaction.Beside) -> Iterator[Finding]:
    """What a repeat goes with in CSI, where it is told."""
    effect, window = beside.effect, archive.settings.repeats.window_days
    if not effect.excludes_zero or effect.value is None:
        return
    again = repeat_share(chased, window, level=archive.settings.level)
    said = text(
        "{share} of contacts are repeated within {window}{about}; those contacts are rated {effect} against the "
        "others at the same {held}, {level} CI {effect.interval}",
        "После {share} обращений клиенты обращаются снова{about} за {window}; CSI таких обращений: {effect} к "
        "остальным {held}, {level} ДИ {effect.interval}",
        share=Figure(again, "share"),
        window=days(window),
        about=text(" on the same topic", " по той же теме") if chased.same_topic else "",
        effect=Figure(effect, "points"),
        level=level_of(archive),
        held=TOPIC_AND_CHANNEL if (archive.label("topic") != "").any() else CHANNEL,
    )
    worst = chased.repeated(window) & (archive.answers.dissatisfied > 0)
    calls: tuple[CallRef, ...] = examples(archive, worst, text("repeated, low rating", "повтор и низкая оценка"))
    yield Finding(said, max(0.0, -effect.value * (again.value or 0.0)), calls, "bad" if effect.value < 0 else "unsure")


TOPIC_AND_CHANNEL = text("topic and channel", "при той же теме и том же канале")
CHANNEL = text("channel (topics are not known)", "в том же канале (темы неизвестны)")


def _chain_blocks(archive: Archive, chased: Followed, chains: Chains) -> Iterator[Block]:
    told = chains_told(archive.settings.repeats.window_days, same_topic=chased.same_topic)
    lengths = chains.lengths
    joined, members = int(lengths[lengths > 1].sum()), int(lengths.sum())
    yield Heading(text("Chains", "Цепочки обращений"))
    tile = Tile(text("Contacts in chains", "Обращений в цепочках"), Figure(share(joined, members), "share"), told)
    yield Tiles((tile,))
    yield chain_lengths(chains, told)
    yield longest_chains(archive, chains, told)
    if shown := one_chain(archive, chains):
        yield shown


def _frequent_blocks(archive: Archive, frequent: Frequent) -> Iterator[Block]:
    if not frequent.customer:
        return
    yield Heading(text("Who comes all the time", "Кто обращается постоянно"))
    part = share(int(np.sum(frequent.contacts)), frequent.all_contacts, level=archive.settings.level)
    said = text(
        "{n} customers came at least {least} times within {days}; {share} of all contacts are theirs. Route them "
        "straight "
        "to the second line and solve the matter there.",
        "Клиентов, которые обратились не меньше {least} раз за {days}: {n}; на них приходится {share} всех обращений. "
        "Их "
        "стоит сразу вести на вторую линию и закрывать вопрос там.",
        n=count(len(frequent.customer)),
        least=count(archive.settings.repeats.frequent_from),
        days=days(archive.settings.repeats.frequent_days),
        share=Figure(part, "share"),
    )
    yield Paragraph(said)
    yield frequent_table(archive, frequent)
