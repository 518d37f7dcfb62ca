"""Times inside a window → times of the call: every word lies in the speech that it belongs to, or nowhere.

Alignment puts a word's edges anywhere in the pauses around it, and a window has pauses of the call cut out. A pause
goes to the word behind it: its start comes too early, its end is right. So a word belongs to the stretch of speech
that it ends in, else to the one it shares most time with, and its edges stay inside that stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxcx.domain.intervals import Interval, Intervals, crop
from voxcx.transcribe.decoding import HeardWord
from voxcx.transcribe.packing import Window

REACH_S = 0.4  # a word that touches no speech may belong to speech this near: the padding around each piece
END_S = 0.06  # of a word that lies in a stretch at least, for it to end there: three steps of the alignment
SHARED_S = 0.15  # a further stretch of speech is part of the word when they share at least this …
BREATH_S = 1.0  # … and the pause before it is no longer (a number said in groups is one word)
SHORTEST_S = 0.02  # of a word; two words may be aligned to the same instant


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Speech inside a window: where it lies there, and how far that is from the call's time."""

    start_s: float
    end_s: float
    to_call_s: float

    def shared_s(self, word: HeardWord) -> float:
        """Time in common with a word; negative is the distance between them."""
        return min(self.end_s, word.end_s) - max(self.start_s, word.start_s)


def place(words: tuple[HeardWord, ...], window: Window, speech: Intervals) -> Iterator[tuple[HeardWord, Interval]]:
    """Words with their time in the call, in order; a word that no speech is near to is left out."""
    stretches = [
        _Stretch(
            part.start_s - piece.start_s + offset_s, part.end_s - piece.start_s + offset_s, piece.start_s - offset_s
        )
        for offset_s, piece in window.offsets()
        for part in crop(speech, piece)
    ]
    not_before_s = 0.0
    for word in words:
        time = _time_of(word, stretches)
        if time is not None:
            start_s = max(time.start_s, not_before_s)  # words come in the order in which they were said
            not_before_s = start_s
            yield word, Interval(start_s, max(time.end_s, start_s))


def _time_of(word: HeardWord, stretches: list[_Stretch]) -> Interval | None:
    main = max(range(len(stretches)), key=lambda k: _claim(stretches[k], word), default=None)
    if main is None or stretches[main].shared_s(word) < -REACH_S:
        return None
    first = last = main
    while first > 0 and _goes_on(stretches[first - 1], stretches[first], stretches[first - 1].shared_s(word)):
        first -= 1
    while last + 1 < len(stretches) and _goes_on(
        stretches[last], stretches[last + 1], stretches[last + 1].shared_s(word)
    ):
        last += 1
    begin, end = stretches[first], stretches[last]
    # A stretch may be shorter than the shortest word: a window's edge cuts speech anywhere.
    latest_s, soonest_s = max(begin.start_s, begin.end_s - SHORTEST_S), min(end.end_s, end.start_s + SHORTEST_S)
    start_s = min(max(word.start_s, begin.start_s), latest_s) + begin.to_call_s
    end_s = max(min(word.end_s, end.end_s), soonest_s) + end.to_call_s
    return Interval(start_s, max(end_s, min(start_s + SHORTEST_S, end.end_s + end.to_call_s)))


def _claim(stretch: _Stretch, word: HeardWord) -> tuple[bool, float]:
    """How much a stretch has of a word: its end before all, then the time they share."""
    shared_s = stretch.shared_s(word)
    return shared_s >= END_S and stretch.start_s <= word.end_s - END_S < stretch.end_s, shared_s


def _goes_on(left: _Stretch, right: _Stretch, shared_s: float) -> bool:
    """One word over both: it shares enough with the further stretch, and the call's pause between is a breath."""
    pause_s = (right.start_s + right.to_call_s) - (left.end_s + left.to_call_s)
    return shared_s >= SHARED_S and pause_s <= BREATH_S
