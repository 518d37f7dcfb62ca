"""The table of agents and the picture of each team: bands in order of names, never ranks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Cell, Column, Dot, Dots, Figure, Table, Tile, Tiles, Tone
from voxcx.domain.texts import Text, same, text
from voxcx.insight.agents.bands import STANDINGS, Band, Standing
from voxcx.insight.agents.outcomes import Outcome
from voxcx.insight.agents.people import Agent
from voxcx.insight.agents.study import Study
from voxcx.insight.agents.teams import spread_of
from voxcx.insight.fields import field_names

TEAMS_SHOWN = 12
NO_TEAM = text("no team", "без команды")
BAND = text(
    "What to expect of the next contacts: the mean with {mix}, time in the IVR and the wait taken out (least squares "
    "within agents), shrunk towards the mean of comparable agents the more, the fewer answers (two-level model). The "
    "band is right for {level} of agents. Above, below: the whole band is; within: it holds the mean and is at most "
    "±5 points wide, or lies within ±2 points of it; cannot tell: it is wider",
    "Чего ждать от следующих обращений: среднее без вклада вида обращений ({mix}), времени в IVR и ожидания (МНК "
    "внутри оператора), сдвинутое к среднему сопоставимых операторов тем сильнее, чем меньше ответов (двухуровневая "
    "модель). Полоса верна для {level} операторов. Выше, ниже: вся полоса по одну сторону среднего; в пределах: "
    "среднее внутри и ширина до ±5 пунктов или вся полоса в ±2 пунктах от него; нельзя сказать: полоса шире",
)


def band_definition(study: Study) -> Text:
    """How bands are made, with the parameters in it."""
    settings = study.archive.settings.agents
    level = Figure(Estimate(settings.level), "share")
    return BAND.with_blanks({"mix": field_names(settings.mix), "level": level})


def figure_of(band: Band, outcome: Outcome) -> Figure:
    """The band in the outcome's unit."""
    return Figure(_scaled(band.expected, outcome.scale), outcome.unit)


def _scaled(one: Estimate, scale: float) -> Estimate:
    if one.value is None or one.low is None or one.high is None:
        return one
    return replace(one, value=one.value / scale, low=one.low / scale, high=one.high / scale)


def tone_of(standing: Standing, outcome: Outcome) -> Tone:
    """Whether it is good news."""
    if standing in {"within", "cannot_tell"}:
        return "plain" if standing == "within" else "unsure"
    return "good" if (standing == "above") == outcome.good else "bad"


def standing_text(band: Band, outcome: Outcome) -> Text:
    """The band's place in words, with how many more it would take."""
    if band.standing != "cannot_tell" or band.needed is None:
        return STANDINGS[band.standing]
    more = Figure(Estimate(float(band.needed)), "count")
    if outcome.of_answers:
        return text("cannot tell, answers needed: {n}", "нельзя сказать: нужно ещё ответов – {n}", n=more)
    return text("cannot tell, contacts needed: {n}", "нельзя сказать: нужно ещё обращений – {n}", n=more)


def agents_table(study: Study) -> Table:
    """A row for each agent with enough contacts: the survey's reach first, then the figures with their standing."""
    definition = band_definition(study)
    columns = [
        Column("agent", text("Agent", "Оператор")),
        Column("team", text("Team", "Команда")),
        Column("contacts", text("Contacts", "Обращения")),
        Column("invited_share", text("Invited", "Приглашены"), INVITED),
        Column("answered_share", text("Answered", "Ответили"), ANSWERED),
    ]
    for one in study.outcomes:
        columns.append(Column(one.name, one.title, one.definition))
        title = text("{title} beside the mean", "{title} и среднее", title=one.title)
        columns.append(Column(f"{one.name}_standing", title))
    rows = tuple(_row(study, agent) for agent in study.seen)
    title = text("Agents in order of names", "Операторы по алфавиту")
    return Table("agents", title, tuple(columns), rows, definition, shown=12)


def _row(study: Study, agent: Agent) -> tuple[Cell, ...]:
    cells: list[Cell] = [
        agent.name,
        agent.team,
        Figure(Estimate(float(agent.contacts), n=agent.contacts), "count"),
        Figure(agent.invited, "share"),
        Figure(agent.answered, "share"),
    ]
    for outcome in study.outcomes:
        band = study.bands[outcome.name].bands[agent.number]
        cells += [figure_of(band, outcome), standing_text(band, outcome)]
    return tuple(cells)


def team_blocks(study: Study) -> tuple[Block, ...]:
    """Agents of each team under each other beside the mean, and how much they differ within and between teams."""
    bands, outcome = study.bands[study.lead.name], study.lead
    if bands.known is None:
        return ()
    blocks: list[Block] = [Tiles(_spread_tiles(study))]
    teams = sorted({agent.team for agent in study.seen})
    for team in teams[:TEAMS_SHOWN]:
        dots = tuple(_dot(study, agent) for agent in study.seen if agent.team == team)
        named = same(team) if team else NO_TEAM
        title = text("{team}: {what}", "{team}: {what}", team=named, what=outcome.title)
        blocks.append(Dots(title, outcome.unit, dots, _of_teams(study, outcome), bands.centre / outcome.scale))
    return tuple(blocks)


def _of_teams(study: Study, outcome: Outcome) -> Text:
    """Short, for each team's picture; the table of agents tells how bands are made."""
    level = Figure(Estimate(study.archive.settings.agents.level), "share")
    return OF_TEAMS.with_blanks({"what": outcome.definition, "level": level})


def _dot(study: Study, agent: Agent) -> Dot:
    outcome = study.lead
    band = study.bands[outcome.name].bands[agent.number]
    tone = tone_of(band.standing, outcome)
    return Dot(same(agent.name), figure_of(band, outcome).estimate, tone, standing_text(band, outcome))


def _spread_tiles(study: Study) -> tuple[Tile, ...]:
    teams = sorted({one.team for one in study.people if one.team})
    number = np.array([teams.index(one.team) if one.team else -1 for one in study.people], dtype=np.int64)
    spread = spread_of(study.standards[study.lead.name], number, study.archive.settings.level)
    what = study.lead.title
    within = text("{what}: agents within a team differ by", "{what}: разброс внутри команд", what=what)
    between = text("{what}: teams differ by", "{what}: разброс между командами", what=what)
    return (
        Tile(within, Figure(spread.within, "index"), SPREAD),
        Tile(between, Figure(spread.between, "index"), SPREAD),
    )


OF_TEAMS = text(
    "{what}; {level} bands of what to expect, made as in the table of agents; the line is the mean of all contacts",
    "{what}; полосы ожидаемого {level}, как в таблице операторов; линия – среднее по всем обращениям",
)
SPREAD = text(
    "standard deviation in points, the mix and the noise of few answers taken out (method of moments; interval: χ²)",
    "стандартное отклонение в пунктах, без вклада вида обращений и шума малого числа ответов (метод моментов; ДИ: χ²)",
)
INVITED = text("invited ÷ contacts of the agent; interval: Wilson", "приглашено ÷ обращений оператора; ДИ: Уилсон")
ANSWERED = text(
    "answered ÷ invited (÷ contacts where invitations are not recorded); interval: Wilson",
    "ответило ÷ приглашено (÷ обращений, если приглашения не записаны); ДИ: Уилсон",
)
