"""Errors as they happen: each agent's own rates, a process that changes; what the scorer saw is in ``verdicts``."""

from __future__ import annotations

import numpy as np

from voxcx.simulation.planting.contacts import PHONE
from voxcx.simulation.planting.form import BOT_FORM, FORM, HOLD_WARNING, NEXT_STEPS, NOT_APPLICABLE_SHARE
from voxcx.simulation.planting.people import People
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import labels_of
from voxcx.simulation.traffic import Flags, Floats, Integers


def agent_rates(people: People) -> Floats:
    """[agents, criteria], how often each agent makes each error, apart from the process that changes."""
    base = np.array([criterion.error_rate for criterion in FORM])
    rates: Floats = 1 / (1 + (1 - base) / base * np.exp(-people.error_logit))
    return rates


def error_rates(day: Integers, topic: Integers, agent: Integers, people: People, plan: Plan) -> Floats:
    """[contacts, criteria], the chance of each error where the criterion applies."""
    rates = agent_rates(people)[agent]
    changing = np.where(day < plan.change_day, plan.errors_before, plan.errors_after)
    there = labels_of("queue")[topic] == plan.change_queue
    rates[:, NEXT_STEPS] = np.where(there, changing, rates[:, NEXT_STEPS])
    return rates


def draw_applies(channel: Integers, rng: np.random.Generator) -> Flags:
    """[contacts, criteria], what can be judged: a hold is announced on the phone alone."""
    applies: Flags = rng.random((len(channel), len(FORM))) >= NOT_APPLICABLE_SHARE
    applies[:, HOLD_WARNING] &= channel == PHONE
    return applies


def draw_bot_errors(served: Flags, rng: np.random.Generator) -> tuple[Flags, Flags]:
    """[contacts, criteria of the bot form], where each applies and where it was an error; ``served`` by a bot alone."""
    rates = np.array([criterion.error_rate for criterion in BOT_FORM])
    shape = (len(served), len(BOT_FORM))
    applies: Flags = (rng.random(shape) >= NOT_APPLICABLE_SHARE) & served[:, None]
    return applies, applies & (rng.random(shape) < rates)
