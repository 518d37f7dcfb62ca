"""What a model must beat: estimates that look at no feature, at the call record alone, or add features up."""

from __future__ import annotations

from enum import Enum

import numpy as np

from voxcx.csi.answers import Floats, Integers, Predictions
from voxcx.csi.calibrating import fit_interval
from voxcx.csi.fitting import Material, calibrate
from voxcx.csi.linear import fit_line
from voxcx.csi.trained import predictions_of
from voxcx.domain.csi import RatingScale


class Prior(Enum):
    """The mean of the training answers with their shares, or their most frequent rating with certainty."""

    MEAN = "mean"
    MAJORITY = "majority"


def predict_prior(prior: Prior, material: Material, scale: RatingScale, rows: int, level: float) -> Predictions:
    """The same estimate for every row; its interval is conformal on the training answers."""
    shares = material.weight @ material.shares / material.weight.sum()
    if prior is Prior.MAJORITY:
        shares = (np.arange(len(shares)) == shares.argmax()).astype(float)
    everywhere = np.tile(shares, (len(material.weight), 1))
    interval = fit_interval(everywhere, material.levels, material.shares, material.weight, level)
    value = float(shares @ material.levels)
    spread = np.full(rows, max(float(np.sqrt(shares @ (material.levels - value) ** 2)), 0.05 * 100))
    low, high = interval.bounds(np.full(rows, value), spread, 0.0, 100.0)
    dissatisfied = float(shares[: scale.dissatisfied_max - scale.minimum + 1].sum())
    satisfied = float(shares[scale.satisfied_min - scale.minimum :].sum())
    everyone = (np.full(rows, value), low, high, np.full(rows, dissatisfied), np.full(rows, satisfied))
    return Predictions(*everyone, np.tile(shares, (rows, 1)))


def predict_linear(
    material: Material, number: Integers, values: Floats, scale: RatingScale, level: float
) -> Predictions:
    """The line alone, under links and an interval of its own."""
    raw = np.zeros(len(number))
    for fold in range(int(number.max()) + 1):
        kept, held = material.part(np.flatnonzero(number != fold)), np.flatnonzero(number == fold)
        line = fit_line(kept.values, kept.design, kept.target, kept.weight)
        raw[held] = line.predict(material.values[held]) - line.mean
    unit = max(float(raw.std()), 1e-9)
    links, interval = calibrate(raw / unit, material, number, level)
    line = fit_line(material.values, material.design, material.target, material.weight)
    return predictions_of((line.predict(values) - line.mean) / unit, links, scale, interval)
