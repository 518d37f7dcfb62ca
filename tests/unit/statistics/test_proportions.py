from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from voxcx.domain.estimates import Estimate
from voxcx.statistics.proportions import risk_ratio, score_ends, share, share_difference, wilson

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
PAIRS = [((36, 40), (16, 80)), ((3, 20), (7, 50)), ((0, 20), (7, 50)), ((5, 5), (0, 9)), ((190, 200), (60, 300))]


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_beside_statsmodels(level: float) -> None:
    assert wilson(7, 43, level) == pytest.approx(proportion_confint(7, 43, 1 - level, "wilson"))


@given(COUNTS)
def test_wilson_holds_the_share_and_mirrors(count: tuple[int, int]) -> None:
    hits, n = count
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert low < high
    assert wilson(n - hits, n) == pytest.approx((1 - high, 1 - low))
    assert score_ends(hits, n, 1.0)[0] >= low


def test_a_share_of_nothing_is_none_with_a_reason() -> None:
    assert share(0, 0).value is None
    assert share(0, 0).reason is not None
    assert share(2, 8).value == 0.25


@pytest.mark.parametrize(("hits", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_an_impossible_count_is_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        wilson(hits, n)


@pytest.mark.parametrize(("second", "first"), PAIRS)
def test_difference_beside_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    gap = share_difference(first, second)
    low, high = confint_proportions_2indep(*second, *first, compare="diff", method="newcomb")
    assert ends(gap) == pytest.approx((low, high))
    p = proportions_ztest([first[0], second[0]], [first[1], second[1]])[1]
    assert gap.p == pytest.approx(p)


@pytest.mark.parametrize(("exposed", "other"), [pair for pair in PAIRS if pair[1][0] and pair[0][0]])
def test_risk_ratio_beside_statsmodels(exposed: tuple[int, int], other: tuple[int, int]) -> None:
    ratio = risk_ratio(exposed, other)
    low, high = confint_proportions_2indep(*exposed, *other, compare="ratio", method="score", correction=False)
    assert ends(ratio) == pytest.approx((low, high), rel=1e-6)
    assert ratio.value == pytest.approx(exposed[0] / exposed[1] / (other[0] / other[1]))


@given(COUNTS, COUNTS)
def test_risk_ratio_leaves_out_one_where_the_test_does(exposed: tuple[int, int], other: tuple[int, int]) -> None:
    ratio = risk_ratio(exposed, other)
    if ratio.p is None or abs(ratio.p - 0.05) < 1e-6:
        return
    low, high = ends(ratio)
    assert low <= (math.inf if ratio.value is None else ratio.value) * (1 + 1e-9)
    assert (ratio.p < 0.05) == (low > 1 or high < 1)


def test_risk_ratio_with_empty_cells() -> None:
    none, never, only = risk_ratio((0, 9), (0, 9)), risk_ratio((0, 20), (7, 50)), risk_ratio((5, 5), (0, 9))
    assert (none.value, none.low, none.reason is None) == (None, None, False)
    assert (never.value, never.low) == (0.0, 0.0)
    assert never.high == pytest.approx(1.2160, abs=1e-4)
    assert (only.value, only.high) == (None, math.inf)
    assert only.low == pytest.approx(3.3429, abs=1e-4)
