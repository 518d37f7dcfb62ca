from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from voxcx.csi.answers import Answers, Predictions
from voxcx.csi.evaluation.slices import fairness_note, slices

MakePair = Callable[..., tuple[Answers, Predictions]]
LEVEL = 0.9


def honest(pair: tuple[Answers, Predictions]) -> tuple[Answers, Predictions]:
    """Intervals that cover nine answers of ten: for a random tenth they stand elsewhere."""
    answers, made = pair
    miss = np.random.default_rng(1).random(len(made.value)) < 0.1
    low, high = np.where(miss, 101.0, 0.0), np.where(miss, 102.0, 100.0)
    return answers, replace(made, low=low, high=high)


def labels(n: int, *names: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([names[k % len(names)] for k in range(n)], dtype=object)


def test_figures_by_field_and_label(make_pair: MakePair) -> None:
    answers, made = honest(make_pair(600, 0))
    found = slices(answers, made, {"channel": labels(600, "phone", "chat"), "language": labels(600, "ru")}, LEVEL)
    assert [(one.field, one.label, one.interactions) for one in found] == [
        ("channel", "chat", 300), ("channel", "phone", 300), ("language", "ru", 600),
    ]  # fmt: skip
    everyone = found[-1]
    assert everyone.mean_error_points.value is not None
    assert np.isclose(everyone.mean_error_points.value, (made.value - answers.value).mean())
    for figure in (everyone.mean_error_points, everyone.pearson, everyone.auc_dissatisfied, everyone.coverage):
        assert figure.low is not None
    assert fairness_note(found, LEVEL) == (
        "No slice with enough answers departs clearly in mean error or in coverage.",
    )


def test_a_flattered_slice_is_named(make_pair: MakePair) -> None:
    answers, made = honest(make_pair(1500, 1))
    channel = labels(1500, "phone", "chat", "email")
    flattered = replace(made, value=np.where(channel == "chat", np.minimum(made.value + 12, 100), made.value))
    notes = fairness_note(slices(answers, flattered, {"channel": channel}, LEVEL), LEVEL)
    assert len(notes) == 1
    assert notes[0].startswith("channel chat: estimates are 1")
    assert "points too high on average" in notes[0]
    assert "500 interactions" in notes[0]


def test_an_interval_that_lies_is_named(make_pair: MakePair) -> None:
    answers, made = honest(make_pair(1500, 0))
    language = labels(1500, "ru", "en")
    lying = (language == "en") & (np.random.default_rng(2).random(1500) < 0.2)
    notes = fairness_note(
        slices(answers, replace(made, low=np.where(lying, 101, made.low)), {"language": language}, LEVEL), LEVEL
    )
    assert len(notes) == 1
    assert "language en: the interval covers 7" in notes[0]
    assert "instead of 90%, it is too narrow" in notes[0]


def test_small_slices_are_too_few_to_say(make_pair: MakePair) -> None:
    answers, made = honest(make_pair(200, 0))
    queue = np.array(["rare"] * 8 + ["usual"] * 192, dtype=object)
    found = slices(answers, made, {"queue": queue}, LEVEL)
    assert found[0].pearson.value is None
    assert found[0].pearson.reason == "too few: 8 interactions, at least 30 needed"
    assert fairness_note(found, LEVEL)[-1] == "Too few to say (below 30): queue rare (8)."
    only = slices(answers.rows(np.arange(8)), made.rows(np.arange(8)), {"queue": queue[:8]}, LEVEL)
    assert fairness_note(only, LEVEL)[0] == "No slice has enough answers to say whether the model is fair to it."


def test_unknown_labels_are_one_slice(make_pair: MakePair) -> None:
    answers, made = make_pair(6, 0)
    found = slices(answers, made, {"x": np.array([None, "", "a", float("nan"), "a", "b"], dtype=object)}, LEVEL)
    assert [(one.label, one.interactions) for one in found] == [("a", 2), ("b", 1), ("unknown", 3)]


def test_nothing_to_cut_by(make_pair: MakePair) -> None:
    assert slices(*make_pair(50, 0), {}, LEVEL) == ()


def test_a_fair_model_is_seldom_accused(make_pair: MakePair) -> None:
    accused = 0
    for seed in range(30):
        answers, made = honest(make_pair(600, seed, per_customer=2))
        about = {
            f"field-{k}": np.random.default_rng(100 * seed + k).integers(0, 3, 600).astype(str).astype(object)
            for k in range(4)
        }
        accused += any(one.off or one.uncovered for one in slices(answers, made, about, LEVEL))
    assert accused <= 5
