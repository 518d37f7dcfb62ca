"""Agents: the mix taken out, bands, teams, what the best have. Arithmetic beside each expectation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Dots, Figure, Moments, Page, Paragraph, Table, Tiles
from voxcx.insight.agents.bands import FEW_ANSWERS, NO_PEERS, answers_enough, bands_of, standing_of
from voxcx.insight.agents.best import best_of
from voxcx.insight.agents.cards import cards
from voxcx.insight.agents.conduct import MORE, SOME
from voxcx.insight.agents.mixing import Standard, kinds_of, standardised
from voxcx.insight.agents.outcomes import outcomes_of, own_criteria, score_of
from voxcx.insight.agents.page import NO_AGENTS, NO_ANSWERS, NO_VERDICTS, NOBODY_SEEN, page
from voxcx.insight.agents.people import people_of, uneven_invitations
from voxcx.insight.agents.teams import spread_of
from voxcx.insight.agents.top_box import differences_of
from voxcx.insight.agents.warmth import is_warm
from voxcx.insight.archive import MET, NOT_APPLICABLE, NOT_MET, UNDECIDED, Archive
from voxcx.insight.settings import ReportSettings
from voxcx.statistics.shrinkage import Posterior, Residuals

MIX = ("queue", "topic", "channel")


def repeated(*blocks: tuple[int, str, str, float]) -> tuple[list[str], list[str], list[float]]:
    """(how many, agent, queue, value) → columns."""
    rows = [(agent, queue, value) for times, agent, queue, value in blocks for _ in range(times)]
    agents, queues, values = zip(*rows, strict=True)
    return list(agents), list(queues), list(values)


def standard_of(*blocks: tuple[int, str, str, float]) -> Standard:
    agents, queues, values = repeated(*blocks)
    one = archive(len(agents), labels={"agent_id": agents, "queue": queues})
    return standardised(np.array(values), kinds_of(one, MIX))


def test_mix_is_taken_out_by_effects_within_agents() -> None:
    # Agent effect 10, queue effect 20. As they came: a (120 × 90 + 40 × 70) ÷ 160 = 85, b (40 × 80 + 120 × 60) ÷ 160
    # = 65: 20 apart. With the queue taken out 10 apart, so ±5 beside the mean.
    found = standard_of((120, "a", "x", 90), (40, "a", "y", 70), (40, "b", "x", 80), (120, "b", "y", 60))
    assert found.raw == pytest.approx([85, 65])
    assert found.residuals.mean == pytest.approx([5, -5])
    assert found.centre == pytest.approx(75)


def test_adjusting_costs_answers() -> None:
    # x dummy: share .75 and .25, centred ±.25; its sum of squares within agents 2 × 160 × .75 × .25 = 60;
    # 1 ÷ (1 ÷ 160 + .25² ÷ 60) = 137.14 answers are left of 160.
    found = standard_of((120, "a", "x", 90), (40, "a", "y", 70), (40, "b", "x", 80), (120, "b", "y", 60))
    assert found.residuals.answers == pytest.approx([137.142857, 137.142857])
    same_mix = standard_of((80, "a", "x", 90), (80, "a", "y", 70), (80, "b", "x", 80), (80, "b", "y", 60))
    assert same_mix.residuals.answers == pytest.approx([160, 160])


def test_who_shares_no_queue_is_compared_with_the_own_group_only() -> None:
    found = standard_of((40, "a", "x", 90), (40, "b", "x", 80), (40, "c", "y", 50), (40, "d", "y", 40))
    assert found.residuals.mean == pytest.approx([5, -5, 5, -5])
    assert found.peers.tolist() == [2, 2, 2, 2]


def test_waits_are_taken_out() -> None:
    # a has the long waits, which cost everybody 20: no difference is left of it.
    agents, _, values = repeated((120, "a", "", 70), (40, "a", "", 90), (40, "b", "", 70), (120, "b", "", 90))
    waits = [300.0 if value == 70 else 10.0 for value in values]
    one = archive(320, labels={"agent_id": agents}, numbers={"queue_wait_s": waits})
    found = standardised(np.array(values), kinds_of(one, MIX))
    assert found.raw == pytest.approx([75, 85])
    assert found.residuals.mean == pytest.approx([0, 0], abs=1e-9)


def test_contacts_that_nobody_handled_are_no_agents() -> None:
    one = archive(3, labels={"agent_id": ["a", "a", ""]}, numbers={"abandoned": [1.0, 0.0, 0.0]})
    assert kinds_of(one, ()).agent.tolist() == [-1, 0, -1]


FORM = (
    criterion("help", [MET, NOT_MET, UNDECIDED, NOT_APPLICABLE], severity="critical_customer", max_points=30.0),
    criterion("tone", [MET, MET, MET, MET], max_points=10.0),
    criterion("process", [NOT_MET, NOT_MET, NOT_MET, NOT_MET], severity="critical_business", attributable="process"),
    criterion("system", [NOT_MET, NOT_MET, NOT_MET, NOT_MET], attributable="system"),
)


def test_score_and_critical_errors_are_the_agents_own() -> None:
    one = archive(4, labels={"agent_id": "a"}, criteria=FORM)
    assert [x.criterion for x in own_criteria(one)] == ["help", "tone"]
    # 40 of 40; 10 of 40; 10 of 40 decided is below 70 %: none; not applicable leaves both sums: 10 of 10.
    assert score_of(one) == pytest.approx([100, 25, np.nan, 100], nan_ok=True)
    # As on the page of critical errors: undecided is no error found, not applicable is left out.
    cea = next(its for its in outcomes_of(one) if its.name == "cea")
    assert cea.values == pytest.approx([100, 0, 100, np.nan], nan_ok=True)


def test_reach_of_the_survey_per_agent() -> None:
    one = archive(
        4,
        labels={"agent_id": ["a", "a", "a", "b"], "agent_name": ["Old", "Ann", "", "Bob"], "team": "t"},
        numbers={"survey_invited": [1.0, 1.0, 0.0, 0.0]},
        ratings=[5, None, None, None],
    )
    ann, bob = people_of(one, kinds_of(one, ()))
    assert (ann.id, ann.name, ann.team, ann.contacts, ann.answers) == ("a", "Ann", "t", 3, 1)
    assert ann.invited.value == pytest.approx(2 / 3)
    assert ann.answered.value == pytest.approx(1 / 2)
    assert bob.invited.value == 0.0
    assert bob.answered.value is None


def test_uneven_invitations_are_told_and_even_ones_are_not() -> None:
    agents = ["a"] * 100 + ["b"] * 100

    def rates(a: int, b: int) -> Archive:
        invited = [1.0] * a + [0.0] * (100 - a) + [1.0] * b + [0.0] * (100 - b)
        return archive(200, labels={"agent_id": agents}, numbers={"survey_invited": invited})

    # 80 and 40 of 100: expected 60 each; χ² = 4 × 20² ÷ … = 2 × 400 ÷ (100 × .6 × .4) = 33.3
    far = uneven_invitations(rates(80, 40), kinds_of(rates(80, 40), ()))
    assert far is not None
    assert (far.lowest, far.highest) == (0.4, 0.8)
    assert far.p == pytest.approx(7.7e-9, rel=0.05)
    near = rates(62, 58)
    assert uneven_invitations(near, kinds_of(near, ())) is None


def test_answers_needed_for_a_band_of_five_points() -> None:
    # Variance of the band at n answers: 900 × 100 ÷ (900 + 100 n); 1.645 × √ of it ≤ 5 from n = 88.4 on.
    one = np.ones(1)
    known = Posterior(np.zeros((1, 1)), np.zeros((1, 1)), 900 * one, 100 * one, one)
    assert answers_enough(known, 0.9) == 89


@pytest.mark.parametrize(
    ("low", "high", "wide", "standing"),
    [
        (1, 9, False, "above"),
        (-9, -1, True, "below"),
        (-4, 4, False, "within"),
        (-9, 9, True, "cannot_tell"),
        (0.2, 0.6, False, "within"),
    ],
)
def test_standing(low: float, high: float, wide: bool, standing: str) -> None:
    assert standing_of(Estimate((low + high) / 2, low, high), wide=wide) == standing


def noisy(seed: int, bad: float = 0.0, agents: int = 20, each: int = 60) -> Archive:
    """Agents alike, whose contacts differ by queue; the first one's answers are worse."""
    rng = np.random.default_rng(seed)
    agent = np.repeat(np.arange(agents), each)
    queue = rng.integers(0, 3, agents * each)
    latent = rng.normal(0, 1, agents * each) + 0.4 * queue - bad * (agent == 0)
    ratings = [float(x) for x in 1 + np.searchsorted([-1.0, -0.5, 0.0, 0.8], latent)]
    labels = {
        "agent_id": [f"a{k:02d}" for k in agent],
        "queue": [f"q{k}" for k in queue],
        "team": [f"t{k // 4}" for k in agent],
    }
    return archive(agents * each, labels=labels, ratings=ratings)


