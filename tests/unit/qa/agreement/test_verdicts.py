from __future__ import annotations

import pytest

from voxcx.domain.qa import Verdict
from voxcx.qa.agreement.critical import critical_of
from voxcx.qa.agreement.verdicts import Pair, agreement_of, consensus

M, E, N, U = "met", "not_met", "not_applicable", "undecided"


def pairs(*groups: tuple[int, Verdict, Verdict | None]) -> list[Pair]:
    """(how many, machine, people)"""
    made = [(machine, people) for count, machine, people in groups for _ in range(count)]
    return [Pair(f"i-{k}", machine, people) for k, (machine, people) in enumerate(made)]


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ([M], M),
        ([M, M, E], M),
        ([M, E], None),
        ([M, U], M),
        ([U, U], U),
        ([], U),
        ([N, N, M, M, E], None),
    ],
)
def test_what_people_say_together(said: list[Verdict], together: Verdict | None) -> None:
    assert consensus(said) == together


def test_every_figure_of_a_criterion_by_hand() -> None:
    made = agreement_of(
        pairs(
            *((60, M, M), (8, M, E), (20, E, E), (2, E, M)),  # both decided: 90, 80 the same
            *((3, E, N), (4, N, N), (1, N, E), (2, N, M)),  # one says that it does not apply
            *((5, U, M), (6, U, E), (1, U, N)),  # the machine is silent
            *((2, M, U), (3, M, None)),  # people are
        )
    )

    assert (made.marked, made.unsure, made.split) == (117, 2, 3)
    assert (made.agreement.hits, made.agreement.n) == (80, 90)
    # chance: met 68/90 × 62/90, not met 22/90 × 28/90
    chance = (68 * 62 + 22 * 28) / 90**2
    assert made.kappa.value == pytest.approx((80 / 90 - chance) / (1 - chance))
    assert (made.precision.hits, made.precision.n) == (20, 25)  # 3 called errors where nothing applies
    assert (made.recall.hits, made.recall.n) == (20, 29)  # 8 called met, 1 not applicable
    assert (made.recall_of_all.hits, made.recall_of_all.n) == (20, 35)  # 6 undecided are not found
    assert (made.specificity.hits, made.specificity.n) == (66, 71)  # met 62, not applicable 7 + met as n.a. 2
    assert (made.error_rate.hits, made.error_rate.n) == (35, 104)
    assert (made.machine_error_rate.hits, made.machine_error_rate.n) == (25, 93)
    assert (made.undecided.hits, made.undecided.n) == (12, 112)
    assert made.undecided_by_people == {M: 5, E: 6, N: 1}
    assert (made.applies.hits, made.applies.n) == (94, 100)
    assert made.matrix[E] == {M: 8, E: 20, N: 1, U: 6}


def test_sample_size_follows_the_error_rate() -> None:
    made = agreement_of(pairs((80, M, M), (10, E, E), (10, M, E)))
    five, ten = made.for_recall

    # recall 10 of 20, moved half a case: 10.5 ÷ 21; errors 20.5 of 101 interactions
    assert (five.cases, ten.cases, five.seen) == (385, 97, 20)
    assert (five.interactions, five.more) == (round(385 * 101 / 20.5), round(385 * 101 / 20.5) - 100)


def test_one_class_only_says_why() -> None:
    made = agreement_of(pairs((40, M, M)))

    assert made.agreement.value == 1.0
    assert made.kappa.value is None
    assert made.precision.value is None
    assert made.recall.value is None
    assert made.precision.reason == "the machine found no error"
    assert made.specificity.value == 1.0
    assert made.for_recall[0].seen == 0


def test_nothing_at_all_is_no_zero() -> None:
    made = agreement_of([])

    assert made.agreement.value is None
    assert made.undecided.value is None
    assert made.ac1.value is None


def test_critical_errors_per_interaction_by_hand() -> None:
    rows = [
        ({"a": E, "b": M}, {"a": E, "b": M}),  # seen by both
        ({"a": M, "b": E}, {"a": E, "b": M}),  # another criterion, the same answer about the interaction
        ({"a": M, "b": U}, {"a": M, "b": E}),  # missed: undecided is not found
        ({"a": M, "b": M}, {"a": M, "b": N}),  # clean for both
        ({"a": E, "b": M}, {"a": M, "b": M}),  # false alarm
        ({"a": N, "b": N}, {"a": N, "b": N}),  # the kind does not apply
        ({"a": M, "b": M}, {"a": M}),  # b was left open
        ({"a": M, "b": M}, {"a": M, "b": None}),  # people are split
    ]
    made = critical_of(rows, ("a", "b", "c"))

    assert (made.criteria, made.not_marked) == (("a", "b"), ("c",))
    assert (made.interactions, made.incomplete) == (5, 2)
    assert (made.sensitivity.hits, made.sensitivity.n) == (2, 3)
    assert (made.specificity.hits, made.specificity.n) == (1, 2)
    assert (made.prevalence.hits, made.machine_prevalence.hits) == (3, 3)


def test_a_kind_that_nobody_marked_says_nothing() -> None:
    made = critical_of([({"a": E}, {})], ("a",))

    assert made.criteria == ()
    assert made.not_marked == ("a",)
    assert made.sensitivity.value is None


def test_a_known_error_stands_whatever_else_is_open() -> None:
    made = critical_of([({"a": E, "b": M}, {"a": E, "b": "undecided"}), ({"a": M, "b": M}, {"a": M, "b": None})], "ab")

    assert (made.interactions, made.incomplete, made.sensitivity.hits) == (1, 1, 1)
