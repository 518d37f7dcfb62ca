"""Echo put into a sample call is found with its delay and strength, and is not taken for speech."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sound_files import RATE_HZ, Samples, piece, sample_call, write_wav
from voxcx.channels.bleed import explained, fitted
from voxcx.channels.echo import Echo
from voxcx.channels.meter import ChannelMeter
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Recording
from voxcx.domain.intervals import Interval, Intervals, subtract, total_s, union
from voxcx.intake.audio import probe

CALL_S = 44.0  # then there is music
Hear = Callable[[Recording], Heard]
Meter = Callable[..., tuple[ChannelMeter, object]]


def with_echo(samples: Samples, of: int, *, level_db: float, delay_s: float) -> Samples:
    late = round(delay_s * RATE_HZ)
    made = samples.astype(np.float64)
    made[1 - of, late:] += 10 ** (level_db / 20) * samples[of, : samples.shape[1] - late]
    return np.clip(np.round(made), -32768, 32767).astype(np.int16)


def widened(pieces: Intervals) -> Intervals:
    return union(Interval(max(one.start_s - 0.1, 0.0), one.end_s + 0.1) for one in pieces)


@pytest.mark.parametrize(("of", "level_db", "delay_s"), [(0, -15, 0.0), (1, -25, 0.58), (0, -40, 0.2)])
def test_an_echo_is_found_and_is_no_speech(
    tmp_path: Path, heard: Hear, of: int, level_db: float, delay_s: float
) -> None:
    clean = heard(probe(write_wav(tmp_path / "clean.wav", piece(0.0, CALL_S))))
    samples = with_echo(piece(0.0, CALL_S), of, level_db=level_db, delay_s=delay_s)
    found = heard(probe(write_wav(tmp_path / "call.wav", samples)))
    (finding,) = found.findings
    measured = dict(finding.measured)
    assert (found.verdict, finding.channel) == ("bleed", 1 - of)
    assert measured["delay_s"] == pytest.approx(delay_s, abs=0.005)
    assert measured["attenuation_db"] == pytest.approx(-level_db, abs=3)
    for before, after in zip(clean.speech, found.speech, strict=True):
        assert total_s(subtract(after, widened(before))) <= 0.3, "echo taken for speech"
        assert total_s(subtract(before, widened(after))) <= 0.02 * total_s(before), "speech lost"


def test_echo_both_ways_is_two_findings(tmp_path: Path, heard: Hear) -> None:
    samples = piece(0.0, CALL_S)
    both = with_echo(samples, 0, level_db=-20, delay_s=0.1) + with_echo(samples, 1, level_db=-30, delay_s=0.3) - samples
    found = heard(probe(write_wav(tmp_path / "call.wav", both.astype(np.int16))))
    assert {(one.verdict, one.channel) for one in found.findings} == {("bleed", 0), ("bleed", 1)}


@pytest.mark.parametrize("start_s", [0.0, 11.0, 23.0, 47.0])
@pytest.mark.parametrize("length_s", [3.0, 9.0, 20.0])
def test_no_echo_is_found_where_there_is_none(metered: Meter, start_s: float, length_s: float) -> None:
    meter, _ = metered([piece(start_s, start_s + length_s)], RATE_HZ, 2)
    assert meter.echoes == ()
    assert meter.foreign(0) is None


def test_what_both_hear_equally_loud_is_no_echo(metered: Meter) -> None:
    samples = sample_call()[:, : round(CALL_S * RATE_HZ)].copy()
    samples[:, : 8 * RATE_HZ] = samples[0, : 8 * RATE_HZ]  # an announcement on both channels
    meter, _ = metered([samples], RATE_HZ, 2)
    assert (meter.echoes, meter.alike) == ((), False)


ECHO = Echo(of=0, on=1, delay_s=0.064, contrast=9.0, confirmed=True, first=1, spread=(0.0, 0.01))


def test_an_echo_explains_what_it_can_and_no_more() -> None:
    energies = np.full((2, 60), 1e-8, dtype=np.float32)
    energies[0, 10:20] = 1e-2  # the other party speaks …
    energies[1, 12:22] = 1e-4  # … and is heard two frames later, 20 dB weaker
    energies[1, 15:17] = 1e-2  # double talk
    energies[1, 45:50] = 1e-4  # as faint as the echo, but nobody else speaks
    mask = explained(ECHO, energies)
    assert mask[12:15].all()
    assert mask[17:22].all()
    assert not mask[15:17].any()
    assert not mask[40:].any()


def test_the_strength_is_set_by_loud_moments() -> None:
    energies = np.full((2, 200), 1e-9, dtype=np.float32)
    energies[0, 10:110] = 1e-2
    energies[1, 12:112] = 4e-4  # four times what was summed
    assert fitted(ECHO, energies).spread == pytest.approx((0.0, 0.04), rel=0.01)
    energies[1] += 1e-3  # drowned in noise: what was summed stands
    assert fitted(ECHO, energies) == ECHO
