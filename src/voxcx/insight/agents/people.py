"""Who the agents are, and whom their customers' survey reached – beside which their answers are read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.agents.mixing import Kinds
from voxcx.insight.archive import Archive, Flags, Integers
from voxcx.statistics.proportions import share

UNEVEN_BELOW = 0.01  # chance under which rates that differ so much are no chance
NOT_RECORDED = text("invitations are not recorded (survey_invited)", "приглашения не записаны (survey_invited)")


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent: ``number`` is the place in the columns of ``Kinds``."""

    number: int
    id: str
    name: str
    team: str
    contacts: int
    answers: int
    invited: Estimate  # ÷ contacts
    answered: Estimate  # ÷ invited, ÷ contacts where invitations are not recorded


@dataclass(frozen=True, slots=True)
class Uneven:
    """Whether agents' rates differ by more than chance: p of the χ² test, lowest and highest rate."""

    p: float
    lowest: float
    highest: float


def people_of(archive: Archive, kinds: Kinds) -> tuple[Agent, ...]:
    """All agents in order of their ids, with the name and the team of their last contact."""
    ids = archive.label("agent_id").tolist()
    name = _last(ids, archive.label("agent_name").tolist())
    team = _last(ids, archive.label("team").tolist())
    contacts, invited, answers = (_count(kinds, rows).tolist() for rows in _reached(archive))
    recorded = invitations_recorded(archive)
    made = []
    for number, one in enumerate(kinds.names):
        n, asked, told = contacts[number], invited[number], answers[number]
        rate = share(asked, n) if recorded else Estimate(None, n=n, reason=NOT_RECORDED)
        answered = share(told, asked if recorded else n)
        made.append(Agent(number, one, name.get(one, one), team.get(one, ""), n, told, rate, answered))
    return tuple(made)


def invitations_recorded(archive: Archive) -> bool:
    """Whether anybody noted who was invited to answer."""
    return not bool(np.isnan(archive.number("survey_invited")).all())


def uneven_invitations(archive: Archive, kinds: Kinds) -> Uneven | None:
    """Pearson's χ² of equal invitation rates; None where they are not recorded or differ by chance."""
    contacts, invited, _ = (_count(kinds, rows) for rows in _reached(archive))
    some = contacts > 0
    n, hits = contacts[some].astype(float), invited[some].astype(float)
    if not invitations_recorded(archive) or len(n) < 2 or not 0 < hits.sum() < n.sum():
        return None
    rate = hits.sum() / n.sum()
    statistic = float(((hits - n * rate) ** 2 / (n * rate * (1 - rate))).sum())
    p = float(chi2.sf(statistic, len(n) - 1))
    rates = (hits / n)[n >= archive.settings.agents.fewest]
    return Uneven(p, float(rates.min()), float(rates.max())) if p < UNEVEN_BELOW and len(rates) else None


def _reached(archive: Archive) -> tuple[Flags, Flags, Flags]:
    answered = archive.answers.answered
    everyone = np.ones(len(archive), dtype=bool)
    return everyone, archive.flag("survey_invited") | answered, answered


def _count(kinds: Kinds, rows: Flags) -> Integers:
    return np.bincount(kinds.agent[rows & (kinds.agent >= 0)], minlength=len(kinds.names))


def _last(ids: list[str], labels: list[str]) -> dict[str, str]:
    """The last label of each id that says something; rows are in order of time."""
    return {one: label for one, label in zip(ids, labels, strict=True) if label}
