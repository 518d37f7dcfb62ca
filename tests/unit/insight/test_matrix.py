from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from unit.insight.told import said, words_of
from voxcx.domain.beside import Beside, Blocked, SeriesPoint
from voxcx.domain.pages import Heat, Table
from voxcx.domain.texts import same
from voxcx.insight.archive import Archive
from voxcx.insight.matrix.correlating import Pair, correlated, effective, pairs_of
from voxcx.insight.matrix.measures import measures_of
from voxcx.insight.matrix.page import page
from voxcx.insight.matrix.periods import Periods, calendar, numbered, periods_of
from voxcx.insight.matrix.summing import Measure, quotient
from voxcx.insight.settings import MatrixSettings, ReportSettings

NAN = float("nan")
MONDAY_H = 96.0  # from Thursday, where archives of the tests start, to the first Monday
FIRST_DAY = 20454  # 2026-01-01


def weeks(count: int) -> Periods:
    return Periods("week", np.zeros(0, dtype=np.int64), 0, (), count)


def measure(name: str, values: Any, source: str = "", linked: str = "") -> Measure:
    values = np.asarray(values, dtype=float)
    return Measure(name, same(name), "number", same("told"), values, np.ones(len(values)), source or name, linked)


def pairs(count: int, *measures: Measure, settings: ReportSettings | None = None) -> tuple[Pair, ...]:
    return pairs_of(archive(1, settings=settings), weeks(count), measures)


def test_a_number_of_independent_periods_by_hand() -> None:
    x = np.array([1.0] * 5 + [-1.0] * 5)
    # Lag 1: of 9 products 8 are 1 and one −1: 7/9. Lag 2: 6 are 1, two −1: 4/8.
    # 9/10 · (7/9)² + 8/10 · (1/2)² = 0.544444 + 0.2 = 0.744444; 10 ÷ (1 + 2 · 0.744444) = 4.0179.
    assert effective(x, x, np.ones(10, dtype=bool)) == pytest.approx(4.0179, abs=1e-4)
    # One follows itself, the other turns about each week: negative products are left out.
    assert effective(x, np.array([1.0, -1.0] * 5), np.ones(10, dtype=bool)) == pytest.approx(
        10 / (1 + 2 * 0.8 * 0.5 * 1.0)  # lag 2: 0.5 of x, 1 of the other; lag 1: 7/9 × −1 is left out
    )


def test_a_missing_period_is_a_gap_and_no_neighbour() -> None:
    x = np.array([1.0, 1.0, -1.0, 0.0, 1.0, 1.0, -1.0, -1.0])
    both = np.array([True, True, True, False, True, True, True, True])
    # n = 7, lag 1 alone. Neighbours that are there: (0,1) 1, (1,2) −1, (4,5) 1, (5,6) −1, (6,7) 1: mean 1/5.
    assert effective(x, x, both) == pytest.approx(7 / (1 + 2 * 6 / 7 * 0.2**2))


def test_a_common_trend_is_taken_out() -> None:
    rng = np.random.default_rng(1)
    t = np.linspace(-3, 3, 60)
    one, other = t + 0.3 * rng.normal(size=60), 2 * t + 0.3 * rng.normal(size=60)
    assert np.corrcoef(one, other)[0, 1] > 0.95  # as they are
    r, _ = correlated(one, other, calendar(weeks(60)))
    assert r.value is not None
    assert abs(r.value) < 0.3
    assert not r.excludes_zero


@pytest.mark.parametrize("count", [40, 120])
def test_a_common_season_is_taken_out(count: int) -> None:
    rng = np.random.default_rng(2)
    wave = np.sin(2 * np.pi * np.arange(count) * 7 / 365.25 + 1)
    one, other = (wave + 0.3 * rng.normal(size=count) for _ in range(2))
    assert np.corrcoef(one, other)[0, 1] > 0.7
    r, _ = correlated(one, other, calendar(weeks(count)))
    assert not r.excludes_zero


def test_what_moves_together_is_found_and_what_does_not_is_not() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(size=50)
    made = pairs(
        50,
        measure("a", common + 0.3 * rng.normal(size=50)),
        measure("b", -common + 0.3 * rng.normal(size=50)),
        measure("c", rng.normal(size=50)),
    )
    found = {(one.first.id, one.second.id): one.found for one in made}
    assert found == {("a", "b"): True, ("a", "c"): False, ("b", "c"): False}
    assert made[0].r.value == pytest.approx(-0.9, abs=0.1)
    assert made[0].r.n == 50


