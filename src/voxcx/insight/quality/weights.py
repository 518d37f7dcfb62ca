"""Three sets of weights of a form: today's, those the answers would give, those customers state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from voxcx.domain.beside import StatedWeight
from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive, CriterionColumn, Flags, Floats
from voxcx.insight.quality.effects import Effect, Ground
from voxcx.insight.quality.fitting import Draws, drawn, fit, material_of
from voxcx.insight.surveys import mean_of
from voxcx.statistics.resampling import percentile_interval

COMPLIANCE = text(
    "compliance: keeps its weight, whatever it predicts",
    "комплаенс: вес не меняем, даже если он ничего не предсказывает",
)
TOO_FEW = text(
    "keeps its weight: too few failures among answers to tell", "вес прежний: слишком мало невыполнений с ответом"
)
NO_EFFECT = text(
    "no criterion moves CSI beyond doubt, so the answers give no reason for other weights",
    "ни один критерий не влияет на CSI с нужной надёжностью, поэтому менять веса нет оснований",
)
FEW_FREE = text(
    "fewer than two criteria with points can be told from the answers",
    "по ответам можно судить меньше чем о двух критериях с баллами",
)


@dataclass(frozen=True, slots=True)
class Weight:
    """One criterion's weight as a share of the form's points: today's, by the answers, as customers state it."""

    effect: Effect
    today: float
    data: Estimate
    stated: Estimate | None
    kept: Text | None  # why the answers do not change it


@dataclass(frozen=True, slots=True)
class FormWeights:
    """A form's criteria with points, and which of them the answers may change.

    Attributes:
        effects: [k] of its criteria with points.
        points: [k], as they are.
        free: [k], whether the answers may change it.
        kept: [k], why not.
    """

    form_id: str
    effects: tuple[Effect, ...]
    points: Floats
    free: Flags
    kept: tuple[Text | None, ...]

    @property
    def columns(self) -> tuple[CriterionColumn, ...]:
        """[k]."""
        return tuple(one.column for one in self.effects)

    @property
    def open_columns(self) -> tuple[CriterionColumn, ...]:
        """Those the answers may change."""
        return tuple(column for column, is_free in zip(self.columns, self.free.tolist(), strict=True) if is_free)

    def proposed(self, costs: Floats) -> Floats:
        """[…, k], points with the same total: those that are free are shared out as the costs are; NaN if all are 0."""
        points = np.broadcast_to(self.points, (*costs.shape[:-1], len(self.points))).astype(float)
        total = costs.sum(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore"):
            shares = np.where(total > 0, costs / np.where(total > 0, total, 1.0), np.nan)
        points[..., self.free] = shares * self.points[self.free].sum()
        return points


def forms_of(effects: Sequence[Effect]) -> tuple[FormWeights, ...]:
    """Every form with points, the one with the most answers first."""
    found = []
    for form_id in dict.fromkeys(one.column.form_id for one in effects):
        mine = tuple(one for one in effects if one.column.form_id == form_id and one.column.max_points > 0)
        if mine:
            kept = tuple(_kept(one) for one in mine)
            points = np.array([one.column.max_points for one in mine])
            free = np.array([reason is None for reason in kept])
            found.append(FormWeights(form_id, mine, points, free, kept))
    return tuple(sorted(found, key=lambda form: -max(one.answered for one in form.effects)))


def _kept(effect: Effect) -> Text | None:
    if effect.column.severity == "critical_compliance":
        return COMPLIANCE
    return TOO_FEW if effect.adjusted.value is None else None


def weights_of(archive: Archive, ground: Ground, form: FormWeights) -> tuple[Weight, ...]:
    """Every criterion of the form with its three weights."""
    total = float(form.points.sum())
    stated = stated_shares(
        archive.beside.weights, [one.column.criterion for one in form.effects], archive.settings.level
    )
    data = _data_shares(archive, ground, form)
    return tuple(
        Weight(effect, float(points) / total, share, stated.get(effect.column.criterion), kept)
        for effect, points, share, kept in zip(form.effects, form.points, data, form.kept, strict=True)
    )


def worth_trying(archive: Archive, form: FormWeights) -> Text | None:
    """None where the answers give a reason for other weights, else why they do not."""
    if int(form.free.sum()) < 2:
        return FEW_FREE
    rate = archive.settings.false_discoveries
    free = [one for one, is_free in zip(form.effects, form.free.tolist(), strict=True) if is_free]
    return None if any(one.lowers(rate) for one in free) else NO_EFFECT


def _data_shares(archive: Archive, ground: Ground, form: FormWeights) -> list[Estimate]:
    settings, total = archive.settings, float(form.points.sum())
    reason = worth_trying(archive, form)
    none = Estimate(None, level=settings.level, reason=reason or NO_EFFECT)
    if reason is not None:
        return [none] * len(form.points)
    material, among = material_of(ground, form.open_columns), asked_on(ground, form)
    fitted = fit(material, among)
    if fitted is None:
        return [none] * len(form.points)
    value = form.proposed(fitted.costs()) / total
    asked = Draws(settings.quality.draws, settings.seed, settings.level)
    draws = form.proposed(drawn(material, among, fitted, asked)) / total
    n = int(among.sum())
    return [
        _share(form, at, (float(value[at]), draws[:, at]), Estimate(0.0, n=n, level=settings.level))
        for at in range(len(value))
    ]


def _share(form: FormWeights, at: int, value_draws: tuple[float, Floats], about: Estimate) -> Estimate:
    """One weight with its interval; ``about`` gives n and level."""
    value, draws = value_draws
    if not form.free[at]:
        return replace(about, value=value)
    ends = percentile_interval(value, draws, level=about.level)
    if np.isnan(value) or ends is None:
        return replace(about, value=None, reason=NO_EFFECT)
    most = float(form.points[form.free].sum() / form.points.sum())
    low, high = (min(max(end, 0.0), most) for end in ends)
    return replace(about, value=value, low=min(low, value), high=max(high, value))


def asked_on(ground: Ground, form: FormWeights) -> Flags:
    """[m], answered interactions on which some criterion of the form was decided."""
    some: Flags = np.any([column.decided[ground.rows] for column in form.columns], axis=0)
    return some


def stated_shares(said: Sequence[StatedWeight], criteria: Sequence[str], level: float) -> Mapping[str, Estimate]:
    """Mean share of a respondent's points for each criterion that was asked about; points of other forms left out."""
    mine = [one for one in said if one.criterion in set(criteria)]
    asked = sorted({one.criterion for one in mine})
    people = {name: row for row, name in enumerate(dict.fromkeys(one.respondent for one in mine))}
    given = np.full((len(people), len(asked)), np.nan)
    for one in mine:
        given[people[one.respondent], asked.index(one.criterion)] = one.weight
    total = np.nansum(given, axis=1, keepdims=True)
    shares = np.divide(given, total, out=np.full_like(given, np.nan), where=total > 0)
    return {name: mean_of(shares[:, at], level) for at, name in enumerate(asked)}
