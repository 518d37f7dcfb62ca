from __future__ import annotations

import numpy as np
import pytest

from voxcx.statistics.resampling import customer_numbers, draw_weights, percentile_interval


def test_draws_take_whole_customers() -> None:
    numbers = customer_numbers(np.array(["a", "b", "a", "c"], dtype=object))
    drawn = np.concatenate(list(draw_weights(numbers, 50, 0)))
    assert drawn.shape == (50, 4)
    assert (drawn[:, 0] == drawn[:, 2]).all()
    assert (drawn[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert len(np.unique(drawn, axis=0)) > 5


def test_unknown_customers_are_not_one_customer() -> None:
    numbers = customer_numbers(np.array([None, "", "a", None, "a"], dtype=object))
    assert len(set(numbers.tolist())) == 4
    assert numbers[2] == numbers[4]


def test_the_same_seed_gives_the_same_draws() -> None:
    numbers = np.arange(30)
    first, again, other = (np.concatenate(list(draw_weights(numbers, 5, seed))) for seed in (1, 1, 2))
    assert (first == again).all()
    assert not (first == other).all()


def test_no_draws() -> None:
    assert list(draw_weights(np.arange(5), 0, 0)) == []
    assert percentile_interval(1.0, np.empty(0)) is None


def test_an_interval_needs_half_of_the_draws() -> None:
    drawn = np.array([1.0, 2.0, np.nan, np.nan, np.nan])
    assert percentile_interval(1.5, drawn) is None
    assert percentile_interval(1.5, drawn[:4]) == pytest.approx((1.025, 1.975))


def test_a_mirrored_interval_lies_below_its_draws_and_holds_the_figure() -> None:
    drawn = np.linspace(0.03, 0.05, 201)
    low, high = percentile_interval(0.02, drawn, reflected=True) or (0.0, 0.0)
    assert low == pytest.approx(-0.0095)
    assert high == 0.02
