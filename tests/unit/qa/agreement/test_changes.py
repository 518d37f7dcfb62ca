from __future__ import annotations

import pytest

from voxcx.domain.qa import Evidence, Severity, Verdict
from voxcx.qa.agreement.changes import Card, Judged
from voxcx.qa.agreement.tally import EXAMPLES, Tally


def judged(verdict: Verdict, severity: Severity = "plain", quote: str = "") -> Judged:
    return Judged(verdict, severity, (Evidence("agent", 3.0, 4.0, quote),) if quote else (), "why")


def card(score: float | None, unzeroed: float | None = None, **verdicts: Judged) -> Card:
    return Card(score, score if unzeroed is None else unzeroed, verdicts)


def test_what_stays_is_no_change() -> None:
    tally = Tally()

    assert tally.add("a", card(80, x=judged("met")), card(80, x=judged("met"))) is None
    assert (tally.compared, tally.changed) == (1, 0)
    (only,) = tally.criteria()
    assert (only.matrix["met"]["met"], only.changed.hits, only.changed.n) == (1, 0, 1)


def test_verdicts_scores_and_critical_errors_are_counted() -> None:
    tally = Tally()
    before = card(90, x=judged("met"), y=judged("met", "critical_customer"))
    after = card(0, 40, x=judged("not_met"), y=judged("not_met", "critical_customer"))

    change = tally.add("a", before, after)
    tally.add("b", after, before)
    tally.add("c", card(None, x=judged("undecided")), card(70, x=judged("met")))

    assert change is not None
    assert (change.gained, change.lost, change.score_change, change.unzeroed_change) == (("y",), (), -90, -50)
    assert change.verdicts == (("x", "met", "not_met"), ("y", "met", "not_met"))
    assert tally.critical() == (1, 1)
    assert (tally.with_error_before, tally.with_error_after) == (1, 1)
    scores = tally.scores.summary()
    assert (scores.interactions, scores.mean_before, scores.mean_after) == (2, 45.0, 45.0)
    assert (scores.raised, scores.lowered, scores.appeared, scores.vanished) == (1, 1, 1, 0)
    assert [one.criterion for one in tally.criteria()] == ["y", "x"]  # critical first


def test_a_score_that_is_zero_both_times_still_changed() -> None:
    tally = Tally()

    change = tally.add("a", card(0, 80, x=judged("met")), card(0, 60, x=judged("not_met")))

    assert change is not None
    assert (change.score_change, change.unzeroed_change) == (0, -20)
    assert tally.unzeroed.summary().lowered == 1


def test_the_most_telling_examples_stay() -> None:
    tally = Tally()
    for k in range(20):
        drop = float(k % 7)
        tally.add(f"i-{k:02}", card(90, x=judged("met")), card(90 - drop, x=judged("not_met", quote="нет")))

    (only,) = tally.criteria()

    assert len(only.examples) == EXAMPLES
    assert [(one.interaction, one.score_change) for one in only.examples] == [("i-06", -6), ("i-13", -6), ("i-05", -5)]
    shown = only.examples[0].shown
    assert shown is not None
    assert shown.quote == "нет"


def test_criteria_that_only_one_has_are_listed() -> None:
    tally = Tally()
    tally.add("a", card(1, x=judged("met"), old=judged("met")), card(1, x=judged("met"), new=judged("met")))

    assert (tally.removed, tally.added) == (("old",), ("new",))
    assert [one.criterion for one in tally.criteria()] == ["x"]


def test_a_share_that_changed_has_its_interval() -> None:
    tally = Tally()
    for k in range(10):
        tally.add(f"{k}", card(1, x=judged("met")), card(1, x=judged("met" if k < 8 else "undecided")))

    changed = tally.criteria()[0].changed

    assert (changed.value, changed.low, changed.high) == (
        0.2,
        pytest.approx(0.0567, abs=1e-4),
        pytest.approx(0.5098, abs=1e-4),
    )
