"""Weights by the answers and by what customers say, and the score tried on answers it was not made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import criterion
from unit.insight.quality_planting import judged, planted
from voxcx.domain.beside import StatedWeight
from voxcx.insight.quality.effects import effects_of, ground_of
from voxcx.insight.quality.fitting import Draws, Fit, _scores, drawn, fit, material_of
from voxcx.insight.quality.heldout import _tried, held_out, ranked_within, score
from voxcx.insight.quality.page import page
from voxcx.insight.quality.weights import FormWeights, forms_of, stated_shares, weights_of
from voxcx.statistics.differences import adjusted_difference

NO, YES, NA, OPEN = 0, 1, 2, 3
PLANTED = planted()


def test_the_fit_takes_out_strata_exactly() -> None:
    ground = ground_of(PLANTED)
    every = np.ones(len(ground.rows), dtype=bool)
    column = replace(
        PLANTED.criteria[0], verdict=np.where(PLANTED.criteria[0].verdict == NA, YES, PLANTED.criteria[0].verdict)
    )
    fitted = fit(material_of(ground, [column]), every)
    assert fitted is not None
    known = adjusted_difference(ground.csi, column.failed[ground.rows], ground.strata, ground.cluster)
    assert known.value is not None
    assert fitted.plain[0] == pytest.approx(-known.value)


def test_ridge_and_no_negative_costs_by_hand() -> None:
    # two unrelated criteria, 100 and 50 of variance left; lost 1000 and −200; λ = 25: 1000 ÷ 125 = 8 and 0
    its = Fit(np.diag([100.0, 50.0]), np.array([1000.0, -200.0]), 25.0, np.zeros((0, 3)), np.zeros(2), np.eye(2))
    assert its.costs() == pytest.approx([8.0, 0.0], abs=1e-5)


def form(points: list[float], free: list[bool]) -> FormWeights:
    effects = tuple(judged(-9, -3, 0.01) for _ in points)
    return FormWeights("form", effects, np.array(points), np.array(free), tuple(None for _ in points))


def test_proposed_points_keep_the_total_and_the_kept_ones() -> None:
    # 6 stays; 10 + 4 = 14 are shared as 3 : 1
    assert form([10, 6, 4], [True, False, True]).proposed(np.array([3.0, 1.0])) == pytest.approx([10.5, 6.0, 3.5])
    assert np.isnan(form([10, 6, 4], [True, False, True]).proposed(np.zeros(2))[0])


def test_weights_sum_to_one_and_compliance_keeps_its_own() -> None:
    columns = (*PLANTED.criteria[:5], replace(PLANTED.criteria[5], severity="critical_compliance", max_points=20.0))
    given = replace(PLANTED, criteria=columns)
    made = weights_of(given, ground_of(given), forms_of(effects_of(given))[0])
    assert sum(one.today for one in made) == pytest.approx(1.0)
    shares = [one.data.value or 0.0 for one in made]
    assert sum(shares) == pytest.approx(1.0)
    assert shares[5] == made[5].today == pytest.approx(20 / 70)
    assert made[5].kept is not None
    assert "compliance" in made[5].kept.en
    # 20 and 8 points of CSI of 28 share 50 of 70 points
    assert shares[0] == pytest.approx(50 / 70 * 20 / 28, abs=0.08)
    assert shares[1] == pytest.approx(50 / 70 * 8 / 28, abs=0.08)
    assert all((one.data.low or 0.0) <= (one.data.value or 0.0) <= (one.data.high or 1.0) for one in made)


def test_without_an_effect_no_weights_are_proposed() -> None:
    given = planted(costs=(0.0,) * 6, seed=11)
    assert not any(one.stands(0.05) for one in effects_of(given))
    made = weights_of(given, ground_of(given), forms_of(effects_of(given))[0])
    assert [one.data.value for one in made] == [None] * 6
    tried = held_out(given, ground_of(given), forms_of(effects_of(given))[0])
    assert tried.change.value is None


def test_stated_weights_are_shares_of_each_respondent() -> None:
    # Anna gives 30 : 10, Boris 1 : 3 and 6 to another form's: means 0.75, 0.25 → 0.5 each
    said = [
        StatedWeight("anna", "a", 30),
        StatedWeight("anna", "b", 10),
        StatedWeight("boris", "a", 1),
        StatedWeight("boris", "b", 3),
        StatedWeight("boris", "elsewhere", 6),
    ]
    shares = stated_shares(said, ["a", "b", "never asked"], 0.95)
    assert {name: one.value for name, one in shares.items()} == {"a": pytest.approx(0.5), "b": pytest.approx(0.5)}
    assert shares["a"].n == 2
    assert stated_shares([StatedWeight("anna", "a", 0)], ["a"], 0.95)["a"].value is None


def test_score_by_hand() -> None:
    # a of 10, b of 5: met, failed → 10 ÷ 15; met, n.a. → 1; open, open → none
    a, b = criterion("a", [YES, YES, OPEN]), criterion("b", [NO, NA, OPEN])
    found = score([a, b], np.array([10.0, 5.0]), np.arange(3))
    assert found[:2] == pytest.approx([100 * 10 / 15, 100.0])
    assert np.isnan(found[2])


def test_ranks_stay_inside_their_fold() -> None:
    found = ranked_within(np.array([5.0, 1.0, 70.0, 90.0, 80.0]), np.array([0, 0, 1, 1, 1]))
    assert found == pytest.approx([2 / 2, 1 / 2, 1 / 3, 3 / 3, 2 / 3])


def test_better_weights_raise_the_held_out_correlation() -> None:
    tried = held_out(PLANTED, ground_of(PLANTED), forms_of(effects_of(PLANTED))[0])
    assert tried.today.value is not None
    assert tried.proposed.value is not None
    assert tried.change.value == pytest.approx(tried.proposed.value - tried.today.value)
    assert tried.change.excludes_zero
    assert tried.change.value > 0.02


def test_weights_that_are_right_already_cannot_be_told_better() -> None:
    points = (20.0, 8.0, 0.5, 0.5, 0.5, 0.5)
    columns = tuple(replace(one, max_points=its) for one, its in zip(PLANTED.criteria, points, strict=True))
    given = replace(PLANTED, criteria=columns)
    tried = held_out(given, ground_of(given), forms_of(effects_of(given))[0])
    assert tried.change.value is not None
    assert not tried.change.excludes_zero or tried.change.value < 0
    made = page(given)
    assert all("change" not in dict(one.said.blanks) for one in made.findings)


def test_draws_move_around_the_fit() -> None:
    ground = ground_of(PLANTED)
    among = np.ones(len(ground.rows), dtype=bool)
    material = material_of(ground, PLANTED.criteria)
    fitted = fit(material, among)
    assert fitted is not None
    draws = drawn(material, among, fitted, Draws(200, 1, 0.95))
    assert draws[:, 0].mean() == pytest.approx(fitted.plain[0], abs=0.5)
    # the error of 20 points lost: about 20 ÷ √(2000 × 0.25 × 0.75) = 1.03
    assert draws[:, 0].std() == pytest.approx(1.03, rel=0.4)


def test_weights_never_see_the_answers_they_are_tried_on() -> None:
    ground = ground_of(PLANTED)
    form_of = forms_of(effects_of(PLANTED))[0]
    among = np.ones(len(ground.rows), dtype=bool)
    before = _tried(PLANTED, ground, form_of, among)
    first = before.fold == 0
    upside_down = np.where(first, 100 - ground.csi, ground.csi)
    after = _tried(PLANTED, replace(ground, csi=upside_down), form_of, among)
    assert after.new[first] == pytest.approx(before.new[first], nan_ok=True)
    assert not np.allclose(after.new[~first], before.new[~first], equal_nan=True)


def test_few_clusters_stretch_the_draws() -> None:
    whole = ground_of(PLANTED)
    five = np.array([f"cluster {k % 5}" for k in range(len(whole.rows))], dtype=object)
    ground, among = replace(whole, cluster=five), np.ones(len(five), dtype=bool)
    material = material_of(ground, PLANTED.criteria)
    fitted = fit(material, among)
    assert fitted is not None
    scores = _scores(material, among, fitted)
    # multinomial counts of 5 of 5: covariance I − 1 ÷ 5; t of 4 ÷ normal = 2.776 ÷ 1.960; √(5 ÷ 4) = 1.118
    centred = scores - scores.mean(axis=0)
    plain = np.sqrt(np.diag(fitted.own @ (centred.T @ centred) @ fitted.own))
    spread = drawn(material, among, fitted, Draws(4000, 1, 0.95)).std(axis=0)
    assert spread == pytest.approx(plain * 2.776 / 1.960 * 1.118, rel=0.05)
