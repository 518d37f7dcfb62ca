"""How many points of CSI each failed criterion costs beside the others: ridge regression that gives no negative weight.

Agent, queue, channel and month are taken out first (Frisch, Waugh and Lovell), exactly: agents by their means, the rest
by least squares on what is left. A criterion that was not decided stands at its mean. The ridge is σ² ÷ τ², τ² from the
spread of the effects beyond their own errors, so that noise is shrunk and effects hardly are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import default_rng
from scipy.optimize import nnls
from scipy.sparse import csr_array
from scipy.stats import t

from voxcx.insight.archive import NOT_MET, CriterionColumn, Flags, Floats, Integers
from voxcx.insight.quality.effects import Ground
from voxcx.statistics.absorbing import numbered
from voxcx.statistics.normal import quantile
from voxcx.statistics.resampling import customer_numbers

SMALLEST_TAU_POINTS = 0.5  # effects are never taken for more alike than this
LEAST_OWN = 1e-9  # of the largest: a direction in which nothing is left


@dataclass(frozen=True, slots=True)
class Material:
    """Answered interactions as columns.

    Attributes:
        columns: [m, z + k + 1]: levels of queue, channel and month, k criteria (1 not met), CSI.
        agent: [m], its number.
        cluster: [m], number of who was drawn together.
        k: criteria.
    """

    columns: Floats
    agent: Integers
    cluster: Integers
    k: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The regression in short.

    Attributes:
        gram: [k, k], of what is left of the criteria.
        lost: [k], their products with the CSI lost.
        ridge: λ.
        taken: [z, k + 1], what the levels say of criteria and CSI.
        plain: [k], the costs without ridge, signs as they come.
        own: [k, k], inverse of ``gram``.
    """

    gram: Floats
    lost: Floats
    ridge: float
    taken: Floats
    plain: Floats
    own: Floats

    def costs(self) -> Floats:
        """[k], points of CSI that failing each costs, 0 or more."""
        tiny = LEAST_OWN * float(np.trace(self.gram)) / len(self.lost)
        root = np.linalg.cholesky(self.gram + (self.ridge + tiny) * np.eye(len(self.lost))).T
        found: Floats = nnls(root, np.linalg.solve(root.T, self.lost))[0]
        return found


def material_of(ground: Ground, columns: Sequence[CriterionColumn]) -> Material:
    """All answered interactions, ready for many fits."""
    levels = [_dummies(numbered(labels)) for labels in ground.strata[1:]]
    failed = [_failed(column, ground.rows)[:, np.newaxis] for column in columns]
    csi = ground.csi[:, np.newaxis]
    whole = np.concatenate([*levels, *failed, csi - csi.mean() if len(csi) else csi], axis=1)
    return Material(whole, numbered(ground.strata[0]), customer_numbers(ground.cluster), len(failed))


def fit(material: Material, among: Flags) -> Fit | None:
    """The regression on the interactions ``among`` [m]; None where nothing varies beside the strata."""
    rows, agent = material.columns[among], material.agent[among]
    agents, sums = _sums(rows, agent)
    inner = rows.T @ rows - (sums / agents[:, np.newaxis]).T @ sums
    z = rows.shape[1] - material.k - 1
    inverse = np.linalg.pinv(inner[:z, :z], rcond=LEAST_OWN, hermitian=True)
    taken = inverse @ inner[:z, z:]
    rest = inner[z:, z:] - inner[z:, :z] @ taken
    gram, lost = rest[:-1, :-1], -rest[:-1, -1]
    freedom = len(rows) - len(agents) - int(np.linalg.matrix_rank(inverse, hermitian=True)) - material.k
    if freedom < 1 or np.trace(gram) <= LEAST_OWN * max(float(np.trace(inner[z:-1, z:-1])), 1.0):
        return None
    own = np.asarray(np.linalg.pinv(gram, rcond=LEAST_OWN, hermitian=True), dtype=np.float64)
    plain = own @ lost
    variance = max(float(rest[-1, -1] - lost @ plain), 0.0) / freedom
    tau2 = float(np.mean(plain**2 - variance * np.diag(own)))
    return Fit(gram, lost, variance / max(tau2, SMALLEST_TAU_POINTS**2), taken, plain, own)


@dataclass(frozen=True, slots=True)
class Draws:
    """How often, from which seed, for an interval of which level."""

    count: int
    seed: int
    level: float


def drawn(material: Material, among: Flags, fitted: Fit, draws: Draws) -> Floats:
    """[draws, k], the plain costs, signs as they come, when whole clusters are drawn again (the design stays).

    Few clusters know their own spread badly: draws are stretched by √(clusters ÷ (clusters − 1)) and by Student's t
    against the normal. Ridge and the bar at 0 are left out: they move all weights towards each other, and intervals
    made with them held the truth of a large weight in 83 % of cases instead of 95.
    """
    scores = _scores(material, among, fitted)
    clusters = len(scores)
    if clusters < 2:
        return np.full((draws.count, material.k), np.nan)
    times = default_rng(draws.seed).multinomial(clusters, np.full(clusters, 1 / clusters), size=draws.count) - 1.0
    student = float(t.ppf((1 + draws.level) / 2, clusters - 1)) / quantile(draws.level)
    stretch = student * math.sqrt(clusters / (clusters - 1))
    moved: Floats = fitted.plain + stretch * (times @ scores) @ fitted.own
    return moved


def _scores(material: Material, among: Flags, fitted: Fit) -> Floats:
    """[clusters, k], what each cluster adds to ``lost`` beyond the fit."""
    rows, agent = material.columns[among], material.agent[among]
    agents, sums = _sums(rows, agent)
    within = rows - (sums / agents[:, np.newaxis])[np.unique(agent, return_inverse=True)[1]]
    z = rows.shape[1] - material.k - 1
    left = within[:, z:] - within[:, :z] @ fitted.taken
    residual = -left[:, -1] - left[:, :-1] @ fitted.plain
    return _sums(left[:, :-1] * residual[:, np.newaxis], material.cluster[among])[1]


def _sums(rows: Floats, group: Integers) -> tuple[Floats, Floats]:
    """How many rows each group has, and their sums; groups without rows are left out."""
    _, at, count = np.unique(group, return_inverse=True, return_counts=True)
    members = csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(count), len(at)))
    summed: Floats = members @ rows
    return count.astype(float), summed


def _dummies(level: Integers) -> Floats:
    return np.eye(int(level.max(initial=0)) + 1)[level]


def _failed(column: CriterionColumn, rows: Integers) -> Floats:
    """[rows], 1 not met, 0 met, its mean where it was not decided."""
    decided = column.decided[rows]
    failed = (column.verdict[rows] == NOT_MET).astype(float)
    rate = float(failed[decided].mean()) if decided.any() else 0.0
    return np.where(decided, failed, rate)
