"""Laws of the interval algebra. Times are multiples of 1/8 s, which binary fractions hold exactly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.domain.intervals import (
    Interval,
    Intervals,
    bridge,
    clusters,
    crop,
    drop_shorter,
    gaps,
    holding,
    intersection,
    subtract,
    total_s,
    union,
)

times = st.integers(0, 320).map(lambda eighth: eighth / 8)
intervals = st.tuples(times, times).map(lambda pair: Interval(min(pair), max(pair)))
pieces = st.lists(intervals, max_size=12)
sets = pieces.map(union)
whole = Interval(0.0, 40.0)


def is_a_set(found: Intervals) -> bool:
    """Sorted, disjoint, not touching, nothing empty."""
    apart = all(a.end_s < b.start_s for a, b in pairwise(found))
    return apart and all(piece.duration_s > 0 for piece in found)


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_union_makes_a_set_and_is_idempotent(some: list[Interval]) -> None:
    once = union(some)
    assert is_a_set(once)
    assert union(once) == once == union(some, some)


@settings(max_examples=60, deadline=None)
@given(pieces, st.randoms(use_true_random=False))
def test_union_does_not_depend_on_order(some: list[Interval], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert union(shuffled) == union(some)


@settings(max_examples=60, deadline=None)
@given(sets, sets, sets)
def test_union_and_intersection_commute_and_associate(a: Intervals, b: Intervals, c: Intervals) -> None:
    assert union(a, b) == union(b, a)
    assert union(union(a, b), c) == union(a, union(b, c)) == union(a, b, c)
    assert intersection(a, b) == intersection(b, a)
    assert intersection(intersection(a, b), c) == intersection(a, intersection(b, c))
    assert intersection(a, union(b, c)) == union(intersection(a, b), intersection(a, c))


@settings(max_examples=60, deadline=None)
@given(sets, sets)
def test_lengths_add_up(a: Intervals, b: Intervals) -> None:
    assert total_s(union(a, b)) == total_s(a) + total_s(b) - total_s(intersection(a, b))
    assert total_s(subtract(a, b)) == total_s(a) - total_s(intersection(a, b))


@settings(max_examples=60, deadline=None)
@given(sets, sets)
def test_every_operation_gives_a_set(a: Intervals, b: Intervals) -> None:
    for found in (intersection(a, b), subtract(a, b), gaps(a, whole), crop(a, Interval(3.0, 9.0)), bridge(a, 0.5)):
        assert is_a_set(found)


@settings(max_examples=60, deadline=None)
@given(sets, intervals)
def test_gaps_are_the_complement(a: Intervals, within: Interval) -> None:
    free, taken = gaps(a, within), crop(a, within)
    assert intersection(free, a) == ()
    assert union(free, taken) == union([within])
    assert gaps(free, within) == taken


@settings(max_examples=60, deadline=None)
@given(sets, sets)
def test_subtract_splits_a_set_in_two(a: Intervals, b: Intervals) -> None:
    without, shared = subtract(a, b), intersection(a, b)
    assert intersection(without, b) == ()
    assert union(without, shared) == a


@settings(max_examples=60, deadline=None)
@given(sets, intervals)
def test_crop_is_idempotent_and_stays_inside(a: Intervals, within: Interval) -> None:
    inside = crop(a, within)
    assert crop(inside, within) == inside
    assert all(within.start_s <= piece.start_s and piece.end_s <= within.end_s for piece in inside)


@settings(max_examples=100, deadline=None)
@given(sets, intervals)
def test_crop_is_what_each_piece_shares(a: Intervals, within: Interval) -> None:
    assert crop(a, within) == tuple(shared for piece in a if (shared := piece & within))
    assert intersection(a, (within,)) == intersection((within,), a) == crop(a, within)


@settings(max_examples=60, deadline=None)
@given(sets, times)
def test_holding_finds_the_piece_that_a_moment_is_in(a: Intervals, moment: float) -> None:
    assert holding(a, moment) == next((piece for piece in a if moment in piece), None)


@settings(max_examples=60, deadline=None)
@given(sets, st.integers(0, 40), st.integers(0, 40))
def test_clusters_part_a_set_at_wide_gaps(a: Intervals, gap: int, least: int) -> None:
    gap_s, single_min_s = gap / 8, least / 8
    every = clusters(a, gap_s, 0.0)
    assert tuple(piece for group in every for piece in group) == a
    assert all(y.start_s - x.end_s <= gap_s for group in every for x, y in pairwise(group))
    assert all(later[0].start_s - earlier[-1].end_s > gap_s for earlier, later in pairwise(every))
    kept = clusters(a, gap_s, single_min_s)
    assert kept == tuple(group for group in every if len(group) > 1 or group[0].duration_s >= single_min_s)


@settings(max_examples=60, deadline=None)
@given(sets, st.integers(0, 40), st.integers(0, 40))
def test_bridge_is_monotone_and_leaves_only_wider_gaps(a: Intervals, one: int, other: int) -> None:
    narrow_s, wide_s = sorted((one / 8, other / 8))
    narrow, wide = bridge(a, narrow_s), bridge(a, wide_s)
    assert intersection(narrow, wide) == narrow
    assert intersection(a, narrow) == a
    assert all(b.start_s - x.end_s > wide_s for x, b in pairwise(wide))
    assert bridge(narrow, wide_s) == wide


@settings(max_examples=60, deadline=None)
@given(sets, st.integers(0, 40))
def test_drop_shorter_keeps_the_long_ones_untouched(a: Intervals, least: int) -> None:
    kept = drop_shorter(a, least / 8)
    assert set(kept) <= set(a)
    assert all((piece in kept) == (piece.duration_s >= least / 8) for piece in a)


@settings(max_examples=60, deadline=None)
@given(intervals, intervals, times)
def test_a_moment_is_in_the_meet_when_it_is_in_both(a: Interval, b: Interval, moment: float) -> None:
    meet = a & b
    assert (meet is not None and moment in meet) == (moment in a and moment in b)


def test_half_open_backwards_and_not_a_number() -> None:
    assert 1.0 in Interval(1.0, 2.0)
    assert 2.0 not in Interval(1.0, 2.0)
    assert Interval(1.0, 2.0) & Interval(2.0, 3.0) is None
    for start_s, end_s in ((2.0, 1.0), (float("nan"), 1.0), (0.0, float("nan"))):
        with pytest.raises(ValueError, match="runs forwards"):
            Interval(start_s, end_s)


def test_a_gap_of_exactly_the_limit_is_bridged_whatever_the_fractions() -> None:
    # 5.3 − 5.1 is 0.20000000000000018 in binary fractions; a person reads 0.2.
    assert bridge((Interval(4.0, 5.1), Interval(5.3, 6.0)), 0.2) == (Interval(4.0, 6.0),)
    assert len(bridge((Interval(4.0, 5.1), Interval(5.301, 6.0)), 0.2)) == 2
