"""What was heard against what was said: word errors, words outside speech, errors of word starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import jiwer

from asr.child import Channel
from references import TAG, Known, Segment, normal

OUTSIDE_S = 0.5
SAME_WORD_S = 2.0

Timed = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Over all channels together; a channel in which nothing was said counts its words as insertions."""

    wer: float
    substitutions: int
    deletions: int
    insertions: int


@dataclass(frozen=True, slots=True)
class Outside:
    """A word where nobody of its party spoke, and the nearest segment in which somebody did."""

    call: str
    role: str
    start_s: float
    end_s: float
    text: str
    away_s: float | None
    nearest: Segment | None


@dataclass(frozen=True, slots=True)
class Starts:
    """|start of the recognised word − start of the segment it opens| over the segments where it was recognised."""

    median_s: float | None
    p95_s: float | None
    count: int
    tried: int


def word_errors(known: Sequence[Known], calls: Sequence[Sequence[Channel]], language: str) -> WordErrors:
    """WER with S, D, I over all channels."""
    pairs = [
        (call.said(role, language), normal(channel["text"], language))
        for call, channels in zip(known, calls, strict=True)
        for role, channel in zip(call.roles, channels, strict=True)
    ]
    out = jiwer.process_words([said for said, _ in pairs], [heard for _, heard in pairs])
    return WordErrors(out.wer, out.substitutions, out.deletions, out.insertions)


def outside_speech(known: Sequence[Known], calls: Sequence[Sequence[Channel]]) -> list[Outside]:
    """Words further than OUTSIDE_S from any segment in which their party spoke."""
    found = []
    for call, role, words in _by_party(known, calls):
        spoken = [segment for segment in call.segments(role) if segment.is_speech]
        for text, start_s, end_s in words:
            ranked = [(max(s.start_s - end_s, start_s - s.end_s, 0.0), s) for s in spoken]
            away_s, nearest = min(ranked, key=lambda pair: pair[0], default=(None, None))
            if away_s is None or away_s > OUTSIDE_S:
                found.append(Outside(call.name, role, start_s, end_s, text.strip(), away_s, nearest))
    return found


def start_errors(known: Sequence[Known], calls: Sequence[Sequence[Channel]], language: str) -> Starts:
    """Errors of the start of each segment's first word, where the recogniser has that word within SAME_WORD_S."""
    errors, tried = [], 0
    for call, role, words in _by_party(known, calls):
        heard = [(_first(normal(text, language)), start_s) for text, start_s, _ in words]
        for segment in call.segments(role):
            if not (wanted := _opening_word(segment, language)):
                continue
            tried += 1
            off_s = min((abs(start_s - segment.start_s) for word, start_s in heard if word == wanted), default=None)
            if off_s is not None and off_s <= SAME_WORD_S:
                errors.append(off_s)
    if len(errors) < 2:
        return Starts(median(errors) if errors else None, None, len(errors), tried)
    return Starts(median(errors), quantiles(errors, n=20, method="inclusive")[-1], len(errors), tried)


def _opening_word(segment: Segment, language: str) -> str:
    """The segment's first word; nothing where a tag or a filler («uh») opens it: then nobody wrote when it starts."""
    for piece in segment.text.split():
        if TAG.search(piece):
            return ""
        if any(letter.isalnum() for letter in piece):
            return _first(normal(piece, language))
    return ""


def _first(text: str) -> str:
    return text.split(maxsplit=1)[0] if text else ""


def _by_party(known: Sequence[Known], calls: Sequence[Sequence[Channel]]) -> Iterator[tuple[Known, str, list[Timed]]]:
    for call, channels in zip(known, calls, strict=True):
        for role, channel in zip(call.roles, channels, strict=True):
            yield call, role, channel["words"]
