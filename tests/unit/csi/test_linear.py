from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from voxcx.csi.answers import Floats
from voxcx.csi.boosting import Design
from voxcx.csi.line import StoredLine, line_of
from voxcx.csi.linear import PENALTIES, fit_line

FREE = Design(("a", "b", "c"), (0, 0, 0))


def draw(n: int = 300, seed: int = 1) -> tuple[Floats, Floats, Floats]:
    """Values [n, 3], target, weights."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 3)) * [1, 10, 0.1] + [0, 5, -3]
    target = 50 + 3 * values[:, 0] - values[:, 1] + rng.normal(0, 5, n)
    return values, target, rng.uniform(0.5, 2.0, n)


def with_category(seed: int = 2) -> tuple[Floats, Floats]:
    values, target, _ = draw(300, seed)
    values[:, 2] = np.random.default_rng(seed).choice([0.0, 1.0, 2.0, np.nan], 300)
    return values, target + 20 * (values[:, 2] == 1)


@pytest.mark.parametrize("penalty", [1.0, 30.0, 1000.0])
def test_without_directions_it_is_ridge_regression(penalty: float) -> None:
    values, target, weight = draw()
    line = fit_line(values, FREE, target, weight, penalty)
    columns = np.clip(values, *np.percentile(values, (1, 99), axis=0))
    columns = (columns - line.centre) / line.scale
    ridge = Ridge(alpha=penalty).fit(columns, target, sample_weight=weight)
    assert line.coefficients == pytest.approx(ridge.coef_, abs=1e-8)
    assert line.predict(values) == pytest.approx(ridge.predict(columns), abs=1e-8)


def test_columns_are_centred_and_scaled_by_weight() -> None:
    values, target, weight = draw()
    line = fit_line(values, FREE, target, weight)
    spread = line.spread(values)
    assert line.centre == pytest.approx(np.average(spread, axis=0, weights=weight))
    assert line.scale == pytest.approx(np.sqrt(np.average((spread - line.centre) ** 2, axis=0, weights=weight)))
    assert line.mean == pytest.approx(np.average(target, weights=weight))


def test_a_direction_that_agrees_changes_nothing() -> None:
    values, target, weight = draw()
    free = fit_line(values, FREE, target, weight, 10.0)
    held = fit_line(values, Design(FREE.names, (1, -1, 0)), target, weight, 10.0)
    assert held.coefficients == pytest.approx(free.coefficients, abs=1e-6)


@settings(max_examples=50)
@given(st.integers(0, 1000), st.tuples(*[st.sampled_from([-1, 0, 1])] * 3))
def test_signs_are_held(seed: int, directions: tuple[int, ...]) -> None:
    values, target, weight = draw(60, seed)
    line = fit_line(values, Design(FREE.names, directions), target, weight)
    for coefficient, direction in zip(line.coefficients.tolist(), directions, strict=True):
        assert coefficient * direction >= -1e-9


def test_a_direction_against_the_data_leaves_the_column_out() -> None:
    values, target, weight = draw()
    line = fit_line(values, Design(FREE.names, (-1, 0, 0)), target, weight, 10.0)
    without = fit_line(values[:, 1:], Design(("b", "c"), (0, 0)), target, weight, 10.0)
    assert line.coefficients[0] == pytest.approx(0, abs=1e-9)
    assert line.coefficients[1:] == pytest.approx(without.coefficients, abs=1e-6)


def test_many_columns_hold_their_signs_too() -> None:
    rng = np.random.default_rng(3)
    values, columns = rng.normal(size=(500, 420)), 420
    target = values[:, :10].sum(axis=1) + rng.normal(size=500)
    design = Design(tuple(f"f{k}" for k in range(columns)), (-1,) * 5 + (1,) * 5 + (0,) * (columns - 10))
    line = fit_line(values, design, target, np.ones(500))
    assert (line.coefficients[:5] <= 1e-6).all()
    assert (line.coefficients[5:10] > 0).all()


def test_what_is_not_known_adds_nothing() -> None:
    values, target = with_category()
    line = fit_line(values, Design(FREE.names, (0, 0, 0), (2,)), target, np.ones(300))
    terms = line.terms(np.array([[np.nan, 8.0, 1.0], [1.0, np.nan, np.nan], [np.nan] * 3]))
    assert terms[0, 0] == terms[1, 1] == terms[1, 2] == 0
    assert terms[0, 2] > 5
    assert line.predict(np.full((1, 3), np.nan))[0] == line.mean


def test_terms_add_up_to_the_prediction() -> None:
    values, target = with_category()
    values[::7, 0] = np.nan
    line = fit_line(values, Design(FREE.names, (1, -1, 0), (2,)), target, np.ones(300))
    assert line.mean + line.terms(values).sum(axis=1) == pytest.approx(line.predict(values), abs=1e-9)


def test_a_level_needs_rows_and_pushes_by_itself() -> None:
    values, target = with_category()
    values[:9, 2] = 5.0
    line = fit_line(values, Design(FREE.names, (0, 0, 0), (2,)), target, np.ones(300))
    assert line.levels == {2: (0.0, 1.0, 2.0)}
    told = line.terms(np.array([[np.nan, np.nan, code] for code in (0.0, 1.0, 2.0)]))[:, 2]
    assert told[1] > max(told[0], told[2]) + 10


def test_an_outlier_says_no_more_than_the_99th_percentile() -> None:
    values, target, weight = draw()
    line = fit_line(values, FREE, target, weight)
    far, end = np.tile(values.mean(axis=0), (2, 1))
    far[1], end[1] = 1e9, np.percentile(values[:, 1], 99)
    assert line.predict(np.array([far])) == pytest.approx(line.predict(np.array([end])))


def test_a_rare_event_is_not_clipped_away() -> None:
    rng = np.random.default_rng(4)
    rare = (np.arange(2000) < 15).astype(float)  # 0.75 %: both percentiles are 0
    target = 80 - 60 * rare + rng.normal(0, 5, 2000)
    line = fit_line(rare[:, np.newaxis], Design(("rare",), (-1,)), target, np.ones(2000), 1.0)
    high, low = line.predict(np.array([[0.0], [1.0]]))
    assert high - low > 50


def test_a_constant_and_an_empty_column_say_nothing() -> None:
    values, target, weight = draw()
    values[:, 0], values[:, 2] = 4.0, np.nan
    line = fit_line(values, FREE, target, weight)
    assert line.coefficients[[0, 2]].tolist() == [0, 0]
    assert np.isfinite(line.predict(np.array([[9.0, 5.0, 9.0]]))).all()


def test_the_penalty_has_the_least_generalised_cross_validation_error() -> None:
    for seed in range(5):
        values, target, _ = draw(80, seed)
        target = target + np.random.default_rng(seed).normal(0, 40, 80)
        line = fit_line(values, FREE, target, np.ones(80))
        columns = (line.spread(values) - line.centre) / line.scale
        errors = []
        for penalty in PENALTIES:
            hat = columns @ np.linalg.inv(columns.T @ columns + penalty * np.eye(3)) @ columns.T
            residual = (target - line.mean) - hat @ (target - line.mean)
            errors.append((residual @ residual) / (1 - (1 + np.trace(hat)) / 80) ** 2)
        assert line.penalty == PENALTIES[int(np.argmin(errors))]


def test_the_penalty_is_larger_for_noise_than_for_a_signal() -> None:
    values, target, weight = draw(400, 5)
    noise = np.random.default_rng(5).normal(size=(100, 60))
    nothing = fit_line(noise, Design(tuple(map(str, range(60))), (0,) * 60), target[:100], weight[:100])
    assert nothing.penalty >= 10 * fit_line(values, FREE, target, weight).penalty


def test_a_weight_is_a_repeated_row_but_for_percentiles() -> None:
    values, target, _ = draw(200, 6)
    values = np.round(np.clip(values, -1, 1))  # few values: percentiles stay where they are
    weight = 1.0 + np.arange(200) % 2
    rows = np.repeat(np.arange(200), weight.astype(int))
    one = fit_line(values, FREE, target, weight, 5.0)
    other = fit_line(values[rows], FREE, target[rows], np.ones(len(rows)), 5.0)
    assert one.predict(values) == pytest.approx(other.predict(values), abs=1e-8)


def test_a_stored_line_comes_back_to_the_byte() -> None:
    values, target = with_category()
    values[:, 1] = 3.0  # no spread: an infinite scale is written as null
    line = fit_line(values, Design(FREE.names, (1, 0, 0), (2,)), target, np.ones(300))
    text = line.stored().model_dump_json()
    back = line_of(StoredLine.model_validate_json(text))
    assert "null" in text
    assert back.stored().model_dump_json() == text
    asked = np.vstack([values, np.full((1, 3), np.nan)])
    assert back.predict(asked).tobytes() == line.predict(asked).tobytes()
    assert back.terms(asked).tobytes() == line.terms(asked).tobytes()
