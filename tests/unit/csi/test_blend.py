from __future__ import annotations

import numpy as np
import pytest

from voxcx.csi.answers import Floats
from voxcx.csi.blend import Blend, Mixture, mix
from voxcx.csi.boosting import Design, Sample, grow, loss_of, starts_of, tree_scores, written_trees
from voxcx.csi.linear import fit_line
from voxcx.csi.settings import BoostingConfig, FitConfig

DESIGN = Design(("wait", "mood", "status"), (-1, 0, 0), (2,))
N = 400


def settings_of(threads: int = 1) -> FitConfig:
    boosting = BoostingConfig(learning_rate=0.2, rows_per_leaf=10, patience=5, threads=threads)
    return FitConfig(boosting=boosting)


def draw(seed: int = 1) -> tuple[Floats, Floats]:
    """Values with gaps, and a share above each of four thresholds."""
    rng = np.random.default_rng(seed)
    values = np.column_stack([rng.exponential(1, N), rng.normal(size=N), rng.choice([0.0, 1.0, np.nan], N)])
    latent = values[:, 1] - values[:, 0] + (values[:, 2] == 1) + rng.logistic(size=N)
    above = (latent[:, np.newaxis] > np.array([-3.0, -2.0, -1.0, 1.0])).astype(float)
    values[rng.random(N) < 0.2, 0] = np.nan
    values[0] = np.nan
    return values, above


@pytest.fixture(scope="module")
def sample() -> Sample:
    values, above = draw()
    return Sample(values, above, np.ones(N))


@pytest.fixture(scope="module")
def blend(sample: Sample) -> Blend:
    booster = grow(sample, starts_of(sample), DESIGN, settings_of(), trees=20)
    line = fit_line(sample.values, DESIGN, 25 * sample.above.sum(axis=1), sample.weight)
    return Blend(booster, line, Mixture(0.6, 0.05))


@pytest.mark.parametrize("mixture", [Mixture(0.6, 0.05), Mixture(1.0, 0.05), Mixture(0.0, 0.05), Mixture(0.4, 0.0)])
@pytest.mark.parametrize("trees", [None, 7])
def test_terms_and_base_are_the_score(blend: Blend, sample: Sample, mixture: Mixture, trees: int | None) -> None:
    mixed = Blend(blend.booster, blend.line, mixture)
    terms, base = mixed.parts(sample.values, trees)
    assert terms.shape == (N, 3)
    assert base + terms.sum(axis=1) == pytest.approx(mixed.raw(sample.values, trees=trees), abs=1e-9)


def test_a_row_that_says_nothing_scores_nothing(blend: Blend) -> None:
    nothing = np.full((1, 3), np.nan)
    terms, base = blend.parts(nothing)
    assert blend.raw(nothing).tolist() == base.tolist() == [0.0]
    assert not terms.any()


def test_an_unknown_value_has_no_part_of_the_lines_push(blend: Blend) -> None:
    terms, _ = Blend(blend.booster, blend.line, Mixture(0.0, 0.05)).parts(np.array([[np.nan, 1.0, 1.0]]))
    assert terms[0, 0] == 0
    assert terms[0, 1] > 0


def test_the_number_of_threads_changes_no_byte(sample: Sample) -> None:
    grown = [grow(sample, starts_of(sample), DESIGN, settings_of(threads), trees=10) for threads in (1, 2)]
    assert written_trees(grown[0]) == written_trees(grown[1])
    scores = [tree_scores(grown[0], sample.values, threads).tobytes() for threads in (1, 2)]
    assert scores[0] == scores[1]


def test_trees_stop_where_watched_rows_lose_no_more(sample: Sample) -> None:
    half = np.arange(N) % 2 == 0
    watched = sample.part(np.flatnonzero(half))
    kept = sample.part(np.flatnonzero(~half))
    grown = grow(kept, starts_of(sample), DESIGN, settings_of(), trees=300, watched=watched)
    assert 1 <= grown.best_iteration < 100
    best = loss_of(tree_scores(grown, watched.values, trees=grown.best_iteration), watched, starts_of(sample))
    for trees in (1, grown.best_iteration + 5):
        assert best <= loss_of(tree_scores(grown, watched.values, trees=trees), watched, starts_of(sample)) + 1e-9


def test_a_weight_of_nothing_is_no_row_of_the_start(sample: Sample) -> None:
    kept = np.arange(N) < 100
    weighing = starts_of(Sample(sample.values, sample.above, kept.astype(float)))
    assert weighing.tolist() == pytest.approx(starts_of(sample.part(np.flatnonzero(kept))).tolist())


@pytest.fixture(scope="module")
def scores() -> tuple[Sample, Floats, Floats]:
    """Answers, the log-odds that made them, and noise."""
    rng = np.random.default_rng(3)
    truth = rng.normal(size=3000)
    latent = truth + rng.logistic(size=3000)
    above = (latent[:, np.newaxis] > np.array([-2.0, -1.0, 0.0, 1.0])).astype(float)
    return Sample(np.zeros((3000, 1)), above, np.ones(3000)), truth, rng.normal(size=3000)


def test_the_mixture_takes_what_held_out_answers_bear_out(scores: tuple[Sample, Floats, Floats]) -> None:
    sample, truth, noise = scores
    starts = starts_of(sample)
    assert mix(truth, noise, sample, starts).share == 1.0
    by_line = mix(noise, 20 * truth, sample, starts)
    assert by_line.share <= 0.1
    assert by_line.steepness == pytest.approx(1 / 20, rel=0.1)
    halves = mix(truth + noise, 20 * (truth - noise), sample, starts)  # errors that cancel out
    assert 0.2 <= halves.share <= 0.8


def test_the_mixture_loses_no_more_than_either_part(scores: tuple[Sample, Floats, Floats]) -> None:
    sample, truth, noise = scores
    starts, trees, line = starts_of(sample), truth + noise, 10 * truth - 5 * noise
    mixture = mix(trees, line, sample, starts)
    mixed = loss_of(mixture.share * trees + (1 - mixture.share) * mixture.steepness * line, sample, starts)
    assert mixed <= min(loss_of(trees, sample, starts), loss_of(mixture.steepness * line, sample, starts))


def test_a_line_that_says_nothing_has_no_steepness(scores: tuple[Sample, Floats, Floats]) -> None:
    sample, truth, noise = scores
    assert mix(truth, np.zeros(3000), sample, starts_of(sample)) == Mixture(1.0, 0.0)
    against = mix(truth, -20 * truth, sample, starts_of(sample))
    assert against.share == 1.0
    assert abs(against.steepness) < 1e-3
    assert noise.shape == truth.shape
