"""Agents: three bands and no ranks, teams, what the best contacts have, and the best of all."""

from __future__ import annotations

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, CallRef, Figure, Finding, Heading, Page, Paragraph
from voxcx.domain.texts import Text, text
from voxcx.insight.agents.bands import total_of
from voxcx.insight.agents.best import best_of
from voxcx.insight.agents.evidence import poor_contacts, poor_ref
from voxcx.insight.agents.people import uneven_invitations
from voxcx.insight.agents.study import Study, study_of
from voxcx.insight.agents.tables import agents_table, team_blocks
from voxcx.insight.agents.top_box import blocks_of
from voxcx.insight.archive import Archive

TITLE = text("Agents", "Операторы")
QUESTION = text(
    "Whose contacts stand out once luck and the mix are taken out, and what can everybody learn from the best?",
    "Кто выделяется, если убрать случайность и разный состав обращений, и чему учат лучшие?",
)
NO_AGENTS = text(
    "No contact names its agent: give agent_id in the manifest or the metadata.",
    "Ни у одного обращения не указан оператор: добавьте agent_id в манифест или метаданные.",
)
NOBODY_SEEN = text(
    "No agent has {n} contacts yet, so none is shown (agents.fewest).",
    "Ни у одного оператора пока нет {n} обращений, поэтому никто не показан (agents.fewest).",
)
NO_ANSWERS = text(
    "Without survey answers nothing is said of CSI and CDSAT of agents, nor of what the best contacts have.",
    "Без ответов на опрос нельзя сказать ни о CSI и CDSAT операторов, ни о том, чем отличаются лучшие обращения.",
)
NO_VERDICTS = text(
    "No criterion that agents answer for was judged, so nothing is said of QA and critical errors.",
    "Не оценён ни один критерий, за который отвечает оператор: о качестве и критических ошибках сказать нельзя.",
)
LEFT_OUT = text(
    "Agents with fewer than {n} contacts are not shown: {count}. They count in the means.",
    "Операторы, у которых меньше {n} обращений, не показаны: {count}. В средних они учтены.",
)
FAIR = text(
    "Figures speak of contacts, not of people: bands show what to expect, names are in order of the alphabet. Only "
    "errors that the agent answers for count; pitch, loudness, pace and word length do not.",
    "Цифры говорят об обращениях, а не о людях: полоса показывает, чего ждать дальше, имена идут по алфавиту. Учтены "
    "только ошибки, за которые отвечает оператор; высота, громкость и темп голоса и длина слов не учитываются.",
)
UNEVEN = text(
    "Agents' customers are not invited to the survey alike: from {low} to {high} of contacts, more than chance "
    "explains (χ², p = {p}). Where the agent can choose whom to ask, CSI tells about the choice.",
    "Клиентов разных операторов приглашают оценить обслуживание неодинаково часто: от {low} до {high} обращений, это "
    "больше случайного (χ², p = {p}). Если оператор сам решает, кого спросить, CSI говорит и об этом выборе.",
)
BELOW = text(
    "Agents whose contacts leave customers less satisfied than comparable ones: {count} of {all}. At the mean "
    "the archive's CSI would be higher by {gain.abs}, {level} interval {gain.interval} (the mix taken out)",
    "У {count} из {all} операторов клиенты довольны меньше, чем у коллег на таких же обращениях. Если довести этих "
    "операторов до среднего, общий CSI вырастет на {gain.abs}, {level} ДИ {gain.interval}",
)


def page(archive: Archive) -> Page:
    """Bands of agents and teams, and contacts to learn from."""
    study = study_of(archive)
    if not study.people:
        return Page("agents", TITLE, QUESTION, lacks=(NO_AGENTS,))
    blocks: list[Block] = [Paragraph(FAIR), *_warnings(study)]
    if study.seen:
        blocks += [agents_table(study), *_headed(TEAMS, team_blocks(study))]
    blocks += _headed(TOP_BOX, blocks_of(archive, study.kinds))
    if moments := best_of(archive, study.kinds):
        blocks.append(moments)
    return Page("agents", TITLE, QUESTION, tuple(blocks), _lacks(study), _findings(study))


TEAMS = text("Teams", "Команды")
TOP_BOX = text("What the best contacts have", "Чем отличаются лучшие обращения")


def _headed(title: Text, blocks: tuple[Block, ...]) -> list[Block]:
    return [Heading(title), *blocks] if blocks else []


def _warnings(study: Study) -> list[Block]:
    blocks: list[Block] = []
    if hidden := len(study.people) - len(study.seen):
        count = Figure(Estimate(float(hidden)), "count")
        fewest = str(study.archive.settings.agents.fewest)
        blocks.append(Paragraph(LEFT_OUT.with_blanks({"n": fewest, "count": count})))
    if uneven := uneven_invitations(study.archive, study.kinds):
        low, high = (Figure(Estimate(end), "share") for end in (uneven.lowest, uneven.highest))
        told = UNEVEN.with_blanks({"low": low, "high": high, "p": f"{max(uneven.p, 0.0001):.1g}"})
        blocks.append(Paragraph(told, warning=True))
    return blocks


def _lacks(study: Study) -> tuple[Text, ...]:
    lacks = []
    if not study.seen:
        lacks.append(NOBODY_SEEN.with_blanks({"n": str(study.archive.settings.agents.fewest)}))
    if not study.archive.answers.answered.any():
        lacks.append(NO_ANSWERS)
    if np.isnan(study.outcomes[2].values).all():
        lacks.append(NO_VERDICTS)
    return tuple(lacks)


def _findings(study: Study) -> tuple[Finding, ...]:
    """Agents below for sure, and what it is worth for the archive to bring their contacts to the mean."""
    bands = study.bands["csi"]
    below = [one for one in study.seen if bands.bands[one.number].standing == "below"]
    if bands.known is None or not below:
        return ()
    share = np.zeros(len(study.people))
    share[[one.number for one in below]] = [one.contacts for one in below]
    lost = total_of(bands.known, share / max(int(study.archive.handled.sum()), 1), study.archive.settings.level)
    if lost.value is None or lost.low is None or lost.high is None or lost.high >= 0:
        return ()
    n = sum(one.answers for one in below)
    gain = Estimate(-lost.value, -lost.high, -lost.low, n, level=lost.level)
    count, everybody = (Figure(Estimate(float(x)), "count") for x in (len(below), len(study.seen)))
    level = Figure(Estimate(lost.level), "share")
    said = BELOW.with_blanks({"count": count, "all": everybody, "gain": Figure(gain, "points"), "level": level})
    return (Finding(said, -lost.value, _examples(study, [one.number for one in below])),)


def _examples(study: Study, numbers: list[int]) -> tuple[CallRef, ...]:
    """The latest contacts of those agents with a low answer and an error of theirs."""
    rows = poor_contacts(study.archive, np.isin(study.kinds.agent, numbers))
    return tuple(poor_ref(study.archive, row) for row in rows[:4].tolist())
