"""Customers whose satisfaction is a latent number of which the model knows a part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import norm

from voxcx.csi.answers import Answers, Predictions
from voxcx.domain.csi import RatingScale

CUTS = np.array([-1.8, -1.2, -0.6, 0.4])
MakePair = Callable[..., tuple[Answers, Predictions]]


def draw_pair(n: int, seed: int, raters: int = 1, per_customer: int = 1) -> tuple[Answers, Predictions]:
    """Answers and perfectly calibrated estimates of them."""
    rng = np.random.default_rng(seed)
    below = norm.cdf(CUTS - rng.normal(size=n)[:, np.newaxis])
    shares = np.diff(np.hstack([np.zeros((n, 1)), below, np.ones((n, 1))]), axis=1)
    scale = RatingScale()
    counts = rng.multinomial(raters, shares).astype(float)
    customer = np.array([f"customer-{k // per_customer}" for k in range(n)], dtype=object)
    value = shares @ np.array([scale.index(rating) for rating in scale.ratings])
    low, high = np.clip(value - 40, 0, 100), np.clip(value + 40, 0, 100)
    estimates = Predictions(value, low, high, shares[:, :2].sum(axis=1), shares[:, 3:].sum(axis=1), shares)
    return Answers(counts, customer, np.ones(n), scale), estimates


@pytest.fixture(scope="session")
def make_pair() -> MakePair:
    return draw_pair
