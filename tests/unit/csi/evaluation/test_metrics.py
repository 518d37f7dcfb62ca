from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    cohen_kappa_score,
    log_loss,
    mean_absolute_error,
    roc_auc_score,
)

from voxcx.csi.answers import Answers, Predictions, one_answer_each
from voxcx.csi.evaluation.metrics import MEASURES, figures_of, measure
from voxcx.domain.csi import RatingScale

MakePair = Callable[..., tuple[Answers, Predictions]]
SCALE = RatingScale()


def coarse(predictions: Predictions) -> Predictions:
    """The same with many equal estimates."""
    p = predictions
    return Predictions(p.value.round(-1), p.low, p.high, p.p_dissatisfied.round(1), p.p_satisfied, p.shares)


def constant(n: int, value: float = 50.0) -> Predictions:
    column = np.full(n, value)
    shares = np.full((n, 5), 0.2)
    return Predictions(column, column - 40, column + 40, np.full(n, 0.4), np.full(n, 0.4), shares)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_figures_agree_with_scikit_learn(make_pair: MakePair, ties: bool, weighted: bool) -> None:
    answers, made = make_pair(500, 3)
    made = coarse(made) if ties else made
    w = np.random.default_rng(0).uniform(0.2, 3, 500) if weighted else np.ones(500)
    figures = figures_of(replace(answers, weight=w), made)
    rating, unhappy = answers.counts.argmax(axis=1) + 1, answers.dissatisfied
    guess = np.floor(1 + made.value / 25 + 0.5)
    expected = {
        "mae_points": mean_absolute_error(answers.value, made.value, sample_weight=w),
        "auc_dissatisfied": roc_auc_score(unhappy, made.p_dissatisfied, sample_weight=w),
        "average_precision_dissatisfied": average_precision_score(unhappy, made.p_dissatisfied, sample_weight=w),
        "brier_dissatisfied": brier_score_loss(unhappy, made.p_dissatisfied, sample_weight=w),
        "log_loss": log_loss(rating, made.shares, sample_weight=w, labels=list(SCALE.ratings)),
        "qwk": cohen_kappa_score(rating, guess.astype(int), weights="quadratic", sample_weight=w),
        "coverage": np.average((made.low <= answers.value) & (answers.value <= made.high), weights=w),
        "interval_width_points": np.average(made.high - made.low, weights=w),
    }
    if not weighted:
        expected["pearson"] = pearsonr(made.value, answers.value)[0]
        expected["spearman"] = spearmanr(made.value, answers.value)[0]
    for name, value in expected.items():
        assert figures[name] == pytest.approx(float(value), abs=1e-9), name


