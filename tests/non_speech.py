"""Sounds of telephone lines in which nobody speaks: noise, tones, music, breath, keys. The same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

Sound = NDArray[np.float64]  # (n,), peak 1 unless it is silence

DIGITS = {
    "1": (697, 1209),
    "2": (697, 1336),
    "3": (697, 1477),
    "4": (770, 1209),
    "5": (770, 1336),
    "6": (770, 1477),
    "7": (852, 1209),
    "8": (852, 1336),
    "9": (852, 1477),
    "*": (941, 1209),
    "0": (941, 1336),
    "#": (941, 1477),
    "A": (697, 1633),
    "B": (770, 1633),
    "C": (852, 1633),
    "D": (941, 1633),
}
MU = 255.0  # of G.711
_CHORDS = ((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62))  # C, a, F, G as MIDI notes
_TUNE = (72, 76, 79, 76, 69, 72, 76, 72, 65, 69, 72, 69, 67, 71, 74, 79)


def silence(length_s: float, rate_hz: int) -> Sound:
    """A dead channel: digital silence."""
    return np.zeros(round(length_s * rate_hz))


def white_noise(length_s: float, rate_hz: int) -> Sound:
    """Hiss."""
    return _loud(_random().normal(size=round(length_s * rate_hz)))


def line_noise(length_s: float, rate_hz: int) -> Sound:
    """Mains hum with its harmonics, hiss, and a click now and then."""
    sound = _tone([50.0 * k for k in range(1, 8)], length_s, rate_hz, [1 / k for k in range(1, 8)])
    sound += 0.1 * _random().normal(size=sound.size)
    for at in _random().integers(0, sound.size - 40, size=round(length_s)):
        sound[at : at + 40] += 2.0 * np.exp(-np.arange(40) / 8)
    return _loud(sound)


def room(length_s: float, rate_hz: int) -> Sound:
    """A room's rumble: noise that gets weaker with frequency, its level going up and down."""
    noise = sosfilt(butter(1, 300, fs=rate_hz, output="sos"), _random().normal(size=round(length_s * rate_hz)))
    return _loud(noise * (1.3 + np.sin(2 * np.pi * 0.4 * np.arange(noise.size) / rate_hz)))


def ringback(length_s: float, rate_hz: int) -> Sound:
    """425 Hz, 1 s on and 4 s off."""
    return _cadence([((425,), 1.0), ((), 4.0)], length_s, rate_hz)


def ringback_us(length_s: float, rate_hz: int) -> Sound:
    """440 + 480 Hz, 2 s on and 4 s off."""
    return _cadence([((440, 480), 2.0), ((), 4.0)], length_s, rate_hz)


def busy(length_s: float, rate_hz: int) -> Sound:
    """425 Hz, 0.35 s on and off."""
    return _cadence([((425,), 0.35), ((), 0.35)], length_s, rate_hz)


def busy_us(length_s: float, rate_hz: int) -> Sound:
    """480 + 620 Hz, half a second on and off."""
    return _cadence([((480, 620), 0.5), ((), 0.5)], length_s, rate_hz)


def keypad(length_s: float, rate_hz: int) -> Sound:
    """All sixteen DTMF digits, pressed shortly."""
    return _cadence([part for pair in DIGITS.values() for part in ((pair, 0.08), ((), 0.12))], length_s, rate_hz)


def keypad_long(length_s: float, rate_hz: int) -> Sound:
    """All sixteen DTMF digits, held."""
    return _cadence([part for pair in DIGITS.values() for part in ((pair, 0.6), ((), 0.3))], length_s, rate_hz)


def information_tone(length_s: float, rate_hz: int) -> Sound:
    """SIT: three rising tones that announce a failed call."""
    return _cadence([((950,), 0.33), ((1400,), 0.33), ((1800,), 0.33), ((), 1.0)], length_s, rate_hz)


def fax(length_s: float, rate_hz: int) -> Sound:
    """The calling fax (1100 Hz), the answering one (2100 Hz), then data at 300 bit/s."""
    bits = _random().integers(0, 2, size=600)
    data = [((1650.0 if bit else 1850.0,), 1 / 300) for bit in bits]
    return _cadence([((1100,), 0.5), ((), 1.0), ((2100,), 2.6), ((), 0.1), *data], length_s, rate_hz)


