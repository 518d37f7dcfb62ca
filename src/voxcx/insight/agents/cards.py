"""A card for each agent: figures with bands, contacts to hear, one thing to train. It names nobody else."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import (
    Block,
    CallRef,
    Cell,
    Column,
    Figure,
    Heading,
    Moments,
    Page,
    Paragraph,
    Table,
    Tile,
    Tiles,
)
from voxcx.domain.texts import Blank, Text, same, text
from voxcx.insight.agents.evidence import CRITICAL, PLAIN, best_refs, poor_contacts, poor_ref
from voxcx.insight.agents.outcomes import Outcome, is_critical
from voxcx.insight.agents.people import Agent
from voxcx.insight.agents.study import Study, study_of
from voxcx.insight.agents.tables import (
    ANSWERED,
    INVITED,
    band_definition,
    figure_of,
    standing_text,
    tone_of,
)
from voxcx.insight.agents.training import Fault, Lesson, faults_of, lesson_of
from voxcx.insight.archive import Archive, Flags

SHOWN = 2


def cards(archive: Archive) -> tuple[tuple[str, Page], ...]:
    """(agent id, card) of everybody with enough contacts (``agents.fewest``), in order of names."""
    study = study_of(archive)
    faults = faults_of(archive, study.kinds) if study.seen else ()
    return tuple((agent.id, _card(study, agent, faults)) for agent in study.seen)


def _card(study: Study, agent: Agent, faults: tuple[Fault, ...]) -> Page:
    lesson = lesson_of(faults, agent.number)
    blocks: list[Block] = [
        Tiles((*_reach(agent), *(_tile(study, agent, outcome) for outcome in study.outcomes))),
        Heading(TRAIN),
        *_training(study, agent, lesson, faults),
        *_moments(study, agent),
    ]
    if faults:
        blocks.append(_faults_table(agent, faults))
    blocks.append(Paragraph(text("Bands. {band}.", "Полосы. {band}.", band=band_definition(study))))
    return Page(f"agent-{agent.id}", same(agent.name), QUESTION, tuple(blocks), _lacks(agent))


QUESTION = text(
    "What do these contacts say, what to keep, and what to train first?",
    "О чём говорят эти обращения, что сохранить и что потренировать в первую очередь?",
)
TOGETHER = text("Contacts to go through together", "Обращения, которые стоит разобрать вместе")
TRAIN = text("One thing to train", "Что потренировать")
NOTHING = text(
    "Nothing stands out: no error comes more often than the kind of contacts lets expect. Keep going.",
    "Ничего не выделяется: ни одна ошибка не встречается чаще, чем можно ждать при таких обращениях. Так держать.",
)
NOT_JUDGED = text(
    "No criterion that agents answer for was judged in these contacts, so there is nothing to suggest.",
    "В этих обращениях не оценён ни один критерий, за который отвечает оператор, – посоветовать нечего.",
)
TELLABLE = text(
    "{title}: not met {excess.abs} more often than comparable contacts let expect, {level} band {excess.interval}.",
    "{title}: не выполнено на {excess.abs} чаще, чем в сопоставимых обращениях, полоса {level} {excess.interval}.",
)
COSTS = text(
    "Failing it goes with {effect} of CSI a contact ({effect.interval}); {cost} on average over these contacts.",
    "С такой ошибкой CSI обращения ниже: {effect} ({effect.interval}); в среднем по этим обращениям {cost}.",
)
COST_UNKNOWN = text(
    "What it does to satisfaction is not known for sure; it is chosen by the weight that the form gives it.",
    "Как это влияет на удовлетворённость, точно не известно; выбрано по весу в форме.",
)


def _reach(agent: Agent) -> tuple[Tile, ...]:
    contacts = Figure(Estimate(float(agent.contacts), n=agent.contacts), "count")
    return (
        Tile(text("Contacts", "Обращения"), contacts, text("contacts of this agent", "обращения этого оператора")),
        Tile(text("Invited to the survey", "Приглашены оценить"), Figure(agent.invited, "share"), INVITED),
        Tile(text("Answered", "Ответили"), Figure(agent.answered, "share"), ANSWERED),
    )


def _tile(study: Study, agent: Agent, outcome: Outcome) -> Tile:
    bands = study.bands[outcome.name]
    band = bands.bands[agent.number]
    definition = text("{what}. {band}", "{what}. {band}", what=outcome.definition, band=BAND_BELOW)
    note = None
    if band.expected.value is not None:
        n = int(study.standards[outcome.name].n.sum())
        mean = Figure(Estimate(bands.centre / outcome.scale, n=n), outcome.unit)
        note = PLACE.with_blanks({"place": standing_text(band, outcome), "mean": mean})
    return Tile(outcome.title, figure_of(band, outcome), definition, tone_of(band.standing, outcome), note)


BAND_BELOW = text("The band is explained below.", "Как получена полоса, сказано ниже.")
PLACE = text("{place}; mean of comparable contacts: {mean}", "{place}; среднее по сопоставимым обращениям: {mean}")


def _training(study: Study, agent: Agent, lesson: Lesson | None, faults: tuple[Fault, ...]) -> list[Block]:
    if lesson is None:
        judged = any(fault.rates[agent.number].raw is not None for fault in faults)
        return [Paragraph(NOTHING if judged else NOT_JUDGED)]
    level = Figure(Estimate(lesson.excess.level), "share")
    excess = Figure(lesson.excess, "share_points")
    figures: dict[str, Blank] = {"title": lesson.fault.criterion.title, "excess": excess, "level": level}
    return [
        Paragraph(TELLABLE.with_blanks(figures)),
        Paragraph(_cost(lesson)),
        Moments(text("Listen to this first", "Сначала послушать это"), _examples(study, agent, lesson.fault)),
    ]


def _cost(lesson: Lesson) -> Text:
    if lesson.fault.effect is None or lesson.cost is None:
        return COST_UNKNOWN
    figures = {"effect": Figure(lesson.fault.effect, "points"), "cost": Figure(lesson.cost, "points")}
    return COSTS.with_blanks(figures)


def _examples(study: Study, agent: Agent, fault: Fault) -> tuple[CallRef, ...]:
    """The latest contacts with the error, those with a low answer first."""
    failed = fault.criterion.failed & (study.kinds.agent == agent.number)
    low = _low(study.archive)
    rows = [*np.flatnonzero(failed & low)[::-1][:SHOWN].tolist(), *np.flatnonzero(failed & ~low)[::-1][:SHOWN].tolist()]
    kind = CRITICAL if is_critical(fault.criterion) else PLAIN
    why = kind.with_blanks({"title": fault.criterion.title})
    return tuple(CallRef(str(study.archive.id[row]), fault.criterion.criterion, why=why) for row in rows[:SHOWN])


def _low(archive: Archive) -> Flags:
    low: Flags = np.nan_to_num(archive.answers.dissatisfied) > 0
    return low


def _moments(study: Study, agent: Agent) -> list[Block]:
    best = best_refs(study.archive, study.kinds, agent.number, SHOWN)
    poor = poor_contacts(study.archive, study.kinds.agent == agent.number)[:SHOWN]
    blocks: list[Block] = []
    if best:
        blocks.append(Moments(text("Contacts to be proud of", "Обращения, которыми можно гордиться"), best))
    if len(poor):
        refs = tuple(poor_ref(study.archive, row) for row in poor.tolist())
        blocks.append(Moments(TOGETHER, refs))
    return blocks


def _faults_table(agent: Agent, faults: tuple[Fault, ...]) -> Table:
    columns = (
        Column("criterion", text("Criterion", "Критерий")),
        Column("not_met_share", text("Not met: to expect", "Не выполнено: ожидаемая доля")),
        Column("all_share", text("All comparable contacts", "Все сопоставимые обращения")),
        Column("csi_effect", text("CSI when not met", "CSI, если не выполнено")),
    )
    rows = tuple(_fault_row(agent, fault) for fault in faults)
    title = text("Criteria that the agent answers for", "Критерии, за которые отвечает оператор")
    return Table(f"agent_{agent.id}_criteria", title, columns, rows, FAULTS, shown=30)


FAULTS = text(
    "not met ÷ decided, with bands made in the same way; CSI when not met: mean answer where it was not met − "
    "of the others, within agents, told where the false-discovery rate allows",
    "не выполнено ÷ решено, полосы получены так же; CSI, если не выполнено: средний ответ в обращениях, где критерий "
    "не выполнен, − в остальных, у одних и тех же операторов; показано, если это не случайность (доля ложных находок)",
)


def _fault_row(agent: Agent, fault: Fault) -> tuple[Cell, ...]:
    band = fault.rates[agent.number]
    expected = band.expected
    if expected.value is not None and expected.low is not None and expected.high is not None:
        ends = (expected.value / 100, expected.low / 100, expected.high / 100)
        expected = Estimate(*ends, expected.n, level=expected.level)
    effect = Figure(fault.effect, "points") if fault.effect else text("not known for sure", "точно не известно")
    return fault.criterion.title, Figure(expected, "share"), Figure(fault.mean, "share"), effect


def _lacks(agent: Agent) -> tuple[Text, ...]:
    if agent.answers:
        return ()
    return (text("Nobody answered for these contacts yet.", "По этим обращениям пока никто не ответил на опрос."),)
