"""Quality against CSI: effects, reasons for none, and bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from unit.insight.quality_planting import judged, planted
from unit.insight.told import words_of
from voxcx.domain.beside import Beside, CriterionTrust
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Dots, Figure, Page, Table
from voxcx.domain.texts import text
from voxcx.insight.quality.alike import agents_p
from voxcx.insight.quality.effects import Effect, effects_of, ground_of, with_q
from voxcx.insight.quality.page import page
from voxcx.insight.quality.why import answers_to_narrow, trust_of, why
from voxcx.insight.settings import ReportSettings

NO, YES, NA, OPEN, NOT_ASKED = 0, 1, 2, 3, -1
SETTINGS = ReportSettings()


PLANTED = planted()


def table(made: Page, name: str) -> Table:
    return next(block for block in made.blocks if isinstance(block, Table) and block.id == name)


def test_crude_difference_by_hand() -> None:
    # CSI: not met 0, 25, 25, 50 … ten times → mean 25; met 75, 100 → mean 87.5; 25 − 87.5 = −62.5
    ratings = [1, 2, 2, 3] * 10 + [4, 5] * 20
    given = archive(80, ratings=ratings, criteria=[criterion("a", [NO] * 40 + [YES] * 40)])
    its = effects_of(given)[0]
    assert its.crude.value == pytest.approx(-62.5)
    assert (its.answered, its.failures) == (80, 40)
    assert its.not_met.value == pytest.approx(0.5)
    assert its.spearman.value is not None
    assert its.spearman.value < -0.8


def test_undecided_and_unanswered_do_not_count() -> None:
    verdicts = [NO] * 20 + [YES] * 20 + [OPEN] * 20 + [NA] * 20
    ratings = [*[1, 2] * 10, *[4, 5] * 10, *[5] * 39, None]
    its = effects_of(archive(80, ratings=ratings, criteria=[criterion("a", verdicts)]))[0]
    assert (its.answered, its.crude.n) == (40, 40)
    assert its.crude.value == pytest.approx(12.5 - 87.5)


def test_the_queue_is_taken_out() -> None:
    # queue "bad" fails twice as often and pleases 40 points less; inside a queue failing changes nothing
    rng = np.random.default_rng(5)
    queue = ["good"] * 300 + ["bad"] * 300
    failed = rng.random(600) < np.where(np.arange(600) < 300, 0.2, 0.6)
    csi = np.where(np.arange(600) < 300, 80.0, 40.0) + rng.normal(0, 5, 600)
    given = archive(
        600,
        labels={"queue": queue, "agent_id": [f"agent {k % 20}" for k in range(600)]},
        ratings=(csi / 25 + 1).tolist(),
        criteria=[criterion("a", np.where(failed, NO, YES).tolist())],
    )
    its = effects_of(given)[0]
    assert its.crude.value is not None
    assert its.crude.value < -10
    assert its.adjusted.value == pytest.approx(0.0, abs=1.5)


def test_planted_effects_are_found_and_nulls_are_not_flagged() -> None:
    found = {one.column.criterion: one for one in effects_of(PLANTED)}
    flagged = {name for name, one in found.items() if one.stands(SETTINGS.false_discoveries)}
    assert flagged == {"c0", "c1"}
    for name, cost in (("c0", -20.0), ("c1", -8.0)):
        its = found[name].adjusted
        assert its.low is not None
        assert its.high is not None
        assert its.low < cost < its.high
    made = page(PLANTED)
    assert [dict(one.said.blanks)["criterion"] for one in made.findings[:2]] == [
        found["c0"].column.title,
        found["c1"].column.title,
    ]


def test_findings_weigh_what_hangs_on_them_and_show_low_rated_failures() -> None:
    finding = page(PLANTED).findings[0]
    its = next(one for one in effects_of(PLANTED) if one.column.criterion == "c0")
    assert its.adjusted.value is not None
    assert finding.weight == pytest.approx(-its.adjusted.value * its.column.failed.sum() / 3000)
    ids = PLANTED.id.tolist()
    rows = [ids.index(call.interaction_id) for call in finding.calls]
    assert len(rows) == 5
    assert its.column.failed[rows].all()
    answered = PLANTED.answers.csi[its.column.failed & PLANTED.answers.answered]
    assert PLANTED.answers.csi[rows].max() <= np.median(answered)
    assert all(call.criterion == "c0" and call.why is not None for call in finding.calls)


def test_benjamini_hochberg_over_criteria_that_were_tested() -> None:
    def tested(p: float | None) -> Effect:
        none = Estimate(None, reason=text("none", "нет"))
        adjusted = none if p is None else Estimate(-1.0, -2.0, 0.0, 100, p)
        return Effect(criterion("a", [NO]), Estimate(0.1), 100, 10, adjusted, adjusted, adjusted)

    # three tested: 0.01 × 3 ÷ 1 = 0.03; 0.03 × 3 ÷ 2 = 0.045; 0.2 × 3 ÷ 3 = 0.2
    found = with_q([tested(0.03), tested(None), tested(0.01), tested(0.2)])
    assert [one.q for one in found] == [pytest.approx(0.045), None, pytest.approx(0.03), pytest.approx(0.2)]


GOOD, POOR = CriterionTrust("a", 0.8, 0.9, 120), CriterionTrust("a", 0.2, 0.9, 120)
ONLY_AC1 = CriterionTrust("a", None, 0.3, 120)
CASES = [
    ("an effect", judged(-9, -3, 0.01), GOOD, "lowers"),
    ("an effect, though the scorer is poor", judged(-9, -3, 0.01), POOR, "lowers"),
    ("the other way", judged(2, 8, 0.01), GOOD, "raises"),
    ("only before the correction for many looks", judged(-9, -0.1, 0.2), GOOD, "wide"),
    ("few answers", judged(None, None, None, answered=20, failures=3), GOOD, "few"),
    ("no variance", judged(None, None, None, answered=900, failures=3), GOOD, "no_variance"),
    ("a poor scorer hides it", judged(-1, 1), POOR, "scorer"),
    ("a poor scorer by AC1 where κ is not defined", judged(-1, 1), ONLY_AC1, "scorer"),
    ("truly none", judged(-1.9, 1.9), GOOD, "none"),
    ("just too wide for none", judged(-2.1, 1.0), GOOD, "wide"),
    ("none, the scorer never checked", judged(-1, 1), None, "none_unchecked"),
    ("none, people judged", judged(-1, 1, mode="human"), None, "none"),
    ("hardly ever fails", judged(-8, 8, not_met=Estimate(0.015, 0.01, 0.02, 1000)), GOOD, "restricted"),
    ("hardly ever met", judged(-8, 8, not_met=Estimate(0.985, 0.98, 0.99, 1000)), GOOD, "restricted"),
    ("rare, yet the interval is narrow", judged(-1, 1, not_met=Estimate(0.015, 0.01, 0.02, 1000)), GOOD, "none"),
    ("wide", judged(-8, 6), GOOD, "wide"),
]


@pytest.mark.parametrize(("effect", "trust", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_why(effect: Effect, trust: CriterionTrust | None, code: str) -> None:
    assert why(effect, {} if trust is None else {"form:a": trust}, SETTINGS).code == code


def test_too_wide_says_what_is_still_possible_and_how_many_more() -> None:
    said = dict(why(judged(-8, 6), {"form:a": GOOD}, SETTINGS).said.blanks)
    far, more = said["far"], said["more"]
    assert isinstance(far, Figure)
    assert isinstance(more, Figure)
    assert far.estimate.value == -8
    # half-width 7 → 2: 1,000 × (7 ÷ 2)² = 12,250, so 11,250 more, told with two digits
    assert answers_to_narrow(Estimate(-1.0, -8.0, 6.0, 1000), 2.0) == 12_250
    assert more.estimate.value == 12_000


def test_few_failures_are_said_with_how_many_it_takes() -> None:
    given = archive(200, ratings=[3, 4] * 100, criteria=[criterion("a", [NO] * 4 + [YES] * 196)])
    its = effects_of(given)[0]
    assert its.adjusted.value is None
    assert its.adjusted.reason is not None
    assert dict(its.adjusted.reason.blanks) == {"n": "200", "failures": "4", "fewest": "10"}
    few = effects_of(archive(200, ratings=[3, 4] * 6 + [None] * 188, criteria=[criterion("a", [NO, YES] * 100)]))[0]
    assert few.adjusted.reason is not None
    more = dict(few.adjusted.reason.blanks)["more"]
    assert isinstance(more, Figure)
    assert more.estimate.value == 18  # 30 − 12


def test_agents_alike_by_hand() -> None:
    # two agents, 100 each, 10 and 30 fail: rate 0.2; χ² = (100 × 0.01 + 100 × 0.01) ÷ 0.16 = 12.5, p = 0.00041
    labels = {"agent_id": ["a"] * 100 + ["b"] * 100}
    verdicts = [NO] * 10 + [YES] * 90 + [NO] * 30 + [YES] * 70
    given = archive(200, labels=labels, criteria=[criterion("x", verdicts)])
    assert agents_p(given, given.criteria[0]) == pytest.approx(0.000407, abs=1e-5)
    even = archive(200, labels=labels, criteria=[criterion("x", ([NO] * 20 + [YES] * 80) * 2)])
    assert agents_p(even, even.criteria[0]) == pytest.approx(1.0)
    assert agents_p(archive(4, criteria=[criterion("x", [0, 1, 1, 1])]), criterion("x", [0, 1, 1, 1])) is None


def test_the_score_itself_against_csi() -> None:
    score_of = np.linspace(40, 100, 60)
    given = archive(
        60,
        labels={"team": ["a"] * 40 + ["b"] * 20},
        numbers={"qa_score_before_zeroing": score_of.tolist()},
        ratings=(1 + 4 * (score_of - 40) / 60).tolist(),
        criteria=[criterion("x", [NO, YES] * 30)],
    )
    tile = page(given).blocks[0].tiles[0].figure.estimate  # type: ignore[union-attr]
    assert tile.value == pytest.approx(1.0)
    assert tile.n == 60
    # only one team has 30 answers, so there is nothing to set side by side
    assert not any(isinstance(block, Dots) and block.unit == "score" for block in page(given).blocks)


def test_dots_are_sorted_and_the_table_holds_every_criterion() -> None:
    given = replace(PLANTED, beside=Beside(trust=tuple(CriterionTrust(f"c{k}", 0.7, 0.8, 50) for k in range(6))))
    made = page(given)
    dots = next(block for block in made.blocks if isinstance(block, Dots) and block.unit == "points")
    values = [row.estimate.value for row in dots.rows]
    assert values == sorted(values, key=lambda one: one or 0.0)
    assert len(table(made, "quality_criteria").rows) == 6


def test_a_bot_form_has_weights_of_its_own() -> None:
    bots = tuple(replace(one, form_id="bot", criterion=f"bot {k}") for k, one in enumerate(planted(seed=8).criteria))
    made = page(replace(PLANTED, criteria=(*PLANTED.criteria, *bots)))
    ids = [block.id for block in made.blocks if isinstance(block, Table)]
    assert ids == ["quality_criteria", "quality_weights", "quality_weights_2"]


def test_a_finding_tells_the_share_of_all_handled() -> None:
    # 40 bot contacts of 400: the bot's criterion is decided there alone, 20 of 40 fail it, i.e. 20 of 400 handled
    # (half of those decided); 100 more contacts were abandoned.
    verdicts = [NO, YES] * 20 + [NA] * 460
    noise = np.random.default_rng(2).uniform(-0.2, 0.2, 500)
    ratings = [float(4 - 2 * (verdict == NO) + noise[k]) for k, verdict in enumerate(verdicts)]
    numbers = {"abandoned": [0.0] * 400 + [1.0] * 100}
    made = page(archive(500, ratings=ratings, numbers=numbers, criteria=[criterion("bot answered", verdicts)]))
    (finding,) = made.findings
    share = dict(finding.said.blanks)["share"]
    assert isinstance(share, Figure)
    assert (share.estimate.value, share.estimate.n) == (20 / 400, 400)
    assert "5 % of handled interactions" in words_of(finding.said).replace("\u00a0", " ").replace("5%", "5 %")
    assert finding.weight == pytest.approx(50 * 20 / 400, rel=0.05)  # 2 ratings are 50 points
    row = table(made, "quality_criteria").rows[0]
    assert [cell.estimate.value for cell in row[1:3] if isinstance(cell, Figure)] == [20 / 400, 20 / 40]


def test_bots_without_an_agent_do_not_hide_that_agents_are_few() -> None:
    # Three agents are too few to tell by agents; that bots answer too, without an agent, changes nothing of that.
    rng = np.random.default_rng(4)
    failed = rng.random(400) < 0.3
    ratings = (4 - failed + rng.uniform(-0.5, 0.5, 400)).tolist()
    agents = [["a", "b", "c", ""][k % 4] for k in range(400)]
    verdicts = [NA if not agents[k] else NO if failed[k] else YES for k in range(400)]
    labels = {"agent_id": agents, "customer_id": [f"c{k // 2}" for k in range(400)]}
    given = archive(400, ratings=ratings, labels=labels, criteria=[criterion("x", verdicts)])
    its = effects_of(given)[0].adjusted
    assert its.low is not None
    assert its.low < -25 < (its.high or 0)


def test_rows_without_an_agent_go_together_by_customer() -> None:
    agents = [f"agent {k}" for k in range(12)] * 5 + [""] * 40
    labels = {"agent_id": agents, "customer_id": [f"c{k // 2}" for k in range(100)]}
    cluster = ground_of(archive(100, ratings=[3.0] * 100, labels=labels)).cluster
    assert len(set(cluster[:60].tolist())) == 12
    assert len(set(cluster[60:].tolist())) == 20
    assert cluster[60] == cluster[61]


def test_kappa_is_not_lent_to_another_form() -> None:
    column = criterion("a", [NO, YES] * 40)
    twin = replace(column, form_id="bot")
    beside = Beside(trust=(GOOD, CriterionTrust("b", 0.7, 0.7, 50)))
    given = archive(80, criteria=[column, twin, criterion("b", [NO, YES] * 40)], beside=beside)
    assert list(trust_of(given)) == ["form:b"]
    lacks = [words_of(one) for one in page(given).lacks]
    assert any("same id" in one and one.endswith("used: a.") for one in lacks)
    alone = replace(given, criteria=given.criteria[1:])
    assert trust_of(alone)["bot:a"] == GOOD
    assert not any("same id" in words_of(one) for one in page(alone).lacks)


BAD = {
    "no interactions": archive(0, criteria=[criterion("a", [])], ratings=[]),
    "no criteria": archive(5, ratings=[1, 2, 3, 4, 5]),
    "no surveys": archive(80, criteria=[criterion("a", [NO, YES] * 40)]),
    "three": archive(3, criteria=[criterion("a", [0, 1, 3])], ratings=[1, None, 5]),
    "one agent, one day": archive(
        80,
        labels={"agent_id": "only", "queue": "one", "team": "one", "customer_id": "one"},
        criteria=[criterion("a", [NO, YES] * 40), criterion("b", [NO, NO, YES, YES] * 20)],
        hours=[0.1 * k for k in range(80)],
        ratings=[3, 4, 4, 3, 2] * 16,
    ),
    "all undecided": archive(80, criteria=[criterion("a", [OPEN] * 80)], ratings=[3, 4] * 40),
    "all the same answer": archive(80, criteria=[criterion("a", [NO, YES] * 40)], ratings=[3] * 80),
    "all fail": archive(80, criteria=[criterion("a", [NO] * 80)], ratings=[3, 4] * 40),
    "nothing about ids joins": archive(
        80, criteria=[criterion("a", [NO, YES] * 40)], ratings=[None] * 80, survey={"strange": 80}
    ),
    "no points": archive(80, criteria=[criterion("a", [NO, YES] * 40, max_points=0.0)], ratings=[3, 4, 4, 3] * 20),
    "no times": replace(PLANTED, moment_s=np.full(3000, np.nan), local_s=np.full(3000, np.nan), criteria=()),
    "criteria that are twins": archive(
        80, criteria=[criterion(f"c{k}", [NO, YES] * 40) for k in range(3)], ratings=[3, 4, 4, 3, 2] * 16
    ),
    "an agent for each failing": archive(
        80,
        labels={"agent_id": ["bad", "good"] * 40},
        criteria=[criterion("a", [NO, YES] * 40)],
        ratings=[3, 4, 2, 5] * 20,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_said_and_never_raises(name: str) -> None:
    made = page(BAD[name])
    assert made.findings == ()
    assert made.lacks
    ids = [block.id for block in made.blocks if isinstance(block, Table)]
    assert len(ids) == len(set(ids))


def test_without_answers_the_rest_still_stands() -> None:
    made = page(BAD["no surveys"])
    assert any("surveys.csv" in one.en for one in made.lacks)
    rows = table(made, "quality_criteria").rows
    share = rows[0][1]
    assert isinstance(share, Figure)
    assert share.estimate.value == pytest.approx(0.5)
    assert table(made, "quality_weights").rows[0][1] is not None


def test_estimates_never_stand_in_for_answers() -> None:
    given = replace(BAD["no surveys"], numbers={"csi_value": np.tile([10.0, 90.0], 40)})
    assert all(one.adjusted.value is None and one.crude.value is None for one in effects_of(given))
