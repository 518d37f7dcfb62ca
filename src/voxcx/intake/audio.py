"""The door to PyAV: what a recording is, and its samples as blocks of int16. No stage holds a long call whole."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from voxcx.domain.interaction import Recording
from voxcx.errors import InputError

Samples = NDArray[np.int16]
MAX_CHANNELS = 2
BLOCK_S = 10.0
SLACK_SHARE = 0.05  # a header may promise this much more than the file holds: padding of lossy codecs
_FLOAT_FORMATS = {"flt", "fltp", "dbl", "dblp"}
_READABLE = "WAV, MP3, FLAC, Ogg/Opus, M4A, WebM, AMR or GSM"


def probe(path: Path) -> Recording:
    """What the file holds, measured by decoding it once (a header may lie).

    Raises:
        InputError: not audio, empty, 0 s, more than two channels, samples that are no numbers.
    """
    with _opened(path) as (container, stream):
        rate_hz, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        promised_s = _promised_s(container, stream, path)
    if channels > MAX_CHANNELS:
        raise InputError(
            f"{path.name}: expected one or two channels (agent and customer), got {channels}; "
            "export the two parties as a stereo file."
        )
    _refuse_hidden_sound(path)
    frames = sum(block.shape[1] for block in _decoded(path))
    if frames == 0:
        raise InputError(f"{path.name}: expected sound, got a recording of 0 s; check the export.")
    duration_s = frames / rate_hz
    cut = promised_s is not None and duration_s < promised_s * (1 - SLACK_SHARE) - 0.1
    return Recording(path, file_sha256(path), duration_s, channels, rate_hz, truncated=cut)


def read_blocks(recording: Recording, block_s: float = BLOCK_S) -> Iterator[Samples]:
    """Samples at the recording's own rate, shape (channels, n) with n = block_s × rate except in the last block."""
    size = round(block_s * recording.sample_rate_hz)
    waiting: list[Samples] = []
    count = 0
    for piece in _decoded(recording.path):
        waiting.append(piece)
        count += piece.shape[1]
        while count >= size:
            joined = np.concatenate(waiting, axis=1)
            yield joined[:, :size]
            waiting, count = [joined[:, size:]], count - size
    if count:
        yield np.concatenate(waiting, axis=1)


def file_sha256(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _decoded(path: Path) -> Iterator[Samples]:
    """Decoded frames as int16 (channels, n). Damage in the middle is skipped; nothing readable at all is refused."""
    with _opened(path) as (container, stream):
        resampler = av.AudioResampler(format="s16p")
        got = False
        try:
            for frame in container.decode(stream):
                _refuse_nan(frame, path)
                got = True
                yield from _as_int16(resampler, frame)
        except (av.FFmpegError, OSError) as error:
            if not got:
                raise _not_audio(path, str(error)) from None
        yield from _as_int16(resampler, None)


def _as_int16(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> Iterator[Samples]:
    try:
        converted = resampler.resample(frame)
    except (av.FFmpegError, ValueError):  # a stream that changes its layout midway, or nothing to flush
        return
    for piece in converted:
        samples = piece.to_ndarray()
        if samples.size:
            yield samples.astype(np.int16, copy=False)


def _refuse_nan(frame: av.AudioFrame, path: Path) -> None:
    if frame.format.name in _FLOAT_FORMATS and not np.isfinite(frame.to_ndarray()).all():
        at_s = frame.time or 0.0
        raise InputError(
            f"{path.name}: expected samples that are numbers, got NaN or infinity near {at_s:.1f} s; export it again."
        )


@contextmanager
def _opened(path: Path) -> Iterator[tuple[av.container.InputContainer, av.AudioStream]]:
    if not path.exists():
        raise InputError(f"{path}: expected a recording, found no such file; check the path.")
    if path.is_dir():
        raise InputError(f"{path}: expected one recording, got a folder; use `voxcx batch` for folders.")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name}: expected a recording, got an empty file; copy or export it again.")
    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _not_audio(path, str(error)) from None
    with container:
        if not container.streams.audio or not container.streams.audio[0].codec_context.sample_rate:
            raise _not_audio(path, "no audio stream")
        stream = container.streams.audio[0]
        yield container, stream


def _promised_s(container: av.container.InputContainer, stream: av.AudioStream, path: Path) -> float | None:
    """How long the header says the sound is; WAV is asked directly, since FFmpeg trusts the file's size instead."""
    if (wav_s := _wav_promised_s(path)) is not None:
        return wav_s
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _wav_promised_s(path: Path) -> float | None:
    """Length by the RIFF header's data size; None for other formats and for streams that state no size."""
    data = _wav_data(path)
    return None if data is None else data[1] / data[2]


def _wav_data(path: Path) -> tuple[int, int, int] | None:
    """Of a WAV that states its size: where its sound starts, how many bytes it promises, bytes per second."""
    with path.open("rb") as file:
        head = file.read(4096)
    at, form = head.find(b"data"), head.find(b"fmt ")
    if head[:4] != b"RIFF" or at < 0 or form < 0:
        return None
    size = int.from_bytes(head[at + 4 : at + 8], "little")
    bytes_per_s = int.from_bytes(head[form + 16 : form + 20], "little")
    streamed = size in {0, 0xFFFFFFFF, 0x7FFFFFFF}
    return None if streamed or not bytes_per_s else (at + 8, size, bytes_per_s)


def _refuse_hidden_sound(path: Path) -> None:
    """A WAV whose header promises less than the file holds: decoders would stop early and nobody would know."""
    data = _wav_data(path)
    if data is None:
        return
    start, size, bytes_per_s = data
    end = start + size + size % 2
    left = path.stat().st_size - end
    with path.open("rb") as file:
        file.seek(end)
        mark, length = file.read(4), int.from_bytes(file.read(4), "little")
    chunk = mark.isascii() and mark.decode("ascii", "replace").isprintable() and length <= left
    if left > bytes_per_s and not chunk:  # more than a second, and no LIST, id3 or cue behind the sound
        raise InputError(
            f"{path.name}: expected a header that tells the length, got one that promises {size / bytes_per_s:.1f} s "
            f"of {(size + left) / bytes_per_s:.1f} s; export it again."
        )


def _not_audio(path: Path, why: str) -> InputError:
    return InputError(f"{path.name}: expected a recording ({_READABLE}), got something else ({why}); check the file.")


def for_browser(recording: Recording) -> tuple[bytes, str]:
    """The recording as Ogg/Opus stereo for an HTML page: (bytes, MIME type). About 32 kbit/s."""
    page = io.BytesIO()
    with av.open(page, "w", format="ogg") as container:
        layout = "mono" if recording.channels == 1 else "stereo"
        stream = container.add_stream("libopus", rate=48_000, layout=layout)
        stream.bit_rate = 32_000
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=48_000)
        for block in read_blocks(recording):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16p", layout=layout)
            frame.sample_rate = recording.sample_rate_hz
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return page.getvalue(), "audio/ogg"
