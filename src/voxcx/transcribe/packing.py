"""Speech of one channel packed into windows, so that the recogniser spends its 30 s on words, not on silence.

A window is a run of pieces of speech joined by short silences. Its words come back with times inside the window;
``Window.to_call`` maps them to the call exactly, into the piece that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.domain.intervals import Interval, Intervals, crop, gaps, union

LONGEST_SPAN_S = 120.0  # of the call that one window may reach over: bounds what has to be kept in memory


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of one channel, with the silence between them in the window."""

    channel: int
    pieces: Intervals
    joint_s: float

    @property
    def start_s(self) -> float:
        """Where the first piece starts in the call."""
        return self.pieces[0].start_s

    @property
    def end_s(self) -> float:
        """Where the last piece ends in the call."""
        return self.pieces[-1].end_s

    def offsets(self) -> Iterator[tuple[float, Interval]]:
        """Each piece with where it starts inside the window."""
        at_s = 0.0
        for piece in self.pieces:
            yield at_s, piece
            at_s += piece.duration_s + self.joint_s

    def piece_at(self, time_s: float) -> tuple[float, Interval]:
        """The piece that a moment of the window is in or nearest to, with that piece's offset."""
        return min(self.offsets(), key=lambda pair: _distance(time_s, pair[0], pair[0] + pair[1].duration_s))

    def to_call(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Times inside the window → times of the call, kept inside one piece (that of the word's middle)."""
        offset_s, piece = self.piece_at((start_s + end_s) / 2)
        lo, hi = (min(max(t - offset_s + piece.start_s, piece.start_s), piece.end_s) for t in (start_s, end_s))
        return lo, max(lo, hi)

    def samples(self, audio: NDArray[np.float32], audio_start_s: float, rate_hz: int) -> NDArray[np.float32]:
        """The window's sound, cut out of ``audio`` that begins at ``audio_start_s`` of the call."""
        joint = np.zeros(round(self.joint_s * rate_hz), dtype=np.float32)
        cut: list[NDArray[np.float32]] = []
        for piece in self.pieces:
            first, last = (round((t - audio_start_s) * rate_hz) for t in (piece.start_s, piece.end_s))
            cut += [audio[first:last], joint]
        return np.concatenate(cut)


def pack(speech: Intervals, channel: int, duration_s: float, config: TranscribeConfig) -> tuple[Window, ...]:
    """Pad pieces (near ones become one), cut long ones at their widest pauses and fill windows of ≤ ``window_s``."""
    whole = Interval(0.0, duration_s)
    padded = (Interval(max(0.0, p.start_s - config.pad_s), p.end_s + config.pad_s) for p in speech)
    pieces = [part for piece in crop(union(padded), whole) for part in _cut(piece, speech, config.window_s)]
    windows: list[list[Interval]] = []
    for piece in pieces:
        if windows and _fits(windows[-1], piece, config):
            windows[-1].append(piece)
        else:
            windows.append([piece])
    return tuple(Window(channel, tuple(group), config.joint_silence_s) for group in windows)


def trimmed(start_s: float, end_s: float, speech: Intervals) -> tuple[float, float]:
    """A word's times without the silence around the speech that it overlaps; unchanged where nothing was heard."""
    if end_s <= start_s:
        return start_s, end_s
    heard = crop(speech, Interval(start_s, end_s))
    return (heard[0].start_s, heard[-1].end_s) if heard else (start_s, end_s)


def _fits(group: list[Interval], piece: Interval, config: TranscribeConfig) -> bool:
    length_s = sum(p.duration_s + config.joint_silence_s for p in group) + piece.duration_s
    return length_s <= config.window_s and piece.end_s - group[0].start_s <= LONGEST_SPAN_S


def _cut(piece: Interval, speech: Intervals, longest_s: float) -> Iterator[Interval]:
    """Cut at the widest pause near the limit; speech without any pause is cut at the limit."""
    while piece.duration_s > longest_s:
        search = Interval(piece.start_s + longest_s / 2, piece.start_s + longest_s)
        pauses = gaps(crop(speech, search), search)
        widest = max(pauses, key=lambda pause: pause.duration_s, default=None)
        at_s = search.end_s if widest is None else (widest.start_s + widest.end_s) / 2
        yield Interval(piece.start_s, at_s)
        piece = Interval(at_s, piece.end_s)
    yield piece


def _distance(time_s: float, start_s: float, end_s: float) -> float:
    return max(start_s - time_s, time_s - end_s, 0.0)
