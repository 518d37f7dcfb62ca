from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from unit.insight.told import words_of
from voxcx.insight.repeats.mantel import mantel_haenszel

Z = 1.959963984540054


def rows(*tables: tuple[int, int, int, int]) -> tuple[np.ndarray, ...]:
    """Rows of 2 × 2 tables: a of n1 exposed and b of n0 others are cases."""
    case, exposed, stratum = [], [], []
    for number, (a, n1, b, n0) in enumerate(tables):
        case += [1.0] * a + [0.0] * (n1 - a) + [1.0] * b + [0.0] * (n0 - b)
        exposed += [True] * n1 + [False] * n0
        stratum += [number] * (n1 + n0)
    return np.array(case), np.array(exposed), np.array(stratum)


def test_one_stratum_by_hand() -> None:
    case, exposed, stratum = rows((6, 10, 6, 20))
    got = mantel_haenszel(case, exposed, stratum, np.arange(30))
    # (6/10) ÷ (6/20) = 2. Greenland and Robins: ((a+b) n1 n0 − a b N) ÷ N² = (12·10·20 − 6·6·30) ÷ 900 = 1.46667;
    # ÷ (a n0/N · b n1/N) = ÷ (4 · 2) = 0.183333; clusters ÷ (clusters − 1) = 30/29.
    error = math.sqrt(0.1833333333 * 30 / 29)
    assert got.value == pytest.approx(2.0)
    assert got.low == pytest.approx(2.0 * math.exp(-Z * error))
    assert got.high == pytest.approx(2.0 * math.exp(Z * error))
    assert got.p == pytest.approx(math.erfc(math.log(2.0) / error / math.sqrt(2)))
    assert got.n == 30


def test_two_strata_by_hand() -> None:
    case, exposed, stratum = rows((6, 10, 6, 20), (10, 50, 4, 40))
    got = mantel_haenszel(case, exposed, stratum, np.arange(120))
    # Σ a n0/N = 6·20/30 + 10·40/90 = 8.4444; Σ b n1/N = 6·10/30 + 4·50/90 = 4.2222: 2, as in each stratum.
    assert got.value == pytest.approx(2.0)
    # Greenland and Robins: 1.46667 + (14·50·40 − 10·4·90) ÷ 8100 = 4.479012; ÷ (8.4444 · 4.2222) = 0.125623
    error = math.sqrt(4.4790123 / (8.4444444 * 4.2222222) * 120 / 119)
    assert math.log((got.high or 0.0) / 2.0) == pytest.approx(Z * error)


def test_strata_that_differ_as_statsmodels_pools_them() -> None:
    tables = ((6, 10, 6, 20), (5, 50, 8, 40))
    case, exposed, stratum = rows(*tables)
    got = mantel_haenszel(case, exposed, stratum, np.arange(len(case)))
    # (4 + 5·40/90) ÷ (2 + 8·50/90) = 6.2222 ÷ 6.4444
    assert got.value == pytest.approx(28 / 29)
    theirs = StratifiedTable([np.array([[a, n1 - a], [b, n0 - b]]) for a, n1, b, n0 in tables])
    assert got.value == pytest.approx(theirs.riskratio_pooled)


def test_rows_told_twice_of_one_customer_say_no_more() -> None:
    case, exposed, stratum = rows((6, 10, 6, 20))
    once = mantel_haenszel(case, exposed, stratum, np.arange(30))
    twice = mantel_haenszel(*(np.repeat(one, 2) for one in (case, exposed, stratum, np.arange(30))))
    assert twice.low == pytest.approx(once.low)
    assert twice.high == pytest.approx(once.high)


def test_a_stratum_without_the_others_weighs_nothing() -> None:
    alone = mantel_haenszel(*rows((6, 10, 6, 20)), np.arange(30))
    more = mantel_haenszel(*rows((6, 10, 6, 20), (9, 9, 0, 0)), np.arange(39))
    assert (more.value, more.n) == (pytest.approx(alone.value), 30)
    assert more.low == pytest.approx(alone.low, rel=1e-6)


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        (((4, 10, 9, 20),), "fewer than 5 repeats"),
        (((0, 0, 0, 0),), "fewer than 5 repeats"),
        (((9, 10, 0, 0), (0, 0, 9, 20)), "no stratum has both"),
        (((9, 9, 9, 9),), "everybody or nobody"),
    ],
)
def test_what_cannot_be_told(tables: tuple[tuple[int, int, int, int], ...], why: str) -> None:
    case, exposed, stratum = rows(*tables)
    got = mantel_haenszel(case, exposed.astype(bool), stratum.astype(np.int64), np.arange(len(case)))
    assert got.low is None
    assert got.reason is not None
    assert why in words_of(got.reason)
