from __future__ import annotations

from typing import Any

import pytest

from unit.insight.archives import archive, criterion
from unit.insight.told import said, words_of
from voxcx.domain.beside import Beside, Blocked, ScorerAccuracy, SeriesPoint
from voxcx.domain.pages import Table
from voxcx.insight.archive import Archive
from voxcx.insight.coverage.indicators import Indicator, indicators_of
from voxcx.insight.coverage.page import page

NAN = float("nan")


def of(made: Archive) -> dict[str, Indicator]:
    return {words_of(one.name): one for one in indicators_of(made)}


@pytest.mark.parametrize(("answers", "status"), [(0, "no"), (12, "partly"), (30, "yes")])
def test_surveys_count_answers(answers: int, status: str) -> None:
    found = of(archive(100, ratings=[5.0] * answers + [None] * (100 - answers)))["Satisfaction with the contact"]
    assert found.status == status
    assert found.known is not None
    assert (found.known.value, found.known.n) == (pytest.approx(answers / 100), 100)
    more = "" if found.missing is None else words_of(found.missing)
    assert more == ("" if status == "yes" else f"answers in surveys.csv: {30 - answers} more")


@pytest.mark.parametrize(
    ("waits", "status", "share"),
    [
        ([5.0] * 10, "yes", 1.0),
        ([5.0] * 9 + [NAN], "yes", 0.9),
        ([5.0] * 8 + [NAN] * 2, "partly", 0.8),
        ([NAN] * 10, "no", 0.0),
    ],
)
def test_rows_count_those_with_data(waits: list[float], status: str, share: float) -> None:
    found = of(archive(10, labels={"kind": "call"}, numbers={"queue_wait_s": waits}))["Time until a call is answered"]
    assert found.known is not None
    assert (found.status, found.known.value) == (status, pytest.approx(share))
    assert (found.missing is None) == (status == "yes")


def test_only_the_contacts_concerned_are_counted() -> None:
    made = archive(
        4,
        labels={"kind": ["call", "call", "chat", "chat"], "channel": ["phone", "phone", "chat", "mail"]},
        numbers={"queue_wait_s": [1, 2, NAN, NAN], "first_response_s": [NAN, NAN, 3, NAN], "contained": [0, 1, 0, 0]},
    )
    found = {name: one.known.n for name, one in of(made).items() if one.known is not None}
    assert found["Time until a call is answered"] == 1  # the contained one waited for nobody
    assert found["Time until a chat is answered"] == 1
    assert found["Time until a letter is answered"] == 1
    assert of(made)["Time until a letter is answered"].status == "no"


def test_proxies_stay_in_part_however_much_data_there_is() -> None:
    made = archive(5, labels={"customer_id": "c", "topic": "a"}, numbers={"complaint_cue": 0})
    found = of(made)
    assert (found["Resolved at the first contact"].status, found["Complaints"].status) == ("partly", "partly")


def test_a_service_level_without_blocked_calls_is_in_part() -> None:
    columns: dict[str, Any] = {"labels": {"kind": "call"}, "numbers": {"queue_wait_s": 5, "abandoned": 0}}
    assert of(archive(5, **columns))["Service level"].status == "partly"
    with_blocked = archive(5, **columns, beside=Beside(blocked=(Blocked(0.0, "s", "B", 1),)))
    assert of(with_blocked)["Service level"].status == "yes"
    assert of(with_blocked)["Calls that did not get in"].status == "yes"


def test_series_by_their_names() -> None:
    found = of(archive(3, beside=Beside(series=(SeriesPoint(1, "t", "", "ees", 60.0),))))
    assert (found["Engagement of employees"].status, found["Satisfaction of employees"].status) == ("yes", "no")
    assert words_of(found["Satisfaction of employees"].missing) == "a series ESAT in series.csv"


def test_accuracy_by_kind_of_error() -> None:
    made = archive(
        40,
        criteria=[
            criterion("a", [1] * 40, severity="critical_customer"),
            criterion("b", [1] * 10 + [2] * 30, severity="critical_business"),
            criterion("c", [3] * 40, severity="critical_compliance"),  # never decided
        ],
        beside=Beside(accuracy=(ScorerAccuracy("customer", (9, 10), (9, 10)),)),
    )
    found = of(made)
    named = ("customer", "business")
    assert [found[f"Accuracy: critical for the {kind}"].status for kind in named] == ["yes", "partly"]
    assert found["Accuracy: critical for compliance"].status == "no"
    assert found["Accuracy of the judging itself"].status == "partly"


def test_what_is_no_agents_is_not_counted_as_knowledge() -> None:
    columns = [criterion("system", [1] * 40, severity="critical_customer", attributable="system")]
    found = of(archive(40, labels={"agent_id": "a"}, criteria=columns))
    assert found["Agents’ knowledge: right answers"].status == "no"
    assert found["Quality of interactions"].status == "yes"


def test_the_page_says_that_the_standard_decides() -> None:
    told = page(archive(3))
    assert "decided by its text alone" in said(told)
    assert "решает только его текст" in said(told, "ru").replace("\xa0", " ")
    tables = [block for block in told.blocks if isinstance(block, Table)]
    assert [one.id for one in tables] == ["coverage_iso", "coverage_copc"]
    assert told.findings == ()


@pytest.mark.parametrize("ui", ["en", "ru"])
@pytest.mark.parametrize(
    "made",
    [
        archive(0),
        archive(3),
        archive(3, hours=[NAN] * 3, ratings=[1, 2, 3]),
        archive(2, labels={"direction": "outbound", "kind": "call"}),
        archive(3, labels={"kind": "call", "agent_id": "a"}, numbers={"abandoned": 1, "blocked": 1}),
    ],
)
def test_bad_input_is_told_and_never_raises(made: Archive, ui: str) -> None:
    assert said(page(made), ui)


def test_an_empty_archive_is_a_lack() -> None:
    assert [words_of(one) for one in page(archive(0)).lacks] == ["The archive holds no interactions."]
