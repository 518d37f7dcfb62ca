"""The truth of waiting, of coming again and of machines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from voxcx.simulation.call_features import Columns
from voxcx.simulation.planting.contacts import ABANDONED, BOT_AGAIN, CONTAINED, PHONE, REDIAL, REPEAT, Contacts
from voxcx.simulation.planting.features import in_a_loop
from voxcx.simulation.planting.form import SOLUTION
from voxcx.simulation.planting.latent import Causes, csi_means
from voxcx.simulation.planting.moments import OUTAGE_HOUR, usual_in_outage
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.repeats import chance_again
from voxcx.simulation.planting.topics import EMERGENCY, TOPICS, labels_of
from voxcx.simulation.planting.worlds import contrast
from voxcx.simulation.traffic import DAY_S, HOUR_S, Flags, Floats

WAIT_STEPS_S = (0, 15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 300, 390, 600, 1200)
WEEK_S = 7 * DAY_S


def truth_of_waiting(contacts: Contacts, latent: Floats, plan: Plan) -> dict[str, object]:
    """The knee, the curve of all answered calls, and who left."""
    answered = contacts.handled & (contacts.channel == PHONE)
    left = contacts.fate == ABANDONED
    queued = (contacts.channel == PHONE) & (contacts.fate != CONTAINED)
    curve = []
    for low, high in pairwise(WAIT_STEPS_S):
        inside = answered & (contacts.wait_s >= low) & (contacts.wait_s < high)
        curve.append({"from_s": low, "to_s": high} | csi_means(latent[inside]))
    return {
        "knee_s": plan.knee_s,
        "per_minute_above": plan.above_knee,
        "at_most_min": plan.hurting_min,
        "curve": curve,
        "queued": int(queued.sum()),
        "abandoned": int(left.sum()),
        "abandoned_share": _share(left, queued),
        "short_abandons": int((left & (contacts.wait_s < 5)).sum()),
        "redialled_share_planted": plan.redials,
        "hazard_per_s": plan.hazard_per_s,
        "hazard_factor_after_knee": plan.hazard_factor,
    }


def truth_of_repeats(contacts: Contacts, plan: Plan) -> dict[str, object]:
    """Risks of coming again within 7 days about the same topic, planted and by chance.

    ``risk_ratio`` compares contacts of an agent whose week has passed and where the criterion applies, as they are: its
    risks are expected ones, 1 − (1 − planted) · (1 − by chance).
    """
    elapsed = contacts.handled & (contacts.second < (plan.days - 7) * DAY_S)
    background = _background(contacts, elapsed)
    risk = 1 - (1 - chance_again(contacts, plan)) * (1 - background)
    there = labels_of("queue")[contacts.topic] == plan.repeat_queue
    applies, errors = contacts.applies[:, SOLUTION], contacts.errors[:, SOLUTION]
    return {
        "base": plan.repeats,
        "error_factor": plan.error_factor,
        "topic_factor": plan.topic_factor,
        "background": round(background, 5),
        "error": _ratio(risk, elapsed & applies & errors, elapsed & applies & ~errors),
        "queue": {"queue": plan.repeat_queue} | _ratio(risk, elapsed & there, elapsed & ~there),
        "risk": _mean(risk, elapsed),
        "rows": {
            name: int((contacts.reason == code).sum())
            for name, code in (("repeat", REPEAT), ("redial", REDIAL), ("bot again", BOT_AGAIN))
        },
    }


def _background(contacts: Contacts, elapsed: Flags) -> float:
    """How often the customer comes within 7 days about the topic with another matter, where nothing else followed."""
    order = np.lexsort((contacts.second, contacts.topic, contacts.customer))
    now, then = order[:-1], order[1:]
    same = (contacts.customer[now] == contacts.customer[then]) & (contacts.topic[now] == contacts.topic[then])
    soon = same & (contacts.second[then] - contacts.second[now] <= WEEK_S)
    other = contacts.chain[now] != contacts.chain[then]
    looked = elapsed[now] & ~(soon & ~other)
    return float((soon & other)[looked].mean()) if looked.any() else 0.0


def _ratio(risk: Floats, exposed: Flags, others: Flags) -> dict[str, object]:
    one, other = _mean(risk, exposed), _mean(risk, others)
    ratio = round(one / other, 4) if one is not None and other else None
    return {
        "n": int(exposed.sum()),
        "risk": one,
        "n_without": int(others.sum()),
        "risk_without": other,
        "risk_ratio": ratio,
    }


def truth_of_machines(contacts: Contacts, causes: Causes, features: Columns) -> dict[str, object]:
    """What machines served, and what a loop and being served by one alone come to."""
    phone, alone, latent = contacts.channel == PHONE, contacts.fate == CONTAINED, causes.outcome.latent
    loops = in_a_loop(features, contacts) & contacts.rated
    ivr, bot = contacts.machine & phone, contacts.machine & ~phone
    refused = ivr & np.asarray(features["ivr_status"] == "opted_out", dtype=bool)
    others = ivr & contacts.rated & ~loops
    return {
        "ivr_legs": int(ivr.sum()),
        "ivr_contained_share": _share(ivr & alone, ivr),
        "ivr_opted_out_share": _share(refused, ivr),
        "ivr_loops": int(loops.sum()),
        "loop_observed": contrast(latent[loops], latent[others]),
        "bot_legs": int(bot.sum()),
        "bot_contained_share": _share(bot & alone, bot),
        "bot_served": csi_means(latent[contacts.bot_served]),
        "ivr_served": csi_means(latent[ivr & alone]),
        "agents_served": csi_means(latent[contacts.handled]),
    }


def truth_of_outage(contacts: Contacts, plan: Plan) -> dict[str, object]:
    """When it was, and how many came about its topic."""
    first_s = plan.outage_day * DAY_S + OUTAGE_HOUR * HOUR_S
    inside = (contacts.second >= first_s) & (contacts.second < first_s + plan.outage_h * HOUR_S)
    return {
        "day": plan.outage_day,
        "from_hour": OUTAGE_HOUR,
        "hours": plan.outage_h,
        "topic": TOPICS[EMERGENCY].id,
        "factor": plan.outage_factor,
        "usual": round(usual_in_outage(len(contacts), plan), 2),
        "n": int((inside & (contacts.topic == EMERGENCY)).sum()),
    }


def _share(part: Flags, whole: Flags) -> float | None:
    return round(float(part.sum() / whole.sum()), 5) if whole.any() else None


def _mean(values: Floats, rows: Flags) -> float | None:
    return round(float(values[rows].mean()), 5) if rows.any() else None
