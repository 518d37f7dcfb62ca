"""One small simulated population and the model trained on it, shared by this folder's tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voxcx.csi.columns import allowed_names
from voxcx.csi.meta import Naming
from voxcx.csi.model import CsiModel
from voxcx.csi.rated import Rated
from voxcx.csi.settings import TrainingConfig, load_training_config
from voxcx.csi.training import train_model
from voxcx.domain.features import Feature, FeatureRow, Value
from voxcx.simulation.population import Population, simulate_population

MakeRow = Callable[..., FeatureRow]


def rated_of(population: Population) -> Rated:
    columns, surveys = population.interactions, population.surveys
    rows = np.array([int(str(name).rpartition("-")[2]) for name in surveys["interaction_id"]])
    everything = population.rows()
    moments = columns["started_at"][rows].astype("datetime64[s]").astype(float)
    names = allowed_names(TrainingConfig())
    table = {name: [everything[row][name] for row in rows.tolist()] for name in names}
    weight = np.ones(len(rows))
    return Rated(surveys["interaction_id"], columns["customer_id"][rows], moments, surveys["rating"], weight, table)


@pytest.fixture(scope="session")
def population() -> Population:
    return simulate_population(14_000, 7)


@pytest.fixture(scope="session")
def rated(population: Population) -> Rated:
    return rated_of(population)


@pytest.fixture(scope="session")
def config() -> TrainingConfig:
    return load_training_config().model_copy(update={"bootstrap": 3})


@pytest.fixture(scope="session")
def model(rated: Rated, config: TrainingConfig) -> CsiModel:
    return train_model(rated, config, Naming("csi-test-1", "simulated"))


@pytest.fixture
def row() -> MakeRow:
    usual: dict[str, Value] = {
        "queue_wait_s": 30.0,
        "holds_count": 1,
        "hold_total_s": 40.0,
        "hold_longest_s": 40.0,
        "talk_s": 200.0,
        "duration_s": 240.0,
        "interruptions_by_agent": 1,
        "interruptions_by_agent_yielded": 1,
        "overlap_share": 0.03,
        "long_silences": 0,
        "transfers": 0,
        "gratitude": 1,
        "unresolved_cue": 0,
        "complaint_cue": 0,
        "ivr_status": "transferred",
    }

    def make(**values: Value) -> FeatureRow:
        known = (usual | values).items()
        return FeatureRow(tuple(Feature(n, v, "not measured" if v is None else None) for n, v in known))

    return make


@pytest.fixture
def first(rated: Rated) -> Callable[..., Rated]:
    """The first rows of the survey, with another rating where one is given."""

    def take(rows: int, *, rating: int | None = None) -> Rated:
        ratings = rated.rating[:rows] if rating is None else np.full(rows, rating)
        table = {name: values[:rows] for name, values in rated.table.items()}
        parts = (rated.interaction[:rows], rated.customer[:rows], rated.moment_s[:rows])
        return Rated(*parts, rating=ratings, weight=rated.weight[:rows], table=table)

    return take
