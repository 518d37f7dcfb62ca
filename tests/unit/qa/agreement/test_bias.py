from __future__ import annotations

import numpy as np
import pytest

from voxcx.qa.agreement.bias import Against, Compared, biases
from voxcx.qa.agreement.tables import cohens_kappa, gwets_ac1, table_of
from voxcx.qa.agreement.verdicts import Pair, agreement_of


def people(**rows: list[Compared]) -> dict[str, tuple[Against, list[Compared]]]:
    return {name: ("people", given) for name, given in rows.items()}


def test_a_bias_is_the_mean_difference_on_the_same_interactions() -> None:
    strict = [Compared(k, 1.0 if k < 30 else 0.0, 1.0 if k < 10 else 0.0) for k in range(100)]
    mild = [Compared(k, 1.0 if k < 10 else 0.0, 1.0 if k < 30 else 0.0) for k in range(100)]

    first, second = biases(people(strict=strict, mild=mild))

    assert {first.evaluator, second.evaluator} == {"strict", "mild"}
    by_name = {one.evaluator: one for one in (first, second)}
    assert (by_name["strict"].error_rate, by_name["strict"].others_rate) == (0.3, 0.1)
    assert by_name["strict"].value == pytest.approx(0.2)
    assert by_name["mild"].value == pytest.approx(-0.2)
    low, shrunk = by_name["strict"].low, by_name["strict"].shrunk
    assert low is not None
    assert 0.1 < low < 0.2
    assert shrunk is not None
    assert 0.1 < shrunk < 0.2


def test_few_marks_without_a_difference_are_no_proof() -> None:
    rows = [Compared(k, 0.0, 0.0) for k in range(10)]
    (made,) = biases(people(new=rows))

    assert made.value == 0.0
    assert made.shrunk == 0.0
    assert made.high is not None
    assert made.high > 0.1
    assert made.needed is not None
    assert made.needed > 10


def test_one_evaluator_alone_is_believed_by_the_prior() -> None:
    (made,) = biases({"ann": ("machine", [Compared(k, float(k % 5 == 0), 0.0) for k in range(200)])})

    assert made.shrunk is not None
    assert 0.15 < made.shrunk < 0.2


def test_under_five_interactions_nothing_is_said() -> None:
    (made,) = biases(people(new=[Compared(k % 4, 1.0, 0.0) for k in range(40)]))

    assert (made.value, made.interactions, made.marks) == (None, 4, 40)


def test_an_evaluator_without_compared_marks_is_left_out() -> None:
    assert biases(people(nobody=[])) == ()


def simulated(rng: np.random.Generator, interactions: int, bias: tuple[float, ...]) -> dict[str, list[Compared]]:
    """Evaluators who call what is right an error with that chance, each marking two thirds of ten criteria."""
    difficulty = rng.beta(2, 6, interactions)  # marks of one interaction are alike
    truth = rng.random((interactions, 10)) < difficulty[:, None]
    marks = [truth | (rng.random(truth.shape) < extra) for extra in bias]
    seen = [rng.random(interactions) < 2 / 3 for _ in bias]
    rows: dict[str, list[Compared]] = {str(k): [] for k in range(len(bias))}
    for i in range(interactions):
        here = [k for k in range(len(bias)) if seen[k][i]]
        for k in here if len(here) > 1 else ():
            others = np.mean([marks[o][i] for o in here if o != k], axis=0)
            rows[str(k)] += [Compared(i, float(marks[k][i, c]), float(others[c])) for c in range(10)]
    return rows


def test_intervals_of_bias_hold_the_truth() -> None:
    extra = (0.0, 0.0, 0.1, 0.3)
    held = []
    truth: dict[str, float] = {}
    large = simulated(np.random.default_rng(0), 6000, extra)
    truth = {name: float(np.mean([row.found - row.others for row in rows])) for name, rows in large.items()}
    for seed in range(60):
        rows = simulated(np.random.default_rng(1000 + seed), 40, extra)
        for one in biases(people(**rows)):
            assert one.low is not None
            assert one.high is not None
            held.append(one.low <= truth[one.evaluator] <= one.high)

    assert np.mean(held) > 0.9


def test_intervals_of_agreement_hold_the_truth() -> None:
    """A scorer of known sensitivity and specificity, errors rare as they are."""
    sensitivity, specificity, rate, n = 0.8, 0.97, 0.1, 120
    cells = np.array([[rate * sensitivity, rate * (1 - sensitivity)], [(1 - rate) * (1 - specificity), 0.0]])
    cells[1, 1] = 1 - cells.sum()
    exact = [measure(cells * 1e6).value for measure in (cohens_kappa, gwets_ac1)]
    flagged = cells[:, 0].sum()
    exact += [cells[0, 0] / flagged, sensitivity, specificity, cells[0, 0] + cells[1, 1]]
    held = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        error = rng.random(n) < rate
        machine = np.where(error, rng.random(n) < sensitivity, rng.random(n) > specificity)
        made = agreement_of(
            Pair(str(k), "not_met" if machine[k] else "met", "not_met" if error[k] else "met") for k in range(n)
        )
        figures = (made.kappa, made.ac1, made.precision, made.recall, made.specificity, made.agreement)
        held.append(
            [
                f.low is not None and f.high is not None and f.low <= t <= f.high
                for f, t in zip(figures, exact, strict=True)
            ]
        )

    assert np.mean(held, axis=0).min() > 0.88


def test_the_table_of_a_perfect_scorer_reaches_one() -> None:
    counts = table_of([("met", "met")] * 40 + [("not_met", "not_met")] * 5, ("met", "not_met"))
    kappa = cohens_kappa(counts)

    assert kappa.value == 1.0
    assert kappa.high == 1.0
    assert kappa.low is not None
    assert 0.5 < kappa.low < 1.0