def test_without_autocorrelation_the_correlation_is_pearsons_with_the_trend_paid_for() -> None:
    # Straight trend alone: n = 8, residuals of both are what is left of a line; by hand with numpy's polyfit.
    rng = np.random.default_rng(4)
    x, y, t = rng.normal(size=8), rng.normal(size=8), np.arange(8.0)
    left = [one - np.polyval(np.polyfit(t, one, 1), t) for one in (x, y)]
    r, worth = correlated(x, y, np.stack([np.ones(8), t], axis=1))
    assert r.value == pytest.approx(np.corrcoef(left[0], left[1])[0, 1])
    assert worth <= 7  # 8 less the trend


def test_fewer_than_thirty_periods_say_how_many_more() -> None:
    (pair,) = pairs(28, measure("a", range(28)), measure("b", range(28)))
    assert pair.r.value is None
    assert words_of(pair.r.reason) == "cannot tell: 2 more weeks needed"
    common = np.random.default_rng(5).normal(size=28)
    (told,) = pairs(
        28,
        measure("a", common),
        measure("b", common**3),
        settings=ReportSettings(matrix=MatrixSettings(periods_at_least=20)),
    )
    assert told.found


def test_missing_periods_are_counted_where_both_are_known() -> None:
    values = np.random.default_rng(6).normal(size=35)
    gaps = np.where(np.arange(35) < 10, NAN, values)
    (pair,) = pairs(35, measure("a", values), measure("b", gaps))
    assert (pair.r.value, pair.r.n) == (None, 25)


def test_what_the_same_people_answered_is_shown_but_not_tested() -> None:
    values = np.random.default_rng(7).normal(size=40)
    (pair,) = pairs(
        40, measure("csi", values, "answers", "rating"), measure("csat", values + 0.01, "answers", "rating")
    )
    assert pair.r.value == pytest.approx(1)
    assert (pair.linked, pair.tested, pair.found) == (True, False, False)
    assert np.isnan(pair.q)


def test_a_measure_that_only_follows_the_calendar_has_no_correlation() -> None:
    (pair,) = pairs(40, measure("a", np.arange(40.0)), measure("b", np.random.default_rng(8).normal(size=40)))
    assert words_of(pair.r.reason) == "beyond the calendar it does not vary"


def test_quotients_of_periods_by_hand() -> None:
    place = np.array([0, 0, 1, -1, 1, 1])
    values, n = quotient((np.array([1.0, 2, 3, 9, 4, 5]), np.ones(6)), place, 3, 3)
    assert n.tolist() == [2, 3, 0]
    assert np.array_equal(values, [NAN, 4, NAN], equal_nan=True)  # two are too few; (3 + 4 + 5) ÷ 3


def test_weeks_and_months_are_numbered_by_the_calendar() -> None:
    days = np.array([FIRST_DAY, FIRST_DAY + 3, FIRST_DAY + 4])  # Thursday, Sunday, Monday
    assert (numbered(days, "week") - numbered(days, "week")[0]).tolist() == [0, 0, 1]
    days = np.array([FIRST_DAY - 1, FIRST_DAY, FIRST_DAY + 30, FIRST_DAY + 31])
    assert (numbered(days, "month") - 56 * 12).tolist() == [-1, 0, 0, 1]


def daily(days: int, start_h: float = MONDAY_H, each: int = 10, **more: Any) -> Archive:
    """``each`` contacts on every day."""
    hours = [start_h + 24 * day + 1 + k / 10 for day in range(days) for k in range(each)]
    return archive(days * each, hours=hours, **more)


@pytest.mark.parametrize(
    ("days", "start_h", "whole"),
    [
        (21, MONDAY_H, 3),  # Monday to Sunday, three times
        (22, MONDAY_H, 3),  # the last Monday alone is no week
        (21, 0.0, 2),  # from a Thursday: its three days and the last four are dropped
        (5, MONDAY_H, 0),
    ],
)
def test_weeks_that_are_not_whole_are_dropped(days: int, start_h: float, whole: int) -> None:
    made = daily(days, start_h)
    periods = periods_of(made)
    assert periods.count == whole
    assert np.bincount(periods.place[periods.place >= 0], minlength=whole).tolist() == [70] * whole


