from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voxcx.csi.boosting import Design
from voxcx.csi.fitting import Material
from voxcx.csi.settings import BoostingConfig, FitConfig, TextConfig, TuningConfig
from voxcx.csi.training.tuning import CANDIDATES, CELLS_PER_S, USUAL_TREES, tune

N = 240
START = BoostingConfig(learning_rate=0.3, trees_at_most=8, rows_per_leaf=5, patience=3)
SETTINGS = FitConfig(boosting=START, texts=TextConfig(read=False))


@pytest.fixture(scope="module")
def material() -> Material:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(N, 2))
    step = np.searchsorted([-1.0, 0.0, 1.0, 2.0], values[:, 0] * values[:, 1] + rng.normal(0, 0.5, N))
    shares = (step[:, np.newaxis] == np.arange(5)).astype(float)
    customer = np.arange(N).astype(object)
    return Material(values, Design(("a", "b"), (0, 0)), None, shares, np.arange(5.0), np.ones(N), customer)


def budget(candidates: float, folds: int = 2) -> TuningConfig:
    return TuningConfig(budget_s=candidates * folds * N * 2 * USUAL_TREES / CELLS_PER_S, folds=folds)


def quiet(_text: str, _done: float) -> None:
    """Nobody listens."""


@pytest.mark.parametrize(("candidates", "tried"), [(0, 0), (1.5, 0), (2.5, 2), (4.5, 4), (1000, len(CANDIDATES) + 1)])
def test_a_budget_is_as_many_candidates(material: Material, candidates: float, tried: int) -> None:
    heard: list[float] = []
    tuned = tune(material, SETTINGS, budget(candidates), lambda _, done: heard.append(done))
    assert len(tuned.tried) == len(heard) == tried
    assert heard == sorted(heard)
    if not tried:
        assert tuned.boosting == START
        return
    assert heard[-1] == pytest.approx(1)
    assert tuned.tried[0][0] == START
    losses = [loss for _, loss in tuned.tried]
    assert tuned.boosting == tuned.tried[int(np.argmin(losses))][0]


def test_the_given_parameters_stay_where_none_is_better(material: Material) -> None:
    blind = replace(material, values=np.random.default_rng(2).choice([0.0, 1.0], (N, 2)), weight=np.ones(N))
    same = replace(blind, shares=np.tile([0, 0, 0.5, 0.5, 0], (N, 1)))
    tuned = tune(same, SETTINGS, budget(3.5), quiet)
    assert tuned.boosting == START


def test_what_is_tried_does_not_depend_on_the_clock(material: Material) -> None:
    one, other = (tune(material, SETTINGS, budget(3.5), quiet) for _ in range(2))
    assert one == other


def test_a_large_part_is_tuned_on_some_rows(material: Material) -> None:
    half = TuningConfig(budget_s=budget(3.5).budget_s / 2, folds=2, rows_at_most=N // 2)
    some = tune(material, SETTINGS, half, quiet)
    assert len(some.tried) == 3
    whole = tune(material, SETTINGS, budget(3.5), quiet)
    assert some.tried[0][1] != whole.tried[0][1]


def test_few_answers_are_tuned_too(material: Material) -> None:
    usual = SETTINGS.model_copy(update={"boosting": START.model_copy(update={"rows_per_leaf": 20})})
    few = material.part(np.arange(120))
    tuned = tune(few, usual, TuningConfig(budget_s=60), quiet)
    assert len(tuned.tried) == len(CANDIDATES) + 1
