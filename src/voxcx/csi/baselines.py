"""What a model must beat: estimates that look at no feature at all."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.calibration import fit_interval
from voxcx.csi.columns import Floats
from voxcx.csi.model import Predictions
from voxcx.domain.csi import RatingScale


class Prior(Enum):
    """The mean of the training answers with their shares, or their most frequent rating with certainty."""

    MEAN = "mean"
    MAJORITY = "majority"


def predict_prior(
    prior: Prior, known: NDArray[Any], middle: Floats, wanted: tuple[int, RatingScale, float]
) -> Predictions:
    """The same estimate for every row.

    Args:
        prior: which one.
        known: training ratings.
        middle: calibration answers on the index, for the interval.
        wanted: number of rows, scale, level of the interval.
    """
    rows, scale, level = wanted
    counts = np.array([int((known == rating).sum()) for rating in scale.ratings], dtype=float)
    shares = counts / counts.sum() if prior is Prior.MEAN else (np.arange(len(counts)) == counts.argmax()).astype(float)
    points = np.array([scale.index(rating) for rating in scale.ratings])
    value = float(shares @ points)
    level_interval = fit_interval(np.full(len(middle), value), np.ones(len(middle)), middle, level)
    values = np.full(rows, value)
    low, high = level_interval.bounds(values, np.ones(rows))
    dissatisfied = float(shares[: scale.dissatisfied_max - scale.minimum + 1].sum())
    satisfied = float(shares[scale.satisfied_min - scale.minimum :].sum())
    return Predictions(
        values, low, high, np.full(rows, dissatisfied), np.full(rows, satisfied), np.tile(shares, (rows, 1))
    )
