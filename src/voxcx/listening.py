"""HALL: all recordings of one interaction → what was heard, on one clock.

Each recording is listened to by itself: another recorder has another line, another echo and other levels, and the
next agent another voice. What was heard is then moved to where the recording lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voxcx.channels.health import Measured, examine
from voxcx.channels.meter import ChannelMeter
from voxcx.config import Config
from voxcx.domain.heard import Heard, Tone, VoicePiece
from voxcx.domain.interaction import Recording
from voxcx.domain.intervals import Interval, Intervals, bridge
from voxcx.intake.audio import BLOCK_S, for_browser, read_blocks
from voxcx.speech.ear import Ear
from voxcx.speech.edges import STEP_S
from voxcx.speech.resampling import RATE_HZ, at_16_khz
from voxcx.timeline.signals import Signals
from voxcx.units import rounded_s

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class _Part:
    """What was heard in one recording, on its own clock, and what its channels are judged by."""

    measured: Measured
    heard: Heard


def hear(recordings: Sequence[Recording], config: Config) -> Heard:
    """One pass over the sound: channel health, signals, music, and speech and voice per channel."""
    parts = [_heard(recording, config) for recording in recordings]
    verdict, findings = examine([part.measured for part in parts], config.channels)
    if len(parts) == 1:
        return replace(parts[0].heard, verdict=verdict, findings=findings)
    return replace(_joined(parts, config), verdict=verdict, findings=findings)


def whole_sound(recordings: Sequence[Recording]) -> Iterator[Samples]:
    """Blocks of int16, (channels, n) at 16 kHz: the recordings where they lie, silence between them."""
    samples = 0
    for recording in recordings:
        for block in _silence(round(recording.starts_s * RATE_HZ) - samples, recording.channels):
            samples += block.shape[1]
            yield block
        for block in at_16_khz(read_blocks(recording), recording.sample_rate_hz, recording.channels):
            samples += block.shape[1]
            yield block


def to_play(recordings: Sequence[Recording]) -> tuple[bytes, str]:
    """The whole sound for a browser, (bytes, MIME type): times of the interaction are times of the player."""
    first = recordings[0]
    if len(recordings) == 1:
        return for_browser(read_blocks(first), first.sample_rate_hz, first.channels)
    return for_browser(whole_sound(recordings), RATE_HZ, first.channels)


def _silence(samples: int, channels: int) -> Iterator[Samples]:
    size = round(BLOCK_S * RATE_HZ)
    for start in range(0, samples, size):
        yield np.zeros((channels, min(size, samples - start)), dtype=np.int16)


def _heard(recording: Recording, config: Config) -> _Part:
    """One recording alone."""
    meter = ChannelMeter(recording.channels, recording.sample_rate_hz, config.channels)
    signals, ears = Signals(recording.channels), [Ear(config.speech) for _ in range(recording.channels)]
    for block in at_16_khz(meter.watching(read_blocks(recording)), recording.sample_rate_hz, recording.channels):
        meter.add(block)  # clipping was watched for before: resampling hides it
        signals.add(block)
        for ear, samples in zip(ears, block, strict=True):
            ear.add(samples)
    meter.finish()
    signals.finish()
    speech = tuple(ear.speech(meter.foreign(k)) for k, ear in enumerate(ears))
    measured = Measured(recording, meter, speech)
    detected = tuple(ear.detected for ear in ears)
    if meter.alike:  # the same words twice would be overlap that never was
        speech, detected = (speech[0], ()), (detected[0], ())
    voices = tuple(ear.voice(pieces) for ear, pieces in zip(ears, speech, strict=True))
    sounds = (signals.tones, signals.music, voices, detected)
    return _Part(measured, Heard(recording.duration_s, "ok", speech, (), *sounds))


def _joined(parts: Sequence[_Part], config: Config) -> Heard:
    """All recordings on the interaction's clock. A unit of speech that a recorder cut in two is one."""
    recordings = [part.measured.recording for part in parts]
    pause_s = config.speech.bridge_gap_s - STEP_S / 2
    every = [(part.heard, recording.starts_s) for part, recording in zip(parts, recordings, strict=True)]

    def joined(sets: Iterable[tuple[Intervals, float]], gap_s: float) -> Intervals:
        return bridge((_later(piece, by_s) for pieces, by_s in sets for piece in pieces), gap_s)

    channels = range(recordings[0].channels)
    return Heard(
        duration_s=recordings[-1].span.end_s,
        verdict="ok",
        speech=tuple(joined(((heard.speech[k], by_s) for heard, by_s in every), pause_s) for k in channels),
        tones=tuple(_tone_later(tone, by_s) for heard, by_s in every for tone in heard.tones),
        music=tuple(joined(((heard.music[k], by_s) for heard, by_s in every), 0.0) for k in channels),
        voices=tuple(
            tuple(_voice_later(one, by_s) for heard, by_s in every for one in heard.voices[k]) for k in channels
        ),
        detected=tuple(joined(((heard.detected[k], by_s) for heard, by_s in every), pause_s) for k in channels),
    )


def _later(span: Interval, by_s: float) -> Interval:
    return Interval(rounded_s(span.start_s + by_s), rounded_s(span.end_s + by_s)) if by_s else span


def _tone_later(tone: Tone, by_s: float) -> Tone:
    return replace(tone, span=_later(tone.span, by_s))


def _voice_later(piece: VoicePiece, by_s: float) -> VoicePiece:
    return replace(piece, span=_later(piece.span, by_s))