def test_months_that_are_not_whole_are_dropped() -> None:
    made = daily(31 + 28 + 10, 0.0, settings=ReportSettings(matrix=MatrixSettings(by="month")))
    assert periods_of(made).count == 2  # January and February


def of(made: Archive) -> dict[str, Measure]:
    return {one.id: one for one in measures_of(made, periods_of(made))}


def test_measures_of_two_weeks_by_hand() -> None:
    n = 140
    late = [1.0] * 14 + [0.0] * 56 + [1.0] * 35 + [0.0] * 35
    made = daily(
        14,
        labels={"kind": "call"},
        numbers={"queue_wait_s": [30.0 if one else 10.0 for one in late], "handle_s": [100.0] * 70 + [200.0] * 70},
        ratings=[5.0] * 4 + [None] * 66 + [1.0, 2.0, 3.0, 4.0, 5.0] + [None] * 65,
        criteria=[criterion("x", [0] * 7 + [1] * (n - 7), severity="critical_customer")],
        beside=Beside(
            blocked=(Blocked(1_767_225_600.0 + 3600 * (MONDAY_H + 24), "s", "B", 30),),
            series=(
                SeriesPoint(FIRST_DAY + 4, "t1", "", "EES", 60.0),
                SeriesPoint(FIRST_DAY + 5, "t2", "", "EES", 70.0),
                SeriesPoint(FIRST_DAY + 11, "t1", "", "EES", 80.0),
                SeriesPoint(FIRST_DAY, "t1", "", "EES", 0.0),  # before the first whole week
            ),
        ),
    )
    found = of(made)
    # 56 of 70 in time and 30 blocked: 56 ÷ 100; then 35 of 70.
    assert found["sl"].values.tolist() == [pytest.approx(0.56), pytest.approx(0.5)]
    assert np.array_equal(found["csi"].values, [NAN, 50.0], equal_nan=True)  # four answers are too few
    assert np.array_equal(found["csat"].values, [NAN, 0.4], equal_nan=True)
    assert found["aht"].values.tolist() == [100.0, 200.0]
    assert found["cu_cea"].values.tolist() == [pytest.approx(0.9), 1.0]
    assert found["series_EES"].values.tolist() == [65.0, 80.0]
    assert "bu_cea" not in found
    assert "fcr" not in found


def test_weeks_of_unknown_waits_have_no_level_made_of_blocked_calls() -> None:
    # Two weeks of 70 calls, 30 blocked in each. First: of every seven calls four in time, two late, one unknown: 40 in
    # time ÷ (60 answered + 60/70 × 30 blocked) = 40 ÷ 85.714 = 0.46667. Second: no wait at all, so no level.
    waits = [10.0, 10.0, 10.0, 10.0, 30.0, 30.0, NAN] * 10 + [NAN] * 70
    at = [1_767_225_600.0 + 3600 * (MONDAY_H + 24 * day) for day in (1, 8)]
    beside = Beside(blocked=tuple(Blocked(one, "s", "B", 30) for one in at))
    found = of(daily(14, labels={"kind": "call"}, numbers={"queue_wait_s": waits}, beside=beside))["sl"]
    assert found.values[0] == pytest.approx(0.46667, abs=1e-5)
    assert np.isnan(found.values[1])


def test_without_after_call_work_it_is_talk_time_by_name() -> None:
    found = of(daily(7, numbers={"talk_s": 60}))["aht"]
    assert (words_of(found.title), found.values.tolist()) == ("Talk time", [60.0])


def test_series_of_customers_are_carried_by_their_contacts() -> None:
    made = daily(
        7,
        labels={"customer_id": (["c1"] * 4 + ["c2"] * 5 + ["c3"]) * 7},
        beside=Beside(
            series=(
                SeriesPoint(1, "", "c1", "CLTV", 10.0),
                SeriesPoint(2, "", "c1", "CLTV", 100.0),  # the latest counts
                SeriesPoint(1, "", "c2", "CLTV", 190.0),
            )
        ),
    )
    assert of(made)["series_CLTV_of_customers"].values.tolist() == [pytest.approx((4 * 100 + 5 * 190) / 9)]


def test_fcr_of_weeks_that_were_not_followed_long_enough_is_missing() -> None:
    made = daily(28, labels={"customer_id": [f"c{k}" for k in range(280)]})
    values = of(made)["fcr"].values
    # The archive ends on the fourth Sunday, just seven days after the last contact of the third.
    assert np.array_equal(values, [1.0, 1.0, 1.0, NAN], equal_nan=True)


