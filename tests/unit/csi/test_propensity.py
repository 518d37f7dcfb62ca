from __future__ import annotations

import numpy as np
import pytest

from voxcx.csi.answers import Table, one_answer_each
from voxcx.csi.training.propensity import answer_weights, both_means
from voxcx.domain.csi import RatingScale

N = 6_000


def asked(seed: int) -> tuple[Table, np.ndarray, np.ndarray, np.ndarray]:
    """Waits lower ratings; chats are rated higher. Returns table, ratings, customers, uniform draws."""
    rng = np.random.default_rng(seed)
    wait, chat = rng.exponential(1.0, N), rng.random(N) < 0.4
    rating = np.clip(np.rint(4.6 - 0.9 * wait + 0.5 * chat + rng.normal(0, 0.8, N)), 1, 5).astype(np.int64)
    customer = np.array([f"c{number}" for number in rng.integers(0, N // 2, N)], dtype=object)
    table = {
        "wait": np.where(chat, np.nan, wait),
        "kind": np.where(chat, "chat", "call").astype(object),
        "noise": rng.normal(0, 1, N),
        "empty": np.full(N, np.nan),
        "constant": np.ones(N),
    }
    return table, rating, customer, rng.random(N)


def index_of(rating: np.ndarray) -> float:
    return float(25 * (rating.mean() - 1))


def test_weights_bring_back_who_is_seen_to_be_silent() -> None:
    table, rating, customer, draw = asked(1)
    wait = np.nan_to_num(table["wait"])
    answered = draw < 1 / (1 + np.exp(0.2 + 0.6 * wait))
    response = answer_weights(table, answered, customer, 1)
    means = both_means(one_answer_each(rating[answered], customer[answered], RatingScale()), response.weight[answered])
    truth = index_of(rating)
    assert response.kind != "constant"
    assert response.auc is not None
    assert response.auc > 0.6
    assert response.log_loss < response.log_loss_constant
    assert means.csi.value - truth > 2
    assert abs(means.csi_weighted.value - truth) < 0.5 * (means.csi.value - truth)
    assert means.csat_weighted.value < means.csat.value
    assert means.cdsat_weighted.value > means.cdsat.value
    assert means.csi.low < means.csi.value < means.csi.high
    assert 0.5 * answered.sum() < response.effective_n < answered.sum()
    worst = response.balance[0]
    assert worst.feature.startswith(("wait", "kind"))
    assert abs(worst.after) < abs(worst.before) / 2


def test_probabilities_are_calibrated() -> None:
    table, _, customer, draw = asked(2)
    answered = draw < 1 / (1 + np.exp(0.2 + 0.9 * np.nan_to_num(table["wait"])))
    p = answer_weights(table, answered, customer, 1).p
    for part in np.array_split(np.argsort(p), 5):
        assert p[part].mean() == pytest.approx(answered[part].mean(), abs=0.06)


def test_answering_at_random_leaves_the_answers_alone() -> None:
    table, _, customer, draw = asked(3)
    answered = draw < 0.3
    response = answer_weights(table, answered, customer, 1)
    assert response.kind == "constant"
    assert response.auc == pytest.approx(0.5, abs=0.05)
    assert set(response.weight[answered].tolist()) == {1.0}
    assert set(response.weight[~answered].tolist()) == {0.0}
    assert response.effective_n == pytest.approx(answered.sum())
    assert "do not show" in response.note


def test_who_answers_by_the_rating_stays_biased() -> None:
    table, rating, customer, draw = asked(4)
    answered = draw < np.array([0, 0.1, 0.2, 0.3, 0.45, 0.6])[rating]
    response = answer_weights(table, answered, customer, 1)
    means = both_means(one_answer_each(rating[answered], customer[answered], RatingScale()), response.weight[answered])
    truth = index_of(rating)
    assert truth < means.csi_weighted.low  # the docstring says so
    assert means.csi_weighted.value < means.csi.value


def test_large_weights_are_trimmed_and_their_mean_is_one() -> None:
    table, _, customer, draw = asked(5)
    answered = draw < np.where(np.nan_to_num(table["wait"]) > 1.5, 0.02, 0.6)
    response = answer_weights(table, answered, customer, 1)
    assert response.trimmed > 0
    assert response.weight[answered].mean() == pytest.approx(1)
    assert response.weight.max() / response.weight[answered].min() <= 10 / answered.mean()


@pytest.mark.parametrize("answers", [0, 5, 60])
def test_too_few_of_either_side_are_not_modelled(answers: int) -> None:
    answered = np.arange(60) < answers
    response = answer_weights({"x": np.arange(60.0)}, answered, np.full(60, "", dtype=object), 1)
    assert (response.kind, response.auc) == ("constant", None)
    assert response.weight.sum() == answers


def test_the_same_seed_gives_the_same_weights() -> None:
    table, _, customer, draw = asked(6)
    answered = draw < 1 / (1 + np.exp(0.2 + 0.9 * np.nan_to_num(table["wait"])))
    first, second = (answer_weights(table, answered, customer, 7) for _ in range(2))
    assert np.array_equal(first.weight, second.weight)
    assert first.balance == second.balance


def test_intervals_know_that_customers_resemble_themselves() -> None:
    rating = np.repeat(np.random.default_rng(1).integers(1, 6, 100), 10)
    one_each = one_answer_each(rating, np.arange(1000).astype(str).astype(object), RatingScale())
    clustered = one_answer_each(rating, np.repeat(np.arange(100), 10).astype(str).astype(object), RatingScale())
    narrow, wide = (both_means(answers, np.ones(1000)).csi for answers in (one_each, clustered))
    assert wide.high - wide.low > 2.5 * (narrow.high - narrow.low)
    assert wide.value == narrow.value
