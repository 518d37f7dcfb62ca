from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voxcx.csi.answers import Answers, Predictions
from voxcx.csi.evaluation.group_accuracy import group_accuracy

MakePair = Callable[..., tuple[Answers, Predictions]]


def agents(n: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([f"agent-{k % count}" for k in range(n)], dtype=object)


def test_groups_are_cut_in_order_and_the_rest_is_left(make_pair: MakePair) -> None:
    answers, made = make_pair(105, 0)
    agent = np.array(["a"] * 54 + ["b"] * 51, dtype=object)
    order = np.random.default_rng(0).permutation(105).astype(float)
    found = group_accuracy(answers, made, agent, order, sizes=(10, 5))
    assert [(one.size, one.groups) for one in found] == [(10, 10), (5, 20)]
    means = []
    for name in "ab":
        rows = np.flatnonzero(agent == name)
        rows = rows[np.argsort(order[rows])][:50].reshape(5, 10)
        means += (made.value[rows].mean(axis=1) - answers.value[rows].mean(axis=1)).tolist()
    assert found[0].mae_points.value == pytest.approx(np.abs(means).mean())
    assert found[0].band_points.value == pytest.approx(np.sort(np.abs(means))[8])
    assert found[0].mae_points.low is None
    assert "at least 10 agents" in found[0].mae_points.reason


def test_groups_of_one_are_the_single_interactions(make_pair: MakePair) -> None:
    answers, made = make_pair(300, 0)
    (one,) = group_accuracy(answers, made, agents(300, 20), np.arange(300.0), sizes=(1,))
    assert one.pearson.value == pytest.approx(np.corrcoef(made.value, answers.value)[0, 1])
    assert one.pearson.low is not None
    assert one.pearson.high is not None
    assert one.pearson.low < one.pearson.value < one.pearson.high


def test_groups_whose_cases_differ_are_easier_than_single_interactions(make_pair: MakePair) -> None:
    answers, made = make_pair(4000, 0)
    in_order = np.argsort(made.value, kind="stable")  # agents get cases of like difficulty
    agent = np.empty(4000, dtype=object)
    agent[in_order] = [f"agent-{k // 100}" for k in range(4000)]
    found = group_accuracy(answers, made, agent, np.arange(4000.0), sizes=(1, 10, 50))
    pearson = [one.pearson.value or 0 for one in found]
    error = [one.mae_points.value or 0 for one in found]
    assert pearson == sorted(pearson)
    assert error == sorted(error, reverse=True)
    assert pearson[-1] > 0.95


def test_too_few_groups_say_so(make_pair: MakePair) -> None:
    answers, made = make_pair(90, 0)
    (one,) = group_accuracy(answers, made, agents(90, 3), np.arange(90.0), sizes=(20,))
    assert (one.groups, one.pearson.value) == (3, None)
    assert one.pearson.reason == "3 groups of 20, at least 10 needed"


def test_nobody_known(make_pair: MakePair) -> None:
    answers, made = make_pair(30, 0)
    nobody = np.full(30, None, dtype=object)
    assert [one.groups for one in group_accuracy(answers, made, nobody, np.arange(30.0), sizes=(1, 5))] == [0, 0]
