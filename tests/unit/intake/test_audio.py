"""Sound in any container becomes blocks of int16, and what it is gets measured, not believed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from sound_files import DATA, RATE_HZ, encode, piece, sample_call, write_float_wav, write_wav
from voxcx.intake.audio import file_sha256, probe, read_blocks
from voxcx.listening import to_play


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

    sound, mime = to_play((probe(DATA / "service-en.flac"),))
    assert mime == "audio/ogg"
    assert len(sound) < 600_000
    with av.open(io.BytesIO(sound), "r") as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(97.92, abs=0.1)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.gsm", ("-ar", "8000", "-ac", "1", "-c:a", "libgsm")),
        ("ms.wav", ("-ar", "8000", "-ac", "1", "-c:a", "libgsm_ms")),
        ("a.amr", ("-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb")),
        ("adpcm.wav", ("-c:a", "adpcm_ima_wav")),
        ("u8.wav", ("-c:a", "pcm_u8")),
        ("s24.wav", ("-c:a", "pcm_s24le")),
        ("a.aiff", ()),
        ("a.au", ("-c:a", "pcm_mulaw")),
        ("vorbis.ogg", ("-c:a", "libvorbis")),
        ("a.wma", ()),
    ],
)
def test_formats_that_only_ffmpeg_writes(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg here to write the file")
    source = write_wav(tmp_path / "source.wav", piece(1.0, 6.0))
    command = ["ffmpeg", "-v", "error", "-i", str(source), *options, str(tmp_path / name)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"this ffmpeg cannot write {name}: {made.stderr.strip().splitlines()[0]}")
    recording = probe(tmp_path / name)
    assert recording.duration_s == pytest.approx(5.0, abs=0.15)
    assert (recording.truncated, recording.missing_s) == (False, 0.0)


def test_amr_is_read(tmp_path: Path) -> None:
    """No encoder is needed: 100 frames of 12.2 kbit/s, a table-of-contents byte and 31 bytes each."""
    path = tmp_path / "a.amr"
    path.write_bytes(b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100)
    recording = probe(path)
    assert (recording.channels, recording.sample_rate_hz, recording.truncated) == (1, 8_000, False)
    assert recording.duration_s == pytest.approx(2.0)


@pytest.mark.parametrize("kept", [0.5, 0.955, 0.99])
@pytest.mark.parametrize("kind", ["pcm", "float", "pcm_alaw", "pcm_mulaw", "flac"])
def test_what_counts_its_samples_cannot_be_cut_unseen(tmp_path: Path, kind: str, kept: float) -> None:
    path = tmp_path / f"a.{'flac' if kind == 'flac' else 'wav'}"
    samples = piece(0.0, 20.0)
    if kind == "pcm":
        write_wav(path, samples)
    elif kind == "float":
        write_float_wav(path, (samples / 32768).astype(np.float32))
    else:
        encode(path, samples, kind)
    assert not probe(path).truncated
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * kept)])
    recording = probe(path)
    assert recording.truncated
    assert recording.duration_s == pytest.approx(20.0 * kept, abs=1.5)


def test_a_wav_writer_that_counts_its_header_is_no_liar(tmp_path: Path) -> None:
    data = bytearray(write_wav(tmp_path / "a.wav", piece(0.0, 5.0)).read_bytes())
    data[40:44] = len(data).to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(data)
    assert not probe(tmp_path / "a.wav").truncated


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("name", ["a.ogg", "a.opus"])
def test_an_ogg_file_that_breaks_off_is_told(tmp_path: Path, name: str, kept: float) -> None:
    path = encode(tmp_path / name, np.repeat(piece(0.0, 20.0), 6, axis=1), "libopus", 48_000)
    assert not probe(path).truncated
    data = path.read_bytes()
    path = path.rename(tmp_path / "other.wav")  # what it is counts, not what it is called
    path.write_bytes(data[: round(len(data) * kept)])
    recording = probe(path)
    assert recording.truncated
    assert recording.duration_s == pytest.approx(20.0 * kept, abs=2.5)


def test_an_ogg_file_cut_between_two_pages_is_told_and_one_with_something_behind_it_is_not(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.ogg", np.repeat(piece(0.0, 20.0), 6, axis=1), "libopus", 48_000)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"OggS")])
    assert probe(path).truncated
    path.write_bytes(data + b"TAG" + bytes(125))  # an ID3v1 tag
    assert not probe(path).truncated


@pytest.mark.parametrize(("name", "codec"), [("a.ogg", "libvorbis"), ("a.oga", "flac"), ("a.opus", "libopus")])
def test_an_ogg_file_of_ffmpegs_own_is_whole_until_it_is_cut(tmp_path: Path, name: str, codec: str) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg here to write the file")
    source, path = write_wav(tmp_path / "source.wav", piece(0.0, 20.0)), tmp_path / name
    command = ["ffmpeg", "-v", "error", "-i", str(source), "-c:a", codec, str(path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(f"this ffmpeg cannot write {codec}")
    assert not probe(path).truncated
    data = path.read_bytes()
    for kept in (0.9, 0.6, 0.3):
        path.write_bytes(data[: round(len(data) * kept)])
        assert probe(path).truncated, kept


def test_the_browsers_copy_is_whole(tmp_path: Path) -> None:
    for name in ("service-en", "service-ru"):
        (tmp_path / "copy.ogg").write_bytes(to_play((probe(DATA / f"{name}.flac"),))[0])
        assert not probe(tmp_path / "copy.ogg").truncated


@pytest.mark.parametrize(
    ("suffix", "codec", "rate_hz"),
    [("mp3", "libmp3lame", 8_000), ("flac", "flac", 8_000), ("ogg", "libopus", 48_000), ("m4a", "aac", 16_000),
     ("webm", "libopus", 48_000)],
)  # fmt: skip
def test_damage_in_the_middle_is_told_and_costs_only_itself(
    tmp_path: Path, suffix: str, codec: str, rate_hz: int
) -> None:
    samples = np.repeat(piece(0.0, 20.0), rate_hz // RATE_HZ, axis=1)
    path = encode(tmp_path / f"a.{suffix}", samples, codec, rate_hz)
    whole = probe(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    recording = probe(path)
    assert recording.truncated or recording.missing_s > 0.1, recording
    assert 18.5 < recording.duration_s <= whole.duration_s + 0.01
    sound = np.concatenate(list(read_blocks(recording)), axis=1)
    assert sound.shape[1] == round(recording.duration_s * recording.sample_rate_hz)
    assert np.abs(sound[:, -round(3 * recording.sample_rate_hz) :].astype(float)).mean() > 10, "the end is there"
    if suffix in {"flac", "ogg", "webm"}:  # their time stamps tell how long: what follows keeps its time
        assert recording.duration_s == pytest.approx(whole.duration_s, abs=0.01)
