"""The raw score: trees and a line, each as far as rows held out of training bear it out.

raw = share · trees(x) + (1 − share) · steepness · (line(x) − its mean)
"""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from voxcx.csi.answers import Floats
from voxcx.csi.boosting import Sample, loss_of, tree_scores
from voxcx.csi.line import Line

SHARES = tuple(round(0.1 * step, 1) for step in range(11))
STEPS = 40


@dataclass(frozen=True, slots=True)
class Mixture:
    """How trees and line are mixed; ``steepness`` turns points of the line into log-odds."""

    share: float
    steepness: float


@dataclass(frozen=True, slots=True)
class Blend:
    """Trees and a line with their mixture."""

    booster: lgb.Booster
    line: Line
    mixture: Mixture

    def raw(self, values: Floats, threads: int = 1, trees: int | None = None) -> Floats:
        """[n] raw scores of encoded rows; 0, the training shares, where nothing is known."""
        mixture = self.mixture
        score = np.zeros(len(values))
        if mixture.share > 0:
            by_trees = tree_scores(self.booster, self.line.filled(values), threads, trees)
            score += mixture.share * np.where(np.isnan(values).all(axis=1), 0.0, by_trees)
        if mixture.share < 1:
            score += (1 - mixture.share) * mixture.steepness * (self.line.predict(values) - self.line.mean)
        return score

    def parts(self, values: Floats, trees: int | None = None) -> tuple[Floats, Floats]:
        """Terms [n, columns] and base [n] of the raw score, which is their sum (exact tree SHAP and the line's own)."""
        filled = self.line.filled(values)
        made = self.booster.predict(filled, pred_contrib=True, num_threads=1, num_iteration=trees or -1)
        whole = np.asarray(made, dtype=float)
        whole[np.isnan(values).all(axis=1)] = 0.0  # trees never saw a row without any known value
        share, steepness = self.mixture.share, self.mixture.steepness
        terms: Floats = share * whole[:, :-1] + (1 - share) * steepness * self.line.terms(values)
        return terms, share * whole[:, -1]


def mix(trees: Floats, line: Floats, sample: Sample, starts: Floats) -> Mixture:
    """The mixture of least loss on held-out scores; ``line`` [n] is in points around its mean."""
    steepness = _steepness(line, sample, starts)
    losses = [loss_of(share * trees + (1 - share) * steepness * line, sample, starts) for share in SHARES]
    return Mixture(SHARES[int(np.argmin(losses))], steepness)


def _steepness(line: Floats, sample: Sample, starts: Floats) -> float:
    """Log-odds per point that make the line alone lose least (golden section: the loss is convex)."""
    spread = float(line.std())
    if spread == 0:
        return 0.0
    low, high, ratio = 0.0, 8.0 / spread, (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss_of(left * line, sample, starts) < loss_of(right * line, sample, starts):
            high = right
        else:
            low = left
    return float((low + high) / 2)
