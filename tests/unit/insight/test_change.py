"""Change: what is compared with what, the mix taken out, and what can be said. Arithmetic beside each expectation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from unit.insight.archives import archive, criterion
from voxcx.config import first_problem
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Lines, Page, Paragraph, Table
from voxcx.domain.texts import Text, same
from voxcx.insight.archive import MET, NOT_MET, UNDECIDED, Archive
from voxcx.insight.change.clusters import by_agents
from voxcx.insight.change.comparing import Change, changes_of, deviation_of, difference_in_differences, verdict_of
from voxcx.insight.change.groups import NO_FIELD, NO_TIMES, NO_VALUE, OUTSIDE, TOO_SHORT, Compared, compared
from voxcx.insight.change.outcomes import Outcome, outcomes_of, repeated
from voxcx.insight.change.page import NO_ANSWERS, NOTHING, page
from voxcx.insight.change.seasons import season_apart_days, warnings_of
from voxcx.insight.change.words import FOUND, MIX_MOVED, THIN, VERDICTS
from voxcx.insight.critical.counting import KINDS, accuracy, count
from voxcx.insight.settings import ChangeSettings, RepeatSettings, ReportSettings
from voxcx.statistics.planning import detectable_difference
from voxcx.statistics.standardising import Standardised

AB = {"field": "team", "a": "old", "b": "new"}


def settings(**change: Any) -> ReportSettings:
    return ReportSettings(change=ChangeSettings.model_validate(change))


def two_queues(new: tuple[int, int], old: tuple[int, int] = (60, 20), better: float = 0.0) -> Archive:
    """Answers 4 and 5 in turn in the good queue, 2 and 3 in the bad one; ``better``: ratings added in the new team."""
    rows = [
        ("old", "good", old[0], 4.0),
        ("old", "bad", old[1], 2.0),
        ("new", "good", new[0], 4.0 + better),
        ("new", "bad", new[1], 2.0 + better),
    ]
    team, queue, ratings = [], [], []
    for name, where, n, low in rows:
        team += [name] * n
        queue += [where] * n
        ratings += [low, low + 1] * (n // 2)
    return archive(len(team), labels={"team": team, "queue": queue}, ratings=ratings, settings=settings(**AB))


def change_of(one: Archive, name: str = "csi") -> Change:
    groups = compared(one)
    assert isinstance(groups, Compared)
    return next(x for x in changes_of(one, groups, outcomes_of(one)) if x.outcome.name == name)


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    assert estimate.value is not None
    return estimate.value


def test_a_pure_mix_shift_is_no_effect() -> None:
    # Good queue 87.5, bad 37.5 in both teams. Old (60 × 87.5 + 20 × 37.5) ÷ 80 = 75, new 50: −25, all of it the mix.
    one = change_of(two_queues(new=(20, 60)))
    assert one.standardised is not None
    assert (value(one.first), value(one.second)) == (75, 50)
    assert value(one.standardised.crude) == -25
    assert value(one.standardised.estimate) == pytest.approx(0, abs=1e-9)
    assert value(one.standardised.mix_part) == pytest.approx(-25)
    assert one.mix_moved_more
    assert one.verdict == "cannot_tell"
    assert one.needed is not None
    made = page(two_queues(new=(20, 60)))
    assert made.findings == ()
    assert MIX_MOVED.en in warnings(made)


def test_an_effect_within_the_kinds_is_one_whatever_the_mix_does() -> None:
    # Crude: (20 × 100 + 60 × 50) ÷ 80 … with ratings half a step up: 62.5 − 75 = −12.5; within each queue +12.5.
    one = change_of(two_queues(new=(20, 60), better=0.5))
    assert one.standardised is not None
    assert value(one.standardised.crude) == pytest.approx(-12.5)
    assert value(one.standardised.estimate) == pytest.approx(12.5)
    assert one.verdict == "better"
    made = page(two_queues(new=(20, 60), better=0.5))
    (finding,) = [x for x in made.findings if x.weight > 0]
    assert finding.said.en == FOUND.en
    assert finding.weight == pytest.approx(12.5)  # all contacts of the archive are concerned
    assert finding.tone == "good"
    assert len(finding.calls) == 4


def test_smallest_difference_that_could_be_seen() -> None:
    # Old: kinds of 60 and 20 contacts, each weighing half: worth 1 ÷ (.25 ÷ 60 + .25 ÷ 20) = 60 contacts; new the same.
    # Within a kind the values are 12.5 off their mean: sd = √(160 × 156.25 ÷ 156) = 12.659.
    # (1.95996 + .84162) × 12.659 × √(2 ÷ 60) = 6.475
    one = change_of(two_queues(new=(20, 60)))
    assert one.detectable == pytest.approx(6.475, abs=0.001)
    values = np.array([75.0, 100.0] * 30)
    sd, worth = deviation_of(values, np.arange(60) >= 20, [])
    assert worth == pytest.approx((20, 40))
    assert sd == pytest.approx(math.sqrt(60 * 156.25 / 58))


def test_too_few_answers_are_not_compared() -> None:
    one = change_of(two_queues(new=(10, 10)))
    assert one.standardised is None
    assert one.verdict == "cannot_tell"


def test_little_in_common_is_told() -> None:
    # Only the good queue is in both: (60 + 40) of 60 + 60 + 40 = 62.5 %.
    made = page(two_queues(new=(40, 0), old=(60, 60)))
    one = change_of(two_queues(new=(40, 0), old=(60, 60)))
    assert one.standardised is not None
    assert one.standardised.kept == pytest.approx(0.625)
    assert THIN.en in warnings(made)


def warnings(made: Page) -> list[str]:
    return [block.said.en for block in made.blocks if isinstance(block, Paragraph) and block.warning]


@pytest.mark.parametrize(
    ("ends", "found", "beyond", "more_is", "verdict"),
    [
        ((3, 5), True, None, "better", "better"),
        ((-5, -3), True, None, "better", "worse"),
        ((3, 5), True, None, "worse", "worse"),
        ((3, 5), True, None, "neither", "more"),
        ((-5, -3), True, None, "neither", "less"),
        ((3, 5), False, None, "better", "cannot_tell"),  # not after the correction for many looks
        ((-1, 5), True, None, "better", "cannot_tell"),
        ((-1, 1.5), False, None, "better", "no_change"),
        ((0.5, 1.5), True, None, "better", "no_change"),  # sure, and too small to matter
        ((3, 5), True, (-1, 3), "better", "as_elsewhere"),
        ((3, 5), True, (-4, -1), "better", "as_elsewhere"),
        ((3, 5), True, (1, 3), "better", "better"),
    ],
)
def test_verdicts(
    ends: tuple[float, float], found: bool, beyond: tuple[float, float] | None, more_is: str, verdict: str
) -> None:
    def estimate(two: tuple[float, float]) -> Estimate:
        return Estimate(sum(two) / 2, *two, 100)

    outcome = Outcome("x", same("x"), np.zeros(1), "index", "points", more_is, 2.0, same("x"))
    found_one = Standardised(estimate(ends), estimate(ends), 1.0, estimate((0, 0)))
    over = None if beyond is None else estimate(beyond)
    one = Change(outcome, estimate((0, 1)), estimate((0, 1)), found_one, None, 2.0, None, over, over)
    assert verdict_of(one, found=found) == verdict
    assert set(VERDICTS) >= {verdict}


def test_difference_in_differences() -> None:
    # 6 (4…8) here, 2 (0…4) elsewhere: 4, ± √(2² + 2²) = 2.83
    gap = difference_in_differences(Estimate(2.0, 0.0, 4.0, 50), Estimate(6.0, 4.0, 8.0, 70))
    assert (gap.value, gap.n) == (4.0, 120)
    assert (gap.low, gap.high) == pytest.approx((4 - math.sqrt(8), 4 + math.sqrt(8)))
    few = Text("few", "мало")
    assert difference_in_differences(Estimate(None, n=3, reason=few), Estimate(6.0, 4.0, 8.0)).reason == few


def test_contacts_of_an_agent_go_together() -> None:
    # One kind, four agents of two contacts: 0 and 10 in either group. A contact pulls ± (value − 5) ÷ 4, so an agent
    # ± 2.5: √(4 × 6.25 × 4 ÷ 3) = 5.774. All agents carry alike: 4 − 2 degrees of freedom.
    values = np.array([0, 0, 10, 10, 0, 0, 10, 10], dtype=float)
    agents = np.array(["a", "a", "b", "b", "c", "c", "d", "d"], dtype=object)
    second = np.arange(8) >= 4
    found = by_agents(values, second, np.zeros(8, dtype=np.int64), agents)
    assert found == pytest.approx((5.7735, 2.0), rel=1e-4)
    # The same agents in both groups: what they do cancels.
    both = np.array(["a", "a", "b", "b", "a", "a", "b", "b"], dtype=object)
    assert by_agents(values, second, np.zeros(8, dtype=np.int64), both) is None  # two agents say nothing
    three = np.array(["a", "a", "b", "c", "a", "a", "b", "c"], dtype=object)
    cancelled = by_agents(values, second, np.zeros(8, dtype=np.int64), three)
    assert cancelled is not None
    assert cancelled[0] == pytest.approx(0, abs=1e-12)


def test_teams_of_few_agents_are_not_told_apart_by_their_agents_luck() -> None:
    # Four agents in each team, each with its own level; hundreds of contacts do not make them more agents.
    team, agent, ratings = [], [], []
    for k, level in enumerate([2.0, 4.0, 3.0, 3.0, 3.0, 4.0, 4.0, 3.0]):
        team += ["old" if k < 4 else "new"] * 100
        agent += [f"a{k}"] * 100
        ratings += [level, level + 1] * 50
    one = archive(800, labels={"team": team, "agent_id": agent}, ratings=ratings, settings=settings(**AB))
    change = change_of(one)
    assert change.standardised is not None
    assert change.standardised.crude.excludes_zero  # contact by contact it looks sure: 12.5 points
    assert value(change.standardised.estimate) == pytest.approx(12.5)
    assert not change.standardised.estimate.excludes_zero
    assert change.verdict == "cannot_tell"


HOUR, DAY = 1.0, 24.0


def test_repeats() -> None:
    hours = [0, 5 * DAY, 6 * DAY, 6 * DAY + 0.1, 20 * DAY, 21 * DAY, 40 * DAY]
    one = archive(
        7,
        hours=hours,
        labels={
            "customer_id": ["x", "x", "y", "y", "z", "z", "x"],
            "topic": ["t", "t", "t", "t", "t", "other", "t"],
            "direction": ["", "", "", "", "outbound", "", ""],
        },
        numbers={"reconnect_after_drop": [0, 0, 0, 1, 0, 0, 0]},
    )
    # x came again in 5 days, then not in 7; y's second is a reconnect: no repeat, and it cannot be repeated; z's first
    # was ours, the second has no repeat; the last window has not elapsed.
    assert repeated(one) == pytest.approx([1, 0, 0, np.nan, np.nan, 0, np.nan], nan_ok=True)


def test_repeats_are_those_of_the_page_of_repeats() -> None:
    # x: unknown topics are no topic; y: one ticket is one matter, whatever the topic
    labels = {
        "customer_id": ["x", "x", "y", "", "w"],
        "topic": ["", "", "t", "other", "t"],
        "ticket_id": ["", "", "7", "7", ""],
    }
    one = archive(5, hours=[0, DAY, 2 * DAY, 3 * DAY, 30 * DAY], labels=labels)
    assert repeated(one) == pytest.approx([np.nan, np.nan, 1, 0, np.nan], nan_ok=True)


def test_repeats_on_any_topic_and_of_unknown_customers() -> None:
    labels = {"customer_id": ["x", "x", "", "", "w"], "topic": ["t", "other", "t", "t", "t"]}
    hours = [0, DAY, 2 * DAY, 3 * DAY, 30 * DAY]
    assert repeated(archive(5, hours=hours, labels=labels))[:4] == pytest.approx([0, 0, np.nan, np.nan], nan_ok=True)
    loose = ReportSettings(repeats=RepeatSettings(same_topic=False))
    assert repeated(archive(5, hours=hours, labels=labels, settings=loose))[0] == 1


def test_a_reconnect_hides_no_repeat_behind_it() -> None:
    numbers = {"reconnect_after_drop": [0.0, 1.0, 0.0, 0.0]}
    labels = {"customer_id": ["x", "x", "x", "w"]}
    one = archive(4, hours=[0, 0.1, DAY, 30 * DAY], labels=labels, numbers=numbers)
    assert repeated(one)[:3] == pytest.approx([1, np.nan, 0], nan_ok=True)


def test_critical_errors_for_the_customer_whoever_made_them() -> None:
    one = archive(
        3,
        criteria=[
            criterion("a", [MET, MET, UNDECIDED], severity="critical_customer"),
            criterion("b", [MET, NOT_MET, UNDECIDED], severity="critical_customer", attributable="process"),
            criterion("c", [NOT_MET, NOT_MET, NOT_MET], severity="critical_business"),
        ],
    )
    # As on the page of critical errors: 1 − 1 of 3; the undecided one counts as no error found.
    found = next(its for its in outcomes_of(one) if its.name == "cu_cea").values
    assert found == pytest.approx([1, 0, 1])
    assert found.mean() == accuracy(count(one, KINDS[0]), None, 0.95).found.value


def days(n: int, **more: Any) -> Archive:
    """One contact a day from 2026-01-01."""
    return archive(n, hours=[24.0 * k + 12 for k in range(n)], **more)


def test_before_and_after_a_day() -> None:
    groups = compared(days(10, settings=settings(at="2026-01-04")))
    assert isinstance(groups, Compared)
    assert groups.used.all()
    assert groups.second.tolist() == [False] * 3 + [True] * 7
    assert groups.control is None


def test_the_rest_is_control_where_a_part_is_named() -> None:
    one = days(10, labels={"queue": ["a", "b"] * 5}, settings=settings(at="2026-01-04", where="queue=a"))
    groups = compared(one)
    assert isinstance(groups, Compared)
    assert np.flatnonzero(groups.used).tolist() == [0, 2, 4, 6, 8]
    assert groups.control is not None
    assert np.flatnonzero(groups.control).tolist() == [1, 3, 5, 7, 9]


def test_four_weeks_are_offered_where_nothing_is_asked() -> None:
    groups = compared(days(70))
    assert isinstance(groups, Compared)
    assert not groups.asked
    assert np.flatnonzero(groups.used & ~groups.second).tolist() == list(range(14, 42))
    assert np.flatnonzero(groups.used & groups.second).tolist() == list(range(42, 70))


@pytest.mark.parametrize(
    ("one", "template"),
    [
        (days(55), TOO_SHORT),
        (days(10, settings=settings(at="2026-01-01")), OUTSIDE),
        (days(10, settings=settings(at="2031-01-01")), OUTSIDE),
        (days(10, settings=settings(at="2026-01-04", where="queue=a")), NO_FIELD),
        (days(10, labels={"queue": "b"}, settings=settings(at="2026-01-04", where="queue=a")), NO_VALUE),
        (days(10, labels={"team": "old"}, settings=settings(**AB)), NO_VALUE),
        (archive(3, hours=[math.nan] * 3), NO_TIMES),
    ],
)
def test_what_cannot_be_compared_is_told_kindly(one: Archive, template: Text) -> None:
    (told,) = page(one).lacks
    assert (told.en, told.ru) == (template.en, template.ru)
    names = {name for name, _ in told.blanks}
    assert all(f"{{{name}}}" in told.en and f"{{{name}}}" in told.ru for name in names)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"at": "June"}, "expected a day such as 2026-06-01, got 'June'"),
        ({"at": 20260601.5}, "expected a day such as 2026-06-01"),
        ({"where": "queue"}, "expected field=value, such as queue=delivery, got 'queue'"),
        ({"where": "=x"}, "expected field=value"),
        ({"field": "team"}, "expected field, a and b together"),
        ({"field": "team", "a": "x", "b": "x"}, "expected two different groups"),
        ({"at": "2026-06-01", **AB}, "not both"),
        ({"worth_points": 0}, "worth_points"),
    ],
)
def test_settings_are_refused_kindly(change: dict[str, Any], part: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ChangeSettings.model_validate(change)
    assert part in first_problem(caught.value)


def test_seasons() -> None:
    # A day in January and one 60 days later are 60 apart; two whole years are not apart; a year and a day half-way.
    assert season_apart_days(np.array([0]), np.array([60])) == pytest.approx(60, abs=0.1)
    assert season_apart_days(np.arange(365), np.arange(365, 730)) == pytest.approx(0, abs=0.5)
    assert season_apart_days(np.array([0]), np.array([365])) == pytest.approx(0, abs=0.3)


def test_calendar_warnings() -> None:
    def told(n: int, at: str) -> int:
        one = days(n, settings=settings(at=at))
        groups = compared(one)
        assert isinstance(groups, Compared)
        return len(warnings_of(one, groups))

    assert told(14, "2026-01-08") == 0  # a week and a week
    assert told(10, "2026-01-08") == 1  # a week and three days of it
    assert told(140, "2026-03-12") == 1  # ten weeks and ten weeks: 70 days apart


def improved(effect: float, elsewhere: float = 0.0, seed: int = 2) -> Archive:
    """100 days, two queues, a change on day 50 in queue a."""
    rng = np.random.default_rng(seed)
    n = 2000
    day, queue = np.sort(rng.integers(0, 98, n)), rng.integers(0, 2, n)
    moved = np.where(queue == 0, effect, elsewhere) * (day >= 49)
    ratings = np.clip(np.round(3.2 + moved + rng.normal(0, 0.8, n)), 1, 5)
    return archive(
        n,
        hours=(24.0 * day + 12).tolist(),
        labels={"queue": [f"q{k}" for k in queue]},
        numbers={"queue_wait_s": rng.exponential(60, n).tolist()},
        ratings=ratings.tolist(),
        settings=settings(at="2026-02-19", where="queue=q0"),
    )


def test_a_change_of_one_part_stands_beside_the_rest() -> None:
    made = page(improved(0.5))
    csi = change_of(improved(0.5))
    # Half a rating is 12.5 points.
    assert csi.standardised is not None
    assert value(csi.standardised.estimate) == pytest.approx(12.5, abs=3)
    assert value(csi.elsewhere) == pytest.approx(0, abs=3)
    assert csi.verdict == "better"
    (finding,) = [x for x in made.findings if x.weight > 0]
    # A half of the contacts is concerned.
    assert finding.weight == pytest.approx(value(csi.standardised.estimate) / 2, rel=0.1)
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert {"elsewhere", "beyond"} <= {column.name for column in table.columns}
    lines = next(block for block in made.blocks if isinstance(block, Lines))
    assert len(lines.lines) == 2
    assert lines.marks[0][0] == 20_503  # 2026-02-19


def test_what_happened_everywhere_is_not_sold_as_the_change() -> None:
    made = page(improved(0.5, elsewhere=0.5, seed=1))
    assert change_of(improved(0.5, elsewhere=0.5, seed=1)).verdict == "as_elsewhere"
    assert made.findings == ()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_changed(seed: int) -> None:
    assert page(improved(0.0, seed=seed)).findings == ()


def bad_inputs() -> dict[str, Archive]:
    teams = ["old", "new"] * 40
    ab = settings(**AB)
    return {
        "zero interactions": archive(0),
        "three interactions": archive(3, ratings=[5, 1, None]),
        "one day": archive(60, ratings=[5, 1] * 30, hours=[1.0] * 60),
        "no answers": archive(80, labels={"team": teams}, numbers={"queue_wait_s": 5.0}, settings=ab),
        "all missing": archive(80, labels={"team": teams}, settings=ab),
        "all alike": archive(80, labels={"team": teams}, ratings=[5.0] * 80, settings=ab),
        "nothing in common": archive(
            80, labels={"team": teams, "queue": ["a", "b"] * 40}, ratings=[5, 3, 4, 2] * 20, settings=ab
        ),
        "all abandoned": archive(80, labels={"team": teams}, numbers={"abandoned": 1.0}, settings=ab),
    }


@pytest.mark.parametrize("name", bad_inputs())
def test_bad_input_says_what_is_lacking_and_never_raises(name: str) -> None:
    made = page(bad_inputs()[name])
    assert made.findings == ()
    assert made.lacks or name in {"all alike", "nothing in common"}
    if name == "no answers":
        assert made.lacks == (NO_ANSWERS,)
    if name == "all missing":
        assert made.lacks == (NOTHING,)
    if name == "nothing in common":
        assert THIN.en in warnings(made)


def test_the_printed_formula_is_the_one_used() -> None:
    # (z of 95 % + z of 80 %) × 1 × √(½ + ½). The definition of the column prints it.
    assert detectable_difference(1, 2, 2) == pytest.approx(1.959964 + 0.841621, abs=1e-5)
