"""The satisfaction model: one LightGBM booster that answers, for every threshold k of the scale, P(rating > k).

Each row is asked once per threshold, with the threshold as a column that may only lower the score (the reduction of
ordinal to binary answers of Lin & Li 2012). So probabilities are in order, rare ratings borrow from frequent ones, and
a direction holds for the mean too: a longer queue never raises any P(rating > k). A booster per threshold and one
multiclass booster were tried beside it on one simulated population and did no better.

    E[rating] = minimum + Σ_k P(rating > k)        CSI = 100 × (E[rating] − minimum) ÷ (maximum − minimum)
"""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from voxcx.csi.calibration import distribution, in_order, spread_points
from voxcx.csi.columns import Floats, Table, encode_row, encode_table
from voxcx.csi.explanation import Contributions, contributions_of, top_reasons
from voxcx.csi.meta import ModelMeta
from voxcx.csi.thresholds import raw_scores
from voxcx.domain.csi import TOP, CsiEstimate
from voxcx.domain.features import FeatureRow
from voxcx.domain.transcript import Transcript

SIMULATED_WARNING = (
    "The model was trained on simulated data; "
    "retrain it on your own survey answers (voxcx train) before using its estimates."
)
NAMES_SHOWN = 5
MOSTLY_UNKNOWN = 0.5  # of the importance: beyond it the estimate rests on what happens to be known


@dataclass(frozen=True, slots=True)
class Predictions:
    """Estimates of many rows: index and interval in points, probabilities, rating distribution [rows, ratings]."""

    value: Floats
    low: Floats
    high: Floats
    p_dissatisfied: Floats
    p_satisfied: Floats
    shares: Floats


class CsiModel:
    """A trained model: its identity and its trees."""

    def __init__(self, meta: ModelMeta, booster: lgb.Booster) -> None:
        self.meta = meta
        self.booster = booster
        self._columns = {column.name: column for column in meta.columns}

    @property
    def model_id(self) -> str:
        """The name that every estimate carries."""
        return self.meta.model_id

    def predict_table(self, table: Table) -> Predictions:
        """Estimate whole columns at once, without reasons."""
        values = encode_table(table, self.meta.columns).values
        return self.from_raw(raw_scores(self.booster, values, len(self.meta.links)))

    def from_raw(self, raw: Floats) -> Predictions:
        """Raw scores [rows, thresholds] → calibrated estimates."""
        scale = self.meta.scale
        columns = [link.probability(raw[:, k]) for k, link in enumerate(self.meta.links)]
        exceeding = in_order(np.column_stack(columns))
        shares = distribution(exceeding)
        value = np.clip(exceeding.sum(axis=1) * scale.points_per_rating, 0.0, TOP)
        low, high = self.meta.interval.bounds(value, spread_points(shares, scale))
        p_dissatisfied = 1.0 - exceeding[:, scale.dissatisfied_max - scale.minimum]
        p_satisfied = exceeding[:, scale.satisfied_min - 1 - scale.minimum]
        return Predictions(value, low, high, p_dissatisfied, p_satisfied, shares)

    def contributions(self, features: FeatureRow) -> Contributions:
        """Every column's push on this estimate in points; with the base they add up to the estimate."""
        values = encode_row(features, self.meta.columns)
        return contributions_of(values, self.booster, self.meta)

    def estimate(self, features: FeatureRow, transcript: Transcript | None = None) -> CsiEstimate:
        """Estimate one interaction. ``transcript`` is for text features; this model has none and reads features."""
        del transcript
        parts = self.contributions(features)
        made = self.from_raw(parts.raw[np.newaxis, :])
        shares = made.shares[0]
        return CsiEstimate(
            value=float(made.value[0]),
            low=float(made.low[0]),
            high=float(made.high[0]),
            level=self.meta.interval.level,
            p_dissatisfied=float(made.p_dissatisfied[0]),
            p_satisfied=float(made.p_satisfied[0]),
            distribution=tuple(zip(self.meta.scale.ratings, shares.tolist(), strict=True)),
            reasons=top_reasons(parts, features),
            model_id=self.model_id,
            warnings=self.warnings_for(features),
        )

    def _unknown_share(self, features: FeatureRow) -> float:
        """Share of the model's importance that lies on features this interaction should have and has not."""
        weights = {f.name: self.meta.importance.get(f.name, 0.0) for f in features.features}
        unknown = sum(weights[f.name] for f in features.features if f.value is None)
        total = sum(weights.values())
        return unknown / total if total else 0.0

    def warnings_for(self, features: FeatureRow) -> tuple[str, ...]:
        """What a reader must know before believing the estimate."""
        warnings = [SIMULATED_WARNING] if self.meta.trained_on == "simulated" else []
        known = [f for f in features.features if f.name in self._columns and f.value is not None]
        if not known:
            warnings.append("None of the model's features is known; the estimate is the training mean.")
        elif (share := self._unknown_share(features)) > MOSTLY_UNKNOWN:
            warnings.append(f"Not known here: {share:.0%} of what the model weighs; the estimate says little.")
        outside = [f.name for f in known if self._columns[f.name].is_outside(f.value)]
        if outside:
            more = f" and {len(outside) - NAMES_SHOWN} more" if len(outside) > NAMES_SHOWN else ""
            warnings.append(f"Outside what the model was trained on: {', '.join(outside[:NAMES_SHOWN])}{more}.")
        return tuple(warnings)
