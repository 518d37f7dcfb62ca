"""Ordered answers (ratings) as the visible part of a hidden scale: an ordinal probit, and means of bins on that scale.

McCullagh 1980: an answer is k where a normal number with mean η lies between two thresholds that all rows share. A
mean of ratings flattens where most give the best or the worst one; η does not, so what is straight there stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.special import ndtr, ndtri

from voxcx.statistics.absorbing import Labels, numbered
from voxcx.statistics.bending import Binned, bins_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MOST_CATEGORIES = 11  # 0–10
FEWEST_OF_LEVEL = 20  # rows of a level of a stratum; fewer go together
RIDGE = 0.1  # prior information about each coefficient, mild: η is told in standard deviations of single answers
BIN_RIDGE = 1e-3  # the same about each bin: where nearly all give one answer there is next to no information
LAPSE = 0.02  # of the answers are given at random: else one five after ten minutes outweighs a hundred other answers
ROUNDS, HALVINGS, CLOSE = 60, 12, 1e-8
LEAST = 1e-12  # chance of an answer
ROOT_2PI = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows that share bin and strata, together.

    Attributes:
        counts: [cells, categories], how many gave each answer.
        lapse: [categories], chance of an answer given at random: they are as frequent among those as among all.
        place: [cells], bin.
        dummies: [cells, levels], 1 where the cell is of that level of a stratum (the first of each left out).
        x: [bins], mean.
        n: [bins], rows.
    """

    counts: Floats
    lapse: Floats
    place: Integers
    dummies: csr_array
    x: Floats
    n: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """Thresholds [categories − 1], coefficients of the shape and of the strata, and the penalised log-likelihood."""

    thresholds: Floats
    coefficients: Floats
    likelihood: float


@dataclass(frozen=True, slots=True)
class Pull:
    """What the answers of each cell say at a fit.

    Attributes:
        thresholds: [categories − 1], score.
        eta: [cells], score.
        thresholds2: [categories − 1, categories − 1], information.
        crossed: [cells, categories − 1], information that η and the thresholds share.
        eta2: [cells], information.
    """

    thresholds: Floats
    eta: Floats
    thresholds2: Floats
    crossed: Floats
    eta2: Floats


def cells_of(x: Floats, y: Floats, strata: Sequence[Labels]) -> Cells:
    """Rows → cells. More than 11 different y go together to groups of about as many rows.

    Args:
        x: [n].
        y: [n], ordered answers.
        strata: label lists [n] each.
    """
    place, category = bins_of(x), _categories(y)
    levels = [_pooled(numbered(labels)) for labels in strata]
    cell = place
    for level in levels:
        cell = np.unique(cell * (int(level.max()) + 1) + level, return_inverse=True)[1].astype(np.int64)
    first = np.unique(cell, return_index=True)[1]
    k = int(category.max()) + 1
    counts = np.bincount(cell * k + category, minlength=len(first) * k).reshape(-1, k).astype(float)
    dummies = [_dummies(level[first]) for level in levels]
    joined = csr_array(hstack(dummies)) if dummies else csr_array((len(first), 0))
    n = np.bincount(place).astype(float)
    lapse = LAPSE * counts.sum(axis=0) / len(x)
    return Cells(counts, lapse, place[first], joined, np.bincount(place, x) / n, n)