@pytest.mark.parametrize("seed", range(5))
def test_agents_that_differ_by_noise_alone_are_not_told_apart(seed: int) -> None:
    one = noisy(seed)
    bands = bands_of(standardised(one.answers.csi, kinds_of(one, MIX)), 0.9).bands
    assert sum(band.standing in {"above", "below"} for band in bands) <= 1
    assert all(band.expected.n == 60 for band in bands)


def test_a_bad_agent_is_found_and_worth_a_finding() -> None:
    one = noisy(7, bad=1.2)
    made = page(one)
    table = next(block for block in made.blocks if isinstance(block, Table))
    place = [column.name for column in table.columns].index("csi_standing")
    assert [row[0] for row in table.rows if getattr(row[place], "en", "") == "below"] == ["a00"]
    (finding,) = made.findings
    blanks = dict(finding.said.blanks)
    count, gained = blanks["count"], blanks["gain"]
    assert isinstance(count, Figure)
    assert count.estimate.value == 1
    assert isinstance(gained, Figure)
    gain = gained.estimate
    # 1.2 of the latent is about 25 points; 1 of 20 agents, shrunk a little: 1 to 1.5 points of the archive's mean.
    assert 0.8 < (gain.value or 0) < 1.6
    assert (gain.low or 0) > 0
    assert finding.weight == pytest.approx(gain.value)


