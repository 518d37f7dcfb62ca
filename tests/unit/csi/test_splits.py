from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voxcx.csi.settings import SplitConfig
from voxcx.csi.splits import split_by_time


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 12)), min_size=10, max_size=80))
def test_time_goes_forwards_and_customers_stay_apart(rows: list[tuple[int, int]]) -> None:
    moment = np.array([float(second) for second, _ in rows])
    customer = np.array([f"c{number}" for _, number in rows], dtype=object)
    split = split_by_time(moment, customer, SplitConfig())
    parts = (split.train, split.calibrate, split.test)
    for earlier, later in ((0, 1), (0, 2), (1, 2)):
        assert not set(customer[parts[earlier]]) & set(customer[parts[later]])
        if len(parts[earlier]) and len(parts[later]):
            assert moment[parts[earlier]].max() <= moment[parts[later]].min()
    everything = np.concatenate([*parts, split.set_aside])
    assert sorted(everything.tolist()) == list(range(len(rows)))
