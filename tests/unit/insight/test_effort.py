from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.insight.archives import archive, criterion
from unit.insight.told import said, words_of
from voxcx.domain.pages import Figure, Flow, Heat, Lines, Page, Table, Tiles
from voxcx.domain.texts import same
from voxcx.insight.archive import Archive
from voxcx.insight.effort.drivers import Driver, drivers_of, effort_index, effort_rows
from voxcx.insight.effort.flow import channel_flow
from voxcx.insight.effort.page import page
from voxcx.insight.effort.relating import ces_of, related
from voxcx.insight.repeats.chains import chains_of

NAN = float("nan")


def drivers(made: Archive) -> dict[str, Driver]:
    return {one.id: one for one in drivers_of(made, chains_of(made, 7.0, same_topic=True))}


def state(driver: Driver) -> list[bool | None]:
    return [bool(there) if known else None for known, there in zip(driver.known, driver.present, strict=True)]


def test_the_index_of_one_contact_by_hand() -> None:
    made = archive(
        1,
        numbers={
            "failed_attempts_before": 1,  # there
            "channel_switches_7d": 0,
            "queue_wait_s": 121,  # there: longer than 120 s
            "hold_total_s": NAN,  # not known: leaves both sums
            "transfers": 0,  # no transfer, not sent elsewhere
            "repeat_cue": 1,  # there
            "reasks_by_customer": 1,  # not: less than 2
        },
    )
    found = drivers_of(made, chains_of(made, 7.0, same_topic=True))
    # Known: failed, crossed, wait, transferred, sent elsewhere, repeats oneself, asks again = 7; there: 3.
    assert sum(bool(one.known[0]) for one in found) == 7
    assert effort_index(found, 3).tolist() == [pytest.approx(100 * 3 / 7)]
    assert np.isnan(effort_index(found, 8)).all()


@pytest.mark.parametrize(
    ("driver", "column", "values", "expected"),
    [
        ("failed_attempts", "failed_attempts_before", [0, 1, 2, NAN], [False, True, True, None]),
        ("channels_crossed", "channel_switches_7d", [0, 1, 3, NAN], [False, True, True, None]),
        ("long_wait", "queue_wait_s", [0, 120, 120.1, NAN], [False, False, True, None]),
        ("long_wait", "first_response_s", [0, 120, 121, NAN], [False, False, True, None]),
        ("long_hold", "hold_total_s", [0, 60, 61, NAN], [False, False, True, None]),
        ("transferred", "transfers", [0, 1, 2, NAN], [False, True, True, None]),
        ("sent_elsewhere", "transfers", [0, 1, 2, NAN], [False, False, True, None]),
        ("sent_elsewhere", "flow_out", [1, 0, NAN, NAN], [True, None, None, None]),
        ("repeats_oneself", "repeat_cue", [0, 1, 2, NAN], [False, True, True, None]),
        ("repeats_oneself", "reasks_by_agent", [0, 1, 2, NAN], [False, False, True, None]),
        ("asks_again", "reasks_by_customer", [0, 1, 2, NAN], [False, False, True, None]),
    ],
)
def test_when_a_driver_is_there(driver: str, column: str, values: list[float], expected: list[bool | None]) -> None:
    assert state(drivers(archive(4, numbers={column: values}))[driver]) == expected


def test_a_chat_that_is_passed_on_is_a_transfer() -> None:
    made = archive(3, labels={"handover": ["bot_to_agent", "agent_to_agent", ""]})
    assert state(drivers(made)["transferred"]) == [False, True, None]


def test_identified_twice_where_the_machine_knew_and_the_agent_was_not_told() -> None:
    made = archive(
        8,
        numbers={"ivr_authenticated": [1, 1, 1, 1, 1, 1, 0, NAN]},
        labels={"handover_context": ["none", "path", "authenticated", "full", "", "", "none", "none"]},
        # Where the context is not known, whether the agent asked tells; where it is, the record wins.
        criteria=[criterion("identification", [0, 1, 1, 1, 1, 3, 1, 1])],
    )
    assert state(drivers(made)["identified_again"]) == [True, True, False, False, True, None, False, None]


def test_repeats_and_slow_matters_look_back_only_where_the_archive_reaches() -> None:
    made = archive(
        6,
        hours=[0, 10, 34.5, 100, 168, 500],
        labels={"customer_id": ["x", "x", "x", "y", "z", "x"], "topic": ["a", "a", "a", "a", "a", ""]},
    )
    found = drivers(made)
    # x at 0 h: what was before the archive is not known. At 10 and 34.5 h a repeat; only the last is over a day old.
    # y at 100 h may have come before the archive; z at 168 h has a whole week behind. No topic: cannot be told.
    assert state(found["repeat"]) == [None, True, True, None, False, None]
    assert state(found["slow_resolution"]) == [None, False, True, None, False, None]


