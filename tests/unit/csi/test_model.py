"""A trained model at work: what it estimates, why, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from voxcx.csi.answers import Table
from voxcx.csi.columns import kind_of
from voxcx.csi.trained import SIMULATED_WARNING, CsiModel
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.csi.training.walk import Trained
from voxcx.domain.features import Feature, FeatureRow, Value
from voxcx.domain.intervals import Interval
from voxcx.errors import InputError

MakeRow = Callable[..., FeatureRow]
First = Callable[..., Rated]
Train = Callable[..., Trained]


def column_of(name: str, value: Value) -> np.ndarray:
    if kind_of(name) == "category":
        return np.array([value], dtype=object)
    return np.array([np.nan if value is None else float(value)])


def test_contributions_and_base_add_up_to_the_estimate(model: CsiModel, row: MakeRow) -> None:
    for features in (row(), row(queue_wait_s=700, unresolved_cue=2), row(queue_wait_s=None), FeatureRow(())):
        parts = model.contributions(features)
        assert parts.base + parts.effects.sum() == pytest.approx(model.estimate(features).value, abs=1e-6)


@pytest.mark.parametrize(
    ("feature", "values"),
    [
        ("queue_wait_s", [0, 30, 90, 150, 240, 600, 5000]),
        ("holds_count", [0, 1, 2, 4, 9]),
        ("hold_total_s", [0, 20, 60, 180, 900]),
        ("interruptions_by_agent_yielded", [0, 1, 2, 3, 5, 20]),
        ("unresolved_cue", [0, 1, 2, 3]),
        ("long_silences", [0, 1, 2, 4]),
    ],
)
def test_more_of_what_annoys_never_raises(model: CsiModel, row: MakeRow, feature: str, values: list[float]) -> None:
    estimates = [model.estimate(row(**{feature: value})).value for value in values]
    assert (np.diff(estimates) <= 1e-9).all()


@pytest.mark.parametrize("feature", ["queue_wait_s", "interruptions_by_agent_yielded", "unresolved_cue"])
def test_the_planted_drivers_are_felt(model: CsiModel, row: MakeRow, feature: str) -> None:
    assert model.estimate(row(**{feature: 0})).value - model.estimate(row(**{feature: 400})).value > 3


def test_planted_drivers_are_the_top_reasons(model: CsiModel, row: MakeRow) -> None:
    bad = row(queue_wait_s=500.0, interruptions_by_agent_yielded=5, unresolved_cue=2)
    strongest = {reason.feature for reason in model.estimate(bad).reasons[:4]}
    assert strongest >= {"queue_wait_s", "interruptions_by_agent_yielded", "unresolved_cue"}


def test_planted_drivers_weigh_most_in_every_fold(model: CsiModel) -> None:
    strongest = list(model.meta.importance)[:8]
    assert {"queue_wait_s", "unresolved_cue", "gratitude"} <= set(strongest)
    for one in model.meta.importance.values():
        assert one.lowest <= one.points <= one.highest
    assert all(model.meta.importance[name].lowest > 0 for name in ("queue_wait_s", "unresolved_cue"))


def test_a_reason_carries_its_seconds_and_missing_values_are_none(model: CsiModel, row: MakeRow) -> None:
    heard = (Interval(3.0, 4.5),)
    features = tuple(
        replace(one, value=2, evidence=heard) if one.name == "unresolved_cue" else one for one in row().features
    )
    reasons = model.estimate(FeatureRow(features)).reasons
    assert next(r for r in reasons if r.feature == "unresolved_cue").evidence == heard
    absent = model.estimate(row(queue_wait_s=None)).reasons
    assert "queue_wait_s" not in {reason.feature for reason in absent}


def test_an_estimate_without_reasons_has_the_same_numbers(model: CsiModel, row: MakeRow) -> None:
    features = row(unresolved_cue=1, queue_wait_s=400)
    told = model.estimate(features)
    assert told.reasons
    assert model.estimate(features, explain=False) == replace(told, reasons=())


def test_distribution_interval_and_probabilities_agree(model: CsiModel, row: MakeRow) -> None:
    made = model.estimate(row(unresolved_cue=1))
    shares = dict(made.distribution)
    mean = sum(rating * share for rating, share in shares.items())
    assert sum(shares.values()) == pytest.approx(1)
    assert made.value == pytest.approx(100 * (mean - 1) / 4)
    assert made.p_dissatisfied == pytest.approx(shares[1] + shares[2])
    assert made.p_satisfied == pytest.approx(shares[4] + shares[5])
    assert made.low < made.value < made.high
    assert made.level == 0.9


def test_warnings_say_simulated_unknown_and_outside(model: CsiModel, row: MakeRow) -> None:
    assert model.estimate(row()).warnings == (SIMULATED_WARNING,)
    far = model.estimate(row(queue_wait_s=1e6, ivr_status="a new one")).warnings
    assert "queue_wait_s" in far[1]
    assert "ivr_status" not in far[1]  # an unseen category is only unknown
    nothing = model.estimate(FeatureRow((Feature("queue_wait_s", None, "no telephony record"),)))
    assert "None of the model's features is known" in nothing.warnings[1]
    assert nothing.reasons == ()


def test_many_values_outside_are_named_and_counted(model: CsiModel) -> None:
    names = [column.name for column in model.meta.columns if column.kind == "number"][:9]
    far = FeatureRow(tuple(Feature(name, 1e12) for name in names))
    said = model.warnings_for(far)
    assert said[-1].endswith(f"{', '.join(names[:5])} and 4 more.")


def test_a_row_without_values_is_given_the_training_mean(model: CsiModel, rated: Rated) -> None:
    assert model.estimate(FeatureRow(())).value == pytest.approx(rated.answers.value.mean(), abs=5)


def test_columns_and_rows_give_the_same_estimate(model: CsiModel, row: MakeRow) -> None:
    features = row(unresolved_cue=1)
    table: Table = {one.name: column_of(one.name, one.value) for one in features.features}
    made, one = model.predict_table(table), model.estimate(features)
    assert made.value[0] == pytest.approx(one.value)
    assert (made.low[0], made.high[0]) == pytest.approx((one.low, one.high))
    assert made.p_dissatisfied[0] == pytest.approx(one.p_dissatisfied)
    assert made.shares[0].tolist() == pytest.approx([share for _, share in one.distribution])


def test_blocks_change_no_estimate(model: CsiModel, everyone: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    some = everyone.rows(np.arange(250)).table
    whole = model.predict_table(some)
    monkeypatch.setattr("voxcx.csi.trained.BLOCK", 100)
    cut = model.predict_table(some)
    assert cut.value.tolist() == whole.value.tolist()
    assert cut.shares.shape == (250, 5)
    nobody = model.predict_table({name: column[:0] for name, column in some.items()})
    assert (nobody.value.shape, nobody.shares.shape) == ((0,), (0, 5))


def test_figures_on_known_truth(model: CsiModel) -> None:
    ours, plain = model.meta.metrics["model"], model.meta.metrics["metadata only"]
    assert (ours["pearson"].value or 0) > 0.4
    assert (ours["auc_dissatisfied"].value or 0) > 0.7
    assert (ours["log_loss"].value or 9) < (plain["log_loss"].value or 0)
    assert 0.85 <= (ours["coverage"].value or 0) <= 0.95
    assert (ours["ece_dissatisfied"].value or 1) < 0.05
    assert model.meta.metrics["mean"]["pearson"].value is None


def test_ten_answers_and_one_class_are_refused(first: First, train: Train) -> None:
    with pytest.raises(InputError, match="at least 50 rated interactions, got 10"):
        train(first(10))
    with pytest.raises(InputError, match="different ratings, all 200 are 5"):
        train(first(200, rating=5))


def test_features_without_any_value_are_refused(first: First, train: Train) -> None:
    few = first(200)
    table = few.interactions.table.items()
    empty = {name: np.full(200, None if column.dtype == object else np.nan) for name, column in table}
    nothing = replace(few, interactions=replace(few.interactions, table=empty))
    with pytest.raises(InputError, match="got none with a value") as caught:
        train(nothing)
    assert "\n" not in str(caught.value)


def test_a_small_survey_still_trains_and_is_honest_about_it(first: First, train: Train) -> None:
    small = train(first(90), bootstrap=50).model
    assert small.meta.data.answers == 90
    figure = small.meta.metrics["model"]["coverage"]
    assert figure.low is None or figure.low <= (figure.value or 0)
    assert small.estimate(FeatureRow(())).warnings == (
        "None of the model's features is known; the estimate is the training mean.",
    )


def test_an_estimate_that_rests_on_little_says_so(model: CsiModel, row: MakeRow) -> None:
    little = FeatureRow(
        tuple(one if one.name == "queue_wait_s" else Feature(one.name, None, "not heard") for one in row().features)
    )
    assert any(text.startswith("Not known here:") for text in model.estimate(little).warnings)
    assert not any(text.startswith("Not known here:") for text in model.estimate(row(unresolved_cue=0)).warnings)
