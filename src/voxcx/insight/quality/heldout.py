"""Would the score follow satisfaction better with the answers' weights? Tried on answers they were not made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import default_rng
from scipy.stats import rankdata

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.insight.archive import MET, UNDECIDED, Archive, CriterionColumn, Flags, Floats, Integers
from voxcx.insight.quality.effects import Ground
from voxcx.insight.quality.fitting import Material, fit, material_of
from voxcx.insight.quality.weights import FormWeights, asked_on, worth_trying
from voxcx.statistics.differences import correlation_change, pearson
from voxcx.statistics.resampling import customer_numbers

ENOUGH_DECIDED = 0.7  # of the applicable points, below which there is no score (METRICS.md §5)
FEW = text(
    "too few scored and answered interactions to try weights on others than they were made of",
    "слишком мало оценённых обращений с ответом, чтобы проверить веса на отложенных данных",
)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Spearman's correlation of the score with CSI under both weightings, and the change from today's."""

    today: Estimate
    proposed: Estimate
    change: Estimate


@dataclass(frozen=True, slots=True)
class _Tried:
    old: Floats
    new: Floats
    fold: Integers


def held_out(archive: Archive, ground: Ground, form: FormWeights) -> HeldOut:
    """Each customer's answers are scored with weights made from other customers' answers."""
    settings = archive.settings
    among = asked_on(ground, form) & (decided_points(form, ground.rows) >= ENOUGH_DECIDED)
    reason = worth_trying(archive, form)
    if reason is None and int(among.sum()) < settings.fewest * settings.quality.folds:
        reason = FEW
    if reason is not None:
        none = Estimate(None, n=int(among.sum()), reason=reason)
        return HeldOut(none, none, none)
    tried = _tried(archive, ground, form, among)
    known = ~np.isnan(tried.old) & ~np.isnan(tried.new)
    csi, fold = ground.csi[known], tried.fold[known]
    old, new, rating = (ranked_within(values, fold) for values in (tried.old[known], tried.new[known], csi))
    customer = archive.customer[ground.rows][known]
    change = correlation_change(old, new, rating, customer, settings.seed)
    # Ranked already, inside each fold: ranking again would tell ties of one fold from those of another.
    return HeldOut(pearson(old, rating, settings.level), pearson(new, rating, settings.level), change)


def _tried(archive: Archive, ground: Ground, form: FormWeights, among: Flags) -> _Tried:
    settings = archive.settings
    numbers = customer_numbers(archive.customer[ground.rows])
    parts = default_rng(settings.seed).integers(0, settings.quality.folds, int(numbers.max()) + 1)
    fold: Integers = parts[numbers]
    old, new = np.full(len(among), np.nan), np.full(len(among), np.nan)
    material = material_of(ground, form.open_columns)
    for part in range(settings.quality.folds):
        aside = among & (fold == part)
        if aside.any():
            rows = ground.rows[aside]
            old[aside] = score(form.columns, form.points, rows)
            new[aside] = score(form.columns, _made_without(material, form, among & (fold != part)), rows)
    return _Tried(old, new, fold)


def _made_without(material: Material, form: FormWeights, training: Flags) -> Floats:
    """Points from the other folds' answers; today's where those say nothing."""
    fitted = fit(material, training) if training.any() else None
    made = form.points if fitted is None else form.proposed(fitted.costs())
    return form.points if np.isnan(made).any() else made


def score(columns: Sequence[CriterionColumn], points: Floats, rows: Integers) -> Floats:
    """[rows], Σ points met ÷ Σ points decided × 100 before zeroing; NaN where no points were decided."""
    met, decided = np.zeros(len(rows)), np.zeros(len(rows))
    for column, its in zip(columns, points.tolist(), strict=True):
        met += its * (column.verdict[rows] == MET)
        decided += its * column.decided[rows]
    with np.errstate(invalid="ignore"):
        return np.where(decided > 0, 100.0 * met / np.where(decided > 0, decided, 1.0), np.nan)


def decided_points(form: FormWeights, rows: Integers) -> Floats:
    """[rows], today's points decided ÷ applicable (decided or undecided); 0 where none applies."""
    decided, applies = np.zeros(len(rows)), np.zeros(len(rows))
    for column, its in zip(form.columns, form.points.tolist(), strict=True):
        decided += its * column.decided[rows]
        applies += its * (column.decided[rows] | (column.verdict[rows] == UNDECIDED))
    return np.divide(decided, applies, out=np.zeros(len(rows)), where=applies > 0)


def ranked_within(values: Floats, fold: Integers) -> Floats:
    """[n], ranks inside each fold as shares of it, so that folds with other weights do not mix."""
    ranks = np.empty(len(values))
    for part in np.unique(fold).tolist():
        here = fold == part
        ranks[here] = rankdata(values[here]) / int(here.sum())
    return ranks
