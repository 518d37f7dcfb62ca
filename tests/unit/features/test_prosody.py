"""Prosody worked out by hand, and the reason for each value that cannot be known."""

from __future__ import annotations

from dataclasses import replace
from math import log10

import pytest

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.features import Feature
from voxcx.domain.heard import VoicePiece
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Phase, Timeline
from voxcx.features.prosody import prosody_features
from voxcx.features.voice import Party

HZ = (100.0,) * 10 + (200.0,) * 30 + (400.0,) * 10


def piece(start_s: float, end_s: float, level_db: float = -20.0, hz: tuple[float, ...] = ()) -> VoicePiece:
    return VoicePiece(Interval(start_s, end_s), level_db, hz)


AGENT = (piece(0, 2, -20, HZ), piece(3, 5, -23, HZ), piece(6, 8, -26, HZ), piece(32, 35, -5, (500.0,) * 90))
CUSTOMER = (piece(8, 9, -30, (120.0,) * 49),)
TIMELINE = Timeline(
    60.0,
    agent=tuple(p.span for p in AGENT),
    customer=tuple(p.span for p in CUSTOMER),
    phases=(
        Phase("talk", Interval(0, 30), "cdr"),
        Phase("hold", Interval(30, 40), "cdr"),
        Phase("talk", Interval(40, 60), "cdr"),
    ),
)


def of(agent: tuple[VoicePiece, ...], timeline: Timeline = TIMELINE) -> dict[str, Feature]:
    voices: dict[Party, tuple[VoicePiece, ...]] = {"agent": agent, "customer": CUSTOMER}
    return {feature.name: feature for feature in prosody_features(voices, timeline)}


def mean_db(*levels_db: float) -> float:
    return 10 * log10(sum(10 ** (level / 10) for level in levels_db) / len(levels_db))


def test_values_by_hand_without_the_announcement_in_the_hold() -> None:
    row = of(AGENT)
    assert row["agent_pitch_median_hz"].value == pytest.approx(200.0)
    assert row["agent_pitch_range_st"].value == pytest.approx(24.0)  # two octaves
    assert row["agent_loudness_db"].value == pytest.approx(mean_db(-20, -23, -26), abs=0.051)
    assert row["agent_loudness_drift_db"].value == pytest.approx(-6.0)


def test_a_long_unit_weighs_more_and_is_cut_at_the_thirds() -> None:
    row = of((piece(0, 1, -20), piece(2, 5, -30), piece(6, 7, -30), piece(8, 12, -20)))  # 9 s: thirds end at 3 and 6
    louder, softer = 10**-2, 10**-3
    assert row["agent_loudness_db"].value == pytest.approx(10 * log10((5 * louder + 4 * softer) / 9), abs=0.051)
    first, last = (louder + 2 * softer) / 3, louder
    assert row["agent_loudness_drift_db"].value == pytest.approx(10 * log10(last / first), abs=0.051)


@pytest.mark.parametrize(
    ("agent", "timeline", "name", "why"),
    [
        (AGENT, replace(TIMELINE, distrust="mono"), "pitch_median_hz", "mono"),
        (AGENT, replace(TIMELINE, distrust="mono"), "loudness_drift_db", "mono"),
        ((), replace(TIMELINE, agent=()), "loudness_db", "no agent speech"),
        ((), TIMELINE, "loudness_db", "voice was not measured"),
        (AGENT[3:], replace(TIMELINE, agent=TIMELINE.agent[3:]), "pitch_range_st", "no agent speech"),  # in the hold
        ((piece(0, 5),), TIMELINE, "pitch_range_st", "less than 50 voiced frames of the agent"),
        ((piece(0, 2), piece(3, 5), piece(6, 7)), TIMELINE, "loudness_drift_db", "less than 6 s of agent speech"),
        ((piece(0, 1), piece(2, 9), piece(10, 11)), TIMELINE, "loudness_drift_db", "the agent spoke without a pause"),
    ],
)
def test_missing_has_its_reason(agent: tuple[VoicePiece, ...], timeline: Timeline, name: str, why: str) -> None:
    feature = of(agent, timeline)[f"agent_{name}"]
    assert feature.value is None
    assert feature.missing == why


def test_few_voiced_frames_leave_loudness() -> None:
    row = of(AGENT)
    assert row["customer_pitch_median_hz"].missing == "less than 50 voiced frames of the customer"
    assert row["customer_loudness_db"].value == pytest.approx(-30.0)
    assert row["customer_loudness_drift_db"].missing == "less than 6 s of customer speech"


def test_the_family_is_whole_and_a_proxy() -> None:
    names = {name for name, spec in CATALOGUE.items() if spec.family == "prosody"}
    assert set(of(AGENT)) == names
    assert all(CATALOGUE[name].voice_proxy for name in names)
    assert {name.split("_", 1)[1] for name in names} == {
        "pitch_median_hz", "pitch_range_st", "loudness_db", "loudness_drift_db",
    }  # fmt: skip
