"""Durations, speech of each party and turns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voxcx.domain.features import Feature
from voxcx.domain.intervals import intersection, total_s
from voxcx.domain.timeline import Timeline
from voxcx.features.building import known, known_or, missing, ratio
from voxcx.features.voice import PARTIES, Party

_ROLE_NAMES = (
    "speech_s",
    "speech_share",
    "turns",
    "turn_median_s",
    "longest_turn_s",
    "latency_median_s",
    "latency_p90_s",
)


def speech_features(timeline: Timeline) -> Iterator[Feature]:
    """The speech and turns families; role metrics are None when roles cannot be trusted."""
    yield known("duration_s", timeline.duration_s)
    yield known("talk_s", timeline.talk_s)
    for party in PARTIES:
        if timeline.distrust:
            yield from (missing(f"{party}_{name}", timeline.distrust) for name in _ROLE_NAMES)
            continue
        spoken = intersection(timeline.speech(party), timeline.phase("talk"))
        yield known(f"{party}_speech_s", total_s(spoken))
        yield known_or(f"{party}_speech_share", ratio(total_s(spoken), timeline.talk_s), "no talk")
        yield from _turns(party, timeline)


def _turns(party: Party, timeline: Timeline) -> Iterator[Feature]:
    turns = [turn.span for turn in timeline.turns if turn.role == party]
    lengths_s = [span.duration_s for span in turns]
    waits = [event.span for event in timeline.of("latency", party)]
    waits_s = [span.duration_s for span in waits]
    none = f"no {party} speech"
    yield known(f"{party}_turns", len(turns))
    if lengths_s:
        longest = max(turns, key=lambda span: span.duration_s)
        yield known(f"{party}_turn_median_s", float(np.median(lengths_s)))
        yield known(f"{party}_longest_turn_s", longest.duration_s, (longest,))
    else:
        yield missing(f"{party}_turn_median_s", none)
        yield missing(f"{party}_longest_turn_s", none)
    if waits_s:
        p90_s = float(np.quantile(waits_s, 0.9))
        slow = [span for span in waits if span.duration_s >= p90_s]
        yield known(f"{party}_latency_median_s", float(np.median(waits_s)))
        yield known(f"{party}_latency_p90_s", p90_s, slow)
    else:
        yield missing(f"{party}_latency_median_s", f"no pause before a turn of the {party}")
        yield missing(f"{party}_latency_p90_s", f"no pause before a turn of the {party}")
