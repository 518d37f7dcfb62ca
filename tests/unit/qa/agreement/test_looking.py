from __future__ import annotations

from voxcx.domain.qa import Verdict
from voxcx.qa.agreement.looking import Candidate, Chooser, Lesson, Look, lessons_of, lot
from voxcx.qa.agreement.verdicts import Pair

LESSONS: dict[tuple[str, Verdict], Lesson] = {
    ("x", "met"): Lesson(0, 50),
    ("x", "not_met"): Lesson(12, 20),
    ("y", "met"): Lesson(1, 50),
}


def chosen(wanted: int, candidates: list[Candidate], rates: dict[str, float] | None = None) -> tuple[Look, ...]:
    chooser = Chooser(wanted, LESSONS, rates or {})
    for one in candidates:
        chooser.see(one)
    return chooser.chosen()


def archive(n: int) -> list[Candidate]:
    return [Candidate(f"i-{k:04}", {"x": "not_met" if k % 100 == 0 else "met", "y": "met"}) for k in range(n)]


def test_three_of_ten_are_random_and_the_others_teach_most() -> None:
    looks = chosen(20, archive(3000))

    picked = [one for one in looks if not one.random]
    assert (len(looks), len(picked)) == (20, 14)
    assert sum("x is not_met: people disagreed with 12 of 20" in one.reason for one in picked) > 5
    assert len({one.interaction for one in looks}) == 20


def test_the_order_of_the_archive_does_not_matter() -> None:
    assert chosen(10, archive(500)) == chosen(10, archive(500)[::-1])


def test_random_ones_are_those_with_the_highest_lots() -> None:
    looks = chosen(10, archive(400))

    highest = sorted((one.interaction for one in archive(400)), key=lot, reverse=True)[:3]
    assert [one.interaction for one in looks if one.random] == highest


def test_without_lessons_all_are_random() -> None:
    chooser = Chooser(10, {}, {})
    for one in archive(100):
        chooser.see(one)

    assert all(one.random for one in chooser.chosen())


def test_a_marked_one_may_be_drawn_but_is_never_picked() -> None:
    marked = [Candidate(one.interaction, one.verdicts, None, marked=True) for one in archive(10)]

    looks = chosen(10, marked)

    assert [one.random for one in looks] == [True, True, True]
    assert all("already marked" in one.reason for one in looks)


def test_rare_and_badly_heard_ones_come_first() -> None:
    quiet = Candidate("quiet", {"x": "met", "y": "met"}, 0.4)
    rare = Candidate("rare", {"x": "not_met", "y": "met"})
    looks = chosen(3, [*archive(1)[:0], Candidate("usual", {"x": "met", "y": "met"}, 0.95), quiet, rare], {"x": 0.01})

    picked = {one.interaction: one.reason for one in looks if not one.random}
    assert "rare" in picked or "rare" in {one.interaction for one in looks}
    assert picked.get("rare", "x is not_met, which is rare (1.0%)").startswith("x is not_met, which is rare (1.0%)")


def test_criteria_that_nobody_marks_are_no_reason() -> None:
    looks = chosen(4, [Candidate("a", {"z": "undecided"}), Candidate("b", {"x": "undecided"})])

    assert [one.interaction for one in looks if not one.random] in (["b"], [])


def test_lessons_count_where_people_disagreed() -> None:
    pairs = [
        Pair("1", "met", "met"),
        Pair("2", "met", "not_met"),
        Pair("3", "met", None),
        Pair("4", "met", "undecided"),
    ]

    assert lessons_of({"x": pairs}) == {("x", "met"): Lesson(1, 2)}
