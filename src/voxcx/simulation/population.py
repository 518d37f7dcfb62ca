"""A population of interactions with features, quality scores and survey answers whose cause is known.

What is drawn, in this order (each step reads only those before it):

============  =============================================================================================
step          gives
============  =============================================================================================
traffic       90 days, hours, weekdays, customers who return, agents in teams, queues; 70 % calls, 30 % chats
features      every feature of the catalogue, jointly: what must add up does (``call_features``, ``chat_features``)
history       what the customer's strictly earlier contacts tell: machines refused, repeats, switches, drops
cause         latent → rating 1–5, the table in ``cause``
gaps          what real records lack: a site without telephony, mono recordings, unknown wrap, chats without times
quality       QA scores that see part of the same cause
survey        65 % invited; angry customers answer less; about a quarter answer within a day
texts         only when asked for: what was said, by the counts above, with two causes that no feature sees
============  =============================================================================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.catalogue import CATALOGUE
from voxcx.errors import InputError
from voxcx.simulation.agents import draw_since, truth_of_agents
from voxcx.simulation.call_features import Columns, blank, draw_calls
from voxcx.simulation.cause import ANSWER_RATE, INVITED_SHARE, Outcome, cause_ratings, truth_of
from voxcx.simulation.chat_features import draw_chats, draw_cues
from voxcx.simulation.gaps import draw_gaps
from voxcx.simulation.history import draw_history
from voxcx.simulation.notes import Notes
from voxcx.simulation.planted import draw_said, truth_of_phrases
from voxcx.simulation.script import Script
from voxcx.simulation.traffic import UTC_OFFSET_MIN, Flags, Labels, Traffic, draw_traffic

LARGEST = 5_000_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Population:
    """Columns of interactions in order of time, survey answers, and the truth that made them.

    Attributes:
        interactions: columns, without ``missing``.
        missing: which features each interaction lacks, and why.
        surveys: interaction_id, rating, answered_at, ces, nps of who answered.
        ratings: interaction_id, rating, latent of every interaction: what all would have answered.
        truth: everything that was put in.
        script: who says what, where texts were asked for.
    """

    interactions: Columns
    missing: Notes
    surveys: Columns
    ratings: Columns
    truth: dict[str, object]
    script: Script | None = None

    def rows(self) -> list[Row]:
        """Interactions as rows; NaN becomes None."""
        notes = self.missing.as_lists()
        return [row | {"missing": note} for row, note in zip(as_rows(self.interactions), notes, strict=True)]

    def survey_rows(self) -> list[Row]:
        """Survey answers as rows: interaction_id, rating, answered_at, ces, nps, comment."""
        return as_rows(self.surveys)


def simulate_population(n: int, seed: int, *, texts: bool = False) -> Population:
    """Draw ``n`` interactions; the same arguments give the same population, and texts change no feature.

    Agents' dates and texts have random streams of their own, so that they can be left out.
    """
    if not 1 <= n <= LARGEST:
        raise InputError(f"A population: expected 1 to {LARGEST} interactions, got {n}; change --n.")
    traffic = draw_traffic(n, np.random.default_rng(seed))
    since = draw_since(np.random.default_rng([seed, 1]))
    said = draw_said(n, np.random.default_rng([seed, 2])) if texts else None
    features = _features(traffic)
    outcome = cause_ratings(features, traffic, said)
    visible, missing = draw_gaps(features, traffic)
    invited = traffic.rng.random(n) < INVITED_SHARE
    interactions = _fields(traffic, invited, since) | visible | _quality(features, visible, traffic)
    truth = {"n": n, "seed": seed} | truth_of(outcome, traffic) | truth_of_agents(outcome, traffic, since)
    return Population(
        interactions=interactions,
        missing=missing,
        surveys=_surveys(invited, features, outcome, traffic),
        ratings={"interaction_id": _ids(n), "rating": outcome.rating, "latent": outcome.latent},
        truth=truth if said is None else truth | {"phrases": truth_of_phrases(said)},
        script=None if said is None else Script(_known(interactions, features), said, traffic, seed),
    )


def as_rows(columns: Columns) -> list[Row]:
    """Columns → rows of plain Python values.

    >>> as_rows({"a": np.array([1.0, float("nan")]), "b": np.array(["x", None], dtype=object)})
    [{'a': 1.0, 'b': 'x'}, {'a': None, 'b': None}]
    """
    names = list(columns)
    plain = [[_plain(value) for value in columns[name].tolist()] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*plain, strict=True)]


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value


def _features(traffic: Traffic) -> Columns:
    calls, chats = draw_calls(traffic), draw_chats(traffic)
    shared = {name: np.where(traffic.is_call, calls[name], chats[name]) for name in calls.keys() & chats.keys()}
    drawn = calls | chats | shared | draw_cues(traffic, shared) | {"language": traffic.language}
    drawn |= draw_history(drawn, traffic)
    return {name: drawn[name] for name in CATALOGUE}


def _known(interactions: Columns, features: Columns) -> Columns:
    """What a script reads: nothing is missing where somebody spoke, only the times of some chats."""
    return interactions | features | {"untimed": np.isnan(interactions["first_response_s"])}


def _fields(traffic: Traffic, invited: Flags, since: Labels) -> Columns:
    """Fields of the interactions themselves."""
    n = traffic.n
    kind = np.where(traffic.is_call, "call", "chat").astype(object)
    return {
        "interaction_id": _ids(n),
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


def _ids(n: int) -> NDArray[Any]:
    return np.array([f"sim-{number:07d}" for number in range(n)], dtype=object)


def _written(moments: NDArray[np.datetime64]) -> NDArray[Any]:
    hours = UTC_OFFSET_MIN.astype(int) // 60
    text = np.datetime_as_string(moments, unit="s")
    return np.array([f"{moment}+{hours:02d}:00" for moment in text], dtype=object)


def _quality(features: Columns, visible: Columns, traffic: Traffic) -> Columns:
    """QA scores: points lost by what an assessor hears, plus the assessor's own noise."""
    rng, n = traffic.rng, traffic.n
    call = traffic.is_call
    lost = 5 * np.minimum(features["interruptions_by_agent_yielded"], 4) + 6 * np.minimum(features["long_silences"], 3)
    lost = np.where(call, lost + 2.5 * features["holds_count"], 12 * features["template_share"])
    lost = lost + 9 * np.minimum(features["unresolved_cue"], 1) + np.where(features["apologies_by_agent"] == 0, 3, 0)
    before = np.clip(97 - lost - np.abs(rng.normal(0, 6, n)), 0, 100)
    customer = rng.random(n) < np.where(features["unresolved_cue"] > 0, 0.15, 0.02)
    business, compliance = rng.random(n) < 0.02, rng.random(n) < 0.03
    zeroed = customer | business | compliance
    return {
        "qa_score": np.where(zeroed, 0.0, np.round(before, 1)),
        "qa_score_before_zeroing": np.round(before, 1),
        "qa_decided_share": np.round(rng.uniform(0.75, 1.0, n), 3),
        "qa_critical_customer": _named(customer, "simulated_customer_error"),
        "qa_critical_business": _named(business, "simulated_business_error"),
        "qa_critical_compliance": _named(compliance, "simulated_compliance_error"),
        "channels_verdict": blank(np.where(np.isnan(visible["agent_speech_s"]), "mono", "ok"), ~call),
    }


def _named(happened: Flags, criterion: str) -> NDArray[Any]:
    lists = np.empty(len(happened), dtype=object)
    lists[:] = [[criterion] if one else [] for one in happened.tolist()]
    return lists


def _surveys(invited: Flags, features: Columns, outcome: Outcome, traffic: Traffic) -> Columns:
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
        "interaction_id": _ids(n)[answered],
        "rating": outcome.rating[answered],
        "answered_at": _written(moments)[answered],
        "ces": ces.astype(np.int64)[answered],
        "nps": nps.astype(np.int64)[answered],
    }
