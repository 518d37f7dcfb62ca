"""Chains: contacts of one customer (or ticket) where each follows the one before within the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers
from voxcx.insight.repeats.following import NOWHERE, begun_by_customer, keys

Links = tuple[Integers, Integers]


@dataclass(frozen=True, slots=True)
class Chains:
    """Every contact that a customer began is in exactly one chain, most of them alone.

    Attributes:
        chain: [n], number of the chain; −1 for what is in none (outbound, going on after a drop, nobody known).
        position: [n], place in the chain from 0; −1 where in none.
        age_s: [n], seconds since the chain began; NaN where in none.
        order: [members], rows by chain and time.
        starts: [chains + 1], where each chain begins in ``order``.
    """

    chain: Integers
    position: Integers
    age_s: Floats
    order: Integers
    starts: Integers

    @property
    def lengths(self) -> Integers:
        """[chains], contacts of each."""
        return np.diff(self.starts)

    def rows(self, number: int) -> Integers:
        """Rows of a chain in order of time."""
        return self.order[self.starts[number] : self.starts[number + 1]]


def chains_of(archive: Archive, window_days: float, *, same_topic: bool) -> Chains:
    """All chains. One may join several tickets and topics: contacts that share either are one matter."""
    moment_s, both = archive.moment_s, keys(archive, same_topic=same_topic)
    member = begun_by_customer(archive) & ~np.isnan(moment_s) & ((both[0] >= 0) | (both[1] >= 0))
    links = [_links(key, moment_s, member, window_days) for key in both]
    joined = tuple(np.concatenate([one[side] for one in links]) for side in (0, 1))
    n = len(archive)
    if not member.any():
        nowhere = np.full(n, NOWHERE, dtype=np.int64)
        return Chains(nowhere, nowhere, np.full(n, np.nan), np.empty(0, np.int64), np.zeros(1, np.int64))
    graph = coo_array((np.ones(len(joined[0]), dtype=np.int8), joined), shape=(n, n))
    number = connected_components(graph, directed=False)[1].astype(np.int64)
    return _ordered(number, member, moment_s)


def _links(key: Integers, moment_s: Floats, member: Flags, window_days: float) -> Links:
    """Neighbours in time with one key, at most a window apart."""
    at = np.flatnonzero(member & (key >= 0))
    at = at[np.lexsort((moment_s[at], key[at]))]
    before, after = at[:-1], at[1:]
    near = (key[before] == key[after]) & (moment_s[after] - moment_s[before] <= window_days * DAY_S)
    return before[near], after[near]


def _ordered(number: Integers, member: Flags, moment_s: Floats) -> Chains:
    at = np.flatnonzero(member)
    order = at[np.lexsort((moment_s[at], number[at]))]
    starts = np.flatnonzero(np.diff(number[order], prepend=NOWHERE))
    lengths = np.diff(np.append(starts, len(order)))
    chain, position = np.full(len(number), NOWHERE), np.full(len(number), NOWHERE)
    age_s = np.full(len(number), np.nan)
    chain[order] = np.repeat(np.arange(len(starts)), lengths)
    position[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    age_s[order] = moment_s[order] - np.repeat(moment_s[order[starts]], lengths)
    return Chains(chain, position, age_s, order, np.append(starts, len(order)))
