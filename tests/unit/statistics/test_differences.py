from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy.stats import spearmanr, ttest_ind

from voxcx.statistics.differences import (
    adjusted_difference,
    correlation_change,
    mean_difference,
    pearson,
    spearman,
)


def calls(n: int, seed: int, agents: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    agent, queue = rng.integers(0, agents, n), rng.integers(0, 3, n)
    late = rng.random(n) < 0.15 + 0.2 * queue
    csi = 70 + 4.0 * queue - 3.0 * agent - 8.0 * late + rng.normal(0, 20, n)
    columns = {"csi": csi, "late": late, "agent": agent.astype(str), "queue": queue.astype(str)}
    return pd.DataFrame({**columns, "customer": rng.integers(0, n // 3, n).astype(str)})


def labels(frame: pd.DataFrame, *names: str) -> list[np.ndarray]:
    return [frame[name].to_numpy(dtype=object) for name in names]


def test_mean_difference_beside_scipy() -> None:
    rng = np.random.default_rng(1)
    values, exposed = rng.normal(50, 10, 80), np.arange(80) < 25
    values[exposed] *= 1.3
    made, theirs = mean_difference(values, exposed), ttest_ind(values[exposed], values[~exposed], equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert (made.low, made.high, made.p) == pytest.approx((interval.low, interval.high, theirs.pvalue))


@pytest.mark.parametrize("strata", [("agent",), ("agent", "queue")])
def test_adjusted_difference_beside_least_squares_with_dummies(strata: tuple[str, ...]) -> None:
    frame = calls(600, 2)
    made = adjusted_difference(frame["csi"].to_numpy(), frame["late"].to_numpy(), labels(frame, *strata))
    fit = smf.ols("csi ~ late + " + " + ".join(f"C({name})" for name in strata), frame).fit(cov_type="HC2")
    assert made.value == pytest.approx(fit.params["late[T.True]"], rel=1e-8)
    half = ((made.high or 0) - (made.low or 0)) / 2
    # Student's t and, with two strata, leverages as if they were balanced.
    assert half == pytest.approx(1.96 * fit.bse["late[T.True]"], rel=0.02)


def test_clustered_errors_beside_statsmodels() -> None:
    frame = calls(900, 3)
    (customer,) = labels(frame, "customer")
    made = adjusted_difference(frame["csi"].to_numpy(), frame["late"].to_numpy(), labels(frame, "agent"), customer)
    groups = {"groups": frame["customer"].astype(int)}
    fit = smf.ols("csi ~ late + C(agent)", frame).fit(cov_type="cluster", cov_kwds=groups)
    half = ((made.high or 0) - (made.low or 0)) / 2
    assert made.value == pytest.approx(fit.params["late[T.True]"], rel=1e-8)
    assert half == pytest.approx(1.97 * fit.bse["late[T.True]"], rel=0.03)


def test_strata_take_out_what_they_bring() -> None:
    agent = np.repeat(np.array(["a", "b"], dtype=object), 100)
    late = np.r_[np.arange(100) < 20, np.arange(100) < 80]
    csi = np.where(agent == "a", 80.0, 40.0) + np.random.default_rng(4).normal(0, 5, 200)
    plain, within = mean_difference(csi, late), adjusted_difference(csi, late, [agent])
    assert (plain.high or 0) < -10
    assert abs(within.value or 9) < 3


def test_what_cannot_be_compared_says_why() -> None:
    agent = np.repeat(np.array(["a", "b"], dtype=object), 20)
    csi = np.random.default_rng(5).normal(50, 10, 40)
    for made in (
        adjusted_difference(csi, agent == "a", [agent]),
        adjusted_difference(csi, np.arange(40) < 4, [agent]),
        adjusted_difference(np.ones(40), np.arange(40) % 2 == 0, [agent]),
        mean_difference(csi, np.arange(40) < 4),
        adjusted_difference(csi, np.arange(40) % 2 == 0, [], np.full(40, "one", dtype=object)),
        spearman(csi, np.ones(40)),
        pearson(csi[:6], csi[6:12], lost=2),
    ):
        assert made.value is None
        assert made.reason is not None


def test_rows_of_strata_without_a_choice_do_not_count() -> None:
    agent = np.repeat(np.array(["a", "b", None], dtype=object), 20)
    late = np.r_[np.arange(40) % 2 == 0, np.ones(20, dtype=bool)]
    csi = np.random.default_rng(6).normal(50, 10, 60)
    assert adjusted_difference(csi, late, [agent]).n == 40


def test_a_rare_exposure_has_few_degrees_of_freedom() -> None:
    csi, late = np.random.default_rng(7).normal(50, 10, 2000), np.arange(2000) < 5
    made = adjusted_difference(csi, late, [])
    welch = mean_difference(csi, late)
    assert (made.value, made.low) == pytest.approx((welch.value, welch.low), rel=0.02)


def test_correlations_by_hand() -> None:
    # Fisher: r = 0.5, n = 28: atanh 0.5 = 0.549306, ± 1.959964 ÷ 5 → tanh(0.157313), tanh(0.941299).
    x = np.random.default_rng(8).normal(size=28)
    noise = np.random.default_rng(9).normal(size=28)
    x -= x.mean()
    x /= np.linalg.norm(x)
    noise -= noise.mean() + x * (noise @ x)
    noise /= np.linalg.norm(noise)
    made = pearson(x, 0.5 * x + np.sqrt(0.75) * noise)
    assert (made.value, made.low, made.high) == pytest.approx((0.5, 0.156028, 0.735818), abs=1e-5)
    assert (pearson(x, 0.5 * x + np.sqrt(0.75) * noise, lost=4).low or 0) < (made.low or 0)


def test_spearman_beside_scipy() -> None:
    rng = np.random.default_rng(10)
    x = rng.integers(0, 6, 50).astype(float)
    y = x + rng.normal(0, 3, 50)
    made, theirs = spearman(x, y), spearmanr(x, y)
    assert (made.value, made.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert (spearman(np.arange(6.0), np.arange(6.0)).low or 1) < 0.98


def test_a_better_score_goes_more_with_what_it_should() -> None:
    rng = np.random.default_rng(11)
    truth = rng.normal(size=400)
    old, new = truth + rng.normal(0, 3, 400), truth + rng.normal(0, 1, 400)
    made, again = correlation_change(old, new, truth, None, 1), correlation_change(old, new, truth, None, 1)
    assert made == again
    assert made.value == pytest.approx(np.corrcoef(new, truth)[0, 1] - np.corrcoef(old, truth)[0, 1])
    assert (made.low or 0) > 0
    assert correlation_change(old, old, truth, None, 1).value == 0


def test_least_squares_itself() -> None:
    frame = calls(300, 12)
    made = adjusted_difference(frame["csi"].to_numpy(), frame["late"].to_numpy(), [])
    fit = sm.OLS(frame["csi"], sm.add_constant(frame["late"].astype(float))).fit()
    assert made.value == pytest.approx(fit.params["late"])
