from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.insight.archives import archive, criterion
from unit.insight.told import said, words_of
from voxcx.domain.pages import Figure, Page, Table, Tiles
from voxcx.insight.archive import DAY_S, Archive
from voxcx.insight.repeats.causes import causes_of
from voxcx.insight.repeats.chains import chains_of
from voxcx.insight.repeats.chance import another_topic, by_chance
from voxcx.insight.repeats.following import followed, next_of
from voxcx.insight.repeats.frequent import frequent_callers
from voxcx.insight.repeats.page import page

# hour, customer, ticket, topic, direction, goes on after a drop, abandoned; repeated on the same topic, on any topic.
# None: not counted. Window 7 days = 168 h; the archive ends at 400 h, so what starts after 232 h has no elapsed window.
CONTACTS = [
    (0.0, "c1", "", "a", "inbound", 0, 0, True, True),  # again at 168 h: exactly 7 days is inside
    (1.0, "c2", "", "a", "inbound", 0, 0, False, False),  # again at 169.001 h: outside
    (2.0, "c3", "", "a", "inbound", 0, 0, False, False),  # only called back
    (3.0, "c4", "", "a", "", 0, 0, False, False),  # only goes on after the drop; an unknown direction is the customer's
    (3.1, "c4", "", "a", "inbound", 1, 0, None, None),  # the same contact going on
    (4.0, "", "t1", "a", "inbound", 0, 0, True, True),  # the same ticket at 30 h, under another topic
    (5.0, "c6", "", "a", "inbound", 0, 0, False, True),  # another topic at 10 h
    (6.0, "c7", "", "a", "inbound", 0, 0, True, True),  # again at 8 h, gave up waiting: still a repeat
    (7.0, "", "", "a", "inbound", 0, 0, None, None),  # nobody knows who
    (8.0, "c7", "", "a", "inbound", 0, 1, None, None),  # reached nobody: nothing could be resolved
    (9.0, "c8", "", "", "inbound", 0, 0, None, True),  # topic not known; again at 12 h
    (10.0, "c6", "", "b", "inbound", 0, 0, False, False),
    (12.0, "c8", "", "a", "inbound", 0, 0, False, False),
    (20.0, "c3", "", "a", "outbound", 0, 0, None, None),
    (23.9, "c10", "", "a", "inbound", 0, 0, True, True),  # again after midnight
    (24.1, "c10", "", "a", "inbound", 0, 0, False, False),
    (30.0, "c5", "t1", "b", "inbound", 0, 0, False, False),
    (168.0, "c1", "", "a", "inbound", 0, 0, False, False),
    (169.001, "c2", "", "a", "inbound", 0, 0, False, False),
    (232.0, "c13", "", "a", "inbound", 0, 0, False, False),  # its window ends with the archive
    (232.1, "c11", "", "a", "inbound", 0, 0, None, None),  # its window has not elapsed
    (233.0, "c11", "", "a", "inbound", 0, 0, None, None),
    (400.0, "c12", "", "a", "inbound", 0, 0, None, None),
]


def of_contacts() -> Archive:
    hours, customer, ticket, topic, direction, drop, abandoned = [
        [row[place] for row in CONTACTS] for place in range(7)
    ]
    return archive(
        len(CONTACTS),
        hours=hours,
        labels={
            "customer_id": customer,
            "ticket_id": ticket,
            "topic": topic,
            "direction": direction,
            "channel": "phone",
        },
        numbers={"reconnect_after_drop": drop, "abandoned": abandoned},
    )


@pytest.mark.parametrize("same_topic", [True, False])
def test_each_contact_is_repeated_as_worked_out_by_hand(same_topic: bool) -> None:
    chased = followed(of_contacts(), same_topic=same_topic)
    base, again = chased.base(7.0), chased.repeated(7.0)
    got = [bool(yes) if counted else None for counted, yes in zip(base, again, strict=True)]
    assert got == [row[7 if same_topic else 8] for row in CONTACTS]


