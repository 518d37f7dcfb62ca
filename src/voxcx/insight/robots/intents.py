"""By what the machine took the contact for: what it solves, and what had better go straight to a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Archive, Flags, Integers
from voxcx.insight.repeats.effects import cannot_tell, q_values, told
from voxcx.insight.repeats.following import coded
from voxcx.insight.robots.ending import part, solved
from voxcx.insight.robots.legs import Legs
from voxcx.statistics.proportions import Count, share, share_difference

MOST = 30  # intents of a field, the most frequent ones


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent of IVR legs, or one topic of bot legs.

    Attributes:
        flagged: [n], its legs.
        contained, solved, refused, back: shares; ``solved`` is contained and not come again within the last window.
        against: share solved of it − share solved of the other intents of the field.
        straight: should go straight to a person: after the correction solved less often, and far less often.
    """

    field: str
    name: str
    flagged: Flags
    contained: Estimate
    solved: Estimate
    refused: Estimate
    back: Estimate
    against: Estimate
    q: float = float("nan")
    straight: bool = False


def intents_of(archive: Archive, legs: Legs) -> tuple[Intent, ...]:
    """Intents of the IVR, then topics of bots; those with most legs first."""
    customer = coded(archive.label("customer_id"))
    found = [
        *_field(archive, legs, "ivr_intent", legs.ivr, customer),
        *_field(archive, legs, "topic", legs.bot, customer),
    ]
    q = q_values([one.against for one in found])
    return tuple(_judged(archive, one, float(each)) for one, each in zip(found, q, strict=True))


def _judged(archive: Archive, one: Intent, q: float) -> Intent:
    stands = told(one.against, q, archive.settings.false_discoveries)
    mine, gap = one.solved.value, one.against.value
    straight = stands and mine is not None and gap is not None and gap < 0
    # A difference that is sure but small is no reason to route otherwise.
    far = straight and (mine or 0.0) <= archive.settings.robots.straight_below * ((mine or 0.0) - (gap or 0.0))
    return replace(one, q=q, straight=far)


def _field(archive: Archive, legs: Legs, field: str, among: Flags, customer: Integers) -> Iterator[Intent]:
    labels, level, window = archive.label(field), archive.settings.level, _window(archive)
    named = among & (labels != "")
    names, counts = np.unique(labels[named].astype(str), return_counts=True)
    for place in np.argsort(-counts, kind="stable")[:MOST].tolist():
        mine: Flags = named & (labels == str(names[place]))
        base = mine & (legs.seen_s >= window * 86_400)
        yield Intent(
            field,
            str(names[place]),
            mine,
            part(legs.contained, mine, level),
            solved(legs, window, mine, level),
            part(legs.refused, mine, level),
            share(int((base & legs.back(window)).sum()), int(base.sum()), level=level),
            _against(archive, legs, (mine, named & ~mine), customer),
        )


def _window(archive: Archive) -> float:
    return max(archive.settings.robots.honest_days)


def _against(archive: Archive, legs: Legs, groups: tuple[Flags, Flags], customer: Integers) -> Estimate:
    """Share solved of the first − that of the second group."""
    window, settings = _window(archive), archive.settings
    base = [group & legs.followed(window) for group in groups]
    n = int(base[0].sum() + base[1].sum())
    fewer = min(int(one.sum()) for one in base)
    if fewer < settings.fewest:
        return Estimate(None, n=n, level=settings.level, reason=cannot_tell(settings.fewest - fewer))
    hit: Flags = legs.alone & ~legs.back(window)
    mine, others = (counted(hit[one], customer[one]) for one in base)
    return replace(share_difference(others, mine, settings.level), n=n)


def counted(hit: Flags, customer: Integers) -> Count:
    """Hits of n, both divided by the design effect, since contacts of one customer end alike (Rao and Scott 1992)."""
    n, hits = len(hit), int(hit.sum())
    p = hits / n
    if not 0 < p < 1:
        return float(hits), float(n)
    group = np.unique(customer, return_inverse=True)[1]
    sums = np.bincount(group, hit - p)
    effect = max(float(sums @ sums) / (n * p * (1 - p)), 1.0)
    return hits / effect, n / effect
