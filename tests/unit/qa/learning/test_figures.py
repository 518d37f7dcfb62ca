from __future__ import annotations

import pytest

from voxcx.qa.learning.calibration import Calibration
from voxcx.qa.learning.figures import area, compare, least_share
from voxcx.qa.learning.thresholds import Thresholds, choose, proven


def test_figures_worked_out_by_hand() -> None:
    told = [True, True, True, False, False, None, None, False]
    truth = [True, True, False, False, False, True, False, True]
    figures = compare(told, truth)
    assert (figures.precision.hits, figures.precision.n) == (2, 3)
    assert (figures.recall.hits, figures.recall.n) == (2, 4)
    assert (figures.met_precision.hits, figures.met_precision.n) == (2, 3)
    assert (figures.met_recall.hits, figures.met_recall.n) == (2, 4)
    assert (figures.decided.hits, figures.decided.n) == (6, 8)
    assert figures.kappa == pytest.approx((4 / 6 - 0.5) / 0.5)


def test_one_class_alone_has_no_kappa() -> None:
    assert compare([False, False], [False, False]).kappa is None
    assert compare([None], [True]).kappa is None


def test_the_area_of_hanley_and_mcneil() -> None:
    """Ties count half; the interval of a perfect order has no width."""
    assert area([0.5, 0.5, 0.5, 0.5], [True, False, True, False]).value == 0.5
    perfect = area([0.9, 0.8, 0.2, 0.1], [True, True, False, False])
    assert (perfect.value, perfect.low, perfect.high) == (1.0, 1.0, 1.0)
    assert area([0.9], [True]).value is None


def test_thresholds_let_through_what_is_right_often_enough() -> None:
    chances = [0.9] * 30 + [0.6] * 30 + [0.1] * 40
    truth = [True] * 29 + [False] + [True] * 15 + [False] * 15 + [False] * 40
    chosen = choose(chances, truth, 0.8)
    assert chosen.not_met == 0.9
    assert chosen.met == pytest.approx(0.1)
    assert [chosen.verdict(chance) for chance in (0.95, 0.6, 0.05)] == [True, None, False]


def test_few_right_verdicts_prove_nothing() -> None:
    assert choose([0.9] * 5 + [0.1] * 5, [True] * 5 + [False] * 5, 0.8) == Thresholds()


def test_saying_the_commoner_verdict_always_is_not_proven() -> None:
    truth = [False] * 95 + [True] * 5
    assert not proven([False] * 100, truth, verdict=False, target=0.8)
    assert choose([0.05] * 100, truth, 0.8).met is None


def test_an_error_less_likely_than_not_is_never_told() -> None:
    assert choose([0.45] * 50 + [0.01] * 50, [True] * 50 + [False] * 50, 0.8).not_met is None


def test_least_share_is_wilsons_lower_end() -> None:
    assert least_share(0, 10, 1.96) == pytest.approx(0.0)
    assert least_share(8, 10, 1.96) == pytest.approx(0.4902, abs=1e-4)


def test_calibrations() -> None:
    assert Calibration("platt", (1.0, 0.0)).chance(0.0) == 0.5
    assert Calibration("platt", (1.0, 0.0)).chance(1e9) == pytest.approx(1.0)
    steps = Calibration("isotonic", (0.0, 1.0), (0.2, 0.8))
    assert [steps.chance(score) for score in (-5.0, 0.5, 5.0)] == pytest.approx([0.2, 0.5, 0.8])
    with pytest.raises(ValueError, match="as many scores"):
        Calibration("isotonic", (0.0,), (0.1, 0.2))
