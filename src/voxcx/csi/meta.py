"""meta.json: a model's identity. Checked when read; holds its own digest, so that an edit is seen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from voxcx.config import Checked
from voxcx.csi.calibration import Interval, Link
from voxcx.csi.columns import Column
from voxcx.csi.evaluation.metrics import Figure
from voxcx.csi.settings import TrainingConfig
from voxcx.domain.csi import RatingScale

FORMAT = 2
Origin = Literal["simulated", "survey"]


class Importance(Checked):
    """Mean absolute effect on an estimate in points, and the least and the greatest of the folds."""

    points: float
    lowest: float
    highest: float


class Mixed(Checked):
    """How trees and line are mixed; see ``blend``."""

    share: float
    steepness: float


class DataIdentity(Checked):
    """What a model was trained on, without any of it."""

    sha256: str
    answers: int
    interactions: int
    customers: int
    agents: int
    first: str | None
    last: str | None
    train: int
    test: int
    set_aside: int
    split_by: str


class PlantedCause(Checked):
    """One effect that a simulation put in."""

    cause: str
    feature: str
    kinds: tuple[str, ...]
    coefficient: float


@dataclass(frozen=True, slots=True)
class Naming:
    """What a model is called, where its answers come from and, for a simulation, what caused them."""

    model_id: str
    trained_on: Origin
    cause: tuple[PlantedCause, ...] = ()


class ModelMeta(Checked):
    """Everything about a model but its trees, its words and what was studied beside it."""

    format: int = FORMAT
    model_id: str
    trained_on: Origin
    cause: tuple[PlantedCause, ...] = ()
    index: str
    feature_schema_version: str
    columns: tuple[Column, ...]
    text_columns: tuple[str, ...] = ()
    scale_min: int
    scale_max: int
    dissatisfied_max: int
    satisfied_min: int
    links: tuple[Link, ...]
    interval: Interval
    trees: int
    mixture: Mixed
    seed: int
    config_sha256: str
    config: TrainingConfig
    data: DataIdentity
    libraries: dict[str, str]
    metrics: dict[str, dict[str, Figure]]
    importance: dict[str, Importance]
    notes: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    sha256: str = ""

    @property
    def scale(self) -> RatingScale:
        """The rating scale as a record."""
        return RatingScale(self.scale_min, self.scale_max, self.dissatisfied_max, self.satisfied_min)

    def digest(self) -> str:
        """sha256 of every value but this digest itself."""
        values = self.model_dump(mode="json", exclude={"sha256"})
        return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def sealed(self, files: dict[str, str]) -> ModelMeta:
        """The same with the digests of its files and of itself."""
        named = self.model_copy(update={"files": files})
        return named.model_copy(update={"sha256": named.digest()})

    def to_json(self) -> str:
        """Readable, with a stable order."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
