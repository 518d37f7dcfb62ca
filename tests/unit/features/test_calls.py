"""Features of a call computed by hand, and the reason for each value that cannot be known.

The call lasts 60 s, on hold 30–40: talk is 0–30 and 40–60, 50 s. Seconds of speech and words (letters):

    agent     A1  1–4     good morning this is anna 5        6 words (25)   "5" is said "five"
    customer  C1  5–9     hello my bill is wrong again       6 words (23)
    agent     A2 10–14    let me see that bill now           6 words (19)
    customer  C2 13–16    no wait I want                     4 words (11)   interrupts A2, which stops after 1 s
    customer  C3 18–24    somebody took … then              12 words (56)
    agent     A3 20.5–20.9  mhm                              1 word  (3)    backchannel
    agent     A4 42–48    thank you we removed … now        13 words (50)
    customer  C5 46–46.3  no                                 1 word  (2)    brief overlap
    customer  C4 49–52    that is very kind                  4 words (14)
    agent     A5 55–58    have a good day                    4 words (12)
    customer  C6 57.6–59  bye                                1 word  (3)    terminal overlap
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voxcx.config import Definitions, load_config
from voxcx.domain.catalogue import CATALOGUE, features_of
from voxcx.domain.features import FeatureRow
from voxcx.domain.heard import Heard, Verdict
from voxcx.domain.interaction import Contact, History, Interaction, Recording, Role, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.history import history_features
from voxcx.features.material import Material
from voxcx.features.overlap import overlap_features
from voxcx.features.table import extract_features
from voxcx.timeline.build import build_timeline

CALL_S = 60.0
STARTED = datetime(2026, 3, 4, 11, 20, tzinfo=UTC)
SAID: tuple[tuple[Role, float, float, str], ...] = (
    ("agent", 1, 4, "good morning this is anna 5"),
    ("customer", 5, 9, "hello my bill is wrong again"),
    ("agent", 10, 14, "let me see that bill now"),
    ("customer", 13, 16, "no wait I want"),
    ("customer", 18, 24, "somebody took ten pounds from my account twice this month okay then"),
    ("agent", 20.5, 20.9, "mhm"),
    ("agent", 42, 48, "thank you we removed it all from your bill today then okay now"),
    ("customer", 46, 46.3, "no"),
    ("customer", 49, 52, "that is very kind"),
    ("agent", 55, 58, "have a good day"),
    ("customer", 57.6, 59, "bye"),
)
PROMPT = ("agent", 32.0, 35.0, "your call is important to us")  # the hold's voice on the agent's channel: nobody's
CONFIDENCE = {"agent": 0.9, "customer": 0.8}
TELEPHONY = Telephony(
    ivr_time_s=20.0, ivr_status="opted_out", ivr_path="main>billing", ivr_steps=2, ivr_last_node="billing",
    ivr_intent="charge", ivr_no_input=0, ivr_no_match=1, ivr_operator_requests=2, queue_wait_s=30.0,
    holds=(Interval(30.0, 40.0),), transfers=1, hangup_by="customer", wrap_s=15.0,
    handover_context="path",
)  # fmt: skip


def spoken(role: Role, start_s: float, end_s: float, text: str, confidence: float) -> Utterance:
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    edges = [start_s + k * step_s for k in range(len(texts))] + [end_s]
    words = tuple(Word(t, edges[k], edges[k + 1], confidence) for k, t in enumerate(texts))
    return Utterance(role, words, text)


def transcript() -> Transcript:
    lines = [spoken(*line, CONFIDENCE[line[0]]) for line in SAID]
    lines.append(spoken("agent", *PROMPT[1:], 0.1))
    invented = Word("thanks for watching", 25.0, 26.0, 0.2, "repeats itself")  # never counted
    lines.append(Utterance("customer", (invented,), invented.text))
    return Transcript("en", "test", tuple(sorted(lines, key=lambda u: u.start_s or 0.0)))


def refusing(days_ago: int, status: str | None = "opted_out") -> Contact:
    return Contact(STARTED - timedelta(days=days_ago), ivr_status=status)


HISTORY = History((refusing(9), refusing(5), refusing(1), refusing(-3, "completed"), refusing(4, "none")))


def row(
    telephony: Telephony = TELEPHONY,
    history: History = HISTORY,
    said: Transcript | None = None,
    verdict: Verdict = "ok",
    *,
    recorded: bool = True,
) -> FeatureRow:
    recording = Recording(Path("call.wav"), "0" * 64, CALL_S, 2, 8000)
    interaction = Interaction("c", "call", STARTED, recordings=(recording,) * recorded, telephony=telephony)
    sides = [tuple(Interval(s, e) for who, s, e, _ in (*SAID, PROMPT) if who == role) for role in ("agent", "customer")]
    if not recorded:
        roles, heard = Roles((), "no_audio", distrust="no recording"), Heard(0.0, "no_audio")
    elif verdict == "mono":
        roles, heard = Roles(("unknown",), "mono", distrust="mono recording"), Heard(CALL_S, "mono", (union(*sides),))
    else:
        roles, heard = Roles(("agent", "customer"), verdict), Heard(CALL_S, verdict, tuple(union(s) for s in sides))
    text = transcript() if said is None else said
    timeline = build_timeline(heard, text, roles, telephony, Definitions())
    return extract_features(Material(interaction, heard, roles, text, timeline, history, Definitions()))


AGENT_MEAN_WPS = (6 / 3 + 6 / 4 + 1 / 0.4 + 13 / 6 + 4 / 3) / 5
AGENT_MEAN_LPS = (25 / 3 + 19 / 4 + 3 / 0.4 + 50 / 6 + 12 / 3) / 5
CUSTOMER_MEAN_WPS = (6 / 4 + 4 / 3 + 12 / 6 + 1 / 0.3 + 4 / 3 + 1 / 1.4) / 6
CUSTOMER_MEAN_LPS = (23 / 4 + 11 / 3 + 56 / 6 + 2 / 0.3 + 14 / 3 + 3 / 1.4) / 6
AGENT_S = 3 + 4 + 0.4 + 6 + 3  # 16.4
CUSTOMER_S = 4 + 3 + 6 + 0.3 + 3 + 1.4  # 17.7
OVERLAP_S = 1 + 0.4 + 0.3 + 0.4  # C2 over A2, A3 in C3, C5 in A4, C6 over A5
ANYBODY_S = 16.4 + 17.7 - 2.1  # 32.0

EXPECTED: dict[str, float | int | str] = {
    "duration_s": 60.0,
    "talk_s": 50.0,  # 30 before the hold + 20 after it
    # ★ telephony
    "holds_count": 1, "hold_total_s": 10.0, "hold_longest_s": 10.0, "ivr_time_s": 20.0, "queue_wait_s": 30.0,
    "ivr_status": "opted_out", "ivr_path": "main>billing", "ivr_steps": 2, "ivr_last_node": "billing",
    "ivr_intent": "charge", "ivr_no_input": 0, "ivr_no_match": 1, "ivr_operator_requests": 2, "transfers": 1,
    "hangup_by": "customer", "wrap_s": 15.0, "handover_context": "path",
    "handle_s": 50.0 + 10.0 + 15.0,
    # ★ of the four earlier contacts three met the IVR and all three refused it; the later one does not count
    "prefers_human": 1, "prefers_human_share": 1.0,
    # ★ words
    "agent_words": 6 + 6 + 1 + 13 + 4,  # 30
    "customer_words": 6 + 4 + 12 + 1 + 4 + 1,  # 28
    "agent_letters_per_word": (25 + 19 + 3 + 50 + 12) / 30,
    "customer_letters_per_word": (23 + 11 + 56 + 2 + 14 + 3) / 28,
    # ★ rates
    "rate_diff_wps": CUSTOMER_MEAN_WPS - AGENT_MEAN_WPS,
    "rate_diff_lps": CUSTOMER_MEAN_LPS - AGENT_MEAN_LPS,
    "rate_diff_wps_call": 28 / CUSTOMER_S - 30 / AGENT_S,
    "rate_diff_lps_call": 109 / CUSTOMER_S - 109 / AGENT_S,
    "agent_articulation_wps": 30 / AGENT_S, "customer_articulation_wps": 28 / CUSTOMER_S,
    "agent_articulation_lps": 109 / AGENT_S, "customer_articulation_lps": 109 / CUSTOMER_S,
    "agent_rate_wpm": 29 * 60 / (3 + 4 + 6 + 3),  # without A3, which is in no turn
    "customer_rate_wpm": 28 * 60 / (4 + 11 + 6 + 1.4),
    "agent_rate_delta_wps": AGENT_MEAN_WPS - 30 / AGENT_S,
    "customer_rate_delta_wps": CUSTOMER_MEAN_WPS - 28 / CUSTOMER_S,
    # Middle words: A1 3 and A2 9 of 30 in the first third, A5 28 in the last; C1, C2 first, C5, C4, C6 last.
    "agent_rate_drift_wps": 4 / 3 - (6 + 6) / (3 + 4),
    "customer_rate_drift_wps": (1 + 4 + 1) / (0.3 + 3 + 1.4) - (6 + 4) / (4 + 3),
    "rate_accommodation_wps": 13 / 6 - 12 / 6,  # C3 and A4 alone have more than 5 s
    # ★ openings: the first run of words and the last
    "agent_opening_end_s": 4.0, "customer_opening_end_s": 9.0,
    "agent_closing_start_s": 55.0, "customer_closing_start_s": 57.6,
    # ★ simultaneous speech
    "overlap_s": OVERLAP_S, "overlap_share": OVERLAP_S / 50, "overlap_share_call": OVERLAP_S / 60,
    "overlap_share_speech": OVERLAP_S / ANYBODY_S, "overlap_share_agent": OVERLAP_S / AGENT_S,
    "overlap_share_customer": OVERLAP_S / CUSTOMER_S,
    "overlap_in_interruptions_s": 1.0,
    "sber_overlap_in_interruptions_s": 1.0,  # the others are single and shorter than 0.5 s
    "interruptions_by_customer": 1, "interruptions_by_customer_yielded": 1,
    "interruptions_by_agent": 0, "interruptions_by_agent_yielded": 0,
    "agent_interrupting_turn_share": 0.0, "customer_interrupting_turn_share": 1 / 4,  # C2 begins one of four
    "backchannels_by_agent": 1, "backchannels_by_customer": 0, "dual_starts": 0, "brief_overlaps": 1,
    # speech and turns: C2 and C3 are one turn 13–24, C5 and C4 one 46–52
    "agent_speech_s": AGENT_S, "customer_speech_s": CUSTOMER_S,
    "agent_speech_share": AGENT_S / 50, "customer_speech_share": CUSTOMER_S / 50,
    "agent_turns": 4, "customer_turns": 4,
    "agent_turn_median_s": 3.5,  # 3, 3, 4, 6
    "customer_turn_median_s": 5.0,  # 1.4, 4, 6, 11
    "agent_longest_turn_s": 6.0, "customer_longest_turn_s": 11.0,
    "agent_latency_median_s": 2.0,  # 9 → 10 and 52 → 55; 24 → 42 went across the hold
    "agent_latency_p90_s": 2.8,  # linear between 1 and 3
    "customer_latency_median_s": 1.0, "customer_latency_p90_s": 1.0,  # 4 → 5
    # silence: 0–1, 4–5, 9–10, 16–18, 24–30, 40–42, 48–49, 52–55, 59–60
    "mutual_silence_s": 18.0, "mutual_silence_share": 18 / 50,
    "silences": 2, "silence_s": 9.0, "silence_longest_s": 6.0, "long_silences": 0,
    "wordless_s": 60.0 - (3 + 4 + 6 + 6 + 3 + 6 + 3 + 4),  # A1, C1, A2 with C2, C3, the prompt, A4, C4, A5 with C6
    "language": "en", "asr_confidence_agent": 0.9, "asr_confidence_customer": 0.8,
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_the_call_by_hand(name: str) -> None:
    found = row().get(name)
    assert found is not None
    assert found.missing is None
    expected = EXPECTED[name]
    if isinstance(expected, float):
        assert found.value == pytest.approx(expected, abs=0.005 if CATALOGUE[name].unit == "words/min" else 0.0006)
    else:
        assert found.value == expected


ELSEWHERE = {"lexical", "prosody", "history"}  # families with test files of their own


def test_every_feature_of_the_other_families_is_computed_here() -> None:
    names = {spec.name for spec in features_of("call") if spec.family not in ELSEWHERE}
    assert names == {name for name in EXPECTED if CATALOGUE[name].family not in ELSEWHERE}
    assert [feature.name for feature in row().features] == [spec.name for spec in features_of("call")]


def test_every_star_of_a_call_is_known_when_everything_is_there() -> None:
    stars = [spec.name for spec in features_of("call") if spec.star]
    assert len(stars) > 20
    assert all(row().value(name) is not None for name in stars)


EVIDENCE = {
    "overlap_in_interruptions_s": [(13, 14)],
    "interruptions_by_customer": [(13, 14)],
    "backchannels_by_agent": [(20.5, 20.9)],
    "silence_longest_s": [(24, 30), (52, 55)],
    "holds_count": [(30, 40)],
    "agent_longest_turn_s": [(42, 48)],
    "queue_wait_s": [],  # before the recording: known, but nothing to listen to
    "ivr_time_s": [],
    "customer_opening_end_s": [(5, 9)],
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_where_a_value_comes_from(name: str) -> None:
    found = row().get(name)
    assert found is not None
    assert [(piece.start_s, piece.end_s) for piece in found.evidence] == EVIDENCE[name]


def test_a_queue_that_was_recorded_can_be_heard() -> None:
    found = row(telephony=Telephony(queue_wait_s=5.0, recording_offset_s=2.0)).get("queue_wait_s")
    assert found is not None
    assert found.evidence == (Interval(0.0, 3.0),)


# ── None with its reason ─────────────────────────────────────────────────────────────────────────────────────


def missing(found: FeatureRow) -> dict[str, str]:
    return {feature.name: feature.missing for feature in found.features if feature.missing is not None}


def family(*names: str) -> set[str]:
    return {spec.name for spec in features_of("call") if spec.family in names}


def test_no_telephony_record() -> None:
    why = missing(row(telephony=Telephony()))
    told = family("telephony")
    assert told <= set(why)
    assert {why[name] for name in told - {"handle_s"}} == {"no telephony record"}


def test_a_record_that_knows_of_no_hold_is_not_a_missing_record() -> None:
    found = row(telephony=replace(TELEPHONY, holds=(), wrap_s=None))
    assert (found.value("holds_count"), found.value("hold_total_s"), found.value("hold_longest_s")) == (0, 0.0, 0.0)
    assert {name: why for name, why in missing(found).items() if name in family("telephony")} == {
        "wrap_s": "no telephony record",
        "handle_s": "after-call work or holds unknown",
    }


def test_mono_recording() -> None:
    why = missing(row(verdict="mono"))
    by_role = {spec.name for spec in features_of("call") if "roles" in spec.needs}
    assert by_role == set(why) - family("history", "telephony")
    assert {why[name] for name in by_role} == {"mono recording"}


SILENCES = ("mutual_silence_s", "mutual_silence_share", "silences", "silence_s", "silence_longest_s", "long_silences")
UNHEARD: list[tuple[Verdict, str]] = [
    ("dead_channel", "one channel carries nothing"),
    ("not_speech", "no speech was heard"),
]


@pytest.mark.parametrize(("verdict", "reason"), UNHEARD)
def test_silence_is_not_told_where_a_party_cannot_be_heard(verdict: Verdict, reason: str) -> None:
    heard = Heard(CALL_S, verdict, ((Interval(1.0, 4.0),) if verdict == "dead_channel" else (), ()))
    roles = Roles(("agent", "customer"), verdict, distrust=reason)
    recording = Recording(Path("call.wav"), "0" * 64, CALL_S, 2, 8000)
    interaction = Interaction("c", "call", STARTED, recordings=(recording,))
    nothing = Transcript("en", "test", ())
    timeline = build_timeline(heard, nothing, roles, Telephony(), Definitions())
    assert timeline.of("silence") == timeline.of("long_silence") == ()
    found = extract_features(Material(interaction, heard, roles, nothing, timeline, History(), Definitions()))
    assert [found.value(name) for name in SILENCES] == [None] * len(SILENCES)
    assert {missing(found)[name] for name in SILENCES} == {reason}


def test_both_channels_the_same_keep_silence() -> None:
    reason = "both channels the same"
    heard = Heard(CALL_S, "dual_mono", ((Interval(0.0, 50.0),), ()))
    roles = Roles(("unknown", "unknown"), "dual_mono", distrust=reason)
    nothing = Transcript("en", "test", ())
    timeline = build_timeline(heard, nothing, roles, Telephony(), Definitions())
    recording = Recording(Path("call.wav"), "0" * 64, CALL_S, 2, 8000)
    interaction = Interaction("c", "call", STARTED, recordings=(recording,))
    found = extract_features(Material(interaction, heard, roles, nothing, timeline, History(), Definitions()))
    assert (found.value("mutual_silence_s"), found.value("long_silences")) == (10.0, 1)


def test_words_of_backchannels_are_not_divided_by_the_time_of_turns() -> None:
    # The customer says three words in a turn of 2 s, and "uh-huh" five times while the agent speaks.
    heard = [spoken("customer", 1.0, 3.0, "tell me more", 0.9)]
    heard += [spoken("customer", 10.0 + 4 * k, 10.4 + 4 * k, "uh-huh", 0.9) for k in range(5)]
    speech = tuple(Interval(u.start_s or 0.0, u.end_s or 0.0) for u in heard)
    said = Transcript("en", "test", tuple(heard))
    sides = Heard(CALL_S, "ok", ((Interval(5.0, 40.0),), speech))
    timeline = build_timeline(sides, said, Roles(("agent", "customer"), "ok"), Telephony(), Definitions())
    interaction = Interaction("c", "call", recordings=(Recording(Path("call.wav"), "0" * 64, CALL_S, 2, 8000),))
    found = extract_features(
        Material(interaction, sides, Roles(("agent", "customer"), "ok"), said, timeline, History(), Definitions())
    )
    assert found.value("backchannels_by_customer") == 5
    assert found.value("customer_words") == 8
    assert found.value("customer_rate_wpm") == 90.0
    two = replace(said, utterances=(spoken("customer", 1.0, 3.0, "tell more", 0.9), *said.utterances[1:]))
    few = extract_features(
        Material(interaction, sides, Roles(("agent", "customer"), "ok"), two, timeline, History(), Definitions())
    ).get("customer_rate_wpm")
    assert few is not None
    assert few.missing == "fewer than 3 customer words in turns"


@pytest.mark.parametrize(
    ("agent", "listened"),
    [(((1, 4.2), (4.5, 9)), 1), (((1, 3.9), (4.7, 9)), 1), (((1, 3.5), (4.7, 9)), 0)],
    ids=["across two units", "in a pause of 0.8 s", "after the other had stopped"],
)
def test_backchannels_are_units_not_stretches(agent: tuple[tuple[float, float], ...], listened: int) -> None:
    said = Transcript("en", "test", (spoken("customer", 4.0, 4.6, "mhm", 0.9),))
    sides = Heard(CALL_S, "ok", (tuple(Interval(*piece) for piece in agent), (Interval(4.0, 4.6),)))
    timeline = build_timeline(sides, said, Roles(("agent", "customer"), "ok"), Telephony(), Definitions())
    found = {feature.name: feature for feature in overlap_features(timeline, Definitions())}
    assert found["backchannels_by_customer"].value == listened
    assert found["backchannels_by_customer"].evidence == (Interval(4.0, 4.6),) * listened


def test_sber_definitions_change_the_features() -> None:
    rules = load_config().definitions_named("sber")
    # Two stretches of 0.4 s, 1 s apart, with "mhm" between them; and a dual start of 1 s.
    lines = [("customer", 4.0, 4.4, "no wait"), ("customer", 4.6, 4.8, "mhm"), ("customer", 5.4, 5.8, "no wait")]
    said = Transcript("en", "test", tuple(spoken("customer", *line[1:], 0.9) for line in lines))
    customer = (*(Interval(line[1], line[2]) for line in lines), Interval(20.1, 21.1))
    sides = Heard(CALL_S, "ok", ((Interval(1.0, 9.0), Interval(20.0, 25.0)), customer))
    timelines = [
        build_timeline(sides, said, Roles(("agent", "customer"), "ok"), Telephony(), used)
        for used in (Definitions(), rules)
    ]
    default, sber = ({f.name: f for f in overlap_features(t, rules)} for t in timelines)
    assert (len(timelines[0].of("interruption")), len(timelines[0].of("dual_start"))) == (0, 1)
    assert sber["interruptions_by_customer"].value == 2
    assert sber["brief_overlaps"].value == 0
    assert sber["backchannels_by_customer"].value == 1
    assert sber["dual_starts"].missing == "these definitions do not tell dual starts apart"
    assert sber["overlap_in_interruptions_s"].value == pytest.approx(0.4 + 0.4 + 1.0)
    for found in (default, sber):  # what Sber calls an interruption does not depend on the definitions in use
        assert found["sber_overlap_in_interruptions_s"].value == pytest.approx(1.8)


def test_lexical_features_leave_out_the_voice_of_a_hold() -> None:
    said = transcript()
    prompt = spoken("agent", 31.0, 34.0, "sorry for that we apologise", 0.9)
    music = spoken("customer", 34.0, 36.0, "thank you terrible", 0.9)
    lines = sorted((*said.utterances, prompt, music), key=lambda u: u.start_s or 0.0)
    found = row(said=replace(said, utterances=tuple(lines)))
    for name in ("apologies_by_agent", "gratitude", "customer_negative"):
        assert found.get(name) == row().get(name)
    assert row(telephony=Telephony(), said=replace(said, utterances=tuple(lines))).value("apologies_by_agent") == 2


def test_no_recording() -> None:
    found = row(recorded=False)
    why = missing(found)
    unheard = {spec.name for spec in features_of("call") if spec.family not in {"telephony", "history"}}
    # handle_s is talk + hold + wrap, and talk is unknown without a recording
    assert {name for name, reason in why.items() if reason == "no recording"} == unheard | {"handle_s"}
    assert (found.value("queue_wait_s"), found.value("hold_total_s")) == (30.0, 10.0)


def test_no_agent_words() -> None:
    quiet = Transcript("en", "test", tuple(u for u in transcript().utterances if u.role == "customer"))
    found = row(said=quiet)
    why = missing(found)
    assert found.value("agent_words") == 0
    assert why["agent_letters_per_word"] == why["agent_opening_end_s"] == why["agent_closing_start_s"]
    assert why["agent_opening_end_s"] == "no agent words"
    assert why["agent_articulation_wps"] == "fewer than 3 agent words"
    for name in ("rate_diff_wps", "rate_diff_lps", "rate_diff_wps_call", "rate_diff_lps_call"):
        assert why[name] == "words of one party only"
    assert "agent" in why["asr_confidence_agent"]
    assert found.value("customer_words") == 28


def test_speech_without_any_trusted_word_is_no_count_of_words() -> None:
    invented = Word("thanks for watching", 25.0, 26.0, 0.2, "repeats itself")
    for utterances in ((), (Utterance("customer", (invented,), invented.text),)):
        why = missing(row(said=Transcript("en", "test", utterances)))
        for name in ("agent_words", "customer_words", "agent_letters_per_word", "customer_letters_per_word"):
            assert why[name] == "no words were recognised"


def test_a_word_that_the_start_of_talk_cuts_through_is_no_time_before_it() -> None:
    word = Word("well", 49.0, 51.5, 0.9)  # talk starts at 20 s of IVR + 30 s of queue
    telephony = replace(TELEPHONY, holds=(), recording_offset_s=0.0)
    found = row(telephony, said=Transcript("en", "test", (Utterance("customer", (word,), word.text),)))
    assert (found.value("customer_opening_end_s"), found.value("customer_closing_start_s")) == (1.5, 0.0)


@pytest.mark.parametrize(("words", "known"), [("ab cd", False), ("ab cd ef", True)])
def test_a_rate_needs_three_words(words: str, known: bool) -> None:
    said = Transcript("en", "test", (spoken("agent", 1.0, 4.0, words, 0.9),))
    assert (row(said=said).value("agent_articulation_wps") is not None) == known


A_CONTACT = refusing(9)
NO_MACHINE = refusing(3, None)
ACCEPTED = refusing(4, "completed")
ASKED = replace(NO_MACHINE, had_ivr=True, operator_requests=1)
HISTORIES = [
    ("nobody looked", History(), None, None),
    ("two refusals are too few", History((A_CONTACT, A_CONTACT)), 0, 1.0),
    ("three refusals", History((A_CONTACT,) * 3), 1, 1.0),
    ("asking for a person inside the leg is a refusal", History((A_CONTACT, A_CONTACT, ASKED)), 1, 1.0),
    ("one acceptance", History((A_CONTACT, A_CONTACT, A_CONTACT, ACCEPTED)), 0, 0.75),
    ("contacts without a machine do not count", History((A_CONTACT, A_CONTACT, NO_MACHINE, NO_MACHINE)), 0, 1.0),
    ("later contacts do not count", History((A_CONTACT, A_CONTACT, refusing(-1), refusing(0))), 0, 1.0),
]


def test_contacts_stated_as_earlier_count_unless_time_proves_otherwise() -> None:
    stated = History((A_CONTACT, A_CONTACT, refusing(-1)))  # the last one starts a day after STARTED
    for started, prefers in ((STARTED, 0), (None, 1)):
        found = {f.name: f.value for f in history_features(Interaction("c", "call", started), stated)}
        assert (found["prefers_human"], found["prefers_human_share"]) == (prefers, 1.0)


@pytest.mark.parametrize("contacts", [(), (NO_MACHINE,), (replace(NO_MACHINE, had_ivr=True),)])
def test_without_a_machine_that_tells_something_nothing_is_known(contacts: tuple[Contact, ...]) -> None:
    found = {one.name: one for one in history_features(Interaction("c", "call", STARTED), History(contacts))}
    for name in ("prefers_human", "prefers_human_share"):
        assert (found[name].value, found[name].missing) == (None, "no earlier contact with a bot or IVR")


@pytest.mark.parametrize(("history", "prefers", "share"), [h[1:] for h in HISTORIES], ids=[h[0] for h in HISTORIES])
def test_who_prefers_a_person(history: History, prefers: int | None, share: float | None) -> None:
    found = row(history=history)
    assert (found.value("prefers_human"), found.value("prefers_human_share")) == (prefers, share)


def test_no_history_has_its_reason() -> None:
    why = missing(row(history=History()))
    assert {why[name] for name in family("history")} == {"no contact history"}


@pytest.mark.parametrize("flag", [True, False])
def test_the_crm_flag_wins(flag: bool) -> None:
    interaction = Interaction("c", "call", STARTED, prefers_human=flag)
    unheard = Heard(0.0, "no_audio")
    timeline = build_timeline(unheard, transcript(), Roles((), "no_audio"), Telephony(), Definitions())
    for history in (HISTORY, History()):
        found = extract_features(
            Material(interaction, unheard, Roles((), "no_audio"), transcript(), timeline, history, Definitions())
        )
        assert found.value("prefers_human") == int(flag)


# Opening: (agent's pieces with one word per second, where it ends)
OPENINGS = [
    ([(1, 4)], 4.0),
    ([(1, 4), (4.9, 8)], 8.0),  # a pause under 1 s
    ([(1, 4), (5, 8)], 4.0),  # exactly 1 s ends it
    ([(1, 29), (29.5, 45)], 31.0 - 0.5),  # 30 s from 1 s: the word 29.5–30.5 is the last that fits
]


@pytest.mark.parametrize(("pieces", "ends_s"), OPENINGS)
def test_openings(pieces: list[tuple[float, float]], ends_s: float) -> None:
    lines = []
    for start_s, end_s in pieces:
        count = max(1, round(end_s - start_s))
        lines.append(spoken("agent", start_s, end_s, " ".join(["word"] * count), 0.9))
    lines[-1:] = [_by_the_second(lines[-1])]
    found = row(telephony=Telephony(), said=Transcript("en", "test", tuple(lines)))
    assert found.value("agent_opening_end_s") == pytest.approx(ends_s)


def _by_the_second(utterance: Utterance) -> Utterance:
    """The same utterance with words of exactly one second."""
    start_s, end_s = utterance.start_s or 0.0, utterance.end_s or 0.0
    words = []
    while start_s < end_s:
        words.append(Word("word", start_s, min(start_s + 1.0, end_s), 0.9))
        start_s += 1.0
    return Utterance(utterance.role, tuple(words), " ".join("word" for _ in words))


def test_openings_count_from_the_start_of_talk() -> None:
    # The recording begins with 5 s of queue: talk starts at 5, C1 (5–9) ends 4 s into it, the agent's A1 was queue.
    found = row(telephony=Telephony(queue_wait_s=5.0, recording_offset_s=0.0))
    assert found.value("customer_opening_end_s") == pytest.approx(4.0)
    assert found.value("agent_opening_end_s") == pytest.approx(14.0 - 5.0)
    assert found.value("agent_words") == 30 - 6 + 6  # without A1, with the prompt: nobody said it was a hold


def test_overlapping_legs_of_a_hold_are_counted_once() -> None:
    twice = replace(TELEPHONY, holds=(Interval(30.0, 40.0), Interval(32.0, 35.0)))
    assert row(telephony=twice).value("talk_s") == 50.0