def _categories(y: Floats) -> Integers:
    values, category = np.unique(y, return_inverse=True)
    if len(values) > MOST_CATEGORIES:
        below = np.cumsum(np.bincount(category)) - 1
        category = np.unique(below * MOST_CATEGORIES // len(y), return_inverse=True)[1][category]
    numbers: Integers = category.astype(np.int64)
    return numbers


def _pooled(level: Integers) -> Integers:
    """Levels with few rows as one."""
    few = np.bincount(level) < FEWEST_OF_LEVEL
    pooled: Integers = np.unique(np.where(few[level], -1, level), return_inverse=True)[1].astype(np.int64)
    return pooled


def _dummies(level: Integers) -> csr_array:
    rows = np.flatnonzero(level > 0)
    return csr_array((np.ones(len(rows)), (rows, level[rows] - 1)), shape=(len(level), int(level.max())))


def fitted(cells: Cells, shape: Floats) -> Fit:
    """The likeliest thresholds and coefficients, by Fisher scoring.

    Args:
        cells: the answers.
        shape: [bins, columns], what η may be of x; no constant, since the thresholds move freely.
    """
    columns = csr_array(hstack([csr_array(shape[cells.place]), cells.dummies]))
    total = cells.counts.sum(axis=0)
    now = Fit(ndtri(np.cumsum(total)[:-1] / total.sum()), np.zeros(columns.shape[1]), -np.inf)
    now = _with_likelihood(cells, columns, now.thresholds, now.coefficients)
    for _ in range(ROUNDS):
        newer = _better(cells, columns, now)
        gained = newer.likelihood - now.likelihood
        now = newer
        if gained < CLOSE * abs(now.likelihood):
            break
    return now


def _better(cells: Cells, columns: csr_array, now: Fit) -> Fit:
    pull = _pull(cells, now.thresholds, columns @ now.coefficients)
    k = len(now.thresholds)
    score = np.concatenate([pull.thresholds, columns.T @ pull.eta - RIDGE * now.coefficients])
    step = np.linalg.solve(_information(pull, columns), score)
    for _ in range(HALVINGS):
        newer = _with_likelihood(cells, columns, now.thresholds + step[:k], now.coefficients + step[k:])
        if newer.likelihood >= now.likelihood:
            return newer
        step = step / 2
    return now


def _information(pull: Pull, columns: csr_array) -> Floats:
    """[thresholds and columns, the same]."""
    shared = columns.T @ pull.crossed
    both = (columns.T @ columns.multiply(pull.eta2[:, np.newaxis])).toarray()
    joined: Floats = np.block([[pull.thresholds2, shared.T], [shared, both + RIDGE * np.eye(len(both))]])
    return joined


def _with_likelihood(cells: Cells, columns: csr_array, thresholds: Floats, coefficients: Floats) -> Fit:
    if (np.diff(thresholds) <= 0).any():
        return Fit(thresholds, coefficients, -np.inf)
    told = float((cells.counts * np.log(_chance(cells, thresholds, columns @ coefficients))).sum())
    return Fit(thresholds, coefficients, told - RIDGE / 2 * float(coefficients @ coefficients))


def _chance(cells: Cells, thresholds: Floats, eta: Floats) -> Floats:
    """[cells, categories], of each answer."""
    below = np.pad(ndtr(thresholds - eta[:, np.newaxis]), ((0, 0), (1, 1)))
    below[:, -1] = 1.0
    chance: Floats = np.maximum((1 - cells.lapse.sum()) * np.diff(below, axis=1) + cells.lapse, LEAST)
    return chance


def _pull(cells: Cells, thresholds: Floats, eta: Floats) -> Pull:
    """Scores, and the information that is expected there."""
    counts, n = cells.counts, cells.counts.sum(axis=1)
    chance = _chance(cells, thresholds, eta)
    density = (1 - cells.lapse.sum()) * np.exp(-((thresholds - eta[:, np.newaxis]) ** 2) / 2) / ROOT_2PI
    edged = np.pad(density, ((0, 0), (1, 1)))
    slope = edged[:, :-1] - edged[:, 1:]  # of the chance of each answer, by η
    told = counts / chance
    crossed = n[:, np.newaxis] * density * np.diff(slope / chance, axis=1) * -1
    inverse = n[:, np.newaxis] / chance
    own = (density**2 * (inverse[:, :-1] + inverse[:, 1:])).sum(axis=0)
    beside = -(density[:, :-1] * density[:, 1:] * inverse[:, 1:-1]).sum(axis=0)
    thresholds2 = np.diag(own) + np.diag(beside, 1) + np.diag(beside, -1)
    score = (density * -np.diff(told, axis=1)).sum(axis=0)
    return Pull(score, (told * slope).sum(axis=1), thresholds2, crossed, (inverse * slope**2).sum(axis=1))


def latent_means(cells: Cells, shape: Floats) -> Binned:
    """η of each bin, one step of scoring away from a fit of ``shape``, with the information about it.

    The information is that of the smooth fit and not of the bin's own answers: a bin of nothing but fives would else
    both lie far off and weigh little, which bends what is straight. Thresholds and strata were estimated too: what that
    costs is taken out of the information, but for one threshold, since the zero of the hidden scale is free.

    Args:
        cells: the answers.
        shape: [bins, columns], as of ``fitted``.
    """
    fit, bins = fitted(cells, shape), len(cells.x)
    wide = shape.shape[1]
    mean = shape @ fit.coefficients[:wide]
    pull = _pull(cells, fit.thresholds, mean[cells.place] + cells.dummies @ fit.coefficients[wide:])
    score, own = np.bincount(cells.place, pull.eta, bins), np.bincount(cells.place, pull.eta2, bins) + BIN_RIDGE
    free = np.delete(np.arange(len(fit.thresholds)), len(fit.thresholds) // 2)
    members = csr_array((np.ones(len(cells.place)), (cells.place, np.arange(len(cells.place)))))
    weighed = cells.dummies.multiply(pull.eta2[:, np.newaxis])
    crossed = np.concatenate([members @ pull.crossed[:, free], (members @ weighed).toarray()], axis=1)
    around = _information(pull, cells.dummies)
    kept = np.concatenate([free, np.arange(len(fit.thresholds), len(around))])
    information = np.diag(own) - crossed @ np.linalg.solve(around[np.ix_(kept, kept)], crossed.T)
    lower = np.linalg.cholesky(information)
    seen = lower.T @ mean + np.linalg.solve(lower, score)
    rows = int(cells.n.sum())
    return Binned(cells.x, cells.n, lower.T, seen, np.ones(bins), rows, rows - bins)
