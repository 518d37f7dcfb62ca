from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from voxcx.statistics.curves import ordinal_knee
from voxcx.statistics.ordinal import cells_of, fitted, latent_means

EDGES = np.array([-2.0, -1.5, -1.0, -0.3])  # most give the best rating
NO_STRATA: tuple[np.ndarray, ...] = ()


def rated(n: int, seed: int, knee_s: float = 90.0, slope: float = -0.8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Waits, ratings 1–5 whose hidden mean falls by ``slope`` a minute after the knee, and queues, one of them sad."""
    rng = np.random.default_rng(seed)
    x = np.minimum(rng.lognormal(np.log(50), 1.0, n), 400.0)
    sad = rng.random(n) < np.where(x > 60, 0.6, 0.3)
    eta = slope * np.maximum(x - knee_s, 0) / 60 - 0.7 * sad
    y = 1.0 + np.searchsorted(EDGES, eta + rng.normal(0, 1, n))
    return x, y, np.where(sad, "sad", "glad").astype(object)


def test_thresholds_and_coefficients_beside_statsmodels() -> None:
    # 12 different x are 12 bins, so nothing is lost to binning; the ridge moves what 800 rows say by less than 2 %
    rng = np.random.default_rng(1)
    x, queue = rng.integers(0, 12, 800).astype(float), rng.choice(["a", "b", "c"], 800).astype(object)
    eta = 0.15 * x + np.where(queue == "b", 0.5, 0.0) - np.where(queue == "c", 0.4, 0.0)
    y = np.searchsorted([-0.5, 0.5, 1.5], eta + rng.normal(size=800)).astype(float)
    cells = replace(cells_of(x, y, (queue,)), lapse=np.zeros(4))  # statsmodels knows no random answers
    ours = fitted(cells, cells.x[:, np.newaxis])
    model = OrderedModel(y.astype(int), np.stack([x, queue == "b", queue == "c"], axis=1).astype(float), distr="probit")
    theirs = model.fit(method="bfgs", disp=False)
    assert ours.coefficients == pytest.approx(theirs.params[:3], rel=0.02)
    assert ours.thresholds == pytest.approx(model.transform_threshold_params(theirs.params)[1:-1], abs=0.01)
    assert ours.likelihood == pytest.approx(theirs.llf, abs=0.1)
    # One step from a saturated fit stands still, and the information of two differences of means is statsmodels' own.
    saturated = np.eye(12)[:, 1:]
    means = latent_means(cells, saturated)
    covariance = np.linalg.inv(means.root.T @ means.root)
    dummies = np.concatenate(
        [saturated[x.astype(int)], np.stack([queue == "b", queue == "c"], axis=1).astype(float)], axis=1
    )
    apart = OrderedModel(y.astype(int), dummies, distr="probit").fit(method="bfgs", disp=False, maxiter=500)
    told = np.linalg.solve(means.root, means.seen)
    for one, other in ((11, 0), (7, 0)):
        error = np.sqrt(covariance[one, one] + covariance[other, other] - 2 * covariance[one, other])
        assert told[one] - told[other] == pytest.approx(apart.params[one - 1], abs=0.05)
        assert error == pytest.approx(apart.bse[one - 1], rel=0.05)


def test_bins_of_one_answer_stay_finite() -> None:
    x = np.repeat(np.arange(20.0), 20)
    y = np.where(x < 8, 5.0, np.where(x > 12, 1.0, 1.0 + np.arange(400) % 5))
    means = latent_means(cells_of(x, y, NO_STRATA), np.arange(20.0)[:, np.newaxis])
    told = np.linalg.solve(means.root, means.seen)
    assert np.isfinite(told).all()
    assert told[0] > told[10] > told[19]


def test_odd_answers_after_long_waits_do_not_drag_the_knee_along() -> None:
    # A line that goes on falling makes a five after 400 s next to impossible (η = −4.8): five of them must not decide.
    x, y, queue = rated(8_000, 5)
    plain = ordinal_knee(x, y, (queue,))
    y[np.flatnonzero(x == x.max())[:5]] = 5.0
    odd = ordinal_knee(x, y, (queue,))
    assert odd.at.value == pytest.approx(plain.at.value, abs=4)


def test_small_levels_go_together_and_many_answers_are_grouped() -> None:
    x, y = np.arange(200.0), np.arange(200.0)
    queue = np.array(["big"] * 150 + [f"small {one}" for one in range(50)], dtype=object)
    cells = cells_of(x, y, (queue,))
    assert cells.counts.shape[1] == 11
    assert cells.counts.sum() == 200
    assert cells.dummies.shape[1] == 1


def test_a_planted_knee_of_ratings_is_found_beside_its_queues() -> None:
    found = [ordinal_knee(x, y, (queue,), seed=seed) for seed in range(20) for x, y, queue in [rated(8_000, seed)]]
    assert {one.verdict for one in found} == {"knee"}
    at = np.array([one.at.value for one in found], dtype=float)
    assert abs(at.mean() - 90) < 5  # a mean of 20 whose error is about 1.5
    for truth, part in ((90, "at"), (0.0, "slope_before"), (-0.8 / 60, "slope_after")):
        told = [getattr(one, part) for one in found]
        assert sum(one.low <= truth <= one.high for one in told) >= 16  # of 20 at 95 %: fewer: 1 in 400


def test_what_is_straight_on_the_hidden_scale_has_no_knee_though_its_mean_rating_bends() -> None:
    drawn = [rated(2_000, 100 + seed, knee_s=0.0, slope=-0.5) for seed in range(40)]
    verdicts = [ordinal_knee(x, y, (queue,), seed=seed).verdict for seed, (x, y, queue) in enumerate(drawn)]
    assert verdicts.count("knee") <= 6  # of 40 at 5 %: more has a chance of 1 in 300


def test_too_few_and_all_alike_cannot_tell() -> None:
    x, y, queue = rated(59, 1)
    few = ordinal_knee(x, y, (queue,))
    alike = ordinal_knee(np.arange(200.0), np.full(200, 5.0), NO_STRATA)
    steps = ordinal_knee(np.arange(500.0) % 4, np.arange(500.0) % 5, NO_STRATA)
    for one in (few, alike, steps):
        assert (one.verdict, one.at.value) == ("cannot_tell", None)
        assert one.at.reason is not None


def test_two_answers_are_enough_and_a_sure_step_does_not_run_away() -> None:
    x = np.linspace(1, 200, 2_000)
    y = (x < 90).astype(float)
    found = ordinal_knee(x, y, NO_STRATA)
    assert np.isfinite([found.slope_after.value, found.slope_before.value]).all()


def test_it_is_quick() -> None:
    x, y, queue = rated(20_000, 2)
    hour = np.arange(20_000).astype(str).astype("U1").astype(object)
    start = time.process_time()
    ordinal_knee(x, y, (queue, hour))
    assert time.process_time() - start < 3  # it takes half a second
