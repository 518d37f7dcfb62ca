from __future__ import annotations

import numpy as np

from voxcx.statistics.shrinkage import mixture_quantiles, posterior, summarise


def drawn(tau: float, seed: int, groups: int = 25) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    effect = rng.normal(0, tau, groups)
    group = rng.integers(0, groups, 1200)
    return effect, group, effect[group] + rng.normal(0, 30, 1200)


def test_groups_without_a_difference_are_shrunk_to_one_another() -> None:
    _, group, residual = drawn(0.0, 1)
    known = summarise(group, residual, np.ones(1200), 25)
    after = posterior(known)
    assert np.std(after.weight @ after.mean) < 0.4 * np.std(known.mean)


def test_bands_cover_on_average() -> None:
    inside = []
    for seed in range(40):
        effect, group, residual = drawn(6.0, seed)
        after = posterior(summarise(group, residual, np.ones(1200), 25))
        low, high = mixture_quantiles(after.mean, after.variance, after.weight, 0.95)
        inside.append((low <= effect) & (effect <= high))
    assert 0.93 <= np.mean(inside) <= 0.98  # 1,000 groups


def test_nobody_answered_in_a_group() -> None:
    known = summarise(np.repeat([0, 1], 30), np.random.default_rng(2).normal(size=60), np.ones(60), 3)
    assert known.answers.tolist() == [30.0, 30.0, 0.0]
    assert np.isfinite(posterior(known).mean).all()
