"""What a recording's file promises: its length (WAV of plain samples and FLAC, exactly), or that it ends (Ogg)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voxcx.errors import InputError
from voxcx.storage.opening import glimpsed

EXACT_SLACK_S = 0.02  # writers that count the header itself as sound are off by less than a telephone frame
DAMAGED_SLACK_S = 0.1  # where damage was met, what is short of the promise is missing
LOSSY_SLACK_SHARE = 0.05  # lossy codecs pad, and some containers only estimate
HEAD_BYTES = 65_536
TAIL_BYTES = 65_536  # an Ogg page takes 65 307 at most
_PAGE_HEAD, _LAST_OF_STREAM = 27, 0x04  # bytes before a page's table of sizes; the flag (RFC 3533, section 6)
_PLAIN_SAMPLES = {1, 3, 6, 7, 0xFFFE}  # PCM, float, A-law, µ-law, extensible: so many bytes are so many samples
_STREAMED = {0, 0xFFFFFFFF, 0x7FFFFFFF}  # sizes that writers put where they do not know


@dataclass(frozen=True, slots=True)
class Promise:
    """How long the sound should be; ``exact``: the header counts samples."""

    seconds: float
    exact: bool

    def is_broken_by(self, duration_s: float, *, damaged: bool) -> bool:
        """Whether so much sound is less than promised."""
        slack_s = DAMAGED_SLACK_S if damaged else LOSSY_SLACK_SHARE * self.seconds + DAMAGED_SLACK_S
        return duration_s < self.seconds - (EXACT_SLACK_S if self.exact else slack_s)


@dataclass(frozen=True, slots=True)
class WavData:
    """Of a WAV that states its size: where its sound starts, how many bytes it promises, how many a second takes."""

    start: int
    size: int
    bytes_per_s: int
    plain: bool


def wav_data(path: Path) -> WavData | None:
    """The RIFF header's word; None for other formats and for streams that state no size."""
    with glimpsed(path) as file:
        head = file.read(HEAD_BYTES)
    chunks = {name: (at, size) for name, at, size in _chunks(head)}
    if b"data" not in chunks or b"fmt " not in chunks:
        return None
    form = chunks[b"fmt "][0]
    start, size = chunks[b"data"]
    kind = int.from_bytes(head[form : form + 2], "little")
    bytes_per_s = int.from_bytes(head[form + 8 : form + 12], "little")
    if size in _STREAMED or not bytes_per_s:
        return None
    return WavData(start, size, bytes_per_s, kind in _PLAIN_SAMPLES)


def _chunks(head: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, where its content starts, size) of the chunks that begin in the head."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return
    at = 12
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        yield name, at + 8, size
        if name == b"data":
            return
        at += 8 + size + size % 2


def flac_s(stream_info: bytes | None) -> float | None:
    """Length by FLAC's STREAMINFO block (34 bytes); None when it does not know how many samples follow."""
    if not stream_info or len(stream_info) < 34:
        return None
    packed = int.from_bytes(stream_info[10:18], "big")  # rate 20 bits, channels 3, depth 5, samples 36
    rate_hz, samples = packed >> 44, packed & ((1 << 36) - 1)
    return samples / rate_hz if samples and rate_hz else None


def refuse_hidden_sound(path: Path) -> None:
    """A WAV whose header promises less than the file holds: decoders would stop early and nobody would know."""
    data = wav_data(path)
    if data is None:
        return
    end = data.start + data.size + data.size % 2
    left = path.stat().st_size - end
    with glimpsed(path) as file:
        file.seek(end)
        mark, length = file.read(4), int.from_bytes(file.read(4), "little")
    chunk = mark.isascii() and mark.decode("ascii", "replace").isprintable() and length <= left
    if left > data.bytes_per_s and not chunk:  # more than a second, and no LIST, id3 or cue behind the sound
        raise InputError(
            f"{path.name}: expected a header that tells the length, got one that promises "
            f"{data.size / data.bytes_per_s:.1f} s of {(data.size + left) / data.bytes_per_s:.1f} s; export it again."
        )


def ogg_is_cut(path: Path) -> bool:
    """Whether an Ogg file stops midway: its last page is not whole, or does not say that it is the last.

    An Ogg file states no length, and a decoder takes what is there for all. What was copied from a live stream may lack
    that word too, and counts as cut: from the file alone the two cannot be told apart.
    """
    with glimpsed(path) as file:
        file.seek(max(path.stat().st_size - TAIL_BYTES, 0))
        tail = file.read()
    page = tail[max(tail.rfind(b"OggS\0"), 0) :]
    if not page.startswith(b"OggS\0") or len(page) < _PAGE_HEAD:
        return True
    table = page[_PAGE_HEAD : _PAGE_HEAD + page[_PAGE_HEAD - 1]]
    whole = len(table) == page[_PAGE_HEAD - 1] and len(page) >= _PAGE_HEAD + len(table) + sum(table)
    return not (whole and page[5] & _LAST_OF_STREAM)
