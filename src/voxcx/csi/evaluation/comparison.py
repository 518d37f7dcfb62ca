"""Two models on the same interactions: their figures, paired differences, and a verdict that may be "cannot tell"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from voxcx.csi.answers import Answers, Floats, Predictions
from voxcx.csi.evaluation.metrics import MEASURES, Figure, draw_figures, figure_from, figures_by_draw, sample_of
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.statistics.resampling import FEWEST_CUSTOMERS, customer_numbers, percentile_interval

Verdict = Literal["better", "worse", "cannot_tell"]
DECIDES, DECIDES_WITHOUT_SHARES = "log_loss", "mae_points"
RULE_EN = (
    "The new model is better (worse) when the 95 % interval of its paired difference in log-loss of the rating lies "
    "wholly on the good (bad) side of 0, else it cannot be told; where a model gives no rating distribution, mean "
    "absolute error decides; there are no tie-breakers."
)
RULE_RU = (
    "Новая модель лучше (хуже), если 95 % интервал парной разности логарифмической ошибки балла целиком по хорошую "
    "(плохую) сторону от 0, иначе сказать нельзя; если распределения баллов нет, решает средняя абсолютная ошибка; "
    "других правил нет."
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of both models.

    Attributes:
        new: the new model's figure.
        old: the old model's figure.
        difference: new − old, with the interval of the paired difference (the same draws for both).
        verdict: of the new model; None for a measure that is not better or worse by itself (coverage, width).
    """

    new: Figure
    old: Figure
    difference: Figure
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All measures, and the verdict over all by ``decided_by`` (``RULE_EN``, ``RULE_RU``)."""

    measures: dict[str, Compared]
    verdict: Verdict
    decided_by: str
    interactions: int
    customers: int


def compare(answers: Answers, new: Predictions, old: Predictions, resamples: int, seed: int) -> Comparison:
    """Compare two models' estimates of the same interactions.

    Raises:
        InputError: no answers, estimates of other interactions, or of another rating scale.
    """
    _refuse_unlike(answers, new, old)
    samples = [sample_of(answers, new), sample_of(answers, old)]
    whole = [figures_by_draw(sample, answers.weight[np.newaxis]) for sample in samples]
    drawn = draw_figures(samples, answers, resamples, seed)
    customers = int(customer_numbers(answers.customer).max()) + 1
    measures = {}
    for name in MEASURES:
        values, draws = [float(w[name][0]) for w in whole], [d[name] for d in drawn]
        measures[name] = _compared(name, values, draws, customers)
    comparable = measures[DECIDES].difference.value is not None
    decided_by = DECIDES if comparable else DECIDES_WITHOUT_SHARES
    verdict = measures[decided_by].verdict or "cannot_tell"
    return Comparison(measures, verdict, decided_by, len(answers.weight), customers)


def refuse_other_scale(new: RatingScale, old: RatingScale) -> None:
    """Models that estimate different surveys have no common figure.

    Raises:
        InputError: the scales or their thresholds differ.
    """
    if new != old:
        raise InputError(
            f"The two models: expected one rating scale, got {_described(new)} and {_described(old)}; "
            "compare models of the same survey."
        )


def _described(scale: RatingScale) -> str:
    return (
        f"{scale.minimum}–{scale.maximum} (dissatisfied ≤ {scale.dissatisfied_max}, satisfied ≥ {scale.satisfied_min})"
    )


def _refuse_unlike(answers: Answers, new: Predictions, old: Predictions) -> None:
    if not len(answers.weight):
        raise InputError("A comparison: expected answered interactions, got none; give surveys of these interactions.")
    for name, made in (("new", new), ("old", old)):
        if len(made.value) != len(answers.weight):
            raise InputError(
                f"The {name} model: expected estimates of the same {len(answers.weight)} interactions, "
                f"got {len(made.value)}; estimate them all."
            )
        if made.shares.shape[1] != len(answers.scale.ratings):
            raise InputError(
                f"The {name} model: expected a scale of {len(answers.scale.ratings)} ratings as in the survey, "
                f"got {made.shares.shape[1]}; compare models of the same survey."
            )


def _compared(name: str, values: list[float], draws: list[Floats], customers: int) -> Compared:
    new, old = (figure_from(name, value, drawn, customers) for value, drawn in zip(values, draws, strict=True))
    difference = _difference(name, values[0] - values[1], draws[0] - draws[1], customers)
    if new.value is None or old.value is None:
        difference = Figure(value=None, reason=new.reason if new.value is None else old.reason)
    return Compared(new, old, difference, _verdict(difference, MEASURES[name].sign))


def _difference(name: str, value: float, drawn: Floats, customers: int) -> Figure:
    if customers < FEWEST_CUSTOMERS or not len(drawn):
        return Figure(value=value, reason=f"an interval needs draws and at least {FEWEST_CUSTOMERS} customers")
    interval = percentile_interval(value, drawn, reflected=MEASURES[name].reflected)
    if interval is None:
        return Figure(value=value, reason="no interval: not defined in most bootstrap draws")
    return Figure(value=value, low=interval[0], high=interval[1])


def _verdict(difference: Figure, sign: int) -> Verdict | None:
    if not sign:
        return None
    if difference.low is None or difference.high is None:
        return "cannot_tell"
    low, high = sorted((sign * difference.low, sign * difference.high))
    return "better" if low > 0 else "worse" if high < 0 else "cannot_tell"
