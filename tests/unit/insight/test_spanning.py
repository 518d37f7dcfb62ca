"""The end of an archive with a wrong clock, and the pages that rest on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import START_S, archive
from voxcx.insight.alerts.watching import last_moment_s
from voxcx.insight.archive import DAY_S, Archive
from voxcx.insight.change.groups import Compared, compared
from voxcx.insight.change.page import page as change_page
from voxcx.insight.repeats.following import followed
from voxcx.insight.repeats.page import page as repeats_page
from voxcx.insight.robots.legs import legs_of
from voxcx.insight.spanning import span_of, strays

DECADE_H = 24.0 * 3650
HOURS = [float(k) for k in range(24 * 70)]  # ten weeks, one contact an hour


def of(hours: list[float]) -> Archive:
    n = len(hours)
    labels = {"customer_id": [f"c{k % 7}" for k in range(n)], "kind": "call", "ivr_status": "completed"}
    return archive(n, hours=hours, labels=labels, numbers={"contained": 1.0}, ratings=[1 + k % 5 for k in range(n)])


def test_one_contact_of_another_decade_moves_nothing() -> None:
    plain, late = of(HOURS), of([*HOURS, DECADE_H])
    assert late.end_s == plain.end_s == START_S + 3600 * HOURS[-1]
    assert late.stray.tolist() == [False] * len(HOURS) + [True]
    assert late.day[-1] == -1
    window = 7.0
    assert int(followed(late, same_topic=False).base(window).sum()) == 24 * 63  # the last week is not over
    assert int(legs_of(late).followed(7.0).sum()) == 24 * 63
    assert last_moment_s(late) == plain.end_s
    early = of([-DECADE_H, *HOURS])
    assert (early.begin_s, early.end_s) == (START_S, plain.end_s)


def test_the_last_four_weeks_are_still_compared_and_the_stray_is_told() -> None:
    late = of([*HOURS, DECADE_H])
    found = compared(late)
    assert isinstance(found, Compared)
    assert found.day == int(START_S // DAY_S) + 70 - 28
    (said,) = strays(late)
    assert said in change_page(late).lacks
    assert said in repeats_page(late).lacks
    assert not list(strays(of(HOURS)))


@pytest.mark.parametrize(
    ("days", "last"),
    [
        ([0.0, 1.0, 3650.0], 3650.0),  # three contacts are too few to call one a stray
        ([*np.linspace(0, 60, 61).tolist(), 95.0], 95.0),  # 35 days of quiet are not 100 usual gaps of a day
        ([*np.linspace(0, 60, 61).tolist(), 161.0], 60.0),  # 101 are
        ([*np.linspace(0, 60, 61).tolist(), 161.0, 161.1], 161.1),  # two of 63 are more than a trace
        ([*np.linspace(0, 60, 6000).tolist(), 87.9], 87.9),  # 27.9 days are not quiet enough
        ([*np.linspace(0, 60, 6000).tolist(), 89.0, 500.0, 900.0], 60.0),  # three of 6,003 are
    ],
)
def test_where_an_archive_ends(days: list[float], last: float) -> None:
    assert span_of(np.array([*days, np.nan]) * DAY_S)[1] == pytest.approx(last * DAY_S)


def test_an_archive_without_times_has_no_end() -> None:
    nothing = replace(of(HOURS), moment_s=np.full(len(HOURS), np.nan), local_s=np.full(len(HOURS), np.nan))
    assert (nothing.begin_s, nothing.end_s) == (np.inf, -np.inf)
    assert not nothing.stray.any()
    assert last_moment_s(archive(0)) is None
    assert not list(strays(archive(0)))
