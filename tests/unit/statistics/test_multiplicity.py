from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from voxcx.statistics.multiplicity import benjamini_hochberg, holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)
# Benjamini and Hochberg 1995, section 4: fifteen p-values, four are told at a rate of 0.05, three by Bonferroni.
PUBLISHED = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.324,
    0.4262,
    0.5719,
    0.6528,
    0.759,
    1.0,
]


def test_as_published() -> None:
    assert int((benjamini_hochberg(np.array(PUBLISHED)) <= 0.05).sum()) == 4
    assert int((holm(np.array(PUBLISHED)) <= 0.05).sum()) == 3


@settings(max_examples=20, deadline=None)  # statsmodels takes its time where much is in memory
@given(P_VALUES)
def test_beside_statsmodels(p: np.ndarray) -> None:
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


@given(P_VALUES)
def test_they_keep_the_order_and_never_help(p: np.ndarray) -> None:
    for adjusted in (benjamini_hochberg(p), holm(p)):
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
        assert (adjusted >= p - 1e-15).all()


@given(P_VALUES)
def test_what_was_not_asked_does_not_count(p: np.ndarray) -> None:
    gaps = np.insert(p, 0, np.nan)
    for adjust in (benjamini_hochberg, holm):
        assert np.isnan(adjust(gaps)[0])
        assert (adjust(gaps)[1:] == adjust(p)).all()


def test_nothing_asked_and_no_p_value() -> None:
    assert benjamini_hochberg(np.array([])).tolist() == []
    with pytest.raises(ValueError, match="p-value"):
        holm(np.array([1.2]))
