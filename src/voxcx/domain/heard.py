"""All that needed samples, in a form small enough to store: what `listen` hands to the rest of the walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voxcx.domain.intervals import Interval, Intervals

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


ToneKind = Literal["ringback", "busy", "dtmf"]


@dataclass(frozen=True, slots=True)
class Tone:
    """A signal of the telephone network on one channel: one burst of ringing or busy tone, or one key."""

    kind: ToneKind
    channel: int
    span: Interval
    digit: str | None = None


@dataclass(frozen=True, slots=True)
class VoicePiece:
    """The voice in one inter-pausal unit: its level, and the pitch of its voiced frames in order of time."""

    span: Interval
    level_db: float
    pitches_hz: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """Channel health, speech, signals, music and voices, seconds from the recording's start.

    ``speech[k]`` is the set of inter-pausal units of channel k, ``music[k]`` where it carries music, ``voices[k]`` its
    voice unit by unit; ``tones`` are in order of time. ``detected[k]`` are the detector's own pieces of channel k, with
    coarser edges and fewer pauses than ``speech[k]``: a recogniser is given these, later rooms are not. A chat or a row
    without a recording has no channels and the verdict ``no_audio``. Refuses an interval outside the recording.
    """

    duration_s: float
    verdict: Verdict
    speech: tuple[Intervals, ...] = ()
    findings: tuple[Finding, ...] = ()
    tones: tuple[Tone, ...] = ()
    music: tuple[Intervals, ...] = ()
    voices: tuple[tuple[VoicePiece, ...], ...] = ()
    detected: tuple[Intervals, ...] = ()

    def __post_init__(self) -> None:
        slack_s = 0.05  # one frame of the detector
        for pieces in (*self.speech, *self.music, tuple(tone.span for tone in self.tones)):
            if pieces and not (pieces[0].start_s >= 0 and pieces[-1].end_s <= self.duration_s + slack_s):
                raise ValueError(f"what is heard lies inside the recording of {self.duration_s:.2f} s, got {pieces}")

    @property
    def for_words(self) -> tuple[Intervals, ...]:
        """Where a recogniser is to listen, per channel."""
        return self.detected or self.speech
