"""Models of who answers a survey: columns in, probabilities out of fold out; the constant where they learn nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from voxcx.csi.answers import Floats, Integers, Labels, Table

Flags = NDArray[np.bool_]
Kind = Literal["forest", "logistic", "constant"]
Fit = Callable[[Floats, Flags], Callable[[Floats], Floats]]
FOLDS = 5
SURE_ERRORS = 2.0  # a model has to beat the constant's log loss by as many standard errors
LEAST_PROBABILITY = 0.01
FEWEST_FOR_TREES, ROWS_FOR_TREES = 4_000, 20_000  # weak effects need rows; more of them than this cost only time
LEVELS_AT_MOST, ROWS_PER_LEVEL = 20, 30


def better_model(table: Table, answered: Flags, fold: Integers) -> tuple[Floats, Kind, float]:
    """The model of the smaller log loss, if it surely beats the constant; else the constant."""
    named = dict(plain_columns(table))
    plain = np.stack(list(named.values()), axis=1)
    tries: list[tuple[Kind, Floats]] = [("logistic", _out_of_fold(_filled(plain), answered, fold, _fit_logistic))]
    if len(answered) >= FEWEST_FOR_TREES:
        tries.append(("forest", _out_of_fold(_filled(plain), answered, fold, _fit_forest)))
    kind, p = min(tries, key=lambda one: float(log_losses(one[1], answered).mean()))
    rate = np.full(len(answered), answered.mean())
    gain = log_losses(rate, answered) - log_losses(p, answered)
    auc = float(roc_auc_score(answered, p))
    if gain.mean() < SURE_ERRORS * gain.std() / np.sqrt(len(gain)):
        return rate, "constant", auc
    return p, kind, auc


def plain_columns(table: Table) -> Iterator[tuple[str, Floats]]:
    """Numbers with NaN as they are; a column for each frequent level, and for each set of rows that lacks something."""
    seen: set[bytes] = set()
    for name, column in table.items():
        known = _known(column)
        if column.dtype == object:
            texts = np.array(["" if one is None else str(one) for one in column.tolist()])
            levels, counts = np.unique(texts[known], return_counts=True)
            frequent = np.argsort(-counts, kind="stable")[:LEVELS_AT_MOST]
            for level in levels[frequent][counts[frequent] >= ROWS_PER_LEVEL].tolist():
                yield f"{name}={level}", (texts == level).astype(float)
        elif known.any() and np.ptp(column[known].astype(float)) > 0:
            yield name, column.astype(float)
        pattern = np.packbits(known).tobytes()
        if known.any() and not known.all() and pattern not in seen:
            seen.add(pattern)
            yield f"{name} unknown", (~known).astype(float)
    yield "", np.zeros(len(next(iter(table.values()))))


def _known(column: NDArray[Any]) -> Flags:
    if column.dtype == object:
        return np.array([one is not None and str(one) != "" for one in column.tolist()], dtype=bool)
    known: Flags = np.isfinite(column.astype(float))
    return known


def _filled(plain: Floats) -> Floats:
    """Standardised, cut at 5 deviations, unknown as the mean: what a linear model needs."""
    mean, spread = np.nanmean(plain, axis=0), np.nanstd(plain, axis=0)
    filled: Floats = np.nan_to_num(np.clip((plain - mean) / np.maximum(spread, 1e-9), -5, 5), nan=0.0)
    return filled


def customer_folds(customer: Labels, seed: int) -> Integers:
    """Each row's fold; a customer has one."""
    number = customer_numbers(customer)
    return (np.random.default_rng(seed).permutation(int(number.max()) + 1) % FOLDS)[number]


def customer_numbers(customer: Labels) -> Integers:
    """Customers as numbers; who is not known is a customer of its own."""
    names = [str(one) if one else f"row {row}" for row, one in enumerate(customer.tolist())]
    number: dict[str, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)


def _out_of_fold(values: Floats, answered: Flags, fold: Integers, fit: Fit) -> Floats:
    """Log odds of models that have not seen the customer, recalibrated likewise by two numbers, level and slope."""
    odds = np.empty(len(values))
    for one in range(FOLDS):
        odds[fold == one] = fit(values[fold != one], answered[fold != one])(values[fold == one])
    p = np.empty(len(values))
    for one in range(FOLDS):
        p[fold == one] = _calibrated(odds[fold != one], answered[fold != one], odds[fold == one])
    return np.clip(p, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)


def _calibrated(odds: Floats, answered: Flags, here: Floats) -> Floats:
    """A slope below 0 says that the model has learned nothing: everybody gets the mean."""
    platt = LogisticRegression(C=1e6, max_iter=500).fit(odds[:, np.newaxis], answered)
    if platt.coef_[0, 0] <= 0:
        return np.full(len(here), answered.mean())
    p: Floats = platt.predict_proba(here[:, np.newaxis])[:, 1]
    return p


def _fit_forest(values: Floats, answered: Flags) -> Callable[[Floats], Floats]:
    """A forest, since its trees grow in one thread and always alike; unknown values have columns of their own."""
    forest = RandomForestClassifier(40, max_depth=7, min_samples_leaf=50, max_features="sqrt", random_state=0)
    some = slice(None, None, -(-len(values) // ROWS_FOR_TREES))
    forest.fit(values[some], answered[some])

    def score(rows: Floats) -> Floats:
        p = np.clip(forest.predict_proba(rows)[:, 1], LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
        odds: Floats = np.log(p / (1 - p))
        return odds

    return score


def _fit_logistic(values: Floats, answered: Flags) -> Callable[[Floats], Floats]:
    model = LogisticRegression(C=0.01, max_iter=500, tol=1e-3).fit(values, answered)

    def score(rows: Floats) -> Floats:
        odds: Floats = model.decision_function(rows)
        return odds

    return score


def log_losses(p: Floats, answered: Flags) -> Floats:
    """Log loss, row by row."""
    own = np.where(answered, p, 1 - p)
    losses: Floats = -np.log(np.maximum(own, 1e-12))
    return losses
