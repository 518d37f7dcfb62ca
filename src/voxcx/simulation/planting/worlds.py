"""Contrasts of two worlds: what a criterion, a changed process, a mix and a handover do to the index."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from voxcx.simulation.planting.contacts import PHONE, Contacts
from voxcx.simulation.planting.form import FORM, NEXT_STEPS
from voxcx.simulation.planting.latent import Latent, Means, csi_means
from voxcx.simulation.planting.plan import Plan
from voxcx.simulation.planting.topics import QUEUE_OF, labels_of
from voxcx.simulation.traffic import DAY_S, QUEUES, Flags, Floats, Labels

MEANS = ("mean_csi", "answering_mean_csi")
Contrast = dict[str, float | None]
Worlds = list[tuple[Floats, Floats]]  # latents and how much each counts


def contrast(with_it: Floats, without: Floats) -> Contrast:
    """Latents of two groups or worlds → the differences of both means; None where one is empty."""
    return _difference(csi_means(with_it), csi_means(without))


def _difference(one: Means, other: Means) -> Contrast:
    return {name: _less(one[name], other[name]) for name in MEANS}


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else round(one - other, 4)


def criterion_truth(place: int, contacts: Contacts, latent: Latent) -> dict[str, object]:
    """One criterion: what was planted and what its error does to the index, where it applies."""
    criterion = FORM[place]
    applies, errors = contacts.applies[:, place], contacts.errors[:, place]
    settled = latent.settled()
    same = latent.take(applies)
    null = criterion.shape == "none" or not latent.scale
    worlds = (same.with_error(place, error=True).settled(), same.with_error(place, error=False).settled())
    return {
        "criterion": criterion.id,
        "severity": criterion.severity,
        "attributable": criterion.attributable,
        "effect": 0.0 if null else latent.scale * criterion.effect,
        "shape": "none" if null else criterion.shape,
        "kano": criterion.wanted,
        "n": int(applies.sum()),
        "error_rate": round(float(errors.sum() / applies.sum()), 5) if applies.any() else None,
        "observed": contrast(settled[applies & errors], settled[applies & ~errors]),
        "causal": contrast(*worlds),
    }


def change_truth(contacts: Contacts, latent: Latent, plan: Plan) -> dict[str, object]:
    """The changed process: the queue's contacts in the world of before and in that of after."""
    there = contacts.handled & (labels_of("queue")[contacts.topic] == plan.change_queue)
    after = contacts.second >= plan.change_day * DAY_S
    settled = latent.settled()
    same = latent.take(there).shifted(-plan.change_rise * after[there])
    old = _at_rate(same, plan.errors_before)
    new = _at_rate(same.shifted(plan.change_rise), plan.errors_after)
    return {
        "day": plan.change_day,
        "queue": plan.change_queue,
        "n_before": int((there & ~after).sum()),
        "n_after": int((there & after).sum()),
        "errors_before": plan.errors_before,
        "errors_after": plan.errors_after,
        "observed": contrast(settled[there & after], settled[there & ~after]),
        "causal": _weighted_contrast(new, old),
    }


def _at_rate(latent: Latent, rate: float) -> Worlds:
    """Both worlds of the error with their weights, so that its rate is exact; none where it does not apply."""
    applies = latent.applies[:, NEXT_STEPS]
    made = latent.with_error(NEXT_STEPS, error=True).settled()
    not_made = latent.with_error(NEXT_STEPS, error=False).settled()
    share = np.where(applies, rate, 0.0)
    return [(made, share), (not_made, 1 - share)]


def _weighted_contrast(one: Worlds, other: Worlds) -> Contrast:
    means = [csi_means(*(np.concatenate(column) for column in zip(*each, strict=True))) for each in (one, other)]
    return _difference(*means)


def mix_truth(contacts: Contacts, settled: Floats, plan: Plan) -> dict[str, object]:
    """After − before over all queues, raw and with each queue weighted as in the whole archive."""
    handled, after = contacts.handled, contacts.second >= plan.change_day * DAY_S
    queue = QUEUE_OF[contacts.topic]
    before_after = (handled & ~after, handled & after)
    shares: dict[str, list[float | None]] = {}
    by_queue: list[Contrast] = []
    for number, name in enumerate(QUEUES):
        there = queue == number
        shares[name] = [_share(there, when) for when in before_after]
        by_queue.append(contrast(settled[handled & after & there], settled[handled & ~after & there]))
    weights = [_share(queue == number, handled) or 0.0 for number in range(len(QUEUES))]
    return {
        "queue": plan.mix_queue,
        "factor": plan.mix_factor,
        "shares_before_after": shares,
        "raw": contrast(settled[handled & after], settled[handled & ~after]),
        "standardised": {name: _summed([one[name] for one in by_queue], weights) for name in MEANS},
    }


def _share(there: Flags, when: Flags) -> float | None:
    return round(float(there[when].mean()), 4) if when.any() else None


def _summed(figures: list[float | None], weights: list[float]) -> float | None:
    if any(one is None for one in figures):
        return None
    return round(sum(w * one for w, one in zip(weights, figures, strict=True) if one is not None), 4)


def handover_truth(contacts: Contacts, latent: Latent, context: Labels, plan: Plan) -> Mapping[str, object]:
    """Agents who were handed nothing beside all others, on the phone."""
    calls: Flags = contacts.handled & (contacts.channel == PHONE)
    none: Flags = np.asarray(context == "none", dtype=bool)
    settled, same = latent.settled(), latent.take(calls)
    free = same.shifted(np.where(none[calls], -plan.handover_none, 0.0))
    return {
        "effect": plan.handover_none,
        "share": _share(none, calls),
        "observed": contrast(settled[calls & none], settled[calls & ~none]),
        "causal": contrast(free.shifted(plan.handover_none).settled(), free.settled()),
    }
