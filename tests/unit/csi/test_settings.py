from __future__ import annotations

from pathlib import Path

import pytest

from voxcx.csi.settings import TrainingConfig, load_training_config
from voxcx.domain.csi import RatingScale
from voxcx.errors import ConfigError


def test_the_shipped_configuration_is_the_documented_scale() -> None:
    config = load_training_config()
    assert config.rating_scale.record() == RatingScale(1, 5, 2, 4)
    assert config.direction("queue_wait_s") == -1
    assert config.direction("gratitude") == 1
    assert config.direction("talk_s") == 0


def test_the_shipped_numbers_are_the_defaults() -> None:
    listed = {"rating_scale", "left_out", "trusted", "never_raises", "never_lowers", "metadata_only"}
    shipped, plain = load_training_config(), TrainingConfig()
    assert shipped.model_dump(exclude=listed) == plain.model_dump(exclude=listed)


def test_the_recipe_is_the_configurations_part() -> None:
    config = TrainingConfig(level=0.8, seed=7)
    recipe = config.fitting()
    assert (recipe.level, recipe.seed, recipe.folds) == (0.8, 7, config.split.folds)
    assert recipe.boosting == config.boosting


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rating_scale: {min: 0, max: 10}", "names dissatisfied_max"),
        ("rating_scale: {min: 1, max: 5, dissatisfied_max: 4, satisfied_min: 2}", "dissatisfied_max"),
        ("rating_scale: {min: 0, max: 100, dissatisfied_max: 40, satisfied_min: 60}", "21 ratings"),
        ("nevr_raises: [queue_wait_s]", "nevr_raises"),
        ("never_raises: [queue_weight]", "queue_weight"),
        ("{never_raises: [transfers], never_lowers: [transfers]}", "transfers has two"),
        ("split: {train: 0.8, calibrate: 0.2}", "split → (train|calibrate)"),
        ("split: {test: 0.01}", r"0\.02"),
        ("split: {test: 0.7}", r"0\.6"),
        ("split: {folds: 1}", "split → folds"),
        ("level: 2", "level"),
        ("weights: heavy", "weights"),
        ("texts: {embeddings: maybe}", "texts → embeddings"),
        ("tuning: {budget_s: -1}", "tuning → budget_s"),
        ("boosting: {leaves: 1}", "boosting → leaves"),
        ("trusted: {mood_ring: it knows}", "mood_ring"),
        ("left_out: [wrap_s]", "left_out"),
        ("[", "expected YAML"),
        ("[1, 2]", "training.yaml"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "training.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        load_training_config(path)
    assert "\n" not in str(caught.value)


def test_a_missing_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml"):
        load_training_config(tmp_path / "none.yaml")


def test_a_direction_is_for_numbers_and_last_words_may_be_trusted() -> None:
    with pytest.raises(ValueError, match="hangup_by is a category"):
        TrainingConfig(never_raises=("hangup_by",))
    assert TrainingConfig(trusted={"last_words": "the bot never asks"}).trusted


def test_what_a_file_does_not_say_stays_as_shipped(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("tuning: {budget_s: 0}\ntexts: {embeddings: off}\n")
    mine, shipped = load_training_config(path), load_training_config()
    assert mine.tuning.budget_s == 0
    assert mine.texts.embeddings == "off"
    assert (mine.left_out, mine.never_raises) == (shipped.left_out, shipped.never_raises)
