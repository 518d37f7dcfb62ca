"""Pitch and loudness of each party's voice in talk; proxies of sex and age too, so never for an agent's score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from voxcx.domain.features import Feature
from voxcx.domain.heard import VoicePiece
from voxcx.domain.intervals import holding
from voxcx.domain.timeline import Timeline
from voxcx.features.building import known, missing
from voxcx.features.voice import PARTIES, Party

Pieces = tuple[VoicePiece, ...]
_NAMES = ("pitch_median_hz", "pitch_range_st", "loudness_db", "loudness_drift_db")
_FEWEST_PITCHES = 50  # voiced frames of 32 ms: with less the 5th and 95th percentile are chance
_SHORTEST_S = 6.0  # of speech for a drift: 2 s in a third
_PERCENTILES = (5, 95)


def prosody_features(voices: Mapping[Party, Pieces], timeline: Timeline) -> Iterator[Feature]:
    """The prosody family from each party's voice unit by unit; None when roles cannot be trusted."""
    for party in PARTIES:
        pieces = _in_talk(voices.get(party, ()), timeline)
        if why := timeline.distrust or _unmeasured(party, pieces, timeline):
            yield from (missing(f"{party}_{name}", why) for name in _NAMES)
            continue
        yield from _pitch(party, pieces)
        yield known(f"{party}_loudness_db", _level_db(pieces, [piece.span.duration_s for piece in pieces]))
        yield _drift(party, pieces)


def _in_talk(pieces: Pieces, timeline: Timeline) -> Pieces:
    """A unit belongs to the phase that its middle is in: an announcement during a hold is nobody's voice."""
    talk = timeline.phase("talk")
    middles = ((piece, (piece.span.start_s + piece.span.end_s) / 2) for piece in pieces if piece.span.duration_s > 0)
    return tuple(piece for piece, middle_s in middles if holding(talk, middle_s) is not None)


def _unmeasured(party: Party, pieces: Pieces, timeline: Timeline) -> str | None:
    if pieces:
        return None
    spoken = any(holding(timeline.phase("talk"), (s.start_s + s.end_s) / 2) for s in timeline.speech(party))
    return "voice was not measured" if spoken else f"no {party} speech"


def _pitch(party: Party, pieces: Pieces) -> Iterator[Feature]:
    hz = np.array([pitch for piece in pieces for pitch in piece.pitches_hz])
    if hz.size < _FEWEST_PITCHES:
        why = f"less than {_FEWEST_PITCHES} voiced frames of the {party}"
        yield missing(f"{party}_pitch_median_hz", why)
        yield missing(f"{party}_pitch_range_st", why)
        return
    low, high = np.percentile(12 * np.log2(hz), _PERCENTILES)
    yield known(f"{party}_pitch_median_hz", float(np.median(hz)))
    yield known(f"{party}_pitch_range_st", float(high - low))


def _drift(party: Party, pieces: Pieces) -> Feature:
    """By speech time, not by the clock: a third is a third of what the party said."""
    ends_s = np.cumsum([piece.span.duration_s for piece in pieces])
    begins_s = np.concatenate(([0.0], ends_s[:-1]))
    third_s = float(ends_s[-1]) / 3
    first = np.clip(third_s - begins_s, 0, ends_s - begins_s)
    last = np.clip(ends_s - 2 * third_s, 0, ends_s - begins_s)
    if 3 * third_s < _SHORTEST_S:
        return missing(f"{party}_loudness_drift_db", f"less than {_SHORTEST_S:g} s of {party} speech")
    if np.any((first > 0) & (last > 0)):  # a unit has one level
        return missing(f"{party}_loudness_drift_db", f"the {party} spoke without a pause")
    drift_db = _level_db(pieces, last.tolist()) - _level_db(pieces, first.tolist())
    return known(f"{party}_loudness_drift_db", drift_db)


def _level_db(pieces: Pieces, weights_s: list[float]) -> float:
    """Level of the units' mean energy, each weighing as long as it counts."""
    energy = [10 ** (piece.level_db / 10) for piece in pieces]
    return float(10 * np.log10(np.average(energy, weights=weights_s)))
