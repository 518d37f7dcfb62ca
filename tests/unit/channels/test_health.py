"""Verdicts on generated sound, made of slices of the sample calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sound_files import DATA, RATE_HZ, Samples, piece, write_wav
from voxcx.channels.health import Measured, examine
from voxcx.channels.meter import ChannelMeter
from voxcx.channels.roles import settle_roles
from voxcx.config import load_config
from voxcx.domain.heard import Heard, Verdict
from voxcx.domain.interaction import Interaction, Recording
from voxcx.domain.intervals import Interval
from voxcx.intake.audio import probe
from voxcx.intake.opening import open_interaction

Hear = Callable[[Recording], Heard]
Meter = Callable[..., tuple[ChannelMeter, object]]


def nothing_metered() -> ChannelMeter:
    meter = ChannelMeter(2, RATE_HZ, load_config().channels)
    meter.finish()
    return meter


def noise(seconds: float, amplitude: float) -> Samples:
    rng = np.random.default_rng(7)
    return (rng.standard_normal((1, round(seconds * RATE_HZ))) * amplitude).astype(np.int16)


def ringing(seconds: float) -> Samples:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = np.sin(2 * np.pi * 425 * time) * (time % 5 < 1) * 8000
    return np.stack((tone, tone)).astype(np.int16)


def with_channel(samples: Samples, index: int, other: Samples) -> Samples:
    changed = samples.copy()
    changed[index] = other[0, : changed.shape[1]]
    return changed


CALL = (0.0, 12.0)  # greeting and problem: both parties speak


def made() -> dict[str, tuple[Samples, Verdict]]:
    both = piece(*CALL)
    loud = np.clip(both.astype(np.int32) * 12, -32768, 32767).astype(np.int16)
    line_noise = noise(12.0, 30.0)[0]  # −60 dB: an idle line, not a dead channel
    hissing = with_channel(both, 1, line_noise[None, :])
    return {
        "untouched": (both, "ok"),
        "one channel": (both[:1], "mono"),
        "the same twice": (np.repeat(both[:1], 2, axis=0), "dual_mono"),
        "the same twice, one quieter": (np.stack((both[0], both[0] // 3)), "dual_mono"),
        "the same twice, one upside down": (np.stack((both[0], -both[0])), "dual_mono"),
        "the same twice, one 45 ms late": (np.stack((both[0], np.roll(both[0], 360))), "dual_mono"),
        "the same twice, one coded": (np.stack((both[0], both[0] // 256 * 256)), "dual_mono"),
        "customer's channel is digital silence": (with_channel(both, 1, both[1:] * 0), "dead_channel"),
        "agent's channel holds the last bit only": (with_channel(both, 0, noise(12.0, 0.7)), "dead_channel"),
        "agent's channel holds a constant": (with_channel(both, 0, both[:1] * 0 + 4000), "dead_channel"),
        "customer silent on a hissing line, a short call": (hissing, "ok"),
        "customer silent on a hissing line, a long call": (np.tile(hissing, 3), "dead_channel"),
        "clipped": (loud, "clipped"),
        "clipped, then made quiet": (loud // 8, "clipped"),
        "loud, coded coarsely": (
            (both.astype(np.int32) * 20_000 // np.abs(both.astype(np.int32)).max() // 512 * 512).astype(np.int16),
            "ok",
        ),
        "digital silence": (both * 0, "not_speech"),
        "a ringing tone": (ringing(12.0), "not_speech"),
        "noise on both lines": (np.concatenate((noise(12.0, 300.0), noise(12.0, 300.0)[:, ::-1])), "not_speech"),
    }


@pytest.mark.parametrize("name", list(made()))
def test_verdicts(name: str, tmp_path: Path, heard: Hear) -> None:
    samples, expected = made()[name]
    found = heard(probe(write_wav(tmp_path / "call.wav", samples)))
    assert found.verdict == expected, found.findings
    assert (found.findings == ()) == (expected == "ok")


@pytest.mark.parametrize("name", ["service-en", "service-ru"])
def test_no_false_alarm_on_the_samples(name: str, heard: Hear) -> None:
    found = heard(probe(DATA / f"{name}.flac"))
    assert (found.verdict, found.findings) == ("ok", ())


def test_a_dead_channel_and_clipping_name_their_channel(tmp_path: Path, heard: Hear) -> None:
    both = piece(*CALL)
    both = with_channel(both, 1, both[1:] * 0)
    both[0] = np.clip(both[0].astype(np.int32) * 12, -32768, 32767)
    found = heard(probe(write_wav(tmp_path / "call.wav", both)))
    assert [(f.verdict, f.channel) for f in found.findings] == [("dead_channel", 1), ("clipped", 0)]


def test_a_truncated_file_is_a_finding() -> None:
    recording = replace(probe(DATA / "service-en.flac"), truncated=True)
    silent = ((Interval(0.0, 1.0),), (Interval(2.0, 3.0),))
    verdict, _ = examine((Measured(recording, nothing_metered(), silent),), load_config().channels)
    assert verdict == "truncated"
    damaged = replace(recording, truncated=False, missing_s=1.2345)
    verdict, (finding,) = examine((Measured(damaged, nothing_metered(), silent),), load_config().channels)
    assert (verdict, finding.measured) == ("truncated", (("missing_s", 1.23),))


@pytest.mark.parametrize("size", [333, 16_000, 40_001])
def test_the_meter_does_not_depend_on_how_sound_is_cut_into_blocks(size: int, metered: Meter) -> None:
    samples = np.repeat(piece(0.0, 40.0), 2, axis=1)
    samples[1] += np.roll(samples[0], 1_000) // 10
    speech = (Interval(0.0, 40.0),)
    whole, _ = metered([samples], 2 * RATE_HZ, 2)
    cut, _ = metered((samples[:, at : at + size] for at in range(0, samples.shape[1], size)), 2 * RATE_HZ, 2)
    assert cut.loudest_db == pytest.approx(whole.loudest_db)
    assert cut.clipped_share(0, speech) == whole.clipped_share(0, speech)
    assert cut.likeness == pytest.approx(whole.likeness)
    assert cut.echoes == whole.echoes
    assert len(whole.echoes) == 1


ROLES: list[tuple[Verdict, int, int, tuple[str, ...], bool]] = [
    ("ok", 2, 0, ("agent", "customer"), True),
    ("ok", 2, 1, ("customer", "agent"), True),
    ("clipped", 2, 0, ("agent", "customer"), True),
    ("truncated", 2, 0, ("agent", "customer"), True),
    ("mono", 1, 0, ("unknown",), False),
    ("dual_mono", 2, 0, ("unknown", "unknown"), False),
    ("dead_channel", 2, 0, ("agent", "customer"), False),
    ("not_speech", 2, 0, ("agent", "customer"), False),
]


@pytest.mark.parametrize(("verdict", "channels", "agent_channel", "expected", "trusted"), ROLES)
def test_roles(verdict: Verdict, channels: int, agent_channel: int, expected: tuple[str, ...], trusted: bool) -> None:
    interaction = Interaction("c", "call", agent_channel=agent_channel)
    roles = settle_roles(interaction, Heard(10.0, verdict, ((),) * channels), None)
    assert roles.by_channel == expected
    assert (roles.distrust is None) == trusted


def test_a_chat_has_no_channels() -> None:
    chat, _ = open_interaction(DATA / "chat-en.json")
    assert settle_roles(chat, Heard(0.0, "no_audio"), None).distrust is None
