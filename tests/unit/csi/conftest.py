"""One small simulated population and the model trained on it, shared by this folder's tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxcx.csi.answers import Answers, Labels
from voxcx.csi.columns import allowed_names
from voxcx.csi.meta import Naming
from voxcx.csi.settings import (
    BoostingConfig,
    SplitConfig,
    StudyConfig,
    TextConfig,
    TrainingConfig,
    TuningConfig,
    load_training_config,
)
from voxcx.csi.trained import CsiModel
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.csi.training.saving import save_model
from voxcx.csi.training.walk import Trained, train_model
from voxcx.domain.csi import RatingScale
from voxcx.domain.features import Feature, FeatureRow, Value
from voxcx.domain.views import VIEWS
from voxcx.simulation.population import Population, simulate_population

MakeRow = Callable[..., FeatureRow]
Train = Callable[..., Trained]
SILENT = 1500  # interactions without an answer that are kept: enough to tell who is silent


def labels_of(column: Labels) -> Labels:
    return np.array([one or "" for one in column.tolist()], dtype=object)


def interactions_of(population: Population) -> Interactions:
    columns = population.interactions
    return Interactions(
        id=columns["interaction_id"],
        customer=columns["customer_id"],
        agent=columns["agent_id"],
        moment_s=columns["started_at"].astype("datetime64[s]").astype(float),
        table={name: columns[name] for name in allowed_names(load_training_config())},
        texts=None,
        about={name: labels_of(columns[name]) for name in ("kind", "channel", "language", "queue", "team")},
        invited=np.asarray(columns["survey_invited"], dtype=bool),
    )


def counted(ratings: np.ndarray, customer: Labels, weight: np.ndarray | None = None) -> Answers:
    """Answers from ratings [n, raters]."""
    counts = (ratings[:, :, np.newaxis] == np.arange(1, 6)).sum(axis=1).astype(float)
    return Answers(counts, customer, np.ones(len(ratings)) if weight is None else weight, RatingScale())


@pytest.fixture(scope="session")
def population() -> Population:
    return simulate_population(14_000, 7)


@pytest.fixture(scope="session")
def rated(population: Population) -> Rated:
    rows = np.array([int(str(name).rpartition("-")[2]) for name in population.surveys["interaction_id"]])
    known = interactions_of(population).rows(rows)
    return Rated(known, counted(population.surveys["rating"][:, np.newaxis], known.customer))


@pytest.fixture(scope="session")
def everyone(population: Population, rated: Rated) -> Interactions:
    """Those who answered and some who did not."""
    whole = interactions_of(population)
    answered = np.isin(whole.id.astype(str), rated.interactions.id.astype(str))
    silent = np.flatnonzero(~answered)[:SILENT]
    return whole.rows(np.sort(np.concatenate([np.flatnonzero(answered), silent])))


@pytest.fixture(scope="session")
def config() -> TrainingConfig:
    """The shipped configuration but for what takes long."""
    quick: dict[str, Any] = {
        "bootstrap": 3,
        "tuning": TuningConfig(budget_s=0),
        "study": StudyConfig(ablations=False, new_agents=False),
        "texts": TextConfig(read=False),
        "split": SplitConfig(folds=3),
        "boosting": BoostingConfig(learning_rate=0.12, trees_at_most=150, patience=10),
    }
    return load_training_config().model_copy(update=quick)


@pytest.fixture(scope="session")
def quick(config: TrainingConfig) -> TrainingConfig:
    """As quick as can be, for what is said about training and not about how good it is."""
    return config.model_copy(update={"boosting": BoostingConfig(learning_rate=0.2, trees_at_most=25, patience=5)})


@pytest.fixture(scope="session")
def trained(rated: Rated, everyone: Interactions, config: TrainingConfig) -> Trained:
    return train_model(rated, everyone, config, Naming("csi-test-1", "simulated"), lambda _text, _done: None)


@pytest.fixture(scope="session")
def model(trained: Trained) -> CsiModel:
    return trained.model


@pytest.fixture
def train(quick: TrainingConfig) -> Train:
    """Train quickly on answers, all of whose interactions were answered unless others are given."""

    def training(
        rated: Rated, everyone: Interactions | None = None, old: CsiModel | None = None, **changes: Any
    ) -> Trained:
        told = changes.pop("on_step", lambda _text, _done: None)
        settings = quick.model_copy(update=changes)
        return train_model(rated, everyone or rated.interactions, settings, Naming("m", "survey"), told, old)

    return training


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


@pytest.fixture(scope="session")
def first(rated: Rated) -> Callable[..., Rated]:
    """The first rows of the survey, with another rating where one is given."""

    def take(rows: int, *, rating: int | None = None) -> Rated:
        some = rated.rows(np.arange(rows))
        if rating is None:
            return some
        return replace(some, answers=counted(np.full((rows, 1), rating), some.answers.customer))

    return take


@pytest.fixture(scope="session")
def with_words() -> Callable[[Rated], Rated]:
    """The same interactions with words, by which the dissatisfied can be told."""

    def speaking(rated: Rated) -> Rated:
        unhappy = (rated.answers.value < 60).tolist()
        said = ["nobody helped me, I will complain" if one else "thank you, that was quick" for one in unhappy]
        texts = {
            VIEWS[0]: ["good morning, how can I help"] * len(rated),
            VIEWS[1]: said,
            VIEWS[2]: ["bye"] * len(rated),
        }
        return replace(rated, interactions=replace(rated.interactions, texts=texts))

    return speaking


@pytest.fixture
def bytes_of(tmp_path: Path) -> Callable[[Trained], dict[str, bytes]]:
    """Every file of a model's folder."""

    def saved(trained: Trained) -> dict[str, bytes]:
        folder = tmp_path / f"model-{len(list(tmp_path.iterdir()))}"
        save_model(trained, folder)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    return saved
