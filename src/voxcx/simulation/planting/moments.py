"""When contacts come: hours, weekdays, a yearly swell, a slow trend, a shift of the mix and one outage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import EMERGENCY, TOPICS, topic_weights
from voxcx.simulation.traffic import DAY_S, HOUR_S, HOURLY, WEEKLY, Floats, Integers

YEAR_DAYS = 365.25
OUTAGE_HOUR = 12


def by_day(plan: Plan) -> Floats:
    """[days], the share of contacts of each day."""
    day = np.arange(plan.days)
    weekly = np.array(WEEKLY)[day % 7]
    seasonal = 1 + plan.swell * np.sin(2 * np.pi * day / YEAR_DAYS) + plan.trend * day / plan.days
    share: Floats = weekly * seasonal
    return np.asarray(share / share.sum())


def load_of(second: Integers) -> Floats:
    """Traffic of the hour ÷ its mean: staff follows the season, not the hour."""
    hourly = np.array(HOURLY, dtype=float)[(second // HOUR_S) % 24] / np.mean(HOURLY)
    load: Floats = hourly * np.array(WEEKLY)[(second // DAY_S) % 7]
    return load


@dataclass(frozen=True, slots=True)
class Moments:
    """Second from the first day and topic of contacts, in no order."""

    second: Integers
    topic: Integers


def draw_moments(n: int, plan: Plan, rng: np.random.Generator) -> Moments:
    """First contacts of n matters; those of the outage take the place of others."""
    days = by_day(plan)
    hours = np.array(HOURLY) / sum(HOURLY)
    day = rng.choice(plan.days, size=n, p=days)
    second = day * DAY_S + rng.choice(24, size=n, p=hours) * HOUR_S + rng.integers(0, HOUR_S, n)
    places = np.arange(len(TOPICS))
    usual = rng.choice(places, size=n, p=topic_weights(plan.mix_queue, 1.0))
    shifted = rng.choice(places, size=n, p=topic_weights(plan.mix_queue, plan.mix_factor))
    topic = np.where(day >= plan.change_day, shifted, usual)
    usually, window = usual_in_outage(n, plan), _outage_hours(plan)
    more = min(n, int(rng.poisson((plan.outage_factor - 1) * usually)))
    hurt = rng.choice(n, more, replace=False)
    hour = OUTAGE_HOUR + rng.choice(len(window), more, p=window / window.sum())
    second[hurt] = plan.outage_day * DAY_S + hour * HOUR_S + rng.integers(0, HOUR_S, more)
    topic[hurt] = EMERGENCY
    return Moments(second.astype(np.int64), topic.astype(np.int64))


def _outage_hours(plan: Plan) -> Floats:
    """[hours of the outage], the share of a day's contacts in each."""
    hours: Floats = np.array(HOURLY, dtype=float) / sum(HOURLY)
    return hours[OUTAGE_HOUR : OUTAGE_HOUR + plan.outage_h]


def usual_in_outage(n: int, plan: Plan) -> float:
    """Of n contacts, how many would come about the emergency topic in those hours without the outage."""
    weights = topic_weights(plan.mix_queue, plan.mix_factor if plan.outage_day >= plan.change_day else 1.0)
    return float(n * by_day(plan)[plan.outage_day] * _outage_hours(plan).sum() * weights[EMERGENCY])
