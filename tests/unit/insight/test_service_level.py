"""The formula against a day worked out by hand, leaving against Kaplan and Meier's product, and what is lacking."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import START_S, archive
from voxcx.domain.beside import Beside, Blocked
from voxcx.domain.pages import Figure, Lines, Page, Paragraph, Table
from voxcx.domain.texts import Text
from voxcx.insight.archive import Archive
from voxcx.insight.service_level.contacts import calls_of, counts_beside
from voxcx.insight.service_level.formula import Counts, Level, counted, level_of
from voxcx.insight.service_level.leaving import leaving, redialled
from voxcx.insight.service_level.page import page
from voxcx.insight.service_level.pictures import short_levels
from voxcx.insight.service_level.tables import variants
from voxcx.insight.settings import ReportSettings, ServiceLevelSettings

NAN = math.nan
# Fifteen calls, T = 20 s, short < 5 s. Answered: 10, 15, 20 s (in time, 20 itself is), 30, 45 s, one unknown.
# Left: 3 s (at once), 12 s (in time), 25, 60 s (later). Blocked: one of type B, three of type A. Flowed out: one.
WAITS = [10.0, 15.0, 20.0, 30.0, 45.0, NAN, 3.0, 12.0, 25.0, 60.0, NAN, NAN, NAN, NAN, 40.0]
LEFT = [0.0] * 6 + [1.0] * 4 + [0.0] * 5
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
    assert counts == Counts(3, 2, 1, 1, 2, 1, 3, 1, 1)


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
    assert counts_beside(one) == Counts(0, 0, 0, 0, 0, 4, 2, 0, 0)
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
