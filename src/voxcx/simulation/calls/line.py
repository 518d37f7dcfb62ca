"""What a telephone line does to both channels of a call: bleed, noise, lost packets and a codec, in this order.

Every step has its own random numbers, so that another codec leaves the noise as it was. The same seed gives the same
samples on the same builds of PyAV and libsndfile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from voxcx.errors import InputError
from voxcx.simulation.calls.codecs import Codec, coded
from voxcx.simulation.calls.noise import Noise, noise_like
from voxcx.simulation.calls.signals import RATE_HZ, Floats, Samples, rms

MOST_LOSS = 0.5
PACKET = RATE_HZ // 50  # samples: 20 ms, the packet of G.711 over RTP and of Opus, and the frame that levels are of
ACTIVE_DB = 30.0  # a frame this far below the loudest is no speech
BURST_PACKETS = 2.5  # mean length of a run of lost packets
FADE_S = 0.06  # a lost packet's stand-in is gone after this
ECHO_DELAY_S = (0.005, 0.060)
ECHO_BAND_HZ = (300.0, 3000.0)
OPUS_BIT_RATES = (8_000, 10_000, 12_000)
_FILTER_TAPS = 129


@dataclass(frozen=True, slots=True)
class Line:
    """What a line does; the default does nothing. ``packet_loss`` is the mean share of lost packets.

    Raises:
        InputError: a codec or noise that there is not, a share outside 0 to 0.5, a level that is no number.
    """

    codec: Codec = "none"
    snr_db: float | None = None
    noise: Noise = "white"
    bleed_db: float | None = None
    packet_loss: float = 0.0

    def __post_init__(self) -> None:
        _check_known("codec", self.codec, get_args(Codec))
        _check_known("noise", self.noise, get_args(Noise))
        if not 0 <= self.packet_loss <= MOST_LOSS:
            raise InputError(
                f"packet_loss of a line: expected a share from 0 to {MOST_LOSS}, got {self.packet_loss}; "
                "give a share, not per cent."
            )
        _check_level("snr_db", self.snr_db)
        _check_level("bleed_db", self.bleed_db)


def _check_known(name: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise InputError(f"{name} of a line: expected one of {', '.join(known)}, got {given!r}; use one of these.")


def _check_level(name: str, level_db: float | None) -> None:
    if level_db is not None and not np.isfinite(level_db):
        raise InputError(f"{name} of a line: expected a number of dB, got {level_db}; leave it out to have none of it.")


def through(sound: Samples, line: Line, rng: np.random.Generator) -> Samples:
    """Both channels as they arrive: float32 (2, n) at 8 kHz within [−1, 1] in and out, aligned to 1 ms.

    bleed   each party's sound is added to the other's channel, its RMS ``bleed_db`` below, 5–60 ms late, 300–3000 Hz;
    noise   ``snr_db`` below the channel's active level, the RMS of those frames of 20 ms that are within 30 dB of the
            loudest (music and tones count); a silent channel takes the other's level, a silent call gets no noise;
    loss    packets of 20 ms, each channel for itself, in runs of 2.5 on average (Gilbert's model); the last packet
            that came is repeated, fading to silence within 60 ms;
    codec   encoded and decoded, each channel for itself; Opus at 8, 10 or 12 kbit/s.
    """
    for_bleed, for_noise, for_loss, for_codec = map(np.random.default_rng, rng.integers(2**63, size=4))
    heard = np.array(sound, dtype=np.float32)
    if not heard.size:
        return heard
    if line.bleed_db is not None:
        heard += np.stack([_echo(source, line.bleed_db, for_bleed) for source in sound[::-1]])
    if line.snr_db is not None:
        heard += _noise(sound, line.snr_db, line.noise, for_noise)
    if line.packet_loss:
        heard = np.stack([_concealed(channel, line.packet_loss, for_loss) for channel in heard])
    heard = np.clip(heard, -1.0, 1.0)
    bit_rate = int(for_codec.choice(OPUS_BIT_RATES))
    return heard if line.codec == "none" else np.stack([coded(channel, line.codec, bit_rate) for channel in heard])


def draw_line(rng: np.random.Generator) -> Line:
    """A line as contact centres record it: mostly G.711, SNR 15–35 dB; half of them bleed, half lose packets.

    The shares are a guess at common practice, not measured.
    """
    codecs: tuple[Codec, ...] = ("mulaw", "alaw", "gsm", "opus")
    kinds: tuple[Noise, ...] = get_args(Noise)
    codec = codecs[rng.choice(4, p=(0.35, 0.35, 0.1, 0.2))]
    noise = kinds[rng.choice(4, p=(0.30, 0.30, 0.25, 0.15))]
    snr_db, bleed_db, loss = rng.uniform(15, 35), rng.uniform(-40, -20), rng.uniform(0, 0.03)
    bleeds, loses = rng.random(2) < 0.5
    return Line(
        codec=codec,
        snr_db=round(float(snr_db), 1),
        noise=noise,
        bleed_db=round(float(bleed_db), 1) if bleeds else None,
        packet_loss=round(float(loss), 4) if loses else 0.0,
    )


def active_rms(channel: Samples) -> float:
    """RMS of the frames of 20 ms that are within 30 dB of the loudest; 0.0 where there is no sound."""
    frames = _packets(channel).astype(np.float64)
    powers = (frames**2).mean(axis=1)
    active = powers[powers >= powers.max(initial=0.0) * 10 ** (-ACTIVE_DB / 10)]
    return float(np.sqrt(active.mean())) if active.size else 0.0


def _echo(source: Samples, bleed_db: float, rng: np.random.Generator) -> Samples:
    """What leaks of a party's sound into the other's channel."""
    delay = round(rng.uniform(*ECHO_DELAY_S) * RATE_HZ)
    half = _FILTER_TAPS // 2
    narrow = np.convolve(source, _echo_path())[half : half + source.size]
    late = np.concatenate((np.zeros(delay), narrow))[: source.size]
    loud, was = rms(source), rms(late)
    return np.asarray(late * (10 ** (bleed_db / 20) * loud / was if was else 0.0), dtype=np.float32)


def _echo_path() -> Floats:
    """A band-pass of windowed sincs, symmetric: its delay is half its length at every frequency."""
    taps = np.arange(_FILTER_TAPS) - _FILTER_TAPS // 2
    low, high = (2 * edge_hz / RATE_HZ * np.sinc(2 * edge_hz / RATE_HZ * taps) for edge_hz in ECHO_BAND_HZ)
    return np.asarray((high - low) * np.hamming(_FILTER_TAPS), dtype=np.float64)


def _noise(sound: Samples, snr_db: float, kind: Noise, rng: np.random.Generator) -> Samples:
    levels = [active_rms(channel) for channel in sound]
    wanted = [(level or max(levels)) * 10 ** (-snr_db / 20) for level in levels]
    return np.stack([noise_like(kind, sound.shape[1], rng) * np.float32(level) for level in wanted])


def _concealed(channel: Samples, loss: float, rng: np.random.Generator) -> Samples:
    """The channel with lost packets, each replaced by the last that came, fading; nothing came before → silence."""
    packets = _packets(channel)
    number = np.arange(len(packets))
    lost = _lost(len(packets), loss, rng)
    last = np.maximum.accumulate(np.where(lost, -1, number))
    since = (number - last - 1)[:, None] * PACKET + np.arange(PACKET)
    fading = np.clip(1 - since / (FADE_S * RATE_HZ), 0, 1) * (last >= 0)[:, None]
    heard = np.where(lost[:, None], packets[last] * fading, packets)
    return np.asarray(heard.reshape(-1)[: channel.size], dtype=np.float32)


def _lost(n_packets: int, loss: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Gilbert's two states, in runs: geometric lengths with the means that give this loss, from a random state on."""
    means = (BURST_PACKETS * (1 - loss) / loss, BURST_PACKETS)
    state = bool(rng.random() < loss)
    runs: list[NDArray[np.bool_]] = []
    count = 0
    while count < n_packets:
        length = min(int(rng.geometric(min(1.0, 1 / means[state]))), n_packets - count)
        runs.append(np.full(length, state))
        state, count = not state, count + length
    return np.concatenate(runs)


def _packets(channel: Samples) -> Samples:
    """The channel in rows of 20 ms, the last filled up with zeros."""
    return np.pad(channel, (0, -channel.size % PACKET)).reshape(-1, PACKET)
