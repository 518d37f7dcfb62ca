from __future__ import annotations

import pytest

from unit.insight.archives import START_S, archive
from unit.insight.told import said, words_of
from voxcx.domain.beside import Beside, OutsideEvent, SeriesPoint
from voxcx.domain.pages import Figure, Happening, Journey, Page, Table
from voxcx.insight.archive import DAY_S, Archive
from voxcx.insight.journey.page import page
from voxcx.insight.settings import JourneySettings, ReportSettings

NAN = float("nan")
NAMED = ReportSettings(journey=JourneySettings(customers=("x",)))
EVENTS = (
    OutsideEvent(START_S + 2 * 3600, "*", "outage"),
    OutsideEvent(START_S + 3600, "queue=delivery", "late van"),
    OutsideEvent(START_S + 3600, "queue=sales", "not theirs"),
    OutsideEvent(START_S - 8 * DAY_S, "*", "too long before"),
    OutsideEvent(START_S + 3600, "nonsense", "no scope"),
)
DAY = int(START_S // DAY_S)
SERIES = (
    SeriesPoint(DAY, "", "x", "CLTV", 12.0),
    SeriesPoint(DAY, "", "y", "CLTV", 99.0),
    SeriesPoint(DAY, "t", "", "EES", 7.0),
)


def of_one(settings: ReportSettings = NAMED) -> Archive:
    """x calls, gives up, writes to the bot, is called back; y calls once."""
    return archive(
        5,
        labels={
            "customer_id": ["x", "x", "y", "x", "x"],
            "channel": ["phone", "phone", "phone", "bot", "phone"],
            "topic": ["where", "where", "bill", "where", ""],
            "queue": ["delivery", "delivery", "billing", "delivery", ""],
            "direction": ["inbound", "inbound", "inbound", "inbound", "outbound"],
            "ivr_status": ["transferred", "none", "", "", ""],
            "ivr_path": ["main>courier", "", "", "", ""],
            "ivr_intent": ["delivery", "", "", "", ""],
            "handover_context": ["none", "", "", "", ""],
        },
        numbers={
            "abandoned": [0, 1, 0, 0, 0],
            "contained": [0, 0, 0, 1, 0],
            "bot_messages": [NAN, NAN, NAN, 4, NAN],
            "repeat_cue": [0, NAN, 0, 1, 0],
        },
        ratings=[1, None, 5, 5, None],
        survey={"answered_s": [START_S + 9000, NAN, NAN, NAN, NAN], "comment": ["never came", "", "", "", ""]},
        beside=Beside(events=EVENTS, series=SERIES),
        openings=["where is my order", "", "hello", "again about the order", ""],
        settings=settings,
    )


def way(made: Archive) -> Journey:
    return next(one for one in page(made).blocks if isinstance(one, Journey))


def lane(made: Journey, name: str) -> list[Happening]:
    return [one for one in made.happenings if one.lane == name]


def test_contacts_stand_on_the_lanes_of_their_channels_in_order_of_time() -> None:
    found = way(of_one())
    assert [one.call.interaction_id for one in lane(found, "phone") if one.call] == ["i-0", "i-1", "i-4"]
    assert [one.call.interaction_id for one in lane(found, "bot") if one.call] == ["i-3"]
    assert [one.at_s for one in found.happenings] == sorted(one.at_s for one in found.happenings)
    assert {one.lane for one in found.happenings} == {name for name, _ in found.lanes}
    assert "y" not in {one.lane for one in found.happenings}


def test_what_they_had_told_and_what_the_agent_was_handed_stand_beside() -> None:
    first, second, back = lane(way(of_one()), "phone")
    assert [words_of(one) for one in first.told] == [
        "said: “where is my order”",
        "the machine understood: delivery",
        "the agent was handed: nothing",
    ]
    assert [words_of(one) for one in second.told] == ["gave up waiting"]
    assert [words_of(one) for one in back.told] == ["begun by the company"]
    assert (first.tone, second.tone, back.tone) == ("bad", "bad", "plain")


def test_machines_have_legs_and_answers_their_own_time() -> None:
    found = way(of_one())
    ivr, bot = lane(found, "=machine")
    assert words_of(ivr.label) == "IVR: passed on to a person"
    assert [words_of(one) for one in ivr.told] == ["path: main>courier", "intent: delivery"]
    assert [words_of(one) for one in bot.told] == ["served to the end by the machine"]
    given, beside = lane(found, "=answer")  # the first when it was given, the second at its contact
    assert (given.at_s, given.tone, words_of(given.told[0])) == (START_S + 9000, "bad", "“never came”")
    assert (beside.at_s, beside.tone, beside.told) == (START_S + 3 * 3600, "good", ())


def test_outside_events_fit_by_scope_and_time_and_series_by_customer() -> None:
    found = way(of_one())
    assert [words_of(one.label) for one in lane(found, "=outside")] == ["late van", "outage"]
    (value,) = lane(found, "=series")
    assert words_of(value.label) == "CLTV: 12"


def test_who_is_named_and_absent_is_told() -> None:
    found = page(of_one(ReportSettings(journey=JourneySettings(customers=("nobody",)))))
    assert not [one for one in found.blocks if isinstance(one, Journey)]
    assert "no contacts of nobody" in said(found)


def test_without_names_the_most_telling_customers_are_shown() -> None:
    settings = ReportSettings(journey=JourneySettings(shown=2))
    made = archive(
        9,
        labels={
            "customer_id": ["calm", "calm", "angry", "angry", "crossing", "crossing", "crossing", "once", ""],
            "channel": ["phone", "phone", "phone", "phone", "phone", "chat", "mail", "phone", "phone"],
            "topic": ["a", "b", "a", "a", "a", "b", "a", "a", "a"],
        },
        ratings=[5, 5, 1, 1, None, None, None, 1, 1],
        settings=settings,
    )
    # calm: 1 channel. angry: 1 channel + 1 repeat + a bad answer (2) = 4. crossing: 3 channels + 1 repeat = 4, longer.
    titles = [words_of(one.title) for one in page(made).blocks if isinstance(one, Journey)]
    assert titles == ["angry: contacts – 2", "crossing: contacts – 3"]


def handed(n: int = 400, *, effect: int = 1, minutes: float = 2.0) -> Archive:
    """Every second call comes with everything; it is rated ``effect`` higher and handled so many minutes faster."""
    full = [k % 2 == 0 for k in range(n)]
    return archive(
        n,
        labels={
            "customer_id": [f"c{k}" for k in range(n)],
            "topic": "a",
            "channel": "phone",
            "handover_context": ["full" if one else "none" for one in full],
        },
        numbers={"handle_s": [600 - 60 * minutes * one + k // 2 % 2 for k, one in enumerate(full)]},
        ratings=[3 + (k // 2) % 2 + effect * one for k, one in enumerate(full)],
    )


def test_the_effect_of_the_context_by_hand() -> None:
    found = page(handed())
    table = next(one for one in found.blocks if isinstance(one, Table))
    rows = {(words_of(row[0]), words_of(row[2])): row for row in table.rows}
    csi, handle = rows["everything", "CSI as answered"], rows["everything", "Handle time"]
    # Ratings 4 and 5 (87.5) against 3 and 4 (62.5): +25 points; 8 against 10 minutes.
    for row, mean, gap in ((csi, 87.5, 25.0), (handle, 480.5 / 60, -2.0)):
        level, difference = (cell.estimate.value for cell in row[3:5] if isinstance(cell, Figure))
        assert level == pytest.approx(mean)
        assert difference == pytest.approx(gap)
    (finding,) = found.findings
    assert "50% of contacts reach the agent with nothing" in words_of(finding.said)
    assert finding.weight == pytest.approx(12.5)  # 25 points on the half that comes with nothing
    assert len(finding.calls) == 3


def test_a_context_that_changes_nothing_is_no_finding() -> None:
    assert not page(handed(effect=0)).findings


def test_a_difference_that_may_be_chance_is_no_finding() -> None:
    made = handed(effect=0)
    made.answers.csi[0] += 25.0  # one better answer of 200
    found = page(made)
    table = next(one for one in found.blocks if isinstance(one, Table))
    difference = table.rows[0][4]
    assert isinstance(difference, Figure)
    assert difference.estimate.value == pytest.approx(0.125)
    assert not found.findings


def test_too_few_answers_cannot_tell_and_say_how_many_more() -> None:
    found = page(handed(40))  # 20 of each, 30 are needed
    assert not found.findings
    assert "cannot tell: 10 more needed" in said(found)


EMPTY = {
    "nothing": archive(0),
    "three": archive(3, labels={"customer_id": ["x", "x", "y"]}),
    "all missing": archive(50),
    "no times": archive(20, hours=[NAN] * 20, labels={"customer_id": "c", "topic": "a"}),
    "strange answers": archive(20, ratings=[None] * 20, survey={"strange": 20}),
    "one context": archive(60, labels={"handover_context": "none"}, ratings=[1 + k % 5 for k in range(60)]),
    "all the same rating": archive(
        100, labels={"handover_context": ["none", "full"] * 50, "customer_id": ["x", "y"] * 50}, ratings=[None] * 100
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_bad_input_says_what_it_lacks(name: str) -> None:
    found = page(EMPTY[name])
    assert isinstance(found, Page)
    assert found.lacks
    assert not found.findings
    assert said(found, "ru")
    assert said(found, "en")
