"""Customers and agents of the archive: traits that last, drawn once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.simulation.planting.form import FORM
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import QUEUE_OF
from voxcx.simulation.traffic import AGENTS, CONTACTS_PER_CUSTOMER, QUEUES, Flags, Floats, Integers

MIX_SHAPE = 0.6  # of the gamma draws that say how much of a queue an agent takes; smaller: more different


@dataclass(frozen=True, slots=True)
class People:
    """Columns by customer, then by agent.

    Attributes:
        activity: [customers], how often each comes, relative.
        temper: [customers], how upset they come, on average.
        distrusts: [customers], who will not talk to a machine.
        haste: [agents], raises interruptions.
        effect: [agents], on the latent.
        error_logit: [agents, criteria], what is added to the logit of a criterion's error rate.
        takes: [queues, agents], the share of a queue's contacts that each agent takes.
    """

    activity: Floats
    temper: Floats
    distrusts: Flags
    haste: Floats
    effect: Floats
    error_logit: Floats
    takes: Floats


def draw_people(n: int, plan: Plan, rng: np.random.Generator) -> People:
    """Those of an archive of n contacts."""
    customers = max(1, round(n / CONTACTS_PER_CUSTOMER))
    activity = rng.gamma(1.2, 1.0, customers) + 0.05
    own = np.array([criterion.attributable == "agent" for criterion in FORM])
    taste = rng.gamma(MIX_SHAPE, 1.0, (len(QUEUES), AGENTS)) + 0.05
    takes = taste if plan.own_queues else np.ones_like(taste)
    return People(
        activity=activity / activity.sum(),
        temper=rng.normal(0, 0.6, customers),
        distrusts=rng.random(customers) < 0.15,
        haste=rng.normal(0, 1, AGENTS),
        effect=plan.agent_sd * rng.normal(0, 1, AGENTS),
        error_logit=np.where(own, plan.agents_err * rng.normal(0, 1, (AGENTS, len(FORM))), 0.0),
        takes=takes / takes.sum(axis=1, keepdims=True),
    )


def draw_agents(topic: Integers, people: People, rng: np.random.Generator) -> Integers:
    """[contacts], who takes each."""
    bounds = np.cumsum(people.takes, axis=1)
    queue, draw = QUEUE_OF[topic], rng.random(len(topic))
    agent = np.zeros(len(topic), dtype=np.int64)
    for number in range(len(QUEUES)):
        there = queue == number
        agent[there] = np.searchsorted(bounds[number], draw[there])
    return np.minimum(agent, AGENTS - 1)