def test_one_agent_is_compared_with_nobody() -> None:
    one = archive(40, labels={"agent_id": "a"}, ratings=[5, 3] * 20)
    (band,) = bands_of(standardised(one.answers.csi, kinds_of(one, MIX)), 0.9).bands
    assert band.standing == "cannot_tell"
    assert band.expected.reason == NO_PEERS
    assert band.raw == 75.0


def test_few_answers_give_no_bands() -> None:
    one = archive(6, labels={"agent_id": ["a", "b", "c"] * 2}, ratings=[5, 4, 3, 2, 1, 5])
    bands = bands_of(standardised(one.answers.csi, kinds_of(one, MIX)), 0.9)
    assert bands.known is None
    assert {band.expected.reason for band in bands.bands} == {FEW_ANSWERS}


def test_spread_within_and_between_teams() -> None:
    # Teams at 0, 10, 20, 30, their two agents ±2 around; noise 1e-8.
    # Within: 8 × 4 ÷ 4 = 8, √ = 2.828. Between: (500 − ¾ × 4 × 8 ÷ 2) ÷ 3 = 162.67, √ = 12.754.
    mean = np.array([-2, 2, 8, 12, 18, 22, 28, 32], dtype=float)
    n = np.full(8, 100)
    one = Standard(Residuals(mean, n.astype(float), 1e-6, 792.0), mean, n, n, 50.0)
    spread = spread_of(one, np.repeat(np.arange(4), 2), 0.95)
    assert spread.within.value == pytest.approx(2.8284, rel=1e-3)
    assert spread.between.value == pytest.approx(12.754, rel=1e-3)
    assert spread.within.low is not None
    # χ² with 4 degrees: 32 ÷ 11.143 = 2.872, √ = 1.695; 32 ÷ .48442 = 66.06, √ = 8.128
    assert (spread.within.low, spread.within.high) == pytest.approx((1.695, 8.128), rel=1e-3)


def test_teams_of_one_have_no_spread_within() -> None:
    mean = np.array([0.0, 1.0, 2.0])
    n = np.full(3, 100)
    one = Standard(Residuals(mean, n.astype(float), 1.0, 297.0), mean, n, n, 50.0)
    assert spread_of(one, np.arange(3), 0.95).within.value is None


