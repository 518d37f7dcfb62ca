from __future__ import annotations

import numpy as np
import pytest

from voxcx.simulation.notes import gather

NOTED = [(np.array([0, 2]), "a", "x"), (np.array([2]), "b", "y"), (np.array([], dtype=np.int64), "c", "z")]


def test_notes_come_by_row_in_the_order_given() -> None:
    assert gather(NOTED, 4).as_lists() == [
        [{"name": "a", "reason": "x"}],
        [],
        [{"name": "a", "reason": "x"}, {"name": "b", "reason": "y"}],
        [],
    ]


@pytest.mark.parametrize(("first", "last"), [(0, 4), (1, 3), (2, 3), (3, 4), (0, 0)])
def test_some_rows_are_the_same_as_all_cut(first: int, last: int) -> None:
    assert gather(NOTED, 4).rows(first, last).as_lists() == gather(NOTED, 4).as_lists()[first:last]


def test_nothing_noted_is_nothing() -> None:
    assert gather([], 2).as_lists() == [[], []]
