"""Groups of openings, each language by itself: words of two languages never meet, so the rarer would be one group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from voxcx.domain.estimates import Estimate
from voxcx.insight.archive import Integers, Labels
from voxcx.insight.settings import ReportSettings
from voxcx.insight.topics.found import NO_OPENINGS, find_topics
from voxcx.insight.topics.record import Cluster, Found
from voxcx.insight.topics.terms import Terms
from voxcx.statistics.proportions import share


def find_in_languages(openings: Labels, languages: Labels, terms: Terms, settings: ReportSettings) -> Found:
    """Groups of all languages together, the largest first; the reason is that of the most frequent language."""
    names, times = np.unique(languages[openings != ""].astype(str), return_counts=True)
    parts: list[tuple[Integers, Found]] = []
    for name in names[np.argsort(-times, kind="stable")].tolist():
        rows = np.flatnonzero((languages == name) & (openings != ""))
        mine = Terms(terms.words, terms.held[rows], terms.weighted[rows])
        parts.append((rows, find_topics(openings[rows], mine, settings.topics, settings.seed)))
    told = [(rows, found) for rows, found in parts if found.clusters]
    n = int(times.sum())
    if not told:
        reason = parts[0][1].reason if parts else NO_OPENINGS
        none = Estimate(None, n=n, level=settings.level, reason=reason)
        return Found((), np.full(len(openings), -1), n, none, reason=reason)
    return _joined(told, len(openings), n, settings.level)


def _joined(told: list[tuple[Integers, Found]], rows: int, openings: int, level: float) -> Found:
    member, clusters = np.full(rows, -1), list[Cluster]()
    for mine, found in told:
        member[mine] = np.where(found.member >= 0, found.member + len(clusters), -1)
        clusters += [replace(one, examples=tuple(mine[list(one.examples)].tolist())) for one in found.clusters]
    order = np.argsort(-np.bincount(member[member >= 0], minlength=len(clusters)), kind="stable")
    place = np.append(np.argsort(order), -1)
    weights = [found.openings for _, found in told]
    return Found(
        tuple(clusters[at] for at in order.tolist()),
        place[member],
        openings,
        share(int((member >= 0).sum()), openings, level=level),
        float(np.average([found.stability for _, found in told], weights=weights)),
    )
