"""The page on alerts: what it shows, and what it says where there is little."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from unit.insight.archives import START_S, archive, criterion
from voxcx.domain.beside import Beside, Case, OutsideEvent
from voxcx.domain.pages import Block, CallRef, Figure, Lines, Page, Table
from voxcx.insight.alerts.page import page
from voxcx.insight.alerts.rules import load_triggers
from voxcx.insight.archive import MET, NOT_MET, Archive
from voxcx.insight.settings import ReportSettings
from voxcx.report.insight.telling import Telling

SHIPPED = ReportSettings(triggers=load_triggers())
DAY_S = 86_400.0


def made(n: int, **more: Any) -> Archive:
    return archive(n, settings=SHIPPED, **more)


def table(found: Page, name: str) -> Table:
    return next(one for one in found.blocks if isinstance(one, Table) and one.id == name)


def case(name: str, deadline_s: float, *, closed: bool = False, confirmed: bool | None = None) -> Case:
    return Case(name, "claim", "i-0", "", ("bottom_box",), "care", deadline_s, closed=closed, confirmed=confirmed)


def figure(cell: object) -> float | None:
    assert isinstance(cell, Figure)
    return cell.estimate.value


def test_what_the_shipped_triggers_would_have_raised() -> None:
    # A week of one contact an hour: three bad answers of three customers, a compliance error, an outage.
    known = made(
        168,
        ratings=[1 if k in {5, 50, 100} else 5 for k in range(168)],
        criteria=[
            criterion("consent", [NOT_MET if k == 7 else MET for k in range(168)], severity="critical_compliance")
        ],
        beside=Beside(events=(OutsideEvent(START_S + DAY_S, "*", "outage"),)),
    )
    found = page(known)
    rows = {row[0]: row for row in table(found, "alerts_triggers").rows}
    told = {Telling("en").text(name): (figure(row[3]), figure(row[4])) for name, row in rows.items() if figure(row[3])}  # type: ignore[arg-type]
    assert told == {
        "The customer gave a bottom-box answer": (3, 3),
        "Critical compliance error": (1, 1),
        "Outage": (1, 1),
    }
    (weekly,) = (one for one in found.blocks if isinstance(one, Lines))
    # Thursday 1 January 2026 is in the week of Monday 29 December (day 20451): hours 0–95.
    assert weekly.lines[0].x == (20451.0, 20458.0)
    assert [one.value for one in weekly.lines[1].y] == [4.0, 1.0]
    assert len(table(found, "alerts_groups").rows) == 1


def test_precision_comes_from_outcomes_with_wilsons_interval() -> None:
    cases = tuple(case(f"c{k}", START_S + DAY_S, confirmed=k < 8) for k in range(10))
    known = made(3, ratings=[1, 5, 5], beside=Beside(cases=cases))
    row = next(row for row in table(page(known), "alerts_triggers").rows if figure(row[3]))
    precision = row[7]
    assert isinstance(precision, Figure)
    assert precision.estimate.value == 0.8
    assert round(precision.estimate.low or 0, 4) == 0.4902  # Wilson of 8 of 10: 49.02…94.33 %
    assert row[8] == (CallRef("i-0", why=row[8][0].why),)  # type: ignore[index,union-attr]


def test_overdue_cases_are_told_with_how_late_they_are() -> None:
    now_s = START_S + 2 * 3600.0  # the last of three contacts
    cases = (
        case("late", now_s - 3 * DAY_S),
        case("later", now_s - DAY_S),
        case("in time", now_s + 1),
        case("closed", now_s - DAY_S, closed=True),
    )
    found = page(made(3, beside=Beside(cases=cases)))
    rows = table(found, "alerts_overdue").rows
    assert [(row[0], figure(row[3])) for row in rows] == [("late", 3.0), ("later", 1.0)]
    (finding,) = found.findings
    assert Telling("ru").text(finding.said) == "Просрочено задач: 2 из 3 открытых."


@pytest.mark.parametrize(
    "known",
    [
        made(0),
        made(3),
        made(1, ratings=[1]),
        made(3, ratings=[None, None, None]),
        made(5, numbers={"csi_p_dissatisfied": float("nan"), "churn_cue": float("nan")}),
        made(30, ratings=[1, 5] * 15, labels={"agent_id": "one"}, hours=[k / 60 for k in range(30)]),
        replace(made(3, ratings=[1, 1, 1]), moment_s=np.full(3, np.nan), local_s=np.full(3, np.nan)),
        made(3, beside=Beside(events=(OutsideEvent(START_S, "topic=none", "outage"),))),
        made(3, beside=Beside(cases=(case("strange", START_S - DAY_S),)), labels={"kind": "call"}),
        archive(3),
    ],
    ids=["none", "three", "one", "no answers", "all missing", "one day", "no time", "event", "cases", "no triggers"],
)
def test_little_is_said_and_nothing_raised(known: Archive) -> None:
    found = page(known)
    assert found.lacks
    for ui in ("en", "ru"):
        for one in (*found.lacks, *(block_title(block) for block in found.blocks)):
            assert Telling(ui).text(one) is not None


def block_title(block: Block) -> Any:
    return getattr(block, "title", None)


def test_without_answers_or_events_or_cases_the_page_says_so() -> None:
    told = " ".join(Telling("en").text(one) for one in page(made(3)).lacks)
    assert "No survey answers" in told
    assert "No events.csv" in told
    assert "No cases.csv" in told
    assert "voxcx report reads configs/triggers.yaml" in " ".join(
        Telling("en").text(one) for one in page(archive(3)).lacks
    )


def test_every_table_of_a_planted_archive_can_be_told() -> None:
    rng = np.random.default_rng(3)
    known = made(
        600,
        ratings=[int(one) for one in rng.integers(1, 6, 600)],
        labels={
            "queue": rng.choice(["a", "b"], 600).tolist(),
            "kind": "call",
            "topic": rng.choice(["x", "y"], 600).tolist(),
        },
        numbers={"queue_wait_s": rng.uniform(0, 90, 600).tolist(), "abandoned": rng.integers(0, 2, 600).tolist()},
        hours=np.sort(rng.uniform(0, 240, 600)).tolist(),
    )
    found = page(known)
    assert {one.id for one in found.blocks if isinstance(one, Table)} == {"alerts_triggers", "alerts_groups"}
    for ui in ("en", "ru"):
        for block in found.blocks:
            for row in block.rows if isinstance(block, Table) else ():
                for cell in row:
                    if hasattr(cell, "blanks"):
                        assert Telling(ui).text(cell)  # type: ignore[arg-type]
