from __future__ import annotations

import numpy as np
import pytest

from voxcx.statistics.standardising import standardised_difference

QUEUES = np.array(["easy", "hard"], dtype=object)


def rows(counts: list[tuple[str, bool, int, float]], spread: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    values, group, queue = [], [], []
    for name, second, n, mean in counts:
        values += [mean + (spread if k % 2 else -spread) for k in range(n)]
        group += [second] * n
        queue += [name] * n
    return np.array(values), np.array(group), np.array(queue, dtype=object)


def test_worked_by_hand() -> None:
    # Easy +2 (60 + 20 rows), hard +6 (20 + 60): all: (80·2 + 80·6) ÷ 160 = 4; first's mix: (60·2 + 20·6) ÷ 80 = 3.
    counts = [("easy", False, 60, 80.0), ("hard", False, 20, 50.0), ("easy", True, 20, 82.0), ("hard", True, 60, 56.0)]
    values, group, queue = rows(counts, 5.0)
    means = {
        mix: standardised_difference(values, group, [queue], mix).estimate.value for mix in ("all", "first", "second")
    }
    assert means == {"all": pytest.approx(4.0), "first": pytest.approx(3.0), "second": pytest.approx(5.0)}
    made = standardised_difference(values, group, [queue])
    assert made.crude.value == pytest.approx((82 * 20 + 56 * 60) / 80 - (80 * 60 + 50 * 20) / 80)  # -10
    assert made.mix_part.value == pytest.approx(-14.0)
    assert (made.kept, made.estimate.n) == (1.0, 160)


@pytest.mark.parametrize("seed", range(5))
def test_a_pure_shift_of_the_mix_is_no_effect(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = np.arange(2000) >= 1000
    hard = rng.random(2000) < np.where(group, 0.8, 0.2)
    values = np.where(hard, 40.0, 80.0)
    made = standardised_difference(values, group, [QUEUES[hard.astype(int)]])
    assert made.estimate.value == pytest.approx(0.0, abs=1e-9)
    assert made.mix_part.value == pytest.approx(made.crude.value)


def test_what_only_one_had_is_left_out_and_counted() -> None:
    counts = [("easy", False, 30, 80.0), ("easy", True, 30, 81.0), ("hard", True, 40, 10.0)]
    values, group, queue = rows(counts, 3.0)
    made = standardised_difference(values, group, [queue])
    assert (made.estimate.value, made.estimate.n) == (pytest.approx(1.0), 60)
    assert made.kept == pytest.approx(0.6)
    assert standardised_difference(values, group, [queue], "first").kept == 1.0


def test_nothing_in_common() -> None:
    values, group, queue = rows([("easy", False, 30, 80.0), ("hard", True, 30, 50.0)], 3.0)
    made = standardised_difference(values, group, [queue])
    assert (made.estimate.value, made.mix_part.value, made.kept) == (None, None, 0.0)
    assert made.crude.value == pytest.approx(-30.0)


def test_one_group_alone_and_cells_of_single_rows() -> None:
    values, group, queue = rows([("easy", False, 30, 80.0)], 3.0)
    assert standardised_difference(values, group, [queue]).estimate.value is None
    single = np.array([str(k // 2) for k in range(40)], dtype=object)
    thin = standardised_difference(np.arange(40.0), np.arange(40) % 2 == 1, [single])
    assert thin.estimate.value is None
    assert thin.estimate.reason is not None


def test_without_strata_it_is_the_plain_difference() -> None:
    rng = np.random.default_rng(3)
    values, group = rng.normal(50, 10, 400), rng.random(400) < 0.4
    made = standardised_difference(values, group, [])
    assert made.estimate.value == pytest.approx(made.crude.value)
    assert (made.estimate.low, made.estimate.high) == pytest.approx((made.crude.low, made.crude.high), rel=0.02)
    assert made.mix_part.value == pytest.approx(0.0)
