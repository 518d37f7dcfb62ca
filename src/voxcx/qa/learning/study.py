"""What a trained criterion is worth: every interaction is judged by one that was learned without its group.

All that is found on the way – terms, strength, calibration, thresholds – is found anew inside each fold, so the figures
are of the whole procedure. A verdict that was not shown to be right is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from voxcx.qa.agreement.figures import Figure, share
from voxcx.qa.learning.beside import baselines, by_evaluator
from voxcx.qa.learning.examples import FEWEST, Examples
from voxcx.qa.learning.figures import Figures, area, compare
from voxcx.qa.learning.fitting import Fitted, Floats, Rows, Table, fit, folds, table_of, weighted
from voxcx.qa.learning.judge import TrainedCriterion
from voxcx.qa.learning.terms import is_word
from voxcx.qa.learning.thresholds import Thresholds, proven

Told = tuple[bool | None, ...]
OnStep = Callable[[str, float], None]
UNLIKE = 0.01  # of the interactions have a smaller share of known words
LEAST_KNOWN_AT_MOST = 0.5  # new products bring new words; half of them is another subject
DIGITS = 6
STRONGEST = 15  # terms that the card shows each way


@dataclass(frozen=True, slots=True)
class AtTarget:
    """Held-out figures with the verdicts that were shown to be right; ``silent``: what is never told, and why not."""

    figures: Figures
    silent: Mapping[Literal["met", "not_met"], str]


@dataclass(frozen=True, slots=True)
class Study:
    """Figures on held-out folds. ``baselines``: name → figures on the interactions it judged.

    ``new_queue``: of interactions judged by what was learned from other queues; None where there are too few queues.
    ``held_out``: target → verdict of every example, those that are switched off among them.
    """

    area: Figure
    targets: Mapping[float, AtTarget]
    baselines: Mapping[str, Figures]
    evaluators: Mapping[str, Figures]
    strongest: Mapping[Literal["met", "not_met"], Sequence[tuple[str, float]]]
    strength: float
    held_out: Mapping[float, Told]
    new_queue: Figures | None = None


def learn(
    examples: Examples, target: float, on_step: OnStep = lambda _text, _done: None
) -> tuple[TrainedCriterion, Study]:
    """Learn one criterion and measure it; the same examples give the same numbers."""
    table = table_of(
        [one.terms for one in examples.examples],
        [one.share_not_met for one in examples.examples],
        examples.groups,
        examples.speakers,
    )
    chances, by_target, known = _held_out(table, examples, target, on_step)
    on_step("learning from all", 0.9)
    fitted = fit(table, np.arange(len(table)), target)
    truth = examples.errors
    targets, thresholds = {}, {}
    for one, told in by_target.items():
        silent = _silent(told, truth, one, fitted.thresholds[one])
        targets[one] = AtTarget(compare(_kept(told, silent), truth), silent)
        thresholds[one] = _switched(fitted.thresholds[one], silent)
    on_step("learning without each queue", 0.95)
    new_queue, carries = _new_queue(table, examples, target, targets[target].silent)
    least = min(LEAST_KNOWN_AT_MOST, float(np.quantile(known, UNLIKE, method="lower")))
    queues = () if carries else tuple(sorted({one.judged.queue for one in examples.examples}))
    trained = replace(_trained(examples, table, fitted, (target, thresholds), least), queues=queues)
    told = tuple(_kept(by_target[target], targets[target].silent))
    study = Study(
        area(chances, truth),
        targets,
        baselines(examples),
        by_evaluator(examples, told),
        _strongest(trained, fitted, table),
        fitted.strength,
        by_target,
        new_queue,
    )
    return trained, study


def _held_out(
    table: Table, examples: Examples, target: float, on_step: OnStep
) -> tuple[list[float], dict[float, Told], Floats]:
    """Each interaction's chance, verdicts by target and share of known words, from folds without its group."""
    everyone: Rows = np.arange(len(table))
    chances = [float(table.share.mean())] * len(table)
    told: dict[float, list[bool | None]] = {}
    known = np.ones(len(table))
    words = np.array(
        [sum(count for term, count in one.terms.items() if is_word(term)) for one in examples.examples], dtype=float
    )
    single = np.array([is_word(term) for term in table.terms], dtype=bool)
    parts = folds(table, everyone)
    for number, (train, test) in enumerate(parts):
        on_step(f"fold {number + 1} of {len(parts)}", 0.9 * number / len(parts))
        fitted = fit(table, train, target)
        columns = fitted.weights.columns
        seen = np.asarray(table.counts[test][:, columns[single[columns]]].sum(axis=1)).ravel()
        known[test] = seen / np.maximum(words[test], 1.0)
        for k, chance in zip(test.tolist(), fitted.chances(table.counts[test]), strict=True):
            chances[k] = chance
            for one, thresholds in fitted.thresholds.items():
                told.setdefault(one, [None] * len(table))[k] = thresholds.verdict(chance)
    return chances, {one: tuple(verdicts) for one, verdicts in sorted(told.items())}, known


