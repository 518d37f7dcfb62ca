"""Triggers on moving windows and outside events: hand-worked counts, hits and near misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from unit.insight.archives import START_S, archive, criterion
from voxcx.domain.beside import Beside, Blocked, OutsideEvent
from voxcx.insight.alerts.metrics import rates_of
from voxcx.insight.alerts.record import Stretch
from voxcx.insight.alerts.rules import TriggerSettings, Window
from voxcx.insight.alerts.single import scene_of
from voxcx.insight.alerts.watching import hits_of, watch
from voxcx.insight.alerts.windows import Found, grid, look
from voxcx.insight.archive import MET, NOT_APPLICABLE, NOT_MET, UNDECIDED, Archive
from voxcx.report.insight.telling import Telling

ALWAYS = Stretch(-np.inf, np.inf)
HOUR_S, DAY_S = 3600.0, 86_400.0
NAN = float("nan")


def window(**more: Any) -> Window:
    return Window.model_validate({"metric": "cdsat", "last_hours": 24, "every_hours": 24, "fewest": 5} | more)


def looked(known: Archive, rule: Window, ends_h: Sequence[float], level: float = 0.95) -> list[Found]:
    rates = rates_of(known, rule.metric, rule.by)
    return list(look(rates, rule, START_S + HOUR_S * np.array(ends_h, dtype=float), START_S, level))


def settings(rule: dict[str, Any], **more: Any) -> TriggerSettings:
    one = {"id": "t", "title": {"en": "T", "ru": "Т"}, "severity": "low", "owner": "me"} | rule
    return TriggerSettings.model_validate({"triggers": [one]} | more)


def test_windows_end_at_whole_multiples_since_1970() -> None:
    rule = window(every_hours=6, above=0.1)
    assert ((grid(rule, START_S, START_S + DAY_S) - START_S) / HOUR_S).tolist() == [
        6,
        12,
        18,
        24,
    ]  # START_S is midnight
    assert ((grid(rule, START_S - 1, START_S) - START_S) / HOUR_S).tolist() == [0]
    assert len(grid(rule, START_S, START_S + 3600)) == 0


# 20 answers in the 24 h up to and with hour 24: Wilson at 95 % of 10 of 20 is 29.9…70.1 %.
@pytest.mark.parametrize(("limit", "hits"), [(0.29, 1), (0.30, 0), (0.5, 0)])
def test_the_interval_must_clear_the_upper_limit(limit: float, hits: int) -> None:
    known = archive(20, ratings=[1, 5] * 10, hours=[k + 1 for k in range(20)])
    found = looked(known, window(above=limit), [24])
    assert len(found) == hits
    if found:
        estimate = dict(found[0].figures)["share"].estimate
        assert (estimate.value, estimate.n) == (0.5, 20)
        assert (round(estimate.low or 0, 3), round(estimate.high or 0, 3)) == (0.299, 0.701)


def test_a_window_takes_its_end_and_leaves_its_start() -> None:
    known = archive(7, ratings=[1] * 7, hours=[0, 1, 2, 3, 4, 24, 25])
    found = looked(known, window(above=0.1), [24, 25])
    # (0, 24] holds hours 1, 2, 3, 4, 24; (1, 25] holds 2, 3, 4, 24, 25.
    assert [dict(one.figures)["share"].estimate.n for one in found] == [5, 5]
    assert looked(known, window(above=0.1, fewest=6), [24, 25]) == []


def test_a_window_that_begins_before_the_archive_is_not_looked_at() -> None:
    known = archive(6, ratings=[1] * 6)
    assert looked(known, window(above=0.1), [23]) == []


def test_groups_stand_alone_and_the_nameless_are_none() -> None:
    known = archive(18, ratings=[1] * 6 + [5] * 6 + [1] * 6, labels={"queue": ["a"] * 6 + ["b"] * 6 + [""] * 6},
                    hours=[1 + k / 10 for k in range(18)])  # fmt: skip
    assert [one.group for one in looked(known, window(by="queue", above=0.3), [24])] == ["a"]


def calls(waits: Sequence[float], left: Sequence[int], **more: Any) -> Archive:
    return archive(
        len(waits), labels={"kind": "call", "skill": "x"}, numbers={"queue_wait_s": waits, "abandoned": left},
        hours=[1 + k / 100 for k in range(len(waits))], **more,
    )  # fmt: skip


def test_service_level_is_the_formula_of_its_page() -> None:
    # Threshold 20 s: 10 answered in time, 20 later, 5 left after 25 s, 2 left after 3 s (short, not counted).
    known = calls([5] * 10 + [40] * 20 + [25] * 5 + [3] * 2, [0] * 30 + [1] * 7)
    (found,) = looked(known, window(metric="service_level", below=0.5), [24])
    estimate = dict(found.figures)["share"].estimate
    assert (estimate.value, estimate.n) == (10 / 35, 35)
    assert looked(known, window(metric="service_level", below=0.4), [24]) == []  # Wilson: 16.3…45.1 %
    blocked = replace(known, beside=Beside(blocked=(Blocked(START_S + 2 * HOUR_S, "x", "B", 15),)))
    (found,) = looked(blocked, window(metric="service_level", below=0.5, by="skill"), [24])
    assert dict(found.figures)["share"].estimate.value == 10 / 50


def test_blocked_calls_weigh_as_much_as_waits_are_known() -> None:
    # 10 in time, 20 later, 30 of unknown wait: half is known, so 30 blocked count as 15: 10 ÷ (30 + 15).
    beside = Beside(blocked=(Blocked(START_S + 2 * HOUR_S, "x", "B", 30),))
    (found,) = looked(
        calls([5] * 10 + [40] * 20 + [NAN] * 30, [0] * 60, beside=beside),
        window(metric="service_level", below=0.5),
        [24],
    )
    estimate = dict(found.figures)["share"].estimate
    assert (estimate.value, estimate.n) == (pytest.approx(10 / 45), 45)
    unknown = calls([NAN] * 60, [0] * 60, beside=beside)
    assert looked(unknown, window(metric="service_level", below=0.5), [24]) == []


def test_abandonment_leaves_short_ones_out() -> None:
    known = calls([5] * 10 + [40] * 20 + [25] * 5 + [10] * 5 + [3] * 2, [0] * 30 + [1] * 12)
    (found,) = looked(known, window(metric="abandonment", above=0.1), [24])
    estimate = dict(found.figures)["share"].estimate
    assert (estimate.value, estimate.n) == (10 / 40, 40)


def test_repeats_look_back() -> None:
    # Customers 0…4 come twice, an hour apart, on the same topic; 5…9 once: 5 of 15 contacts follow another.
    known = archive(
        15, hours=[1] * 10 + [2] * 5, labels={"customer_id": [str(k) for k in (*range(10), *range(5))], "topic": "t"}
    )
    rates = rates_of(known, "repeats", None)
    assert (rates.hit.sum(), rates.n.sum()) == (5, 15)
    assert set(rates.row[rates.hit > 0].tolist()) == set(range(10, 15))


def test_critical_errors_of_those_decided() -> None:
    verdicts = [NOT_MET, MET, UNDECIDED, NOT_APPLICABLE]
    known = archive(4, criteria=[criterion("a", verdicts, severity="critical_business")])
    rates = rates_of(known, "critical_business", None)
    assert (rates.hit.sum(), rates.n.sum()) == (1, 2)
    assert len(rates_of(known, "critical_customer", None).n) == 0


def topics(now: int, before: int) -> Archive:
    """Five days, a week apart: 200 contacts each, ``before`` of them about "a", ``now`` on the last."""
    hours, topic = [], []
    for week in range(5):
        count = now if week == 4 else before
        hours += [week * 168 + 1 + k / 100 for k in range(200)]
        topic += ["a"] * count + ["b"] * (200 - count)
    return archive(1001, hours=[0, *hours], labels={"topic": ["", *topic]})


@pytest.mark.parametrize(
    ("now", "before", "groups"),
    [
        (60, 20, ["a"]),  # 30 % against 10 %: ×3, 99 % interval ×2.02…4.40
        (30, 20, []),  # ×1.5, but its interval begins below ×1.28
        (26, 20, []),  # ×1.3: the limit is reached, chance is not ruled out
        (20, 60, []),  # "a" falls, and "b" grows by 30 %: 90 % against 70 %, interval ×1.17…1.39
        (22, 100, ["b"]),  # "b": 89 % against 50 %, ×1.78
    ],
)
def test_a_topic_grows_against_the_same_hours_of_the_weeks_before(now: int, before: int, groups: list[str]) -> None:
    rule = window(metric="topic_share", by="topic", growth=0.28, weeks=4)
    found = looked(topics(now, before), rule, [4 * 168 + 24], 0.99)
    assert [one.group for one in found] == groups
    for one in found:
        figures = dict(one.figures)
        assert figures["share"].estimate.n == 200
        assert figures["share_before"].estimate.n == 800
        assert (figures["ratio"].estimate.low or 0) > 1.28


def test_one_customer_who_rings_all_day_is_no_growth() -> None:
    # As the first case above, but the 60 contacts of the last day are one customer's, a minute apart.
    known = topics(60, 20)
    customers = np.array([f"{k}" for k in range(len(known))], dtype=object)
    last = (known.moment_s > START_S + 4 * 168 * HOUR_S) & (known.label("topic") == "a")
    one = replace(known, labels={**known.labels, "customer_id": np.where(last, "the one", customers)})
    each = replace(known, labels={**known.labels, "customer_id": customers})
    rule = window(metric="topic_share", by="topic", growth=0.28, weeks=4)
    assert [found.group for found in looked(each, rule, [4 * 168 + 24], 0.99)] == ["a"]
    assert looked(one, rule, [4 * 168 + 24], 0.99) == []


def test_growth_needs_weeks_before() -> None:
    rule = window(metric="topic_share", by="topic", growth=0.28, weeks=4)
    assert looked(topics(100, 20), rule, [24], 0.99) == []  # the first of the five: nothing to compare with


def test_noise_does_not_wake_anybody() -> None:
    # 30 archives of 6 weeks in which nothing changes: at most a stray alert in 30 × 14 looks at 6 topics each.
    rng, raised = np.random.default_rng(5), 0
    for _ in range(30):
        hours = np.sort(rng.uniform(0, 6 * 168, 6000))
        known = archive(6000, hours=hours.tolist(), labels={"topic": rng.choice(list("abcdef"), 6000).tolist()})
        rule = window(metric="topic_share", by="topic", growth=0.28, weeks=4, fewest=50)
        raised += len(looked(known, rule, [k * 24 for k in range(29, 42)], 0.99))
    assert raised <= 2


OUTAGE = {"event": {"name": "outage", "hours": 12, "watch": {
    "metric": "topic_share", "by": "topic", "last_hours": 3, "every_hours": 3, "growth": 0.28, "weeks": 2, "fewest": 20,
}}}  # fmt: skip


def with_event(event: OutsideEvent, swell: int) -> Archive:
    """40 contacts an hour for 15 days, a tenth about "a"; ``swell`` of each 40 in the six hours after the event."""
    hours, topic = [], []
    for hour in range(15 * 24):
        many = swell if 14 * 24 <= hour < 14 * 24 + 6 else 4
        hours += [hour + k / 40 for k in range(40)]
        topic += ["a"] * many + ["b"] * (40 - many)
    return archive(len(hours), hours=hours, labels={"topic": topic}, beside=Beside(events=(event,)))


def test_an_event_is_an_alert_and_its_scope_is_watched_after_it() -> None:
    at_s = START_S + 14 * DAY_S
    known = with_event(OutsideEvent(at_s, "topic=a", "outage"), 20)
    hits = hits_of(scene_of(known, settings(OUTAGE)), ALWAYS)
    # itself; then (0 h, 3 h] and (3 h, 6 h] after it: 50 % against 10 %. "b" is not in its scope.
    assert [((hit.at_s - at_s) / HOUR_S, hit.group) for hit in hits] == [
        (0, ("topic", "a")),
        (3, ("topic", "a")),
        (6, ("topic", "a")),
    ]
    assert Telling("en").text(hits[0].why) == "outage: topic a"
    assert Telling("ru").text(hits[1].why).startswith("После «outage» – a: доля обращений по теме за последние 3 ч – 5")


def test_no_swell_no_alert_but_the_event() -> None:
    known = with_event(OutsideEvent(START_S + 14 * DAY_S, "topic=a", "outage"), 4)
    assert len(hits_of(scene_of(known, settings(OUTAGE)), ALWAYS)) == 1


def test_other_events_other_scopes_and_the_future_are_left() -> None:
    at_s = START_S + 14 * DAY_S
    other = with_event(OutsideEvent(at_s, "*", "tariff"), 20)
    assert hits_of(scene_of(other, settings(OUTAGE)), ALWAYS) == ()
    elsewhere = with_event(OutsideEvent(at_s, "topic=c", "outage"), 20)
    assert len(hits_of(scene_of(elsewhere, settings(OUTAGE)), ALWAYS)) == 1
    known = with_event(OutsideEvent(at_s, "topic=a", "outage"), 20)
    early = hits_of(scene_of(known, settings(OUTAGE)), Stretch(-np.inf, at_s + 4 * HOUR_S))
    assert len(early) == 2  # itself and the first three hours


def test_a_scope_of_another_field_keeps_its_rows_alone() -> None:
    event = OutsideEvent(START_S + 14 * DAY_S, "queue=q", "outage")
    known = with_event(event, 20)
    inside = replace(
        known, labels={**known.labels, "queue": np.where(known.label("topic") == "a", "q", "r").astype(object)}
    )
    rule = {"event": {"name": "outage", "hours": 6, "watch": {
        "metric": "topic_share", "by": "topic", "last_hours": 3, "every_hours": 3, "above": 0.8, "fewest": 10,
    }}}  # fmt: skip
    hits = hits_of(scene_of(inside, settings(rule)), ALWAYS)
    assert [hit.group for hit in hits] == [("queue", "q"), ("topic", "a"), ("topic", "a")]  # all of queue q is topic a


@pytest.mark.parametrize(
    "wrong",
    [
        {"above": 0.1, "below": 0.2},
        {},
        {"above": 0.1, "metric": "topic_share", "by": "queue"},
        {"growth": 0.1, "last_hours": 200},
        {"above": 0.1, "by": "agent_id"},
    ],
)
def test_a_wrong_window_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected|[Ii]nput should be"):
        window(**wrong)


def test_an_alert_about_a_group_makes_a_case() -> None:
    known = archive(20, ratings=[1, 5] * 10, hours=[1 + k for k in range(20)], labels={"queue": "q"})
    rule = {
        "window": {"metric": "cdsat", "by": "queue", "last_hours": 12, "every_hours": 12, "above": 0.1, "fewest": 5}
    }
    watched = watch(known, settings(rule, level=0.95), Stretch(START_S, START_S + DAY_S))
    (alert,) = watched.alerts
    assert alert.interaction_id is None
    assert [one.group for one in watched.cases if one.kind == "review"] == ["queue=q"]
    assert Telling("en").text(alert.why).startswith("T. q: share of dissatisfied answers 50% over the last 12 h, above")
