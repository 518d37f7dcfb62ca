"""Simulated calls: the plan keeps its promises, the document is what it says, the sound is where the truth has it."""

from __future__ import annotations

import io
import json
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxcx.config import Definitions
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import History, Interaction, Recording
from voxcx.domain.intervals import Interval, intersection, total_s
from voxcx.domain.result import Roles
from voxcx.domain.timeline import OVERLAP_KINDS, Timeline
from voxcx.domain.transcript import Recognition, Transcript, Word
from voxcx.features.table import Material, extract_features
from voxcx.intake.audio import probe, read_blocks
from voxcx.intake.metadata import Metadata
from voxcx.intake.opening import open_interaction
from voxcx.report.document import ResultDoc
from voxcx.simulation.calls.building import build_call
from voxcx.simulation.calls.clips import Language, loader
from voxcx.simulation.calls.document import Made, document_of
from voxcx.simulation.calls.line import Line
from voxcx.simulation.calls.plan import Plan
from voxcx.simulation.calls.simulate import SimulatedCall, Wanted, simulate_call
from voxcx.simulation.calls.values import NOT_FIXED
from voxcx.timeline.build import build_timeline
from voxcx.transcribe.replay import ReplayTranscriber
from voxcx.transcribe.utterances import to_transcript

CLIPS = loader(None)
CALLS = range(24)
PARTIES: tuple[Any, Any] = ("agent", "customer")
KINDS = (
    *OVERLAP_KINDS, "silence", "long_silence", "latency", "hold", "hold_request", "hold_return", "dtmf", "ringback",
    "busy",
)  # fmt: skip


@cache
def planned(number: int) -> tuple[Plan, dict[str, Any]]:
    language: Language = "ru" if number % 2 else "en"
    plan, voices = build_call(CLIPS(language), language, 11, number)
    made = Made("x", language, 11, number, Line(), voices, with_telephony=True)
    return plan, document_of(plan, made, b"")


def events(number: int, *kinds: str) -> list[dict[str, Any]]:
    return [event for event in planned(number)[1]["timeline"]["events"] if event["kind"] in kinds]


def speech(number: int, party: str) -> tuple[Interval, ...]:
    return tuple(Interval(*span) for span in planned(number)[1]["timeline"]["speech"][party])


