"""Who called or wrote, when, to which queue and agent: the skeleton of a simulated population.

Ninety days from a fixed Monday, with a daily and a weekly course; customers come back (a few often, most once); agents
belong to teams, a team speaks one language. One team's site has no telephony records, as happens in real data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.object_]

DAYS = 90
FIRST_DAY = np.datetime64("2026-01-05T00:00:00", "s")  # a Monday, local time
UTC_OFFSET_MIN = np.timedelta64(180, "m")
DAY_S = 86_400
HOUR_S = 3_600
CALL_SHARE = 0.7
CONTACTS_PER_CUSTOMER = 1.6
AGENTS = 48
TEAM_SIZE = 8
TEAMS = ("north-1", "north-2", "north-3", "south-1", "west-1", "west-2")
TEAM_LANGUAGES = ("ru", "ru", "ru", "ru", "en", "ru")
TEAM_WITHOUT_TELEPHONY = "west-2"
QUEUES = ("billing", "delivery", "support", "returns", "sales")
QUEUE_WEIGHTS = (0.26, 0.28, 0.24, 0.14, 0.08)
# Contacts per hour of the day, relative; the night is thin and the day has two humps.
HOURLY = (1, 1, 1, 1, 1, 2, 4, 8, 14, 20, 23, 24, 21, 20, 22, 23, 21, 19, 17, 14, 11, 8, 5, 2)
WEEKLY = (1.25, 1.15, 1.05, 1.0, 1.0, 0.6, 0.5)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Columns of equal length ``n``, in order of ``started_at``; ``load`` is traffic now ÷ its mean."""

    rng: np.random.Generator
    started_at: NDArray[np.datetime64]
    is_call: Flags
    customer: Integers
    agent: Integers
    queue: Labels
    load: Floats
    tension: Floats  # how upset the customer came: unobserved, raises cues, interruptions and overlap
    distrusts_machines: Flags  # a trait of the customer; the feature prefers_human sees it only through history
    agent_haste: Floats  # a trait of the agent: raises interruptions

    @property
    def n(self) -> int:
        """Number of interactions."""
        return len(self.started_at)

    @property
    def team(self) -> Labels:
        """Team of each interaction's agent."""
        return np.array(TEAMS, dtype=object)[self.agent // TEAM_SIZE]

    @property
    def language(self) -> Labels:
        """Language of each interaction's team."""
        return np.array(TEAM_LANGUAGES, dtype=object)[self.agent // TEAM_SIZE]


def agent_ids() -> list[str]:
    """Names of all agents, by number."""
    return [f"agent-{number:03d}" for number in range(AGENTS)]


def draw_traffic(n: int, rng: np.random.Generator) -> Traffic:
    """Draw ``n`` interactions' skeletons, ordered by time."""
    second = np.sort(_moments_s(n, rng))
    customers = max(1, round(n / CONTACTS_PER_CUSTOMER))
    activity = rng.gamma(1.2, 1.0, customers) + 0.05
    customer = rng.choice(customers, size=n, p=activity / activity.sum())
    temper = rng.normal(0, 0.6, customers)
    haste = rng.normal(0, 1, AGENTS)
    agent = rng.integers(0, AGENTS, n)
    return Traffic(
        rng=rng,
        started_at=FIRST_DAY + second.astype("timedelta64[s]"),
        is_call=rng.random(n) < CALL_SHARE,
        customer=customer,
        agent=agent,
        queue=rng.choice(np.array(QUEUES, dtype=object), size=n, p=QUEUE_WEIGHTS),
        load=_load(second),
        tension=temper[customer] + rng.normal(0, 0.8, n),
        distrusts_machines=(rng.random(customers) < 0.15)[customer],
        agent_haste=haste[agent],
    )


def _moments_s(n: int, rng: np.random.Generator) -> Integers:
    by_day = np.tile(WEEKLY, DAYS // 7 + 1)[:DAYS]
    day = rng.choice(DAYS, size=n, p=by_day / by_day.sum())
    hour = rng.choice(24, size=n, p=np.array(HOURLY) / sum(HOURLY))
    moment: Integers = day * DAY_S + hour * HOUR_S + rng.integers(0, HOUR_S, n)
    return moment


def _load(second: Integers) -> Floats:
    hourly = np.array(HOURLY, dtype=float)[(second // HOUR_S) % 24] / np.mean(HOURLY)
    weekly = np.array(WEEKLY)[(second // DAY_S) % 7]
    load: Floats = hourly * weekly
    return load
