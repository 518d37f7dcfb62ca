"""The kind of contact that each agent got, taken out of their figures: queue, topic, channel, wait and time in the IVR.

    answer = level of the agent + Σ effects of the kind of contact + noise

by least squares, so that the effects of the kinds come from contacts of the same agent alone: what good agents have
in common with their queue is not adjusted away. Waits and times in the IVR enter as classes, since both bend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from voxcx.insight.archive import Archive, Flags, Floats, Integers, Labels
from voxcx.statistics.shrinkage import SMALLEST_SIGMA, Residuals

TIMES = ("queue_wait_s", "ivr_time_s")
CLASSES = 5  # of a time, with as many contacts in each
RARE = 30  # rows; rarer levels of a field count as one level together
OWN_SHARE = 0.1  # of an agent's commonest level; rarer ones are chance and link nobody
NEGLIGIBLE = 1e-9
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Kinds:
    """What contacts are told apart by.

    Attributes:
        agent: [n], number of the agent, −1 where not known or where nobody handled it.
        names: of the agents, by number.
        codes: [n] each, the level of every field; times last.
        fields: how many of the codes are fields (not times): who shares no level of one of them cannot be compared.
    """

    agent: Codes
    names: tuple[str, ...]
    codes: tuple[Codes, ...]
    fields: int


@dataclass(frozen=True, slots=True)
class Standard:
    """Agents' means beside what their mix lets expect.

    Attributes:
        residuals: by agent, for ``shrinkage``; ``answers`` also knows what adjusting cost.
        raw: [agents], mean as it came, NaN where there is none.
        n: [agents], rows.
        peers: [agents], how many agents are compared, oneself among them.
        centre: mean of all rows.
    """

    residuals: Residuals
    raw: Floats
    n: Integers
    peers: Integers
    centre: float


def kinds_of(archive: Archive, mix: Sequence[str]) -> Kinds:
    """Agents and levels as numbers, once for all outcomes."""
    names, agent = _coded(archive.label("agent_id"))
    unknown = names.index("") if "" in names else -1
    order = sorted(name for name in names if name)
    number = {name: place for place, name in enumerate(order)}
    places = np.array([number.get(name, -1) for name in names] or [-1], dtype=np.int32)
    agent = np.where(archive.handled & (agent != unknown), places[agent], -1).astype(np.int32)
    fields = [_coded(archive.grouped(field))[1] for field in mix]
    times = [_classes(archive.number(name)) for name in TIMES]
    return Kinds(agent, tuple(order), (*fields, *times), len(fields))


def _coded(labels: Labels) -> tuple[list[str], Codes]:
    listed = labels.tolist()
    number = {name: place for place, name in enumerate(dict.fromkeys(listed))}
    return list(number), np.fromiter((number[name] for name in listed), dtype=np.int32, count=len(listed))


def _classes(times: Floats) -> Codes:
    """[n], 0 where not known, else one of at most CLASSES classes with as many contacts each."""
    known = ~np.isnan(times)
    if not known.any():
        return np.zeros(len(times), dtype=np.int32)
    edges = np.unique(np.quantile(times[known], np.arange(1, CLASSES) / CLASSES))
    return np.where(known, 1 + np.searchsorted(edges, np.nan_to_num(times)), 0).astype(np.int32)


def standardised(values: Floats, kinds: Kinds, only: Flags | None = None) -> Standard:
    """Agents' mean residuals once the kinds of contacts are taken out, centred among those who can be compared.

    Args:
        values: [n], NaN where not known.
        kinds: of the same n.
        only: [n], rows to look at.
    """
    used = (kinds.agent >= 0) & ~np.isnan(values)
    rows = np.flatnonzero(used if only is None else used & only)
    agents = len(kinds.names)
    agent, y = kinds.agent[rows], values[rows]
    n = np.bincount(agent, minlength=agents)
    if not len(rows):
        none = np.zeros(agents)
        return Standard(Residuals(none, none, SMALLEST_SIGMA**2, 0.0), np.full(agents, np.nan), n, n, np.nan)
    levels = [_without_rare(codes[rows]) for codes in kinds.codes]
    design = _Design(agent, agents, levels)
    rest, spent = design.adjusted(y)
    group = _comparable(agent, agents, levels[: kinds.fields])
    mean = _centred(_mean(agent, rest, agents), n, group)
    within = float(((rest - _mean(agent, rest, agents)[agent]) ** 2).sum())
    freedom = float(max(len(rows) - (n > 0).sum() - spent, 0))
    variance = max(within / freedom, SMALLEST_SIGMA**2) if freedom > 0 else SMALLEST_SIGMA**2
    answers = design.effective(n, group)
    raw = np.where(n > 0, _mean(agent, y, agents), np.nan)
    peers = np.bincount(group[n > 0], minlength=agents)[group] * (n > 0)
    return Standard(Residuals(mean, answers, variance, freedom), raw, n, peers, float(y.mean()))


def _mean(agent: Codes, values: Floats, agents: int) -> Floats:
    mean: Floats = np.bincount(agent, values, agents) / np.maximum(np.bincount(agent, minlength=agents), 1)
    return mean


def _without_rare(codes: Codes) -> Codes:
    """Levels as 0 … levels − 1, rare ones as one."""
    count = np.bincount(codes)
    common = count >= RARE
    place = np.where(common, np.cumsum(common) - 1, common.sum())
    return place[codes].astype(np.int32)


class _Design:
    """Dummies of all levels, and what is left of them inside agents."""

    def __init__(self, agent: Codes, agents: int, levels: Sequence[Codes]) -> None:
        sizes = [int(level.max(initial=-1)) + 1 for level in levels]
        starts = np.cumsum([0, *sizes]).astype(np.int64)
        columns = np.stack([level + start for level, start in zip(levels, starts, strict=False)], axis=1)
        shape = (len(agent), int(starts[-1]))
        entries, rows = np.ones(columns.size), np.repeat(np.arange(len(agent)), len(levels))
        self._agent, self._agents = agent, agents
        self._dummies = csr_array((entries, (rows, columns.ravel())), shape=shape)
        members = csr_array((np.ones(len(agent)), (agent, np.arange(len(agent)))), shape=(agents, len(agent)))
        self._n = np.bincount(agent, minlength=agents)
        self._shares = (members @ self._dummies).toarray() / np.maximum(self._n, 1)[:, np.newaxis]
        total = (self._dummies.T @ self._dummies).toarray()
        within = total - (self._shares.T * self._n) @ self._shares
        self._inverse = np.linalg.pinv(within, rcond=NEGLIGIBLE, hermitian=True)

    def adjusted(self, y: Floats) -> tuple[Floats, int]:
        """[rows], values without the effects of the kinds, and how many effects there were."""
        inside = y - _mean(self._agent, y, self._agents)[self._agent]
        # Dummies need not be centred: the values are.
        effects = self._inverse @ (self._dummies.T @ inside)
        return y - self._dummies @ effects, int(np.linalg.matrix_rank(self._inverse, hermitian=True))

    def effective(self, n: Integers, group: Codes) -> Floats:
        """[agents], answers worth as much as theirs: 1 ÷ (1 ÷ n + error of the adjustment in units of σ²)."""
        apart = np.array([_centred(column, n, group) for column in self._shares.T]).T
        error = np.maximum(np.einsum("jk,kl,jl->j", apart, self._inverse, apart), 0.0)
        return np.where(n > 0, 1 / (1 / np.maximum(n, 1) + error), 0.0)


def _centred(means: Floats, n: Integers, group: Codes) -> Floats:
    """Agents' means beside the mean of all contacts of their group; 0 where there are none."""
    weight = np.bincount(group, n, len(n))
    centre = np.bincount(group, n * means, len(n)) / np.maximum(weight, 1)
    return np.where(n > 0, means - centre[group], 0.0)


def _comparable(agent: Codes, agents: int, levels: Sequence[Codes]) -> Codes:
    """[agents], a number for each group of agents who are linked by kinds of contacts in every field.

    Those who share none cannot be told from their queues, so each is compared with the own group.
    """
    group = np.zeros(agents, dtype=np.int64)
    for level in levels:
        size = int(level.max(initial=-1)) + 1
        count = np.bincount(agent * np.int64(size) + level, minlength=agents * size).reshape(agents, size)
        shared = count >= np.maximum(1, OWN_SHARE * count.max(axis=1, keepdims=True, initial=0))
        at, kind = np.nonzero(shared)
        ties = csr_array((np.ones(len(at)), (at, agents + kind)), shape=(agents + size, agents + size))
        part = connected_components(ties, directed=False)[1][:agents]
        group = np.unique(group * (agents + size) + part, return_inverse=True)[1].astype(np.int64)
    return group.astype(np.int32)
