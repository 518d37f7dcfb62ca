"""The walk's listening without the walk: a meter of channels, and what was heard of a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from sound_files import Samples
from voxcx.channels.health import Measured, examine
from voxcx.channels.meter import ChannelMeter
from voxcx.config import load_config
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Recording
from voxcx.intake.audio import read_blocks
from voxcx.speech.resampling import at_16_khz
from voxcx.speech.vad import SpeechDetector

Metered = tuple[ChannelMeter, list[SpeechDetector]]


def _metered(blocks: Iterable[Samples], rate_hz: int, channels: int) -> Metered:
    config = load_config()
    meter = ChannelMeter(channels, rate_hz, config.channels)
    detectors = [SpeechDetector(config.speech) for _ in range(channels)]
    for block in at_16_khz(meter.watching(blocks), rate_hz, channels):
        meter.add(block)
        for detector, samples in zip(detectors, block, strict=True):
            detector.add(samples)
    meter.finish()
    return meter, detectors


def _heard(recording: Recording) -> Heard:
    meter, detectors = _metered(read_blocks(recording), recording.sample_rate_hz, recording.channels)
    speech = tuple(detector.speech(meter.foreign(k)) for k, detector in enumerate(detectors))
    verdict, findings = examine((Measured(recording, meter, speech),), load_config().channels)
    return Heard(recording.duration_s, verdict, speech, findings)


@pytest.fixture(scope="session")
def metered() -> Callable[[Iterable[Samples], int, int], Metered]:
    return _metered


@pytest.fixture(scope="session")
def heard() -> Callable[[Recording], Heard]:
    return _heard
