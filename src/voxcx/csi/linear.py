"""The linear part of the model: ridge of the answer on clipped, scaled columns, with signs where we are sure.

Trees need many rows for what a line says at once; with few answers a line is as good or better, and both together are
better than each (tried on simulated and real answers). A value that is not known is taken for the mean, so it pushes
nothing; a level of a category pushes by its own coefficient.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.linalg import cholesky, eigh, solve_triangular
from scipy.optimize import lsq_linear

from voxcx.csi.answers import Floats
from voxcx.csi.boosting import Design
from voxcx.csi.line import Line

CLIP = (1.0, 99.0)  # percentiles of training rows: a line must not run away with an outlier
PENALTIES = tuple(float(10**power) for power in np.arange(0.0, 5.01, 0.5))
FEWEST_ROWS = 10  # of a level
SMALLEST_SPREAD = 1e-9


def fit_line(values: Floats, design: Design, target: Floats, weight: Floats, penalty: float | None = None) -> Line:
    """Ridge with the penalty of least generalised cross-validation error, unless one is given.

    Args:
        values: [n, columns] encoded, NaN where unknown.
        design: what the columns are; a column with a direction gets no coefficient against it.
        target: [n].
        weight: [n].
        penalty: in rows: how many rows of evidence a coefficient must outweigh.

    The error is Golub, Heath and Wahba's (1979) for the plain ridge; signs are held by least squares within bounds on
    the Cholesky factor, which has the same minimum.
    """
    low, high = _ends(values, design)
    levels = {k: _levels(values[:, k]) for k in design.categories}
    line = Line(design.names, low, high, np.zeros(len(low)), np.ones(len(low)), levels, np.zeros(0), 0.0)
    spread = line.spread(values)
    centre, scale = _moments(spread, weight)
    line = line.with_scale(centre, scale)
    columns = np.nan_to_num((spread - centre) / scale)
    mean = float(weight @ target / weight.sum())
    gram, moment = columns.T @ (columns * weight[:, np.newaxis]), columns.T @ (weight * (target - mean))
    chosen = _penalty(gram, moment, target - mean, weight) if penalty is None else penalty
    coefficients = _within_signs(gram + chosen * np.eye(len(gram)), moment, line.directions(design.directions))
    return replace(line.with_coefficients(coefficients, mean, chosen), usual=_usual(values, design))


def _usual(values: Floats, design: Design) -> Floats:
    usual = np.full(values.shape[1], np.nan)
    always = [k for k in np.flatnonzero(~np.isnan(values).any(axis=0)) if k not in design.categories]
    usual[always] = np.median(values[:, always], axis=0)
    return usual


def _ends(values: Floats, design: Design) -> tuple[Floats, Floats]:
    ends = np.zeros((2, values.shape[1]))
    for k in range(values.shape[1]):
        known = values[np.isfinite(values[:, k]), k]
        if k not in design.categories and len(known):
            ends[:, k] = np.percentile(known, CLIP)
            if ends[0, k] == ends[1, k]:  # a rare event is all that such a column says
                ends[:, k] = known.min(), known.max()
    return ends[0], ends[1]


def _levels(codes: Floats) -> tuple[float, ...]:
    known, counts = np.unique(codes[np.isfinite(codes)], return_counts=True)
    return tuple(known[counts >= FEWEST_ROWS].tolist())


def _moments(spread: Floats, weight: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(spread)
    filled = np.where(known, spread, 0.0)
    total = np.maximum(weight @ known, SMALLEST_SPREAD)
    centre = (weight @ filled) / total
    variance = (weight @ np.where(known, (filled - centre) ** 2, 0.0)) / total
    scale = np.sqrt(variance)
    return centre, np.where(scale > SMALLEST_SPREAD, scale, np.inf)  # a constant says nothing


def _penalty(gram: Floats, moment: Floats, target: Floats, weight: Floats) -> float:
    values, vectors = eigh(gram)
    values, along = np.maximum(values, 0.0), vectors.T @ moment
    total, rows = float(weight @ target**2), float(weight.sum())
    errors = []
    for penalty in PENALTIES:
        shrunk = 1.0 / (values + penalty)
        residual = total - float((along**2 * shrunk) @ (2.0 - values * shrunk))
        freedom = 1.0 - (1.0 + float((values * shrunk).sum())) / rows
        errors.append(residual / max(freedom, 1e-3) ** 2)
    return PENALTIES[int(np.argmin(errors))]


def _within_signs(system: Floats, moment: Floats, directions: Floats) -> Floats:
    factor = cholesky(system)
    target = solve_triangular(factor, moment, trans="T")
    if not directions.any():
        return np.asarray(solve_triangular(factor, target))
    lowest, highest = np.where(directions > 0, 0.0, -np.inf), np.where(directions < 0, 0.0, np.inf)
    return np.asarray(
        lsq_linear(factor, target, bounds=(lowest, highest), method="bvls" if len(moment) < 400 else "trf").x
    )
