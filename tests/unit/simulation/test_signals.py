from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from voxcx.domain.intervals import Interval
from voxcx.simulation.calls.music import hold_music
from voxcx.simulation.calls.signals import (
    KEYS,
    RATE_HZ,
    Country,
    Samples,
    busy,
    busy_spans,
    dtmf,
    ringback,
    ringing_spans,
)

ROWS_HZ = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336), "D": (941, 1633), "#": (941, 1477)}


def level_dbfs(sound: Samples) -> float:
    return 10 * math.log10(float(np.mean(sound.astype(np.float64) ** 2)))


def peaks_hz(sound: Samples, share: float = 0.3) -> list[int]:
    """Frequencies that stand out of a sound, to 10 Hz."""
    size = 8 * RATE_HZ
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size), size))
    higher = (power[1:-1] > power[:-2]) & (power[1:-1] >= power[2:]) & (power[1:-1] > share * power.max())
    return sorted({round((index + 1) / 80) * 10 for index in np.flatnonzero(higher)})


def sounding(sound: Samples) -> list[tuple[float, float]]:
    """Where a sound is not zero, found without knowing its plan: runs of samples with rests under 20 ms bridged."""
    at = np.flatnonzero(np.abs(sound) > 1e-6)
    cuts = np.flatnonzero(np.diff(at) > 0.02 * RATE_HZ)
    starts, ends = [at[0], *at[cuts + 1]], [*at[cuts], at[-1]]
    return [(start / RATE_HZ, (end + 1) / RATE_HZ) for start, end in zip(starts, ends, strict=True)]


Make = Callable[[Country, int], Samples]
Spans = Callable[[Country, int], tuple[Interval, ...]]
TONES: list[tuple[Make, Spans, Country, set[int], tuple[float, float]]] = [
    (ringback, ringing_spans, "ru", {420, 430}, (0.8, 3.2)),
    (ringback, ringing_spans, "us", {440, 480}, (2.0, 4.0)),
    (busy, busy_spans, "ru", {420, 430}, (0.35, 0.35)),
    (busy, busy_spans, "us", {480, 620}, (0.5, 0.5)),
]


@pytest.mark.parametrize(("make", "spans", "country", "tones_hz", "on_off_s"), TONES)
def test_the_cadence_is_itus(
    make: Make, spans: Spans, country: Country, tones_hz: set[int], on_off_s: tuple[float, float]
) -> None:
    on_s, off_s = on_off_s
    tone, places = make(country, 3), spans(country, 3)
    assert tone.dtype == np.float32
    assert tone.size == round((3 * on_s + 2 * off_s) * RATE_HZ)
    starts_s = [round(number * (on_s + off_s), 6) for number in range(3)]
    assert places == tuple(Interval(start_s, round(start_s + on_s, 6)) for start_s in starts_s)
    assert np.allclose(sounding(tone), [(span.start_s, span.end_s) for span in places], atol=0.0005)
    burst = tone[: round(on_s * RATE_HZ)]
    assert set(peaks_hz(burst)) <= tones_hz
    assert -18 <= level_dbfs(burst) <= -12
    assert abs(tone).max() < 1


@pytest.mark.parametrize(("make", "spans"), [(ringback, ringing_spans), (busy, busy_spans)])
def test_no_burst_is_no_sound(make: Make, spans: Spans) -> None:
    assert make("ru", 0).size == 0
    assert spans("ru", 0) == ()


def test_edges_are_inside_the_burst_and_short() -> None:
    burst = ringback("us", 1)
    loudest = abs(burst).max()
    assert abs(burst[0]) < 0.01 * loudest
    assert abs(burst[-1]) < 0.01 * loudest
    assert abs(burst[40:80]).max() > 0.3 * loudest


@pytest.mark.parametrize(("digit", "tones_hz"), ROWS_HZ.items())
def test_a_key_has_its_two_tones(digit: str, tones_hz: tuple[int, int]) -> None:
    key = dtmf(digit, 0.1)
    assert key.size == 800
    assert peaks_hz(key, 0.5) == pytest.approx(tones_hz, abs=10)
    assert -18 <= level_dbfs(key) <= -12


def test_sixteen_keys_sound_different() -> None:
    keys = {digit: tuple(peaks_hz(dtmf(digit, 0.2), 0.5)) for row in KEYS for digit in row}
    assert len(set(keys.values())) == 16
    assert all(len(tones_hz) == 2 for tones_hz in keys.values())


@pytest.mark.parametrize("digit", ["", "12", "E", "x", "½"])
def test_other_keys_are_refused(digit: str) -> None:
    with pytest.raises(ValueError, match="a telephone has the keys"):
        dtmf(digit, 0.1)


@pytest.mark.parametrize("seed", range(24))
def test_music_never_pauses_and_keeps_its_level(seed: int) -> None:
    music = hold_music(45.0, seed)
    assert music.shape == (45 * RATE_HZ,)
    assert music.dtype == np.float32
    assert level_dbfs(music) == pytest.approx(-18, abs=0.5)
    assert abs(music).max() < 0.9
    frames = music.reshape(-1, RATE_HZ // 10)
    assert min(level_dbfs(frame) for frame in frames) > -35  # each tenth of a second


def test_music_is_the_same_for_a_seed_and_starts_alike() -> None:
    assert np.array_equal(hold_music(12.5, 7), hold_music(12.5, 7))
    assert np.array_equal(hold_music(30, 7)[: 8 * RATE_HZ], hold_music(12.5, 7)[: 8 * RATE_HZ])


def test_every_seed_is_another_piece() -> None:
    """No two of thirty share their spectrum through time: correlations of log spectra in steps of 0.1 s stay low."""
    prints = []
    for seed in range(30):
        frames = hold_music(16.0, seed).reshape(-1, 800) * np.hanning(800)
        power = np.log10(np.abs(np.fft.rfft(frames)[:, 10:160]) + 1e-3)
        prints.append(((power - power.mean()) / power.std()).ravel())
    alike = np.corrcoef(prints) - np.eye(30)
    assert alike.max() < 0.8


def test_a_short_piece_and_a_long_one() -> None:
    assert hold_music(0.3, 1).size == 2400
    assert hold_music(0.0, 1).size == 0
    long = hold_music(200.0, 1)
    steps = abs(np.diff(long[RATE_HZ:-RATE_HZ]))
    assert steps.max() < 0.7  # the seam of the repeat does not click
    assert all(level_dbfs(part) > -25 for part in np.split(long, 100))


def test_bursts_are_in_order() -> None:
    for before, after in pairwise(ringing_spans("ru", 8)):
        assert before.end_s < after.start_s
