from __future__ import annotations

import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import samplesize_confint_proportion

from voxcx.statistics.planning import (
    answers_for_difference,
    answers_for_rare,
    answers_for_share,
    detectable_difference,
)
from voxcx.statistics.proportions import wilson


@pytest.mark.parametrize(("p", "half_width"), [(0.8, 0.05), (0.5, 0.1), (0.03, 0.01)])
def test_a_share_beside_statsmodels(p: float, half_width: float) -> None:
    theirs = samplesize_confint_proportion(p, half_width)
    assert theirs <= answers_for_share(p, half_width) < theirs + 1


@pytest.mark.parametrize("p", [0.0, 0.01, 0.05, 0.97, 1.0])
def test_a_rare_share_is_as_narrow_as_wanted_and_not_with_one_less(p: float) -> None:
    n = answers_for_rare(p, 0.02)
    widths = [high - low for low, high in (wilson(p * count, count) for count in (n - 1, n))]
    assert widths[0] > 0.04 >= widths[1]


@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_differences_beside_statsmodels(power: float) -> None:
    theirs = NormalIndPower().solve_power(effect_size=0.2, alpha=0.05, power=power)
    assert theirs <= answers_for_difference(25, 5, power) + 0.05  # theirs counts the other tail too
    assert answers_for_difference(25, 5, power) == pytest.approx(theirs, rel=0.01, abs=1)
    assert detectable_difference(25, theirs, theirs, power) == pytest.approx(5, rel=0.01)


def test_the_impossible_is_refused() -> None:
    for call in (
        lambda: answers_for_share(1.2, 0.1),
        lambda: answers_for_share(0.5, 0.0),
        lambda: detectable_difference(1, 0, 5),
        lambda: answers_for_difference(1, 1, 0.3),
    ):
        with pytest.raises(ValueError, match="got"):
            call()
