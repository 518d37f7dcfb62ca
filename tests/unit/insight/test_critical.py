"""Critical-error accuracy against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from unit.insight.told import words_of
from voxcx.domain.beside import Beside, ScorerAccuracy
from voxcx.domain.pages import Figure, Lines, Page, Paragraph, Table, Tiles
from voxcx.domain.texts import same
from voxcx.insight.archive import Archive, CriterionColumn
from voxcx.insight.critical.causes import design_effect, per_opportunity
from voxcx.insight.critical.comparing import compared
from voxcx.insight.critical.counting import KINDS, accuracy, corrected, count
from voxcx.insight.critical.page import page
from voxcx.insight.critical.planning import answers_for_change, per_month
from voxcx.insight.settings import ReportSettings, load_report_settings

CUSTOMER, BUSINESS = "critical_customer", "critical_business"
NO, YES, NA, OPEN, NOT_ASKED = 0, 1, 2, 3, -1
# Eight interactions, two criteria critical for the customer and one plain: 0 clean · 1 error in a · 2 errors in both ·
# 3 error in a, b open · 4 a met, b open · 5 both n.a. · 6 both open · 7 not asked
A = criterion("a", [YES, NO, NO, NO, YES, NA, OPEN, NOT_ASKED], severity=CUSTOMER)
B = criterion("b", [YES, YES, NO, OPEN, OPEN, NA, OPEN, NOT_ASKED], severity=CUSTOMER, attributable="process")
PLAIN = criterion("p", [YES, NO, YES, YES, YES, YES, NA, NOT_ASKED])
EIGHT = archive(8, criteria=[A, B, PLAIN])


def settings(**critical: object) -> ReportSettings:
    plain = ReportSettings()
    return plain.model_copy(update={"critical": plain.critical.model_copy(update=critical)})


def table(made: Page, name: str) -> Table:
    return next(block for block in made.blocks if isinstance(block, Table) and block.id == name)


def test_eight_interactions_by_hand() -> None:
    # applies: 0–4 and 6 → 6; errors: 1, 2, 3 → 3; open without a known error: 4, 6 → 2 (3 has its error already)
    its = accuracy(count(EIGHT, KINDS[0]), None, 0.95)
    assert (its.n, its.errors, its.open) == (6, 3, 2)
    assert its.found.value == pytest.approx(1 - 3 / 6)
    assert its.worst.value == pytest.approx(1 - 5 / 6)


def test_wilson_of_three_of_six() -> None:
    # (0.5 + z²/12 ± z√(0.25/6 + z²/144)) ÷ (1 + z²/6), z = 1.96: centre 0.5, half 1.96 × 0.2614 ÷ 1.6402 = 0.3123
    found = accuracy(count(EIGHT, KINDS[0]), None, 0.95).found
    assert found.low == pytest.approx(0.1877, abs=1e-3)
    assert found.high == pytest.approx(0.8123, abs=1e-3)


def test_divided_by_all_monitored() -> None:
    # monitored: all but 7 → 7
    its = accuracy(count(replace(EIGHT, settings=settings(base="monitored")), KINDS[0]), None, 0.95)
    assert (its.n, its.found.value) == (7, pytest.approx(1 - 3 / 7))


def test_only_the_agents_own_errors() -> None:
    # a alone applies to 0–4 and 6; errors 1, 2, 3; open 6
    its = accuracy(count(EIGHT, KINDS[0], agents_own=True), None, 0.95)
    assert (its.n, its.errors, its.open) == (6, 3, 1)


def test_a_kind_that_nothing_judges_is_named() -> None:
    made = page(EIGHT)
    assert [dict(one.blanks)["errors"] for one in made.lacks if "errors" in dict(one.blanks)] == [
        KINDS[1].errors,
        KINDS[2].errors,
    ]


def test_what_was_never_decided_is_named_and_not_counted() -> None:
    never = criterion("never", [OPEN] * 8, severity=CUSTOMER, mode="human")
    its = count(replace(EIGHT, criteria=(A, B, never)), KINDS[0])
    assert [one.criterion for one in its.never] == ["never"]
    assert accuracy(its, None, 0.95).open == 2
    twins = (never, replace(never, form_id="other"), replace(never, criterion="else", title=same("Else")))
    made = page(replace(EIGHT, criteria=(A, *twins)))
    # one line and one table, whatever the number of criteria and forms
    assert [words_of(one)[:45] for one in made.lacks if "never decided" in one.en] == [
        "Critical criteria that were never decided: 2."
    ]
    rows = table(made, "critical_never_decided").rows
    assert [(words_of(row[0]), row[2]) for row in rows] == [("never", "form, other"), ("Else", "form")]


def known(*accuracies: ScorerAccuracy) -> Archive:
    """100 interactions, 20 with an error found, all decided."""
    verdicts = [NO] * 20 + [YES] * 80
    return archive(100, criteria=[criterion("a", verdicts, severity=CUSTOMER)], beside=Beside(accuracy=accuracies))


def test_rogan_gladen_through_the_page() -> None:
    # (0.20 + 0.95 − 1) ÷ (0.90 + 0.95 − 1) = 0.15 ÷ 0.85 = 0.17647 errors → 0.82353
    given = known(ScorerAccuracy("customer", (90, 100), (190, 200)))
    cell = table(page(given), "critical_accuracy").rows[0][5]
    assert isinstance(cell, Figure)
    its = cell.estimate
    assert its.value == pytest.approx(1 - 0.15 / 0.85)
    assert its.low is not None
    assert its.high is not None
    # The correction adds its own doubt: wider than Wilson's 0.711…0.867 ÷ nothing corrected
    assert its.high - its.low > 0.867 - 0.711


def test_rogan_gladen_divided_by_all_monitored() -> None:
    # the same errors, 100 of 200 monitored: 1 − 0.17647 ÷ 2 = 0.91176
    given = known(ScorerAccuracy("customer", (90, 100), (190, 200)))
    column = given.criteria[0]
    twice = archive(
        200,
        criteria=[replace(column, verdict=np.concatenate([column.verdict, np.full(100, NA, dtype=np.int8)]))],
        beside=given.beside,
        settings=settings(base="monitored"),
    )
    assert corrected(twice, count(twice, KINDS[0])).value == pytest.approx(1 - 0.15 / 0.85 / 2)


def test_without_calibration_nothing_is_corrected_and_said_so() -> None:
    its = corrected(known(), count(known(), KINDS[0]))
    assert its.value is None
    assert its.reason is not None
    assert "calibrate" in its.reason.en
    other = known(ScorerAccuracy("business", (9, 10), (9, 10)))
    assert corrected(other, count(other, KINDS[0])).value is None


def test_planner_by_hand() -> None:
    # 10 % errors rise to 15 %: (1.96 + 0.8416)² × (0.09 + 0.1275) ÷ 0.05² = 7.849 × 0.2175 ÷ 0.0025 = 682.9
    assert answers_for_change(0.10, 0.05, 0.95) == 683
    # 98 % cannot rise by 5 points, so it falls to 93: 7.849 × (0.0196 + 0.0651) ÷ 0.0025 = 265.9
    assert answers_for_change(0.98, 0.05, 0.95) == 266
    # an archive without errors plans for 0.1 %, not for certainty
    assert answers_for_change(0.0, 0.01, 0.95) == answers_for_change(0.001, 0.01, 0.95) > 0


def test_planner_on_the_page_says_what_is_monitored_now() -> None:
    # 730 interactions two hours apart span 729 × 2 h = 60.75 days = 1.9959 months → 365.7 a month
    hours = [2.0 * k for k in range(730)]
    given = archive(730, criteria=[criterion("a", [NO] * 73 + [YES] * 657, severity=CUSTOMER)], hours=hours)
    row = table(page(given), "critical_planner").rows[0]
    numbers = [cell.estimate.value for cell in row if isinstance(cell, Figure)]
    # share 0.1; ± 2 points by Wilson, close to 1.96² × 0.09 ÷ 0.02² = 864.4; changes of 1, 2, 5 points
    assert numbers[0] == pytest.approx(0.1)
    assert numbers[1] == pytest.approx(730 / (60.75 / (365.25 / 12)))
    assert numbers[2] == pytest.approx(864, abs=10)
    assert numbers[5] == 683
    assert per_month(archive(3), 3).value is None


def test_per_opportunity_counts_met_of_decided() -> None:
    # plain criterion: six decided, one failed
    its = per_opportunity(EIGHT)
    assert its.value == pytest.approx(5 / 6)
    assert its.n == 6


def test_criteria_that_fail_together_count_as_fewer() -> None:
    # ten interactions of four criteria each, all four fail together in five of them: deviations ±2 from 0.5 × 4, so
    # Σ = 10 × 4 = 40 × 10 ÷ 9 ÷ 40² = 0.027778; alone 0.25 ÷ 40 = 0.00625; 4.444 times (4 but for 10 ÷ 9)
    met = np.array([4.0, 0.0] * 5)
    assert design_effect(met, np.full(10, 4.0)) == pytest.approx(40 / 9)


def groups_archive(worse: int, seed: int = 0) -> Archive:
    """Four teams of 200; the first has ``worse`` errors, the others 10 each."""
    verdicts = [YES] * 800
    for team in range(4):
        for k in range(worse if team == 0 else 10):
            verdicts[200 * team + k] = NO
    teams = [f"team {k // 200}" for k in range(800)]
    ratings = [1.0 if verdict == NO else 5.0 - (k + seed) % 2 for k, verdict in enumerate(verdicts)]
    labels = {"team": teams, "agent_id": [f"agent {k % 40}" for k in range(800)]}
    return archive(800, labels=labels, ratings=ratings, criteria=[criterion("a", verdicts, severity=CUSTOMER)])


def test_a_worse_team_is_told_after_the_correction_and_shown() -> None:
    given = groups_archive(50)
    made = page(given)
    assert len(made.findings) == 1
    finding = made.findings[0]
    blanks = dict(finding.said.blanks)
    assert blanks["group"] == "team 0"
    share = blanks["share"]
    assert isinstance(share, Figure)
    assert share.estimate.value == pytest.approx(0.25)  # 50 of 200
    assert 2 <= len(finding.calls) <= 5
    assert all(call.interaction_id in {f"i-{k}" for k in range(50)} for call in finding.calls)
    # gap 0.25 − 30 ÷ 600 = 0.20; a quarter of the contacts; CSI 0 against a mean of 87.5 → about 0.2 × 0.25 × 87.5
    assert finding.weight == pytest.approx(0.2 * 0.25 * 87.5, rel=0.05)


def test_like_teams_are_not_told() -> None:
    assert page(groups_archive(11)).findings == ()


def test_benjamini_hochberg_over_all_groups_and_kinds() -> None:
    given = groups_archive(20)
    one = compared(given, (count(given, KINDS[0]),), given.label("team"), 30)
    twin = (count(given, KINDS[0]), count(given, KINDS[0]))
    two = compared(given, twin, given.label("team"), 30)
    p = sorted(row.gap.p or 0.0 for row in one)
    # smallest p × 4 ÷ 1 unless a later one is lower; three teams alike share theirs, p × 4 ÷ 4
    assert min(row.q or 1.0 for row in one) == pytest.approx(min(p[0] * 4, p[1] * 4 / 2, p[2] * 4 / 3, p[3]))
    assert len(two) == 8  # the family grows with the kinds
    assert min(row.q or 1.0 for row in two) == pytest.approx(min(row.q or 1.0 for row in one))


def test_small_groups_are_not_told_and_say_how_many_more() -> None:
    labels = ["big"] * 95 + ["small"] * 5
    given = replace(known(), labels={"team": np.array(labels, dtype=object)})
    small = compared(given, (count(given, KINDS[0]),), given.label("team"), 30)[1]
    assert small.accuracy.found.value is None
    reason = small.accuracy.found.reason
    assert reason is not None
    more = dict(reason.blanks)["more"]
    assert isinstance(more, Figure)
    assert more.estimate.value == 25


def test_agents_with_few_interactions_are_folded_and_errors_of_the_process_left_out() -> None:
    labels = {"agent_id": ["anna"] * 40 + ["boris"] * 40 + ["vera"] * 5 + ["gleb"] * 5}
    own = criterion("own", [NO] * 4 + [YES] * 86, severity=CUSTOMER)
    process = criterion("process", [NO] * 90, severity=CUSTOMER, attributable="process")
    made = table(page(archive(90, labels=labels, criteria=[own, process])), "critical_by_agent")
    assert [row[0] for row in made.rows[:2]] == ["anna", "boris"]
    assert len(made.rows) == 3
    values = [row[1].estimate for row in made.rows if isinstance(row[1], Figure)]
    assert [one.value for one in values] == [pytest.approx(0.9), 1.0, 1.0]
    assert values[2].n == 10


def test_examples_of_a_cause_are_the_lowest_rated_first() -> None:
    given = archive(
        6,
        labels={"agent_id": ["a", "a", "b", "b", "c", "c"]},
        ratings=[1, 1, 3, 5, 2, 4],
        criteria=[criterion("x", [NO, NO, NO, YES, NO, YES], severity=BUSINESS)],
    )
    calls = table(page(given), "critical_criteria").rows[0][-1]
    assert isinstance(calls, tuple)
    # lowest first, of different agents: a's later one of two alike, c's 2, b's 3
    assert [call.interaction_id for call in calls] == ["i-1", "i-4", "i-2"]


def test_picked_interactions_are_not_taken_for_a_sample() -> None:
    verdicts = [YES if k % 2 else NOT_ASKED for k in range(200)]
    ratings = [5.0 - k % 3 % 2 if k % 2 else 1.0 + k % 3 % 2 for k in range(200)]
    made = page(archive(200, ratings=ratings, criteria=[criterion("a", verdicts, severity=CUSTOMER)]))
    warnings = [block.said.en for block in made.blocks if isinstance(block, Paragraph) and block.warning]
    assert len(warnings) == 2
    assert "no random sample" in warnings[1]
    everyone = page(known())
    assert not [block for block in everyone.blocks if isinstance(block, Paragraph)]


def test_weeks_without_enough_are_gaps() -> None:
    # 100 in the first week (Thursday 1 Jan 2026 on), 5 two weeks later
    hours = [0.5 * k for k in range(100)] + [400.0 + k for k in range(5)]
    given = archive(105, criteria=[criterion("a", [NO] * 10 + [YES] * 95, severity=CUSTOMER)], hours=hours)
    lines = next(block for block in page(given).blocks if isinstance(block, Lines))
    assert [one.value for one in lines.lines[0].y] == [pytest.approx(0.9), None]
    assert lines.lines[0].x == (20451.0, 20465.0)  # Mondays: 29 Dec 2025 and 12 Jan 2026


BAD = {
    "no interactions": archive(0, criteria=[criterion("a", [], severity=CUSTOMER)]),
    "no criteria": archive(5),
    "three": archive(3, criteria=[criterion("a", [0, 1, 3], severity=CUSTOMER)], ratings=[1, None, 5]),
    "nothing critical": archive(40, criteria=[criterion("a", [0, 1] * 20)]),
    "never decided": archive(40, criteria=[criterion("a", [3, 2] * 20, severity=BUSINESS)]),
    "one agent, one day": archive(
        20,
        labels={"agent_id": "only", "team": "one"},
        criteria=[criterion("a", [0, 1] * 10, severity=CUSTOMER)],
        hours=[0.1 * k for k in range(20)],
        ratings=[1, 5] * 10,
    ),
    "answers that do not join": archive(
        10, criteria=[criterion("a", [1] * 10, severity=CUSTOMER)], ratings=[None] * 10, survey={"strange": 7}
    ),
    "no times": replace(EIGHT, moment_s=np.full(8, np.nan), local_s=np.full(8, np.nan)),
    "all fail, all alike": archive(
        60, labels={"agent_id": "a"}, criteria=[criterion("a", [0] * 60, severity=CUSTOMER)], ratings=[3] * 60
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_said_and_never_raises(name: str) -> None:
    made = page(BAD[name])
    assert made.id == "critical"
    assert made.findings == ()
    assert made.lacks
    tables = [block.id for block in made.blocks if isinstance(block, Table)]
    assert len(tables) == len(set(tables))


def test_without_forms_the_page_says_how_to_get_them() -> None:
    made = page(BAD["no criteria"])
    assert made.blocks == ()
    assert "--form" in made.lacks[0].en


def test_the_shipped_settings_are_the_defaults() -> None:
    assert load_report_settings().critical == ReportSettings().critical
    assert load_report_settings().quality == ReportSettings().quality


def test_tiles_carry_both_bounds() -> None:
    tiles = next(block for block in page(EIGHT).blocks if isinstance(block, Tiles)).tiles
    worst = dict(tiles[0].note.blanks)["worst"] if tiles[0].note else None
    assert isinstance(worst, Figure)
    assert worst.estimate.value == pytest.approx(1 / 6)


def test_a_kind_of_many_small_errors_that_customers_feel_is_told() -> None:
    # three criteria of 8 % each, never together: none is behind half of the errors; CSI 25 against 75
    columns: list[CriterionColumn] = []
    for j in range(3):
        verdicts = [NO if k % 12 == j else YES for k in range(600)]
        columns.append(criterion(f"c{j}", verdicts, severity=CUSTOMER))
    noise = np.random.default_rng(1).uniform(-0.2, 0.2, 600)
    ratings = [float((2.0 if k % 12 < 3 else 4.0) + noise[k]) for k in range(600)]
    labels = {"agent_id": [f"agent {k % 25}" for k in range(600)]}
    made = page(archive(600, labels=labels, ratings=ratings, criteria=columns))
    effect = dict(made.findings[0].said.blanks)["effect"]
    assert isinstance(effect, Figure)
    assert effect.estimate.value == pytest.approx(-50.0, abs=0.5)
    assert made.findings[0].weight == pytest.approx(0.25 * 50, abs=0.2)
