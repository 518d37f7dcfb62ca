from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from unit.insight.told import said, words_of
from voxcx.domain.pages import Figure, Table, Tiles
from voxcx.insight.archive import Archive
from voxcx.insight.robots.effects import Effect, effects_of
from voxcx.insight.robots.ending import part, solved
from voxcx.insight.robots.intents import counted, intents_of
from voxcx.insight.robots.legs import legs_of
from voxcx.insight.robots.page import page
from voxcx.insight.robots.tables import bot_criteria, ended

NAN = float("nan")

# hour, customer, ivr_status, contained. The archive ends at 400 h.
CALLS = [
    (0.0, "c1", "completed", 1),  # back at 10 h: not solved
    (1.0, "c2", "completed", 1),  # back at 73 h: solved within a day, not within a week
    (2.0, "c3", "completed", 1),  # never back
    (10.0, "c1", "opted_out", 0),
    (73.0, "c2", "transferred", 0),
    (200.0, "c5", "completed", 1),  # never back: a week later is 368 h, inside of the archive
    (390.0, "c7", "completed", 1),  # a day later is 414 h: nobody could see it
    (400.0, "c6", "none", 0),  # no machine leg
]


def eight() -> Archive:
    hours, customer, status, contained = zip(*CALLS, strict=True)
    labels = {"kind": "call", "customer_id": customer, "ivr_status": status}
    return archive(8, hours=hours, labels=labels, numbers={"contained": contained})


def test_containment_of_eight_calls_by_hand() -> None:
    legs, everything = legs_of(eight()), np.ones(8, dtype=bool)
    assert legs.met.tolist() == [True] * 7 + [False]
    contained = part(legs.contained, everything, 0.95)
    assert (contained.value, contained.n) == (pytest.approx(5 / 7), 7)
    within_day = solved(legs, 1, everything, 0.95)  # rows 1, 2 and 5 of the six that were followed for a day
    assert (within_day.value, within_day.n) == (pytest.approx(3 / 6), 6)
    within_week = solved(legs, 7, everything, 0.95)  # rows 2 and 5
    assert (within_week.value, within_week.n) == (pytest.approx(2 / 6), 6)


def test_the_page_shows_containment_and_its_honest_variant() -> None:
    told = page(eight())
    tiles = next(block for block in told.blocks if isinstance(block, Tiles)).tiles
    values = {words_of(one.title): one.figure.estimate.value for one in tiles}
    assert values["Served without a person"] == pytest.approx(5 / 7)
    assert [value for name, value in values.items() if "not back" in name] == [pytest.approx(0.5), pytest.approx(1 / 3)]
    assert "No survey answers" in said(told)


