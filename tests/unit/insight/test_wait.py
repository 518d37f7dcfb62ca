"""The wait curve and the jump of leaving against numbers worked out by hand and planted knees."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from unit.insight.archives import archive
from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Figure, Page, Paragraph, Table
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.service_level.contacts import calls_of
from voxcx.insight.settings import ReportSettings, WaitSettings
from voxcx.insight.wait.blocks import per_minute
from voxcx.insight.wait.curve import Answers, Curve, curve, told_apart
from voxcx.insight.wait.hazard import Exposure, exposure, jump, rate
from voxcx.insight.wait.page import page
from voxcx.insight.wait.waiting import hurts, waiting_of
from voxcx.statistics.curves import Knee

NAN = math.nan
NOT_ASKED = Estimate(None, reason=text("not asked", "не спрошено"))
STRAIGHT = Knee(NOT_ASKED, NOT_ASKED, NOT_ASKED, "straight")


def labels(*names: str) -> np.ndarray:
    return np.array(names, dtype=object)


def test_the_exposure_of_four_calls_second_by_second() -> None:
    # Waits 1, 2.5, 3 (left), 10; from 1 s to 4 s: in [1, 2) three wait a whole second; in [2, 3) 0.5 + 1 + 1;
    # in [3, 4) one alone. The one who left at 3 s belongs to [3, 4).
    seen = exposure(np.array([1.0, 2.5, 3.0, 10.0]), np.array([False, False, True, False]), 1.0, 4.0)
    assert seen.start_s.tolist() == [1, 2, 3]
    assert seen.waited_s == pytest.approx([3.0, 2.5, 1.0])
    assert seen.left.tolist() == [0, 0, 1]


def test_a_jump_and_its_two_rates() -> None:
    # 100 s of 60 waiting each: 1 leaves in every 10 s before 50 s (5 in 3,000 s), 1 in every second after (50 in 3,000)
    left = np.where(np.arange(100) < 50, np.arange(100) % 10 == 0, 1).astype(float)
    found = jump(Exposure(np.arange(100.0), np.full(100, 60.0), left), seed=1)
    assert found.verdict == "knee"
    assert found.at.value == 50.0
    assert found.at.low is not None
    assert found.at.high is not None
    assert 40 <= found.at.low <= 50 <= found.at.high <= 60
    assert found.before.value == pytest.approx(5 / 3000 * 60)
    assert found.after.value == pytest.approx(50 / 3000 * 60)
    assert found.ratio.value == pytest.approx(10)
    # log 10 ± 1.96 × √(1/5 + 1/50) = 2.3026 ± 0.9193
    assert found.ratio.low == pytest.approx(math.exp(2.3026 - 0.9193), rel=1e-3)


def test_a_steady_rate_has_no_jump() -> None:
    few = jump(Exposure(np.arange(100.0), np.full(100, 60.0), np.tile([1.0, 0.0], 50)), seed=1)
    assert few.verdict == "cannot_tell"
    assert few.before.value == pytest.approx(50 / 6000 * 60)
    many = jump(Exposure(np.arange(100.0), np.full(100, 60_000.0), np.full(100, 50.0)), seed=1)
    assert many.verdict == "straight"


def test_too_few_left_for_a_jump() -> None:
    found = jump(Exposure(np.arange(100.0), np.full(100, 60.0), (np.arange(100) < 19).astype(float)))
    assert found.verdict == "cannot_tell"
    assert found.at.value is None


def test_a_rate_of_nobody_is_no_rate_below_nought() -> None:
    found = rate(0.0, 600.0, 0.95)
    assert (found.value, found.low) == (0.0, 0.0)
    # nobody in 10 minutes: exp(−x) = 0.025 at x = 3.689
    assert found.high == pytest.approx(0.3689, abs=1e-4)


def test_the_curve_never_rises_and_pools_what_would() -> None:
    # 10 answers at 10, 20 and 30 s: means 80, 90, 40 → the first two pool to 85
    wait_s = np.repeat([10.0, 20.0, 30.0], 10)
    answers = Answers(wait_s, np.repeat([80.0, 90.0, 40.0], 10), np.repeat([4.0, 5.0, 2.0], 10), labels(*[""] * 30), ())
    found = curve(answers, 0.95, 1)
    assert found.wait_s.tolist() == [10, 20, 30]
    assert found.fitted == pytest.approx([85, 85, 40])
    # nobody over 20 s: of waits 20, 25, 30 the gains are 0, 22.5, 45 points
    assert found.gain(20.0, np.array([20.0, 25.0, 30.0]), 0.95).value == pytest.approx(22.5)
    assert found.gain(30.0, wait_s, 0.95).value == pytest.approx(0.0)


def test_the_gain_reads_between_knots_and_stops_at_the_ends() -> None:
    made = Curve(
        np.array([10.0, 20.0]),
        np.array([80.0, 60.0]),
        np.array([[80.0, 60.0]] * 4),
        np.array([5, 5]),
        STRAIGHT,
        NOT_ASKED,
        NOT_ASKED,
    )
    # at 14 s: 72; waits 5, 14, 15, 99 read 80, 72, 70, 60 → gains 0, 0, 2, 12
    assert made.gain(14.0, np.array([5.0, 14.0, 15.0, 99.0]), 0.95).value == pytest.approx(14 / 4)


def test_a_sad_queue_is_told_apart_from_its_long_waits() -> None:
    # CSI is 80 in one queue and 40 in the other, whatever the wait; the sad queue waits longer.
    n, rng = 400, np.random.default_rng(2)
    sad = np.arange(n) % 2 == 1
    wait_s = np.where(sad, rng.uniform(40, 120, n), rng.uniform(5, 85, n))
    answers = Answers(
        wait_s,
        np.where(sad, 40.0, 80.0),
        np.where(sad, 2.0, 4.0),
        labels(*[""] * n),
        (np.where(sad, "b", "a").astype(object),),
    )
    apart = told_apart(answers)
    assert apart is not None
    assert np.ptp(curve(answers, 0.95, 1).fitted) > 30
    assert apart.csi == pytest.approx(np.full(n, 60.0), abs=0.1)


def test_too_few_answers_are_not_told_apart() -> None:
    answers = Answers(
        np.arange(20.0),
        np.full(20, 50.0),
        np.full(20, 3.0),
        labels(*[""] * 20),
        (labels(*map(str, range(5))).repeat(4),),
    )
    assert told_apart(answers) is None


def test_slopes_are_told_per_minute() -> None:
    assert per_minute(Estimate(-0.1, -0.2, -0.05, 9)) == Estimate(-6.0, -12.0, -3.0, 9)


def planted(n: int, knee_s: float, slope: float, seed: int = 3) -> Archive:
    """Ratings that fall by ``slope`` a minute after the knee; after it people also leave 6 times as often."""
    rng = np.random.default_rng(seed)
    wait_s = rng.uniform(1, 200, n)
    used = rng.exponential(1.0, n)
    patience_s = np.where(used < knee_s * 5e-4, used / 5e-4, knee_s + (used - knee_s * 5e-4) / 3e-3)
    left = patience_s < wait_s
    waited = np.minimum(wait_s, patience_s)
    latent = 4.2 + slope * np.maximum(waited - knee_s, 0) / 60 + rng.normal(0, 0.5, n)
    ratings = [None if gone else float(one) for gone, one in zip(left, np.clip(np.round(latent), 1, 5), strict=True)]
    return archive(
        n,
        labels={"kind": "call", "queue": rng.choice(["a", "b"], n).tolist()},
        numbers={"queue_wait_s": waited.tolist(), "abandoned": left.astype(float).tolist()},
        ratings=ratings,
        hours=np.sort(rng.uniform(0, 2000, n)).tolist(),
    )


def test_planted_knees_of_ratings_and_of_leaving_are_found() -> None:
    one = planted(3000, 90.0, -1.2)
    made = page(one)
    found = waiting_of(one, calls_of(one), timed_leaving=True)
    assert found.best is not None
    assert found.best is found.adjusted
    assert hurts(found.best.knee)
    assert found.best.knee.at.value == pytest.approx(90, rel=0.15)
    assert -33 < (found.best.after.value or 0) * 60 < -24  # points a minute; 1.2 ratings of 25 are 30, less at the ends
    assert abs((found.best.before.value or 0) * 60) < 3
    assert found.leaving is not None
    assert found.leaving.at.value == pytest.approx(90, rel=0.15)
    assert len(made.findings) == 2
    assert made.findings[0].weight > 1
    assert len(made.findings[0].calls) == 5
    assert "Promise an answer" in verdict_of(made).en
    within = dict(verdict_of(made).blanks)["within"]
    assert isinstance(within, Figure)
    promised = found.worth_promising
    assert promised is not None
    assert within.estimate.value == pytest.approx(float((found.waits <= (promised.value or 0)).mean()))


def verdict_of(made: Page) -> Text:
    return next(one.said for one in made.blocks if isinstance(one, Paragraph))


def test_a_wait_that_costs_nothing_is_no_finding() -> None:
    made = page(planted(2000, 200.0, 0.0))
    assert not made.findings
    assert "Promise" not in verdict_of(made).en


def test_long_waits_count_as_the_longest_set() -> None:
    settings = ReportSettings(wait=WaitSettings(longest_s=50.0))
    one = archive(
        40,
        labels={"kind": "call"},
        numbers={"queue_wait_s": np.linspace(1, 400, 40).tolist()},
        ratings=[3.0] * 40,
        settings=settings,
    )
    assert waiting_of(one, calls_of(one), timed_leaving=True).answers.wait_s.max() == 50.0


def test_the_mean_of_several_answers_counts_as_the_nearest_rating() -> None:
    one = archive(3, labels={"kind": "call"}, numbers={"queue_wait_s": 5.0}, ratings=[3.0, 4.0, 5.0])
    means = replace(one.answers, csi=np.array([50.0, 60.0, 87.5]))  # 3, 3.4, 4.5 on the scale 1–5
    two = waiting_of(replace(one, answers=means), calls_of(one), timed_leaving=True).answers
    assert two.rating.tolist() == [2, 2, 4]  # steps over the lowest
    assert two.csi.tolist() == [50.0, 60.0, 87.5]


def test_bands_say_who_of_those_still_waiting_left() -> None:
    one = archive(
        4,
        labels={"kind": "call"},
        numbers={"queue_wait_s": [10, 30, 40, 70], "abandoned": [1, 1, 0, 0]},
        ratings=[5] * 4,
    )
    bands = next(b for b in page(one).blocks if isinstance(b, Table) and b.id == "wait_bands_calls")
    left = [cell.estimate.value for *_, cell in bands.rows if isinstance(cell, Figure)]
    # 1 of 4 below 20 s; 1 of the 3 who got to 20 s; none of 1 who got to 60 s; nobody got to 120 s
    assert left[:4] == [0.25, pytest.approx(1 / 3), 0.0, None]


@pytest.mark.parametrize(
    "one",
    [
        archive(0),
        archive(3),
        archive(3, labels={"kind": "call"}),
        archive(3, labels={"kind": "call"}, numbers={"queue_wait_s": 5.0}),
        archive(3, labels={"kind": "call", "agent_id": "a"}, numbers={"queue_wait_s": [1, 2, NAN]}, ratings=[5, 1, 3]),
        archive(3, labels={"kind": "chat", "channel": "chat"}, numbers={"first_response_s": 5.0}, hours=[NAN] * 3),
        archive(60, labels={"kind": "call"}, numbers={"queue_wait_s": 5.0}, ratings=[4] * 60),
        archive(60, labels={"kind": "call"}, numbers={"queue_wait_s": 5.0, "abandoned": 1.0}, ratings=[None] * 60),
        archive(60, labels={"kind": "call"}, numbers={"queue_wait_s": 0.0, "abandoned": 1.0}),
    ],
)
def test_too_little_is_said_and_nothing_is_raised(one: Archive) -> None:
    made = page(one)
    assert made.lacks
    assert not made.findings


def test_how_many_more_answers_it_takes() -> None:
    one = archive(12, labels={"kind": "call"}, numbers={"queue_wait_s": 5.0}, ratings=[4] * 12)
    (lack,) = [each for each in page(one).lacks if "more answers" in each.en]
    n = dict(lack.blanks)["n"]
    assert isinstance(n, Figure)
    assert n.estimate.value == 30 - 12
