"""The planted truth as truth.json has it: parameters, and what they come to in all interactions of the archive.

Each contrast is given twice: ``mean_csi`` of everybody, and ``answering_mean_csi`` of those who would answer when
asked, Σ rate · index ÷ Σ rate with the answer rate of each rating – what an estimate from surveys aims at. ``observed``
compares those with and without, as they are; ``causal`` compares the same contacts in the two worlds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.cause import ANSWER_RATE, INVITED_SHARE, NOISE_SD, THRESHOLDS, truth_of_effects
from voxcx.simulation.planted import Said, truth_of_phrases
from voxcx.simulation.planting.contacts import Contacts
from voxcx.simulation.planting.form import BOT_FORM, FORM
from voxcx.simulation.planting.latent import Causes, archive_effects, csi_means
from voxcx.simulation.planting.people import People
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import INTERCEPTS, TOPICS
from voxcx.simulation.planting.truth_of_agents import standardised_agents
from voxcx.simulation.planting.truth_of_flow import (
    truth_of_machines,
    truth_of_outage,
    truth_of_repeats,
    truth_of_waiting,
)
from voxcx.simulation.planting.worlds import change_truth, criterion_truth, handover_truth, mix_truth
from voxcx.simulation.traffic import Traffic, agent_ids

HOW_TO_READ = {
    "mean_csi": "mean index of all interactions that could be rated, asked or not",
    "answering_mean_csi": "sum of rate x index / sum of rate, the rate being how often such a rating is answered: the "
    "target of an estimate from survey answers",
    "observed": "with minus without, as they are: what an unadjusted estimate aims at",
    "causal": "the same interactions with minus without: what an adjusted estimate aims at",
    "error_rate": "true errors / interactions where the criterion applies, undecided ones included",
    "plan": "every parameter that was planted; all others follow from these and the seed",
    "effects": "causes beside the planted ones: coefficient on the latent, and how much each moves agents' contacts",
    "agents": "latent: all that is the agent's own; standardised_...: had the agent taken everybody's contacts",
    "change": "causal: the queue's contacts after the change with the same contacts before it",
    "mix": "raw: after minus before; standardised: the same with each queue weighted as in the whole archive",
    "waiting": "curve: answered calls by their wait in the queue; the knee is where waiting begins to hurt",
    "repeats": "risk: of another contact within 7 days about the same topic, planted or by chance (background)",
    "machines": "what IVR and bots served alone; loop_observed: calls whose IVR did not understand three times",
    "outage": "usual: contacts expected about the topic in these hours without it; n: those that came",
    "kano": "planted type of each criterion that the questionnaire asks about",
    "stated_weights": "mean points of 100 that customers give each criterion",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything that was drawn."""

    contacts: Contacts
    people: People
    plan: Plan
    causes: Causes
    features: Columns
    traffic: Traffic


def truth_of_archive(drawn: Drawn, said: Said | None) -> dict[str, object]:
    """Everything that was planted, for whoever checks a report against it."""
    contacts, plan, outcome = drawn.contacts, drawn.plan, drawn.causes.outcome
    rated, handled, call = contacts.rated, contacts.handled, drawn.traffic.is_call
    shares = {
        str(one): round(float((outcome.rating[rated] == one).mean()), 4) if rated.any() else None for one in range(1, 6)
    }
    truth: dict[str, object] = {
        "planted": True,
        "how_to_read": HOW_TO_READ,
        "plan": asdict(plan),
        "effects": truth_of_effects(outcome, archive_effects(plan), handled & call, handled & ~call),
        "knee_s": plan.knee_s,
        "thresholds": list(THRESHOLDS),
        "agent_sd": plan.agent_sd,
        "noise_sd": NOISE_SD,
        "agent_effects": dict(zip(agent_ids(), np.round(outcome.agent_effects, 4).tolist(), strict=True)),
        "invited_share": INVITED_SHARE,
        "answer_rate": {str(rating): rate for rating, rate in ANSWER_RATE.items()},
        "rating_shares": shares,
        "csi": csi_means(outcome.latent[rated]),
        "agents": standardised_agents(contacts, drawn.people, drawn.causes),
        "queues": {name: plan.queues_differ * effect for name, effect in INTERCEPTS.items()},
        "topics": [asdict(topic) for topic in TOPICS],
    }
    truth |= _contrasts(drawn)
    return truth if said is None else truth | {"phrases": truth_of_phrases(said)}


def _contrasts(drawn: Drawn) -> Mapping[str, object]:
    contacts, plan, causes = drawn.contacts, drawn.plan, drawn.causes
    latent = causes.latent
    return {
        "criteria": [criterion_truth(place, contacts, latent) for place in range(len(FORM))],
        "bot_criteria": [asdict(criterion) for criterion in BOT_FORM],
        "kano": {one.id: one.wanted for one in FORM if one.wanted},
        "stated_weights": {one.id: round(100 * one.stated / sum(each.stated for each in FORM), 2) for one in FORM},
        "change": change_truth(contacts, latent, plan),
        "mix": mix_truth(contacts, causes.outcome.latent, plan),
        "handover": handover_truth(contacts, latent, drawn.features["handover_context"], plan),
        "waiting": truth_of_waiting(contacts, causes.outcome.latent, plan),
        "repeats": truth_of_repeats(contacts, plan),
        "machines": truth_of_machines(contacts, causes, drawn.features),
        "outage": truth_of_outage(contacts, plan),
    }
