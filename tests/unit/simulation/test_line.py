from __future__ import annotations

import io
import math
from dataclasses import replace
from itertools import pairwise

import av
import numpy as np
import pytest
import soundfile

import sound_files
from voxcx.errors import InputError
from voxcx.simulation.calls import line as line_module
from voxcx.simulation.calls.codecs import Codec
from voxcx.simulation.calls.line import Line, active_rms, draw_line, through
from voxcx.simulation.calls.signals import RATE_HZ, Samples

CODECS: tuple[Codec, ...] = ("mulaw", "alaw", "gsm", "opus")


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def call() -> Samples:
    """25 s of a sample call."""
    return sound_files.piece(5, 30).astype(np.float32) / np.float32(32768)


def db(ratio: float) -> float:
    return 20 * math.log10(ratio)


def rms(sound: Samples) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


def delay_ms(sent: Samples, heard: Samples) -> float:
    """How late a channel is, by the peak of the cross-correlation."""
    size = 2 * sent.size
    correlation = np.fft.irfft(np.conj(np.fft.rfft(sent, size)) * np.fft.rfft(heard, size))
    peak = int(np.argmax(correlation))
    return (peak if peak < sent.size else peak - size) / RATE_HZ * 1000


def test_a_line_that_does_nothing_changes_nothing(call: Samples) -> None:
    heard = through(call, Line(), random())
    assert np.array_equal(heard, call)
    assert heard is not call


@pytest.mark.parametrize("codec", CODECS)
def test_codecs_keep_the_shape_and_the_time(call: Samples, codec: Codec) -> None:
    odd = call[:, :100_003]
    heard = through(odd, Line(codec=codec), random())
    assert heard.shape == odd.shape
    assert heard.dtype == np.float32
    for sent, got in zip(odd, heard, strict=True):
        assert abs(delay_ms(sent, got)) < 1
        assert np.corrcoef(sent, got)[0, 1] > 0.75
        assert db(rms(got) / rms(sent)) == pytest.approx(0, abs=1.5)


@pytest.mark.parametrize("codec", CODECS)
def test_an_impulse_stays_in_its_place_and_on_its_channel(codec: Codec) -> None:
    sound = np.zeros((2, 2 * RATE_HZ), dtype=np.float32)
    sound[1, 9_001] = 0.9
    heard = through(sound, Line(codec=codec), random())
    assert abs(int(np.argmax(abs(heard[1]))) - 9_001) <= RATE_HZ // 1000
    assert abs(heard[0]).max() < 0.001


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("n_samples", [0, 1, 159, 161])
def test_very_short_sound_comes_back(codec: Codec, n_samples: int) -> None:
    sound = np.full((2, n_samples), 0.1, dtype=np.float32)
    full = Line(codec=codec, snr_db=20, bleed_db=-20, packet_loss=0.1)
    assert through(sound, full, random()).shape == (2, n_samples)


def mu_law_values() -> set[int]:
    """What the 256 codes of G.711 µ-law stand for, on the scale of 16 bits."""
    sizes = [4 * ((2 * step + 33) * 2**segment - 33) for segment in range(8) for step in range(16)]
    return {sign * size for size in sizes for sign in (1, -1)}


def a_law_values() -> set[int]:
    """The same for A-law."""
    first = [16 * step + 8 for step in range(16)]
    others = [(16 * step + 264) * 2 ** (segment - 1) for segment in range(1, 8) for step in range(16)]
    return {sign * size for size in (*first, *others) for sign in (1, -1)}


@pytest.mark.parametrize(("codec", "values"), [("mulaw", mu_law_values()), ("alaw", a_law_values())])
def test_g711_gives_the_nearest_value_of_the_standard(codec: Codec, values: set[int]) -> None:
    steps = np.arange(-32768, 32768, 7)
    heard = through(np.stack([steps, steps[::-1]]).astype(np.float32) / 32768, Line(codec=codec), random())
    got = np.rint(heard[0] * 32768).astype(int)
    assert set(got.tolist()) <= values
    ladder = np.array(sorted(values))
    widest = np.array([max(upper - lower, 1) for lower, upper in pairwise(ladder)])
    step_here = widest[np.clip(np.searchsorted(ladder, steps) - 1, 0, widest.size - 1)]
    inside = abs(steps) < ladder.max()
    assert (abs(got - steps)[inside] <= 0.5 * step_here[inside] + 4).all()  # 4: the 14 bits that µ-law is defined on


def noise_ratio_db(call: Samples, codec: Codec) -> float:
    return db(rms(call) / rms(through(call, Line(codec=codec), random()) - call))


def test_gsm_is_as_good_as_gsm(call: Samples) -> None:
    """13 kbit/s follow the wave by some 10 dB, G.711's 64 by more than 30."""
    assert 7 < noise_ratio_db(call, "gsm") < 15
    assert min(noise_ratio_db(call, codec) for codec in ("mulaw", "alaw")) > 30


def test_gsm_is_decoded_as_another_decoder_does(call: Samples) -> None:
    """GSM 06.10 says every bit of its decoder: FFmpeg's own, within PyAV, hears the same samples."""
    page = io.BytesIO()
    soundfile.write(page, np.rint(call[0] * 32768).astype(np.int16), RATE_HZ, format="WAV", subtype="GSM610")
    page.seek(0)
    with av.open(page, "r") as container:
        other = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    heard = np.rint(through(call, Line(codec="gsm"), random())[0] * 32768)
    assert np.array_equal(heard, other[: heard.size])


