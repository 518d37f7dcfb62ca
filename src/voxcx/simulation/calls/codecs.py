"""The codecs of telephones: one channel encoded and decoded in memory, at 8 kHz. float32, mono.

G.711 and Opus are PyAV's; GSM full rate (06.10) is libsndfile's, since PyAV's wheels decode it only. What a codec adds
at the start is skipped by its container, so that what comes back lies within 1 ms of what went in.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from voxcx.simulation.calls.signals import RATE_HZ, Samples

Codec = Literal["none", "mulaw", "alaw", "gsm", "opus"]
Steps = NDArray[np.int16]
FULL_SCALE = 32_768
_CONTAINER_AND_ENCODER: dict[Codec, tuple[str, str]] = {
    "mulaw": ("wav", "pcm_mulaw"),
    "alaw": ("wav", "pcm_alaw"),
    "opus": ("ogg", "libopus"),
}
_TAIL = RATE_HZ // 10  # zeros behind the sound, for what a codec still holds back at its end


def coded(channel: Samples, codec: Codec, bit_rate: int) -> Samples:
    """A channel within [−1, 1] as it comes out of a codec, as long as it was; only Opus has a ``bit_rate`` (bit/s)."""
    if codec == "none" or not channel.size:
        return channel.copy()
    steps = np.clip(np.rint(channel * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    steps = np.pad(steps, (0, _TAIL))
    decoded = _by_sndfile(steps) if codec == "gsm" else _by_pyav(steps, codec, bit_rate)
    heard = decoded[: channel.size].astype(np.float32) / np.float32(FULL_SCALE)
    return np.pad(heard, (0, channel.size - heard.size))


def _by_sndfile(steps: Steps) -> Steps:
    page = io.BytesIO()
    soundfile.write(page, steps, RATE_HZ, format="WAV", subtype="GSM610")
    page.seek(0)
    return np.asarray(soundfile.read(page, dtype="int16")[0])


def _by_pyav(steps: Steps, codec: Codec, bit_rate: int) -> Steps:
    form, encoder = _CONTAINER_AND_ENCODER[codec]
    page = io.BytesIO()
    with av.open(page, "w", format=form) as container:
        _encode(container, steps, encoder, bit_rate)
    page.seek(0)
    return np.concatenate([*_read(page, form)])


def _encode(container: Any, steps: Steps, encoder: str, bit_rate: int) -> None:
    stream = container.add_stream(encoder, rate=RATE_HZ, layout="mono")
    if encoder == "libopus":
        stream.codec_context.options = {"application": "voip"}
        stream.bit_rate = bit_rate
    stream.codec_context.open()  # only then it says how many samples it takes at a time
    resampler = av.AudioResampler("s16", "mono", RATE_HZ, frame_size=stream.codec_context.frame_size or None)
    whole = av.AudioFrame.from_ndarray(steps[None], "s16", "mono")
    whole.sample_rate = RATE_HZ
    for frame in (*resampler.resample(whole), *resampler.resample(None), None):
        container.mux(stream.encode(frame))


def _read(page: io.BytesIO, form: str) -> Iterator[Steps]:
    with av.open(page, "r", format=form) as container:
        resampler = av.AudioResampler("s16", "mono", RATE_HZ)
        for frame in (*container.decode(audio=0), None):
            for piece in resampler.resample(frame):
                yield piece.to_ndarray()[0]
