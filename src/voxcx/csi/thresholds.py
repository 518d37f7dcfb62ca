"""The scale's thresholds as rows: every interaction is asked once per threshold, which stands in the last column."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np

from voxcx.csi.columns import Floats

THRESHOLD = "threshold"


def asked(values: Floats, thresholds: int) -> Floats:
    """[rows, columns] → [thresholds · rows, columns + 1], threshold by threshold.

    >>> asked(np.array([[7.0], [8.0]]), 2).tolist()
    [[7.0, 0.0], [8.0, 0.0], [7.0, 1.0], [8.0, 1.0]]
    """
    number = np.repeat(np.arange(thresholds, dtype=float), len(values))
    return np.column_stack([np.tile(values, (thresholds, 1)), number])


def raw_scores(booster: lgb.Booster, values: Floats, thresholds: int) -> Floats:
    """Raw scores [rows, thresholds].

    A row without any known value says nothing: training never saw one, and trees would send it anywhere. Its scores are
    0, which the links turn into the calibrated training shares.
    """
    scores = np.asarray(booster.predict(asked(values, thresholds), raw_score=True, num_threads=1), dtype=float)
    by_row = scores.reshape(thresholds, len(values)).T
    return np.where(np.isnan(values).all(axis=1, keepdims=True), 0.0, by_row)


def score_parts(booster: lgb.Booster, values: Floats, thresholds: int) -> Floats:
    """LightGBM's contributions [thresholds, rows, columns + 1].

    The last column is the base: LightGBM's own and what asking for that threshold adds. A row's sum is its raw score.
    """
    parts = np.asarray(booster.predict(asked(values, thresholds), pred_contrib=True, num_threads=1), dtype=float)
    base = parts[:, -2:].sum(axis=1, keepdims=True)
    by_row = np.hstack([parts[:, :-2], base]).reshape(thresholds, len(values), -1)
    return np.where(np.isnan(values).all(axis=1, keepdims=True), 0.0, by_row)
