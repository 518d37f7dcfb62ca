"""Fitting the booster and its links: the only place that tells LightGBM how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from voxcx.csi.calibration import SMALLEST_SLOPE, Link
from voxcx.csi.columns import Column, Floats
from voxcx.csi.settings import TrainingConfig
from voxcx.csi.thresholds import THRESHOLD, asked
from voxcx.domain.csi import RatingScale

STOPPING_SHARE = 0.2  # the latest part of training time chooses the number of trees
FEWEST_PER_CLASS = 10  # for a threshold's calibration; with fewer, its training share stands
WEAK_PENALTY = 1e6
BINS = 255


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows in order of time: matrix [rows, columns], ratings, weights."""

    values: Floats
    rating: NDArray[np.int64]
    weight: Floats
    lowest: int

    def above(self, threshold: int) -> Floats:
        """1 where the rating exceeds the scale's threshold of that number (0: above the lowest rating)."""
        return (self.rating > self.lowest + threshold).astype(float)

    def part(self, rows: NDArray[Any] | slice) -> Sample:
        """Some of the rows."""
        return Sample(self.values[rows], self.rating[rows], self.weight[rows], self.lowest)


def fit_booster(sample: Sample, columns: tuple[Column, ...], config: TrainingConfig) -> lgb.Booster:
    """Trees are counted on the latest fifth, then grown again on all rows."""
    scale = config.rating_scale.record()
    starts = prior_logits(sample, scale)
    cut = int(len(sample.rating) * (1 - STOPPING_SHARE))
    parameters = parameters_of(columns, config)
    trial = lgb.train(
        parameters,
        _dataset(sample.part(slice(0, cut)), columns, starts),
        config.boosting.trees_at_most,
        valid_sets=[_dataset(sample.part(slice(cut, None)), columns, starts)],
        callbacks=[lgb.early_stopping(config.boosting.patience, verbose=False)],
    )
    return lgb.train(parameters, _dataset(sample, columns, starts), max(1, trial.best_iteration))


def prior_logits(sample: Sample, scale: RatingScale) -> Floats:
    """Where each threshold starts: the log-odds of the training rows above it (Jeffreys' half a row on each side)."""
    above = np.array([float(sample.weight[sample.rating > t].sum()) for t in scale.ratings[:-1]])
    logits: Floats = np.log((above + 0.5) / (float(sample.weight.sum()) - above + 0.5))
    return logits


def parameters_of(columns: tuple[Column, ...], config: TrainingConfig) -> dict[str, Any]:
    """LightGBM's own names; every source of chance is seeded, every order fixed."""
    boosting = config.boosting
    thresholds = len(config.rating_scale.record().ratings) - 1
    return {
        "objective": "binary",
        "learning_rate": boosting.learning_rate,
        "num_leaves": boosting.leaves,
        "min_data_in_leaf": boosting.rows_per_leaf * thresholds,
        "lambda_l2": boosting.l2,
        "feature_fraction": boosting.feature_share,
        "bagging_fraction": boosting.row_share,
        "bagging_freq": 1,
        "max_bin": BINS,
        "monotone_constraints": [*(config.direction(column.name) for column in columns), -1],
        "monotone_constraints_method": "intermediate",
        "seed": config.seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": boosting.threads,
        "verbosity": -1,
    }


def fit_links(raw: Floats, middle: Sample, starts: Floats, scale: RatingScale) -> tuple[Link, ...]:
    """Platt on calibration rows: one slope, an intercept per threshold; training shares where a class is too rare."""
    exceeds = np.column_stack([middle.rating > threshold for threshold in scale.ratings[:-1]])
    common = np.minimum(exceeds.sum(axis=0), (~exceeds).sum(axis=0)) >= FEWEST_PER_CLASS
    plain = [Link(slope=1.0, intercept=float(start)) for start in starts]
    if not common.any() or float(np.ptp(raw)) == 0.0:
        return tuple(plain)
    known = np.flatnonzero(common)
    score = (raw + starts)[:, known].T.reshape(-1, 1)
    which = np.repeat(np.eye(len(known)), len(raw), axis=0)
    model = LogisticRegression(C=WEAK_PENALTY, fit_intercept=False, max_iter=1000)
    model.fit(np.hstack([score, which]), exceeds[:, known].T.ravel(), sample_weight=np.tile(middle.weight, len(known)))
    slope = max(float(model.coef_[0, 0]), SMALLEST_SLOPE)
    shifts = np.zeros(len(starts))
    shifts[known] = model.coef_[0, 1:]
    return tuple(
        Link(slope=slope, intercept=float(slope * start + by)) for start, by in zip(starts, shifts, strict=True)
    )


def _dataset(sample: Sample, columns: tuple[Column, ...], starts: Floats) -> lgb.Dataset:
    thresholds = len(starts)
    return lgb.Dataset(
        asked(sample.values, thresholds),
        label=np.concatenate([sample.above(k) for k in range(thresholds)]),
        weight=np.tile(sample.weight, thresholds),
        init_score=np.repeat(starts, len(sample.rating)),
        feature_name=[*(column.name for column in columns), THRESHOLD],
        categorical_feature=[k for k, column in enumerate(columns) if column.kind == "category"],
        params={"verbosity": -1, "max_bin": BINS},
    )
