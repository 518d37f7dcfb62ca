"""Contacts in chains: who came when about what, how it ended, which errors were made, and who came again for it."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.planting.contacts import (
    ABANDONED,
    AGENT,
    BOT_AGAIN,
    CONTAINED,
    FLOWED_OUT,
    MAIL,
    NEW,
    PHONE,
    Came,
    Contacts,
    join,
)
from voxcx.simulation.planting.errors import draw_applies, error_rates
from voxcx.simulation.planting.moments import draw_moments, load_of
from voxcx.simulation.planting.people import People, draw_agents
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.repeats import come_again, draw_channels
from voxcx.simulation.planting.topics import EMERGENCY
from voxcx.simulation.planting.waiting import draw_waits
from voxcx.simulation.traffic import DAY_S, Integers

MACHINE_SHARE = (0.88, 0.55, 0.0, 1.0)  # contacts of each channel that begin with an IVR or bot leg
FLOW_OUT_SHARE = 0.02
WARY_CONTAINED = 0.2  # who distrusts machines lets them serve so much less
GENERATIONS = 12


def draw_contacts(n: int, people: People, plan: Plan, rng: np.random.Generator) -> Contacts:
    """N contacts in order of time: whole chains, the last one cut off."""
    first = draw_moments(n, plan, rng)
    customer = rng.choice(len(people.activity), size=n, p=people.activity)
    chain, reason = np.arange(n), np.full(n, NEW)
    came = Came(first.second, customer, first.topic, draw_channels(n, rng), chain, reason)
    generations = [_met(came, people, plan, rng)]
    while len(generations[-1]) and len(generations) < GENERATIONS:
        generations.append(_met(come_again(generations[-1], plan, rng), people, plan, rng))
    joined = join(generations)
    return _first(n, joined.take(joined.second < plan.days * DAY_S))


def _met(came: Came, people: People, plan: Plan, rng: np.random.Generator) -> Contacts:
    """How each contact went: who took it, how it ended, what was done wrong."""
    n, phone = len(came.second), came.channel == PHONE
    agent = draw_agents(came.topic, people, rng)
    machine = (rng.random(n) < np.array(MACHINE_SHARE)[came.channel]) | (came.reason == BOT_AGAIN)
    wait_s, left = draw_waits(load_of(came.second), came.topic == EMERGENCY, plan, rng)
    alone = machine & (rng.random(n) < _alone(came, people, plan))
    out = (came.channel != MAIL) & (rng.random(n) < FLOW_OUT_SHARE)
    fate: Integers = np.select([alone, phone & left, out], [CONTAINED, ABANDONED, FLOWED_OUT], AGENT)
    rates = error_rates(came.second // DAY_S, came.topic, agent, people, plan)
    applies = draw_applies(came.channel, rng) & (fate == AGENT)[:, None]
    errors = applies & (rng.random(rates.shape) < rates)
    queued = np.where(phone & ~alone, wait_s, np.nan)
    who = (came.second, came.customer, came.topic, came.channel, came.chain, came.reason)
    return Contacts(*who, agent, machine, fate, queued, applies, errors)


def _alone(came: Came, people: People, plan: Plan) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The chance that a machine serves the contact to the end, where there is one."""
    usual = np.array([plan.ivr_contained, plan.chat_contained, 0.0, plan.bot_contained])[came.channel]
    wary = np.where(people.distrusts[came.customer], WARY_CONTAINED, 1.0)
    return np.asarray(usual * wary, dtype=float)


def _first(n: int, contacts: Contacts) -> Contacts:
    """The first n: chains in the order in which they were drawn, which tells nothing of when they began."""
    in_chains = contacts.take(np.lexsort((contacts.second, contacts.chain)))
    kept = in_chains.take(np.arange(min(n, len(in_chains))))
    return kept.take(np.argsort(kept.second, kind="stable"))