def test_time_zones_move_nothing() -> None:
    here = of_contacts()
    there = replace(here, local_s=here.local_s + 5 * 3600.0)
    for one, other in zip(
        followed(here, same_topic=True).repeated(7.0), followed(there, same_topic=True).repeated(7.0), strict=True
    ):
        assert one == other


def test_who_is_left_out_is_told_with_the_number() -> None:
    told = said(page(of_contacts()))
    # 23 contacts: 1 outbound + 1 going on after a drop; 1 abandoned; 1 unknown customer; 1 unknown topic; 3 unelapsed.
    for wanted in (
        "Left out: 2 contacts – begun by the company or going on after a drop.",
        "Left out: 1 contacts – reached neither an agent nor a bot.",
        "Left out: 1 contacts – neither the customer nor a ticket is known.",
        "Left out: 1 contacts – their topic is not known.",
        "Left out: 3 contacts – their window has not elapsed.",
    ):
        assert wanted in told


def test_the_tile_counts_what_the_table_says() -> None:
    tiles = next(block for block in page(of_contacts()).blocks if isinstance(block, Tiles))
    same, any_topic = (tile.figure.estimate for tile in tiles.tiles[:2])
    # Same topic: 15 counted, 4 of them repeated. Any topic: 16 counted, 6 repeated.
    assert (same.n, same.value) == (15, pytest.approx(11 / 15))
    assert (any_topic.n, any_topic.value) == (16, pytest.approx(6 / 16))


people = st.lists(
    st.tuples(
        st.integers(0, 30),  # half days
        st.sampled_from(["", "c1", "c2"]),
        st.sampled_from(["", "", "t1", "t2"]),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(["inbound", "outbound"]),
    ),
    max_size=25,
)


def drawn(rows: list[tuple[int, str, str, str, str]]) -> Archive:
    rows = sorted(rows)
    columns = [[row[place] for row in rows] for place in range(5)]
    return archive(
        len(rows),
        hours=[12.0 * half for half in columns[0]],
        labels=dict(zip(("customer_id", "ticket_id", "topic", "direction"), columns[1:], strict=True)),
    )


def alike(one: tuple[int, str, str, str, str], other: tuple[int, str, str, str, str]) -> bool:
    """About the same matter: the customer and the topic, or the ticket."""
    same = one[1] == other[1] != "" and one[3] == other[3] != ""
    return same or one[2] == other[2] != ""


@given(people)
def test_the_next_contact_is_the_first_of_all_later_ones(rows: list[tuple[int, str, str, str, str]]) -> None:
    rows = sorted(rows)
    chased = followed(drawn(rows), same_topic=True)
    for place, row in enumerate(rows):
        later = [
            other[0] - row[0] for other in rows if alike(row, other) and other[0] > row[0] and other[4] == "inbound"
        ]
        expected = min(later, default=math.inf) * 12 * 3600.0
        assert chased.gap_s[place] == pytest.approx(expected)


@given(people)
def test_chains_are_whole_and_no_contact_is_in_two(rows: list[tuple[int, str, str, str, str]]) -> None:
    rows = sorted(rows)
    made = drawn(rows)
    chains = chains_of(made, 3.0, same_topic=True)
    members = [k for k, row in enumerate(rows) if row[4] == "inbound" and ((row[1] and row[3]) or row[2])]
    assert sorted(chains.order.tolist()) == members
    for number in range(len(chains.lengths)):
        times = made.moment_s[chains.rows(number)]
        assert (np.diff(times) >= 0).all()
        assert (np.diff(times) <= 3.0 * DAY_S).all()
        assert (chains.chain[chains.rows(number)] == number).all()
    # Two contacts of one matter at most a window apart are in one chain; nothing else joins chains.
    near = {k: {k} for k in members}
    for k in members:
        near[k] |= {m for m in members if alike(rows[k], rows[m]) and abs(rows[k][0] - rows[m][0]) <= 6}
    for k in members:
        reached, todo = {k}, [k]
        while todo:
            fresh = near[todo.pop()] - reached
            reached |= fresh
            todo.extend(fresh)
        assert sorted(reached) == sorted(m for m in members if chains.chain[m] == chains.chain[k])


