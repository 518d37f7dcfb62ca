from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx.csi.answers import Answers, Floats
from voxcx.csi.boosting import shares_above
from voxcx.csi.calibrating import fit_interval, fit_links
from voxcx.csi.calibration import Interval, distribution, exceeding, in_order, sigmoid, spread_of
from voxcx.csi.evaluation import weighted
from voxcx.domain.csi import RatingScale
from voxcx.statistics.resampling import customer_numbers, draw_weights

PROBABILITIES = st.lists(st.floats(0, 1), min_size=4, max_size=4)
POINTS = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
THRESHOLDS = np.array([2.0, 1.2, 0.4, -1.0])
Drawn = tuple[Floats, Floats, Floats]


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
    assert spread_of(shares, POINTS).tolist() == [5.0, 50.0]
    assert spread_of(shares, POINTS / 25 + 1).tolist() == pytest.approx([0.2, 2.0])


def alone(count: int, level: float = 0.9) -> float:
    """The quantile where row k of ``count`` was certain of 0 and answered k, in units of the floor of the spread."""
    levels = np.arange(count + 1.0)
    certain = np.tile((levels == 0).astype(float), (count, 1))
    answered = np.eye(count + 1)[1:]
    fitted = fit_interval(certain, levels, answered, np.ones(count), level)
    return fitted.quantile * 0.05 * count


@pytest.mark.parametrize(("count", "expected"), [(9, 9.0), (19, 18.0), (99, 90.0)])
def test_the_quantile_of_a_split_conformal_interval(count: int, expected: float) -> None:
    assert alone(count) == pytest.approx(expected)


def test_too_few_answers_give_a_wide_interval() -> None:
    assert alone(3) == pytest.approx(6.0)


def test_bounds_stay_on_the_index() -> None:
    low, high = Interval(level=0.9, quantile=2.0).bounds(np.array([90.0]), np.array([20.0]), 0.0, 100.0)
    assert (low.tolist(), high.tolist()) == ([50.0], [100.0])


def test_calibration_error_of_known_samples() -> None:
    happened = (np.arange(100) % 10 == 0).astype(float)
    for probability, expected in ((0.1, 0.0), (0.6, 0.5)):
        said = np.full(100, probability)
        error = weighted.calibration_error(said, weighted.rank(said), happened, np.ones((1, 100)))
        assert error[0] == pytest.approx(expected, abs=1e-9)


def test_resamples_draw_whole_customers() -> None:
    customer = np.array(["a", "b", "a", "c"], dtype=object)
    drawn = np.concatenate(list(draw_weights(customer_numbers(customer), 20, 0)))
    assert drawn.shape == (20, 4)
    assert (drawn[:, 0] == drawn[:, 2]).all()


@pytest.fixture(scope="module")
def draw() -> Callable[[int, int], Drawn]:
    """Raw scores [n], the distributions they mean [n, 5] and one answer each as shares [n, 5]."""

    def drawing(n: int, seed: int) -> Drawn:
        rng = np.random.default_rng(seed)
        raw = rng.normal(size=n)
        shares = distribution(sigmoid(0.7 * raw[:, np.newaxis] + THRESHOLDS))
        answered = np.array([rng.multinomial(1, p) for p in shares], dtype=float)
        return raw, shares, answered

    return drawing


def starts_of(above: Floats) -> Floats:
    share = above.mean(axis=0)
    return np.log(share / (1 - share))


def test_links_find_the_truth(draw: Callable[[int, int], Drawn]) -> None:
    raw, truth, answered = draw(20_000, 1)
    above = shares_above(answered)
    links = fit_links(raw, above, np.ones(len(raw)), starts_of(above))
    assert [link.slope for link in links] == pytest.approx([0.7] * 4, abs=0.06)
    assert [link.intercept for link in links] == pytest.approx(THRESHOLDS.tolist(), abs=0.06)
    assert np.abs(distribution(exceeding(raw, links)) - truth).max() < 0.02


def test_a_link_never_turns_around_and_says_nothing_of_a_constant(draw: Callable[[int, int], Drawn]) -> None:
    raw, _, answered = draw(400, 2)
    above = shares_above(answered)
    against = fit_links(-raw, above, np.ones(400), starts_of(above))
    assert all(link.slope > 0 for link in against)
    constant = fit_links(np.zeros(400), above, np.ones(400), starts_of(above))
    assert [link.intercept for link in constant] == starts_of(above).tolist()


def test_a_weight_of_links_is_a_repeated_row(draw: Callable[[int, int], Drawn]) -> None:
    raw, _, answered = draw(500, 3)
    above = shares_above(answered)
    weight = 1.0 + np.arange(500) % 3
    rows = np.repeat(np.arange(500), weight.astype(int))
    weighing = fit_links(raw, above, weight, starts_of(above))
    repeated = fit_links(raw[rows], above[rows], np.ones(len(rows)), starts_of(above))
    for one, other in zip(weighing, repeated, strict=True):
        assert (one.slope, one.intercept) == pytest.approx((other.slope, other.intercept), abs=1e-3)


def test_a_weight_of_the_interval_is_a_repeated_row(draw: Callable[[int, int], Drawn]) -> None:
    _, shares, answered = draw(3000, 4)
    weight = 1.0 + (answered[:, 0] > 0) * 3  # the dissatisfied weigh more, so the interval has to be wider
    rows = np.repeat(np.arange(3000), weight.astype(int))
    plain = fit_interval(shares, POINTS, answered, np.ones(3000), 0.9).quantile
    weighing = fit_interval(shares, POINTS, answered, weight, 0.9).quantile
    repeated = fit_interval(shares[rows], POINTS, answered[rows], np.ones(len(rows)), 0.9).quantile
    assert weighing == pytest.approx(repeated, rel=0.01)
    assert weighing > plain
    assert fit_interval(shares, POINTS, answered, 5 * weight, 0.9).quantile == weighing


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_interval_holds_its_level_of_new_answers(draw: Callable[[int, int], Drawn], level: float) -> None:
    held = []
    for seed in range(40):
        _, shares, answered = draw(400, 100 + seed)
        fitted = fit_interval(shares[:200], POINTS, answered[:200], np.ones(200), level)
        low, high = fitted.bounds(shares[200:] @ POINTS, spread_of(shares[200:], POINTS), 0.0, 100.0)
        answer = answered[200:] @ POINTS
        held.append(((low <= answer + 1e-9) & (answer <= high + 1e-9)).mean())
    assert level - 0.01 <= np.mean(held) <= level + 0.04  # few ratings: an interval holds whole ones


def test_answers_of_a_row_share_its_weight(draw: Callable[[int, int], Drawn]) -> None:
    raw, shares, answered = draw(300, 5)
    several = np.array([np.random.default_rng(k).multinomial(4, p) for k, p in enumerate(shares)], dtype=float)
    customer = np.arange(300).astype(object)
    one = Answers(several, customer, np.ones(300), RatingScale())
    thrice = Answers(3 * several, customer, np.ones(300), RatingScale())
    above, starts = shares_above(one.shares), np.array(THRESHOLDS)
    assert fit_links(raw, above, one.weight, starts) == fit_links(raw, shares_above(thrice.shares), one.weight, starts)
    quantiles = [fit_interval(shares, POINTS, a.shares, a.weight, 0.9).quantile for a in (one, thrice)]
    assert quantiles[0] == quantiles[1]
    assert answered.shape == several.shape
