"""Robots too: what IVR and bots serve, whom they annoy, and what had better go straight to a person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Figure, Finding, Heading, Page, Paragraph, Tiles
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.repeats.effects import examples, level_of
from voxcx.insight.repeats.tables import days
from voxcx.insight.robots.effects import Effect, effects_of
from voxcx.insight.robots.ending import tiles
from voxcx.insight.robots.intents import Intent, intents_of
from voxcx.insight.robots.legs import Legs, legs_of
from voxcx.insight.robots.tables import (
    blocks_of,
    bot_criteria,
    bot_form,
    by_intent,
    by_node,
    effects_picture,
    effects_table,
    ended,
    time_curve,
)
from voxcx.insight.spanning import strays
from voxcx.statistics.differences import spearman

TITLE = text("IVR and bots", "IVR и боты")
QUESTION = text(
    "What do machines solve, whom do they send round in circles, and what should go straight to a person?",
    "Что роботы решают, кого гоняют по кругу и какие обращения стоит сразу вести к оператору?",
)
NO_MACHINE = text(
    "No contact has an IVR or bot leg: give ivr_status (or ivr_time_s) of calls and the bot’s messages of chats.",
    "Ни одного обращения через IVR или бота: нужны ivr_status (или ivr_time_s) звонков и сообщения бота в чатах.",
)
NO_CONTAINED = text(
    "Nothing records what a machine served alone (contained): how much it contains cannot be told.",
    "Не записано, что робот решил без человека (contained): долю таких обращений посчитать нельзя.",
)
NO_CUSTOMER = text(
    "Nobody can be followed for {window}: it takes customer_id, times and an archive that is longer; whether contained "
    "contacts came again is not known.",
    "Ни за кем нельзя проследить {window}: нужны customer_id, время начала и архив длиннее; вернулись ли те, кого "
    "обслужил робот, неизвестно.",
    window="?",
)
NO_ANSWERS = text(
    "No survey answers: what machines go with in satisfaction cannot be told.",
    "Ответов на опрос нет: как роботы связаны с удовлетворённостью, сказать нельзя.",
)
NO_FORM = text(
    "No verdicts of a form for bots: how well they did it is not known.",
    "Оценок по анкете для ботов нет: как они справились, неизвестно.",
)


def page(archive: Archive) -> Page:
    """Containment first, then how it ended, what it goes with, by intent, and the bot's form."""
    legs = legs_of(archive)
    if not legs.met.any():
        return Page("robots", TITLE, QUESTION, lacks=(NO_MACHINE,))
    effects, intents = effects_of(archive, legs), intents_of(archive, legs)
    blocks = tuple(_blocks(archive, legs, effects, intents))
    found = (*_effect_findings(archive, effects), *_intent_findings(archive, intents))
    return Page("robots", TITLE, QUESTION, blocks, tuple(_lacks(archive, legs)), found)


def _blocks(archive: Archive, legs: Legs, effects: tuple[Effect, ...], intents: tuple[Intent, ...]) -> Iterator[Block]:
    if told := tuple(tiles(archive, legs)):
        yield Tiles(told)
    yield from blocks_of(ended(archive, legs), by_node(archive, legs))
    if effects:
        yield Heading(text("What goes with it", "С чем это связано"))
        yield from blocks_of(effects_picture(archive, effects), effects_table(archive, effects))
    if curve := time_curve(archive, legs):
        yield curve
        yield Paragraph(_time_said(archive, legs))
    if intents:
        yield by_intent(archive, intents)
    if columns := bot_criteria(archive, legs):
        yield bot_form(archive, columns)


def _lacks(archive: Archive, legs: Legs) -> Iterator[Text]:
    yield from strays(archive)
    window = max(archive.settings.robots.honest_days)
    contained = not np.isnan(legs.contained).all()
    if not contained:
        yield NO_CONTAINED
    elif not legs.followed(window).any():
        yield NO_CUSTOMER.with_blanks({"window": days(window)})
    if not archive.answers.answered.any():
        yield NO_ANSWERS
    if not bot_criteria(archive, legs):
        yield NO_FORM


def _time_said(archive: Archive, legs: Legs) -> Text:
    time_s, csi = archive.number("ivr_time_s"), archive.answers.csi
    rows = legs.ivr & ~legs.alone & ~np.isnan(time_s) & ~np.isnan(csi)
    together: Estimate = spearman(time_s[rows], csi[rows], archive.settings.level)
    return text(
        "Spearman’s correlation of the time in the IVR with CSI: {r}, {level} CI {r.interval}, n = {r.n}.",
        "Ранговая корреляция (Спирмен) времени в IVR и CSI: {r}, {level} ДИ {r.interval}, n = {r.n}.",
        r=Figure(together, "score"),
        level=level_of(archive),
    )


def _effect_findings(archive: Archive, effects: tuple[Effect, ...]) -> Iterator[Finding]:
    for one in effects:
        value = one.estimate.value
        if not one.stands or value is None:
            continue
        of_csi, asked = one.unit == "points", one.question
        worse = (value < 0) == of_csi
        shown = asked.exposed & asked.rows
        bad = shown & (archive.answers.dissatisfied > 0)
        calls = examples(archive, bad if worse and bad.any() else shown, asked.title)
        weight = one.share * max(-value, 0.0) if of_csi else 0.0
        yield Finding(_effect_said(archive, one, worse=worse), weight, calls, "bad" if worse else "good")


def _effect_said(archive: Archive, one: Effect, *, worse: bool) -> Text:
    return text(
        "{what}: {share} of contacts, {effect}{measure} against {beside}, {level} CI {effect.interval}.{advice}",
        "{what}: {share} обращений, {effect}{measure} (сравнение: {beside}), {level} ДИ {effect.interval}.{advice}",
        what=one.question.title,
        share=Figure(Estimate(one.share), "share"),
        effect=Figure(one.estimate, one.unit),
        measure=" CSI" if one.unit == "points" else text(" of repeats", " повторов"),
        beside=one.question.beside,
        level=level_of(archive),
        advice=text(" {a}", " {a}", a=one.question.advice) if worse else "",
    )


def _intent_findings(archive: Archive, intents: tuple[Intent, ...]) -> Iterator[Finding]:
    """What the machine hardly solves: worth telling, though no points of CSI are known of it."""
    for one in intents:
        if not one.straight:
            continue
        said = text(
            "“{intent}”: the machine solves {solved} of {n} (without a person and without coming again), {gap} against "
            "its other intents, {level} CI {gap.interval}. Route it straight to a person.",
            "«{intent}»: робот решает {solved} из {n} обращений (без человека и без возврата), {gap} к остальным "
            "целям, {level} ДИ {gap.interval}. Ведите такие обращения сразу к оператору.",
            intent=one.name,
            solved=Figure(one.solved, "share"),
            n=Figure(Estimate(one.solved.n), "count"),
            gap=Figure(one.against, "share_points"),
            level=level_of(archive),
        )
        yield Finding(
            said, 0.0, examples(archive, one.flagged & (archive.number("contained") == 0)), about=f"intent:{one.name}"
        )
