"""Fitting links and intervals to answers that the trees had not seen."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from voxcx.csi.answers import Floats
from voxcx.csi.calibration import SMALLEST_SLOPE, Interval, Link, sigmoid, spread_of

OWN_SLOPE = 50.0  # a threshold's own slope is held to the common one as if by so many answers
PRIOR = 1.0  # its intercept to the training shares


def fit_links(raw: Floats, above: Floats, weight: Floats, starts: Floats) -> tuple[Link, ...]:
    """Platt's links on rows that the trees had not seen.

    Args:
        raw: [n] raw scores.
        above: [n, thresholds], share of the row's answers above each threshold.
        weight: [n].
        starts: [thresholds], log-odds of the training shares; where links go without evidence.

    Thresholds share a slope from which each may depart where answers are many: logit P_k = (s + d_k) · raw + b_k,
    with d_k held to 0 and b_k to its start by small penalties.
    """
    thresholds = above.shape[1]
    if float(np.ptp(raw)) == 0.0:
        return tuple(Link(slope=1.0, intercept=float(start)) for start in starts)

    def objective(parameters: Floats) -> tuple[float, Floats]:
        common, own, intercept = parameters[0], parameters[1 : 1 + thresholds], parameters[1 + thresholds :]
        score = raw[:, np.newaxis] * (common + own) + intercept
        away = intercept - starts
        loss = weight @ (np.logaddexp(0.0, score) - above * score).sum(axis=1)
        rise = weight[:, np.newaxis] * (sigmoid(score) - above)
        by_slope = raw @ rise
        gradient = np.concatenate([[by_slope.sum()], by_slope + OWN_SLOPE * own, rise.sum(axis=0) + PRIOR * away])
        return float(loss + (OWN_SLOPE * own @ own + PRIOR * away @ away) / 2), gradient

    first = np.concatenate([[1.0], np.zeros(thresholds), starts])
    found = minimize(objective, first, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    slopes = np.maximum(found[0] + found[1 : 1 + thresholds], SMALLEST_SLOPE)
    return tuple(
        Link(slope=float(slope), intercept=float(b)) for slope, b in zip(slopes, found[1 + thresholds :], strict=True)
    )


def fit_interval(shares: Floats, levels: Floats, answered: Floats, weight: Floats, level: float) -> Interval:
    """The smallest quantile of |answer − value| ÷ spread that holds ``level`` of the answers, plus one unseen.

    Args:
        shares: [n, ratings], distributions estimated for rows that their model had not seen.
        levels: [ratings], what each rating is worth.
        answered: [n, ratings], shares of each row's answers; a row's answers share its weight.
        weight: [n].
        level: what share of answers is to be held.

    Split-conformal (Lei et al. 2018) with weights (Tibshirani et al. 2019); rows instead of answers are counted, as
    the answers of one row are not independent (Dunn et al. 2023). Scores come from folds, so the promise is CV+'s.
    With too few answers for the level the widest residual is taken twice: honest and wide.
    """
    value, spread = shares @ levels, spread_of(shares, levels)
    residual = (np.abs(levels - value[:, np.newaxis]) / spread[:, np.newaxis]).ravel()
    mass = (answered * (weight / weight.mean())[:, np.newaxis]).ravel()
    order = np.argsort(residual, kind="stable")
    held = np.cumsum(mass[order])
    enough = np.flatnonzero(held >= (len(weight) + 1) * level - 1e-9)
    known = residual[mass > 0]
    quantile = residual[order][enough[0]] if len(enough) else 2 * known.max()
    return Interval(level=level, quantile=float(quantile))
