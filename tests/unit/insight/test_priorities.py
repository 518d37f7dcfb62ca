"""Flags, ranking, causes, losses and heat maps by hand; bad input."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from unit.insight.archives import START_S, archive, criterion
from unit.insight.told import said, words_of
from voxcx.domain.beside import Beside, SeriesPoint
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Heat, Page, Table
from voxcx.insight.archive import DAY_S, Archive
from voxcx.insight.priorities.losses import AGAIN, CHURN, Loss, money, series_changes
from voxcx.insight.priorities.page import page
from voxcx.insight.priorities.ranking import Priority, ranking_of
from voxcx.insight.priorities.stages import heats_of
from voxcx.insight.settings import PrioritySettings, ReportSettings
from voxcx.insight.topics.assigning import with_topics

DAY0 = int(START_S // DAY_S)


def ranked(a: Archive) -> dict[str, Priority]:
    return {one.thing.key: one for one in ranking_of(with_topics(a)).all}


def busy(n: int = 1200, **more: object) -> Archive:
    """Topic "bad" (a tenth) is rated 2, the rest 4 or 5; where ``unsolved`` was not met (a fifth) one less, and
    customers speak of leaving in 8 of 10 such contacts, else in 1 of 10. ``polite`` changes nothing.
    """
    rng = np.random.default_rng(3)
    bad, unsolved, rude = rng.random(n) < 0.1, rng.random(n) < 0.2, rng.random(n) < 0.2
    rating = np.where(bad, 2.0, rng.choice([4.0, 5.0], n)) - unsolved
    leaving = rng.random(n) < np.where(unsolved, 0.8, 0.1)
    fields: dict[str, object] = {
        "labels": {
            "topic": np.where(bad, "bad", rng.choice(["x", "y"], n)).tolist(),
            "channel": "phone",
            "agent_id": [f"agent-{k % 12}" for k in range(n)],
            "customer_id": [f"c{k}" for k in range(n)],
        },
        "numbers": {"churn_cue": leaving.astype(float).tolist()},
        "ratings": rating.tolist(),
        "criteria": [
            criterion("unsolved", (~unsolved).astype(int).tolist(), attributable="process"),
            criterion("polite", (~rude).astype(int).tolist()),
        ],
    }
    return archive(n, **(fields | more))  # type: ignore[arg-type]


def test_three_flags() -> None:
    one = ranked(busy())
    assert (one["bad"].often, one["bad"].painful, one["bad"].costly) == (True, True, ())
    assert (one["form:unsolved"].often, one["form:unsolved"].painful) == (True, True)
    assert one["form:unsolved"].costly == (CHURN,)
    assert (one["form:polite"].often, one["form:polite"].painful, one["form:polite"].costly) == (True, False, ())
    assert one["form:unsolved"].losses[CHURN].estimate.value == pytest.approx(8.0, rel=0.35)  # 0.8 ÷ 0.1


def test_flags_come_before_points() -> None:
    order = [one.thing.key for one in ranking_of(with_topics(busy())).all]
    assert order[:2] == ["form:unsolved", "bad"]  # three flags, then two
    assert set(order[2:]) == {"form:polite", "x", "y"}


def test_points_are_share_times_effect() -> None:
    # Everybody was handled, so the share is that of all 1,200 contacts.
    one = ranked(busy())["bad"]
    part = int(one.thing.rows.sum()) / 1200
    assert one.points.value == pytest.approx(part * (one.thing.effect.value or 0))
    assert one.points.low == pytest.approx(part * (one.thing.effect.low or 0))
    # Rated 2 against 4.5 on average: 2.5 × 25 points a step, other things equal.
    assert one.thing.effect.value == pytest.approx(-62.5, abs=4)


def test_often_is_the_share_of_all_handled() -> None:
    # ``bot`` is decided in 40 of 1,200 contacts and not met in 20: half of those decided, 1.7 % of handled – not often.
    verdicts = [0, 1] * 20 + [2] * 1160
    its = ranked(busy(criteria=[criterion("bot", verdicts)]))["form:bot"]
    assert (its.thing.often.value, its.thing.among.value) == (20 / 1200, 20 / 40)
    assert not its.often
    # Half of the contacts have no topic: "bad" is a share of all, beside that of those with a topic.
    topics = ["bad" if k % 10 == 0 else "x" if k % 2 == 0 else "" for k in range(1200)]
    bad = ranked(busy(labels={"topic": topics}))["bad"].thing
    assert (bad.often.value, bad.among.value) == (0.1, 0.2)


def test_thresholds_are_those_of_the_settings() -> None:
    settings = ReportSettings(priorities=PrioritySettings(often_share=0.15, painful_points=40))
    one = ranked(busy(settings=settings))
    assert not one["bad"].often
    assert one["bad"].painful
    assert one["form:unsolved"].often
    assert not one["form:unsolved"].painful  # 25 points


def test_without_answers_nothing_is_painful_and_the_rest_stands() -> None:
    made = page(busy(ratings=None))
    assert any("survey answers" in one.en for one in made.lacks)
    one = ranked(busy(ratings=None))
    assert not any(its.painful for its in one.values())
    assert one["form:unsolved"].costly == (CHURN,)


def test_nothing_is_painful_or_costly_by_chance() -> None:
    found = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        a = archive(
            600,
            labels={"topic": rng.choice(list("abcd"), 600).tolist(), "customer_id": [f"c{k}" for k in range(600)]},
            numbers={"churn_cue": (rng.random(600) < 0.1).astype(float).tolist()},
            ratings=rng.choice([1.0, 3.0, 5.0], 600).tolist(),
        )
        found += any(one.painful or one.costly for one in ranked(a).values())
    assert found <= 7  # two families at 5 %, 30 archives: P(X > 7) < 0.01


def test_causes_of_errors_are_the_forms_and_of_topics_the_data() -> None:
    one = ranked(busy())
    assert one["form:unsolved"].why.kind == "process"
    assert one["form:polite"].why.kind == "human"
    assert one["bad"].why.kind is None


def test_a_topic_where_people_say_they_called_before_lacks_information() -> None:
    a = busy()
    again = np.where(a.label("topic") == "bad", np.arange(len(a)) % 2, (np.arange(len(a)) % 20 == 0).astype(int))
    one = ranked(busy(numbers={"repeat_cue": again.astype(float).tolist()}))["bad"]
    assert one.why.kind == "information"


def test_a_topic_that_asks_where_lacks_information() -> None:
    a = busy()
    words = np.where(a.label("topic") == "bad", "where is my thing", "my thing is broken").tolist()
    labels = {name: a.label(name).tolist() for name in ("topic", "channel", "agent_id", "customer_id")}
    one = ranked(busy(openings=words, labels=labels | {"language": "en"}))
    assert one["bad"].why.kind == "information"
    assert one["x"].why.kind is None


def test_quick_wins_and_system_changes_are_apart() -> None:
    tables = {block.id: block for block in page(busy()).blocks if isinstance(block, Table)}
    assert len(tables["system_changes"].rows) == 1
    assert "quick_wins" not in tables  # nothing of the agents' own matters here


def test_findings_are_painful_topics_with_calls() -> None:
    findings = page(busy()).findings
    assert len(findings) == 1
    assert findings[0].weight == pytest.approx(6.2, abs=1.2)  # a tenth × 62.5 points
    assert 2 <= len(findings[0].calls) <= 5


def test_a_fall_of_customers_values_by_hand() -> None:
    # Customer c0: 10 on the day of the contact, 4 after 30 days → −6. c1: one value alone → not known. c2: the value
    # after is 100 days later → not known.
    points = [("c0", 0, 10.0), ("c0", 30, 4.0), ("c1", 5, 7.0), ("c2", 0, 1.0), ("c2", 100, 5.0)]
    series = tuple(SeriesPoint(DAY0 + day, "", who, "CLTV", value) for who, day, value in points)
    team = (SeriesPoint(DAY0, "north", "", "EES", 70.0),)
    a = archive(4, labels={"customer_id": ["c0", "c1", "c2", "c9"]}, beside=Beside(series=series + team))
    changes = series_changes(a)
    assert list(changes) == ["CLTV"]
    assert changes["CLTV"][0] == -6.0
    assert np.isnan(changes["CLTV"][1:]).all()


def test_series_without_before_and_after_tell_nothing() -> None:
    series = (SeriesPoint(DAY0 + 9, "", "c0", "CLTV", 10.0),)
    assert series_changes(archive(1, labels={"customer_id": "c0"}, beside=Beside(series=series))) == {}


@pytest.mark.parametrize(("name", "worse"), [("CLTV", -5.0), ("lost_orders", 5.0)])
def test_falling_values_and_rising_losses_are_costly(name: str, worse: float) -> None:
    a = busy()
    rng = np.random.default_rng(1)
    change = rng.normal(0, 1, len(a)) + np.where(a.label("topic") == "bad", worse, 0.0)
    series = [
        SeriesPoint(int(a.day[k]) + later, "", f"c{k}", name, float(value))
        for k in range(len(a))
        for later, value in ((0, 100.0), (10, 100.0 + change[k]))
    ]
    one = ranked(busy(beside=Beside(series=tuple(series))))
    assert one["bad"].costly == (name,)
    assert name not in one["x"].costly


def moved(name: str, change: float) -> Archive:
    """A series of every customer that moves by ``change`` after a contact on "bad"."""
    a = busy()
    moves = np.random.default_rng(1).normal(0, 1, len(a)) + np.where(a.label("topic") == "bad", change, 0.0)
    series = [
        SeriesPoint(int(a.day[k]) + later, "", f"c{k}", name, float(value))
        for k in range(len(a))
        for later, value in ((0, 100.0), (10, 100.0 + moves[k]))
    ]
    return busy(beside=Beside(series=tuple(series)))


def test_a_series_that_nobody_named_is_no_loss_and_is_told() -> None:
    given = moved("lost luggage", 5.0)
    one = ranked(given)
    assert one["bad"].costly == ()
    assert "lost luggage" not in one["bad"].losses
    assert any("lost luggage" in words_of(lack) for lack in page(given).lacks)
    named = replace(given, settings=ReportSettings(priorities=PrioritySettings(costs=("Lost Luggage",))))
    assert ranked(named)["bad"].costly == ("lost luggage",)
    made = page(named)
    assert not any("lost luggage" in words_of(lack) for lack in made.lacks)
    assert "rising is bad: Lost Luggage" in said(made)


def test_a_series_is_not_bad_both_ways() -> None:
    with pytest.raises(ValidationError, match="cltv in both"):
        PrioritySettings(worth=("CLTV",), costs=("cltv",))


def test_nps_has_one_decimal_at_most() -> None:
    nps = np.where(np.random.default_rng(6).random(1200) < 0.5, -100.0, 100.0)
    a = busy(numbers={}, criteria=[])
    nps[a.label("topic") == "bad"] = -100.0
    made = page(busy(numbers={}, criteria=[], survey={"nps": nps}, ratings=None))
    told = next(words_of(one.said) for one in made.findings if "NPS" in one.said.en)
    assert re.search(r"NPS is \d+(\.\d)?\s", told)


def test_contact_cost_stands_in_where_no_loss_is_known() -> None:
    # Every customer calls once; those on "bad" call again the next day.
    n = 900
    hours = [float(k) for k in range(n)] + [k + 24.0 for k in range(0, n, 3)]
    topic = ["bad" if k % 3 == 0 else "x" for k in range(n)] + ["bad"] * (n // 3)
    who = [f"c{k}" for k in range(n)] + [f"c{k}" for k in range(0, n, 3)]
    order = np.argsort(hours, kind="stable")
    labels = {
        "topic": np.array(topic)[order].tolist(),
        "customer_id": np.array(who)[order].tolist(),
        "channel": "phone",
    }
    hurts = ReportSettings(priorities=PrioritySettings(contact_cost=100, currency="₽"))
    # A few of the others call again too, else the ratio has no end.
    a = archive(len(hours), labels=labels, hours=np.array(hours)[order].tolist(), settings=hurts)
    made = page(a)
    assert any("Losses are not known" in one.en for one in made.lacks)
    columns = [column.name for block in made.blocks if isinstance(block, Table) for column in block.columns]
    assert "repeats_cost" in columns


def test_cost_of_repeats_by_hand() -> None:
    # 60 repeats at a ratio of 3 (1.5 … 6): beyond those expected 60 × (1 − 1 ÷ 3) = 40, from 60 × (1 − 1 ÷ 1.5) = 20 to
    # 60 × (1 − 1 ÷ 6) = 50; at 250 each: 10,000 (5,000 … 12,500).
    loss = Loss(AGAIN, Estimate(3.0, 1.5, 6.0, 400, 0.001), 0.001, stands=True, extra=40.0)
    told = money(loss, 250.0)
    assert (told.value, told.low, told.high) == pytest.approx((10_000, 5_000, 12_500))
    assert money(replace(loss, extra=0.0), 250.0).value is None


def cells_of(heats: tuple[Heat, ...], title: str) -> dict[tuple[str, str], object]:
    heat = next(one for one in heats if one.title.en == title)
    return {
        (row.en, column.en): None if cell is None else cell.estimate
        for row, cells in zip(heat.rows, heat.cells, strict=True)
        for column, cell in zip(heat.columns, cells, strict=True)
    }


def test_heat_cells_by_hand() -> None:
    # 40 calls wait 10 s or 30 s: 20 on average; half of them are put on hold for 60 s. 40 chats wait 100 s.
    phone, chat = [True] * 40 + [False] * 40, math.nan
    a = archive(
        80,
        labels={"channel": ["phone"] * 40 + ["chat"] * 40},
        numbers={
            "queue_wait_s": [10.0, 30.0] * 20 + [chat] * 40,
            "first_response_s": [chat] * 40 + [100.0] * 40,
            "holds_count": [1.0, 0.0] * 20 + [chat] * 40,
            "hold_total_s": [60.0, 0.0] * 20 + [chat] * 40,
            "failed_attempts_before": [0.0, 1.0] * 40,
            "transfers": [1.0 if one else chat for one in phone],
        },
        ratings=[5.0] * 40 + [1.0] * 40,
        settings=ReportSettings(fewest=10),
    )
    heats = heats_of(a)
    wait = cells_of(heats, "Where they wait")
    assert wait["Queue", "phone"].value == 20.0
    assert wait["Queue", "chat"].value == 100.0
    assert wait["Hold", "phone"].value == 60.0
    assert wait["Hold", "phone"].n == 20
    assert wait["Hold", "chat"] is None
    effort = cells_of(heats, "Where it costs effort")
    assert effort["Queue", "phone"].value == 1.5  # half failed once before, and each was transferred once
    assert effort["Queue", "chat"].value == 0.5
    assert effort["Hold", "phone"].value == 1.0  # the even rows: no failed attempt, one transfer
    csi = cells_of(heats, "CSI as answered")
    assert (csi["Queue", "phone"].value, csi["Queue", "chat"].value) == (100.0, 0.0)


def test_few_contacts_of_a_cell_say_how_many_are_needed() -> None:
    a = archive(40, labels={"channel": ["phone"] * 33 + ["chat"] * 7}, numbers={"queue_wait_s": 10.0})
    cell = cells_of(heats_of(a), "Where they wait")["Queue", "chat"]
    assert cell.value is None
    assert dict(cell.reason.blanks)["n"] == "23"


def test_letters_wait_in_no_queue() -> None:
    labels = {"kind": "chat", "channel": ["chat"] * 40 + ["E-mail"] * 40}
    cells = cells_of(heats_of(archive(80, labels=labels, numbers={"first_response_s": 7200.0})), "Where they wait")
    assert cells["Queue", "chat"].value == 7200.0
    assert cells.get(("Queue", "E-mail")) is None


BAD = {
    "zero interactions": archive(0),
    "3 interactions": archive(
        3, labels={"topic": ["a", "b", "a"]}, ratings=[1, 5, None], criteria=[criterion("c", [0, 1, 3])]
    ),
    "nothing known": archive(50),
    "one topic": archive(50, labels={"topic": "a", "channel": "phone"}, ratings=[5] * 50),
    "one agent": archive(
        90,
        labels={"agent_id": "a", "channel": "phone"},
        ratings=[1, 3, 5] * 30,
        criteria=[criterion("c", [0, 1, 1] * 30)],
    ),
    "one day": archive(200, labels={"topic": ["a", "b"] * 100}, hours=[k / 10 for k in range(200)]),
    "no times": replace(
        archive(60, labels={"topic": ["a", "b"] * 30}), moment_s=np.full(60, np.nan), local_s=np.full(60, np.nan)
    ),
    "ids that do not join": archive(60, labels={"topic": ["a", "b"] * 30}, ratings=[None] * 60, survey={"strange": 60}),
    "all missing": archive(
        60, numbers={"churn_cue": math.nan, "queue_wait_s": math.nan}, criteria=[criterion("c", [3] * 60)]
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told(name: str) -> None:
    made: Page = page(BAD[name])
    assert made.lacks
    assert made.findings == ()
