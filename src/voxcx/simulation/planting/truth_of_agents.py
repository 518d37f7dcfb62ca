"""Agents' true satisfaction: as their contacts were, and as it would be had each of them taken all contacts."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.planting.contacts import Contacts
from voxcx.simulation.planting.errors import agent_rates
from voxcx.simulation.planting.form import FORM
from voxcx.simulation.planting.latent import Causes, Means, csi_means
from voxcx.simulation.planting.people import People
from voxcx.simulation.traffic import AGENTS, Floats, agent_ids

LOOKED_AT = 20_000  # contacts that stand for all in the standardised means
HASTE = 0.45  # as haste raises interruptions in ``call_features``


def standardised_agents(contacts: Contacts, people: People, causes: Causes) -> dict[str, Means]:
    """Per agent: n, means, ``latent`` (all that is the agent's own) and its means had it taken everybody's contacts.

    The agent's own: the effect, what its error rates cost, what its haste costs; not its queues, waits or process.
    """
    handled = np.flatnonzero(contacts.handled)
    early, late = _own(contacts, people, causes)
    every = handled[np.linspace(0, len(handled) - 1, min(len(handled), LOOKED_AT)).astype(np.int64)]
    same, taken_by = causes.latent.take(every), contacts.agent[every]
    by_agent = np.argsort(contacts.agent[handled], kind="stable")
    bounds = np.searchsorted(contacts.agent[handled][by_agent], np.arange(len(early) + 1))
    told: dict[str, Means] = {}
    for number, name in enumerate(agent_ids()):
        theirs = handled[by_agent[bounds[number] : bounds[number + 1]]]
        world = same.shifted(early[number] - early[taken_by]).settled() + late[number] - late[taken_by]
        means = csi_means(world)
        standardised = {f"standardised_{which}": means[which] for which in ("mean_csi", "answering_mean_csi")}
        own = {"latent": round(float(early[number] + late[number]), 4)}
        told[name] = csi_means(causes.outcome.latent[theirs]) | own | standardised
    return told


def _own(contacts: Contacts, people: People, causes: Causes) -> tuple[Floats, Floats]:
    """[agents], what of the latent is the agent's: before, and after it decides what some errors cost.

    Around the effect itself: the average agent's errors and haste are 0.
    """
    early, late = people.effect.copy(), np.zeros(AGENTS)
    rates, handled = agent_rates(people), contacts.handled
    for place, criterion in enumerate(FORM):
        if criterion.shape != "none" and criterion.attributable == "agent" and handled.any():
            same = causes.latent.take(np.flatnonzero(handled & contacts.applies[:, place]))
            cost = same.with_error(place, error=True).settled() - same.with_error(place, error=False).settled()
            lost = cost.sum() / handled.sum() * (rates[:, place] - rates[:, place].mean())
            early, late = (early + lost, late) if criterion.shape == "shift" else (early, late + lost)
    haste = np.exp(HASTE * people.haste)
    lost = causes.outcome.parts["interruptions by the agent"][handled].sum() / max(handled.sum(), 1)
    return early + lost * (haste / haste.mean() - 1), late
