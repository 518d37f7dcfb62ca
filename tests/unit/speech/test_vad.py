"""Voice activity against the exact times of the sample calls, and as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from sound_files import RATE_HZ, Samples, piece, sample_call, truth
from voxcx.config import load_config
from voxcx.domain.intervals import Interval, Intervals, bridge, crop, intersection, subtract, total_s, union
from voxcx.speech.resampling import as_float, at_16_khz
from voxcx.speech.vad import SpeechDetector

NEAR_S = 0.25


def cut(samples: Samples, size: int) -> Iterator[Samples]:
    return (samples[:, start : start + size] for start in range(0, samples.shape[1], size))


def speech_of(samples: Samples, size: int = 80_000, rate_hz: int = RATE_HZ) -> tuple[Intervals, ...]:
    detectors = [SpeechDetector(load_config().speech) for _ in samples]
    for block in at_16_khz(cut(samples, size), rate_hz, len(detectors)):
        for detector, channel in zip(detectors, block, strict=True):
            detector.add(channel)
    return tuple(detector.speech() for detector in detectors)


@pytest.mark.parametrize("name", ["service-en", "service-ru"])
def test_planted_speech_is_found_to_a_quarter_of_a_second(name: str) -> None:
    told = truth(name)
    hold = [Interval(e["start_s"], e["end_s"]) for e in told["events"] if e["kind"] == "hold"]  # type: ignore[attr-defined]
    for role, found in zip(("agent", "customer"), speech_of(sample_call(name)), strict=True):
        planted = union(Interval(*pair) for pair in told["speech"][role])  # type: ignore[index]
        widened = union(Interval(p.start_s - NEAR_S, p.end_s + NEAR_S) for p in planted)
        invented = subtract(subtract(found, widened), union(hold))
        assert total_s(invented) == 0.0, (role, invented)
        # Between two pieces of one sentence a breath may be bridged or not; the speech inside must be there.
        inner = union(Interval(p.start_s + NEAR_S, p.end_s - NEAR_S) for p in planted if p.duration_s > 2 * NEAR_S)
        missed = subtract(inner, bridge(found, NEAR_S))
        assert total_s(missed) <= 0.01 * total_s(planted), (role, missed)
        for run in bridge(planted, 1.0):
            heard = bridge(crop(found, Interval(run.start_s - NEAR_S, run.end_s + NEAR_S)), 1.0 + 2 * NEAR_S)
            assert len(heard) == 1, (role, run)
            assert heard[0].start_s == pytest.approx(run.start_s, abs=NEAR_S)
            assert heard[0].end_s == pytest.approx(run.end_s, abs=NEAR_S)


@pytest.mark.parametrize("size", [97, 512, 5_000, 240_000])
def test_block_size_does_not_change_speech(size: int) -> None:
    samples = piece(0.0, 15.0)
    assert speech_of(samples, size) == speech_of(samples, samples.shape[1])


def test_pieces_are_at_least_a_tenth_long_and_a_fifth_apart() -> None:
    for found in speech_of(piece(0.0, 40.0)):
        assert found
        assert all(one.duration_s >= 0.1 for one in found)
        assert all(b.start_s - a.end_s > 0.2 for a, b in pairwise(found))


def test_nothing_and_silence_are_no_speech() -> None:
    detector = SpeechDetector(load_config().speech)
    assert detector.speech() == ()
    assert speech_of(np.zeros((1, RATE_HZ * 3), dtype=np.int16)) == ((),)


def test_speech_ends_with_the_sound() -> None:
    samples = piece(1.5, 3.77)  # inside the greeting: speech to the last sample
    (found, _) = speech_of(samples)
    assert found[-1].end_s <= samples.shape[1] / RATE_HZ + 0.001
    assert found[-1].end_s == pytest.approx(2.27, abs=0.05)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 44_100, 48_000])
def test_resampling_keeps_length_pitch_and_place(rate_hz: int) -> None:
    n = rate_hz * 2
    tone = np.sin(2 * np.pi * 440.0 * np.arange(n) / rate_hz) * 8000
    tone[: rate_hz // 2] = 0.0  # begins at 0.5 s
    stereo = np.stack((tone, -tone)).astype(np.int16)
    out = np.concatenate(list(at_16_khz(cut(stereo, 1_237), rate_hz, 2)), axis=1)
    assert out.shape[0] == 2
    assert out.shape[1] == pytest.approx(32_000, abs=4)
    begins = int(np.flatnonzero(np.abs(out[0]) > 1000)[0])
    assert begins == pytest.approx(8_000, abs=32)
    peak = np.argmax(np.abs(np.fft.rfft(as_float(out[0, 8_000:]))))
    assert peak * 16_000 / (out.shape[1] - 8_000) == pytest.approx(440.0, abs=1.0)
    assert intersection((Interval(0, 1),), (Interval(0, 1),))  # both channels stay apart:
    assert np.corrcoef(out[0], out[1])[0, 1] == pytest.approx(-1.0, abs=1e-3)
