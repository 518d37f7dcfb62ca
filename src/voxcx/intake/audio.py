"""The door to PyAV: what a recording is, and its samples as blocks of int16. No stage holds a long call whole."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from voxcx.domain.interaction import Recording
from voxcx.errors import InputError
from voxcx.intake.headers import Promise, flac_s, ogg_is_cut, refuse_hidden_sound, wav_data
from voxcx.storage.opening import glimpsed, opened
from voxcx.storage.paths import is_remote
from voxcx.units import rounded_s

Samples = NDArray[np.int16]
MAX_CHANNELS = 2
BLOCK_S = 10.0
GAP_S = 0.05  # time stamps that jump further than this leave sound out
TRIES = 100  # how often a reader that stumbles is asked to go on
_FLOAT_FORMATS = {"flt", "fltp", "dbl", "dblp"}
_READABLE = "WAV, MP3, FLAC, Ogg/Opus, M4A, WebM, AMR or GSM"


def probe(path: Path) -> Recording:
    """What the file holds, measured by decoding it once (a header may lie).

    Raises:
        InputError: not audio, empty, 0 s, more than two channels, samples that are no numbers.
    """
    with _opened(path) as (container, stream):
        rate_hz, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        promise = _promise(container, stream, path)
        cut = container.format.name == "ogg" and ogg_is_cut(path)
    if channels > MAX_CHANNELS:
        raise InputError(
            f"{path.name}: expected one or two channels (agent and customer), got {channels}; "
            "export the two parties as a stereo file."
        )
    refuse_hidden_sound(path)
    damage = _Damage()
    frames = sum(block.shape[1] for block in _decoded(path, damage))
    if frames == 0:
        raise InputError(f"{path.name}: expected sound, got a recording of 0 s; check the export.")
    duration_s = frames / rate_hz
    cut = cut or (promise is not None and promise.is_broken_by(duration_s, damaged=damage.pieces > 0))
    missing_s = rounded_s(damage.missing_s)
    return Recording(path, file_sha256(path), duration_s, channels, rate_hz, truncated=cut, missing_s=missing_s)


def promised_s(path: Path) -> float | None:
    """How long the header says the recording is, without decoding it; None where it does not say or cannot be read."""
    try:
        with _opened(path) as (container, stream):
            promise = _promise(container, stream, path)
    except (InputError, OSError):
        return None  # the recording itself is refused when it is opened
    return promise.seconds if promise else None


def read_blocks(recording: Recording, block_s: float = BLOCK_S) -> Iterator[Samples]:
    """Samples at the recording's own rate, shape (channels, n) with n = block_s × rate except in the last block."""
    order = slice(None, None, -1 if recording.exchanged else 1)
    size = round(block_s * recording.sample_rate_hz)
    waiting: list[Samples] = []
    count = 0
    for piece in _decoded(recording.path):
        waiting.append(piece)
        count += piece.shape[1]
        while count >= size:
            joined = np.concatenate(waiting, axis=1)
            yield joined[order, :size]
            waiting, count = [joined[:, size:]], count - size
    if count:
        yield np.concatenate(waiting, axis=1)[order]


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes."""
    try:
        with opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # of BinaryIO
    except OSError as error:
        raise InputError(f"{path}: expected a readable file, got {error.strerror}; check the path.") from None


@dataclass(slots=True)
class _Damage:
    """Pieces that could not be decoded with good sound on both sides, and the seconds that are missing there."""

    pieces: int = 0
    missing_s: float = 0.0


def _decoded(path: Path, damage: _Damage | None = None) -> Iterator[Samples]:
    """Decoded frames as int16 (channels, n). Damage in the middle is skipped; nothing readable at all is refused.

    Where time stamps tell how much is missing, silence stands in its place, so that what follows keeps its time.
    """
    damage = damage or _Damage()
    with _opened(path) as (container, stream):
        resampler = av.AudioResampler(format="s16p")
        promise = _promise(container, stream, path)
        room_s = promise.seconds if promise else 0.0  # a broken time stamp must not make hours of silence
        due_s: float | None = None
        for frame in _frames(container, stream, path, damage):
            _refuse_nan(frame, path)
            lasts_s = frame.samples / frame.sample_rate
            gap_s = min(frame.time - due_s, room_s - lasts_s) if due_s is not None and frame.time is not None else 0.0
            if gap_s > GAP_S:
                silence = _silence_like(frame, gap_s)
                damage.missing_s += gap_s
                room_s -= gap_s
                yield from _as_int16(resampler, silence)
            if frame.time is not None:
                due_s = frame.time
            due_s = None if due_s is None else due_s + lasts_s
            room_s -= lasts_s
            yield from _as_int16(resampler, frame)
        yield from _as_int16(resampler, None)


def _frames(
    container: av.container.InputContainer, stream: av.AudioStream, path: Path, damage: _Damage
) -> Iterator[av.AudioFrame]:
    """Frames packet by packet; one that cannot be decoded costs nothing behind it."""
    good, bad, why = False, 0, "no sound in it"
    for packet in _packets(container, stream):
        frames: list[av.AudioFrame] = []
        try:
            if isinstance(packet, Exception):
                raise packet
            frames = stream.decode(packet)
        except (av.FFmpegError, OSError) as error:
            bad, why = bad + 1, str(error)
        if frames:
            damage.pieces += bad if good else 0  # what is wrong before the first or behind the last sound is no sound
            good, bad = True, 0
        yield from frames
    if not good and bad:
        raise _not_audio(path, why)


def _packets(
    container: av.container.InputContainer, stream: av.AudioStream
) -> Iterator[av.Packet[av.AudioStream] | Exception]:
    """Packets, and errors of the reader in their place; it is asked to go on, but not for ever."""
    for _ in range(TRIES):
        try:
            yield from container.demux(stream)
        except (av.FFmpegError, OSError) as error:
            yield error
        else:
            return


def _silence_like(frame: av.AudioFrame, duration_s: float) -> av.AudioFrame:
    """A frame of zeros in another's format (unsigned 8 bit has its zero at 128)."""
    samples = round(duration_s * frame.sample_rate)
    shape = frame.to_ndarray().shape
    planes, per_plane = shape[0], shape[1] // frame.samples
    zero = 128 if frame.format.name.startswith("u8") else 0
    values = np.full((planes, samples * per_plane), zero, dtype=frame.to_ndarray().dtype)
    silence = av.AudioFrame.from_ndarray(values, format=frame.format.name, layout=frame.layout.name)
    silence.sample_rate = frame.sample_rate
    return silence


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


