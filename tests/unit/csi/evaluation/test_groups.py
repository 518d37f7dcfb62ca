from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from voxcx.csi.answers import Answers, Floats, Integers, Labels, Predictions, one_answer_each
from voxcx.csi.evaluation.groups import GroupBand, bands, refuse_simulated
from voxcx.domain.csi import RatingScale
from voxcx.errors import InputError
from voxcx.simulation.population import Population, simulate_population

FINE = RatingScale(0, 100, 40, 60)  # ratings of one point: answers are all but continuous
ANSWERS_OF_A_GROUP = (0, 1, 3, 10, 30, 100)


@dataclass(frozen=True, slots=True)
class World:
    group: Labels
    predictions: Predictions
    answered: Integers
    answers: Answers
    expected: Floats
    realised: Floats

    def bands(self, level: float) -> tuple[GroupBand, ...]:
        return bands(self.group, self.predictions, self.answered, self.answers, level)


def estimates(value: Floats) -> Predictions:
    return Predictions(value, value, value, value, value, value[:, np.newaxis])


def rated(points: Floats, weight: Floats | None = None) -> Answers:
    once = one_answer_each(np.round(points).astype(np.int64), np.full(len(points), "", dtype=object), FINE)
    return once if weight is None else Answers(once.counts, once.customer, weight, FINE)


def draw_world(seed: int, between: float = 6.0, groups: int = 40, interactions: int = 120) -> World:
    """Groups whose true mean residuals differ by ``between`` points; single answers differ by 15."""
    rng = np.random.default_rng(seed)
    n = rng.choice(ANSWERS_OF_A_GROUP, groups)
    number = np.repeat(np.arange(groups), interactions)
    effect, estimate = rng.normal(1, between, groups), rng.normal(50, 6, groups * interactions)
    answer = np.clip(np.round(estimate + effect[number] + rng.normal(0, 15, len(number))), 0, 100)
    answered = np.concatenate([k * interactions + np.arange(count) for k, count in enumerate(n)]).astype(np.int64)
    names = np.array([f"group-{k:03d}" for k in number], dtype=object)
    by_group = (groups, interactions)
    return World(
        names, estimates(estimate), answered, rated(answer[answered]),
        estimate.reshape(by_group).mean(axis=1) + effect, answer.reshape(by_group).mean(axis=1),
    )  # fmt: skip


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_bands_cover_what_they_promise(level: float) -> None:
    expected: dict[int, list[bool]] = {n: [] for n in ANSWERS_OF_A_GROUP}
    csi: list[bool] = []
    for seed in range(60):
        world = draw_world(seed)
        for one, truth, realised in zip(world.bands(level), world.expected, world.realised, strict=True):
            assert one.expected is not None
            assert one.csi is not None
            expected[one.answers].append(bool(one.expected.low <= truth <= one.expected.high))
            csi.append(bool(one.csi.low <= realised <= one.csi.high))
    assert np.mean(list(chain.from_iterable(expected.values()))) == pytest.approx(level, abs=0.025)
    assert np.mean(csi) == pytest.approx(level, abs=0.025)
    for hits in expected.values():
        assert np.mean(hits) == pytest.approx(level, abs=0.05)


def test_where_groups_do_not_differ_nobody_stands_out() -> None:
    standing = [one.standing for seed in range(10) for one in draw_world(seed, between=0.0).bands(0.9)]
    assert sum(one in {"above", "below"} for one in standing) <= 0.03 * len(standing)


def test_where_groups_differ_those_with_answers_stand_out() -> None:
    found = [one for seed in range(5) for one in draw_world(seed, between=15.0).bands(0.9)]
    assert all(one.standing not in {"above", "below"} for one in found if not one.answers)
    many = [one for one in found if one.answers == 100]
    assert sum(one.standing in {"above", "below"} for one in many) > 0.6 * len(many)


def test_few_answers_are_drawn_to_the_mean_of_all() -> None:
    world = draw_world(1)
    residual = world.answers.value - world.predictions.value[world.answered]
    everyone = np.average([b.expected.value - b.estimate for b in world.bands(0.9) if b.expected])
    for one in world.bands(0.9):
        assert one.expected is not None
        own = residual[world.group[world.answered] == one.group]
        if len(own):
            kept = (one.expected.value - one.estimate - everyone) / (own.mean() - everyone)
            assert -0.3 < kept < 1.3 or abs(own.mean() - everyone) < 2


def test_answers_needed_are_enough_when_they_come() -> None:
    world = draw_world(3)
    found = world.bands(0.9)
    fewest = {one.answers: one.answers_needed or 0 for one in found}
    widths = {one.answers: one.expected.high - one.expected.low for one in found if one.expected}
    assert sorted(widths.values(), reverse=True) == [widths[n] for n in sorted(widths)]
    assert fewest[100] == 0
    assert widths[100] <= 10
    assert fewest[0] > fewest[3] > fewest[10] > 0
    enough = fewest[0]
    assert all((n >= enough) == (width <= 10.05) for n, width in widths.items())
    assert all(one.standing == "cannot_tell" for one in found if one.answers_needed and one.answers < 3)


def test_what_everybody_answered_is_known() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(np.array(["a", "b", "c"], dtype=object), 20)
    answer = np.round(rng.normal(60, 10, 60))
    found = bands(group, estimates(np.full(60, 50.0)), np.arange(60), rated(answer), 0.9)
    for one, truth in zip(found, answer.reshape(3, 20).mean(axis=1), strict=True):
        assert one.csi is not None
        assert one.expected is not None
        assert (one.csi.low, one.csi.high) == pytest.approx((truth, truth), abs=1e-6)
        assert one.expected.high - one.expected.low > 3  # the next twenty may differ


