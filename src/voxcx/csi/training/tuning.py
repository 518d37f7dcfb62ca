"""LightGBM's parameters by cross-validation inside the training part; the test part is never looked at.

The budget is in seconds of a machine that does ``CELLS_PER_S`` cells × trees a second. It is counted in work and not by
the clock, so that the same data give the same model on a slow day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voxcx.csi.fitting import Material, cross_fit, fold_numbers
from voxcx.csi.settings import BoostingConfig, FitConfig, TuningConfig
from voxcx.csi.training.splits import some_rows

CELLS_PER_S = 1.0e8  # rows × columns × trees, one core of 2023
USUAL_TREES = 150

# What is varied around the given parameters: leaves, rows per leaf as a factor, l2, share of features, learning rate.
CANDIDATES = (
    {"leaves": 3, "rows_factor": 1.0},
    {"leaves": 10, "rows_factor": 1.0},
    {"leaves": 6, "rows_factor": 3.0},
    {"leaves": 4, "feature_share": 0.3, "rows_factor": 1.0},
    {"leaves": 6, "l2": 30.0, "feature_share": 0.8, "rows_factor": 1.0},
    {"leaves": 3, "learning_rate": 0.05, "feature_share": 0.3, "rows_factor": 2.0},
    {"leaves": 16, "rows_factor": 3.0, "feature_share": 0.5, "l2": 20.0},
    {"leaves": 2, "learning_rate": 0.2, "rows_factor": 1.0},
)


@dataclass(frozen=True, slots=True)
class Tuned:
    """The parameters to use and what was tried: each candidate's mean loss."""

    boosting: BoostingConfig
    tried: tuple[tuple[BoostingConfig, float], ...]


def tune(material: Material, settings: FitConfig, tuning: TuningConfig, on_step: Callable[[str, float], None]) -> Tuned:
    """The candidate of least held-out loss, the given parameters unless another is clearly better."""
    few = material.part(some_rows(len(material.weight), tuning.rows_at_most, settings.seed))
    number = fold_numbers(few.groups, tuning.folds, settings.seed + 1)
    cost_s = tuning.folds * few.values.size * USUAL_TREES / CELLS_PER_S
    affordable = int(tuning.budget_s / cost_s) if cost_s else len(CANDIDATES) + 1
    if affordable < 2:
        return Tuned(settings.boosting, ())
    tried = []
    for candidate in (settings.boosting, *(_varied(settings.boosting, one) for one in CANDIDATES[: affordable - 1])):
        chosen = settings.model_copy(update={"boosting": candidate})
        folds = cross_fit(few, number, chosen)
        tried.append((candidate, folds.loss))
        wanted = min(affordable, len(CANDIDATES) + 1)
        on_step(f"tuning: {len(tried)} of {wanted} tried", len(tried) / wanted)
    best = min(tried, key=lambda pair: pair[1])
    return Tuned(best[0], tuple(tried))


def _varied(boosting: BoostingConfig, change: dict[str, float]) -> BoostingConfig:
    values = {name: value for name, value in change.items() if name != "rows_factor"}
    rows = round(boosting.rows_per_leaf * change["rows_factor"])
    return BoostingConfig(**(boosting.model_dump() | values | {"rows_per_leaf": rows}))
