from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx.csi.boosting import Design, shares_above, written_trees
from voxcx.csi.calibration import spread_of
from voxcx.csi.fitting import Fitted, Material, fit, fold_numbers
from voxcx.csi.settings import BoostingConfig, FitConfig, TextConfig
from voxcx.csi.trained import predictions_of
from voxcx.domain.csi import RatingScale

LEVELS = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
QUICK = BoostingConfig(learning_rate=0.2, trees_at_most=40, rows_per_leaf=10, patience=6)
SETTINGS = FitConfig(boosting=QUICK, texts=TextConfig(read=False), folds=4)


def draw(n: int, seed: int, raters: int = 1) -> Material:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 3))
    latent = values[:, 0] - 0.7 * np.abs(values[:, 1])
    drawn = latent[:, np.newaxis] + rng.logistic(0, 0.6, (n, raters))
    step = np.searchsorted([-2.5, -1.5, -0.8, 0.5], drawn)
    shares = (step[:, :, np.newaxis] == np.arange(5)).mean(axis=1)
    groups = np.array([f"c{k}" for k in rng.integers(0, n // 3, n)], dtype=object)
    return Material(values, Design(("a", "b", "c"), (1, 0, 0)), None, shares, LEVELS, np.ones(n), groups)


@pytest.fixture(scope="module")
def material() -> Material:
    return draw(600, 1)


@pytest.fixture(scope="module")
def fitted(material: Material) -> Fitted:
    return fit(material, SETTINGS)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=120), st.integers(2, 10), st.integers(0, 5))
def test_a_customer_is_in_one_fold_only(customers: list[int], folds: int, seed: int) -> None:
    groups = np.array([f"c{one}" for one in customers], dtype=object)
    number = fold_numbers(groups, folds, seed)
    several = len(set(customers)) > 1
    assert set(number.tolist()) == set(range(min(folds, len(set(customers))) if several else 2))
    if several:
        assert len(set(zip(customers, number.tolist(), strict=True))) == len(set(customers))
    assert fold_numbers(groups, folds, seed).tolist() == number.tolist()


def test_folds_are_about_equal() -> None:
    number = fold_numbers(np.arange(1000).astype(object), 5, 1)
    assert np.bincount(number).tolist() == [200] * 5


def test_answers_above_each_threshold() -> None:
    shares = np.array([[0.1, 0.2, 0.3, 0.2, 0.2], [1.0, 0, 0, 0, 0], [0, 0, 0, 0, 1.0]])
    assert shares_above(shares) == pytest.approx(np.array([[0.9, 0.7, 0.4, 0.2], [0] * 4, [1] * 4]))


def test_the_recipe_is_the_same_again(material: Material, fitted: Fitted) -> None:
    again = fit(material, SETTINGS)
    assert written_trees(again.blend.booster) == written_trees(fitted.blend.booster)
    assert (again.links, again.interval, again.folds.mixture) == (fitted.links, fitted.interval, fitted.folds.mixture)
    other = fit(material, SETTINGS.model_copy(update={"seed": 2}))
    assert other.folds.number.tolist() != fitted.folds.number.tolist()


def test_held_out_scores_know_nothing_of_their_rows(material: Material, fitted: Fitted) -> None:
    for fold, blend in enumerate(fitted.folds.blends):
        held = fitted.folds.number == fold
        assert blend.raw(material.values[held], trees=fitted.folds.trees) == pytest.approx(fitted.folds.raw[held])
    noise = replace(material, values=np.random.default_rng(5).normal(size=material.values.shape))
    blind = fit(noise, SETTINGS)
    assert abs(np.corrcoef(blind.folds.raw, material.target)[0, 1]) < 0.12
    assert np.corrcoef(fitted.folds.raw, material.target)[0, 1] > 0.5


def test_each_step_finds_what_is_there(fitted: Fitted) -> None:
    assert fitted.texts is None
    assert len(fitted.links) == 4
    assert all(link.slope > 0 for link in fitted.links)
    assert len(fitted.folds.blends) == 4
    assert fitted.blend.booster.num_trees() == fitted.folds.trees
    assert {blend.mixture for blend in fitted.folds.blends} == {fitted.blend.mixture}


def test_new_answers_are_held_by_the_interval(fitted: Fitted) -> None:
    new = draw(4000, 9)
    made = predictions_of(fitted.blend.raw(new.values), fitted.links, RatingScale(), fitted.interval)
    inside = (made.low[:, np.newaxis] <= LEVELS + 1e-9) & (made.high[:, np.newaxis] >= LEVELS - 1e-9)
    held = float((new.shares * inside).sum(axis=1).mean())
    assert 0.86 <= held <= 0.96
    assert made.shares.sum(axis=1) == pytest.approx(np.ones(4000))
    assert made.value == pytest.approx(made.shares @ LEVELS)
    assert (spread_of(made.shares, LEVELS) >= 5).all()


def test_several_raters_tell_more_than_one(fitted: Fitted) -> None:
    several = fit(draw(600, 1, raters=15), SETTINGS)
    new = draw(4000, 9, raters=15)
    scores = [one.blend.raw(new.values) for one in (fitted, several)]
    single, many = (np.corrcoef(score, new.target)[0, 1] for score in scores)
    assert many > single


def test_one_customer_and_two(material: Material) -> None:
    for names in (["c0"], ["c0", "c1"]):
        few = replace(material.part(np.arange(120)), groups=np.resize(np.array(names, dtype=object), 120))
        made = fit(few, SETTINGS)
        assert len(made.folds.blends) == 2
        assert np.isfinite(made.folds.raw).all()


def test_parts_of_rows_and_columns(material: Material) -> None:
    few = material.part(np.array([3, 1]))
    assert few.values.tolist() == material.values[[3, 1]].tolist()
    assert few.target.tolist() == material.target[[3, 1]].tolist()
    lean = replace(material, design=Design(("a", "b", "c"), (1, 0, 0), (1,))).only([0, 1])
    assert (lean.design.names, lean.design.directions, lean.design.categories) == (("a", "b"), (1, 0), (1,))
    assert lean.values.shape == (600, 2)
    assert replace(material, design=Design(("a", "b", "c"), (1, 0, 0), (1,))).only([2, 1]).design.categories == (1,)
