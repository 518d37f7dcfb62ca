"""A clip as it is said in one call: pitch and level of that call's voice, its speech and words in frames of 10 ms.

Speech is what lies within 40 dB of the clip's loudest frame; gaps under 0.20 s are bridged, pieces under 0.10 s are
dropped, and sound before the first piece and after the last is cut away. Words are spread over the speech by their
letters; a pause inside a clip falls between two words, after a mark of punctuation where one is near. A word's time is
therefore right at the edges of pieces and an estimate in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voxcx.simulation.calls.clips import Clip, ClipKind
from voxcx.simulation.calls.frames import FRAME, Span
from voxcx.simulation.calls.signals import RATE_HZ, Samples

BRIDGE_BELOW = 20  # frames
DROP_BELOW = 10
BELOW_LOUDEST_DB = 40.0
SPEECH_DB = -23.0  # RMS of a clip's speech before a call's own level
LOUDEST_PEAK = 0.6
CUT_REACH = 15  # a cut is made in the quietest frame this near to the end of a word
CUT_FADE = RATE_HZ * 15 // 1000
MARK_BONUS = 0.12  # of the clip: how much further off a boundary with punctuation may be and still take the pause


@dataclass(frozen=True, slots=True)
class Said:
    """One word and its frames from the clip's start."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Voiced:
    """A clip that begins and ends with speech, in whole frames. ``cut`` when it breaks off."""

    kind: ClipKind
    words: tuple[Said, ...]
    pieces: tuple[Span, ...]
    sound: Samples
    cut: bool = False

    @property
    def length(self) -> int:
        """Frames."""
        return self.pieces[-1][1]

    @property
    def text(self) -> str:
        """The words that are heard."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def loudness(self) -> NDArray[np.float64]:
        """RMS of each frame."""
        return frame_rms(self.sound)


def voiced(clip: Clip, pitch: float, gain_db: float) -> Voiced | None:
    """The clip ``pitch`` times as high and as fast; None where there is no speech in it."""
    found = _trimmed(_pitched(clip.sound, pitch))
    if found is None:
        return None
    sound, pieces = found
    spoken = np.concatenate([frame_rms(sound)[start:end] for start, end in pieces])
    usual = min(10 ** (SPEECH_DB / 20) / float(np.sqrt((spoken**2).mean())), LOUDEST_PEAK / float(np.abs(sound).max()))
    loud = (sound * np.float32(usual * 10 ** (gain_db / 20))).astype(np.float32)
    return Voiced(clip.kind, spread(clip.text, pieces), pieces, loud)


def broken_off(said: Voiced, earliest: int, latest: int, wanted: int) -> Voiced | None:
    """The clip cut after the word whose end is nearest to ``wanted``, in a quiet frame between the two limits."""
    ends = [word.end for word in said.words[:-1] if earliest <= word.end <= latest]
    if not ends:
        return None
    after = min(ends, key=lambda end: abs(end - wanted))
    first, last = max(earliest, after - CUT_REACH), min(latest, after + CUT_REACH)
    at = first + int(said.loudness[first : last + 1].argmin())
    sound = said.sound[: at * FRAME].copy()
    sound[-CUT_FADE:] *= np.linspace(1.0, 0.0, CUT_FADE, dtype=np.float32)
    pieces = speech_of(sound)
    if not pieces or pieces[0][0] != 0:
        return None
    end = pieces[-1][1]
    words = tuple(replace(word, end=min(word.end, end)) for word in said.words if word.end <= after)
    words = (*words[:-1], replace(words[-1], end=end))
    if any(word.start >= word.end for word in words):
        return None
    return Voiced(said.kind, words, pieces, sound[: end * FRAME], cut=True)


def speech_of(sound: Samples) -> tuple[Span, ...]:
    """Frames of speech: bridged, without short pieces."""
    level = frame_rms(sound)
    heard = level > float(level.max(initial=0.0)) * 10 ** (-BELOW_LOUDEST_DB / 20)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], heard, [0]))))
    pieces: list[Span] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if pieces and start - pieces[-1][1] < BRIDGE_BELOW:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return tuple(piece for piece in pieces if piece[1] - piece[0] >= DROP_BELOW)


def frame_rms(sound: Samples) -> NDArray[np.float64]:
    """RMS of each whole frame."""
    frames = sound[: sound.size // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    return np.asarray(np.sqrt((frames**2).mean(axis=1)), dtype=np.float64)


def spread(text: str, pieces: tuple[Span, ...]) -> tuple[Said, ...]:
    """The clip's words with their frames."""
    words = text.split()
    weights = np.array([max(1, sum(sign.isalpha() for sign in word)) for word in words])
    groups = _grouped(words, weights / weights.sum(), pieces)
    said: list[Said] = []
    for (first, end), (start, stop) in zip(groups, pieces, strict=False):
        shares = np.concatenate(([0], np.cumsum(weights[first:end]))) / max(1, weights[first:end].sum())
        edges = np.rint(start + shares * (stop - start)).astype(int).tolist()
        said += [Said(word, *span) for word, span in zip(words[first:end], _pairs(edges), strict=True)]
    return tuple(said)


def _pairs(edges: list[int]) -> list[Span]:
    return list(pairwise(edges))


def _grouped(words: list[str], shares: NDArray[np.float64], pieces: tuple[Span, ...]) -> list[Span]:
    """Which words lie in which piece, as [first, end) of the words."""
    if len(words) < len(pieces):  # a pause inside a word: all words over all of it is the best that can be said
        return _few(len(words))
    before = np.cumsum(shares)[:-1]
    lengths = np.array([end - start for start, end in pieces])
    pauses = np.cumsum(lengths)[:-1] / lengths.sum()
    bonus = np.array([0.0 if word[-1].isalnum() else MARK_BONUS for word in words[:-1]])
    bounds = [0]
    for number, pause in enumerate(pauses.tolist(), start=1):
        last = len(words) - (len(pieces) - number)  # every later piece needs a word
        options = range(bounds[-1] + 1, last + 1)
        off = np.abs(before - pause) - bonus
        bounds.append(options[int(off[options.start - 1 : options.stop - 1].argmin())])
    return _pairs([*bounds, len(words)])


def _few(n_words: int) -> list[Span]:
    return [(number, number + 1) for number in range(n_words)]


def _trimmed(sound: Samples) -> tuple[Samples, tuple[Span, ...]] | None:
    pieces = speech_of(sound)
    if not pieces:
        return None
    first, end = pieces[0][0], pieces[-1][1]
    kept = sound[first * FRAME : end * FRAME]
    return kept, tuple((start - first, stop - first) for start, stop in pieces)


def _pitched(sound: Samples, pitch: float) -> Samples:
    """Resampled as a whole through its spectrum; silence around it keeps the ends from meeting."""
    padded = np.pad(sound, FRAME)
    size = round(padded.size / pitch)
    spectrum = np.fft.rfft(padded)
    kept = np.zeros(size // 2 + 1, dtype=spectrum.dtype)
    both = min(kept.size, spectrum.size)
    kept[:both] = spectrum[:both]
    return np.asarray(np.fft.irfft(kept, size) * (size / padded.size), dtype=np.float32)
