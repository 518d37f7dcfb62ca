"""Groups of openings that nobody defined: TF-IDF → 20 directions (LSA) → spherical k-means, named by their own words.

Groups found in one half of the openings and in the other are laid over all of them; their adjusted Rand index (Hubert
and Arabie 1985) is the stability. How many groups: the fewest whose silhouette (Rousseeuw 1987) × stability comes near
the best. Whether there are any: a stability too low means that the groups are the sample's, not the customers'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics import adjusted_rand_score, silhouette_score

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Flags, Floats, Integers, Labels
from voxcx.insight.settings import TopicSettings
from voxcx.insight.topics.grouping import centres_of, group_of
from voxcx.insight.topics.naming import distinct_names, own_words
from voxcx.insight.topics.record import Cluster, Found
from voxcx.insight.topics.terms import Matrix, Terms
from voxcx.statistics.proportions import share

DIRECTIONS = 20  # more hold what single words do, not what topics do
GROUPS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60)
CHOSEN_FROM = 4_000  # openings that the number of groups is chosen on
COMPARED = 2_000  # of them for the silhouette, which compares all pairs
NEAR_BEST = 0.95  # of silhouette × stability
STABLE = 0.5
EXAMPLES = 3
NO_OPENINGS = text("the results hold no words of customers", "в результатах нет слов клиентов")
FEW = text(
    "{n} openings with words that others use too; groups are looked for from {fewest}, {more} more needed",
    "вступлений с повторяющимися словами – {n}; группы ищут начиная с {fewest}, не хватает {more}",
)
UNSTABLE = text(
    "two halves of the openings fall into different groups (adjusted Rand index {rand}, at least {stable} needed)",
    "в двух половинах вступлений группы получаются разными (скорректированный индекс Рэнда {rand}, нужно не "
    "меньше {stable})",
)


@dataclass(frozen=True, slots=True)
class _Space:
    """Openings as points of length 1; ``rows``: which of them hold any word."""

    points: Floats
    rows: Integers


def find_topics(openings: Labels, terms: Terms, settings: TopicSettings, seed: int) -> Found:
    """Groups of openings; none with a reason where too few or where they do not hold."""
    usable = np.flatnonzero(np.diff(terms.weighted.indptr) > 0)
    n = int((openings != "").sum())
    if len(usable) < settings.openings_at_least:
        return _none(len(openings), n, _too_few(len(usable), settings, n))
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.permutation(usable)[: settings.rows_at_most])
    space = _space(terms.weighted, sample, usable, seed)
    learned = space.points[np.searchsorted(usable, sample)]
    groups = _how_many(learned, rng, settings.clusters_at_most, seed)
    stability = _stability(learned[rng.permutation(len(learned))], groups, seed)
    if stability < STABLE:
        return _none(len(openings), n, UNSTABLE.with_blanks({"rand": f"{stability:.2f}", "stable": f"{STABLE:g}"}))
    return _told(openings, terms, space, centres_of(learned, groups, seed), stability)


def _none(rows: int, openings: int, reason: Text) -> Found:
    return Found((), np.full(rows, -1), openings, Estimate(None, n=openings, reason=reason), reason=reason)


def _too_few(n: int, settings: TopicSettings, openings: int) -> Text:
    if not openings:
        return NO_OPENINGS
    fewest = settings.openings_at_least
    return FEW.with_blanks({"n": str(n), "fewest": str(fewest), "more": str(fewest - n)})


def _space(weighted: Matrix, sample: Integers, usable: Integers, seed: int) -> _Space:
    directions = max(1, min(DIRECTIONS, weighted.shape[1] - 1))
    lsa = TruncatedSVD(directions, random_state=seed).fit(weighted[sample])
    points = lsa.transform(weighted[usable])
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return _Space(points / np.where(lengths > 0, lengths, 1.0), usable)


def _how_many(points: Floats, rng: np.random.Generator, at_most: int, seed: int) -> int:
    some = points[rng.permutation(len(points))[:CHOSEN_FROM]]
    distinct = len(np.unique(some.round(6), axis=0))
    tried = [groups for groups in GROUPS if groups <= min(at_most, distinct)]
    scores = np.array([_silhouette(some, groups, seed) * _stability(some, groups, seed) for groups in tried])
    return tried[int(np.flatnonzero(scores >= scores.max() * NEAR_BEST)[0])] if tried else 1


def _silhouette(points: Floats, groups: int, seed: int) -> float:
    some = points[:COMPARED]
    labels = group_of(some, centres_of(points, groups, seed))
    return max(float(silhouette_score(some, labels)), 0.0) if 1 < len(np.unique(labels)) < len(some) else 0.0


def _stability(points: Floats, groups: int, seed: int) -> float:
    """How alike the groups of two halves are; 0 where all are one group, which agrees with itself whatever it is."""
    half = len(points) // 2
    laid = [group_of(points, centres_of(part, groups, seed)) for part in (points[:half], points[half:])]
    return max(float(adjusted_rand_score(*laid)), 0.0) if min(len(np.unique(one)) for one in laid) > 1 else 0.0


def _told(openings: Labels, terms: Terms, space: _Space, centres: Floats, stability: float) -> Found:
    """Groups with names; who holds no word of their group belongs to none."""
    group = group_of(space.points, centres)
    present = np.unique(group)
    group = np.searchsorted(present, group)
    held = terms.held[space.rows]
    words = own_words(terms.words, held, group, len(present))
    inside = _inside(terms.words, held, group, words)
    near = (space.points * centres[present][group]).sum(axis=1)
    sizes = np.bincount(group[inside], minlength=len(present))
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    place = np.full(len(present), -1)
    place[order] = np.arange(len(order))
    member = np.full(len(openings), -1)
    member[space.rows] = np.where(inside, place[group], -1)
    names = distinct_names([words[one] for one in order.tolist()])
    nearness = np.full(len(openings), -1.0)
    nearness[space.rows] = near
    clusters = tuple(
        Cluster(name, words[one], _examples(openings, np.where(member == at, nearness, -np.inf)))
        for at, (one, name) in enumerate(zip(order.tolist(), names, strict=True))
    )
    n = int((openings != "").sum())
    return Found(clusters, member, n, share(int((member >= 0).sum()), n), stability)


def _inside(names: tuple[str, ...], held: Matrix, group: Integers, words: list[tuple[str, ...]]) -> Flags:
    """[rows], whether an opening holds a word of its group."""
    place = {name: at for at, name in enumerate(names)}
    own = np.zeros((len(words), len(names)))
    for at, mine in enumerate(words):
        own[at, [place[word] for word in mine]] = 1
    inside: Flags = np.asarray(held @ own.T)[np.arange(len(group)), group] > 0
    return inside


def _examples(openings: Labels, near: Floats) -> tuple[int, ...]:
    """The rows nearest to the middle, no two with the same words."""
    chosen: dict[str, int] = {}
    for row in np.argsort(-near, kind="stable")[: 50 * EXAMPLES].tolist():
        if np.isfinite(near[row]):
            chosen.setdefault(openings[row], row)
        if len(chosen) == EXAMPLES:
            break
    return tuple(chosen.values())