def test_too_few_answers_give_no_band() -> None:
    group = np.array(["a", "b", "c", "d"], dtype=object)
    found = bands(group, estimates(np.full(4, 50.0)), np.array([0, 2]), rated(np.array([10.0, 90.0])), 0.9)
    assert [(one.group, one.answers, one.csi, one.expected, one.standing) for one in found] == [
        ("a", 1, None, None, "cannot_tell"), ("b", 0, None, None, "cannot_tell"),
        ("c", 1, None, None, "cannot_tell"), ("d", 0, None, None, "cannot_tell"),
    ]  # fmt: skip
    assert found[0].reason == "bands need at least 10 answers beyond the first of each group"
    assert found[0].answers_needed is None
    nobody = bands(group, estimates(np.full(4, 50.0)), np.empty(0, dtype=np.int64), rated(np.empty(0)), 0.9)
    assert [one.estimate for one in nobody] == [50.0] * 4


def test_one_group_and_no_group() -> None:
    answer = np.round(np.random.default_rng(0).normal(60, 10, 50))
    (one,) = bands(np.full(50, "a", dtype=object), estimates(np.full(50, 50.0)), np.arange(30), rated(answer[:30]), 0.9)
    assert one.expected is not None
    assert one.expected.low < answer[:30].mean() < one.expected.high
    none = np.full(50, None, dtype=object)
    assert bands(none, estimates(np.full(50, 50.0)), np.arange(30), rated(answer[:30]), 0.9) == ()


def test_interactions_without_a_group_are_left_out() -> None:
    world = draw_world(2)
    extra = np.array([*world.group, "", None], dtype=object)
    more = estimates(np.append(world.predictions.value, [0.0, 100.0]))
    answered = np.append(world.answered, len(world.group))
    answers = rated(np.append(world.answers.value, 99.0))
    assert bands(extra, more, answered, answers, 0.9) == world.bands(0.9)


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_order_and_scale_of_weights_do_not_matter(seed: int) -> None:
    world = draw_world(seed, groups=12, interactions=110)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(world.group))
    place = np.empty_like(rows)
    place[rows] = np.arange(len(rows))
    answers = Answers(world.answers.counts, world.answers.customer, world.answers.weight * 3, FINE)
    shuffled = bands(world.group[rows], world.predictions.rows(rows), place[world.answered], answers, 0.9)
    for one, other in zip(world.bands(0.9), shuffled, strict=True):
        assert one.expected is not None
        assert other.expected is not None
        assert (one.group, one.answers_needed) == (other.group, other.answers_needed)
        assert one.expected.low == pytest.approx(other.expected.low, abs=1e-6)
        assert one.expected.high == pytest.approx(other.expected.high, abs=1e-6)


def test_unequal_weights_widen_bands() -> None:
    world = draw_world(4)
    weight = np.random.default_rng(0).choice([0.2, 5.0], len(world.answered))
    heavy = bands(world.group, world.predictions, world.answered, rated(world.answers.value, weight), 0.9)
    for one, other in zip(world.bands(0.9), heavy, strict=True):
        if one.answers == 100 and one.expected and other.expected:
            assert other.expected.high - other.expected.low > one.expected.high - one.expected.low


def test_simulated_models_say_nothing_about_groups_unless_forced() -> None:
    with pytest.raises(InputError, match="trained on simulated data"):
        refuse_simulated("simulated", forced=False)
    refuse_simulated("simulated", forced=True)
    refuse_simulated("survey", forced=False)


def columns_and_answers(population: Population) -> tuple[Floats, Integers, Integers]:
    names = ("queue_wait_s", "holds_count", "transfers", "unresolved_cue", "complaint_cue", "gratitude")
    columns = population.interactions
    values = np.nan_to_num(np.column_stack([columns[name].astype(float) for name in names]))
    rows = np.array([int(str(name).rpartition("-")[2]) for name in population.surveys["interaction_id"]])
    return values, rows, population.surveys["rating"].astype(np.int64)


def test_bands_find_agents_whom_the_features_do_not_show() -> None:
    values, rows, rating = columns_and_answers(simulate_population(6000, 100))
    model = Ridge().fit(values[rows], 25.0 * (rating - 1))
    hits, agreement = [], []
    for seed in range(3):
        population = simulate_population(14_000, seed)
        values, rows, rating = columns_and_answers(population)
        agent, customer = (population.interactions[name][rows] for name in ("agent_id", "customer_id"))
        answers = one_answer_each(rating, customer, RatingScale())
        # The answered ones stand for all, and a random third of them for those who answered.
        answered = np.flatnonzero(np.random.default_rng(seed).random(len(rows)) < 1 / 3)
        made = estimates(np.clip(model.predict(values[rows]), 0, 100))
        found = bands(agent, made, answered, answers.rows(answered), 0.9)
        truth = [answers.value[agent == one.group].mean() for one in found]
        hits += [bool(one.csi.low <= t <= one.csi.high) for one, t in zip(found, truth, strict=True) if one.csi]
        effects = population.truth["agent_effects"]
        assert isinstance(effects, dict)
        adjusted = [one.expected.value - one.estimate for one in found if one.expected]
        agreement.append(np.corrcoef(adjusted, [effects[one.group] for one in found])[0, 1])
    assert 0.85 <= np.mean(hits) <= 0.96
    assert np.mean(agreement) > 0.65
