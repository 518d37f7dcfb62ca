"""The formula against a day worked out by hand, leaving against Kaplan and Meier's product, and what is lacking."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import START_S, archive
from voxcx.domain.beside import Beside, Blocked
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Lines, Page, Paragraph, Table, Tiles
from voxcx.domain.texts import Text
from voxcx.insight.archive import Archive
from voxcx.insight.service_level.contacts import calls_of, counts_beside
from voxcx.insight.service_level.formula import NONE, Counts, Level, counted, level_of
from voxcx.insight.service_level.leaving import leaving, redialled
from voxcx.insight.service_level.page import page
from voxcx.insight.service_level.pictures import short_levels
from voxcx.insight.service_level.tables import variants
from voxcx.insight.settings import ReportSettings, ServiceLevelSettings

NAN = math.nan
# Fifteen calls, T = 20 s, short < 5 s. Answered: 10, 15, 20 s (in time, 20 itself is), 30, 45 s.
# Left: after a wait that nobody noted, 3 s (at once), 12 s (in time), 25, 60 s (later). Blocked: one of type B, three
# of type A. Flowed out: one.
WAITS = [10.0, 15.0, 20.0, 30.0, 45.0, NAN, 3.0, 12.0, 25.0, 60.0, NAN, NAN, NAN, NAN, 40.0]
LEFT = [0.0] * 5 + [1.0] * 5 + [0.0] * 5
BLOCKED = [0.0] * 10 + [1.0] * 4 + [0.0]
TYPES = [""] * 10 + ["b", "A", "A", "A", ""]
OUT = [0.0] * 14 + [1.0]
DEFAULT = ServiceLevelSettings()


def day(**changed: object) -> Archive:
    settings = ReportSettings(service_level=DEFAULT.model_copy(update=changed))
    return archive(
        15,
        labels={"kind": "call", "blocked_type": TYPES, "queue": "help", "skill": ["en"] * 8 + [""] * 7},
        numbers={"queue_wait_s": WAITS, "abandoned": LEFT, "blocked": BLOCKED, "flow_out": OUT},
        settings=settings,
    )


def level(**changed: object) -> Level:
    one = day(**changed)
    settings = one.settings.service_level
    return level_of(counted(calls_of(one).queued, settings), settings)


def plain(said: Text) -> str:
    filled: dict[str, str] = {}
    for name, blank in said.blanks:
        if isinstance(blank, Figure):
            assert blank.estimate.value is not None
            filled[name] = f"{blank.estimate.value:.3f}" if blank.unit == "share" else f"{blank.estimate.value:.0f}"
        else:
            filled[name] = plain(blank) if isinstance(blank, Text) else blank
    return said.en.format(**filled)


def test_every_call_is_of_one_kind() -> None:
    counts = counted(calls_of(day()).queued, DEFAULT)
    assert counts == Counts(3, 2, 1, 1, 2, 1, 3, 1, 0, 1)


@pytest.mark.parametrize(
    ("changed", "hits", "of"),
    [
        ({}, 3, 5 + 2 + 1),  # answered 5, left after 20 s 2, type B 1
        ({"abandoned": "all"}, 3, 5 + 3 + 1),  # left at 12, 25, 60 s
        ({"abandoned": "all", "count_short_abandons": True}, 3, 5 + 4 + 1),  # and at 3 s
        ({"abandoned": "none"}, 3, 5 + 1),
        ({"abandoned_in_time_met": True}, 3 + 1, 5 + 2 + 1 + 1),  # left at 12 s above and below the line
        ({"abandoned_in_time_met": True, "abandoned": "all"}, 3 + 1, 5 + 3 + 1),
        ({"blocked": "none"}, 3, 5 + 2),
        ({"blocked": "all"}, 3, 5 + 2 + 1 + 3),
        ({"flow_outs": True, "blocked": "all"}, 3, 5 + 2 + 1 + 3 + 1),
        ({"threshold_s": 30.0}, 4, 5 + 1 + 1),  # 30 s is in time; only the 60 s left later
        ({"short_abandon_s": 26.0, "abandoned": "all"}, 3, 5 + 1 + 1),  # 3, 12 and 25 s are short
    ],
)
def test_each_part_of_the_formula_is_switched_alone(changed: dict[str, object], hits: int, of: int) -> None:
    found = level(**changed).share
    assert (found.value, found.n) == (pytest.approx(hits / of), of)


def test_the_formula_is_printed_with_its_numbers() -> None:
    said = plain(level(abandoned_in_time_met=True).printed)
    assert said == (
        "(3 answered within 20 + 1 left within 20) ÷ "
        "(5 answered + 2 left after 20 + 1 left within 20 + 1 blocked, type B) = 0.444"
    )


def test_five_formulas_of_the_same_calls_give_five_numbers() -> None:
    one = day()
    found = [level_of(counts, settings).share.value for _, settings, counts in variants(one, calls_of(one))]
    assert found == pytest.approx([3 / 8, 3 / 10, 3 / 6, 4 / 9, 3 / 11])


def test_the_interval_is_wilsons() -> None:
    # 3 of 8, z = 1.96: middle (3 + 1.9207) ÷ 11.8415 = 0.41555;
    # half 1.96 × √8 ÷ 11.8415 × √(0.234375 + 3.8415 ÷ 32) = 0.46815 × 0.59532 = 0.27870
    found = level().share
    assert (found.low, found.high) == (pytest.approx(0.1368, abs=1e-4), pytest.approx(0.6943, abs=1e-4))


def test_calls_that_ask_for_nobody_are_no_calls() -> None:
    one = day()
    one.labels["direction"] = np.array(["outbound", *["inbound"] * 14], dtype=object)  # type: ignore[index]
    one.numbers["contained"] = np.array([0.0, 1.0, *[0.0] * 13])  # type: ignore[index]
    assert counted(calls_of(one).queued, DEFAULT).in_time == 1  # that of 20 s


def test_blocked_csv_adds_to_its_skill_and_to_its_days_only() -> None:
    beside = Beside(blocked=(Blocked(START_S, "en", "B", 4), Blocked(START_S, "en", "A", 2)))
    one = replace(day(), beside=replace(beside, blocked=(*beside.blocked, Blocked(START_S - 3e6, "en", "B", 99))))
    assert counts_beside(one) == replace(NONE, blocked_b=4, blocked_other=2)
    assert counts_beside(one, "help").blocked_b == 0
    assert any(isinstance(b, Paragraph) and b.warning and "both are added" in b.said.en for b in page(one).blocks)
    skills = table(page(one), "service_level_skills")
    # en: the first 8 calls, 3 in time; answered 5, 4 blocked; help: 2 left later, 1 blocked, nobody answered
    assert [shown(row[1]) for row in skills.rows] == pytest.approx([3 / 9, 0.0])


def table(made: Page, name: str) -> Table:
    return next(one for one in made.blocks if isinstance(one, Table) and one.id == name)


def shown(cell: object) -> float | None:
    assert isinstance(cell, Figure)
    return cell.estimate.value


def test_leaving_of_six_calls_is_kaplan_meiers_product() -> None:
    # Left at 10, 30, 30, 60; answered at 20, 40.
    # 10 s: 6 wait, S = 5/6. 30 s: 4 wait, 2 leave, S = 5/6 × 2/4 = 5/12. 60 s: 1 waits and leaves, S = 0.
    found = leaving(np.array([10.0, 20, 30, 30, 40, 60]), np.array([True, False, True, True, False, True]))
    assert found.share == pytest.approx([1 / 6, 7 / 12, 1.0])
    assert found.waiting.tolist() == [6, 4, 1]
    # Greenwood at 30 s: 1/(6·5) + 2/(4·2) = 0.28333; log S = −0.87547; half = 1.96 × √0.28333 ÷ 0.87547 = 1.19167;
    # S between (5/12)^e^1.19167 = 0.0559 and (5/12)^e^−1.19167 = 0.7665
    assert (found.low[1], found.high[1]) == (pytest.approx(1 - 0.7665, abs=2e-4), pytest.approx(1 - 0.0559, abs=2e-4))
    assert math.isnan(found.low[2])
    assert found.by(9.0, 0.95).value == 0.0
    assert found.by(35.0, 0.95).value == pytest.approx(7 / 12)
    assert found.by(60.0, 0.95).low is None


def lossy(waits: list[float], blocked: int = 500, **labels: object) -> Archive:
    """1,000 answered calls, 700 of them in time, 100 that left after 60 s, and ``blocked`` of blocked.csv."""
    return archive(
        1100,
        labels={"kind": "call", **labels},  # type: ignore[dict-item]
        numbers={"queue_wait_s": waits, "abandoned": [0.0] * 1000 + [1.0] * 100},
        beside=Beside(blocked=(Blocked(START_S, "", "B", blocked),)),
    )


FULL = [10.0] * 700 + [40.0] * 300 + [60.0] * 100


def share_told(one: Archive) -> Estimate:
    tile = next(block for block in page(one).blocks if isinstance(block, Tiles)).tiles[0]
    assert isinstance(tile.figure, Figure)
    return tile.figure.estimate


def test_calls_whose_wait_nobody_noted_leave_the_level_where_it_was() -> None:
    # 700 ÷ (1000 + 100 + 500) = 0.4375. Every fifth wait known: 140 ÷ (200 + 20 + 20 % × 500) = 140 ÷ 320 = 0.4375
    fifth = [wait if place % 5 == 0 else NAN for place, wait in enumerate(FULL)]
    assert share_told(lossy(FULL)).value == pytest.approx(0.4375)
    found = share_told(lossy(fifth))
    assert (found.value, found.n) == (pytest.approx(0.4375), 320)
    assert any(isinstance(b, Paragraph) and "is an estimate" in b.said.en for b in page(lossy(fifth)).blocks)
    assert not any(isinstance(b, Paragraph) and "is an estimate" in b.said.en for b in page(lossy(FULL)).blocks)


def test_known_waits_of_those_who_left_do_not_outweigh_the_answered() -> None:
    # Waits of the answered missing alone: 140 ÷ (200 + 20 % × 100 + 20 % × 500) = 0.4375 again
    answered_only = [wait if place % 5 == 0 or place >= 1000 else NAN for place, wait in enumerate(FULL)]
    counts = counted(calls_of(lossy(answered_only)).queued, DEFAULT) + replace(NONE, blocked_b=500)
    made = level_of(counts, DEFAULT)
    assert made.share.value == pytest.approx(0.4375)
    assert plain(made.printed) == (
        "140 answered within 20 ÷ (200 answered + 0.200 × 100 left after 20 + 0.200 × 500 blocked, type B) = 0.438"
    )


def test_hours_and_weeks_weigh_by_their_own_known_waits() -> None:
    # All within one hour of one day: each curve has one point, the level of the whole.
    fifth = [wait if place % 5 == 0 else NAN for place, wait in enumerate(FULL)]
    one = replace(lossy(fifth), moment_s=np.full(1100, START_S), local_s=np.full(1100, START_S))
    curves = [b for b in page(one).blocks if isinstance(b, Lines) and b.x_unit in {"hours", "date"}]
    values = [each.value for curve in curves for line in curve.lines for each in line.y]
    assert values == pytest.approx([0.4375, 0.4375])


@pytest.mark.parametrize(
    "one",
    [
        lossy([NAN] * 1100),
        lossy([NAN] * 1000 + [60.0] * 100),  # answered calls there are, but none with a wait
        lossy(FULL, direction="outbound"),
        replace(lossy(FULL), labels={"kind": np.full(1100, "chat", dtype=object)}),
    ],
)
def test_blocked_calls_alone_make_no_level(one: Archive) -> None:
    made = page(one)
    counts = counted(calls_of(one).queued, DEFAULT) + counts_beside(one)
    assert counts.blocked_b == 500
    assert level_of(counts, DEFAULT).share.value is None
    assert level_of(counts, DEFAULT).share.reason is not None
    assert not made.findings
    assert made.lacks


def test_an_hour_in_which_everybody_left_has_a_level_of_nothing() -> None:
    assert level_of(replace(NONE, left_later=4), DEFAULT).share.value == 0.0


@pytest.mark.parametrize(("n", "told"), [(29, 0), (30, 1)])
def test_a_few_calls_make_no_finding_whatever_was_blocked(n: int, told: int) -> None:
    beside = Beside(blocked=(Blocked(START_S, "", "B", 500),))
    one = archive(n, labels={"kind": "call"}, numbers={"queue_wait_s": 40.0}, beside=beside)
    assert len(page(one).findings) == told


def test_blocked_csv_is_cut_at_local_days() -> None:
    # One call at 23:30 UTC, local time + 3 h: 02:30 of 2 January. 22:00 UTC of 1 January is 01:00 of 2 January and
    # counts; 12:00 UTC of 1 January is the local day before and does not; 22:00 UTC of 2 January is the 3rd.
    first = START_S + 23.5 * 3600
    lines = tuple(Blocked(START_S + hours * 3600, "", "B", many) for hours, many in ((22, 1), (12, 10), (46, 100)))
    one = archive(1, hours=[23.5], labels={"kind": "call"}, beside=Beside(blocked=lines))
    one = replace(one, local_s=np.array([first + 3 * 3600]))
    assert counts_beside(one).blocked_b == 1


def test_a_call_of_another_decade_adds_no_blocked_days() -> None:
    late = Beside(blocked=(Blocked(START_S + 86_400 * 400, "", "B", 7),))
    hours = [*np.arange(59.0).tolist(), 24.0 * 3650]
    assert counts_beside(archive(60, hours=hours, labels={"kind": "call"}, beside=late)).blocked_b == 0


def test_who_calls_again_soon_after_leaving() -> None:
    # Left at 0 h after 60 s: a calls 10 min + 1 s after the start (9 min 1 s after leaving), b after 12 min, nobody
    # knows the third, the fourth is answered.
    hours = [0.0, 0.0, 0.0, 0.0, 601 / 3600, 0.2]
    one = archive(
        6,
        hours=hours,
        labels={"kind": "call", "customer_id": ["a", "b", "", "d", "a", "b"]},
        numbers={"queue_wait_s": 60.0, "abandoned": [1, 1, 1, 0, 0, 0]},
    )
    found = redialled(one, calls_of(one), 600.0)
    assert found.tolist()[:2] == [1.0, 0.0]
    assert np.isnan(found[2:]).all()


def test_the_threshold_to_abandon_leaves_out_who_left_sooner() -> None:
    one = day()
    lines, rows = short_levels(one, calls_of(one))
    values = [each.value for each in lines.lines[0].y]
    # 0 s: 3 ÷ (5 + 4 + 1); from 4 s: the 3 s call is out; from 13 s: the 12 s call; from 26 s: the 25 s call
    assert [values[at] for at in (0, 3, 4, 12, 13, 25, 26, 30)] == pytest.approx(
        [3 / 10, 3 / 10, 3 / 9, 3 / 9, 3 / 8, 3 / 8, 3 / 7, 3 / 7]
    )
    assert [shown(row[1]) for row in rows.rows] == [0, 1, 1, 2, 2, 2, 3]


def test_chats_and_emergencies_have_their_own_thresholds() -> None:
    settings = ReportSettings(service_level=ServiceLevelSettings(emergency_topics=("outage",)))
    one = archive(
        6,
        labels={
            "kind": ["call", "call", "call", "chat", "chat", "chat"],
            "channel": ["phone"] * 3 + ["chat", "chat", "mail"],
            "topic": ["outage", "outage", "other", "", "", ""],
        },
        numbers={"queue_wait_s": [9, 15, 15, NAN, NAN, NAN], "first_response_s": [NAN, NAN, NAN, 60, 61, 5]},
        settings=settings,
    )
    made = page(one)
    rows = table(made, "service_level_special").rows
    assert [shown(row[1]) for row in rows] == [
        0.5,
        0.5,
    ]  # 9 s of two within 10 s; 60 s of two chats, the letter is none
    tile = next(b for b in made.blocks if hasattr(b, "tiles"))
    assert tile.tiles[0].figure.estimate.value == 1.0


def test_hours_and_weeks_add_up_to_the_whole() -> None:
    one = day()
    for block in page(one).blocks:
        if isinstance(block, Lines) and block.x_unit in {"hours", "date"}:
            estimates = [each for line in block.lines for each in line.y if each.value is not None]
            assert sum(each.n for each in estimates) == 8
            assert sum((each.value or 0) * each.n for each in estimates) == pytest.approx(3)


def test_a_level_below_the_target_says_what_late_answers_cost() -> None:
    n, rng = 400, np.random.default_rng(4)
    wait_s = np.tile([10.0, 50.0], n // 2)
    ratings = np.where(wait_s > 20, rng.choice([1, 2, 3], n), rng.choice([4, 5], n)).tolist()
    hours = (np.arange(n) // 2).tolist()  # each hour has one of both
    one = archive(n, labels={"kind": "call"}, numbers={"queue_wait_s": wait_s.tolist()}, ratings=ratings, hours=hours)
    (found,) = page(one).findings
    effect = dict(found.said.blanks)["effect"]
    assert isinstance(effect, Figure)
    # means: 2 → 25 points, 4.5 → 87.5 points: −62.5; half of the calls are late
    assert effect.estimate.value == pytest.approx(-62.5, abs=6)
    assert found.weight == pytest.approx(62.5 / 2, abs=3)
    assert len(found.calls) == 5


def test_no_finding_where_the_target_may_be_met() -> None:
    assert not page(archive(20, labels={"kind": "call"}, numbers={"queue_wait_s": 10.0})).findings


@pytest.mark.parametrize(
    "one",
    [
        archive(0),
        archive(3),
        archive(3, labels={"kind": "call"}),
        archive(3, labels={"kind": "call"}, numbers={"queue_wait_s": NAN, "abandoned": 1.0}),
        archive(3, labels={"kind": "chat", "channel": "mail"}, numbers={"first_response_s": 4.0}),
    ],
)
def test_without_waits_the_page_says_what_it_lacks(one: Archive) -> None:
    made = page(one)
    assert made.lacks
    assert not made.findings


@pytest.mark.parametrize("hours", [None, [NAN, NAN, NAN], [0.0, 0.0, 0.0]])
def test_three_calls_stand_alone(hours: list[float] | None) -> None:
    one = archive(
        3,
        labels={"kind": "call", "agent_id": "a", "team": ["x", "", "x"]},
        numbers={"queue_wait_s": [5.0, 9.0, 4.0], "abandoned": [0, 1, 0]},
        hours=hours,
    )
    made = page(one)
    assert made.blocks
    assert any("No level {by}: who left" in lack.en for lack in made.lacks)