@pytest.mark.parametrize("kind", ["white", "babble", "street", "hum"])
@pytest.mark.parametrize("snr_db", [10.0, 30.0])
def test_noise_is_as_loud_as_it_says(call: Samples, kind: str, snr_db: float) -> None:
    heard = through(call, Line(noise=kind, snr_db=snr_db), random())  # type: ignore[arg-type]
    for sent, got in zip(call, heard, strict=True):
        assert db(active_rms(sent) / rms(got - sent)) == pytest.approx(snr_db, abs=0.1)
    first, second = heard - call
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.5 or kind == "hum"  # each channel has its own


def test_pauses_do_not_count_for_the_level() -> None:
    tone = (0.2 * np.sin(np.arange(RATE_HZ) * 0.5)).astype(np.float32)
    silence = np.zeros(9 * RATE_HZ, dtype=np.float32)
    assert active_rms(np.concatenate((silence, tone))) == pytest.approx(0.1414, abs=0.001)
    assert active_rms(silence) == 0.0


def test_a_silent_channel_takes_the_other_level_and_a_silent_call_none(call: Samples) -> None:
    one_sided = call * np.array([[1], [0]], dtype=np.float32)
    noise = through(one_sided, Line(snr_db=20), random()) - one_sided
    assert db(rms(noise[1]) / rms(noise[0])) == pytest.approx(0, abs=0.01)
    assert not through(np.zeros_like(call), Line(snr_db=20), random()).any()


@pytest.mark.parametrize("bleed_db", [-20.0, -40.0])
def test_bleed_is_the_other_party_late_and_faint(call: Samples, bleed_db: float) -> None:
    echo = through(call, Line(bleed_db=bleed_db), random()) - call
    for source, leaked in zip(call[::-1], echo, strict=True):
        assert db(rms(leaked) / rms(source)) == pytest.approx(bleed_db, abs=0.1)
        assert 5 <= delay_ms(source, leaked) <= 60
        power = np.abs(np.fft.rfft(leaked)) ** 2
        at_hz = np.fft.rfftfreq(leaked.size, 1 / RATE_HZ)
        assert power[(at_hz > 250) & (at_hz < 3_100)].sum() > 0.97 * power.sum()


@pytest.mark.parametrize("loss", [0.01, 0.03, 0.2])
def test_loss_has_its_mean_and_comes_in_bursts(loss: float) -> None:
    lost = line_module._lost(300_000, loss, random())
    runs = np.count_nonzero(np.diff(lost.astype(int)) == 1)
    assert lost.mean() == pytest.approx(loss, rel=0.1)
    assert lost.sum() / runs == pytest.approx(2.5, rel=0.1)


def test_lost_packets_repeat_the_last_one_fading(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = np.array([True, False, True, True, True, True, False])
    monkeypatch.setattr(line_module, "_lost", lambda *_: lost)
    sound = np.repeat(np.arange(1, 8) / 10, 160).astype(np.float32)
    heard = through(np.stack([sound, sound]), Line(packet_loss=0.1), random())[0].reshape(-1, 160)
    assert not heard[0].any()  # nothing came before
    assert np.array_equal(heard[1], np.full(160, np.float32(0.2)))
    assert heard[2][[0, -1]] == pytest.approx([0.2, 0.2 * (1 - 159 / 480)], abs=1e-6)
    assert heard[4][[0, -1]] == pytest.approx([0.2 / 3, 0.2 / 480], abs=1e-6)
    assert not heard[5].any()  # 60 ms are over
    assert np.array_equal(heard[6], np.full(160, np.float32(0.7)))


def test_the_same_seed_is_the_same_line(call: Samples) -> None:
    line = Line("opus", 20, "babble", -30, 0.03)
    assert np.array_equal(through(call, line, random(5)), through(call, line, random(5)))
    assert not np.array_equal(through(call, line, random(5)), through(call, line, random(6)))


def test_another_step_leaves_the_noise_as_it_was(call: Samples) -> None:
    noisy = Line(snr_db=25)
    bled = replace(noisy, bleed_db=-30)
    difference = through(call, bled, random()) - through(call, noisy, random())
    assert np.allclose(difference, through(call, Line(bleed_db=-30), random()) - call, atol=1e-6)


def test_what_is_too_loud_is_cut_off() -> None:
    sound = np.full((2, 800), 0.9, dtype=np.float32)
    assert abs(through(sound, Line(snr_db=0), random())).max() <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"codec": "mp3"},
        {"noise": "pink"},
        {"packet_loss": -0.1},
        {"packet_loss": 0.6},
        {"packet_loss": math.nan},
        {"snr_db": math.inf},
        {"bleed_db": math.nan},
    ],
)
def test_a_line_refuses_the_impossible(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=rf"^{next(iter(wrong))} of a line: expected .*, got .*; .*\.$"):
        Line(**wrong)  # type: ignore[arg-type]


def test_drawn_lines_are_those_of_telephones() -> None:
    rng = random()
    lines = [draw_line(rng) for _ in range(2000)]
    shares = {codec: sum(line.codec == codec for line in lines) / 2000 for codec in (*CODECS, "none")}
    assert shares == pytest.approx({"mulaw": 0.35, "alaw": 0.35, "gsm": 0.1, "opus": 0.2, "none": 0}, abs=0.03)
    assert {line.noise for line in lines} == {"white", "babble", "street", "hum"}
    assert all(line.snr_db is not None and 15 <= line.snr_db <= 35 for line in lines)
    assert all(line.bleed_db is None or -40 <= line.bleed_db <= -20 for line in lines)
    assert all(0 <= line.packet_loss <= 0.03 for line in lines)
    assert 0.4 < sum(line.bleed_db is None for line in lines) / 2000 < 0.6
    assert 0.4 < sum(line.packet_loss == 0 for line in lines) / 2000 < 0.6
    again = random()
    assert lines[:5] == [draw_line(again) for _ in range(5)]
