"""Agents of a simulated population: since when they work here, and their true satisfaction, asked or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voxcx.simulation.cause import ANSWER_RATE, Outcome
from voxcx.simulation.traffic import AGENTS, FIRST_DAY, Floats, Integers, Labels, Traffic, agent_ids

NEW_SHARE = 0.25
NEW_DAYS = (5, 80)  # before the first day of the population: new to it, yet nobody works before the first day
OLD_DAYS = (120, 2500)
POINTS_PER_RATING = 25.0  # ratings 1–5 on the 0–100 index


def draw_since(rng: np.random.Generator) -> Labels:
    """[AGENTS], the date in ISO 8601 since when each works here; it causes nothing."""
    new = rng.random(AGENTS) < NEW_SHARE
    days = np.where(new, rng.integers(*NEW_DAYS, AGENTS), rng.integers(*OLD_DAYS, AGENTS))
    since: NDArray[np.datetime64] = FIRST_DAY.astype("datetime64[D]") - days.astype("timedelta64[D]")
    return np.datetime_as_string(since, unit="D").astype(object)


def truth_of_agents(outcome: Outcome, traffic: Traffic, since: Labels) -> dict[str, object]:
    """Mean CSI of all interactions, and what those who answer would say of them, for everybody and per agent.

    The second is Σ rate · index ÷ Σ rate, where rate is how often a rating of that height is answered at all.
    """
    index = (outcome.rating - 1).astype(np.float64) * POINTS_PER_RATING
    rate = np.array([ANSWER_RATE[rating] for rating in sorted(ANSWER_RATE)])[outcome.rating - 1]
    whole = np.zeros(traffic.n, dtype=np.int64)
    agents = _means(traffic.agent, index, rate, AGENTS)
    named = zip(agent_ids(), since.tolist(), agents, strict=True)
    return {
        "csi": _means(whole, index, rate, 1)[0],
        "agents": {name: {"agent_since": day} | means for name, day, means in named},
    }


def _means(group: Integers, index: Floats, rate: Floats, groups: int) -> list[dict[str, object]]:
    """Of each group n, the mean index and the mean weighted by how often it is answered; None where n is 0."""
    count = np.bincount(group, minlength=groups)
    total, rates, answered = (np.bincount(group, each, groups) for each in (index, rate, rate * index))
    return [
        {
            "n": int(n),
            "mean_csi": round(float(total[k] / n), 4) if n else None,
            "answering_mean_csi": round(float(answered[k] / rates[k]), 4) if n else None,
        }
        for k, n in enumerate(count.tolist())
    ]
