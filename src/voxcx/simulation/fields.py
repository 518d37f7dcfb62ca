"""What surrounds features: the fields of interactions, and the answers to surveys."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.simulation.call_features import Columns
from voxcx.simulation.cause import ANSWER_RATE, Outcome
from voxcx.simulation.traffic import UTC_OFFSET_MIN, Flags, Labels, Traffic


def fields_of(traffic: Traffic, invited: Flags, since: Labels) -> Columns:
    """Fields of the interactions themselves."""
    n = traffic.n
    kind = np.where(traffic.is_call, "call", "chat").astype(object)
    return {
        "interaction_id": ids_of(n),
        "kind": kind,
        "started_at": (traffic.started_at - UTC_OFFSET_MIN).astype("datetime64[us]"),
        "utc_offset_min": np.full(n, UTC_OFFSET_MIN.astype(int)),
        "channel": np.where(traffic.is_call, "phone", "chat").astype(object),
        "direction": np.full(n, "inbound", dtype=object),
        "customer_id": np.array([f"customer-{number:06d}" for number in traffic.customer], dtype=object),
        "agent_id": np.array([f"agent-{number:03d}" for number in traffic.agent], dtype=object),
        "agent_since": since[traffic.agent],
        "team": traffic.team,
        "queue": traffic.queue,
        "topic": traffic.queue,
        "survey_invited": invited,
    }


def ids_of(n: int) -> NDArray[Any]:
    """Ids of n interactions, in order of time."""
    return np.array([f"sim-{number:07d}" for number in range(n)], dtype=object)


def written(moments: NDArray[np.datetime64]) -> NDArray[Any]:
    """Local moments → ISO 8601 with the zone."""
    hours = UTC_OFFSET_MIN.astype(int) // 60
    text = np.datetime_as_string(moments, unit="s")
    return np.array([f"{moment}+{hours:02d}:00" for moment in text], dtype=object)


def draw_surveys(invited: Flags, features: Columns, outcome: Outcome, traffic: Traffic) -> Columns:
    """Who answers, what and when; an answer never precedes the end of its interaction."""
    rng, n = traffic.rng, traffic.n
    rate = np.array([ANSWER_RATE[k] for k in range(1, 6)])[outcome.rating - 1]
    answered = invited & (rng.random(n) < rate)
    delay_s = np.minimum(rng.lognormal(np.log(1500), 1.3, n), 86_400)
    nps = np.clip(np.round(9.6 + 2.2 * (outcome.latent + 0.6) + rng.normal(0, 1.0, n)), 0, 10)
    ces = np.clip(np.round(6.1 + 1.3 * (outcome.latent + 0.6) + rng.normal(0, 0.8, n)), 1, 7)
    lasted_s = np.where(traffic.is_call, features["queue_wait_s"] + features["duration_s"], features["chat_duration_s"])
    moments = traffic.started_at + (lasted_s + delay_s).astype("timedelta64[s]")
    return {
        "interaction_id": ids_of(n)[answered],
        "rating": outcome.rating[answered],
        "answered_at": written(moments)[answered],
        "ces": ces.astype(np.int64)[answered],
        "nps": nps.astype(np.int64)[answered],
    }