def _new_queue(
    table: Table, examples: Examples, target: float, silent: Mapping[Literal["met", "not_met"], str]
) -> tuple[Figures | None, bool]:
    """Figures on queues that were not learned from, and whether verdicts may be given in any queue.

    Where no queue is known there is nothing to tell apart. A verdict that is right in the queues it was learned from
    may be wrong in another: another company, other templates, other people to mark it.
    """
    queue = np.array([one.judged.queue for one in examples.examples], dtype=object)
    names = sorted({name for name in queue.tolist() if name})
    if not names:
        return None, True
    parts: list[tuple[Told, tuple[bool, ...]]] = []
    for name in names:
        train, test = np.flatnonzero(queue != name), np.flatnonzero(queue == name)
        errors = int(table.error[train].sum())
        if min(errors, len(train) - errors) >= FEWEST:
            fitted = fit(table, train, target)
            verdicts = tuple(fitted.thresholds[target].verdict(one) for one in fitted.chances(table.counts[test]))
            parts.append((_kept(verdicts, silent), tuple(table.error[test].tolist())))
    if not parts:
        return None, False
    told, truth = [one for part, _ in parts for one in part], [one for _, part in parts for one in part]
    sides = [error for error, side in ((True, "not_met"), (False, "met")) if side not in silent]
    carries = all(
        proven(told, truth, error, target) and not any(_fails(*part, error, target) for part in parts)
        for error in sides
    )
    return compare(told, truth), carries


def _fails(told: Told, truth: Sequence[bool], error: bool, target: float) -> bool:
    """Surely right less often than promised."""
    right = [one == error for said, one in zip(told, truth, strict=True) if said is error]
    high = share(sum(right), len(right)).high
    return high is not None and high < target


def _silent(
    told: Told, truth: Sequence[bool], target: float, thresholds: Thresholds
) -> dict[Literal["met", "not_met"], str]:
    """Verdicts that are never told, and why."""
    silent: dict[Literal["met", "not_met"], str] = {}
    for name, error, cut in (("met", False, thresholds.met), ("not_met", True, thresholds.not_met)):
        if not proven(told, truth, error, target):
            silent["not_met" if name == "not_met" else "met"] = "not shown to be right often enough on held-out folds"
        elif cut is None:
            silent["not_met" if name == "not_met" else "met"] = "no threshold keeps it right often enough"
    return silent


def _kept(told: Told, silent: Mapping[Literal["met", "not_met"], str]) -> Told:
    return tuple(None if one is None or ("not_met" if one else "met") in silent else one for one in told)


def _switched(thresholds: Thresholds, silent: Mapping[Literal["met", "not_met"], str]) -> Thresholds:
    return Thresholds(None if "not_met" in silent else thresholds.not_met, None if "met" in silent else thresholds.met)


def _trained(
    examples: Examples, table: Table, fitted: Fitted, at: tuple[float, Mapping[float, Thresholds]], least: float
) -> TrainedCriterion:
    weights = fitted.weights
    target, thresholds = at
    terms = {
        table.terms[column]: (idf, coefficient)
        for column, idf, coefficient in zip(
            weights.columns.tolist(), weights.idf.tolist(), weights.coefficients.tolist(), strict=True
        )
    }
    kinds = tuple(sorted({one.judged.kind for one in examples.examples if one.judged.kind}))
    return TrainedCriterion(
        examples.criterion, examples.language, examples.by, kinds, terms, weights.intercept, fitted.calibration,
        thresholds, target, least,
    )  # fmt: skip


def _strongest(
    trained: TrainedCriterion, fitted: Fitted, table: Table
) -> dict[Literal["met", "not_met"], list[tuple[str, float]]]:
    """Terms that push most each way: coefficient × spread of the term's TF-IDF, so that rare ones do not lead."""
    weights = fitted.weights
    made = weighted(table.counts[:, weights.columns], weights.idf)
    mean = np.asarray(made.mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(np.asarray(made.multiply(made).mean(axis=0)).ravel() - mean**2, 0.0))
    pushes = sorted(
        zip(trained.terms, np.round(weights.coefficients * spread, DIGITS).tolist(), strict=True),
        key=lambda one: (one[1], one[0]),
    )
    return {
        "not_met": [one for one in reversed(pushes[-STRONGEST:]) if one[1] > 0],
        "met": [one for one in pushes[:STRONGEST] if one[1] < 0],
    }