def test_next_of_leaves_out_unknown_times_and_moments_alike() -> None:
    key = np.array([0, 0, 0, 0])
    moment_s = np.array([5.0, 5.0, np.nan, 9.0])
    assert next_of(key, moment_s, np.ones(4, dtype=bool)).tolist() == [3, 3, -1, -1]


def test_frequent_is_four_within_thirty_days_the_last_moment_included() -> None:
    hours = [0.0, 1.0, 2.0, 3.0, 719.0, 720.0, 723.1, 724.0]
    who = ["often", "rare", "often", "rare", "often", "often", "rare", "rare"]
    # often: 0, 2, 719, 720 h = 30 days from first to last; rare: 1, 3, 723.1, 724 h = 30.1 days.
    found = frequent_callers(archive(8, hours=hours, labels={"customer_id": who}), 4, 30.0)
    assert found.customer == ("often",)
    assert (found.contacts.tolist(), found.most.tolist(), found.all_contacts) == ([4], [4], 8)
    assert found.rows[0].tolist() == [0, 2, 4, 5]


def test_chance_is_the_odds_of_the_topic_where_another_follows() -> None:
    made = archive(5, labels={"customer_id": ["x", "y", "z", "x", "x"], "topic": ["a", "a", "a", "b", "b"]})
    # x: a, b an hour or three later, b again (a repeat). New matters: a a a b, so a has 3/4: odds 3.
    assert another_topic(made, 7.0).tolist() == [True, False, False, False, False]
    assert by_chance(made, followed(made, same_topic=True), 7.0).tolist() == pytest.approx([3.0, 0, 0, 0, 0])
    assert by_chance(made, followed(made, same_topic=False), 7.0).tolist() == [0, 0, 0, 0, 0]


def of_errors(repeats_failed: int, repeats_met: int) -> Archive:
    """100 customers: 40 with the error and 60 without; so many of each come again a day later, by chat."""
    again = [*range(repeats_failed), *range(40, 40 + repeats_met)]
    customers = [f"c{k}" for k in [*range(100), *again]] + ["last"]
    hours = [*(k / 100 for k in range(100)), *(24 + k / 100 for k in range(len(again))), 400.0]
    verdicts = [0] * 40 + [1] * 60 + [2] * (len(again) + 1)
    n = len(customers)
    return archive(
        n,
        hours=hours,
        labels={"customer_id": customers, "topic": "a", "channel": ["phone"] * 100 + ["chat"] * (n - 100)},
        criteria=[criterion("solution", verdicts), criterion("rare", [0] * 3 + [1] * 97 + [2] * (n - 100))],
        ratings=[1 + k % 5 for k in range(n)],
    )


def test_the_risk_ratio_of_an_error_through_the_page() -> None:
    found = page(of_errors(20, 10))
    table = next(one for one in found.blocks if isinstance(one, Table) and one.id == "repeats_causes")
    row = next(row for row in table.rows if "solution" in words_of(row[0]))
    with_it, without, crude, adjusted = (cell.estimate for cell in row[1:5] if isinstance(cell, Figure))
    # 20 of 40 against 10 of 60: 0.5 ÷ 0.1667 = 3; one topic, so the adjusted ratio is the same.
    assert (with_it.value, without.value) == (0.5, pytest.approx(1 / 6))
    assert crude.value == pytest.approx(3.0)
    assert adjusted.value == pytest.approx(3.0)
    finding = next(one for one in found.findings if "solution" in words_of(one.said))
    assert "×3 as often" in words_of(finding.said)
    assert [one.interaction_id for one in finding.calls] == ["i-0", "i-9", "i-19"]
    assert words_of(finding.calls[0].why) == "came again after 1\xa0day: i-100"


