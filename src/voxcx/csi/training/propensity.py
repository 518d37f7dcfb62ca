"""Who answers the survey, and weights that make those who did resemble all who were asked.

    p       probability to answer, from the features, out of fold (customers stay together), calibrated
    weight  answered share ÷ p, cut at 10, then drawn to a mean of 1

**The weights correct only for what the features show.** Where the rating itself decides who answers – angry customers
hang up, and no feature tells – the weighted mean stays as biased as the plain one. That is so in the simulated
populations and, more or less, in life: the two figures differ by what the features explain, not by the whole bias. A
small difference is no proof that those who are silent think the same.

Who was asked: give the invited interactions only. Where nobody recorded the invitations, all interactions stand for the
invited, and being asked cannot be told from answering.

Hernán and Robins, *Causal Inference: What If*, chapter 12 (stabilised weights); Austin 2011 (balance by standardised
mean differences); Kish 1965 (effective sample size).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voxcx.csi.answers import Answers, Floats, Integers, Labels, Table
from voxcx.csi.training.response_models import (
    Flags,
    Kind,
    better_model,
    customer_folds,
    customer_numbers,
    log_losses,
    plain_columns,
)

FEWEST_PER_SIDE = 25
LARGEST_WEIGHT = 10.0  # cut at the 99th percentile, weights leave up to twice as much of a bias that features show
WORST_SHOWN = 10
LOW_PERCENTILE, HIGH_PERCENTILE = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Balance:
    """How far those who answered are from all who were asked, in standard deviations, before and after weighting."""

    feature: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Response:
    """Who answers.

    Attributes:
        p: [n], calibrated probability to answer.
        weight: [n], 0 where nobody answered; mean 1 over those who did.
        kind: what estimates ``p``; ``constant`` where neither model surely beats it, and all weights are 1.
        asked: how many were asked.
        answered: how many answered.
        effective_n: how many equally weighted answers the weighted ones are worth, (Σw)² ÷ Σw².
        trimmed: how many weights were cut.
        auc: of the better model, taken or not, out of fold; about 0.5 where the features do not show who answers.
            None where no model was tried.
        log_loss: of ``p``.
        log_loss_constant: of the answered share.
        balance: the columns that differed most.
        note: what to tell the reader.
    """

    p: Floats
    weight: Floats
    kind: Kind
    asked: int
    answered: int
    effective_n: float
    trimmed: int
    auc: float | None
    log_loss: float
    log_loss_constant: float
    balance: tuple[Balance, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its 95 % bootstrap interval over customers, percentiles; the weights stay as they are."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BothMeans:
    """CSI in points, satisfied (CSAT) and dissatisfied (CDSAT) as shares: as answered, and weighted."""

    csi: Mean
    csi_weighted: Mean
    csat: Mean
    csat_weighted: Mean
    cdsat: Mean
    cdsat_weighted: Mean


def answer_weights(table: Table, answered: Flags, customer: Labels, seed: int) -> Response:
    """Estimate who answers.

    Args:
        table: columns of all who were asked.
        answered: [n], who of them answered.
        customer: [n]; a customer is never in two folds. "" or None is a customer of its own.
        seed: of the folds.
    """
    rate = float(np.mean(answered))
    kind: Kind = "constant"
    auc: float | None = None
    p = np.full(len(answered), rate)
    if min(answered.sum(), (~answered).sum()) >= FEWEST_PER_SIDE and table:
        p, kind, auc = better_model(table, answered, customer_folds(customer, seed))
    weight, trimmed = _weights(p, answered)
    kept = weight[answered]
    return Response(
        p=p,
        weight=weight,
        kind=kind,
        asked=len(answered),
        answered=int(answered.sum()),
        effective_n=float(kept.sum() ** 2 / max((kept**2).sum(), 1e-12)),
        trimmed=trimmed,
        auc=auc,
        log_loss=float(log_losses(p, answered).mean()),
        log_loss_constant=float(log_losses(np.full(len(answered), rate), answered).mean()),
        balance=_balance(table, answered, weight),
        note=_note(kind, auc),
    )


def both_means(answers: Answers, weights: Floats, seed: int = 0, resamples: int = 500) -> BothMeans:
    """CSI, CSAT and CDSAT of the answers as they are and weighted; ``weights`` [n] of the answered rows.

    Intervals draw whole customers and keep the weights, so they leave out how unsure the weights are.
    """
    satisfied = answers.shares[:, answers.scale.satisfied_min - answers.scale.minimum :].sum(axis=1)
    values = np.stack([answers.value, satisfied, answers.dissatisfied], axis=1)
    number = customer_numbers(answers.customer)
    plain = _means(values, np.ones(len(values)), number, np.random.default_rng(seed).integers, resamples)
    weighted = _means(values, weights, number, np.random.default_rng(seed).integers, resamples)
    return BothMeans(*(one for pair in zip(plain, weighted, strict=True) for one in pair))


def _weights(p: Floats, answered: Flags) -> tuple[Floats, int]:
    """Stabilised, trimmed, mean 1 over the answered."""
    weight = np.zeros(len(p))
    if not answered.any():
        return weight, 0
    raw = answered.mean() / p[answered]
    cut = np.minimum(raw, LARGEST_WEIGHT)
    weight[answered] = cut / cut.mean()
    return weight, int((raw > LARGEST_WEIGHT).sum())


def _balance(table: Table, answered: Flags, weight: Floats) -> tuple[Balance, ...]:
    """The worst columns: (mean of the answered − mean of all) ÷ standard deviation of all."""
    if not answered.any():
        return ()
    found = []
    for name, column in plain_columns(table):
        known = np.isfinite(column)
        every, some = column[known], answered[known]
        if (spread := float(every.std())) == 0 or not some.any():
            continue
        plain, weighted = every[some].mean(), np.average(every[some], weights=weight[known][some])
        found.append(Balance(name, float(plain - every.mean()) / spread, float(weighted - every.mean()) / spread))
    return tuple(sorted(found, key=lambda one: -abs(one.before))[:WORST_SHOWN])


def _note(kind: Kind, auc: float | None) -> str:
    if auc is None:
        return "Too few answered or too few did not: the answers count alike."
    if kind == "constant":
        return (
            f"The features do not show who answers (AUC {auc:.2f}): the answers count alike; silence may still differ."
        )
    return f"The features show a part of who answers (AUC {auc:.2f}); what they do not show is not corrected."


def _means(
    values: Floats, weight: Floats, number: Integers, draw: Callable[..., Integers], resamples: int
) -> tuple[Mean, ...]:
    """Weighted means of the columns of ``values`` with intervals."""
    customers = int(number.max()) + 1
    sums = np.stack([np.bincount(number, weight * one, customers) for one in (*values.T, np.ones(len(values)))], axis=1)
    point = sums.sum(axis=0)
    drawn = np.empty((resamples, values.shape[1]))
    for one in range(resamples):
        total = np.bincount(draw(0, customers, customers), minlength=customers) @ sums
        drawn[one] = total[:-1] / max(total[-1], 1e-12)
    low, high = np.percentile(drawn, [LOW_PERCENTILE, HIGH_PERCENTILE], axis=0)
    means = point[:-1] / point[-1]
    return tuple(Mean(float(a), float(b), float(c)) for a, b, c in zip(means, low, high, strict=True))
