"""Why this estimate: contributions in points of the 0–100 index.

The raw score is a base and one term per column (f = b + Σ_j c_j): of the trees exact SHAP (Lundberg et al. 2020), of
the line its own. The index is a sum over thresholds of P_k = link_k(f), a monotone curve, so each term is carried over
by the secant of that curve between base and score:

    effect_j = c_j × (CSI(f) − CSI(b)) ÷ (f − b)        (the curve's slope where f = b)

Signs stay, and base + Σ effects = the estimate exactly. The columns learned from one view of the words are one effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voxcx.csi.answers import Floats
from voxcx.csi.blend import Blend
from voxcx.csi.calibration import Link
from voxcx.csi.phrases import Said
from voxcx.domain.csi import Reason
from voxcx.domain.features import FeatureRow

REASONS = 6
SMALLEST_EFFECT = 0.05  # points; less is printed as 0.0 and says nothing
SAME_SCORE = 1e-9


@dataclass(frozen=True, slots=True)
class Contributions:
    """Rows' raw scores [n], base in points [n], and the effect of each column in points [n, columns]."""

    names: tuple[str, ...]
    raw: Floats
    base: Floats
    effects: Floats


def contributions_of(
    values: Floats, blend: Blend, links: Sequence[Link], points: float, trees: int | None = None
) -> Contributions:
    """Contributions of encoded rows [n, columns]; ``points`` is what a step of the scale is worth.

    A row without any known value says nothing: its score is 0, its base the training mean and its effects 0.
    """
    return carried_over(blend.line.names, *blend.parts(values, trees), links, points)


def carried_over(
    names: tuple[str, ...], terms: Floats, start: Floats, links: Sequence[Link], points: float
) -> Contributions:
    """Terms [n, columns] and base [n] of the raw score as points of the index."""
    end = start + terms.sum(axis=1)
    first, last = points * _summed(start, links), points * _summed(end, links)
    same = np.abs(end - start) < SAME_SCORE
    here = points * np.sum([link.slope_at(start) for link in links], axis=0)
    slope = np.where(same, here, (last - first) / np.where(same, 1.0, end - start))
    return Contributions(names, end, first, terms * slope[:, np.newaxis])


def by_reason(parts: Contributions, views: Sequence[str]) -> dict[str, Floats]:
    """Reason → its effect on each row [n]: a feature is its own, columns of one view of the words are added up."""
    effects: dict[str, Floats] = {}
    said = tuple(views)
    for position, name in enumerate(parts.names):
        reason = next(view for view in views if name.startswith(view)) if name.startswith(said) else name
        pushed = parts.effects[:, position]
        effects[reason] = effects[reason] + pushed if reason in effects else pushed
    return effects


def top_reasons(
    effects: dict[str, float], features: FeatureRow, said: Mapping[str, Said], most: int = REASONS
) -> tuple[Reason, ...]:
    """The strongest pushes by known values, with the seconds that they come from; a missing value is no reason."""
    strongest = sorted(effects.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    reasons: list[Reason] = []
    for name, effect in strongest:
        feature = features.get(name) if name not in said else None
        if abs(effect) < SMALLEST_EFFECT:
            break
        if name in said:
            reasons.append(Reason(name, said[name].text, effect, said[name].evidence))
        elif feature is not None and feature.value is not None:
            reasons.append(Reason(name, feature.value, effect, feature.evidence))
    return tuple(reasons[:most])


def _summed(raw: Floats, links: Sequence[Link]) -> Floats:
    total: Floats = np.sum([link.probability(raw) for link in links], axis=0)
    return total
