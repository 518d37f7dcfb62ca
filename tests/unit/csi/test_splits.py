from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voxcx.csi.training.splits import agent_parts, split_by_time

ROWS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 12)), min_size=10, max_size=80)


def names(numbers: list[int]) -> np.ndarray:
    return np.array([f"c{number}" for number in numbers], dtype=object)


@given(ROWS)
def test_time_goes_forwards_and_customers_stay_apart(rows: list[tuple[int, int]]) -> None:
    moment = np.array([float(second) for second, _ in rows])
    customer = names([number for _, number in rows])
    split = split_by_time(moment, customer, 0.2, 1)
    assert not set(customer[split.early]) & set(customer[split.test])
    if len(split.early) and len(split.test):
        assert moment[split.early].max() <= moment[split.test].min()
    everything = np.concatenate([split.early, split.test, split.set_aside])
    assert sorted(everything.tolist()) == list(range(len(rows)))
    assert len(split.test) == round(0.2 * len(rows))
    assert set(customer[split.set_aside]) <= set(customer[split.test])
    assert split.by == "time"


@given(ROWS, st.integers(0, 3))
def test_without_a_date_customers_are_drawn(rows: list[tuple[int, int]], seed: int) -> None:
    moment = np.array([float(second) for second, _ in rows])
    moment[0] = np.nan
    customer = names([number for _, number in rows])
    split, again = (split_by_time(moment, customer, 0.3, seed) for _ in range(2))
    assert split.by == "chance"
    assert not set(customer[split.early]) & set(customer[split.test])
    assert sorted([*split.early.tolist(), *split.test.tolist()]) == list(range(len(rows)))
    assert not len(split.set_aside)
    assert again.test.tolist() == split.test.tolist()


def test_an_agent_is_in_one_part_and_the_unknown_in_none() -> None:
    agent = names(list(range(23)) * 4 + [0])
    agent[-1] = ""
    part = agent_parts(agent, 5, 1)
    assert part[-1] == -1
    assert {len(set(part[agent == one].tolist())) for one in set(agent.tolist())} == {1}
    counts = np.bincount(part[:-1])
    assert (counts >= 4 * 4).all()
    assert len(counts) == 5