def test_effort_is_of_contacts_that_customers_began_and_that_were_taken() -> None:
    made = archive(
        4,
        labels={"direction": ["inbound", "outbound", "", ""]},
        numbers={"abandoned": [0, 0, 1, NAN], "flow_out": [1, 0, 0, 0]},
    )
    assert effort_rows(made).tolist() == [True, False, False, True]


def of_waits(n: int = 400) -> Archive:
    """Every second contact waits long; those rate 3 and 4 (62.5 on average), the others 4 and 5 (87.5)."""
    long = [k % 2 == 0 for k in range(n)]
    return archive(
        n,
        labels={"customer_id": [f"c{k}" for k in range(n)], "topic": "a", "channel": "phone", "team": "t"},
        numbers={
            "queue_wait_s": [200 if one else 10 for one in long],
            "transfers": 0,
            "hold_total_s": 0,
            "repeat_cue": 0,
        },
        ratings=[(3 if one else 4) + (k // 2) % 2 for k, one in enumerate(long)],
        survey={"ces": [(2 if one else 6) + (k // 2) % 2 for k, one in enumerate(long)]},
    )


def test_a_driver_that_hurts_is_a_finding_with_its_weight() -> None:
    found = page(of_waits())
    (finding,) = found.findings
    # 62.5 − 87.5 = −25 points on half of the contacts: 12.5 points of the mean.
    assert "Waited long (longer than 2:00): 50% of contacts, −25\xa0points of CSI" in words_of(finding.said)
    assert finding.weight == pytest.approx(12.5)
    assert len(finding.calls) == 3
    table = next(one for one in found.blocks if isinstance(one, Table) and one.id == "effort_drivers")
    row = next(row for row in table.rows if words_of(row[0]) == "Waited long")
    assert [cell.estimate.value for cell in row[2:6:3] if isinstance(cell, Figure)] == [0.5, pytest.approx(-4.0)]


def test_a_driver_that_changes_nothing_is_none() -> None:
    n = 400
    made = archive(
        n,
        labels={"customer_id": [f"c{k}" for k in range(n)], "topic": "a", "channel": "phone"},
        numbers={"queue_wait_s": [200 if k % 2 else 10 for k in range(n)], "transfers": 0},
        ratings=[3 + (k // 2) % 3 for k in range(n)],
    )
    assert not page(made).findings


def test_one_lucky_driver_among_many_is_no_finding() -> None:
    n, columns = 400, ("failed_attempts_before", "channel_switches_7d", "transfers", "repeat_cue", "reasks_by_customer")
    for seed in range(200):
        rng = np.random.default_rng(seed)
        made = archive(
            n,
            labels={"topic": "a", "channel": "phone"},
            numbers={name: (2.0 * (rng.random(n) < 0.4)).tolist() for name in columns},
            ratings=rng.integers(1, 6, n).tolist(),
        )
        found = drivers_of(made, chains_of(made, 7.0, same_topic=True))
        effects = [one.csi for one in related(made, found, effort_rows(made))]
        if any((one.high or 0.0) < 0 and (one.p or 0.0) > 0.02 for one in effects):
            assert not page(made).findings  # alone its interval leaves out 0; among seven it does not stand
            return
    pytest.fail("no such archive was drawn")


def test_csi_by_the_number_of_drivers() -> None:
    lines = next(one for one in page(of_waits()).blocks if isinstance(one, Lines))
    (line,) = lines.lines
    assert [one.value for one in line.y[:2]] == [pytest.approx(87.5), pytest.approx(62.5)]
    assert [one.n for one in line.y] == [200, 200, 0, 0, 0]
    assert words_of(line.y[2].reason) == "cannot tell: 30 more needed"


def test_answers_outside_of_the_scale_of_ces_are_left_out_aloud() -> None:
    made = archive(4, ratings=[5] * 4, survey={"ces": [0, 1, 7, 8]})
    assert np.isnan(ces_of(made)).tolist() == [True, False, False, True]
    assert "2 answers about effort lie outside of the scale 1…7" in said(page(made))


def test_scale_and_direction_of_ces_are_told() -> None:
    tiles = next(one for one in page(of_waits()).blocks if isinstance(one, Tiles))
    assert words_of(tiles.tiles[0].definition) == "mean answer about effort from 1 to 7, 7 is easy"


def test_who_crossed_channels_apart_from_who_did_not() -> None:
    n = 200
    crossed = [k % 2 for k in range(n)]
    made = archive(
        n,
        labels={"topic": "a", "channel": "phone"},
        numbers={
            "channel_switches_7d": crossed,
            "queue_wait_s": 10,
            "hold_total_s": 10,
            "transfers": [k % 4 == 1 for k in range(n)],
        },
        ratings=[(3 if k % 2 else 4) + (k // 2) % 2 for k in range(n)],
    )
    table = next(one for one in page(made).blocks if isinstance(one, Table) and one.id == "effort_crossers")
    index, _, csi = ([cell.estimate.value for cell in row[1:] if isinstance(cell, Figure)] for row in table.rows)
    # Without the crossing itself four drivers are known; half of the crossers were transferred: 12.5 and 0.
    assert index == [pytest.approx(12.5), 0.0, pytest.approx(12.5)]
    assert csi == [pytest.approx(62.5), pytest.approx(87.5), pytest.approx(-25.0)]


def flow_of(rows: list[tuple[int, str, str, int]]) -> tuple[Flow, Any]:
    rows = sorted(rows)
    hours, customer, channel, abandoned = ([row[place] for row in rows] for place in range(4))
    made = archive(
        len(rows),
        hours=hours,
        labels={"customer_id": customer, "channel": channel},
        numbers={"abandoned": [float(one) for one in abandoned]},
    )
    chains = chains_of(made, 1.0, same_topic=False)
    return channel_flow(made, chains, same("chains")), chains


def test_a_flow_by_hand() -> None:
    ways = [
        (0, "x", "phone", 0), (1, "x", "chat", 0),  # phone → chat, end
        (0, "y", "phone", 1), (1, "y", "phone", 0), (2, "y", "chat", 1),  # phone → phone → chat, gave up
        (0, "z", "bot", 0),  # alone: in no flow
        (0, "w", "bot", 0), (1, "w", "phone", 0), (2, "w", "phone", 0), (3, "w", "phone", 0),  # goes on after the third
    ]  # fmt: skip
    flow, _ = flow_of(ways)
    assert {(source, target): n for source, target, n in flow.links} == {
        ("1:phone", "2:chat"): 1,
        ("1:phone", "2:phone"): 1,
        ("1:bot", "2:phone"): 1,
        ("2:chat", "3:=ended"): 1,
        ("2:phone", "3:chat"): 1,
        ("2:phone", "3:phone"): 1,
        ("3:chat", "4:=gave up"): 1,
        ("3:phone", "4:=more"): 1,
    }
    assert words_of(dict(flow.names)["4:=gave up"]) == "gave up waiting"


contacts = st.tuples(
    st.integers(0, 60),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from(["phone", "chat", "ended", ""]),
    st.integers(0, 1),
)


@given(st.lists(contacts, max_size=30))
def test_what_flows_into_a_node_flows_out_of_it(rows: list[tuple[int, str, str, int]]) -> None:
    flow, chains = flow_of(rows)
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    for source, target, n in flow.links:
        into[target] += n
        out[source] += n
    long = int((chains.lengths > 1).sum())
    assert sum(n for node, n in out.items() if node.startswith("1:")) == long
    assert sum(n for node, n in into.items() if ":=" in node) == long
    for node in set(into) | set(out):
        if not node.startswith("1:") and ":=" not in node:
            assert into[node] == out[node]
    assert {node for link in flow.links for node in link[:2]} == {node for node, _ in flow.names}


def test_where_customers_repeat_themselves_by_topic_and_context() -> None:
    n = 200
    told = [k % 2 for k in range(n)]  # an odd contact came with its path, an even one with nothing
    made = archive(
        n,
        labels={
            "topic": "a",
            "queue": "q",
            "channel": "phone",
            "handover_context": ["path" if one else "none" for one in told],
        },
        numbers={"repeat_cue": [0 if one else float(k % 4 == 0) for k, one in enumerate(told)]},
    )
    found = page(made)
    heat = next(one for one in found.blocks if isinstance(one, Heat))
    cells = [None if cell is None else cell.estimate.value for cell in heat.cells[0]]
    assert cells == [0.5, None, 0.0, None, None]
    assert "handed over − not handed over" in said(found)
    tile = next(
        tile for one in found.blocks if isinstance(one, Tiles) for tile in one.tiles if "handed" in tile.title.en
    )
    assert tile.figure.estimate.value == pytest.approx(-0.5)


EMPTY = {
    "nothing": archive(0),
    "three": archive(3, labels={"customer_id": ["x", "x", "y"], "topic": "a"}, numbers={"transfers": [0, 1, 0]}),
    "all missing": archive(50),
    "no times": archive(20, hours=[NAN] * 20, labels={"customer_id": "c", "topic": "a"}),
    "strange answers": archive(20, ratings=[None] * 20, survey={"strange": 20}),
    "one day, no answers": archive(24, numbers={"queue_wait_s": 200, "transfers": 0, "hold_total_s": 5}),
    "answers without effort": archive(100, ratings=[5] * 100, numbers={"transfers": [k % 2 for k in range(100)]}),
    "all outbound": archive(50, labels={"customer_id": "c", "direction": "outbound"}, numbers={"transfers": 1}),
}


@pytest.mark.parametrize("name", EMPTY)
def test_bad_input_says_what_it_lacks(name: str) -> None:
    found = page(EMPTY[name])
    assert isinstance(found, Page)
    assert found.lacks
    assert not found.findings
    assert said(found, "ru")
    assert said(found, "en")


def test_letters_are_no_long_wait() -> None:
    one = archive(3, labels={"kind": "chat", "channel": ["chat", "mail", "Letter"]}, numbers={"first_response_s": 7200})
    assert state(drivers(one)["long_wait"]) == [True, None, None]
