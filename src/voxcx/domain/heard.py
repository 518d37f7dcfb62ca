"""All that needed samples, in a form small enough to store: what `listen` hands to the rest of the walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.intervals import Intervals

Verdict = Literal[
    "ok",
    "mono",
    "dual_mono",
    "bleed",
    "swapped",
    "dead_channel",
    "clipped",
    "truncated",
    "not_speech",
    "no_audio",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed about the channels, with the measurement behind it."""

    verdict: Verdict
    text: str
    channel: int | None = None
    measured: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """Channel health and speech per channel, seconds from the recording's start.

    ``speech[k]`` is the set of inter-pausal units of channel k. A chat or a row without a recording has no channels
    and the verdict ``no_audio``. Refuses an interval outside the recording.
    """

    duration_s: float
    verdict: Verdict
    speech: tuple[Intervals, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        slack_s = 0.05  # one frame of the detector
        for pieces in self.speech:
            if pieces and not (pieces[0].start_s >= 0 and pieces[-1].end_s <= self.duration_s + slack_s):
                raise ValueError(f"speech lies inside the recording of {self.duration_s:.2f} s, got {pieces}")