@pytest.mark.parametrize(
    ("labels", "numbers", "expected"),
    [
        ({"ivr_status": "opted_out"}, {}, 1.0),
        ({"ivr_status": "transferred"}, {"ivr_operator_requests": 1}, 1.0),
        ({"ivr_status": "transferred"}, {"ivr_operator_requests": 0}, 0.0),
        ({"ivr_status": "transferred"}, {}, 0.0),
        ({"ivr_status": ""}, {"ivr_time_s": 20}, NAN),
        ({"ivr_status": "none"}, {"ivr_operator_requests": 1}, NAN),  # no leg
        ({"ivr_status": "opted_out", "direction": "outbound"}, {}, NAN),  # the company called
        ({"kind": "chat", "handover": "bot_to_agent"}, {"asks_for_human": 1}, 1.0),
        ({"kind": "chat", "handover": "bot_to_agent"}, {"asks_for_human": 0}, 0.0),
        ({"kind": "chat", "handover": "bot_to_agent"}, {}, NAN),
        ({"kind": "chat", "handover": "none"}, {"bot_messages": 2, "asks_for_human": 1}, 0.0),
    ],
)
def test_who_refused_the_machine(labels: dict[str, str], numbers: dict[str, float], expected: float) -> None:
    legs = legs_of(archive(1, labels={"kind": "call"} | labels, numbers=numbers))
    assert legs.refused[0] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("no_input", "no_match", "path", "expected"),
    [
        (1, 1, "", 1.0),  # together two
        (1, 0, "", 0.0),
        (NAN, 2, "", 1.0),
        (0, 0, "main>balance>main", 1.0),  # the same node again
        (0, 0, "main>balance>operator", 0.0),
        (NAN, NAN, "", NAN),
    ],
)
def test_loops(no_input: float, no_match: float, path: str, expected: float) -> None:
    made = archive(
        1,
        labels={"kind": "call", "ivr_status": "transferred", "ivr_path": path},
        numbers={"ivr_no_input": no_input, "ivr_no_match": no_match},
    )
    assert legs_of(made).looped[0] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("labels", "numbers", "met", "known"),
    [
        ({"kind": "call", "ivr_status": "none"}, {}, False, True),
        ({"kind": "call"}, {"ivr_time_s": 0}, False, True),
        ({"kind": "call"}, {"ivr_time_s": 5}, True, True),
        ({"kind": "call"}, {"ivr_authenticated": 0}, False, False),
        ({"kind": "call"}, {"contained": 1}, True, True),
        ({"kind": "chat"}, {"bot_messages": 0}, False, True),
        ({"kind": "chat"}, {"bot_messages": 1}, True, True),
        ({"kind": "chat"}, {"contained": 1}, True, True),
        ({"kind": "chat"}, {}, False, False),
        ({"kind": "call"}, {"bot_messages": 3}, False, False),  # calls have no bot
    ],
)
def test_who_met_a_machine(labels: dict[str, str], numbers: dict[str, float], met: bool, known: bool) -> None:
    legs = legs_of(archive(1, labels=labels, numbers=numbers))
    assert (bool(legs.met[0]), bool(legs.known[0])) == (met, known)


def looping(ratings: Sequence[float], n: int = 80) -> Archive:
    """The first half of the calls went round in circles."""
    half = n // 2
    return archive(
        n,
        labels={"kind": "call", "ivr_status": "transferred", "customer_id": [f"c{k}" for k in range(n)], "topic": "a"},
        numbers={"ivr_no_match": [3.0] * half + [0.0] * half, "contained": 0},
        ratings=ratings,
    )


def effect(made: Archive, name: str) -> Effect:
    return next(one for one in effects_of(made, legs_of(made)) if one.question.id == name)


def test_what_loops_go_with_by_hand() -> None:
    # Loops: 1 and 3 → 0 and 50, mean 25. Others: 3 and 5 → 50 and 100, mean 75. 25 − 75 = −50.
    made = looping([1, 3] * 20 + [3, 5] * 20)
    found = effect(made, "looped")
    assert found.estimate.value == pytest.approx(-50)
    assert found.stands
    told = page(made)
    (finding,) = told.findings
    assert finding.weight == pytest.approx(25)  # half of the contacts × 50 points
    assert 2 <= len(finding.calls) <= 5
    assert {one.interaction_id for one in finding.calls} <= {f"i-{k}" for k in range(40)}
    assert "50% of contacts, −50 points CSI" in words_of(finding.said).replace("\xa0", " ")
    assert "50 % обращений, −50 пунктов CSI" in words_of(finding.said, "ru").replace("\xa0", " ")


def test_no_effect_no_finding() -> None:
    made = looping([1, 3] * 40)
    assert effect(made, "looped").estimate.value == pytest.approx(0)
    assert page(made).findings == ()


def test_too_few_answers_say_how_many_more() -> None:
    found = effect(looping([1, 3] * 10 + [None] * 20 + [3, 5] * 20), "looped")  # type: ignore[list-item]
    assert found.estimate.value is None
    assert words_of(found.estimate.reason) == "cannot tell: 10 more needed"


