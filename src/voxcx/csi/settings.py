"""The checked training configuration, see configs/training.yaml."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from voxcx.config import Checked, Share, first_problem, shipped
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.csi import RatingScale
from voxcx.errors import ConfigError

Whole = Annotated[int, Field(ge=1)]
WIDEST_SCALE = 20
LAST_WORDS = "last_words"  # what the leak check calls the customer's last words


class ScaleConfig(Checked):
    """The survey's rating scale; only the scale 1–5 may leave its thresholds out."""

    min: int = 1
    max: int = 5
    dissatisfied_max: int | None = None
    satisfied_min: int | None = None

    @model_validator(mode="after")
    def _thresholds_named(self) -> ScaleConfig:
        named = self.dissatisfied_max is not None and self.satisfied_min is not None
        if (self.min, self.max) != (1, 5) and not named:
            raise ValueError("a scale other than 1–5 names dissatisfied_max and satisfied_min")
        if self.max - self.min > WIDEST_SCALE:
            raise ValueError(f"a scale of at most {WIDEST_SCALE + 1} ratings is expected")
        self.record()
        return self

    def record(self) -> RatingScale:
        """The scale as the rest of the house knows it; raises ValueError when its thresholds are out of order."""
        low = 2 if self.dissatisfied_max is None else self.dissatisfied_max
        high = 4 if self.satisfied_min is None else self.satisfied_min
        return RatingScale(self.min, self.max, low, high)


class SplitConfig(Checked):
    """How much of the latest time tests; the folds of what comes before calibrate."""

    test: Annotated[float, Field(gt=0.02, lt=0.6)] = 0.2
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    calibrate_again_at_most: Whole = 20_000  # interactions; with more, the saved model keeps the measured one's links


class BoostingConfig(Checked):
    """LightGBM's parameters under names that say what they do."""

    trees_at_most: Annotated[int, Field(ge=1, le=5000)] = 300
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    leaves: Annotated[int, Field(ge=2, le=256)] = 6
    rows_per_leaf: Whole = 20
    l2: Annotated[float, Field(ge=0)] = 5.0
    feature_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    row_share: Annotated[float, Field(gt=0, le=1)] = 0.8
    patience: Whole = 20
    threads: Annotated[int, Field(ge=1, le=256)] = 1


class TextConfig(Checked):
    """What is learned from words."""

    read: bool = True
    embeddings: Literal["auto", "on", "off"] = "auto"
    embed_at_most: Whole = 20_000  # interactions; more would take hours
    rows_at_least: Whole = 50  # with words, or a view is left out

    @field_validator("embeddings", mode="before")
    @classmethod
    def _yaml_switch(cls, given: object) -> object:
        """YAML reads a bare on and off as true and false."""
        return {True: "on", False: "off"}[given] if isinstance(given, bool) else given


class TuningConfig(Checked):
    """Search for LightGBM's parameters inside the training part. Seconds are counted in work, not by the clock."""

    budget_s: Annotated[float, Field(ge=0)] = 60.0
    folds: Annotated[int, Field(ge=2, le=10)] = 3
    rows_at_most: Whole = 10_000


class StudyConfig(Checked):
    """What is measured beside the model: without which features, for which groups, for agents never met."""

    rows_at_most: Whole = 20_000
    ablations: bool = True
    new_agents: bool = True


class CategoryConfig(Checked):
    """Which levels of a category are worth knowing."""

    rows_per_level: Whole = 30
    levels_at_most: Whole = 30


class FitConfig(Checked):
    """What the recipe needs: see ``voxcx.csi.fitting``."""

    boosting: BoostingConfig = BoostingConfig()
    texts: TextConfig = TextConfig()
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    level: Annotated[Share, Field(ge=0.5, le=0.99)] = 0.9
    seed: Annotated[int, Field(ge=0)] = 1


class TrainingConfig(Checked):
    """Everything that changes a trained model, apart from the data."""

    rating_scale: ScaleConfig = ScaleConfig()
    seed: Annotated[int, Field(ge=0)] = 1
    level: Annotated[Share, Field(ge=0.5, le=0.99)] = 0.9
    bootstrap: Annotated[int, Field(ge=0, le=10_000)] = 200
    weights: Literal["equal", "nonresponse"] = "equal"
    split: SplitConfig = SplitConfig()
    tuning: TuningConfig = TuningConfig()
    boosting: BoostingConfig = BoostingConfig()
    texts: TextConfig = TextConfig()
    categories: CategoryConfig = CategoryConfig()
    study: StudyConfig = StudyConfig()
    left_out: dict[str, str] = Field(default_factory=dict)
    trusted: dict[str, str] = Field(default_factory=dict)
    never_raises: tuple[str, ...] = ()
    never_lowers: tuple[str, ...] = ()
    metadata_only: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_known(self) -> TrainingConfig:
        named = {*self.left_out, *self.never_raises, *self.never_lowers, *self.metadata_only}
        unknown = sorted((named | (self.trusted.keys() - {LAST_WORDS})) - CATALOGUE.keys())
        if unknown:
            raise ValueError(f"features are named in the catalogue, not {', '.join(unknown)}")
        categories = [n for n in (*self.never_raises, *self.never_lowers) if CATALOGUE[n].unit == "category"]
        if categories:
            raise ValueError(f"a direction is for numbers, {', '.join(categories)} is a category")
        both = sorted(set(self.never_raises) & set(self.never_lowers))
        if both:
            raise ValueError(f"a feature has one direction, {', '.join(both)} has two")
        return self

    def direction(self, name: str) -> int:
        """−1 where more never raises the estimate, +1 where more never lowers it, else 0."""
        return int(name in self.never_lowers) - int(name in self.never_raises)

    def fitting(self) -> FitConfig:
        """The recipe's part."""
        return FitConfig(
            boosting=self.boosting, texts=self.texts, folds=self.split.folds, level=self.level, seed=self.seed
        )

    def sha256(self) -> str:
        """Digest of every value."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load_training_config(path: Path | None = None) -> TrainingConfig:
    """Read the training configuration, the shipped one unless a path is given; refuses unknown keys by name."""
    source = path or shipped("configs", "training.yaml")
    try:
        raw = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
    except OSError:
        raise ConfigError(f"{source}: expected a training configuration, found none; give an existing path.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: expected YAML, got {str(error).splitlines()[0]}.") from None
    if path is not None and isinstance(
        raw, dict
    ):  # what a file does not say stays as shipped: directions, what is left out
        raw = yaml.safe_load(shipped("configs", "training.yaml").read_text(encoding="utf-8")) | raw
    try:
        return TrainingConfig.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{source}: {first_problem(error)}.") from None
