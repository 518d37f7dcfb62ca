"""What it cost the customer: CES, the effort index and its drivers, channels crossed, saying it all again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.pages import Block, Figure, Finding, Heading, Page, Paragraph, Tile, Tiles
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, Flags, Floats
from voxcx.insight.effort.again import repeating
from voxcx.insight.effort.drivers import Driver, drivers_of, effort_index, effort_rows
from voxcx.insight.effort.flow import channel_flow
from voxcx.insight.effort.relating import Related, ces_of, outside_scale, related, together
from voxcx.insight.effort.tables import (
    by_group,
    ces_told,
    course,
    crossers,
    drivers_picture,
    drivers_table,
    index_told,
)
from voxcx.insight.repeats.chains import Chains, chains_of
from voxcx.insight.repeats.effects import count, examples, level_of
from voxcx.insight.repeats.telling_chains import chains_told
from voxcx.insight.surveys import mean_of

TITLE = text("Effort", "Усилия клиента")
QUESTION = text(
    "What does it cost a customer to get something done, and which of it goes with satisfaction?",
    "Сколько усилий клиент тратит, чтобы решить вопрос, и какие из них снижают удовлетворённость?",
)
MOST_FINDINGS = 4
NO_CES = text(
    "Effort was not asked about (ces in surveys.csv): the index stands alone, nobody can check it against answers.",
    "Об усилиях не спрашивали (ces в surveys.csv): индекс не с чем сверить.",
)
NO_ANSWERS = text(
    "No survey answers: what effort does to satisfaction cannot be told.",
    "Ответов на опрос нет: как усилия связаны с удовлетворённостью, сказать нельзя.",
)
NO_INDEX = text(
    "No contact has {n} known drivers: an effort index takes telephony or chat times, the customer's history or words.",
    "Ни об одном обращении не известны {n} фактора: индексу нужны данные АТС или времена чата, история клиента или "
    "слова.",
    n="?",
)
UNKNOWN = text("Not known in this archive: {drivers}.", "В этом архиве неизвестно: {drivers}.", drivers="?")
OUTSIDE = text(
    "{n} answers about effort lie outside of the scale {low}…{high}; they are left out. Correct effort in the "
    "settings.",
    "Ответов об усилиях вне шкалы {low}…{high}: {n}; они не учтены. Поправьте effort в настройках.",
    n="?",
    low="?",
    high="?",
)


def page(archive: Archive) -> Page:
    """CES and the index first, then its drivers, crossers, flows and where they repeat themselves."""
    settings = archive.settings
    same_topic = settings.repeats.same_topic and bool((archive.label("topic") != "").any())
    chains = chains_of(archive, settings.repeats.window_days, same_topic=same_topic)
    drivers, rows = drivers_of(archive, chains), effort_rows(archive)
    index = np.where(rows, effort_index(drivers, settings.effort.fewest_known), np.nan)
    lacks = tuple(_lacks(archive, drivers, rows, index))
    found = related(archive, drivers, rows)
    blocks = (
        *_tiles(archive, drivers, rows, index),
        *_driver_blocks(archive, drivers, found, rows),
        *_group_blocks(archive, drivers, rows, index),
        *_flow_blocks(archive, chains, same_topic=same_topic),
        *_again_blocks(archive, drivers, rows),
    )
    return Page("effort", TITLE, QUESTION, blocks, lacks, tuple(_findings(archive, found, rows)))


def _lacks(archive: Archive, drivers: tuple[Driver, ...], rows: Flags, index: Floats) -> Iterator[Text]:
    settings = archive.settings.effort
    if np.isnan(index).all():
        yield NO_INDEX.with_blanks({"n": count(settings.fewest_known)})
    if np.isnan(ces_of(archive)).all():
        yield NO_CES
    if not archive.answers.answered.any():
        yield NO_ANSWERS
    if n := outside_scale(archive):
        yield OUTSIDE.with_blanks({"n": count(n), "low": f"{settings.ces_min:g}", "high": f"{settings.ces_max:g}"})
    unknown: Text | str = ""
    for one in drivers:
        if not (one.known & rows).any():
            unknown = (
                text("{before}, {one}", "{before}, {one}", before=unknown, one=one.title) if unknown else one.title
            )
    if unknown:
        yield UNKNOWN.with_blanks({"drivers": unknown})


def _tiles(archive: Archive, drivers: tuple[Driver, ...], rows: Flags, index: Floats) -> Iterator[Block]:
    ces, level = ces_of(archive), archive.settings.level
    tiles = []
    if not np.isnan(ces).all():
        tiles.append(
            Tile(text("CES as answered", "CES по ответам"), Figure(mean_of(ces, level), "number"), ces_told(archive))
        )
    if not np.isnan(index).all():
        told = index_told(archive, [one for one in drivers if (one.known & rows).any()])
        tiles.append(Tile(text("Effort index", "Индекс усилий"), Figure(mean_of(index, level), "index"), told))
        tiles.extend(_correlations(archive, index, rows))
    if tiles:
        yield Tiles(tuple(tiles))


def _correlations(archive: Archive, index: Floats, rows: Flags) -> Iterator[Tile]:
    told = text(
        "Spearman’s rank correlation of the effort index with the answer of the same contact; interval: Bonett and "
        "Wright",
        "ранговая корреляция Спирмена индекса усилий с ответом о том же обращении; ДИ: Бонетт и Райт",
    )
    for name, values in (("CES", ces_of(archive)), ("CSI", archive.answers.csi)):
        if not np.isnan(values).all():
            title = text("Index with {name}", "Связь индекса с {name}", name=name)
            yield Tile(title, Figure(together(index, values, rows, archive), "score"), told)


def _driver_blocks(
    archive: Archive, drivers: tuple[Driver, ...], found: tuple[Related, ...], rows: Flags
) -> Iterator[Block]:
    if not found:
        return
    if any(one.csi.value is not None for one in found):
        yield drivers_picture(found)
    yield drivers_table(archive, found)
    if curve := course(archive, drivers, rows):
        yield curve


def _group_blocks(archive: Archive, drivers: tuple[Driver, ...], rows: Flags, index: Floats) -> Iterator[Block]:
    if not np.isnan(index).all():
        yield by_group(archive, index, index_told(archive, [one for one in drivers if (one.known & rows).any()]))
    if crossed := crossers(archive, drivers, rows):
        yield crossed


def _flow_blocks(archive: Archive, chains: Chains, *, same_topic: bool) -> Iterator[Block]:
    if not (chains.lengths > 1).any():
        return
    yield channel_flow(archive, chains, chains_told(archive.settings.repeats.window_days, same_topic=same_topic))


def _again_blocks(archive: Archive, drivers: tuple[Driver, ...], rows: Flags) -> Iterator[Block]:
    driver = next(one for one in drivers if one.id == "repeats_oneself")
    if not (driver.known & rows).any():
        return
    yield Heading(text("Saying it all again", "Кому приходится повторять одно и то же"))
    yield Paragraph(driver.rule)
    yield from repeating(archive, driver, rows)


def _findings(archive: Archive, found: tuple[Related, ...], rows: Flags) -> Iterator[Finding]:
    """Drivers whose effect on CSI stands and is bad, the heaviest first."""
    bad = [one for one in found if one.stands and (one.csi.value or 0.0) < 0]
    for one in sorted(bad, key=lambda one: -_weight(one, rows))[:MOST_FINDINGS]:
        said = text(
            "{title} ({rule}): {share} of contacts, {effect} of CSI, {level} CI {effect.interval}",
            "{title} ({rule}): {share} обращений, {effect} CSI, {level} ДИ {effect.interval}",
            title=one.driver.title,
            rule=one.driver.rule,
            share=Figure(one.part, "share"),
            effect=Figure(one.csi, "points"),
            level=level_of(archive),
        )
        there = rows & one.driver.present
        about = "waiting" if one.driver.id == "long_wait" else ""
        low = there & (archive.answers.dissatisfied > 0)
        yield Finding(
            said, _weight(one, rows), examples(archive, low if low.any() else there, one.driver.title), about=about
        )


def _weight(one: Related, rows: Flags) -> float:
    """Points of the mean CSI of all contacts: where the driver is not known it weighs nothing."""
    return -(one.csi.value or 0.0) * float((rows & one.driver.present).sum()) / max(int(rows.sum()), 1)