def _refuse_no_file(path: Path) -> None:
    if not path.exists():
        raise InputError(f"{path}: expected a recording, found no such file; check the path.")
    if path.is_dir():
        raise InputError(f"{path}: expected one recording, got a folder; use `voxcx batch` for folders.")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name}: expected a recording, got an empty file; copy or export it again.")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[av.container.InputContainer, av.AudioStream]]:
    if not is_remote(path):
        _refuse_no_file(path)
    try:
        source = glimpsed(path) if is_remote(path) else str(path.absolute())
        container = av.open(source, "r", metadata_errors="ignore")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _not_audio(path, str(error)) from None
    with container:
        if not container.streams.audio or not container.streams.audio[0].codec_context.sample_rate:
            raise _not_audio(path, "no audio stream")
        stream = container.streams.audio[0]
        yield container, stream


def _promise(container: av.container.InputContainer, stream: av.AudioStream, path: Path) -> Promise | None:
    """How long the header says the sound is; WAV is asked directly, since FFmpeg trusts the file's size instead."""
    if (data := wav_data(path)) is not None:
        return Promise(data.size / data.bytes_per_s, data.plain)
    coded = stream.codec_context
    if coded.name == "flac" and (flac := flac_s(coded.extradata)) is not None:
        return Promise(flac, exact=True)
    if stream.duration and stream.time_base:
        return Promise(float(stream.duration * stream.time_base), exact=False)
    return None if container.duration is None else Promise(container.duration / av.time_base, exact=False)


def _not_audio(path: Path, why: str) -> InputError:
    return InputError(f"{path.name}: expected a recording ({_READABLE}), got something else ({why}); check the file.")


def for_browser(blocks: Iterable[Samples], rate_hz: int, channels: int) -> tuple[bytes, str]:
    """Blocks of int16 (channels, n) as Ogg/Opus for an HTML page: (bytes, MIME type). About 32 kbit/s."""
    page = io.BytesIO()
    with av.open(page, "w", format="ogg") as container:
        layout = "mono" if channels == 1 else "stereo"
        stream = container.add_stream("libopus", rate=48_000, layout=layout)
        stream.bit_rate = 32_000
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=48_000)
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16p", layout=layout)
            frame.sample_rate = rate_hz
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return page.getvalue(), "audio/ogg"
