"""Music is found where it is, on its channel; voices, hum and noise are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sound_files import sample_call, truth
from voxcx.domain.intervals import Intervals
from voxcx.timeline.signals import Signals

RATE_HZ = 16_000
EDGE_S = 0.2
CHORDS = ((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62))

Sound = NDArray[np.float64]


def music(duration_s: float, beat_s: float = 0.4) -> Sound:
    """Four chords in turn, each a beat long four times, notes of four overtones that fade."""
    made = np.zeros(round(duration_s * RATE_HZ) + 3 * RATE_HZ)
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    for beat in range(int(duration_s / beat_s)):
        at = round(beat * beat_s * RATE_HZ)
        for note in CHORDS[beat // 4 % 4]:
            hz = 440 * 2 ** ((note - 69) / 12)
            tone = sum(np.sin(2 * np.pi * k * hz * time_s) / k for k in range(1, 5))
            made[at : at + time_s.size] += tone * np.exp(-3 * time_s)
    made = made[: round(duration_s * RATE_HZ)]
    return made * np.clip(np.minimum(np.arange(made.size), np.arange(made.size)[::-1]) / (0.2 * RATE_HZ), 0, 1)


def at_level(sound: Sound, level_db: float) -> Sound:
    return sound * (10 ** (level_db / 20) / float(np.sqrt((sound**2).mean())))


def placed(sound: Sound, start_s: float, duration_s: float) -> Sound:
    whole = np.zeros(round(duration_s * RATE_HZ))
    start = round(start_s * RATE_HZ)
    whole[start : start + sound.size] = sound
    return whole


def noise(duration_s: float, level_db: float) -> Sound:
    return at_level(np.random.default_rng(4).standard_normal(round(duration_s * RATE_HZ)), level_db)


def hum(duration_s: float, net_hz: float, level_db: float) -> Sound:
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    waves = [np.sin(2 * np.pi * k * net_hz * time_s + k) / k**0.7 for k in range(1, 30)]
    return at_level(np.sum(waves, axis=0), level_db)


def voice(channel: int, start_s: float, end_s: float) -> Sound:
    samples = sample_call()[channel, round(start_s * 8_000) : round(end_s * 8_000)]
    return np.repeat(samples.astype(np.float64), 2) / 32_768


def heard(*channels: Sound) -> tuple[Intervals, ...]:
    samples = np.clip(np.round(np.stack(channels) * 32_768), -32_768, 32_767).astype(np.int16)
    signals = Signals(len(channels))
    for start in range(0, samples.shape[1], 50_000):
        signals.add(samples[:, start : start + 50_000])
    signals.finish()
    return signals.music


@pytest.mark.parametrize("duration_s", [3.5, 25.0])
@pytest.mark.parametrize(("level_db", "noise_db"), [(-20, -90), (-40, -70), (-8, -30), (-20, -30)])
def test_music_on_one_channel_with_its_edges(duration_s: float, level_db: float, noise_db: float) -> None:
    line = noise(duration_s + 12, noise_db)
    sound = placed(at_level(music(duration_s), level_db), 5.0, duration_s + 12) + line
    quiet, (found,) = heard(line, sound)
    assert quiet == ()
    assert found.start_s == pytest.approx(5.0, abs=EDGE_S)
    assert found.end_s == pytest.approx(5.0 + duration_s, abs=EDGE_S)


def test_a_rest_is_part_of_the_music_and_two_pieces_are_two() -> None:
    piece = at_level(music(8.0), -20)
    rest = np.concatenate((piece, np.zeros(RATE_HZ), piece, np.zeros(8 * RATE_HZ), piece))
    (found,) = heard(placed(rest, 2.0, 40.0))
    assert [(round(one.start_s), round(one.end_s)) for one in found] == [(2, 19), (27, 35)]


@pytest.mark.parametrize("name", ["service-ru", "service-en"])
def test_the_hold_of_a_sample_call(name: str) -> None:
    told = truth(name)["events"]
    assert isinstance(told, list)
    (hold,) = (one for one in told if one["kind"] == "hold")
    samples = np.repeat(sample_call(name).astype(np.float64), 2, axis=1) / 32_768
    agent, customer = heard(*samples)
    assert customer == ()
    assert [one.start_s for one in agent] == [pytest.approx(hold["start_s"], abs=EDGE_S)]
    assert [one.end_s for one in agent] == [pytest.approx(hold["end_s"], abs=EDGE_S)]


@pytest.mark.parametrize("net_hz", [50, 60, 100])
@pytest.mark.parametrize(("level_db", "noise_db"), [(-30, -90), (-45, -60), (-55, -65)])
def test_hum_is_no_music(net_hz: float, level_db: float, noise_db: float) -> None:
    assert heard(hum(25.0, net_hz, level_db) + noise(25.0, noise_db)) == ((),)


def test_voices_over_hum_are_no_music() -> None:
    spoken = voice(1, 0.0, 44.0)
    assert heard(spoken + hum(44.0, 50, -50)) == ((),)
    assert heard(spoken + np.roll(spoken, 90_000) + voice(0, 0.0, 44.0)) == ((),)


@pytest.mark.parametrize("level_db", [-80, -60, -40, -20, -6])
def test_noise_is_no_music(level_db: float) -> None:
    assert heard(noise(10.0, level_db)) == ((),)
