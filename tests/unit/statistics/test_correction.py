from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx.statistics.correction import rogan_gladen


def test_by_hand() -> None:
    # (0.2 + 0.95 - 1) ÷ (0.9 + 0.95 - 1) = 0.15 ÷ 0.85
    assert rogan_gladen((20, 100), (90, 100), (95, 100)).value == pytest.approx(0.15 / 0.85)


def test_the_interval_worked_by_hand() -> None:
    # Lang and Reiczigel 2014 with z = 1.96: n' = 103.8415, p' = 0.211099, Se' = 91/102, Sp' = 96/102,
    # π' = 0.182872, shift = 2 z² (π' · 0.000943 - (1 - π') · 0.000543) = -0.002083, half = 0.105125
    estimate = rogan_gladen((20, 100), (90, 100), (95, 100))
    assert (estimate.low, estimate.high) == pytest.approx((0.07552, 0.28577), abs=2e-5)


@given(st.integers(0, 200), st.integers(80, 100), st.integers(80, 100))
def test_it_stays_a_share_and_holds_its_value(hits: int, se: int, sp: int) -> None:
    estimate = rogan_gladen((hits, 200), (se, 100), (sp, 100))
    assert estimate.value is not None
    assert 0 <= (estimate.low or 0) <= estimate.value <= (estimate.high or 0) <= 1


def test_well_checked_perfection_changes_nothing() -> None:
    estimate = rogan_gladen((30, 120), (10**7, 10**7), (10**7, 10**7))
    assert estimate.value == pytest.approx(0.25)


@pytest.mark.parametrize(
    "errors", [((50, 100), (50, 100)), ((6, 10), (6, 10)), ((0, 0), (9, 10)), ((55, 100), (50, 100))]
)
def test_a_judge_not_shown_to_know_is_not_corrected(errors: tuple[tuple[int, int], tuple[int, int]]) -> None:
    estimate = rogan_gladen((20, 100), *errors)
    assert (estimate.value, estimate.low) == (None, None)
    assert estimate.reason is not None
