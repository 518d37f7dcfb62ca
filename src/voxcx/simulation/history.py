"""What a customer's strictly earlier contacts say: how they take machines, and the six features of the days before.

By the definitions of ``voxcx.features.history``, written apart from it. Where all simulated interactions reached an
agent, what failed before is drawn here: now and then a customer tried to call minutes or hours before, gave up in the
queue or was thrown out by an error of the IVR. Such attempts leave no row of their own. Where some rows reached nobody
(``Ends``), they are what failed. Calls say who ended them, chats do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.traffic import Flags, Floats, Labels, Traffic

FEWEST_CONTACTS = 3
WEEK_S = 7 * 86_400
DAY_S = 86_400
RECONNECT_S = 600
LOST_BEFORE_MEAN = 0.08  # attempts that reached nobody, per interaction
LOST_AGO_S = 600  # median of how long before
LOST_LASTED_S = 60.0
THROWN_OUT_SHARE = 0.3  # of those, by an error of the IVR
WHY_UNKNOWN = {
    "same_agent": "no earlier contact with a known agent",
    "reconnect_after_drop": "how the contact before ended is not known",
}
DEFAULT_WHY = "too few earlier contacts"


@dataclass(frozen=True, slots=True)
class Ends:
    """Columns by row, where rows may reach nobody: who had an agent, who gave up, and the channel of each."""

    reached: Flags
    failed: Flags
    channel: Labels


def draw_history(features: Columns, traffic: Traffic, ends: Ends | None = None) -> Columns:
    """All features of the family ``history``; without ``ends`` all rows reached an agent and failures are drawn."""
    flag, share = prefers_human(features, traffic)
    return {"prefers_human": flag, "prefers_human_share": share} | days_before(features, traffic, ends)


def prefers_human(features: Columns, traffic: Traffic) -> tuple[Floats, Floats]:
    """The flag (NaN below three earlier contacts with a machine) and the share (NaN without any)."""
    call = traffic.is_call
    met = np.where(call, features["ivr_status"] != "none", features["bot_messages"] > 0).astype(bool)
    opted_out = (features["ivr_status"] == "opted_out") | (features["ivr_operator_requests"] > 0)
    refused = np.where(call, opted_out, features["asks_for_human"] > 0).astype(bool) & met
    flag, share = np.full(traffic.n, np.nan), np.full(traffic.n, np.nan)
    seen: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row, customer in enumerate(traffic.customer.tolist()):  # rows are in order of time
        contacts, refusals = seen[customer]
        if contacts:
            share[row] = refusals / contacts
        if contacts >= FEWEST_CONTACTS:
            flag[row] = float(refusals == contacts)
        seen[customer][0] += int(met[row])
        seen[customer][1] += int(refused[row])
    return flag, share


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact as the next ones see it; ``agent`` None: it reached nobody."""

    start_s: float
    end_s: float
    way: Hashable  # what tells channels apart
    agent: int | None
    met_machine: bool
    dropped: bool | None
    failed: bool = False


def days_before(features: Columns, traffic: Traffic, ends: Ends | None = None) -> Columns:
    """The six features that look 10 minutes, a day or a week back."""
    columns: Columns = {name: np.full(traffic.n, np.nan) for name in _measured(_NOBODY, ())}
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    lost: list[list[Attempt]] = _lost(traffic) if ends is None else [[]] * traffic.n
    rows = _reached(features, traffic) if ends is None else _ended(features, traffic, ends)
    for row, (customer, now) in enumerate(zip(traffic.customer.tolist(), rows, strict=True)):
        before = attempts[customer]
        before.extend(one for one in lost[row] if one.start_s < now.start_s)
        before.sort(key=lambda one: one.start_s)
        earlier = [one for one in before if one.start_s < now.start_s]
        for name, value in _measured(now, earlier).items():
            columns[name][row] = np.nan if value is None else float(value)
        before.append(now)
    return columns


_NOBODY = Attempt(0.0, 0.0, True, 0, False, False)  # noqa: FBT003 - only its names are asked for


def _reached(features: Columns, traffic: Traffic) -> list[Attempt]:
    """The simulated interactions themselves, in order of time."""
    start_s = traffic.started_at.astype("datetime64[s]").astype(np.int64).astype(float)
    call = traffic.is_call
    before_s = features["ivr_time_s"] + features["queue_wait_s"]
    lasted_s = np.where(call, before_s + features["duration_s"], features["chat_duration_s"])
    met = np.where(call, features["ivr_status"] != "none", features["bot_messages"] > 0).astype(bool)
    dropped = [by == "system" if is_call else None for by, is_call in zip(features["hangup_by"], call, strict=True)]
    columns = (start_s, start_s + lasted_s, call, traffic.agent, met)
    return [Attempt(*facts) for facts in zip(*(column.tolist() for column in columns), dropped, strict=True)]


def _ended(features: Columns, traffic: Traffic, ends: Ends) -> list[Attempt]:
    """The same where some reached nobody: who gave up was not thrown out."""
    facts = (ends.channel, ends.reached, ends.failed)
    given = zip(_reached(features, traffic), *(column.tolist() for column in facts), strict=True)
    return [
        Attempt(
            one.start_s,
            one.end_s,
            way,
            one.agent if reached else None,
            one.met_machine,
            one.dropped and reached,
            failed,
        )
        for one, way, reached, failed in given
    ]


def _lost(traffic: Traffic) -> list[list[Attempt]]:
    """Before each interaction, the customer's attempts that reached nobody."""
    rng, n = traffic.rng, traffic.n
    count = rng.poisson(LOST_BEFORE_MEAN, n)
    row = np.repeat(np.arange(n), count)
    ago_s = np.minimum(rng.lognormal(np.log(LOST_AGO_S), 1.0, len(row)), WEEK_S)
    start_s = traffic.started_at.astype("datetime64[s]").astype(np.int64)[row] - np.ceil(ago_s)
    lost: list[list[Attempt]] = [[] for _ in range(n)]
    thrown_out = rng.random(len(row)) < THROWN_OUT_SHARE
    for of, at_s, out in zip(row.tolist(), start_s.tolist(), thrown_out.tolist(), strict=True):
        end_s = at_s + LOST_LASTED_S
        lost[of].append(Attempt(at_s, end_s, way=True, agent=None, met_machine=True, dropped=out, failed=True))
    return lost


def _measured(now: Attempt, earlier: Sequence[Attempt]) -> dict[str, float | bool | None]:
    """One interaction's values; ``earlier`` are the customer's contacts before, in order of time."""
    week = [one for one in earlier if one.start_s >= now.start_s - WEEK_S]
    agents = [one.agent for one in week if one.agent is not None]
    since = next((k for k, one in enumerate(reversed(week)) if one.agent is not None), len(week))
    ways = [one.way for one in (*week, now)]
    return {
        "earlier_contacts_7d": len(week),
        "failed_attempts_before": sum(one.failed for one in week[len(week) - since :]),
        "channel_switches_7d": sum(a != b for a, b in pairwise(ways)),
        "same_agent": agents[-1] == now.agent if agents else None,
        "reconnect_after_drop": _reconnect(now, earlier[-1]) if earlier else False,
        "bot_on_repeat_24h": now.met_machine
        and any(one.met_machine for one in week if one.start_s >= now.start_s - DAY_S),
    }


def _reconnect(now: Attempt, before: Attempt) -> bool | None:
    soon = 0 <= now.start_s - before.end_s <= RECONNECT_S
    return before.dropped if soon else False
