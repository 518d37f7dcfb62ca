"""Critical-error accuracy of parts: the correction of groups, agents and periods, and the worst case over time."""

from __future__ import annotations

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from unit.insight.told import words_of
from voxcx.domain.beside import Beside, ScorerAccuracy
from voxcx.domain.pages import Figure, Lines, Page, Table
from voxcx.insight.archive import Archive, CriterionColumn
from voxcx.insight.critical.page import page

NO, YES, NA, OPEN = 0, 1, 2, 3
CUSTOMER = "critical_customer"
MEASURED = Beside(accuracy=(ScorerAccuracy("customer", (90, 100), (190, 200)),))
WEEK_HOURS = 168.0


def two_teams(beside: Beside, *more: CriterionColumn, small: int = 0) -> Archive:
    """North: 20 of 100 with an error; south: 50 of 100, a week later, 10 more of its clean ones not decided."""
    verdicts = [NO] * 20 + [YES] * 80 + [NO] * 50 + [YES] * 40 + [OPEN] * 10 + [YES] * small
    teams = ["north"] * 100 + ["south"] * 100 + ["tiny"] * small
    agents = ["anna"] * 100 + ["boris"] * 100 + ["vera"] * small
    hours = [0.1 * k for k in range(100)] + [WEEK_HOURS + 0.1 * k for k in range(100 + small)]
    column = criterion("a", verdicts, severity=CUSTOMER)
    labels = {"team": teams, "agent_id": agents}
    return archive(200 + small, labels=labels, hours=hours, criteria=[column, *more], beside=beside)


def table(made: Page, name: str) -> Table:
    return next(block for block in made.blocks if isinstance(block, Table) and block.id == name)


def column_of(made: Table, name: str) -> list[float | None]:
    at = [one.name for one in made.columns].index(name)
    cells = [row[at] for row in made.rows]
    return [cell.estimate.value if isinstance(cell, Figure) else None for cell in cells]


# (0.20 + 0.95 − 1) ÷ (0.90 + 0.95 − 1) = 0.15 ÷ 0.85; (0.50 − 0.05) ÷ 0.85 = 0.45 ÷ 0.85
NORTH, SOUTH = 1 - 0.15 / 0.85, 1 - 0.45 / 0.85


def test_groups_and_agents_are_corrected_by_hand() -> None:
    made = page(two_teams(MEASURED))
    assert column_of(table(made, "critical_by_group"), "corrected") == [pytest.approx(NORTH), pytest.approx(SOUTH)]
    agents = table(made, "critical_by_agent")
    assert column_of(agents, "cu_cea_corrected") == [pytest.approx(NORTH), pytest.approx(SOUTH)]
    told = next(one.definition for one in agents.columns if one.name == "cu_cea_corrected")
    assert told is not None
    assert "measured the machine's errors on the whole" in words_of(told)


def test_small_groups_are_not_corrected() -> None:
    made = page(two_teams(MEASURED, small=5))
    assert column_of(table(made, "critical_by_group"), "corrected")[2] is None
    assert column_of(table(made, "critical_by_agent"), "cu_cea_corrected")[2] is None


def test_without_calibration_there_is_no_column_of_corrections() -> None:
    made = page(two_teams(Beside()))
    names = [one.name for name in ("critical_by_group", "critical_by_agent") for one in table(made, name).columns]
    assert not [name for name in names if "corrected" in name]


def test_agents_are_not_corrected_by_a_calibration_of_other_criteria() -> None:
    # The process fails too: calibration measured both together, which says nothing of the agents' own.
    process = criterion("process", [NO, YES] * 100, severity=CUSTOMER, attributable="process")
    agents = table(page(two_teams(MEASURED, process)), "critical_by_agent")
    assert column_of(agents, "cu_cea") == [0.8, 0.5]
    assert column_of(agents, "cu_cea_corrected") == [None, None]
    cell = agents.rows[0][2]
    assert isinstance(cell, Figure)
    assert cell.estimate.reason is not None
    assert "not the agent's own alone" in cell.estimate.reason.en


def test_a_kind_is_told_as_a_share_of_all_handled() -> None:
    # 150 of the 600 to which it applies have an error, of 900 handled; none of three criteria is behind half of them.
    columns = [
        criterion(f"c{j}", [*(NO if k % 12 == j else YES for k in range(600)), *[NA] * 300], severity=CUSTOMER)
        for j in range(3)
    ]
    noise = np.random.default_rng(1).uniform(-0.2, 0.2, 600)
    ratings = [(2.0 if k % 12 < 3 else 4.0) + float(noise[k]) for k in range(600)] + [4.0] * 300
    labels = {"agent_id": [f"agent {k % 25}" for k in range(900)]}
    (finding,) = page(archive(900, labels=labels, ratings=ratings, criteria=columns)).findings
    share = dict(finding.said.blanks)["share"]
    assert isinstance(share, Figure)
    assert (share.estimate.value, share.estimate.n) == (150 / 900, 900)


def test_curves_show_the_worst_case_and_the_correction() -> None:
    (lines,) = [block for block in page(two_teams(MEASURED)).blocks if isinstance(block, Lines)]
    found, worst, corrected = ([one.value for one in line.y] for line in lines.lines)
    assert found == [pytest.approx(0.8), pytest.approx(0.5)]
    assert worst == [pytest.approx(0.8), pytest.approx(0.4)]  # 10 of the second week are open
    assert corrected == [pytest.approx(NORTH), pytest.approx(SOUTH)]
    (plain,) = [block for block in page(two_teams(Beside())).blocks if isinstance(block, Lines)]
    assert len(plain.lines) == 2
