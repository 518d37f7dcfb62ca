from __future__ import annotations

import time

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import text
from voxcx.statistics.curves import knee, monotone, slopes_around


def waits(n: int, seed: int, after: float = -0.25) -> tuple[np.ndarray, np.ndarray]:
    """Index against seconds of waiting, bent at 60 s."""
    rng = np.random.default_rng(seed)
    x = np.minimum(rng.exponential(90, n), 300.0)
    return x, 80 - 0.02 * x + (after + 0.02) * np.maximum(x - 60, 0.0) * (after != -0.02) + rng.normal(0, 20, n)


@pytest.mark.parametrize("increasing", [True, False])
def test_monotone_beside_scikit_learn(increasing: bool) -> None:
    rng = np.random.default_rng(1)
    x, y, weight = rng.integers(0, 30, 200).astype(float), rng.normal(size=200), rng.random(200) + 0.1
    knots, fitted = monotone(x, y, increasing, weight)
    theirs = IsotonicRegression(increasing=increasing).fit(x, y, weight)
    assert fitted == pytest.approx(theirs.predict(knots))
    assert (np.diff(fitted) * (1 if increasing else -1) >= 0).all()


def test_knees_are_found_with_their_slopes() -> None:
    found = [knee(*waits(20_000, seed), seed=seed, draws=200) for seed in range(30)]
    assert {one.verdict for one in found} == {"knee"}
    assert sum(one.at.value == pytest.approx(60, rel=0.15) for one in found) >= 29
    for truth, part in ((60, "at"), (-0.02, "slope_before"), (-0.25, "slope_after")):
        told = [getattr(one, part) for one in found]
        assert sum(one.low <= truth <= one.high for one in told) >= 25  # of 30 at 95 %: fewer: 1 in 300


def test_the_interval_holds_the_break_about_as_often_as_it_says() -> None:
    found = [knee(*waits(1_500, seed), seed=seed, draws=200) for seed in range(60)]
    told = [one.at for one in found if one.verdict == "knee"]
    assert len(told) >= 50
    assert sum((one.low or 0) <= 60 <= (one.high or 0) for one in told) >= 0.85 * len(told)


def test_a_straight_line_is_seldom_bent_and_said_straight_where_many_show_it() -> None:
    verdicts = [knee(*waits(1_000, seed, -0.02), seed=seed, draws=200).verdict for seed in range(60)]
    assert verdicts.count("knee") <= 8  # of 60 at 5 %: more has a chance below 1 in 500
    assert knee(*waits(50_000, 3, -0.02)).verdict == "straight"


def test_slopes_around_a_break_that_is_known() -> None:
    x = np.repeat(np.arange(100.0), 10)
    y = 80 - 0.1 * x - 0.4 * np.maximum(x - 40, 0) + np.tile([-1.0, 1.0], 500)
    sure = slopes_around(x, y, Estimate(40.0, 40.0, 40.0, 1000))
    assert [one.value for one in sure] == pytest.approx([-0.1, -0.5])
    unsure = slopes_around(x, y, Estimate(40.0, 30.0, 50.0, 1000))
    assert [one.value for one in unsure] == pytest.approx([-0.1, -0.5])
    for narrow, wide in zip(sure, unsure, strict=True):
        assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


def test_slopes_without_a_break_are_one() -> None:
    x, y = np.repeat(np.arange(100.0), 10), np.repeat(3 - 0.2 * np.arange(100.0), 10) + np.tile([-1.0, 1.0], 500)
    none = Estimate(None, reason=text("none", "нет"))
    before, after = slopes_around(x, y, none)
    assert before == after
    assert before.value == pytest.approx(-0.2)
    few, _ = slopes_around(x[:50], y[:50], none)
    assert (few.value, few.n) == (None, 50)


def test_few_cannot_tell() -> None:
    for x, y in (waits(40, 4), waits(120, 5, -0.05), (np.arange(500.0) % 4, np.arange(500.0))):
        found = knee(x, y)
        assert (found.verdict, found.at.value) == ("cannot_tell", None)
        assert found.at.reason is not None


def test_abandonment_of_zeros_and_ones() -> None:
    rng = np.random.default_rng(6)
    x = np.minimum(rng.exponential(90, 20_000), 300.0)
    y = (rng.random(20_000) < 0.03 + 0.002 * np.maximum(x - 60, 0.0)).astype(float)
    assert knee(x, y).at.value == pytest.approx(60, rel=0.15)


def test_the_same_seed_gives_the_same_knee_and_it_is_quick() -> None:
    x, y = waits(50_000, 7)
    start = time.process_time()
    first = knee(x, y, seed=1)
    assert time.process_time() - start < 2  # it takes a tenth of a second
    assert knee(x, y, seed=1) == first
