"""Group means from few answers: a two-level normal model, its spreads not taken as known.

    mean residual of group j:  r_j ~ N(b_j, σ² ÷ n_j),   b_j ~ N(μ, τ²)

σ² is pooled within groups; its uncertainty is χ². μ has a flat prior, τ one that grows as √τ up to half the index:
between flat in τ (Gelman 2006; bands a little too narrow at 20–40 groups) and flat in τ² (Morris and Tang 2011; too
wide). The posterior is summed over a grid of τ and σ, so a band knows that both were estimated (REML with its error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import chi2

from voxcx.domain.csi import TOP

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FEWEST_WITHIN = 10.0  # answers beyond the first of each group; with fewer σ cannot be told from τ
SMALLEST_SIGMA = 0.1  # points; answers that never differ still have an error
SIGMA_NODES, COARSE_NODES, FINE_NODES = 5, 200, 41
PRIOR_POWER = 1.5  # the prior of τ is flat in τ to this power
NEGLIGIBLE = 12.0  # log-likelihood below the best
HALVINGS = 40  # of 400 points: far finer than anybody reads


@dataclass(frozen=True, slots=True)
class Residuals:
    """Answered interactions by group.

    Attributes:
        mean: [groups], weighted mean residual (answer − estimate), 0 where nobody answered.
        answers: [groups], effective number of answers, (Σw)² ÷ Σw².
        variance: pooled variance within groups.
        freedom: its degrees of freedom.
    """

    mean: Floats
    answers: Floats
    variance: float
    freedom: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """A mixture of normals for each group, one component for each node of the grid.

    Attributes:
        mean: [nodes, groups] of b_j.
        variance: [nodes, groups].
        sigma2: [nodes], variance of single residuals.
        tau2: [nodes], variance between groups.
        weight: [nodes], posterior probability; sums to 1.
    """

    mean: Floats
    variance: Floats
    sigma2: Floats
    tau2: Floats
    weight: Floats


def summarise(group: Integers, residual: Floats, weight: Floats, groups: int) -> Residuals:
    """Residuals of single interactions → of groups numbered 0 … groups − 1, some perhaps without any."""
    total, squares = np.bincount(group, weight, groups), np.bincount(group, weight**2, groups)
    some = np.maximum(total, np.finfo(float).tiny)
    mean = np.bincount(group, weight * residual, groups) / some
    answers = total**2 / np.maximum(squares, np.finfo(float).tiny)
    spent = float((total - squares / some).sum())
    deviation = float((weight * (residual - mean[group]) ** 2).sum())
    variance = deviation / spent if spent > 0 else 0.0
    return Residuals(mean, answers, max(variance, SMALLEST_SIGMA**2), float(np.maximum(answers - 1, 0).sum()))


def posterior(residuals: Residuals) -> Posterior:
    """What is known of each group's mean residual."""
    quantiles = (np.arange(SIGMA_NODES) + 0.5) / SIGMA_NODES
    sigma2 = residuals.variance * residuals.freedom / chi2.ppf(quantiles, residuals.freedom)
    tau, prior = _tau_grid(residuals)
    log_weight = np.array([_log_likelihood(residuals, one, tau**2) for one in sigma2]) + np.log(prior)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight = (weight / weight.sum(axis=1, keepdims=True)).ravel() / SIGMA_NODES
    s2, t2 = np.repeat(sigma2, len(tau)), np.tile(tau**2, SIGMA_NODES)
    mean, variance = _conditional(residuals, s2[:, np.newaxis], t2[:, np.newaxis])
    return Posterior(mean, variance, s2, t2, weight)


def mixture_quantiles(mean: Floats, variance: Floats, weight: Floats, level: float) -> tuple[Floats, Floats]:
    """Both ends of the central interval of each column's mixture; [nodes, groups] → two [groups]."""
    spread = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
    low, high = (_quantile(mean, spread, weight, at) for at in ((1 - level) / 2, (1 + level) / 2))
    return low, high


def _quantile(mean: Floats, spread: Floats, weight: Floats, at: float) -> Floats:
    low, high = np.full(mean.shape[1], -2 * TOP), np.full(mean.shape[1], 2 * TOP)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = weight @ ndtr((middle - mean) / spread) < at
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    quantile: Floats = (low + high) / 2
    return quantile


def _tau_grid(residuals: Residuals) -> tuple[Floats, Floats]:
    """Nodes and their prior weights: coarse over all τ that can be, then fine where the likelihood is."""
    edges = TOP / 2 * (np.arange(COARSE_NODES + 1) / COARSE_NODES) ** 2  # denser near 0
    nodes = (edges[1:] + edges[:-1]) / 2
    log_likelihood = _log_likelihood(residuals, residuals.variance, nodes**2)
    likely = np.flatnonzero(log_likelihood > log_likelihood.max() - NEGLIGIBLE)
    low, high = np.sqrt(edges[likely[0]]), np.sqrt(edges[likely[-1] + 1])
    fine = np.linspace(low, high, FINE_NODES + 1) ** 2
    return (fine[1:] + fine[:-1]) / 2, np.diff(fine**PRIOR_POWER)


def _precision(residuals: Residuals, sigma2: Floats | float, tau2: Floats) -> Floats:
    """1 ÷ Var(r_j) without b_j; 0 where nobody answered."""
    n = residuals.answers
    precision: Floats = n / (sigma2 + n * tau2)
    return precision


def _log_likelihood(residuals: Residuals, sigma2: float, tau2: Floats) -> Floats:
    """[nodes], the restricted log-likelihood of τ²."""
    answered = residuals.answers > 0
    kept = Residuals(residuals.mean[answered], residuals.answers[answered], residuals.variance, residuals.freedom)
    precision = _precision(kept, sigma2, tau2[:, np.newaxis])
    total = precision.sum(axis=1)
    centre = (precision @ kept.mean) / total
    squares = (precision * (kept.mean - centre[:, np.newaxis]) ** 2).sum(axis=1)
    result: Floats = 0.5 * (np.log(precision).sum(axis=1) - np.log(total) - squares)
    return result


def _conditional(residuals: Residuals, sigma2: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of b_j at each node; the variance includes that of μ."""
    precision = _precision(residuals, sigma2, tau2)
    total = precision.sum(axis=1, keepdims=True)
    centre = (precision @ residuals.mean)[:, np.newaxis] / total
    trust = tau2 * precision  # 0: the mean of all groups, 1: the group's own
    mean = centre + trust * (residuals.mean - centre)
    return mean, tau2 * (1 - trust) + (1 - trust) ** 2 / total