def test_every_kind_of_event_is_there() -> None:
    counts = Counter(event["kind"] for number in CALLS for event in planned(number)[1]["timeline"]["events"])
    assert {kind for kind in KINDS if counts[kind] < len(CALLS) // 4} == set()
    yielded = Counter(event["yielded"] for number in CALLS for event in events(number, "interruption"))
    assert min(yielded[True], yielded[False]) >= 5


@pytest.mark.parametrize("number", CALLS)
def test_every_stretch_of_simultaneous_speech_is_one_event(number: int) -> None:
    both = intersection(speech(number, "agent"), speech(number, "customer"))
    told = sorted((event["start_s"], event["end_s"]) for event in events(number, *OVERLAP_KINDS))
    assert [(span.start_s, span.end_s) for span in both] == told


@pytest.mark.parametrize("number", CALLS)
def test_events_lie_well_inside_their_definitions(number: int) -> None:
    for event in events(number, *OVERLAP_KINDS, "silence", "long_silence"):
        length_s = round(event["end_s"] - event["start_s"], 2)
        low, high = {
            "backchannel": (0.15, 0.8),
            "brief_overlap": (0.2, 0.4),
            "terminal_overlap": (0.15, 0.35),
            "dual_start": (0.8, 1.8),
            "interruption": (0.6, 1.8),
            "silence": (3.5, 16.0),
            "long_silence": (11.0, 16.0),
        }[event["kind"]]
        assert low <= length_s <= high, event


@pytest.mark.parametrize("number", CALLS)
def test_who_yields_falls_silent_and_who_does_not_goes_on(number: int) -> None:
    for event in events(number, "interruption"):
        victim = speech(number, "customer" if event["role"] == "agent" else "agent")
        after = [span for span in victim if span.end_s > event["end_s"]]
        if event["yielded"]:
            assert not after or after[0].start_s - event["end_s"] > 2.0
        else:
            since = Interval(event["start_s"], event["start_s"] + 3.0)
            assert total_s(intersection(victim, (since,))) > 1.5


@pytest.mark.parametrize("number", CALLS)
def test_phases_follow_one_another_and_cover_the_call(number: int) -> None:
    timeline = planned(number)[1]["timeline"]
    edges = [(phase["start_s"], phase["end_s"]) for phase in timeline["phases"]]
    assert edges[0][0] == 0.0
    assert edges[-1][1] == timeline["duration_s"]
    assert all(end == start for (_, end), (start, _) in pairwise(edges))
    assert 40 <= timeline["duration_s"] <= 150


@pytest.mark.parametrize("number", CALLS)
def test_the_document_is_a_result(number: int) -> None:
    document = planned(number)[1]
    ResultDoc.model_validate(document)
    assert (document["csi"], document["scorecard"]) == (None, None)
    assert set(document["provenance"]["gaps"]) == {"csi", "scorecard"}
    times = [event[edge] for event in document["timeline"]["events"] for edge in ("start_s", "end_s")]
    assert all(round(time_s, 2) == time_s for time_s in times)
    missing = document["features"]["missing"]
    assert {name for name, value in document["features"]["values"].items() if value is None} == set(missing)


@pytest.mark.parametrize("number", CALLS)
def test_words_lie_inside_the_speech_of_who_says_them(number: int) -> None:
    for utterance in planned(number)[1]["transcript"]["utterances"]:
        assert utterance["text"] == " ".join(word["text"] for word in utterance["words"])
        spoken = speech(number, utterance["role"])
        for word in utterance["words"]:
            assert utterance["start_s"] <= word["start_s"] < word["end_s"] <= utterance["end_s"]
            inside_s = total_s(intersection(spoken, (Interval(word["start_s"], word["end_s"]),)))
            assert inside_s == pytest.approx(word["end_s"] - word["start_s"], abs=1e-6)


# The truth is written apart from timeline and features: given perfect ears, both must read the definitions alike.


def heard_perfectly(number: int, tmp_path: Path) -> tuple[Interaction, Heard, Transcript, Timeline]:
    document = planned(number)[1]
    meta = tmp_path / "call.json"
    meta.write_text(json.dumps(document), encoding="utf-8")
    telephony = Metadata.from_file(meta).telephony.record()
    duration_s = document["timeline"]["duration_s"]
    heard = Heard(duration_s, "ok", tuple(speech(number, party) for party in PARTIES))
    said = tuple(
        tuple(
            Word(word["text"], word["start_s"], word["end_s"])
            for utterance in document["transcript"]["utterances"]
            if utterance["role"] == party
            for word in utterance["words"]
        )
        for party in PARTIES
    )
    transcript = to_transcript(Recognition(document["transcript"]["language"], "test", said), PARTIES, 1.0)
    timeline = build_timeline(heard, transcript, Roles(PARTIES, "ok"), telephony, Definitions())
    recording = Recording(Path("call.flac"), "", duration_s, 2, 8000)
    return Interaction("x", "call", recordings=(recording,), telephony=telephony), heard, transcript, timeline


@pytest.mark.parametrize("number", CALLS)
def test_with_perfect_ears_the_classifier_finds_the_plan(number: int, tmp_path: Path) -> None:
    kinds = (*OVERLAP_KINDS, "silence", "long_silence", "latency", "hold")
    timeline = heard_perfectly(number, tmp_path)[3]
    found = {
        (e.kind, e.role, round(e.span.start_s, 2), round(e.span.end_s, 2), e.yielded, e.cut_in_suspected)
        for e in timeline.events
        if e.kind in kinds
    }
    names = ("kind", "role", "start_s", "end_s", "yielded", "cut_in_suspected")
    assert found == {tuple(event[name] for name in names) for event in events(number, *kinds)}


@pytest.mark.parametrize("number", CALLS)
def test_with_perfect_ears_the_features_are_the_plans(number: int, tmp_path: Path) -> None:
    plan, document = planned(number)
    if plan.script.busy:
        return  # without ears for tones, what follows the hang-up counts as talk
    interaction, heard, transcript, timeline = heard_perfectly(number, tmp_path)
    roles = Roles(PARTIES, "ok")
    row = extract_features(Material(interaction, heard, roles, transcript, timeline, History(), Definitions()))
    truth = document["features"]
    wrong = {
        feature.name: (feature.value, truth["values"][feature.name])
        for feature in row.features
        if truth["missing"].get(feature.name) != NOT_FIXED
        and feature.value != truth["values"][feature.name]
        and feature.value != pytest.approx(truth["values"][feature.name], abs=6e-3)
    }
    assert wrong == {}


# The sound


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("calls")
    for number in range(2):
        call = simulate_call(Wanted(seed=11), number, CLIPS)
        (out / f"{call.id}.flac").write_bytes(call.flac)
        (out / f"{call.id}.json").write_text(call.truth_json, encoding="utf-8")
    return out


def levels_db(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    sound = np.concatenate(list(read_blocks(probe(path))), axis=1) / 32768
    frames = sound[:, : sound.shape[1] // 80 * 80].reshape(2, -1, 80)
    agent, customer = 10 * np.log10((frames**2).mean(axis=2) + 1e-12)
    return agent, customer


def test_speech_is_where_the_truth_has_it(folder: Path) -> None:
    for path in sorted(folder.glob("*.flac")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["timeline"]
        quiet = np.ones(round(truth["duration_s"] * 100), dtype=bool)  # of the customer, without keys
        for event in truth["events"]:
            if event["role"] == "customer" and event["kind"] in {"dtmf", "busy"}:
                quiet[round(event["start_s"] * 100) : round(event["end_s"] * 100) + 1] = False
        _, customer_db = levels_db(path)
        for start_s, end_s in truth["speech"]["customer"]:
            piece = slice(round(start_s * 100), round(end_s * 100))
            quiet[piece] = False
            assert customer_db[piece].max() > -35
            assert customer_db[piece][[0, -1]].min() > -72  # a piece begins and ends with sound
        assert np.median(customer_db[quiet]) == pytest.approx(-78, abs=1.5)


def test_a_call_can_be_opened_and_its_transcript_replayed(folder: Path) -> None:
    for path in sorted(folder.glob("*.flac")):
        interaction, _ = open_interaction(path)
        assert interaction.id == path.stem
        assert interaction.telephony.source("holds") == "none"  # what is scored must come from the sound
        assert ReplayTranscriber(path.with_suffix(".json")).engine == "simulation"


# The seed


def made(number: int = 0, **wanted: Any) -> SimulatedCall:
    return simulate_call(Wanted(**{"seed": 5, **wanted}), number, CLIPS)


def test_the_same_seed_gives_the_same_bytes() -> None:
    once, again = made(condition="phone"), made(condition="phone")
    assert (once.flac, once.truth_json) == (again.flac, again.truth_json)
    assert made(seed=6).flac != once.flac


def test_the_condition_changes_the_line_and_not_the_call() -> None:
    clean, phone = made(), made(condition="phone", codec="alaw", snr_db=15.0, bleed_db=-30.0, packet_loss=0.02)
    assert clean.truth["timeline"] == phone.truth["timeline"]
    assert clean.flac != phone.flac
    finding = phone.truth["channels"]["findings"][0]
    assert "alaw" in finding["text"]
    assert finding["measured"] == {"snr_db": 15.0, "bleed_db": -30.0, "packet_loss": 0.02}
    assert (clean.truth["channels"]["verdict"], phone.truth["channels"]["verdict"]) == ("ok", "bleed")


def test_a_stated_language_is_spoken() -> None:
    assert {
        made(language="ru").truth["transcript"]["language"],
        made(language="en").truth["features"]["values"]["language"],
    } == {"ru", "en"}


def test_the_flac_is_two_channels_of_sixteen_bits_at_8_khz(tmp_path: Path) -> None:
    path = tmp_path / "call.flac"
    path.write_bytes(made().flac)
    recording = probe(path)
    assert (recording.channels, recording.sample_rate_hz) == (2, 8000)
    assert recording.duration_s == made().truth["timeline"]["duration_s"]
    assert io.BytesIO(made().flac).read(4) == b"fLaC"