def hold_music(length_s: float, rate_hz: int) -> Sound:
    """Chords, a tune with vibrato, and a drum."""
    time_s = np.arange(round(length_s * rate_hz)) / rate_hz
    beat = (time_s / 0.5).astype(int)
    in_beat_s = time_s % 0.5
    sound = np.zeros(time_s.size)
    for voice in range(3):
        notes = np.array([chord[voice] for chord in _CHORDS])[beat // 4 % 4]
        sound += 0.3 * np.sin(2 * np.pi * _hertz(notes) * time_s)
    tune = _hertz(np.array(_TUNE)[beat % len(_TUNE)])
    phase = 2 * np.pi * tune * time_s + 0.8 * np.sin(2 * np.pi * 5.5 * time_s)
    sound += sum(np.sin(k * phase) / k for k in range(1, 6)) * np.exp(-3 * in_beat_s)
    return _loud(sound + 0.5 * _random().normal(size=time_s.size) * np.exp(-40 * in_beat_s))


def breathing(length_s: float, rate_hz: int) -> Sound:
    """In and out every three seconds."""
    return _breaths(length_s, rate_hz, (300, 2500), 1.2, 1.5)


def breathing_close(length_s: float, rate_hz: int) -> Sound:
    """Blown right into the microphone: low, harsh, cut off by the converter."""
    return _loud(np.clip(_breaths(length_s, rate_hz, (80, 1200), 0.9, 1.3), -0.4, 0.4))


def keyboard(length_s: float, rate_hz: int) -> Sound:
    """Typing: clicks of 15 ms, five a second, each with its own colour."""
    sound, random = np.zeros(round(length_s * rate_hz)), _random()
    size = round(0.015 * rate_hz)
    for at in random.integers(0, sound.size - size, size=round(length_s * 5)):
        low = random.uniform(500, 1800)
        filtered = sosfilt(butter(2, (low, 2 * low), "band", fs=rate_hz, output="sos"), random.normal(size=size))
        sound[at : at + size] += filtered * np.exp(-np.arange(size) / (size / 4))
    return _loud(sound + 0.002 * random.normal(size=sound.size))


NON_SPEECH: tuple[Callable[[float, int], Sound], ...] = (
    silence,
    white_noise,
    line_noise,
    room,
    ringback,
    ringback_us,
    busy,
    busy_us,
    keypad,
    keypad_long,
    information_tone,
    fax,
    hold_music,
    breathing,
    breathing_close,
    keyboard,
)


def at_level(sound: Sound, peak_dbfs: float) -> NDArray[np.int16]:
    """16-bit samples whose peak has this level."""
    return np.rint(sound * 10 ** (peak_dbfs / 20) * 32767).astype(np.int16)


def through_mu_law(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """What G.711 leaves of it: eight bits, spaced logarithmically."""
    part = samples / 32768
    code = np.rint(np.log1p(MU * np.abs(part)) / np.log1p(MU) * 127) / 127
    return np.rint(np.sign(part) * np.expm1(code * np.log1p(MU)) / MU * 32767).astype(np.int16)


def through_phone_band(sound: Sound, rate_hz: int) -> Sound:
    """300–3400 Hz."""
    return np.asarray(sosfilt(butter(4, (300, 3400), "band", fs=rate_hz, output="sos"), sound))


def _cadence(parts: Sequence[tuple[Sequence[float], float]], length_s: float, rate_hz: int) -> Sound:
    """Tones on and off, over and over; no tone is silence."""
    once = np.concatenate([_tone(tones, part_s, rate_hz) for tones, part_s in parts])
    return _loud(np.resize(once, round(length_s * rate_hz)))


def _tone(
    tones: Sequence[float], length_s: float, rate_hz: int, strengths: Sequence[float] | None = None
) -> NDArray[np.float64]:
    time_s = np.arange(round(length_s * rate_hz)) / rate_hz
    sound = np.zeros(time_s.size)
    for tone, strength in zip(tones, strengths or [1.0] * len(tones), strict=True):
        sound += strength * np.sin(2 * np.pi * tone * time_s)
    return sound


def _breaths(length_s: float, rate_hz: int, band: tuple[int, int], breath_s: float, each_s: float) -> Sound:
    sound = _random().normal(size=round(length_s * rate_hz)) * 0.002
    size = round(breath_s * rate_hz)
    filters = butter(2, band, "band", fs=rate_hz, output="sos")
    for at in range(0, sound.size - size, round(each_s * rate_hz)):
        sound[at : at + size] += sosfilt(filters, _random().normal(size=size)) * np.hanning(size)
    return _loud(sound)


def _hertz(notes: NDArray[np.int_]) -> NDArray[np.float64]:
    return 440.0 * 2.0 ** ((notes - 69) / 12)


def _loud(sound: Sound) -> Sound:
    return sound / max(float(np.abs(sound).max()), 1e-9)


def _random() -> np.random.Generator:
    return np.random.default_rng(1)
