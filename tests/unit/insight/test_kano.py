"""The 5 × 5 table cell by cell, coefficients and both ends of the ratings against numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import pytest

from unit.insight.archives import archive, criterion
from voxcx.domain.beside import Beside, KanoAnswer, KanoAnswerCode
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Page, Table
from voxcx.domain.texts import text
from voxcx.insight.archive import MET, NOT_APPLICABLE, NOT_MET, UNDECIDED, Archive
from voxcx.insight.kano.criteria import criterion_effects
from voxcx.insight.kano.effects import Effects, contrasted, jackknifed
from voxcx.insight.kano.page import page, seen_in_ratings, told_types
from voxcx.insight.kano.questionnaire import TYPES, asked_about, summarised, type_of
from voxcx.insight.kano.tables import VERDICTS, as_ratio
from voxcx.insight.kano.thirds import THINGS, split, thing_effects

WAIT = THINGS[0]


@pytest.mark.parametrize(
    ("functional", "types"),
    [(1, "QAAAO"), (2, "RIIIM"), (3, "RIIIM"), (4, "RIIIM"), (5, "RRRRQ")],
)
def test_all_25_cells(functional: int, types: str) -> None:
    assert "".join(type_of(functional, dysfunctional) for dysfunctional in range(1, 6)) == types


def answers(criterion_name: str, pairs: list[tuple[int, int]], first: int = 0) -> tuple[KanoAnswer, ...]:
    return tuple(
        KanoAnswer(f"r{first + k}", criterion_name, cast("KanoAnswerCode", one), cast("KanoAnswerCode", other))
        for k, (one, other) in enumerate(pairs)
    )


def test_counts_coefficients_and_the_test_of_the_first_two() -> None:
    # 20 A, 10 O, 5 M, 5 I, 4 R, 6 Q: better 30 ÷ 40, worse −15 ÷ 40, ahead by (20 − 10) ÷ 50
    found = summarised("x", (20, 10, 5, 5, 4, 6))
    assert (found.first, found.second, found.n) == ("A", "O", 50)
    assert found.better.value == pytest.approx(0.75)
    assert found.worse.value == pytest.approx(-0.375)
    assert found.strength.value == pytest.approx(0.2)
    # √((0.6 − 0.04) ÷ 50) = 0.10583
    assert found.strength.low == pytest.approx(0.2 - 1.95996 * 0.10583, abs=1e-4)
    # P(X ≥ 20 of 30 tosses) × 2 = 0.0987
    assert found.p == pytest.approx(0.0987, abs=1e-4)
    # Wilson of 30 of 40: 0.5981 … 0.8581; of 15 of 40: 0.2422 … 0.5297, mirrored
    assert (found.better.low, found.better.high) == (pytest.approx(0.5981, abs=2e-4), pytest.approx(0.8581, abs=2e-4))
    assert (found.worse.low, found.worse.high) == (pytest.approx(-0.5297, abs=2e-4), pytest.approx(-0.2422, abs=2e-4))


def test_only_reverse_and_questionable_answers_have_no_coefficients() -> None:
    found = summarised("x", (0, 0, 0, 0, 3, 2))
    assert found.first == "R"
    assert found.better.value is None
    assert found.worse.value is None


def test_questionable_is_never_the_type() -> None:
    assert summarised("x", (1, 0, 0, 0, 0, 9)).first == "A"


def test_who_answers_twice_counts_once_and_strangers_each() -> None:
    twice = (*answers("x", [(1, 5)]), *answers("x", [(2, 5)]))
    (found,) = asked_about((*twice, KanoAnswer("", "x", 1, 3), KanoAnswer("", "x", 1, 3)), 0.95)
    assert dict(zip(TYPES, found.counts, strict=True)) == {"A": 2, "O": 0, "M": 1, "I": 0, "R": 0, "Q": 0}


def test_a_type_is_told_only_if_surely_ahead_and_the_guess_stands_beside_it() -> None:
    said = (
        *answers("clear", [(2, 5)] * 40),
        *answers("torn", [(2, 5)] * 16 + [(1, 5)] * 15),
        *answers("few", [(1, 3)] * 9),
    )
    one = archive(
        3,
        criteria=[criterion("clear", [MET] * 3, kano="attractive"), criterion("torn", [MET] * 3, kano="must_be")],
        beside=Beside(kano=said),
    )
    asked = asked_about(said, 0.95)
    assert dict(zip([each.criterion for each in asked], told_types(asked, one), strict=True)) == {
        "clear": "M",
        "few": None,
        "torn": None,
    }
    made = page(one)
    (found,) = made.findings
    assert [blank for name, blank in found.said.blanks if name in {"guess", "told"}] == [
        text("attractive", "привлекательное"),
        text("must-be", "обязательное"),
    ]
    few = next(row for row in table(made, "kano_types").rows if cast("Any", row[0]).en == "few")
    assert cast("Figure", dict(cast("Any", few[1]).blanks)["n"]).estimate.value == 30 - 9


def table(made: Page, name: str) -> Table:
    return next(one for one in made.blocks if isinstance(one, Table) and one.id == name)


def rated(failed: list[int], met: list[int], **more: Any) -> Archive:
    """Ratings after errors and after none; every answer of its own agent unless told."""
    verdicts = [NOT_MET] * len(failed) + [MET] * len(met)
    return archive(
        len(verdicts),
        criteria=[criterion("x", verdicts)],
        ratings=[float(one) for one in (*failed, *met)],
        **({"labels": {"agent_id": [f"a{k}" for k in range(len(verdicts))]}} | more),
    )


def test_penalty_and_reward_are_log_odds_ratios_of_both_ends() -> None:
    # Errors: 20 low, 10 middle, 10 top of 40. Met: 10 low, 20 middle, 50 top of 80.
    one = rated([1] * 20 + [3] * 10 + [5] * 10, [2] * 10 + [4] * 20 + [5] * 50)
    found = criterion_effects(one, one.criteria[0])
    # half a case on either side: odds of low 20.5 ÷ 20.5 and 10.5 ÷ 70.5; of top 10.5 ÷ 30.5 and 50.5 ÷ 30.5
    assert found.penalty.value == pytest.approx(math.log(20.5 / 20.5) - math.log(10.5 / 70.5))
    assert found.reward.value == pytest.approx(math.log(50.5 / 30.5) - math.log(10.5 / 30.5))
    assert found.asymmetry.value == pytest.approx((found.penalty.value or 0) - (found.reward.value or 0))
    # Woolf's errors of the same odds ratios: √(1/20.5 + 1/20.5 + 1/10.5 + 1/70.5) = 0.4549; t ≈ z with 119
    assert found.penalty.low is not None
    assert (found.penalty.value or 0) - found.penalty.low == pytest.approx(1.98 * 0.4549, rel=0.06)


def test_shares_of_who_met_it_follow_the_errors_over_the_queues() -> None:
    # Queue a: 30 errors, all low; 10 met, 5 low. Queue b: 10 errors, none low; 50 met, 5 low. Others rated 3.
    low, middle = [1.0], [3.0]
    ratings = low * 30 + middle * 10 + low * 5 + middle * 5 + low * 5 + middle * 45
    queues = ["a"] * 30 + ["b"] * 10 + ["a"] * 10 + ["b"] * 50
    one = archive(
        100,
        criteria=[criterion("x", [NOT_MET] * 40 + [MET] * 60)],
        ratings=ratings,
        labels={"queue": queues, "agent_id": [f"a{k}" for k in range(100)]},
    )
    # met at the errors' mix: (30 × 5/10 + 10 × 5/50) ÷ 40 = 0.4; errors 30 ÷ 40
    met, failed = (0.4 * 60 + 0.5) / 61, (30 + 0.5) / 41
    expected = math.log(failed / (1 - failed)) - math.log(met / (1 - met))
    assert criterion_effects(one, one.criteria[0]).penalty.value == pytest.approx(expected)


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    x = np.array([1.0, 2.0, 4.0, 9.0])
    without = np.array([[(x.sum() - one) / 3] for one in x])
    (found,) = jackknifed(np.array([4.0]), without, 4, 0.95)
    # s = √(38 ÷ 3) = 3.559, s ÷ √4 = 1.7795, t(3) = 3.1824
    assert found.high == pytest.approx(4 + 3.1824 * 1.7795, abs=1e-3)


def test_a_must_be_an_attractive_and_an_even_criterion() -> None:
    rng, n = np.random.default_rng(5), 3000
    latent, errors = rng.logistic(0, 1, n), rng.random((n, 3)) < 0.4
    shift = latent - 1.0 * errors[:, 2]
    rating = 1 + np.searchsorted([-2.5, -1.2, 0.0, 1.0], shift)
    rating = np.where(errors[:, 0] & (rating < 5) & (rng.random(n) < 0.4), 1, rating)  # only the unhappy suffer
    rating = np.where(~errors[:, 1] & (rating == 4) & (rng.random(n) < 0.9), 5, rating)  # only the happy gain
    columns = [
        criterion(name, np.where(errors[:, k], NOT_MET, MET).tolist())
        for k, name in enumerate(("must", "more", "even"))
    ]
    agents = [f"a{k % 40}" for k in range(n)]
    one = archive(n, criteria=columns, ratings=rating.astype(float).tolist(), labels={"agent_id": agents})
    verdicts = {column.criterion: prevails for column, _, prevails in seen_in_ratings(one).criteria}
    assert verdicts == {"must": "penalty", "more": "reward", "even": "even"}
    made = page(one)
    assert [finding.tone for finding in made.findings] == ["bad", "good"]
    assert all(finding.weight > 0 and len(finding.calls) == 5 for finding in made.findings)
    rows = table(made, "kano_criteria")
    assert [row[1] for row in rows.rows] == [VERDICTS[one] for one in ("penalty", "reward", "even")]


def test_verdicts_need_both_scales_a_sure_asymmetry_and_a_sure_end() -> None:
    def effects(**more: Any) -> Effects:
        sure = Estimate(1.0, 0.5, 1.5, 100, 0.001)
        fields: dict[str, Any] = {"both_scales": True, "small": False, "margin": 0.4} | more
        return Effects(fields.pop("penalty", sure), Estimate(0.0, -0.5, 0.5, 100), sure, **fields)

    assert effects().prevails(sure=True) == "penalty"
    assert effects().prevails(sure=False) == "cannot_tell"
    assert effects(both_scales=False).prevails(sure=True) == "cannot_tell"
    assert effects(small=True).prevails(sure=False) == "even"
    assert effects(penalty=Estimate(1.0, -0.1, 2.1, 100)).prevails(sure=True) == "cannot_tell"


def test_how_many_more_answers_narrow_the_interval() -> None:
    # half width 0.8 against a margin of 0.4: four times as many answers, 300 more
    sure = Estimate(0.1, -0.7, 0.9, 100, 0.8)
    assert Effects(sure, sure, sure, 0.4, both_scales=True, small=False).more_needed == 300
    assert Effects(sure, sure, sure, 0.9, both_scales=True, small=False).more_needed is None


def test_thirds_by_value_and_nobody_between_equal_values() -> None:
    found = split(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 90]))
    assert found is not None
    assert found.third.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert found.means == (2.0, 5.0, 35.0)
    # four of six without any hold: these are the best, 10 the middle, 30 the worst
    held = split(np.array([0.0, 0, 0, 0, 10, 30]))
    assert held is not None
    assert (held.third.tolist(), held.zeros) == ([0, 0, 0, 0, 1, 2], True)
    assert split(np.zeros(9)) is None
    assert split(np.full(9, 4.0)) is None
    assert split(np.array([])) is None


def test_points_of_the_thirds_beside_the_middle_one() -> None:
    # thirds of 30 at 10, 20, 30 s with mean ratings 4.5, 4, 2 → 87.5, 75, 25 points: reward 12.5, penalty 50
    ratings = [4.0, 5.0] * 15 + [3.0, 5.0] * 15 + [1.0, 3.0] * 15
    one = archive(
        90,
        numbers={"queue_wait_s": [10.0] * 30 + [20.0] * 30 + [30.0] * 30},
        ratings=ratings,
        labels={"agent_id": [f"a{k % 15}" for k in range(90)]},
        hours=[0.0] * 90,
    )
    found, parts = thing_effects(one, WAIT)
    assert parts is not None
    assert found.penalty.value == pytest.approx(50)
    assert found.reward.value == pytest.approx(12.5)
    assert found.asymmetry.value == pytest.approx(37.5)
    assert found.prevails(sure=True) == "penalty"


def test_a_straight_line_of_skewed_waits_is_not_called_lopsided() -> None:
    rng, n = np.random.default_rng(3), 3000
    wait_s = np.minimum(rng.lognormal(4, 1, n), 600)
    ratings = np.clip(5 - np.round(wait_s / 150 + rng.normal(0, 0.3, n)), 1, 5)
    one = archive(n, numbers={"queue_wait_s": wait_s.tolist()}, ratings=ratings.tolist(), hours=[0.0] * n)
    found, _ = thing_effects(one, WAIT)
    assert (found.asymmetry.value or 0) > 10  # the worst third is much farther from the middle than the best
    assert found.prevails(sure=bool((found.asymmetry.p or 0) <= 0.05)) != "penalty"


def test_a_lopsided_hold_is_a_finding_and_a_wait_is_left_to_its_own_page() -> None:
    ratings = [4.0, 5.0] * 15 + [3.0, 5.0] * 15 + [1.0, 2.0] * 15
    lasts = [10.0] * 30 + [20.0] * 30 + [30.0] * 30
    labels = {"agent_id": [f"a{k % 15}" for k in range(90)]}
    held = archive(90, numbers={"hold_total_s": lasts}, ratings=ratings, labels=labels, hours=[0.0] * 90)
    (found,) = page(held).findings
    penalty = dict(found.said.blanks)["penalty"]
    assert isinstance(penalty, Figure)
    assert penalty.estimate.value == pytest.approx(-62.5)  # 75 − 12.5 points, with the sign of a loss
    assert found.weight == pytest.approx(62.5 / 3)
    assert {call.interaction_id for call in found.calls} <= {f"i-{k}" for k in range(60, 90)}
    waited = archive(90, numbers={"queue_wait_s": lasts}, ratings=ratings, labels=labels, hours=[0.0] * 90)
    assert not page(waited).findings


def test_contrasts_of_least_squares_with_clusters() -> None:
    # y = 3 x exactly but for one row of 4 (x = 1, y = 5): slope Σxy ÷ Σx² = (3 + 3 + 3 + 5) ÷ 4 = 3.5
    columns, outcome = np.ones((4, 1)), np.array([3.0, 3.0, 3.0, 5.0])
    found, errors, freedom = contrasted(columns, outcome, np.array([[1.0], [-2.0]]), np.arange(4))
    # remainders −0.5, −0.5, −0.5, 1.5: Σ² = 3; × 4/3 ÷ 4² = 0.25
    assert found.tolist() == [3.5, -7.0]
    assert errors == pytest.approx([0.5, 1.0])
    assert freedom == 3


def test_ratios_of_logs() -> None:
    assert as_ratio(Estimate(0.0, -math.log(2), math.log(2), 5)).high == pytest.approx(2.0)
    assert as_ratio(Estimate(0.0, n=5)) == Estimate(1.0, n=5)


def test_letters_are_no_chats() -> None:
    one = archive(
        60,
        labels={"channel": "mail"},
        numbers={"first_response_s": np.arange(60.0).tolist()},
        ratings=[3.0, 4.0] * 30,
    )
    assert not seen_in_ratings(one).things


@pytest.mark.parametrize(
    "one",
    [
        archive(0),
        archive(3),
        archive(3, ratings=[1, 5, None], criteria=[criterion("x", [MET, NOT_MET, MET])]),
        archive(3, ratings=[1, 5, None], numbers={"queue_wait_s": [1.0, 2.0, math.nan]}),
        archive(80, ratings=[5] * 80, criteria=[criterion("x", [MET, NOT_MET] * 40)], numbers={"hold_total_s": 0.0}),
        archive(80, ratings=[5] * 80, numbers={"queue_wait_s": np.arange(80.0).tolist()}, labels={"agent_id": "a"}),
        archive(80, ratings=[5] * 80, criteria=[criterion("x", [UNDECIDED, NOT_APPLICABLE] * 40)]),
        archive(80, ratings=[None] * 80, criteria=[criterion("x", [MET, NOT_MET] * 40)]),
        archive(3, beside=Beside(kano=answers("nobody_knows", [(1, 1), (5, 5)]))),
    ],
)
def test_too_little_is_said_and_nothing_is_raised(one: Archive) -> None:
    made = page(one)
    assert made.lacks
    assert not made.findings


def test_too_few_errors_say_how_many_more_it_takes() -> None:
    one = rated([1] * 4, [5] * 40)
    found = criterion_effects(one, one.criteria[0])
    assert found.asymmetry.reason is not None
    assert dict(found.asymmetry.reason.blanks) == {"n": "6", "m": "0"}
