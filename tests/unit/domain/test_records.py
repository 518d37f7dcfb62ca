"""Records refuse the impossible."""

from __future__ import annotations

import pytest

from voxcx.domain.catalogue import CATALOGUE, features_of
from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word


def test_a_word_and_a_transcript_run_forwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        Word("a", 2.0, 1.0)
    late, early = (Utterance("agent", (Word("a", s, s + 1),), "a") for s in (5.0, 1.0))
    with pytest.raises(ValueError, match="backwards"):
        Transcript("en", "t", (late, early))


def test_suspect_words_are_no_words_of_anyone() -> None:
    words = (Word("a", 0.0, 1.0), Word("b", 1.0, 2.0, suspect="repeats itself"))
    assert Transcript("en", "t", (Utterance("agent", words, "a b"),)).words_of("agent") == words[:1]


@pytest.mark.parametrize("span", [Interval(-0.1, 1.0), Interval(9.0, 10.1)])
def test_speech_and_events_lie_inside_the_recording(span: Interval) -> None:
    with pytest.raises(ValueError, match="inside"):
        Heard(10.0, "ok", ((span,),))
    with pytest.raises(ValueError, match="inside"):
        Timeline(10.0, events=(Event("silence", None, span),))
    Heard(10.0, "ok", ((Interval(9.0, 10.04),),))  # one frame of the detector may stick out


def test_phases_may_precede_the_recording() -> None:
    timeline = Timeline(
        10.0, phases=(Phase("queue", Interval(-5.0, 0.0), "cdr"), Phase("talk", Interval(0, 10), "cdr"))
    )
    assert timeline.phase("queue") == (Interval(-5.0, 0.0),)
    assert timeline.talk_s == 10.0


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("overlap_sec", 1.0, None), ("overlap_s", None, None), ("overlap_s", 1.0, "mono recording")],
)
def test_a_feature_is_named_and_has_a_value_or_a_reason(name: str, value: float | None, reason: str | None) -> None:
    with pytest.raises(ValueError, match=r"feature|value"):
        Feature(name, value, missing=reason)


def test_a_feature_is_computed_once() -> None:
    one = Feature("overlap_s", 1.0)
    with pytest.raises(ValueError, match="twice"):
        FeatureRow((one, one))
    row = FeatureRow((one,))
    assert (row.value("overlap_s"), row.value("talk_s"), row.get("talk_s")) == (1.0, None, None)


def test_unknown_and_known_to_be_none_are_two_things() -> None:
    assert Telephony().source("holds") == "none"
    assert Telephony(holds=()).source("holds") == "cdr"


def test_the_catalogue_speaks_both_languages() -> None:
    for name, spec in CATALOGUE.items():
        assert spec.name == name
        assert spec.en
        assert any("а" <= letter <= "я" for letter in spec.ru.lower()), name
    assert {spec.name for spec in features_of("call")} | {spec.name for spec in features_of("chat")} == set(CATALOGUE)


STARS = {
    "holds_count", "hold_total_s", "agent_words", "customer_letters_per_word", "ivr_time_s", "rate_diff_wps",
    "rate_diff_lps", "agent_opening_end_s", "customer_opening_end_s", "sber_overlap_in_interruptions_s",
    "queue_wait_s", "overlap_share_call", "overlap_share", "overlap_s", "ivr_status", "prefers_human",
}  # fmt: skip


def test_sbers_factors_are_starred_and_proxies_of_a_person_are_marked() -> None:
    assert {name for name in STARS if not CATALOGUE[name].star} == set()
    proxies = {name for name, spec in CATALOGUE.items() if spec.family == "rates" or "letters_per_word" in name}
    assert {name for name in proxies if not CATALOGUE[name].voice_proxy} == set()


def test_parameters_of_features_are_keys_of_the_definitions() -> None:
    from voxcx.config import Definitions  # noqa: PLC0415 - config stands above domain; only the test knows both

    named = {parameter for spec in CATALOGUE.values() for parameter in spec.parameters}
    assert named <= set(Definitions.model_fields)