def with_top_box(met_in_top: float, met_in_others: float, n: int = 400) -> Archive:
    """Half of the answers are top ones; a criterion of the agent met so often in either half, and silent noise."""
    rng = np.random.default_rng(3)
    top = np.arange(n) % 2 == 0
    met = rng.random(n) < np.where(top, met_in_top, met_in_others)
    verdicts = np.where(met, MET, NOT_MET).tolist()
    noise = [float(x) for x in rng.integers(0, 2, n)]
    return archive(
        n,
        labels={"agent_id": ["a", "b", "c", "d"] * (n // 4)},
        numbers={"long_silences": noise, "agent_pitch_median_hz": np.where(top, 200.0, 100.0).tolist()},
        ratings=np.where(top, 5.0, 2.0).tolist(),
        criteria=[criterion("warm", verdicts), criterion("process", verdicts, attributable="process")],
    )


def test_agents_whose_answers_are_all_alike_say_nothing_of_the_top_box() -> None:
    one = with_top_box(0.9, 0.5)  # all of a's and c's answers are top ones, none of b's and d's
    assert differences_of(one, kinds_of(one, MIX)) == ()


def test_what_top_box_contacts_have_within_agents() -> None:
    one = with_top_box(0.9, 0.5)
    agents = np.array(["a", "a", "b", "b"] * 100, dtype=object)  # each has both halves
    one = replace(one, labels={"agent_id": agents})
    warm, silences = differences_of(one, kinds_of(one, MIX))  # no process, no pitch
    assert (warm.thing.name, warm.found) == ("form:warm", True)
    top, others = warm.top.value, warm.others.value
    assert warm.gap.value == pytest.approx((top or 0) - (others or 0), abs=0.01)
    assert 0.3 < (warm.gap.value or 0) < 0.5
    assert not silences.found


def test_conduct_holds_no_voice_proxy_and_only_known_features() -> None:
    assert [name for name in (*SOME, *MORE) if CATALOGUE[name].voice_proxy] == []


PROXIES = [name for name, spec in CATALOGUE.items() if spec.voice_proxy]


@pytest.mark.parametrize("seed", [1, 2])
def test_voice_proxies_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = with_top_box(0.9, 0.5)
    labels = {"agent_id": np.array(["a", "a", "b", "b", "c", "c", "d", "d"] * 50, dtype=object)}
    plain = replace(plain, labels=labels)
    loud = replace(plain, numbers={**plain.numbers, **{name: rng.normal(100, 30, 400) for name in PROXIES}})
    assert len(PROXIES) >= 20
    assert page(plain) == page(loud)
    assert cards(plain) == cards(loud)
    # The comparison can fail: a feature that counts does change the page.
    silent = replace(plain, numbers={**plain.numbers, "long_silences": (plain.answers.top == 1).astype(float)})
    assert page(plain) != page(silent)


def wow(**more: Any) -> Archive:
    settings: dict[str, Any] = {
        "labels": {"agent_id": ["a", "a", "b", "c", "d", ""]},
        "numbers": {"gratitude": [1.0, 3.0, 1.0, 0.0, 2.0, 2.0], "queue_wait_s": [0, 0, 400, 0, 0, 0]},
        "ratings": [5, 5, 5, 5, 5, 5],
        "criteria": [criterion("tone", [MET, MET, MET, MET, NOT_MET, MET])],
    }
    return archive(6, **(settings | more))


def test_best_contacts_one_of_each_agent() -> None:
    one = wow()
    best = best_of(one, kinds_of(one, ()))
    assert best is not None
    # a's second has 3 thanks; b 1 + the long wait; c did not thank; d had an error; the last has no agent.
    assert [call.interaction_id for call in best.calls] == ["i-1", "i-2"]
    why = best.calls[1].why
    assert why is not None
    assert "part_3" in why.en  # highest answer; thanks; no errors; although they had waited


def test_a_warm_comment_is_enough_and_a_cold_one_is_not() -> None:
    comments = ["", "", "", "Thank you so much, wonderful!", "", ""]
    one = wow(ratings=[None] * 6, survey={"comment": comments})
    best = best_of(one, kinds_of(one, ()))
    assert best is not None
    assert [call.interaction_id for call in best.calls] == ["i-3"]
    cold = wow(ratings=[None] * 6, survey={"comment": ["", "", "", "Thanks for nothing, terrible", "", ""]})
    assert best_of(cold, kinds_of(cold, ())) is None


@pytest.mark.parametrize(
    ("comment", "warm"),
    [("Спасибо, очень помогли!", True), ("Ужасно", False), ("Thank you", True), ("", False), ("ok", False)],
)
def test_warmth(comment: str, warm: bool) -> None:
    assert is_warm(comment) is warm


def bad_inputs() -> dict[str, Archive]:
    ids = ["a", "b", "c"]
    return {
        "zero interactions": archive(0),
        "no agents": archive(40, ratings=[5, 1] * 20),
        "one agent": archive(40, labels={"agent_id": "a"}, ratings=[5, 1] * 20, criteria=[criterion("x", [0, 1] * 20)]),
        "no answers": archive(90, labels={"agent_id": ids * 30}, criteria=[criterion("x", [0, 1, 1] * 30)]),
        "three interactions": archive(3, labels={"agent_id": ids}, ratings=[5, 1, None]),
        "all missing": archive(60, labels={"agent_id": ids * 20}, numbers={"queue_wait_s": np.nan}),
        "one day": archive(60, labels={"agent_id": ids * 20}, ratings=[5, 1] * 30, hours=[1.0] * 60),
        "all alike": archive(90, labels={"agent_id": ids * 30}, ratings=[5] * 90, criteria=[criterion("x", [1] * 90)]),
        "no times": archive(60, labels={"agent_id": ids * 20}, ratings=[5, 1] * 30, hours=[float("nan")] * 60),
        "all abandoned": archive(60, labels={"agent_id": ids * 20}, numbers={"abandoned": 1.0}),
    }


@pytest.mark.parametrize("name", bad_inputs())
def test_bad_input_says_what_is_lacking_and_never_raises(name: str) -> None:
    one = bad_inputs()[name]
    made = page(one)
    lacking = {
        "zero interactions": NO_AGENTS,
        "no agents": NO_AGENTS,
        "no answers": NO_ANSWERS,
        "all missing": NO_VERDICTS,
        "one day": NO_VERDICTS,
    }
    if name in lacking:
        assert lacking[name] in made.lacks
    if name == "three interactions":
        assert any(told.en == NOBODY_SEEN.en for told in made.lacks)
    assert made.findings == ()
    none = {"zero interactions", "no agents", "three interactions", "all abandoned"}
    assert len(cards(one)) == (0 if name in none else 1 if name == "one agent" else 3)


def test_without_answers_teams_are_shown_by_quality() -> None:
    rng = np.random.default_rng(5)
    n = 600
    labels = {"agent_id": [f"a{k % 6}" for k in range(n)], "team": [f"t{k % 2}" for k in range(n)]}
    made = page(archive(n, labels=labels, criteria=[criterion("x", rng.integers(0, 2, n).tolist())]))
    dots = [block for block in made.blocks if isinstance(block, Dots)]
    assert [len(block.rows) for block in dots] == [3, 3]
    assert dots[0].title.blanks[1][1].en == "QA"  # type: ignore[union-attr]
    assert NO_ANSWERS in made.lacks


def test_names_are_in_order_and_every_figure_has_n() -> None:
    made: Page = page(noisy(3))
    table = next(block for block in made.blocks if isinstance(block, Table) and block.id == "agents")
    names = [row[0] for row in table.rows]
    assert names == sorted(str(name) for name in names)
    csi = [row[[c.name for c in table.columns].index("csi")] for row in table.rows]
    assert all(figure.estimate.n == 60 and figure.estimate.low is not None for figure in csi)  # type: ignore[union-attr]
    assert any(isinstance(block, Tiles) for block in made.blocks)
    assert any(isinstance(block, Paragraph) for block in made.blocks)
    assert not any(isinstance(block, Moments) for block in made.blocks)  # nobody said thanks


def test_agents_with_few_contacts_are_hidden_but_counted() -> None:
    one = archive(64, labels={"agent_id": ["a", "b", "c"] * 21 + ["d"]}, ratings=[5, 1] * 32, settings=ReportSettings())
    made = page(one)
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == ["a", "b", "c"]
    told = [block.said for block in made.blocks if isinstance(block, Paragraph) and "count" in dict(block.said.blanks)]
    assert dict(told[0].blanks)["count"].estimate.value == 1  # type: ignore[union-attr]
