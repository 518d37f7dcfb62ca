"""Whether estimates are as good for everybody: errors and coverage by channel, queue, language, tenure and the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control
from scipy.stats import t as student_t

from voxcx.csi.answers import Answers, Floats, Integers, Labels, Predictions
from voxcx.csi.evaluation import weighted
from voxcx.csi.evaluation.metrics import MEASURES, Figure, Sample, figure_from, sample_of
from voxcx.statistics.resampling import customer_numbers, draw_weights, percentile_interval

FEWEST = 30  # interactions; fewer get no figures
UNKNOWN = "unknown"
RESAMPLES, SEED = 200, 0
FALSE_DISCOVERIES = 0.05
ERROR_POINTS, COVERAGE_OFF = 2.0, 0.05  # smaller departures are not worth a sentence
SHOWN = ("pearson", "auc_dissatisfied", "coverage")


@dataclass(frozen=True, slots=True)
class Slice:
    """The interactions with one label of one field.

    Attributes:
        field: what they were cut by.
        label: which ones these are; ``unknown`` where it is not known.
        interactions: how many.
        mean_error_points: mean of estimate − answer; above 0 the model flatters.
        pearson: of estimate and answer.
        auc_dissatisfied: of p_dissatisfied.
        coverage: of the interval.
        off: the mean error's interval excludes 0 (also after Benjamini–Hochberg over slices) and is > 2 points.
        uncovered: the coverage departs from the level by > 5 points of a hundred, tested likewise.
    """

    field: str
    label: str
    interactions: int
    mean_error_points: Figure
    pearson: Figure
    auc_dissatisfied: Figure
    coverage: Figure
    off: bool = False
    uncovered: bool = False


@dataclass(frozen=True, slots=True)
class _Measured:
    figures: dict[str, Figure]
    p_error: float = 1.0
    p_coverage: float = 1.0


def slices(answers: Answers, predictions: Predictions, about: Mapping[str, Labels], level: float) -> tuple[Slice, ...]:
    """Figures of every slice with 95 % intervals, in order of fields and labels.

    Args:
        answers: of the answered interactions.
        predictions: of the same.
        about: field → [n] labels.
        level: what the interval promises to cover.
    """
    found = [(field, label, rows) for field, labels in about.items() for label, rows in _rows_by_label(labels)]
    measured = [_measure(answers.rows(rows), predictions.rows(rows), level) for _, _, rows in found]
    off = _discovered([one.p_error for one in measured])
    uncovered = _discovered([one.p_coverage for one in measured])
    rows = zip(found, measured, off, uncovered, strict=True)
    return tuple(_slice(place, one.figures, flags, level) for place, one, *flags in rows)


def _slice(place: tuple[str, str, Integers], figures: dict[str, Figure], flags: Sequence[bool], level: float) -> Slice:
    return Slice(
        field=place[0],
        label=place[1],
        interactions=len(place[2]),
        mean_error_points=figures["mean_error_points"],
        pearson=figures["pearson"],
        auc_dissatisfied=figures["auc_dissatisfied"],
        coverage=figures["coverage"],
        off=flags[0] and _beyond(figures["mean_error_points"], 0.0, ERROR_POINTS),
        uncovered=flags[1] and _beyond(figures["coverage"], level, COVERAGE_OFF),
    )


def fairness_note(found: Sequence[Slice], level: float) -> tuple[str, ...]:
    """Plain sentences: whom the model flatters or wrongs, whose interval lies, and who are too few to say."""
    sentences = [sentence for one in found for sentence in _sentences(one, level)]
    few = [f"{one.field} {one.label} ({one.interactions})" for one in found if one.interactions < FEWEST]
    if not sentences:
        sentences = ["No slice with enough answers departs clearly in mean error or in coverage."]
        if len(few) == len(found):
            sentences = ["No slice has enough answers to say whether the model is fair to it."]
    if few:
        sentences.append(f"Too few to say (below {FEWEST}): {', '.join(few)}.")
    return tuple(sentences)


def _sentences(one: Slice, level: float) -> list[str]:
    sentences = []
    error, coverage = one.mean_error_points, one.coverage
    if one.off and error.value is not None and error.low is not None and error.high is not None:
        way = "too high" if error.value > 0 else "too low"
        low, high = sorted((abs(error.low), abs(error.high)))
        sentences.append(
            f"{one.field} {one.label}: estimates are {abs(error.value):.1f} points {way} on average "
            f"({low:.1f} to {high:.1f}, {one.interactions} interactions)."
        )
    if one.uncovered and coverage.value is not None:
        way = "too narrow" if coverage.value < level else "too wide"
        sentences.append(
            f"{one.field} {one.label}: the interval covers {coverage.value:.0%} of answers instead of {level:.0%}, "
            f"it is {way} ({one.interactions} interactions)."
        )
    return sentences


def _rows_by_label(labels: Labels) -> list[tuple[str, Integers]]:
    names = np.array([_name(label) for label in labels.tolist()], dtype=object).astype(str)
    return [(str(name), np.flatnonzero(names == name)) for name in np.unique(names)]


def _name(label: object) -> str:
    known = label is not None and label == label and str(label) != ""  # noqa: PLR0124 - NaN is not itself
    return str(label) if known else UNKNOWN


def _measure(answers: Answers, predictions: Predictions, level: float) -> _Measured:
    rows = len(answers.weight)
    if rows < FEWEST:
        too_few = Figure(value=None, reason=f"too few: {rows} interactions, at least {FEWEST} needed")
        return _Measured(dict.fromkeys(("mean_error_points", *SHOWN), too_few))
    sample, customer = sample_of(answers, predictions), customer_numbers(answers.customer)
    customers = int(customer.max()) + 1
    whole = _by_draw(sample, answers.weight[np.newaxis])[:, 0]
    draws = [_by_draw(sample, times * answers.weight) for times in draw_weights(customer, RESAMPLES, SEED)]
    drawn = np.concatenate(draws, axis=1)
    figures = {name: figure_from(name, float(whole[k]), drawn[k], customers) for k, name in enumerate(SHOWN, 1)}
    figures["mean_error_points"] = _error_figure(float(whole[0]), drawn[0], figures["coverage"])
    by_chance = np.sqrt(level * (1 - level) / customers)
    p_error = _p_value(whole[0], drawn[0].std(), customers)
    p_coverage = _p_value(whole[-1] - level, max(drawn[-1].std(), by_chance), customers)
    return _Measured(figures, p_error, p_coverage)


def _by_draw(sample: Sample, w: Floats) -> Floats:
    error = weighted.mean(sample.estimate - sample.answer, w)
    return np.array([error, *(MEASURES[name].by_draw(sample, w) for name in SHOWN)])


def _error_figure(value: float, drawn: Floats, beside: Figure) -> Figure:
    """Has an interval where ``beside``, a figure that is always defined, has one."""
    interval = percentile_interval(value, drawn) if beside.low is not None else None
    if interval is None:
        return Figure(value=value, reason=beside.reason)
    return Figure(value=value, low=interval[0], high=interval[1])


def _p_value(departure: float, error: float, customers: int) -> float:
    if customers < 2 or error <= 0:
        return 1.0
    return float(2 * student_t.sf(abs(departure) / error, customers - 1))


def _discovered(p_values: list[float]) -> Sequence[bool]:
    if not p_values:
        return ()
    adjusted: list[float] = false_discovery_control(p_values).tolist()
    return [p <= FALSE_DISCOVERIES for p in adjusted]


def _beyond(figure: Figure, expected: float, least: float) -> bool:
    if figure.value is None or figure.low is None or figure.high is None:
        return False
    excluded = not figure.low <= expected <= figure.high
    return excluded and abs(figure.value - expected) > least
