"""The algebra of time: half-open intervals [start_s, end_s) and sets of them.

A *set* of intervals (``Intervals``) is a tuple that is sorted, disjoint and not touching; ``union`` makes one from
anything, and every other function takes and gives such sets, so overlap, silence and holds are one line each.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from voxcx.units import INSTANT_S

_start_s, _end_s, _span_s = attrgetter("start_s"), attrgetter("end_s"), attrgetter("start_s", "end_s")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open stretch of time; ``end_s`` itself is outside. Refuses to run backwards."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not self.start_s <= self.end_s:
            raise ValueError(f"an interval runs forwards, got [{self.start_s}, {self.end_s})")

    @property
    def duration_s(self) -> float:
        """Length in seconds, ≥ 0."""
        return self.end_s - self.start_s

    def __and__(self, other: Interval) -> Interval | None:
        """What both share, or None."""
        start_s, end_s = max(self.start_s, other.start_s), min(self.end_s, other.end_s)
        return Interval(start_s, end_s) if start_s < end_s else None

    def __contains__(self, time_s: float) -> bool:
        return self.start_s <= time_s < self.end_s


Intervals = tuple[Interval, ...]


def union(*groups: Iterable[Interval]) -> Intervals:
    """Every moment that is in any of the given intervals, as a set (touching pieces joined, empty ones gone).

    >>> union([Interval(2, 3), Interval(0, 1)], [Interval(1, 1.5)])
    (Interval(start_s=0, end_s=1.5), Interval(start_s=2, end_s=3))
    """
    return bridge((piece for group in groups for piece in group), 0.0)


def bridge(pieces: Iterable[Interval], gap_s: float) -> Intervals:
    """Join pieces whose gap is at most ``gap_s`` (to a microsecond: a gap of 0.2 s is 0.2 s in any fractions)."""
    joined: list[Interval] = []
    for piece in sorted([piece for piece in pieces if piece.end_s > piece.start_s], key=_span_s):
        last = joined[-1] if joined else None
        if last is None or piece.start_s - last.end_s > gap_s + INSTANT_S:
            joined.append(piece)
        elif piece.end_s > last.end_s:
            joined[-1] = Interval(last.start_s, piece.end_s)
    return tuple(joined)


def intersection(left: Intervals, right: Intervals) -> Intervals:
    """Every moment that is in both sets."""
    if len(left) == 1:
        return crop(right, left[0])
    return crop(left, right[0]) if len(right) == 1 else tuple(_shared(left, right))


def _shared(left: Intervals, right: Intervals) -> Iterator[Interval]:
    i = j = 0
    while i < len(left) and j < len(right):
        if both := left[i] & right[j]:
            yield both
        if left[i].end_s <= right[j].end_s:
            i += 1
        else:
            j += 1


def gaps(pieces: Intervals, within: Interval) -> Intervals:
    """The complement of a set inside ``within``."""
    edges = [within.start_s]
    for piece in crop(pieces, within):
        edges += [piece.start_s, piece.end_s]
    edges.append(within.end_s)
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Interval(start_s, end_s) for start_s, end_s in pairs if start_s < end_s)


def subtract(left: Intervals, right: Intervals) -> Intervals:
    """Every moment of ``left`` that is not in ``right``."""
    return tuple(piece for whole in left for piece in gaps(right, whole))


def crop(pieces: Intervals, within: Interval) -> Intervals:
    """The part of a set inside ``within``, found by bisection: a call of ten hours is asked thousands of times."""
    if within.duration_s <= 0:
        return ()
    first = bisect_right(pieces, within.start_s, key=_end_s)
    end = bisect_left(pieces, within.end_s, lo=first, key=_start_s)
    touched = list(pieces[first:end])
    for edge in {0, len(touched) - 1} if touched else ():
        piece = touched[edge]
        touched[edge] = Interval(max(piece.start_s, within.start_s), min(piece.end_s, within.end_s))
    return tuple(touched)


def holding(pieces: Intervals, time_s: float) -> Interval | None:
    """The piece that a moment is in, or None; pieces are in order and disjoint, and may touch."""
    index = bisect_right(pieces, time_s, key=_start_s) - 1
    return pieces[index] if index >= 0 and time_s in pieces[index] else None


def clusters(pieces: Intervals, gap_s: float, single_min_s: float) -> tuple[Intervals, ...]:
    """Groups of pieces with gaps of at most ``gap_s``; a lone piece shorter than ``single_min_s`` makes no group.

    >>> clusters((Interval(0, 1), Interval(2, 3), Interval(9, 9.1)), 2.0, 0.5)
    ((Interval(start_s=0, end_s=1), Interval(start_s=2, end_s=3)),)
    """
    groups = (crop(pieces, run) for run in bridge(pieces, gap_s))
    return tuple(group for group in groups if len(group) > 1 or total_s(group) >= single_min_s - INSTANT_S)


def drop_shorter(pieces: Intervals, minimum_s: float) -> Intervals:
    """Pieces of at least ``minimum_s``."""
    return tuple(piece for piece in pieces if piece.duration_s >= minimum_s)


def total_s(pieces: Iterable[Interval]) -> float:
    """Sum of durations in seconds."""
    return sum((piece.duration_s for piece in pieces), 0.0)
