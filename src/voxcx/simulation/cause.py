"""The written-down cause of satisfaction in a simulated population.

    latent = Σ effects + the agent's effect + noise;  rating = 1 + number of thresholds below the latent

===============================  ======================================================  ===========
cause                            shape                                                    coefficient
===============================  ======================================================  ===========
queue wait below the knee        minutes, up to 90 s (calls)                                   −0.10
queue wait above the knee        minutes beyond 90 s, at most 8 (calls)                        −0.35
holds                            count, at most 4 (calls)                                      −0.22
time on hold                     minutes, at most 6 (calls)                                    −0.15
interruptions by the agent       yielded ones, at most 5 (calls)                               −0.30
overlap                          share above 0.05, at most 0.25 (calls)                        −5.00
long silences                    count, at most 4 (calls)                                      −0.25
transfers                        count, at most 3 (calls)                                      −0.30
IVR opted out                    1 when so (calls)                                             −0.35
distrusts machines, met one      1 when so (both kinds)                                        −0.50
unresolved                       cue hits, at most 2                                           −0.80
complaint                        cue hits, at most 2                                           −0.70
gratitude                        cue hits, at most 2                                           +0.35
first response                   doublings beyond 60 s, at most 5 (chats)                      −0.30
agent                            normal, one draw per agent                                 sd 0.35
noise                            normal, one draw per interaction                           sd 0.80
only with texts: sent away       1 when the agent says «перезвоните позже», "call back later"   −0.60
only with texts: follows up      1 when the agent says «я сама проверю и напишу вам» …          +0.50
===============================  ======================================================  ===========

Non-response: 65 % are invited; who rates lower answers less often (``ANSWER_RATE``), so about a quarter answer and
their mean is above the truth. The record shows the cause through the features, after some of them went missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.planted import PLANTED, Said
from voxcx.simulation.traffic import AGENTS, Flags, Floats, Integers, Traffic, agent_ids

KNEE_S = 90.0
AGENT_SD = 0.35
NOISE_SD = 0.80
THRESHOLDS = (-2.4, -1.85, -1.35, -0.78)
INVITED_SHARE = 0.65
ANSWER_RATE = {1: 0.24, 2: 0.28, 3: 0.33, 4: 0.38, 5: 0.43}


Shape = Callable[[Columns, Traffic], Floats]


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of the table above. ``feature`` is what a model can see of it."""

    cause: str
    feature: str
    kinds: tuple[str, ...]
    coefficient: float
    shape: Shape


def _count(name: str, most: float) -> Shape:
    return lambda columns, _: np.minimum(columns[name], most)


def _minutes(name: str, most_s: float, from_s: float = 0.0) -> Shape:
    return lambda columns, _: np.clip(columns[name] - from_s, 0, most_s - from_s) / 60


def _share_above(name: str, share: float, most: float) -> Shape:
    return lambda columns, _: np.clip(columns[name] - share, 0, most)


def _opted_out(columns: Columns, _: Traffic) -> Floats:
    return np.asarray(columns["ivr_status"] == "opted_out", dtype=float)


def _met_a_machine(columns: Columns, traffic: Traffic) -> Floats:
    machine = np.where(traffic.is_call, columns["ivr_status"] != "none", columns["bot_messages"] > 0)
    return np.asarray(traffic.distrusts_machines & machine.astype(bool), dtype=float)


def _doublings(columns: Columns, _: Traffic) -> Floats:
    return np.clip(np.log2(np.maximum(columns["first_response_s"], 1) / 60), 0, 5)


