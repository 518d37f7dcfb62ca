"""Times as they are stored and as people read them."""

from __future__ import annotations

import os

import pytest

from voxcx import units
from voxcx.units import clock, cores, rounded_s


@pytest.mark.parametrize(
    ("time_s", "text"),
    [(0, "0:00"), (9.99, "0:09"), (60, "1:00"), (3599.9, "59:59"), (3600, "1:00:00"), (-8, "-0:08"), (-0.4, "0:00")],
)
def test_clock(time_s: float, text: str) -> None:
    assert clock(time_s) == text


def test_times_are_stored_to_the_millisecond() -> None:
    assert (rounded_s(1.23449), rounded_s(2)) == (1.234, 2.0)
    assert isinstance(rounded_s(2), float)


def test_cores_are_those_that_may_be_used_or_all_where_the_system_does_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(units, "group_settings", lambda *_: iter(()))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert cores() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
