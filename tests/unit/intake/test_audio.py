"""Sound in any container becomes blocks of int16, and what it is gets measured, not believed."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from sound_files import DATA, RATE_HZ, encode, piece, sample_call, write_wav
from voxcx.intake.audio import file_sha256, for_browser, probe, read_blocks


def test_probe_measures_the_sample() -> None:
    path = DATA / "service-en.flac"
    recording = probe(path)
    assert (recording.channels, recording.sample_rate_hz, recording.truncated) == (2, 8_000, False)
    assert recording.duration_s == pytest.approx(97.92)
    assert recording.sha256 == file_sha256(path)


@pytest.mark.parametrize("block_s", [0.037, 1.0, 10.0, 500.0])
def test_blocks_are_the_samples_whatever_their_size(block_s: float) -> None:
    recording = probe(DATA / "service-en.flac")
    blocks = list(read_blocks(recording, block_s))
    assert all(block.dtype == np.int16 and block.shape[0] == 2 for block in blocks)
    assert {block.shape[1] for block in blocks[:-1]} <= {round(block_s * RATE_HZ)}
    assert np.array_equal(np.concatenate(blocks, axis=1), sample_call())


def test_wav_comes_back_bit_by_bit(tmp_path: Path) -> None:
    samples = piece(0.0, 3.0)
    recording = probe(write_wav(tmp_path / "a.wav", samples))
    assert np.array_equal(np.concatenate(list(read_blocks(recording)), axis=1), samples)


@pytest.mark.parametrize(
    ("suffix", "codec", "rate_hz"),
    [("mp3", "libmp3lame", 8_000), ("ogg", "libopus", 48_000), ("m4a", "aac", 16_000), ("wav", "pcm_alaw", 8_000),
     ("wav", "pcm_mulaw", 8_000), ("webm", "libopus", 48_000), ("flac", "flac", 44_100)],
)  # fmt: skip
def test_formats_of_call_centres(tmp_path: Path, suffix: str, codec: str, rate_hz: int) -> None:
    samples = np.repeat(piece(1.0, 4.0), rate_hz // RATE_HZ, axis=1)
    recording = probe(encode(tmp_path / f"a.{suffix}", samples, codec, rate_hz))
    decoded = np.concatenate(list(read_blocks(recording)), axis=1)
    assert (recording.channels, recording.truncated) == (2, False)
    assert recording.duration_s == pytest.approx(samples.shape[1] / rate_hz, abs=0.15)
    assert decoded.shape[1] == round(recording.duration_s * recording.sample_rate_hz)
    agent, customer = np.abs(decoded.astype(float)).mean(axis=1)
    assert agent > 10 * customer, "the greeting is the agent's, on channel 0"


def test_the_browsers_copy_is_opus_of_the_same_length() -> None:
    import io  # noqa: PLC0415

    sound, mime = for_browser(probe(DATA / "service-en.flac"))
    assert mime == "audio/ogg"
    assert len(sound) < 600_000
    with av.open(io.BytesIO(sound), "r") as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(97.92, abs=0.1)