def teams(count: int, each: int = 10) -> Archive:
    rng = np.random.default_rng(9)
    level = np.repeat(rng.normal(size=count), each)
    wait = 300 + 50 * level + rng.normal(size=count * each)
    rating = np.clip(np.round(3 - 1.5 * level), 1, 5)
    return archive(
        count * each,
        labels={"team": [f"t{k:02}" for k in range(count) for _ in range(each)], "kind": "call"},
        numbers={"handle_s": wait.tolist()},
        ratings=rating.tolist(),
        settings=ReportSettings(matrix=MatrixSettings(by="team")),
    )


def test_between_teams_no_calendar_is_taken_out() -> None:
    made = teams(35)
    found = {
        (one.first.id, one.second.id): one
        for one in pairs_of(made, periods_of(made), measures_of(made, periods_of(made)))
    }
    assert found["csi", "aht"].found
    assert found["csi", "aht"].r.n == 35
    assert found["csi", "aht"].effective == 35


def test_few_teams_are_told() -> None:
    told = page(teams(20))
    assert "The archive has 20 whole teams, a correlation takes 30: 10 more are needed" in said(told)
    assert told.findings == ()


def test_the_page_shows_found_pairs_alone_in_the_picture() -> None:
    told = page(teams(35))
    heat = next(block for block in told.blocks if isinstance(block, Heat))
    assert heat.good == "neither"
    values = [cell.estimate.value for row in heat.cells for cell in row if cell is not None]
    assert len(values) == 6  # csi, csat, cdsat, aht: each pair once
    assert sum(value is not None for value in values) >= 1
    table = next(block for block in told.blocks if isinstance(block, Table) and block.id == "matrix_pairs")
    assert len(table.rows) == 6
    assert told.findings
    assert {one.weight for one in told.findings} == {0.0}
    assert "no cause" in words_of(told.findings[0].said)


def ar_1(rng: np.random.Generator, count: int) -> Any:
    drawn = rng.normal(size=count + 30)
    for t in range(1, len(drawn)):
        drawn[t] = 0.5 * drawn[t - 1] + np.sqrt(0.75) * drawn[t]
    return drawn[30:]


def test_unrelated_series_with_memory_and_season_are_hardly_ever_found() -> None:
    finds = asked = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        wave = np.sin(2 * np.pi * np.arange(45) * 7 / 365.25 + rng.uniform(0, 6))
        made = pairs(45, *(measure(name, wave + ar_1(rng, 45)) for name in "abcd"))
        finds, asked = finds + sum(one.found for one in made), asked + len(made)
    # Of 360 pairs at most 18 (5 %) may be found; as they are, the season alone would make most of them so.
    assert finds <= 18


BAD: dict[str, Archive] = {
    "zero": archive(0),
    "nothing known": archive(3),
    "three": archive(3, labels={"kind": "call"}, numbers={"queue_wait_s": 1, "handle_s": 5}, ratings=[1, 2, 3]),
    "no times": archive(3, hours=[NAN] * 3, ratings=[1, 1, 1]),
    "one day": archive(40, hours=[0.0] * 40, ratings=[3] * 40),
    "one agent": archive(
        3, labels={"agent_id": "a", "team": "t"}, settings=ReportSettings(matrix=MatrixSettings(by="team"))
    ),
    "ids that do not join": archive(
        40, beside=Beside(series=(SeriesPoint(1, "x", "", "EES", 1.0), SeriesPoint(1, "", "c", "CLTV", 1.0)))
    ),
    "alike": daily(14, labels={"kind": "call"}, numbers={"handle_s": 5, "qa_score_before_zeroing": 90}),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("ui", ["en", "ru"])
def test_bad_input_is_told_and_never_raises(name: str, ui: str) -> None:
    told = page(BAD[name])
    assert told.lacks
    assert said(told, ui)
    assert told.findings == ()


@pytest.mark.parametrize("by", ["week", "month", "team"])
def test_every_cut_is_told(by: Any) -> None:
    ratings: Sequence[float] = [3, 4] * 350
    made = daily(70, ratings=ratings, labels={"team": "t"}, settings=ReportSettings(matrix=MatrixSettings(by=by)))
    assert "more" in said(page(made))