def test_a_topic_that_nobody_knows_is_not_told_as_held_alike() -> None:
    one = of_errors(20, 10)
    known = page(one)
    finding = next(each for each in known.findings if "solution" in words_of(each.said))
    assert "at the same topic" in words_of(finding.said)
    assert "at the same topic" in said(known)
    one.labels["topic"] = np.full(len(one), "", dtype=object)  # type: ignore[index]
    unknown = page(replace(one))
    finding = next(each for each in unknown.findings if "solution" in words_of(each.said))
    assert "topics are not known" in words_of(finding.said)
    assert not any("at the same topic" in words_of(each.said) for each in unknown.findings)
    tables = [each for each in unknown.blocks if isinstance(each, Table) and each.id == "repeats_causes"]
    assert "at the same topic" not in words_of(tables[0].definition)


def test_an_error_that_changes_nothing_is_no_finding_and_a_rare_one_says_how_many_more() -> None:
    found = page(of_errors(9, 12))  # 22.5 % against 20 %: a ratio of 1.125 that may be chance
    assert not found.findings
    told = said(found)
    assert "cannot tell: 27 more needed" in told  # 3 of at least 30


def test_repeats_go_from_channel_to_channel() -> None:
    table = next(
        one for one in page(of_errors(20, 10)).blocks if isinstance(one, Table) and one.id == "repeats_by_channel"
    )
    assert [
        [words_of(cell) if not isinstance(cell, Figure) else cell.estimate.value for cell in row] for row in table.rows
    ] == [["phone", "chat", 30, 1.0]]


def test_a_frequent_topic_that_meets_itself_by_chance_is_no_cause() -> None:
    rng = np.random.default_rng(7)
    n = 12_000  # 3,000 customers, who come at random about random topics, one of them three times as often
    made = archive(
        n,
        hours=np.sort(rng.uniform(0, 24 * 60, n)).tolist(),
        labels={
            "customer_id": [f"c{k}" for k in rng.integers(0, 3_000, n)],
            "topic": rng.choice(["big", "small", "tiny"], n, p=[0.6, 0.2, 0.2]).tolist(),
        },
    )
    big = next(one for one in causes_of(made, followed(made, same_topic=True)) if one.key == "big")
    assert (big.crude.low or 0.0) > 2.0  # as it comes, 0.6 of all against 0.2 of all
    assert not big.stands


EMPTY = {
    "nothing": archive(0),
    "three": archive(3, labels={"customer_id": ["x", "x", "y"], "topic": "a"}),
    "nobody known": archive(50),
    "one day": archive(50, hours=[k / 3 for k in range(50)], labels={"customer_id": [f"c{k % 9}" for k in range(50)]}),
    "no times": archive(20, hours=[np.nan] * 20, labels={"customer_id": "c", "topic": "a"}),
    "strange answers": archive(20, ratings=[None] * 20, survey={"strange": 20}),
    "one customer": archive(500, labels={"customer_id": "c", "topic": "a", "agent_id": "one", "channel": "phone"}),
    "all outbound": archive(500, labels={"customer_id": "c", "direction": "outbound"}),
}


@pytest.mark.parametrize("name", EMPTY)
def test_bad_input_says_what_it_lacks(name: str) -> None:
    found = page(EMPTY[name])
    assert isinstance(found, Page)
    assert found.lacks
    assert not found.findings
    assert said(found, "ru")
    assert said(found, "en")


def test_without_topics_any_topic_counts_and_that_is_said() -> None:
    found = page(archive(500, labels={"customer_id": [f"c{k % 50}" for k in range(500)]}))
    assert "repeats are counted on any topic" in said(found)
    assert "on any topic" in said(found)
