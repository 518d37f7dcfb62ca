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

from voxcx.config import Definitions
from voxcx.domain.catalogue import CATALOGUE, features_of
from voxcx.domain.features import FeatureRow
from voxcx.domain.heard import Heard, Verdict
from voxcx.domain.interaction import Contact, History, Interaction, Recording, Role, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Transcript, Utterance, Word
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
    return extract_features(interaction, text, timeline, history, Definitions())


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
    "hangup_by": "customer", "wrap_s": 15.0,
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
    "agent_rate_wpm": 30 * 60 / (3 + 4 + 6 + 3), "customer_rate_wpm": 28 * 60 / (4 + 11 + 6 + 1.4),
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


def test_every_feature_but_the_lexical_ones_is_computed_here() -> None:
    names = {spec.name for spec in features_of("call") if spec.family != "lexical"}
    assert names == set(EXPECTED)
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
    assert missing(found) == {"wrap_s": "no telephony record", "handle_s": "after-call work or holds unknown"}


def test_mono_recording() -> None:
    why = missing(row(verdict="mono"))
    by_role = {spec.name for spec in features_of("call") if "roles" in spec.needs}
    assert by_role == set(why)
    assert {why[name] for name in by_role} == {"mono recording"}


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


@pytest.mark.parametrize(("history", "prefers", "share"), [h[1:] for h in HISTORIES], ids=[h[0] for h in HISTORIES])
def test_who_prefers_a_person(history: History, prefers: int | None, share: float | None) -> None:
    found = row(history=history)
    assert (found.value("prefers_human"), found.value("prefers_human_share")) == (prefers, share)


def test_no_history_has_its_reason() -> None:
    why = missing(row(history=History()))
    assert why == {"prefers_human": "no contact history", "prefers_human_share": "no contact history"}


@pytest.mark.parametrize("flag", [True, False])
def test_the_crm_flag_wins(flag: bool) -> None:
    interaction = Interaction("c", "call", STARTED, prefers_human=flag)
    timeline = build_timeline(Heard(0.0, "no_audio"), transcript(), Roles((), "no_audio"), Telephony(), Definitions())
    for history in (HISTORY, History()):
        found = extract_features(interaction, transcript(), timeline, history, Definitions())
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