def test_effects_use_answers_and_never_estimates() -> None:
    made = archive(
        80,
        labels={"kind": "call", "ivr_status": "transferred"},
        numbers={"ivr_no_match": [3.0] * 40 + [0.0] * 40, "csi_value": [0.0] * 40 + [100.0] * 40},
    )
    assert [one for one in effects_of(made, legs_of(made)) if one.unit == "points"] == []
    assert page(made).findings == ()


def test_who_prefers_a_person_is_compared_when_a_machine_was_met() -> None:
    made = archive(
        80,
        labels={"kind": "call", "ivr_status": ["transferred"] * 40 + ["none"] * 40},
        numbers={"prefers_human": 1, "contained": 0},
        ratings=[1, 3] * 20 + [2, 4] * 20,  # 25 and 50
    )
    assert effect(made, "prefers_met").estimate.value == pytest.approx(-25)


def test_ivr_and_bots_are_told_apart() -> None:
    # Calls: 100 and 75 of the IVR alone, 50 and 75 of a person: 87.5 − 62.5 = 25. Chats the other way round: −25.
    made = archive(
        160,
        labels={"kind": ["call"] * 80 + ["chat"] * 80, "ivr_status": (["completed"] * 40 + ["none"] * 40) * 2},
        numbers={
            "contained": ([1.0] * 40 + [0.0] * 40) * 2,
            "bot_messages": [NAN] * 80 + [2.0] * 40 + [0.0] * 40,
        },
        ratings=[5, 4] * 20 + [3, 4] * 20 + [3, 4] * 20 + [5, 4] * 20,
    )
    assert effect(made, "call_machine_alone").estimate.value == pytest.approx(25)
    assert effect(made, "chat_machine_alone").estimate.value == pytest.approx(-25)
    tones = {one.tone for one in page(made).findings}
    assert tones == {"good", "bad"}


def test_the_design_effect_of_two_customers() -> None:
    # p = 1/2; sums of remainders 1 and −1: 2 ÷ (4 × 1/4) = 2, so two hits of four weigh like one of two.
    assert counted(np.array([True, True, False, False]), np.array([0, 0, 1, 1])) == (1.0, 2.0)
    assert counted(np.array([True, False, True, False]), np.array([0, 0, 1, 1])) == (2.0, 4.0)  # never below 1
    assert counted(np.array([False, False]), np.array([0, 0])) == (0.0, 2.0)


def by_intent(solved_of_hundred: int) -> Archive:
    """100 calls of «cancel» and 100 of «balance», 60 of these contained; the archive goes on for ten days."""
    contained = [1.0] * solved_of_hundred + [0.0] * (100 - solved_of_hundred) + [1.0] * 60 + [0.0] * 40 + [0.0]
    return archive(
        201,
        hours=[*(k / 10 for k in range(200)), 300.0],
        labels={
            "kind": "call",
            "ivr_status": ["transferred"] * 200 + ["none"],
            "ivr_intent": ["cancel"] * 100 + ["balance"] * 100 + [""],
            "customer_id": [f"c{k}" for k in range(201)],
        },
        numbers={"contained": contained},
    )


def test_what_the_machine_never_solves_goes_straight_to_a_person() -> None:
    made = by_intent(0)
    found = {one.name: one for one in intents_of(made, legs_of(made))}
    assert found["cancel"].against.value == pytest.approx(-0.6)
    assert (found["cancel"].straight, found["balance"].straight) == (True, False)
    finding = next(one for one in page(made).findings if "cancel" in words_of(one.said))
    assert "Route it straight to a person" in words_of(finding.said)
    assert 2 <= len(finding.calls) <= 5


def test_a_small_difference_is_no_reason_to_route_otherwise() -> None:
    made = by_intent(50)  # 50 against 60 of 100
    assert not any(one.straight for one in intents_of(made, legs_of(made)))


