from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx.csi.calibration import Interval, distribution, fit_interval, in_order, spread_points
from voxcx.csi.evaluation import calibration_error, customer_resamples
from voxcx.domain.csi import RatingScale

PROBABILITIES = st.lists(st.floats(0, 1), min_size=4, max_size=4)


@given(PROBABILITIES)
def test_order_is_restored_and_the_mean_stays(values: list[float]) -> None:
    ordered = in_order(np.array([values]))
    assert (np.diff(ordered) <= 1e-12).all()
    assert ordered.sum() == pytest.approx(sum(values), abs=1e-9)


@given(PROBABILITIES)
def test_a_distribution_sums_to_one(values: list[float]) -> None:
    shares = distribution(in_order(np.array([values])))
    assert shares.shape == (1, 5)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1)


def test_spread_of_a_certain_and_of_a_split_rating() -> None:
    shares = np.array([[0, 0, 0, 0, 1.0], [0.5, 0, 0, 0, 0.5]])
    assert spread_points(shares, RatingScale()).tolist() == [5.0, 50.0]


@pytest.mark.parametrize(("count", "expected"), [(9, 9.0), (19, 18.0), (99, 90.0)])
def test_the_quantile_of_a_split_conformal_interval(count: int, expected: float) -> None:
    answers = np.arange(1.0, count + 1)
    fitted = fit_interval(np.zeros(count), np.ones(count), answers, 0.9)
    assert fitted.quantile == expected


def test_too_few_answers_give_a_wide_interval() -> None:
    assert fit_interval(np.zeros(3), np.ones(3), np.array([1.0, 2.0, 3.0]), 0.9).quantile == 6.0


def test_bounds_stay_on_the_index() -> None:
    low, high = Interval(level=0.9, quantile=2.0).bounds(np.array([90.0]), np.array([20.0]))
    assert (low.tolist(), high.tolist()) == ([50.0], [100.0])


def test_calibration_error_of_known_samples() -> None:
    happened = np.arange(100) % 10 == 0
    assert calibration_error(np.full(100, 0.1), happened) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(np.full(100, 0.6), happened) == pytest.approx(0.5)


def test_resamples_draw_whole_customers() -> None:
    customer = np.array(["a", "b", "a", "c"], dtype=object)
    for index in customer_resamples(customer, 20, np.random.default_rng(0)):
        drawn = index.tolist()
        assert drawn.count(0) == drawn.count(2)
