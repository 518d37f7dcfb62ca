"""Real Whisper, real Silero on the samples: every planted event, critical error and ★ feature is found."""

from __future__ import annotations

from functools import cache

import pytest

from samples import CALLS, CHATS, DATA, truth_of
from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.result import Result
from voxcx.intake.opening import open_interaction
from voxcx.pipeline import analyse

pytestmark = pytest.mark.model

# How far a measured value may be from the script's: Silero's frames, and words that Whisper writes otherwise.
TOLERANCE = {"s": 0.35, "share": 0.02, "words/s": 0.35, "letters/s": 2.0, "letters": 0.4, "words/min": 20.0, "count": 0}
WORD_COUNTS = {"agent_words", "customer_words"}
# Sums over dozens of pieces: each piece is off by up to two frames.
SUMS = {"agent_speech_s", "customer_speech_s", "mutual_silence_s"}
NOT_IN_THE_FORMS = {"literacy", "no_reask", "data_readback"}  # no machine judges them yet
PLANNED_EVENTS = ("interruption", "backchannel", "hold", "long_silence", "silence")


@cache
def result_of(name: str) -> Result:
    suffix = ".json" if name in CHATS else ".flac"
    interaction, history = open_interaction(DATA / f"{name}{suffix}")
    return analyse(interaction, tools(), history)


@cache
def tools():  # type: ignore[no-untyped-def]  # noqa: ANN201
    return make_tools(Choices())


@pytest.mark.parametrize("name", CALLS)
def test_every_planted_event_is_found_and_no_other(name: str) -> None:
    found = result_of(name).timeline
    planned = [e for e in truth_of(name)["events"] if e["kind"] in PLANNED_EVENTS]
    for kind in PLANNED_EVENTS:
        wanted = [e for e in planned if e["kind"] == kind]
        got = found.of(kind)  # type: ignore[arg-type]
        assert len(got) == len(wanted), f"{kind}: {got}"
        for event, plan in zip(got, wanted, strict=True):
            assert event.span.start_s == pytest.approx(plan["start_s"], abs=0.3)
            assert event.span.end_s == pytest.approx(plan["end_s"], abs=0.3)
            assert kind in {"silence", "long_silence"} or event.role == plan["role"]
            assert plan.get("yielded") is None or event.yielded == plan["yielded"]


@pytest.mark.parametrize("name", [*CALLS, *CHATS])
def test_every_planned_feature_is_measured(name: str) -> None:
    features = result_of(name).features
    for feature, wanted in truth_of(name)["features"].items():
        got = features.value(feature)
        where = f"{feature}: script {wanted}, measured {got}"
        if isinstance(wanted, (bool, str)) or wanted is None:
            assert got == wanted, where
        elif feature in WORD_COUNTS:
            assert got == pytest.approx(wanted, rel=0.05, abs=2), where
        elif feature in SUMS:
            assert got == pytest.approx(wanted, abs=1.0), where
        else:
            assert got == pytest.approx(wanted, abs=TOLERANCE[CATALOGUE[feature].unit]), where


@pytest.mark.parametrize("name", [*CALLS, *CHATS])
def test_verdicts_are_those_of_a_careful_person(name: str) -> None:
    card = result_of(name).scorecard
    assert card is not None
    got = {r.criterion.id: r for r in card.results}
    expected = truth_of(name)["expected"]
    assert set(expected) - set(got) <= NOT_IN_THE_FORMS
    for criterion in set(expected) & set(got):
        result, wanted = got[criterion], expected[criterion]
        if result.criterion.mode in {"flag", "human"}:  # only points a person to a place, so never the opposite
            assert result.verdict in {"undecided", "not_applicable"}, f"{criterion}: {result}"
        else:
            assert result.verdict == wanted, f"{criterion}: {result}"


@pytest.mark.parametrize("name", [*CALLS, *CHATS])
def test_every_planted_critical_error_is_found_with_a_true_quote(name: str) -> None:
    result = result_of(name)
    assert result.scorecard is not None
    for kind, wanted in truth_of(name)["critical_errors"].items():
        assert set(result.scorecard.critical_errors(kind)) == set(wanted)
    spoken = " ".join(u.text for u in result.transcript.utterances).lower()
    for line in result.scorecard.results:
        for evidence in line.evidence:
            assert evidence.quote.lower() in spoken


def test_the_same_recording_gives_the_same_words_twice() -> None:
    interaction, history = open_interaction(DATA / "service-en.flac")
    assert analyse(interaction, tools(), history).transcript == result_of("service-en").transcript
