"""Speech of one channel packed into windows, so that the recogniser spends its 30 s on words, not on silence.

A window is a run of pieces of speech, each with a little sound around it. Its words come back with times inside the
window; ``voxcx.transcribe.placing`` maps them to the call, into the speech that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.domain.intervals import Interval, Intervals, crop, gaps, holding, union

HALVINGS = 5  # of the search for the smallest length that gives no more windows
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

    def samples(self, audio: NDArray[np.float32], audio_start_s: float, rate_hz: int) -> NDArray[np.float32]:
        """The window's sound, cut out of ``audio`` that begins at ``audio_start_s`` of the call."""
        joint = np.zeros(round(self.joint_s * rate_hz), dtype=np.float32)
        cut: list[NDArray[np.float32]] = []
        for piece in self.pieces:
            first, last = (round((t - audio_start_s) * rate_hz) for t in (piece.start_s, piece.end_s))
            cut += [audio[first:last], joint]
        return np.concatenate(cut)


def pack(speech: Intervals, channel: int, duration_s: float, config: TranscribeConfig) -> tuple[Window, ...]:
    """Pad pieces (near ones become one), cut long ones at their widest pauses and fill windows of ≤ ``window_s``.

    The windows of a channel are of like length: a short last one would give the recogniser little to go by, and it
    loops on such. That is not worth a word cut in two.
    """
    full = _filled(speech, channel, duration_s, config)
    low_s, high_s = config.window_s / 2, config.window_s
    for _ in range(HALVINGS if len(full) > 1 else 0):
        middle_s = (low_s + high_s) / 2
        tried = _filled(speech, channel, duration_s, config.model_copy(update={"window_s": middle_s}))
        if len(tried) > len(full) or _severed(tried, speech) > _severed(full, speech):
            low_s = middle_s
        else:
            full, high_s = tried, middle_s
    return full


def _filled(speech: Intervals, channel: int, duration_s: float, config: TranscribeConfig) -> tuple[Window, ...]:
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


def _severed(windows: tuple[Window, ...], speech: Intervals) -> int:
    """Cuts in the middle of speech."""
    return sum(holding(speech, piece.end_s) is not None for window in windows for piece in window.pieces)


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
