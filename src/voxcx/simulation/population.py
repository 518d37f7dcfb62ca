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

With a plan all of this is drawn anew and in another order, see ``voxcx.simulation.planting.archive``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.catalogue import CATALOGUE
from voxcx.errors import InputError
from voxcx.simulation.agents import draw_since, truth_of_agents
from voxcx.simulation.call_features import Columns, blank, draw_calls
from voxcx.simulation.cause import INVITED_SHARE, cause_ratings, truth_of
from voxcx.simulation.chat_features import draw_chats, draw_cues
from voxcx.simulation.fields import draw_surveys, fields_of, ids_of
from voxcx.simulation.gaps import draw_gaps
from voxcx.simulation.history import draw_history
from voxcx.simulation.made import Population
from voxcx.simulation.planted import draw_said, truth_of_phrases
from voxcx.simulation.planting.archive import simulate_archive
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.script import Script
from voxcx.simulation.traffic import Flags, Traffic, draw_traffic

__all__ = ["LARGEST", "Population", "simulate_population"]
LARGEST = 5_000_000


def simulate_population(n: int, seed: int, *, texts: bool = False, planted: Plan | None = None) -> Population:
    """Draw ``n`` interactions; the same arguments give the same population, and texts change no feature.

    Agents' dates and texts have random streams of their own, so that they can be left out. With a plan
    the population is an archive with planted truths (``planting``), another one than without.
    """
    if not 1 <= n <= LARGEST:
        raise InputError(f"A population: expected 1 to {LARGEST} interactions, got {n}; change --n.")
    if planted is not None:
        return simulate_archive(n, seed, planted, texts=texts)
    traffic = draw_traffic(n, np.random.default_rng(seed))
    since = draw_since(np.random.default_rng([seed, 1]))
    said = draw_said(n, np.random.default_rng([seed, 2])) if texts else None
    features = _features(traffic)
    outcome = cause_ratings(features, traffic, said)
    visible, missing = draw_gaps(features, traffic)
    invited = traffic.rng.random(n) < INVITED_SHARE
    interactions = fields_of(traffic, invited, since) | visible | _quality(features, visible, traffic)
    truth = {"n": n, "seed": seed} | truth_of(outcome, traffic) | truth_of_agents(outcome, traffic, since)
    return Population(
        interactions=interactions,
        missing=missing,
        surveys=draw_surveys(invited, features, outcome, traffic),
        ratings={"interaction_id": ids_of(n), "rating": outcome.rating, "latent": outcome.latent},
        truth=truth if said is None else truth | {"phrases": truth_of_phrases(said)},
        script=None if said is None else Script(_known(interactions, features), said, traffic, seed),
    )


def _features(traffic: Traffic) -> Columns:
    calls, chats = draw_calls(traffic), draw_chats(traffic)
    shared = {name: np.where(traffic.is_call, calls[name], chats[name]) for name in calls.keys() & chats.keys()}
    drawn = calls | chats | shared | draw_cues(traffic, shared) | {"language": traffic.language}
    drawn |= draw_history(drawn, traffic)
    return {name: drawn[name] for name in CATALOGUE}


def _known(interactions: Columns, features: Columns) -> Columns:
    """What a script reads: nothing is missing where somebody spoke, only the times of some chats."""
    return interactions | features | {"untimed": np.isnan(interactions["first_response_s"])}


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