@given(seed=st.integers(0, 10_000), n=st.integers(5, 60), raters=st.integers(1, 4), ties=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_weight_of_k_is_k_equal_rows(make_pair: MakePair, seed: int, n: int, raters: int, ties: bool) -> None:
    answers, made = make_pair(n, seed, raters=raters)
    made = coarse(made) if ties else made
    times = np.random.default_rng(seed).integers(0, 4, n)
    times[0] = 1
    rows = np.repeat(np.arange(n), times)
    once = figures_of(replace(answers, weight=times.astype(float)), made)
    repeated = figures_of(answers.rows(rows), made.rows(rows))
    assert once == pytest.approx(repeated, abs=1e-8, nan_ok=True)


@given(seed=st.integers(0, 10_000), n=st.integers(2, 60), raters=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter(make_pair: MakePair, seed: int, n: int, raters: int) -> None:
    answers, made = make_pair(n, seed, raters=raters)
    made = coarse(made)
    rows = np.random.default_rng(seed).permutation(n)
    assert figures_of(answers, made) == pytest.approx(figures_of(answers.rows(rows), made.rows(rows)), abs=1e-8)


def test_several_answers_share_their_row() -> None:
    counts = np.array([[1, 1, 0, 0, 2.0], [0, 0, 0, 0, 1.0]])
    answers = Answers(counts, np.array(["a", "b"], dtype=object), np.ones(2), SCALE)
    shares = np.array([[0.1, 0.2, 0.3, 0.2, 0.2], [0, 0, 0, 0.5, 0.5]])
    made = Predictions(
        np.array([60.0, 90.0]), np.array([20.0, 80.0]), np.array([80.0, 100.0]), np.array([0.3, 0.1]),
        np.array([0.4, 1.0]), shares,
    )  # fmt: skip
    figures = figures_of(answers, made)
    assert figures["mae_points"] == pytest.approx((abs(60 - 56.25) + 10) / 2)
    assert figures["auc_dissatisfied"] == 1.0  # half of the first row's answers are in the bottom boxes
    assert figures["auc_dissatisfied_answers"] == pytest.approx((0.5 * 0.5 / 2 + 0.5 * 1) / (0.5 * 1.5))
    assert figures["brier_dissatisfied"] == pytest.approx((0.5 * 0.7**2 + 0.5 * 0.3**2 + 0.1**2) / 2)
    assert figures["coverage"] == pytest.approx((0.25 + 1) / 2)
    row = -(np.log(0.1) + np.log(0.2) + 2 * np.log(0.2)) / 4
    assert figures["log_loss"] == pytest.approx((row - np.log(0.5)) / 2)


def test_calibration_error_of_known_samples() -> None:
    rating = np.where(np.arange(100) % 10 == 0, 1, 5)
    answers = one_answer_each(rating, np.arange(100).astype(str).astype(object), SCALE)
    for stated, error in ((0.1, 0.0), (0.6, 0.5)):
        made = replace(constant(100), p_dissatisfied=np.full(100, stated))
        assert figures_of(answers, made)["ece_dissatisfied"] == pytest.approx(error, abs=1e-9)


def test_calibration_error_takes_ten_bins_of_equal_count() -> None:
    p = np.linspace(0.005, 0.995, 100)
    answers = one_answer_each(np.where(p > 0.5, 1, 5), np.arange(100).astype(str).astype(object), SCALE)
    expected = np.mean([abs(part.mean() - (part > 0.5).mean()) for part in np.split(p, 10)])
    made = replace(constant(100), p_dissatisfied=p)
    assert figures_of(answers, made)["ece_dissatisfied"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pearson", "all equal"),
        ("spearman", "all equal"),
        ("auc_dissatisfied", "dissatisfied, or none"),
        ("average_precision_dissatisfied", "no interaction is dissatisfied"),
    ],
)
def test_what_is_not_defined_says_why(name: str, reason: str) -> None:
    answers = one_answer_each(np.full(40, 5), np.arange(40).astype(str).astype(object), SCALE)
    figure = measure(answers, constant(40), 20, 0)[name]
    assert (figure.value, figure.low, figure.high) == (None, None, None)
    assert reason in figure.reason


def test_a_constant_that_is_always_right_has_no_kappa() -> None:
    answers = one_answer_each(np.full(40, 3), np.arange(40).astype(str).astype(object), SCALE)
    assert figures_of(answers, constant(40))["qwk"] is None
    mixed = one_answer_each(np.arange(40) % 5 + 1, np.arange(40).astype(str).astype(object), SCALE)
    assert figures_of(mixed, constant(40))["qwk"] == pytest.approx(0)


def test_no_answers_at_all(make_pair: MakePair) -> None:
    answers, made = make_pair(5, 0)
    nobody = np.empty(0, dtype=np.int64)
    figures = measure(answers.rows(nobody), made.rows(nobody), 10, 0)
    assert {figure.reason for figure in figures.values()} == {"there are no answers"}


def test_without_a_distribution_only_the_log_loss_is_missing(make_pair: MakePair) -> None:
    answers, made = make_pair(50, 0)
    figures = figures_of(answers, replace(made, shares=np.full((50, 5), np.nan)))
    assert [name for name, value in figures.items() if value is None] == ["log_loss"]


def test_few_customers_have_no_interval(make_pair: MakePair) -> None:
    answers, made = make_pair(90, 0, per_customer=10)
    figure = measure(answers, made, 20, 0)["mae_points"]
    assert figure.low is None
    assert "at least 10 customers" in figure.reason


def test_intervals_hold_their_figure_and_repeat(make_pair: MakePair) -> None:
    answers, made = make_pair(400, 1, raters=2)
    figures = measure(answers, made, 100, 5)
    assert figures == measure(answers, made, 100, 5)
    assert list(figures) == list(MEASURES)
    for name, figure in figures.items():
        assert figure.value is not None, name
        assert figure.low is not None, name
        assert figure.high is not None, name
        assert figure.low <= figure.value <= figure.high, name


def test_the_interval_of_pearson_covers_it(make_pair: MakePair) -> None:
    whole, estimates = make_pair(100_000, 0)
    truth = figures_of(whole, estimates)["pearson"]
    assert truth is not None
    hits = 0
    for seed in range(100):
        figure = measure(*make_pair(300, seed + 1), 100, seed)["pearson"]
        assert figure.low is not None
        assert figure.high is not None
        hits += figure.low <= truth <= figure.high
    assert 88 <= hits <= 99


def test_two_hundred_draws_of_twenty_thousand_rows_are_quick(make_pair: MakePair) -> None:
    answers, made = make_pair(20_000, 1, per_customer=2)
    begun = time.process_time()
    measure(answers, made, 200, 0)
    assert time.process_time() - begun < 10


def test_every_measure_is_defined_in_both_languages() -> None:
    for name, one in MEASURES.items():
        for text in (one.definition.en, one.definition.ru):
            assert text.endswith("."), name
            assert len(text) > 40, name


def test_answers_of_one_customer_are_no_more_than_one_answer(make_pair: MakePair) -> None:
    answers, made = make_pair(300, 1)
    rows = np.repeat(np.arange(300), 6)
    once = measure(answers, made, 200, 0)["mae_points"]
    sixfold = measure(answers.rows(rows), made.rows(rows), 200, 0)["mae_points"]
    assert sixfold.model_dump() == pytest.approx(once.model_dump())