CALL, CHAT, BOTH = ("call",), ("chat",), ("call", "chat")
INTERRUPTIONS = "interruptions_by_agent_yielded"
LONGEST_WAIT_S = KNEE_S + 8 * 60
EFFECTS = (
    Effect("queue wait below the knee", "queue_wait_s", CALL, -0.10, _minutes("queue_wait_s", KNEE_S)),
    Effect("queue wait above the knee", "queue_wait_s", CALL, -0.35, _minutes("queue_wait_s", LONGEST_WAIT_S, KNEE_S)),
    Effect("holds", "holds_count", CALL, -0.22, _count("holds_count", 4)),
    Effect("time on hold", "hold_total_s", CALL, -0.15, _minutes("hold_total_s", 6 * 60)),
    Effect("interruptions by the agent", INTERRUPTIONS, CALL, -0.30, _count(INTERRUPTIONS, 5)),
    Effect("overlap", "overlap_share", CALL, -5.00, _share_above("overlap_share", 0.05, 0.25)),
    Effect("long silences", "long_silences", CALL, -0.25, _count("long_silences", 4)),
    Effect("transfers", "transfers", CALL, -0.30, _count("transfers", 3)),
    Effect("IVR opted out", "ivr_status", CALL, -0.35, _opted_out),
    Effect("distrusts machines, met one", "prefers_human", BOTH, -0.50, _met_a_machine),
    Effect("unresolved", "unresolved_cue", BOTH, -0.80, _count("unresolved_cue", 2)),
    Effect("complaint", "complaint_cue", BOTH, -0.70, _count("complaint_cue", 2)),
    Effect("gratitude", "gratitude", BOTH, 0.35, _count("gratitude", 2)),
    Effect("first response", "first_response_s", CHAT, -0.30, _doublings),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the cause gives: the latent, its rating 1–5, its part per effect and the agents' effects."""

    latent: Floats
    rating: Integers
    parts: dict[str, Floats]
    agent_effects: Floats


def cause_ratings(columns: Columns, traffic: Traffic, said: Said | None = None) -> Outcome:
    """Apply the table to complete features (before anything goes missing); ``said`` only where there are texts."""
    rng = traffic.rng
    parts: dict[str, Floats] = {}
    for effect in EFFECTS:
        applies = np.where(traffic.is_call, "call" in effect.kinds, "chat" in effect.kinds)
        parts[effect.cause] = np.where(applies, effect.coefficient * effect.shape(columns, traffic), 0.0)
    if said is not None:
        parts |= {phrase.cause: np.where(said[phrase.cause], phrase.coefficient, 0.0) for phrase in PLANTED}
    agent_effects = rng.normal(0, AGENT_SD, AGENTS)
    noise = rng.normal(0, NOISE_SD, traffic.n)
    latent = np.sum(list(parts.values()), axis=0) + agent_effects[traffic.agent] + noise
    rating = 1 + np.searchsorted(np.array(THRESHOLDS), latent)
    return Outcome(latent, rating, parts, agent_effects)


def truth_of_effects(
    outcome: Outcome, effects: Sequence[Effect], calls: Flags, chats: Flags
) -> list[dict[str, object]]:
    """The table of effects and how much each moves those ``calls`` [n] and ``chats`` [n]."""
    return [
        {
            "cause": effect.cause,
            "feature": effect.feature,
            "kinds": list(effect.kinds),
            "coefficient": effect.coefficient,
            "sd_calls": round(float(outcome.parts[effect.cause][calls].std()), 4) if calls.any() else None,
            "sd_chats": round(float(outcome.parts[effect.cause][chats].std()), 4) if chats.any() else None,
        }
        for effect in effects
    ]


def truth_of(outcome: Outcome, traffic: Traffic) -> dict[str, object]:
    """Everything that was put in, for whoever checks a model against it."""
    return {
        "effects": truth_of_effects(outcome, EFFECTS, traffic.is_call, ~traffic.is_call),
        "knee_s": KNEE_S,
        "thresholds": list(THRESHOLDS),
        "agent_sd": AGENT_SD,
        "noise_sd": NOISE_SD,
        "agent_effects": dict(zip(agent_ids(), (round(float(x), 4) for x in outcome.agent_effects), strict=True)),
        "invited_share": INVITED_SHARE,
        "answer_rate": {str(rating): rate for rating, rate in ANSWER_RATE.items()},
        "rating_shares": {str(k): round(float((outcome.rating == k).mean()), 4) for k in range(1, 6)},
    }
