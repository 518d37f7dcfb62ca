"""Growing the trees: the only place that tells LightGBM how.

One booster gives one raw score f per interaction, and every threshold k of the scale has its own start b_k:

    P(rating > k) = σ(f + b_k)        loss = Σ_k cross-entropy(share of answers above k, P(rating > k))

that is the proportional-odds model (McCullagh 1980) with trees for its linear part. Several answers of one interaction
are one row with shares. Asking the trees once per threshold (Lin & Li 2012) costs as many times more and was no better
on simulated answers. The links that calibrate P afterwards have slopes of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Floats
from voxcx.csi.calibration import sigmoid
from voxcx.csi.settings import BoostingConfig, FitConfig

BINS = 255
LEAVES_AT_LEAST = 5  # that so few rows may have, whatever rows_per_leaf says
LOSS = "loss"
_THREADS = re.compile(r"^\[num_threads: \d+\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Design:
    """What the columns of a matrix are: names, directions (−1 never raises, +1 never lowers, 0 free), categories."""

    names: tuple[str, ...]
    directions: tuple[int, ...]
    categories: tuple[int, ...] = ()

    def only(self, positions: list[int]) -> Design:
        """Some of the columns."""
        kept = {old: new for new, old in enumerate(positions)}
        return Design(
            tuple(self.names[k] for k in positions),
            tuple(self.directions[k] for k in positions),
            tuple(kept[k] for k in self.categories if k in kept),
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of training: values [n, columns], shares of answers above each threshold [n, thresholds], weights [n]."""

    values: Floats
    above: Floats
    weight: Floats

    def part(self, rows: NDArray[Any]) -> Sample:
        """Some of the rows."""
        return Sample(self.values[rows], self.above[rows], self.weight[rows])

    def only(self, positions: list[int]) -> Sample:
        """Some of the columns."""
        return Sample(self.values[:, positions], self.above, self.weight)


def shares_above(shares: Floats) -> Floats:
    """[n, ratings] → [n, ratings − 1]: how much lies above each threshold.

    >>> shares_above(np.array([[0.25, 0.25, 0.5]])).tolist()
    [[0.75, 0.5]]
    """
    above: Floats = np.cumsum(shares[:, :0:-1], axis=1)[:, ::-1]
    return np.clip(above, 0.0, 1.0)


def starts_of(sample: Sample) -> Floats:
    """Where each threshold starts: the log-odds of what lies above it (Jeffreys' half a row on each side)."""
    total = float(sample.weight.sum())
    above = sample.weight @ sample.above
    logits: Floats = np.log((above + 0.5) / (total - above + 0.5))
    return logits


def grow(  # noqa: PLR0913 - a recipe and its rows
    sample: Sample, starts: Floats, design: Design, settings: FitConfig, *, trees: int, watched: Sample | None = None
) -> lgb.Booster:
    """Grow trees; with ``watched`` rows stop where their loss has not fallen for ``patience`` trees."""
    threads = settings.boosting.threads
    few = max(1, min(settings.boosting.rows_per_leaf, len(sample.weight) // LEAVES_AT_LEAST))
    parameters = parameters_of(design, settings.boosting, settings.seed)
    parameters |= {"num_threads": threads, "min_data_in_leaf": few}
    parameters["objective"] = _objective(sample, starts)
    data = _dataset(
        sample if _differs(sample.values) else replace(sample, values=np.ones_like(sample.values)), design, threads
    )
    if watched is None:
        return lgb.train(parameters, data, trees)
    return lgb.train(
        parameters,
        data,
        trees,
        valid_sets=[lgb.Dataset(watched.values, label=np.zeros(len(watched.weight)), reference=data)],
        feval=lambda raw, _: (LOSS, loss_of(raw, watched, starts), False),
        callbacks=[lgb.early_stopping(settings.boosting.patience, verbose=False)],
    )


def tree_scores(booster: lgb.Booster, values: Floats, threads: int = 1, trees: int | None = None) -> Floats:
    """[n], the raw score of each row; 0 (the training shares) where no value is known: trees never saw such a row."""
    scores = booster.predict(values, raw_score=True, num_threads=threads, num_iteration=trees or -1)
    return np.where(np.isnan(values).all(axis=1), 0.0, np.asarray(scores, dtype=float))


def loss_of(raw: Floats, sample: Sample, starts: Floats) -> float:
    """Mean cross-entropy over rows and thresholds."""
    score = raw[:, np.newaxis] + starts
    each = np.logaddexp(0.0, score) - sample.above * score
    return float(sample.weight @ each.mean(axis=1) / sample.weight.sum())


def parameters_of(design: Design, settings: BoostingConfig, seed: int) -> dict[str, Any]:
    """LightGBM's own names; every source of chance is seeded, every order fixed."""
    return {
        "metric": "none",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "feature_pre_filter": False,
        "lambda_l2": settings.l2,
        "feature_fraction": settings.feature_share,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "max_bin": BINS,
        "monotone_constraints": list(design.directions),
        "monotone_constraints_method": "intermediate",
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }


def written_trees(booster: lgb.Booster) -> str:
    """model.txt; how many threads grew the trees changes nothing in them and is not told."""
    return _THREADS.sub("[num_threads: 0]", booster.model_to_string())


def _objective(sample: Sample, starts: Floats) -> Any:
    weight = sample.weight

    def gradients(raw: Floats, _: lgb.Dataset) -> tuple[Floats, Floats]:
        above = sigmoid(raw[:, np.newaxis] + starts)
        return weight * (above - sample.above).sum(axis=1), weight * (above * (1.0 - above)).sum(axis=1)

    return gradients


def _differs(values: Floats) -> bool:
    """Whether any column tells rows apart: LightGBM refuses zeros alone, and takes ones."""
    first = values[:1]
    return bool(((values != first) & ~(np.isnan(values) & np.isnan(first))).any())


def _dataset(sample: Sample, design: Design, threads: int) -> lgb.Dataset:
    return lgb.Dataset(
        sample.values,
        label=np.zeros(len(sample.weight)),
        feature_name=list(design.names),
        categorical_feature=list(design.categories),
        params={"verbosity": -1, "max_bin": BINS, "num_threads": threads, "feature_pre_filter": False},
    )
