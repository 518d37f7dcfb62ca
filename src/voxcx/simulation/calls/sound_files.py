"""Sound files of the simulation: clips in, recordings out."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from voxcx.errors import InputError
from voxcx.simulation.calls.signals import RATE_HZ, Samples

FULL_SCALE = 32767


def read_mono(path: Path) -> Samples:
    """Any recording that PyAV reads, its channels mixed, at 8 kHz.

    Raises:
        InputError: no sound in it.
    """
    pieces: list[Samples] = []
    try:
        with av.open(str(path), "r", metadata_errors="ignore") as container:
            resampler = av.AudioResampler("flt", "mono", RATE_HZ)
            for frame in (*container.decode(audio=0), None):
                pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    except (av.error.FFmpegError, OSError, IndexError, ValueError):
        pieces = []
    if not sum(piece.size for piece in pieces):
        raise InputError(f"{path}: expected a sound file, got one without sound that can be read; export it as WAV.")
    return np.concatenate(pieces).astype(np.float32)


def as_flac(sound: Samples) -> bytes:
    """Channels (2, n) as a 16-bit FLAC of 8 kHz; the same samples give the same bytes on the same build of PyAV."""
    steps: NDArray[np.int16] = np.rint(np.clip(sound, -1.0, 1.0) * FULL_SCALE).astype(np.int16)
    page = io.BytesIO()
    with av.open(page, "w", format="flac", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("flac", rate=RATE_HZ, layout="stereo")
        stream.codec_context.format = "s16"
        stream.codec_context.open()
        resampler = av.AudioResampler("s16", "stereo", RATE_HZ, frame_size=stream.codec_context.frame_size or None)
        whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(steps.T).reshape(1, -1), "s16", "stereo")
        whole.sample_rate = RATE_HZ
        for frame in (*resampler.resample(whole), *resampler.resample(None), None):
            container.mux(stream.encode(frame))
    return page.getvalue()
