"""Why this estimate: LightGBM's own contributions, in points of the 0–100 index.

``pred_contrib`` splits the raw score at threshold k into a base b_k and one term c_kj per column
(f_k = b_k + Σ_j c_kj, exact tree SHAP; Lundberg et al. 2020). The index is a sum over thresholds of P_k = link_k(f_k),
a monotone curve, so each term is carried over by the secant of that curve between base and score:

    effect_kj = c_kj × (P_k(f_k) − P_k(b_k)) ÷ (f_k − b_k)        (the curve's slope where f_k = b_k)

Signs stay, and per threshold the effects add up to P_k(f_k) − P_k(b_k) exactly. Summed over thresholds and times the
points per rating: base + Σ effects = the estimate before it is cut to 0–100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from voxcx.csi.calibration import Link
from voxcx.csi.columns import Floats
from voxcx.csi.meta import ModelMeta
from voxcx.csi.thresholds import score_parts
from voxcx.domain.csi import Reason
from voxcx.domain.features import FeatureRow

REASONS = 6
SMALLEST_EFFECT = 0.05  # points; less is printed as 0.0 and says nothing
SAME_SCORE = 1e-9


@dataclass(frozen=True, slots=True)
class Contributions:
    """One row: base in points, effect of each column in points, and the raw score of each threshold."""

    names: tuple[str, ...]
    base: float
    effects: Floats
    raw: Floats


def contributions_of(values: Floats, booster: lgb.Booster, meta: ModelMeta) -> Contributions:
    """Contributions of one encoded row [1, columns]."""
    points = meta.scale.points_per_rating
    parts = score_parts(booster, values, len(meta.links))
    effects = points * np.sum([carried_over(p, link) for p, link in zip(parts, meta.links, strict=True)], axis=0)[0]
    starts = [float(link.probability(p[0, -1])) for p, link in zip(parts, meta.links, strict=True)]
    names = tuple(column.name for column in meta.columns)
    return Contributions(names, points * sum(starts), effects, parts[:, 0].sum(axis=1))


def effects_of(values: Floats, booster: lgb.Booster, links: Sequence[Link], points: float) -> Floats:
    """Effects of every column on many rows, in points [rows, columns]."""
    parts = score_parts(booster, values, len(links))
    total: Floats = points * np.sum([carried_over(p, link) for p, link in zip(parts, links, strict=True)], axis=0)
    return total


def carried_over(terms: Floats, link: Link) -> Floats:
    """Contributions to a raw score → contributions to its probability [rows, columns], by the secant."""
    start, end = terms[:, -1], terms.sum(axis=1)
    rise, run = link.probability(end) - link.probability(start), end - start
    same = np.abs(run) < SAME_SCORE
    slope = np.where(same, link.slope_at(start), rise / np.where(same, 1.0, run))
    carried: Floats = terms[:, :-1] * slope[:, np.newaxis]
    return carried


def top_reasons(parts: Contributions, features: FeatureRow, most: int = REASONS) -> tuple[Reason, ...]:
    """The strongest pushes by known values, with the seconds that they come from; a missing value is no reason."""
    pairs = zip(parts.names, parts.effects.tolist(), strict=True)
    strongest = sorted(pairs, key=lambda pair: (-abs(pair[1]), pair[0]))
    reasons: list[Reason] = []
    for name, effect in strongest:
        feature = features.get(name)
        if feature is not None and feature.value is not None and abs(effect) >= SMALLEST_EFFECT:
            reasons.append(Reason(name, feature.value, effect, feature.evidence))
    return tuple(reasons[:most])
