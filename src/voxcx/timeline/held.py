"""Holds as they are heard once talk has begun.

A hold is music or ringing (a transfer: two bursts, or one beside music) from its start to its end, pauses without a
voice bridged; or mutual silence of at least ``hold_silence_min_s`` that begins at most ``hold_phrase_within_s`` after
an utterance with a hold phrase, up to the next word. Any other silence is a silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.intervals import Interval, Intervals, bridge, crop, drop_shorter, gaps, intersection, union
from voxcx.domain.timeline import Phase
from voxcx.timeline.confidence import confidence
from voxcx.timeline.cues import Phrases
from voxcx.timeline.sounds import Sounds
from voxcx.units import INSTANT_S

PAUSE_S = 6.0  # between two bursts of ringing, or where a tune begins anew
PHRASE_NEAR_S = 15.0  # a request so soon before music, or thanks so soon after it, speak for a hold
EDGE_S = 0.5  # times of words and of sounds come from different detectors


def hear_holds(sounds: Sounds, phrases: Phrases, talk: Interval, *, deaf: bool) -> tuple[Phase, ...]:
    """Holds within what is talk otherwise, in order. ``deaf``: silence cannot be told, so music alone is a hold."""
    audible = tuple(_audible(sounds, talk))
    silent = () if deaf else tuple(_silent(sounds, phrases, talk, audible))
    found = []
    for span in union(audible, silent):
        evidence = set(_evidence(span, sounds, phrases))
        evidence |= {"silence after a phrase"} if crop(silent, span) else set()
        found.append(Phase("hold", span, "audio", confidence(evidence, parted=sounds.parted)))
    return tuple(found)


def _audible(sounds: Sounds, talk: Interval) -> Iterator[Interval]:
    ringing, music = crop(sounds.of("ringback"), talk), crop(sounds.music, talk)
    for run in _runs(union(ringing, music), sounds.anybody):
        if crop(music, run) or len(crop(ringing, run)) > 1:
            yield run


def _runs(pieces: Intervals, voices: Intervals) -> Iterator[Interval]:
    """Pieces joined across pauses in which nobody speaks."""
    for run in bridge(pieces, PAUSE_S):
        pauses = gaps(pieces, run)
        broken = tuple(pause for pause in pauses if drop_shorter(crop(voices, pause), EDGE_S))
        yield from gaps(broken, run)


def _silent(sounds: Sounds, phrases: Phrases, talk: Interval, audible: Intervals) -> Iterator[Interval]:
    rules = sounds.rules
    for part in gaps(audible, talk):
        for silence in gaps(sounds.anybody, part):
            waits_s = [silence.start_s - phrase.end_s for phrase in phrases.requests]
            asked = any(-EDGE_S <= wait_s <= rules.hold_phrase_within_s + INSTANT_S for wait_s in waits_s)
            if asked and silence.duration_s >= rules.hold_silence_min_s - INSTANT_S:
                yield silence


def _evidence(span: Interval, sounds: Sounds, phrases: Phrases) -> Iterator[str]:
    if intersection(sounds.music, (span,)):
        yield "music"
        if crop(phrases.requests, Interval(span.start_s - PHRASE_NEAR_S, span.start_s)):
            yield "request"
    if crop(sounds.of("ringback"), span):
        yield "ringing"
    if crop(phrases.returns, Interval(span.end_s, span.end_s + PHRASE_NEAR_S)):
        yield "return"
