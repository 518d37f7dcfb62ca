"""What moves the estimates, and how steadily: one figure from each fold, on rows that the fold's trees had not seen."""

from __future__ import annotations

import numpy as np

from voxcx.csi.explanation import by_reason, contributions_of
from voxcx.csi.fitting import Fitted, Material
from voxcx.csi.meta import Importance
from voxcx.domain.views import VIEWS

ROWS_PER_FOLD = 1_000


def importance_of(fitted: Fitted, material: Material, points_per_rating: float) -> dict[str, Importance]:
    """Mean |effect| in points of every feature and view of the words, strongest first, with the folds' range."""
    folds = fitted.folds
    each: list[dict[str, float]] = []
    for fold, blend in enumerate(folds.blends):
        held = np.flatnonzero(folds.number == fold)[:ROWS_PER_FOLD]
        parts = contributions_of(material.values[held], blend, fitted.links, points_per_rating, folds.trees)
        each.append({name: float(np.abs(effect).mean()) for name, effect in by_reason(parts, VIEWS).items()})
    found = {name: [one[name] for one in each] for name in each[0]}
    ordered = sorted(found.items(), key=lambda pair: (-float(np.mean(pair[1])), pair[0]))
    return {
        name: Importance(
            points=round(float(np.mean(drawn)), 3), lowest=round(min(drawn), 3), highest=round(max(drawn), 3)
        )
        for name, drawn in ordered
    }
