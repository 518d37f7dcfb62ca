"""Pitch and level of made voices with a known truth, as a stream, and on the sample calls."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sound_files import piece
from voxcx.config import load_config
from voxcx.domain.heard import VoicePiece
from voxcx.domain.intervals import Interval
from voxcx.speech.resampling import RATE_HZ, at_16_khz
from voxcx.speech.vad import FRAME, FRAME_S, SpeechDetector
from voxcx.speech.voice import VoiceMeter, credible

Floats = NDArray[np.float32]
CONFIG = load_config().speech
WHOLE = (Interval(0.0, 3.0),)


def telephone_voice(hz: float, seconds: float = 3.0, noise_db: float | None = None) -> Floats:
    """Harmonics between 300 and 3400 Hz alone, falling by 6 dB an octave, with a slow glide of ±1 semitone."""
    times_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    bent_hz = hz * 2 ** (np.sin(2 * np.pi * times_s) / 12)
    phase = 2 * np.pi * np.cumsum(bent_hz) / RATE_HZ
    inside = [k for k in range(1, 60) if 300 <= k * hz <= 3_400]
    sound = sum((np.sin(k * phase + k * k) / k for k in inside), np.zeros_like(times_s))
    sound *= 0.1 / np.sqrt(np.mean(sound**2))
    if noise_db is not None:
        sound += np.random.default_rng(1).normal(0, 0.1 * 10 ** (-noise_db / 20), sound.size)
    return sound.astype(np.float32)


def heard(
    sound: Floats, speech: tuple[Interval, ...] = WHOLE, block: int = 312, probability: float = 1.0
) -> tuple[VoicePiece, ...]:
    meter = VoiceMeter(CONFIG)
    frames = sound[: sound.size // FRAME * FRAME].reshape(-1, FRAME)
    for start in range(0, len(frames), block):
        some = frames[start : start + block]
        meter.add(some, np.full(len(some), probability, dtype=np.float32))
    return meter.pieces(speech)


@pytest.mark.parametrize("noise_db", [None, 20.0, 10.0])
@pytest.mark.parametrize("hz", [70, 90, 120, 160, 210, 270, 340, 400])
def test_pitch_is_found_without_its_fundamental(hz: float, noise_db: float | None) -> None:
    (found,) = heard(telephone_voice(hz, noise_db=noise_db))
    assert len(found.pitches_hz) >= 0.7 * 3.0 / FRAME_S
    assert np.median(found.pitches_hz) == pytest.approx(hz, rel=0.02)
    assert np.abs(12 * np.log2(np.array(found.pitches_hz) / hz)).max() < 1.3  # no octave among them


@pytest.mark.parametrize("what", ["silence", "noise", "offset", "rumble"])
def test_what_is_no_voice_has_no_pitch(what: str) -> None:
    rng = np.random.default_rng(3)
    sounds = {
        "silence": np.zeros(48_000),
        "noise": rng.normal(0, 0.1, 48_000),
        "offset": np.full(48_000, 0.3),
        "rumble": 0.1 * np.sin(2 * np.pi * 30 * np.arange(48_000) / RATE_HZ),
    }
    (found,) = heard(sounds[what].astype(np.float32))
    assert len(found.pitches_hz) <= 1


def test_only_frames_called_speech_have_a_pitch() -> None:
    (found,) = heard(telephone_voice(150), probability=CONFIG.release - 0.01)
    assert found.pitches_hz == ()
    assert found.level_db == pytest.approx(-20.0, abs=0.1)


def test_level_is_of_the_unit_whatever_its_edges_and_offset() -> None:
    loud = telephone_voice(150, 1.6)  # 50 frames at −20 dB
    sound = np.concatenate((loud, loud / 10, np.zeros(25_600, dtype=np.float32))) + np.float32(0.2)
    speech = (Interval(0.1, 0.115), Interval(0.5, 1.5), Interval(1.7, 3.1), Interval(3.3, 4.7))
    levels_db = [one.level_db for one in heard(sound, speech)]
    assert levels_db[:3] == pytest.approx([-20, -20, -40], abs=0.5)
    assert levels_db[3] < -70
    (half,) = heard(sound, (Interval(0.8, 2.4),))
    assert half.level_db == pytest.approx(10 * np.log10(0.505) - 20, abs=0.2)


def test_units_share_out_the_pitches() -> None:
    low, high = telephone_voice(110), telephone_voice(190)
    first, second = heard(np.concatenate((low, high)), (Interval(0.2, 2.8), Interval(3.2, 5.8)))
    assert np.median(first.pitches_hz) == pytest.approx(110, rel=0.02)
    assert np.median(second.pitches_hz) == pytest.approx(190, rel=0.02)


def test_lone_and_far_pitches_are_not_believed() -> None:
    nan = float("nan")
    hz = np.array([200, 205, nan, 150, nan, 198, 202, 400, 401, 210, 100, 101], dtype=np.float32)
    kept = credible(hz)
    assert np.flatnonzero(~np.isnan(kept)).tolist() == [0, 1, 5, 6]
    assert credible(np.array([], dtype=np.float32)).size == 0


def test_a_second_speaker_on_the_channel_is_believed_too() -> None:
    hz = np.concatenate((np.full(300, 100), np.full(300, 260))).astype(np.float32)  # 16.5 semitones apart
    assert np.mean(np.isnan(credible(hz))) < 0.1


@pytest.mark.parametrize("size", [1_000, 40_000])
def test_as_the_detector_hears_a_call_in_any_blocks(size: int) -> None:
    samples = next(iter(at_16_khz([piece(0.0, 20.0)], 8_000, 2)))
    for channel, (low_hz, high_hz) in zip(samples, ((70, 120), (160, 290)), strict=True):
        voice = [_detected(channel, step) for step in (size, channel.size)]
        assert voice[0] == voice[1]
        hz = [v for one in voice[0] for v in one.pitches_hz]
        assert len(hz) > 50
        assert low_hz < np.percentile(hz, 10) < np.percentile(hz, 90) < high_hz
        assert all(-40 < one.level_db < -10 for one in voice[0])
        assert all(b.span.start_s >= a.span.end_s for a, b in pairwise(voice[0]))


def test_nothing_heard_has_no_voice() -> None:
    assert VoiceMeter(CONFIG).pieces(()) == ()
    assert heard(telephone_voice(150), ()) == ()


def _detected(samples: NDArray[np.int16], step: int) -> tuple[VoicePiece, ...]:
    meter = VoiceMeter(CONFIG)
    detector = SpeechDetector(CONFIG, meter.add)
    for start in range(0, samples.size, step):
        detector.add(samples[start : start + step])
    return meter.pieces(detector.speech())
