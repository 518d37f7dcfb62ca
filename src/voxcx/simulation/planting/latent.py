"""From causes to the latent: what each criterion does depends on where the latent stands without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.cause import ANSWER_RATE, EFFECTS, NOISE_SD, THRESHOLDS, Effect, Outcome
from voxcx.simulation.planted import PLANTED, Said
from voxcx.simulation.planting.contacts import CONTAINED, MAIL, PHONE, Contacts
from voxcx.simulation.planting.errors import draw_bot_errors
from voxcx.simulation.planting.features import in_a_loop
from voxcx.simulation.planting.form import BOT_FORM, FORM
from voxcx.simulation.planting.people import People
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import INTERCEPTS, labels_of
from voxcx.simulation.traffic import DAY_S, Flags, Floats, Integers, Traffic

BASE = 0.1  # brings the ratings of this archive to somewhat over half of fives
POINTS_PER_RATING = 25.0
TOP, SATISFIED = THRESHOLDS[3], THRESHOLDS[2]
Means = dict[str, float | None]  # n, mean_csi, answering_mean_csi
IN_IVR = frozenset({"distrusts machines, met one"})
IN_BOT = IN_IVR | {"unresolved", "complaint", "gratitude"}
WAITS = frozenset({"queue wait below the knee", "queue wait above the knee"})


@dataclass(frozen=True, slots=True)
class Latent:
    """The latent without the criteria, and what the criteria do to it.

    ``plain`` has everything but the criteria of the form; ``errors`` and ``applies`` are [contacts, criteria].
    """

    plain: Floats
    applies: Flags
    errors: Flags
    scale: float

    def settled(self) -> Floats:
        """[contacts], the latent: shifts first, then what only hurts below the top, then what lifts the satisfied."""
        latent = self.plain.copy()
        for place, criterion in enumerate(FORM):
            if criterion.shape == "shift":
                latent += self.scale * criterion.effect * self.errors[:, place]
        for place, criterion in enumerate(FORM):
            if criterion.shape == "must_be":
                latent += self.scale * criterion.effect * (self.errors[:, place] & (latent < TOP))
        for place, criterion in enumerate(FORM):
            if criterion.shape == "attractive":
                met = self.applies[:, place] & ~self.errors[:, place]
                latent -= self.scale * criterion.effect * (met & (latent >= SATISFIED))
        return latent

    def take(self, rows: Integers | Flags) -> Latent:
        """Some contacts."""
        return Latent(self.plain[rows], self.applies[rows], self.errors[rows], self.scale)

    def with_error(self, place: int, error: bool) -> Latent:
        """The same contacts, had each of them made, or not made, the error."""
        errors = self.errors.copy()
        errors[:, place] = error
        return replace(self, errors=errors)

    def shifted(self, by: Floats | float) -> Latent:
        """The same contacts with more or less satisfaction from elsewhere."""
        return replace(self, plain=self.plain + by)


def ratings_of(latent: Floats) -> Integers:
    """1–5."""
    rating: Integers = 1 + np.searchsorted(np.array(THRESHOLDS), latent)
    return rating


def csi_means(latent: Floats, weight: Floats | None = None) -> Means:
    """n, the mean index, and the mean of those who would answer: Σ rate · index ÷ Σ rate; ``weight`` by contact."""
    if not len(latent):
        return {"n": 0, "mean_csi": None, "answering_mean_csi": None}
    rating = ratings_of(latent)
    index = (rating - 1) * POINTS_PER_RATING
    rate = np.array([0.0, *(ANSWER_RATE[one] for one in sorted(ANSWER_RATE))])[rating]
    means = (np.average(index, weights=weight), np.average(index, weights=rate if weight is None else rate * weight))
    mean, answering = (round(float(one), 4) for one in means)
    return {"n": len(latent), "mean_csi": mean, "answering_mean_csi": answering}


def archive_effects(plan: Plan) -> tuple[Effect, ...]:
    """The usual effects with one of waiting: none below the knee."""
    knee_s, span_s = plan.knee_s, plan.hurting_min * 60

    def beyond(columns: Columns, _: Traffic) -> Floats:
        return np.clip(columns["queue_wait_s"] - knee_s, 0, span_s) / 60

    waiting = Effect("queue wait above the knee", "queue_wait_s", ("call",), plan.above_knee, beyond)
    return (waiting, *(effect for effect in EFFECTS if effect.cause not in WAITS))


@dataclass(frozen=True, slots=True)
class Causes:
    """What the latent is made of; ``outcome`` is its result."""

    outcome: Outcome
    latent: Latent
    bot_errors: Flags
    bot_applies: Flags


def cause_archive(
    features: Columns, met: tuple[Contacts, Traffic], people: People, plan: Plan, said: Said | None
) -> Causes:
    """Everything that moves satisfaction, applied."""
    contacts, traffic = met
    bot_applies, bot_errors = draw_bot_errors(contacts.bot_served, traffic.rng)
    parts = _parts(features, contacts, traffic, plan) | _planted_parts(features, contacts, plan)
    for place, criterion in enumerate(BOT_FORM):
        parts[criterion.id] = np.where(bot_errors[:, place], plan.criteria * criterion.effect, 0.0)
    if said is not None:
        for one in PLANTED:
            parts[one.cause] = np.where(said[one.cause] & contacts.handled, one.coefficient, 0.0)
    parts["agent"] = np.where(contacts.handled, people.effect[contacts.agent], 0.0)
    parts["noise"] = traffic.rng.normal(0, NOISE_SD, traffic.n)
    plain = np.asarray(BASE + np.sum(list(parts.values()), axis=0), dtype=float)
    latent = Latent(plain, contacts.applies, contacts.errors, plan.criteria)
    settled = latent.settled()
    outcome = Outcome(settled, ratings_of(settled), parts, people.effect)
    return Causes(outcome, latent, bot_errors, bot_applies)


def _parts(features: Columns, contacts: Contacts, traffic: Traffic, plan: Plan) -> dict[str, Floats]:
    """The effects that a usual population has too, where somebody was there to cause them."""
    columns = features | {"first_response_s": np.where(contacts.channel == MAIL, 1.0, features["first_response_s"])}
    parts: dict[str, Floats] = {}
    ivr_alone, bot_alone = (contacts.fate == CONTAINED) & traffic.is_call, contacts.bot_served
    for effect in archive_effects(plan):
        applies = np.where(traffic.is_call, "call" in effect.kinds, "chat" in effect.kinds)
        there = contacts.handled | (ivr_alone & (effect.cause in IN_IVR)) | (bot_alone & (effect.cause in IN_BOT))
        parts[effect.cause] = np.where(applies & there, effect.coefficient * effect.shape(columns, traffic), 0.0)
    return parts


def _planted_parts(features: Columns, contacts: Contacts, plan: Plan) -> dict[str, Floats]:
    """Queue, process change, handover, machine alone, loop."""
    queue = labels_of("queue")[contacts.topic]
    intercept = np.array([INTERCEPTS[name] for name in labels_of("queue")])[contacts.topic]
    changed = (queue == plan.change_queue) & (contacts.second >= plan.change_day * DAY_S) & contacts.handled
    handed_nothing = (features["handover_context"] == "none") & (contacts.channel == PHONE) & contacts.handled
    return {
        "queue": plan.queues_differ * intercept,
        "process change": plan.change_rise * changed,
        "handed over without context": plan.handover_none * handed_nothing,
        "served by a machine alone": plan.bot_effect * (contacts.fate == CONTAINED),
        "IVR loop": plan.loop_effect * (in_a_loop(features, contacts) & contacts.rated),
    }
