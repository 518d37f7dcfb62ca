"""``CsiRegressor`` as scikit-learn's own checks see it, and what it promises beyond them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from voxcx.csi.answers import Floats
from voxcx.csi.model import CsiRegressor

WHY_NOT = {
    "check_sample_weight_equivalence_on_dense_data": "rows are put into folds and bags: a repeated row is in several"
}
SMALL: dict[str, Any] = {"trees_at_most": 40, "learning_rate": 0.15, "rows_per_leaf": 5, "patience": 8, "folds": 3}
Drawn = tuple[Floats, Floats]


def draw(n: int, seed: int, ratings: int = 5) -> Drawn:
    """Wait, holds, mood and a number that says nothing → whole ratings from 1."""
    rng = np.random.default_rng(seed)
    wait, mood = rng.exponential(1.0, n), rng.normal(size=n)
    holds, nothing = rng.poisson(0.5, n).astype(float), rng.normal(size=n)
    latent = 0.8 * mood - 0.9 * wait - 0.4 * holds + rng.logistic(0, 0.7, n)
    edges = np.linspace(-4.0, 0.8, ratings - 1)
    return np.column_stack([wait, holds, mood, nothing]), 1.0 + np.searchsorted(edges, latent)


@pytest.fixture(scope="module")
def fitted() -> tuple[CsiRegressor, Floats]:
    values, rating = draw(400, 1)
    return CsiRegressor(directions={0: -1, 1: -1}, **SMALL).fit(values, rating), values


@parametrize_with_checks(
    [CsiRegressor(trees_at_most=100, rows_per_leaf=1, l2=0.0, learning_rate=0.1)],
    expected_failed_checks=lambda _: WHY_NOT,
)
def test_scikit_learns_own_checks(estimator: CsiRegressor, check: Callable[[CsiRegressor], None]) -> None:
    check(estimator)


def test_a_grid_is_searched() -> None:
    values, rating = draw(300, 2)
    search = GridSearchCV(CsiRegressor(**SMALL), {"leaves": [2, 6], "l2": [1.0, 20.0]}, cv=2).fit(values, rating)
    assert set(search.best_params_) == {"leaves", "l2"}
    assert search.best_score_ > 0.2
    assert search.best_estimator_.predict(values).shape == (300,)


def test_a_clone_is_the_same_before_and_after_fitting(fitted: tuple[CsiRegressor, Floats]) -> None:
    model, values = fitted
    twin = clone(model)
    assert twin.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        twin.predict(values)
    twin.fit(*draw(400, 1))
    assert twin.predict(values).tolist() == model.predict(values).tolist()
    assert twin.set_params(seed=3).fit(*draw(400, 1)).predict(values).tolist() != model.predict(values).tolist()


def test_a_distribution_sums_to_one_and_the_estimate_is_its_mean(fitted: tuple[CsiRegressor, Floats]) -> None:
    model, values = fitted
    shares = model.predict_distribution(values)
    assert shares.shape == (400, len(model.ratings_))
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(np.ones(400))
    assert model.predict(values) == pytest.approx(shares @ model.ratings_)
    assert model.ratings_.tolist() == [1, 2, 3, 4, 5]


def test_an_interval_holds_the_estimate_inside_the_scale(fitted: tuple[CsiRegressor, Floats]) -> None:
    model, values = fitted
    low, high = model.predict_interval(values)
    made = model.predict(values)
    assert ((low >= 1) & (low <= made) & (made <= high) & (high <= 5)).all()


def held(n: int, seed: int, level: float, ratings: int = 5) -> float:
    values, rating = draw(2 * n, seed, ratings)
    model = CsiRegressor(level=level, **SMALL).fit(values[:n], rating[:n])
    low, high = model.predict_interval(values[n:])
    return float(((low <= rating[n:] + 1e-9) & (rating[n:] - 1e-9 <= high)).mean())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_interval_holds_about_its_level_of_few(seed: int) -> None:
    assert 0.80 <= held(400, seed, 0.9) <= 0.98


@pytest.mark.slow
@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_an_interval_holds_its_level_of_many(level: float) -> None:
    assert held(20_000, 4, level, ratings=15) == pytest.approx(level, abs=0.015)


@pytest.mark.slow
def test_probabilities_of_many_are_calibrated() -> None:
    values, rating = draw(40_000, 5)
    model = CsiRegressor(**SMALL).fit(values[:20_000], rating[:20_000])
    said = model.predict_distribution(values[20_000:])[:, :2].sum(axis=1)
    tenth = np.argsort(np.argsort(said)) * 10 // 20_000
    gaps = [abs(said[tenth == k].mean() - (rating[20_000:][tenth == k] <= 2).mean()) for k in range(10)]
    assert np.mean(gaps) < 0.015


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.floats(0, 8), st.floats(0, 8), st.sampled_from([0, 1]))
def test_a_direction_is_held_everywhere(
    fitted: tuple[CsiRegressor, Floats], seed: int, one: float, other: float, column: int
) -> None:
    model, _ = fitted
    here = np.random.default_rng(seed).normal(size=4)
    there = here.copy()
    here[column], there[column] = min(one, other), max(one, other)
    made = model.predict(np.array([here, there]))
    assert made[1] <= made[0] + 1e-9


@pytest.mark.parametrize("sign", [1, -1])
def test_a_direction_against_the_data_leaves_nothing(sign: int) -> None:
    values, rating = draw(400, 6)
    flipped = values * [1, 1, -sign, 1]  # mood raises the rating, so its opposite lowers it
    model = CsiRegressor(directions={2: sign}, **SMALL).fit(flipped, rating)
    grid = np.tile(values.mean(axis=0), (50, 1))
    grid[:, 2] = np.linspace(-3, 3, 50)
    assert (sign * np.diff(model.predict(grid)) >= -1e-9).all()


def test_a_weight_of_nothing_is_no_row_and_a_heavy_row_pulls() -> None:
    values, rating = draw(400, 7)
    customer = np.array([f"c{k}" for k in range(400)])
    kept = np.arange(400) % 4 != 0
    weighing = CsiRegressor(**SMALL).fit(values, rating, sample_weight=kept.astype(float), groups=customer)
    without = CsiRegressor(**SMALL).fit(values[kept], rating[kept], groups=customer[kept])
    assert weighing.predict(values).tolist() == without.predict(values).tolist()
    happy = CsiRegressor(**SMALL).fit(values, rating, sample_weight=np.where(rating > 3, 5.0, 1.0))
    assert happy.predict(values).mean() > without.predict(values).mean() + 0.2


def test_answers_of_a_group_stay_in_one_fold() -> None:
    values, rating = draw(300, 8)
    customer = np.arange(300) % 60
    folds = CsiRegressor(**SMALL).fit(values, rating, groups=customer)._fitted.folds.number
    assert {len(set(folds[customer == one].tolist())) for one in range(60)} == {1}
    assert len(set(folds.tolist())) == 3


def mixed(n: int, seed: int) -> tuple[np.ndarray, Floats]:
    """A wait and where the IVR ended, some of it not known."""
    values, rating = draw(n, seed)
    rng = np.random.default_rng(seed)
    status = np.where(rating >= 4, "completed", "opted_out").astype(object)
    swapped = rng.random(n) < 0.2
    status[swapped] = rng.choice(["completed", "opted_out", "error"], swapped.sum())
    status[rng.random(n) < 0.1] = None
    return np.column_stack([values[:, 0].astype(object), status]), rating


def test_words_are_categories_and_an_unseen_one_is_unknown() -> None:
    values, rating = mixed(400, 9)
    model = CsiRegressor(**SMALL).fit(values, rating)
    asked = np.array([[1.0, one] for one in ("completed", "opted_out", None, "never seen", np.nan)], dtype=object)
    completed, opted_out, unknown, unseen, nan = model.predict(asked).tolist()
    assert completed > unknown + 0.1 > opted_out + 0.2
    assert unknown == unseen == nan


def test_a_category_that_is_called_none_is_not_the_unknown() -> None:
    values, rating = mixed(400, 9)
    values[:, 1] = [None if one is None else {"completed": "None"}.get(one, one) for one in values[:, 1]]
    model = CsiRegressor(**SMALL).fit(values, rating)
    called, unknown, nan = model.predict(np.array([[1.0, "None"], [1.0, None], [1.0, np.nan]], dtype=object)).tolist()
    assert unknown == nan
    assert called != unknown


def test_numbers_are_categories_where_they_are_named_so() -> None:
    rng = np.random.default_rng(10)
    team = rng.integers(0, 4, 400).astype(float)
    rating = np.where(np.isin(team, [0, 2]), 5.0, 2.0) - (rng.random(400) < 0.3)
    named = CsiRegressor(categories=[0], **SMALL).fit(team[:, np.newaxis], rating)
    made = named.predict(np.arange(5.0)[:, np.newaxis])
    assert min(made[0], made[2]) > max(made[1], made[3]) + 2
    assert made[1] < made[4] < made[0]  # no such team: unknown


def test_what_is_not_known_at_all_is_given_the_mean() -> None:
    values, rating = draw(400, 11)
    values[::3, 0] = np.nan
    model = CsiRegressor(**SMALL).fit(values, rating)
    assert np.isfinite(model.predict(values)).all()
    assert model.predict(np.full((1, 4), np.nan))[0] == pytest.approx(rating.mean(), abs=0.25)


def test_a_column_without_any_value_changes_nothing() -> None:
    values, rating = draw(400, 12)
    empty = np.column_stack([values, np.full(400, np.nan)])
    made = CsiRegressor(**SMALL | {"feature_share": 1.0}).fit(empty, rating).predict(empty)
    plain = CsiRegressor(**SMALL | {"feature_share": 1.0}).fit(values, rating).predict(values)
    assert made == pytest.approx(plain, abs=1e-6)


@pytest.mark.parametrize("known", [np.nan, 1.0, 0.0])
def test_nothing_that_differs_is_the_mean(known: float) -> None:
    _, rating = draw(200, 13)
    model = CsiRegressor(**SMALL).fit(np.full((200, 2), known), rating)
    made = model.predict(np.array([[np.nan, np.nan], [1.0, 2.0]]))
    assert made == pytest.approx([rating.mean()] * 2, abs=0.1)


@pytest.mark.parametrize("rows", [20, 30, 50])
def test_too_few_rows_for_two_leaves_leave_the_line(rows: int) -> None:
    values, rating = draw(rows, 19)
    model = CsiRegressor().fit(values, rating)
    assert model.predict_distribution(values).sum(axis=1) == pytest.approx(np.ones(rows))
    assert np.corrcoef(model.predict(values), rating)[0, 1] > 0


@pytest.mark.parametrize(
    ("seen", "levels"),
    [
        ([1.0, 2.0, 5.0], [1.0, 2.0, 5.0]),
        ([0.0, 0.5, 1.0], [0.0, 0.5, 1.0]),
        ([3.0], [3.0, 4.0]),
        ([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]),
    ],
)
def test_ratings_are_those_that_were_seen(seen: list[float], levels: list[float]) -> None:
    rating = np.resize(seen, 90)
    model = CsiRegressor(**SMALL).fit(np.arange(90.0)[:, np.newaxis], rating)
    assert model.ratings_.tolist() == levels
    assert ((min(levels) <= model.predict([[3.0]])) & (model.predict([[3.0]]) <= max(levels))).all()


def test_a_measure_is_cut_into_steps_whose_means_are_the_ratings() -> None:
    values, _ = draw(600, 14)
    measure = 10 * values[:, 2] + np.random.default_rng(14).normal(0, 4, 600)
    model = CsiRegressor(**SMALL).fit(values, measure)
    assert len(model.ratings_) == 8
    assert (np.diff(model.ratings_) > 0).all()
    assert measure.min() <= model.ratings_[0] < model.ratings_[-1] <= measure.max()
    assert np.corrcoef(model.predict(values), measure)[0, 1] > 0.85
    assert model.predict_distribution(values).sum(axis=1) == pytest.approx(np.ones(600))


def test_a_scale_has_ratings_that_nobody_gave_and_refuses_others() -> None:
    values, rating = draw(300, 15)
    model = CsiRegressor(scale=range(11), **SMALL).fit(values, rating)
    assert model.ratings_.tolist() == list(range(11))
    assert model.predict_distribution(values)[:, 6:].mean() < 0.02
    with pytest.raises(ValueError, match=r"expected ratings of the scale \[1\.0, 2\.0, 3\.0\], got others"):
        CsiRegressor(scale=[3, 1, 2], **SMALL).fit(values, rating)


def test_texts_are_read_and_raise_what_they_should() -> None:
    rng = np.random.default_rng(16)
    values, _ = draw(400, 16)
    happy = rng.random(400) < 0.5
    said = np.where(happy, "thank you that was quick", "nobody helped me I will complain").astype(object)
    said[::20] = None
    rating = np.where(happy, 5.0, 2.0) - (rng.random(400) < 0.2)
    both = np.column_stack([values[:, 0].astype(object), said])
    model = CsiRegressor(texts=[1], **SMALL).fit(both, rating)
    asked = np.array([[1.0, "thank you, quick!"], [1.0, "I will complain"], [1.0, None]], dtype=object)
    made = model.predict(asked)
    assert made[0] > made[1] + 1
    assert made[1] < made[2] < made[0]


def test_the_number_of_threads_changes_nothing() -> None:
    values, rating = draw(300, 17)
    few = SMALL | {"trees_at_most": 10, "folds": 2}  # threads that wait for each other take long on a small matrix
    made = [CsiRegressor(threads=threads, **few).fit(values, rating).predict(values).tolist() for threads in (1, 2)]
    assert made[0] == made[1]


def test_wrong_settings_are_refused() -> None:
    values, rating = draw(60, 18)
    for wrong in ({"leaves": 1}, {"level": 1.5}, {"folds": 1}, {"embeddings": "maybe"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            CsiRegressor(**SMALL | wrong).fit(values, rating)


def test_what_was_always_known_and_is_not_now_pushes_nothing() -> None:
    rng = np.random.default_rng(5)
    values = np.column_stack([rng.normal(300, 60, 1500), rng.normal(0, 1, 1500)])
    rating = np.clip(np.rint(3 + (values[:, 0] - 300) / 60 + rng.normal(0, 0.7, 1500)), 1, 5)
    model = CsiRegressor().fit(values, rating)
    usual, unknown, zero = model.predict([[300.0, 0.0], [np.nan, 0.0], [0.0, 0.0]])
    assert unknown == pytest.approx(usual, abs=0.25)
    assert unknown - zero > 0.8  # LightGBM alone reads it as 0


def test_a_direction_on_a_category_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="column_0 is a category"):
        CsiRegressor(categories=[0], directions={0: 1}).fit(np.arange(60)[:, np.newaxis] % 3, np.arange(60) % 5)


def test_a_code_that_became_a_float_is_the_same_category() -> None:
    codes = (np.arange(400) % 4)[:, np.newaxis]
    model = CsiRegressor(categories=[0]).fit(codes, 1 + codes[:, 0])
    np.testing.assert_array_equal(model.predict([[0], [3]]), model.predict([[0.0], [3.0]]))