def test_how_the_ivr_ended_sums_to_all() -> None:
    made = eight()
    table = ended(made, legs_of(made))
    assert isinstance(table, Table)
    shares = {row[0]: row[3].estimate.value for row in table.rows if isinstance(row[3], Figure)}
    assert shares == {
        "completed": pytest.approx(5 / 7),
        "opted_out": pytest.approx(1 / 7),
        "transferred": pytest.approx(1 / 7),
    }


def test_which_forms_judge_bots() -> None:
    columns = [
        criterion("named", [1, 0], form_id="bot_form"),
        criterion("by_contact", [1, -1], form_id="other"),
        criterion("agents", [-1, 1], form_id="agents"),
    ]
    made = archive(2, labels={"kind": "chat"}, numbers={"bot_messages": 2, "contained": [1, 0]}, criteria=columns)
    assert [one.criterion for one in bot_criteria(made, legs_of(made))] == ["named", "by_contact"]
    table = next(block for block in page(made).blocks if isinstance(block, Table) and block.id == "robots_form")
    met = [row[2].estimate.value for row in table.rows if isinstance(row[2], Figure)]
    assert met == [pytest.approx(0.5), pytest.approx(1.0)]


BAD: dict[str, Archive] = {
    "zero": archive(0),
    "nothing known": archive(3),
    "no surveys": archive(3, labels={"kind": "call", "ivr_status": "completed"}),
    "three": archive(
        3, labels={"kind": "call", "ivr_status": "completed"}, numbers={"contained": 1}, ratings=[1, 2, 5]
    ),
    "no times": archive(3, labels={"kind": "chat"}, numbers={"contained": 1}, hours=[NAN] * 3, ratings=[1, 1, 1]),
    "one agent, one day": archive(
        3, labels={"kind": "chat", "agent_id": "a", "handover": "bot_to_agent"}, hours=[0, 0, 0], ratings=[None] * 3
    ),
    "all calls alike": archive(
        90,
        labels={"kind": "call", "ivr_status": "opted_out", "ivr_intent": "a", "ivr_last_node": "n", "customer_id": "c"},
        numbers={"contained": 0, "ivr_time_s": 10, "ivr_no_match": 2, "prefers_human": 1, "bot_on_repeat_24h": 1},
        ratings=[3] * 90,
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("ui", ["en", "ru"])
def test_bad_input_is_told_and_never_raises(name: str, ui: str) -> None:
    told = page(BAD[name])
    assert told.lacks
    assert said(told, ui)
    assert told.findings == ()


def test_criteria_of_a_machine_are_no_persons_figures() -> None:
    told = page(archive(2, labels={"kind": "chat", "agent_id": "anna"}, numbers={"bot_messages": 1, "contained": 1}))
    assert "anna" not in said(told)


def test_any_archive_is_told() -> None:
    rng = np.random.default_rng(7)
    n = 400

    def some(names: Sequence[str]) -> Any:
        return rng.choice(np.array(names, dtype=object), n).tolist()

    made = archive(
        n,
        labels={
            "kind": some(["call", "chat"]),
            "ivr_status": some(["", "none", "completed", "opted_out", "strange {name}"]),
            "ivr_intent": some(["", "pay", "{odd}"]),
            "ivr_last_node": some(["", "main"]),
            "customer_id": some(["", "c1", "c2", "c3"]),
            "topic": some(["", "a"]),
            "handover": some(["", "none", "bot_to_agent"]),
        },
        numbers={
            "contained": rng.choice([0.0, 1.0, NAN], n).tolist(),
            "ivr_no_match": rng.choice([0.0, 3.0, NAN], n).tolist(),
            "ivr_time_s": rng.choice([0.0, 9.0, 30.0, NAN], n).tolist(),
            "bot_messages": rng.choice([0.0, 1.0, NAN], n).tolist(),
        },
        ratings=[float(one) for one in rng.integers(1, 6, n)],
    )
    for ui in ("en", "ru"):
        assert "strange {name}" in said(page(made), ui)
