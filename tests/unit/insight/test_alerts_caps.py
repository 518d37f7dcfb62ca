"""Cool-down, escalation and the daily cap: tables, and laws over any hits."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxcx.domain.beside import Case
from voxcx.insight.alerts.caps import Admitted, admit, judged, quotas
from voxcx.insight.alerts.record import Hit, Raised
from voxcx.insight.alerts.rules import TriggerSettings

HOUR_S, DAY_S = 3600.0, 86_400.0


def settings(*triggers: dict[str, Any], cap: int = 100, **more: Any) -> TriggerSettings:
    base = {"title": {"en": "T", "ru": "Т"}, "severity": "low", "owner": "me",
            "interaction": {"when": {"number": "x", "above": 0}}}  # fmt: skip
    return TriggerSettings.model_validate({"daily_cap": cap, "triggers": [base | one for one in triggers], **more})


def hit(hour: float, trigger: str = "a", scope: str = "s", key: str | None = None) -> Hit:
    return Hit(trigger, scope, hour * HOUR_S, 0.0, key or f"{hour}", 0)


def hours(admitted: Admitted) -> list[float]:
    return [one.at_s / HOUR_S for one, _ in admitted.raised]


def as_earlier(admitted: Admitted) -> tuple[Raised, ...]:
    return tuple(Raised(one.id, one.trigger, one.scope, one.at_s, one.day, level) for one, level in admitted.raised)


@pytest.mark.parametrize(
    ("cool_down", "found", "expected"),
    [
        (24, [0, 23.9, 24], [0, 24]),  # exactly the cool-down later is allowed
        (24, [0, 12, 30, 53.9, 54], [0, 30, 54]),
        (0, [0, 0.001, 1], [0, 0.001, 1]),
    ],
)
def test_cool_down(cool_down: float, found: list[float], expected: list[float]) -> None:
    assert hours(admit(map(hit, found), settings({"id": "a", "cool_down_hours": cool_down}))) == expected


def test_scopes_and_triggers_cool_apart() -> None:
    both = settings({"id": "a"}, {"id": "b"})
    found = [hit(0), hit(1, scope="other"), hit(2, "b"), hit(3)]
    assert hours(admit(found, both)) == [0, 1, 2]


def test_a_hit_that_comes_late_cools_beside_what_followed_it() -> None:
    rules = settings({"id": "a"})
    first = admit([hit(30)], rules)
    assert hours(admit([hit(10)], rules, as_earlier(first))) == []
    assert hours(admit([hit(6)], rules, as_earlier(first))) == [6]


LEVELS = {
    "head": {"severity": "high", "owner": "head", "escalation": {"to": "boss", "times": 1}},
    "boss": {"severity": "critical", "owner": "boss"},
}


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        ({"to": "head", "times": 2}, [0, 24, 48, 72, 96], [0, 0, 1, 2, 2]),
        ({"to": "head", "after_hours": 48}, [0, 24, 47.9 + 24, 100], [0, 0, 1, 2]),
        ({"to": "head", "after_hours": 30, "times": 5}, [0, 24, 48], [0, 0, 1]),  # whichever comes first
        ({"to": "boss", "times": 1}, [0, 24, 48], [0, 1, 1]),
        ({"to": "head", "times": 2}, [0, 24, 73, 97], [0, 0, 0, 0]),  # quiet for more than 24 + 24 h: it begins anew
        ({"to": "head", "times": 2}, [0, 24, 72], [0, 0, 1]),  # exactly 48 h is not yet calm
        (None, [0, 24, 48, 72], [0, 0, 0, 0]),
    ],
)
def test_escalation(rule: dict[str, Any] | None, found: list[float], expected: list[int]) -> None:
    one = {"id": "a"} | ({"escalation": rule} if rule else {})
    assert [level for _, level in admit(map(hit, found), settings(one, levels=LEVELS)).raised] == expected


def test_escalation_goes_on_in_the_next_run() -> None:
    rules = settings({"id": "a", "escalation": {"to": "head", "times": 2}}, levels=LEVELS)
    first = admit(map(hit, [0, 24]), rules)
    assert [level for _, level in admit([hit(48)], rules, as_earlier(first)).raised] == [1]


def test_the_cap_is_split_evenly_without_outcomes() -> None:
    rules = settings({"id": "a"}, {"id": "b"}, {"id": "c"}, cap=10)
    assert quotas(rules, {}) == {"a": 4, "b": 3, "c": 3}
    found = [hit(k / 10, scope=str(k)) for k in range(20)]
    admitted = admit(found, rules)
    assert hours(admitted) == [0.0, 0.1, 0.2, 0.3]  # first come; the quota of others is kept for them
    assert admitted.capped == {"a": 16}


def test_the_cap_goes_to_whom_people_confirm() -> None:
    # (9 + 1) ÷ (10 + 2) = 0.833; (0 + 1) ÷ (10 + 2) = 0.083; none: 0.5. 17 spare × 0.833/1.4167 = 10, 1, 6.
    rules = settings({"id": "a"}, {"id": "b"}, {"id": "c"}, cap=20)
    assert quotas(rules, {"a": (9, 10), "b": (0, 10)}) == {"a": 11, "b": 2, "c": 7}


def test_outcomes_are_counted_for_every_trigger_of_a_case() -> None:
    def case(triggers: tuple[str, ...], confirmed: bool | None) -> Case:
        return Case("x", "review", "", "", triggers, "", None, closed=False, confirmed=confirmed)

    cases = [case(("a",), True), case(("a", "b"), False), case(("b",), None)]  # noqa: FBT003 - its outcome
    assert judged(cases) == {"a": (1, 2), "b": (0, 1)}


def test_a_day_is_local() -> None:
    rules = settings({"id": "a"}, cap=1)
    late = [Hit("a", f"s{k}", k * HOUR_S, 3 * HOUR_S, f"{k}", 0) for k in (20, 20.5, 21)]  # 23:00, 23:30, 0:00 local
    assert hours(admit(late, rules)) == [20, 21]


HITS = st.lists(
    st.builds(
        lambda at, trigger, scope: Hit(trigger, scope, at * 900.0, 10_800.0, f"{at}", 0),
        st.integers(0, 900),
        st.sampled_from("abc"),
        st.sampled_from("xyz"),
    ),
    max_size=60,
    unique_by=lambda one: (one.trigger, one.scope, one.key),
)
RULES = st.builds(
    lambda cap, downs: settings(
        *({"id": name, "cool_down_hours": down, "escalation": {"to": "head", "times": 2, "after_hours": 30}}
          for name, down in zip("abc", downs, strict=True)),
        cap=cap, levels=LEVELS,
    ),
    st.integers(3, 8),
    st.tuples(*[st.sampled_from([0.0, 1.0, 7.5, 24.0, 60.0])] * 3),
)  # fmt: skip
OUTCOMES = st.dictionaries(st.sampled_from("abc"), st.sampled_from([(0, 5), (5, 5), (1, 1), (0, 40)]))


@given(HITS, RULES, OUTCOMES)
def test_never_two_inside_the_cool_down_and_never_more_than_the_cap_a_day(
    found: list[Hit], rules: TriggerSettings, outcomes: dict[str, tuple[int, int]]
) -> None:
    raised = [one for one, _ in admit(found, rules, (), outcomes).raised]
    lines: dict[tuple[str, str], list[float]] = {}
    for one in raised:
        lines.setdefault((one.trigger, one.scope), []).append(one.at_s)
    for (name, _), moments in lines.items():
        trigger = rules.trigger(name)
        assert trigger is not None
        assert all(later - earlier >= trigger.cool_down_s for earlier, later in pairwise(moments))
    assert all(count <= rules.daily_cap for count in Counter(one.day for one in raised).values())
    quota = quotas(rules, outcomes)
    assert sum(quota.values()) == rules.daily_cap
    assert min(quota.values()) >= 1
    assert all(count <= quota[name] for (name, _), count in Counter((one.trigger, one.day) for one in raised).items())


@given(HITS, RULES)
def test_a_second_run_adds_nothing(found: list[Hit], rules: TriggerSettings) -> None:
    first = admit(found, rules)
    assert admit(found, rules, as_earlier(first)).raised == ()


@given(HITS, RULES, st.integers(0, 900))
def test_two_halves_give_what_one_run_gives(found: list[Hit], rules: TriggerSettings, cut: int) -> None:
    whole = admit(found, rules)
    first = admit([one for one in found if one.at_s <= cut * 900.0], rules)
    second = admit(found, rules, as_earlier(first))  # the second run sees the first half again
    assert sorted(one.id for one, _ in (*first.raised, *second.raised)) == sorted(one.id for one, _ in whole.raised)
    levels = dict(
        [*((one.id, level) for one, level in first.raised), *((one.id, level) for one, level in second.raised)]
    )
    assert levels == {one.id: level for one, level in whole.raised}


@given(HITS, RULES)
def test_the_order_in_which_hits_are_found_does_not_matter(found: list[Hit], rules: TriggerSettings) -> None:
    assert admit(found, rules) == admit(list(reversed(found)), rules)


def test_an_id_is_the_same_in_every_run_and_differs_by_each_part() -> None:
    one = hit(1)
    assert one.id == hit(1).id == "al-" + one.id[3:]
    assert len({one.id, hit(2).id, hit(1, "b").id, hit(1, scope="t").id, hit(1, key="other").id}) == 5
