"""Ringing, busy tone and keys made with numpy are found once each, with their edges, on any line; nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from sound_files import sample_call
from voxcx.domain.heard import Tone
from voxcx.timeline.signals import Signals

RATE_HZ = 16_000
LOW_HZ, HIGH_HZ, KEYS = (697, 770, 852, 941), (1209, 1336, 1477, 1633), "123A456B789C*0#D"
EDGE_S = 0.03

Sound = NDArray[np.float64]
Truth = tuple[float, float]


def sines(tones_hz: Sequence[float], duration_s: float, strengths: Sequence[float] = (1.0, 1.0)) -> Sound:
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    pairs = zip(tones_hz, strengths, strict=False)
    waves = [strength * np.sin(2 * np.pi * hz * time_s + hz) for hz, strength in pairs]
    return np.asarray(sum(waves) / np.sqrt(len(waves)))


def bursts(tones_hz: Sequence[float], on_off_s: Sequence[float]) -> tuple[Sound, list[Truth]]:
    """Sound and where it is, from on, off, on, off …; a second and a half of silence on both sides."""
    parts, spans, at_s = [np.zeros(RATE_HZ * 3 // 2)], [], 1.5
    for place, length_s in enumerate(on_off_s):
        silent = place % 2
        parts.append(np.zeros(round(length_s * RATE_HZ)) if silent else sines(tones_hz, length_s))
        spans += [] if silent else [(at_s, at_s + length_s)]
        at_s += length_s
    return np.concatenate((*parts, parts[0])), spans


def keys(digits: str, on_s: float, off_s: float, twist_db: float = 2.0, off: float = 1.0) -> tuple[Sound, list[Truth]]:
    parts, spans, at_s = [np.zeros(RATE_HZ // 2)], [], 0.5
    for digit in digits:
        row, column = divmod(KEYS.index(digit), 4)
        pair_hz = (LOW_HZ[row] * off, HIGH_HZ[column] * off)
        parts += [sines(pair_hz, on_s, (1.0, 10 ** (twist_db / 20))), np.zeros(round(off_s * RATE_HZ))]
        spans.append((at_s, at_s + on_s))
        at_s += on_s + off_s
    return np.concatenate((*parts, parts[0])), spans


def at_level(sound: Sound, level_db: float) -> Sound:
    return sound * (10 ** (level_db / 20) / float(np.sqrt((sound[sound != 0] ** 2).mean())))


def mu_law(sound: Sound) -> Sound:
    steps = np.round(np.sign(sound) * np.log1p(255 * abs(sound)) / np.log(256) * 127)
    return np.asarray(np.sign(steps) * np.expm1(abs(steps) / 127 * np.log(256)) / 255)


def noisy(snr_db: float) -> Callable[[Sound], Sound]:
    def add(sound: Sound) -> Sound:
        noise = np.random.default_rng(1).standard_normal(sound.size)
        return at_level(sound, -20) + at_level(noise, -20 - snr_db)

    return add


def lossy(sound: Sound) -> Sound:
    packets = np.resize(at_level(sound, -20), (sound.size // 320, 320)).copy()
    packets[np.random.default_rng(2).random(len(packets)) < 0.02] = 0
    return packets.reshape(-1)


LINES: dict[str, Callable[[Sound], Sound]] = {
    "clean": lambda sound: at_level(sound, -15),
    "faint": lambda sound: at_level(sound, -45),
    "loud": lambda sound: at_level(sound, -6),
    "mu-law, quiet": lambda sound: mu_law(at_level(sound, -40)),
    "noise 20 dB below": noisy(20),
    "noise 10 dB below": noisy(10),
}
LINE = pytest.mark.parametrize("line", LINES.values(), ids=LINES)


def heard(sound: Sound, block_s: float = 7.0) -> Signals:
    samples = np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)[None]
    signals = Signals(1)
    step = round(block_s * RATE_HZ)
    for start in range(0, samples.shape[1], step):
        signals.add(samples[:, start : start + step])
    signals.finish()
    return signals


def assert_found(found: Sequence[Tone], kind: str, spans: list[Truth], digits: str = "") -> None:
    assert [one.kind for one in found] == [kind] * len(spans)
    assert "".join(one.digit or "" for one in found) == digits
    for one, (start_s, end_s) in zip(found, spans, strict=True):
        assert one.span.start_s == pytest.approx(start_s, abs=EDGE_S)
        assert one.span.end_s == pytest.approx(end_s, abs=EDGE_S)


@LINE
@pytest.mark.parametrize(
    ("kind", "tones_hz", "on_off_s"),
    [
        ("ringback", (425,), (1.0, 4.0, 1.0)),
        ("ringback", (429,), (0.8, 3.2, 0.8, 3.2, 0.4)),  # the last cut short by the answer
        ("ringback", (421,), (1.2,)),
        ("ringback", (440, 480), (2.0, 4.0, 0.7)),
        ("ringback", (400, 450), (0.4, 0.2, 0.4, 2.0, 0.4, 0.2, 0.4)),
        ("busy", (425,), (0.35, 0.35, 0.35, 0.35, 0.35)),
        ("busy", (425,), (0.5, 0.5, 0.5)),
        ("busy", (425,), (0.25, 0.25, 0.25, 0.25, 0.25)),
        ("busy", (480, 620), (0.5, 0.5, 0.5)),
        ("busy", (480, 620), (0.25, 0.25, 0.25)),
    ],
)
def test_each_burst_is_one_tone(
    kind: str, tones_hz: tuple[float, ...], on_off_s: tuple[float, ...], line: Callable[[Sound], Sound]
) -> None:
    sound, spans = bursts(tones_hz, on_off_s)
    signals = heard(line(sound))
    assert_found(signals.tones, kind, spans)
    assert signals.music == ((),)


@LINE
@pytest.mark.parametrize(
    ("on_s", "off_s", "twist_db", "off"),
    [(0.08, 0.08, 2.0, 1.0), (0.05, 0.05, 0.0, 1.01), (0.2, 0.05, -8.0, 0.985), (0.06, 0.045, 4.0, 1.015)],
)
def test_all_sixteen_keys_and_equal_ones_in_a_row(
    on_s: float, off_s: float, twist_db: float, off: float, line: Callable[[Sound], Sound]
) -> None:
    digits = "1234567890*#ABCD5500"
    sound, spans = keys(digits, on_s, off_s, twist_db, off)
    assert_found(heard(line(sound)).tones, "dtmf", spans, digits)


def test_lost_packets_cost_no_key_that_is_long_enough() -> None:
    sound, spans = keys("1234567890*#ABCD55500", 0.12, 0.08)
    assert_found(heard(lossy(sound)).tones, "dtmf", spans, "1234567890*#ABCD55500")


def test_lost_packets_cost_no_burst() -> None:
    sound, spans = bursts((425,), (0.35, 0.35) * 12)
    assert_found(heard(lossy(sound)).tones, "busy", spans)


def test_keys_over_faint_speech() -> None:
    sound, spans = keys("4085", 0.1, 0.1)
    voice = np.repeat(sample_call()[0, 4_000 : 4_000 + sound.size // 2 + 1].astype(np.float64), 2)[: sound.size]
    assert_found(heard(at_level(sound, -15) + at_level(voice, -40)).tones, "dtmf", spans, "4085")


@pytest.mark.parametrize(
    "sound",
    [
        bursts((425,), (8.0,))[0],
        bursts((350, 440), (8.0,))[0],
        bursts((950,), (0.33, 0.01, 0.33))[0],
        bursts((1100,), (0.5, 3.0, 0.5))[0],
        bursts((525,), (2.0,))[0],
        bursts((2100,), (3.3,))[0],
        np.random.default_rng(3).standard_normal(10 * RATE_HZ),
        keys("159D", 0.1, 0.1, twist_db=20.0)[0],
        keys("159D", 0.1, 0.1, off=1.035)[0],
        keys("159D", 0.02, 0.1)[0],
    ],
    ids=["dial 425", "dial US", "information", "fax", "beep", "modem", "noise", "twisted", "off pitch", "too short"],
)
@pytest.mark.parametrize("level_db", [-50, -15])
def test_nothing_else_is_a_tone_or_music(sound: Sound, level_db: float) -> None:
    signals = heard(at_level(sound, level_db))
    assert (signals.tones, signals.music) == ((), ((),))


def test_blocks_of_any_length_give_the_same() -> None:
    sound = at_level(np.concatenate([keys("12", 0.1, 0.1)[0], bursts((425,), (1.0, 4.0, 1.0, 4.0))[0]]), -20)
    assert heard(sound, 0.113).tones == heard(sound, 60.0).tones
    assert len(heard(sound).tones) == 4


@pytest.mark.parametrize("n_samples", [0, 1, 700, 16_001])
def test_short_and_silent_sound_has_none(n_samples: int) -> None:
    signals = heard(np.zeros(n_samples))
    assert (signals.tones, signals.music) == ((), ((),))
