"""How often a contact would be followed by one on the same topic by mere chance.

A frequent topic meets itself more often than a rare one, also where nothing is left unsolved. A customer who comes
about another topic shows how often new matters come; of those, the share of the first topic would have been on it. So
the chance is: followed by another topic × share of the topic ÷ (1 − share), shares of contacts that repeat nothing.
"""

from __future__ import annotations

import numpy as np

from voxcx.insight.archive import DAY_S, Archive, Flags, Floats
from voxcx.insight.repeats.following import Followed, begun_by_customer, coded


def by_chance(archive: Archive, chased: Followed, window_days: float) -> Floats:
    """[n], what is to be taken off a repeat on the same topic; 0 where any topic counts as a repeat."""
    topic = coded(archive.label("topic"))
    if not chased.same_topic or not (topic >= 0).any():
        return np.zeros(len(archive))
    follows = np.zeros(len(archive), dtype=bool)
    follows[chased.next_row[(chased.next_row >= 0) & (chased.gap_s <= window_days * DAY_S)]] = True
    new = begun_by_customer(archive) & (topic >= 0) & ~follows
    counts = np.bincount(topic[new], minlength=int(topic.max()) + 1)
    share = counts / max(int(counts.sum()), 1)
    odds = np.divide(share, 1 - share, out=np.zeros(len(share)), where=share < 1)
    chance: Floats = np.where(topic >= 0, odds[topic], 0.0) * another_topic(archive, window_days)
    return chance


def another_topic(archive: Archive, window_days: float) -> Flags:
    """[n], whether the same customer comes about another topic within the window."""
    who, topic, moment_s = coded(archive.label("customer_id")), coded(archive.label("topic")), archive.moment_s
    at = np.flatnonzero(begun_by_customer(archive) & (who >= 0) & (topic >= 0) & ~np.isnan(moment_s))
    found = np.zeros(len(archive), dtype=bool)
    if not len(at):
        return found
    at = at[np.lexsort((moment_s[at], who[at]))]
    run = np.cumsum((np.diff(who[at], prepend=-1) != 0) | (np.diff(topic[at], prepend=-1) != 0)) - 1
    starts = np.append(np.flatnonzero(np.diff(run, prepend=-1)), len(at))
    after = starts[run + 1]  # the first contact of the next run of one customer and topic
    there = after < len(at)
    other = at[np.minimum(after, len(at) - 1)]
    gap_s = moment_s[other] - moment_s[at]
    found[at] = there & (who[other] == who[at]) & (gap_s > 0) & (gap_s <= window_days * DAY_S)
    return found
