"""What a telephone network says without words: ringing, busy and keys. float32, mono, 8 kHz.

Tones follow ITU-T E.180 (Russia, United States) and Q.23.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from voxcx.domain.intervals import Interval

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]
Country = Literal["ru", "us"]
RATE_HZ = 8_000
EDGE_S = 0.005
TONE_DBFS = -15.0
KEY_DBFS = -13.0
TWIST_DB = 2.0  # the high tone of a key above the low one, as telephones send it against the loss of the line

# Tones of a burst in Hz, then seconds on and off.
Cadence = tuple[tuple[float, ...], float, float]
RINGBACK: dict[Country, Cadence] = {"ru": ((425,), 0.8, 3.2), "us": ((440, 480), 2.0, 4.0)}
BUSY: dict[Country, Cadence] = {"ru": ((425,), 0.35, 0.35), "us": ((480, 620), 0.5, 0.5)}
KEYS = ("123A", "456B", "789C", "*0#D")
LOW_HZ = (697, 770, 852, 941)
HIGH_HZ = (1209, 1336, 1477, 1633)


def ringback(country: Country, bursts: int) -> Samples:
    """What a caller hears while it rings: whole bursts and the pauses between them."""
    return _bursts(RINGBACK[country], bursts)


def ringing_spans(country: Country, bursts: int) -> tuple[Interval, ...]:
    """Where the bursts of ``ringback`` lie; their edges of 5 ms are inside."""
    return _spans(RINGBACK[country], bursts)


def busy(country: Country, bursts: int) -> Samples:
    """The other side is engaged or has hung up: whole bursts and the pauses between them."""
    return _bursts(BUSY[country], bursts)


def busy_spans(country: Country, bursts: int) -> tuple[Interval, ...]:
    """Where the bursts of ``busy`` lie; their edges of 5 ms are inside."""
    return _spans(BUSY[country], bursts)


def dtmf(digit: str, duration_s: float) -> Samples:
    """A key of the telephone, one of 0–9 * # A–D; exchanges want 40 ms and more (Q.24)."""
    rows = [row for row, keys in enumerate(KEYS) if len(digit) == 1 and digit in keys]
    if not rows:
        raise ValueError(f"a telephone has the keys {''.join(KEYS)}, got {digit!r}")
    low, high = LOW_HZ[rows[0]], HIGH_HZ[KEYS[rows[0]].index(digit)]
    return _tone({low: 1.0, high: 10 ** (TWIST_DB / 20)}, duration_s, KEY_DBFS)


def _bursts(cadence: Cadence, bursts: int) -> Samples:
    tones_hz, on_s, _ = cadence
    burst = _tone(dict.fromkeys(tones_hz, 1.0), on_s, TONE_DBFS)
    spans = _spans(cadence, bursts)
    sound = np.zeros(round(spans[-1].end_s * RATE_HZ) if spans else 0, dtype=np.float32)
    for span in spans:
        start = round(span.start_s * RATE_HZ)
        sound[start : start + burst.size] = burst
    return sound


def _spans(cadence: Cadence, bursts: int) -> tuple[Interval, ...]:
    _, on_s, off_s = cadence
    starts_s = [round(number * (on_s + off_s), 6) for number in range(bursts)]
    return tuple(Interval(start_s, round(start_s + on_s, 6)) for start_s in starts_s)


def _tone(strengths: dict[float, float] | dict[int, float], duration_s: float, level_dbfs: float) -> Samples:
    """Sines together at this RMS, which the edges are not counted in."""
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    sound = sum(strength * np.sin(2 * np.pi * tone_hz * time_s) for tone_hz, strength in strengths.items())
    level = np.sqrt(sum(strength**2 for strength in strengths.values()) / 2)
    return np.asarray(sound * edges(time_s.size, EDGE_S) * 10 ** (level_dbfs / 20) / level, dtype=np.float32)


def edges(n_samples: int, edge_s: float) -> Floats:
    """A raised cosine up at the start and down at the end."""
    from_edge = np.minimum(np.arange(n_samples), np.arange(n_samples)[::-1]) + 0.5
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(from_edge / (edge_s * RATE_HZ), 0, 1)))


def rms(sound: NDArray[np.floating[Any]]) -> float:
    """Root mean square; 0.0 for no samples."""
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2))) if sound.size else 0.0
