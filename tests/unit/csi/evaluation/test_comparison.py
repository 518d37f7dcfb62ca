from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from voxcx.csi.answers import Answers, Predictions
from voxcx.csi.evaluation.comparison import compare, refuse_other_scale
from voxcx.csi.evaluation.metrics import measure
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError

MakePair = Callable[..., tuple[Answers, Predictions]]


def blurred(predictions: Predictions, share: float) -> Predictions:
    """A worse model: part of each estimate is everybody's mean."""
    shares = (1 - share) * predictions.shares + share * predictions.shares.mean(axis=0)
    value = shares @ np.linspace(0, 100, 5)
    return replace(predictions, value=value, shares=shares, p_dissatisfied=shares[:, :2].sum(axis=1))


def test_a_better_a_worse_and_an_equal_model(make_pair: MakePair) -> None:
    answers, good = make_pair(800, 2)
    bad = blurred(good, 0.7)
    assert compare(answers, good, bad, 100, 0).verdict == "better"
    assert compare(answers, bad, good, 100, 0).verdict == "worse"
    same = compare(answers, good, good, 100, 0)
    assert same.verdict == "cannot_tell"
    for name, one in same.measures.items():
        assert one.verdict == (None if name in {"coverage", "interval_width_points"} else "cannot_tell")
        assert (one.difference.value, one.difference.low, one.difference.high) == (0, 0, 0)


def test_less_is_better_where_it_is_an_error(make_pair: MakePair) -> None:
    answers, good = make_pair(800, 2)
    result = compare(answers, good, blurred(good, 0.7), 100, 0)
    for name in ("pearson", "auc_dissatisfied", "mae_points", "brier_dissatisfied", "log_loss"):
        difference = result.measures[name].difference
        sign = -1 if name in {"mae_points", "brier_dissatisfied", "log_loss"} else 1
        if result.measures[name].verdict == "better":
            assert difference.value is not None
            assert sign * difference.value > 0
    assert result.measures["log_loss"].verdict == "better"
    assert result.decided_by == "log_loss"


def test_pairing_tells_apart_what_single_intervals_do_not(make_pair: MakePair) -> None:
    answers, good = make_pair(800, 2)
    result = compare(answers, good, blurred(good, 0.15), 200, 0).measures["brier_dissatisfied"]
    assert result.difference.low is not None
    assert result.difference.high is not None
    assert result.new.high is not None
    assert result.new.low is not None
    assert result.difference.high - result.difference.low < 0.5 * (result.new.high - result.new.low)


def test_figures_are_those_of_either_model_alone(make_pair: MakePair) -> None:
    answers, good = make_pair(300, 2)
    bad = blurred(good, 0.5)
    result = compare(answers, good, bad, 50, 3)
    assert {name: one.new for name, one in result.measures.items()} == measure(answers, good, 50, 3)
    assert {name: one.old for name, one in result.measures.items()} == measure(answers, bad, 50, 3)


def test_equally_good_models_are_seldom_told_apart(make_pair: MakePair) -> None:
    told = 0
    for seed in range(60):
        answers, good = make_pair(300, seed)
        rng = np.random.default_rng(seed)
        noise = [np.exp(0.3 * rng.normal(size=good.shares.shape)) * good.shares for _ in range(2)]
        first, second = (replace(good, shares=one / one.sum(axis=1, keepdims=True)) for one in noise)
        told += compare(answers, first, second, 60, seed).verdict != "cannot_tell"
    assert told <= 9  # 5 % are expected


def test_without_distributions_the_absolute_error_decides(make_pair: MakePair) -> None:
    answers, good = make_pair(800, 2)
    bad = replace(blurred(good, 0.7), shares=np.full((800, 5), np.nan))
    bad = replace(bad, value=100 - bad.value)
    result = compare(answers, good, bad, 100, 0)
    assert (result.decided_by, result.verdict) == ("mae_points", "better")
    assert result.measures["log_loss"].difference.reason == "the estimates do not say it"


def test_too_few_customers_cannot_tell(make_pair: MakePair) -> None:
    answers, good = make_pair(200, 2, per_customer=50)
    assert compare(answers, good, blurred(good, 0.9), 50, 0).verdict == "cannot_tell"


def test_models_of_different_surveys_are_refused(make_pair: MakePair) -> None:
    answers, good = make_pair(50, 2)
    with pytest.raises(InputError, match=r"old model: expected a scale of 5 ratings as in the survey, got 11"):
        compare(answers, good, replace(good, shares=np.full((50, 11), 1 / 11)), 10, 0)
    with pytest.raises(InputError, match=r"got 1–5 \(dissatisfied ≤ 2, satisfied ≥ 4\) and 0–10"):
        refuse_other_scale(RatingScale(), RatingScale(0, 10, 6, 9))
    refuse_other_scale(RatingScale(), RatingScale())


def test_other_interactions_and_none_are_refused(make_pair: MakePair) -> None:
    answers, good = make_pair(50, 2)
    with pytest.raises(InputError, match="same 50 interactions, got 20"):
        compare(answers, good.rows(np.arange(20)), good, 10, 0)
    nobody = np.empty(0, dtype=np.int64)
    with pytest.raises(InputError, match="got none"):
        compare(answers.rows(nobody), good.rows(nobody), good.rows(nobody), 10, 0)
