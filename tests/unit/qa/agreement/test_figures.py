from __future__ import annotations

import numpy as np
import pytest

from voxcx.qa.agreement.bias import clustered_share
from voxcx.qa.agreement.figures import Figure, difference, needed, share
from voxcx.qa.agreement.many import gwets_ac1_of_many, krippendorffs_alpha
from voxcx.qa.agreement.tables import cohens_kappa, gwets_ac1, table_of

# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3 (Wilson).
WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
# Newcombe 1998, "Interval estimation for the difference between independent proportions", table II, method 10.
NEWCOMBE = [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)]
NOBODY = None
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: four observers, twelve units, gaps.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NOBODY, NOBODY, NOBODY],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NOBODY, 3],
    [NOBODY, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NOBODY],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NOBODY],
]


@pytest.mark.parametrize(("hits", "n", "low", "high"), WILSON)
def test_a_share_has_wilsons_interval(hits: int, n: int, low: float, high: float) -> None:
    figure = share(hits, n)

    assert (figure.value, figure.n, figure.hits) == (hits / n, n, hits)
    assert (figure.low, figure.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_a_share_of_nothing_is_none_with_its_reason() -> None:
    assert share(0, 0, "nobody looked") == Figure(None, None, None, 0, 0, "nobody looked")


@pytest.mark.parametrize(("one", "other", "low", "high"), NEWCOMBE)
def test_a_difference_has_newcombes_interval(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    gap = difference(share(*other), share(*one))

    assert gap.value == pytest.approx(one[0] / one[1] - other[0] / other[1])
    assert (gap.low, gap.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_a_difference_with_an_unknown_share_is_unknown() -> None:
    assert difference(share(0, 0, "nothing"), share(1, 2)).value is None


@pytest.mark.parametrize(("p", "half", "n"), [(0.5, 0.1, 97), (0.5, 0.05, 385), (0.9, 0.05, 139), (0.8, 0.1, 62)])
def test_sample_size_is_z_squared_p_q_over_d_squared(p: float, half: float, n: int) -> None:
    assert needed(p, half) == n


def test_kappa_and_ac1_by_hand() -> None:
    # observed 35 of 50 = 0.7. κ: chance 0.5 × 0.6 + 0.5 × 0.4 = 0.5 → 0.4.
    # AC1: mean share of the first category 0.55, chance 2 × 0.55 × 0.45 = 0.495 → 0.205 ÷ 0.505.
    counts = np.array([[20.0, 5.0], [10.0, 15.0]])

    kappa, ac1 = cohens_kappa(counts), gwets_ac1(counts)

    assert kappa.value == pytest.approx(0.4)
    assert ac1.value == pytest.approx(0.205 / 0.505)
    assert kappa.low is not None
    assert kappa.high is not None
    assert kappa.low < 0.4 < kappa.high
    assert (kappa.low, kappa.high) == (pytest.approx(0.14, abs=0.04), pytest.approx(0.63, abs=0.04))


def test_kappa_breaks_where_errors_are_rare_and_ac1_does_not() -> None:
    # Gwet 2008, table 2: 118, 5, 2, 0 of 125. Observed 0.944; κ's chance 0.94528, AC1's 0.054432.
    counts = np.array([[118.0, 5.0], [2.0, 0.0]])

    assert cohens_kappa(counts).value == pytest.approx(-0.0234, abs=5e-5)
    assert gwets_ac1(counts).value == pytest.approx(0.9408, abs=5e-5)


def test_one_verdict_alone_has_no_kappa_but_ac1() -> None:
    counts = np.array([[30.0, 0.0], [0.0, 0.0]])

    kappa, ac1 = cohens_kappa(counts), gwets_ac1(counts)

    assert kappa.value is None
    assert "only one verdict" in kappa.reason
    assert kappa.n == 30
    assert ac1.value == 1.0
    assert ac1.low is not None
    assert 0.8 < ac1.low < 1.0


def test_nothing_to_compare_is_none() -> None:
    assert cohens_kappa(np.zeros((2, 2))) == Figure(None, reason="no interactions")


def test_a_table_leaves_other_categories_out() -> None:
    counts = table_of([("met", "met"), ("met", "not_met"), ("undecided", "met")], ("met", "not_met"))

    assert counts.tolist() == [[1.0, 1.0], [0.0, 0.0]]


def test_the_same_table_gives_the_same_interval() -> None:
    counts = np.array([[20.0, 5.0], [10.0, 15.0]])

    assert cohens_kappa(counts) == cohens_kappa(counts.copy())


def test_alpha_of_four_observers_with_gaps() -> None:
    units = [[one for one in unit if one is not NOBODY] for unit in zip(*OBSERVERS, strict=True)]

    alpha = krippendorffs_alpha(units)

    assert alpha.value == pytest.approx(0.743, abs=5e-4)
    assert alpha.n == 11  # the twelfth unit has one verdict
    assert alpha.low is not None
    assert alpha.high is not None
    assert alpha.low < 0.743 < alpha.high


def test_alpha_of_two_observers() -> None:
    # Krippendorff 2011, section A
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]

    assert krippendorffs_alpha(zip(first, second, strict=True)).value == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize(
    ("units", "reason"),
    [([["met"], ["not_met"]], "two people"), ([["met", "met"]] * 6, "only one verdict"), ([[1, 2], [1, 1]], "under 5")],
)
def test_alpha_that_cannot_be_said(units: list[list[object]], reason: str) -> None:
    alpha = krippendorffs_alpha(units)

    assert reason in alpha.reason
    assert alpha.low is None


def test_six_pairs_that_agree_are_no_proof() -> None:
    alpha = krippendorffs_alpha([["met", "met"]] * 3 + [["not_met", "not_met"]] * 3)

    assert alpha.value == 1.0
    assert alpha.low is not None
    assert alpha.low < 0.8


def test_people_who_agree_on_rare_errors_have_a_low_alpha_and_a_high_ac1() -> None:
    # Gwet 2008, table 2, as in the test of two judges
    units = [["met", "met"]] * 118 + [["met", "not_met"]] * 7

    alpha, ac1 = krippendorffs_alpha(units), gwets_ac1_of_many(units)

    assert alpha.value is not None
    assert alpha.value < 0.05
    assert ac1.value == pytest.approx(0.9408, abs=5e-4)
    assert ac1.low is not None
    assert ac1.low > 0.85


def test_criteria_of_one_interaction_are_no_independent_cases() -> None:
    """Errors of an interaction are alike: intervals of single cases would hold the truth in two thirds."""
    rng = np.random.default_rng(3)
    held = []
    for _ in range(200):
        hits = [rng.binomial(20, rng.beta(1, 5.6, 40)) for _ in range(2)]
        gap = difference(*(clustered_share([(int(one), 20) for one in part], "none") for part in hits))
        assert gap.low is not None
        assert gap.high is not None
        held.append(gap.low <= 0 <= gap.high)

    assert 0.9 < np.mean(held) < 1
