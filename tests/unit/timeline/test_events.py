"""METRICS §2 as tables: what each stretch of simultaneous speech is, with the limits tried exactly at their edge."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from unit.timeline import calls
from voxcx.config import Definitions, load_config
from voxcx.domain.heard import Heard, ToneKind
from voxcx.domain.interaction import Role, Telephony
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.result import Roles
from voxcx.domain.timeline import OVERLAP_KINDS, Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.overlap import sber_interruptions
from voxcx.timeline.build import build_timeline

CALL_S = 60.0
Pieces = Sequence[tuple[float, float]]
Line = tuple[Role, float, float, str]


def at(pieces: Pieces) -> Intervals:
    return tuple(Interval(start_s, end_s) for start_s, end_s in pieces)


def words(lines: Sequence[Line], language: str = "en") -> Transcript:
    ordered = sorted(lines, key=lambda line: line[1])
    made = tuple(Utterance(role, _spread(start, end, text), text) for role, start, end, text in ordered)
    return Transcript(language, "test", made)


def _spread(start_s: float, end_s: float, text: str) -> tuple[Word, ...]:
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    return tuple(Word(one, start_s + k * step_s, start_s + (k + 1) * step_s) for k, one in enumerate(texts))


def timeline(
    agent: Pieces,
    customer: Pieces,
    lines: Sequence[Line] = (),
    telephony: Telephony | None = None,
    rules: Definitions | None = None,
) -> Timeline:
    language = "ru" if any(ord(letter) > 1000 for line in lines for letter in line[3]) else "en"
    return build_timeline(
        Heard(CALL_S, "ok", (at(agent), at(customer))),
        words(lines, language),
        Roles(("agent", "customer"), "ok"),
        telephony or Telephony(),
        rules or Definitions(),
    )


def overlaps(found: Timeline) -> list[tuple[str, str | None, float, float]]:
    return [(e.kind, e.role, e.span.start_s, e.span.end_s) for e in found.events if e.kind in OVERLAP_KINDS]


# Customer speaks 1–9 s; the agent's piece lies inside. (agent's piece, agent's words, expected kind)
LISTENING = [
    ((4.0, 4.5), None, "backchannel"),  # words not known, short
    ((4.0, 4.8), None, "backchannel"),  # exactly 0.8 s
    ((5.1, 5.9), None, "backchannel"),  # the same 0.8 s, which binary fractions make 0.8000000000000007
    ((4.0, 4.81), None, "interruption"),  # longer and words not known
    ((4.0, 4.5), "угу", "backchannel"),
    ((4.0, 5.5), "да-да", "backchannel"),  # known listening words may take their time
    ((4.0, 4.7), "Да, да!", "backchannel"),  # punctuation and capitals are no words
    ((4.0, 4.7), "да-да, но", "interruption"),  # «но» takes the floor
    ((4.0, 4.7), "да-да но", "interruption"),
    ((4.0, 4.4), "нет", "brief_overlap"),  # not a listening word, but too short for an interruption
    ((4.0, 4.7), "mm-hm", "backchannel"),
    ((4.0, 4.7), "yeah but", "interruption"),
    ((4.0, 4.7), "—", "backchannel"),  # punctuation alone: words not known, so the length decides
    ((4.0, 6.0), "—", "interruption"),
    # Phrases of whole words, one after another.
    ((4.0, 4.7), "I see", "backchannel"),
    ((4.0, 4.7), "Got it.", "backchannel"),
    ((4.0, 4.7), "All right, I see. Okay", "backchannel"),
    ((4.0, 4.7), "that's right", "backchannel"),
    ((4.0, 4.7), "yes", "backchannel"),  # YAML reads a bare yes as true
    ((4.0, 4.7), "I got it right", "interruption"),
    ((4.0, 4.7), "I see it", "interruption"),
    ((4.0, 4.7), "see all", "interruption"),
    ((4.0, 4.7), "ну да", "backchannel"),
    ((4.0, 4.7), "Так-так.", "backchannel"),
    ((4.0, 4.7), "понятно", "backchannel"),
    ((4.0, 4.7), "Всё понятно, да", "backchannel"),
    ((4.0, 4.7), "а понятно", "backchannel"),
    ((4.0, 4.7), "а так", "interruption"),  # «а» is listening only with what it introduces
    ((4.0, 4.7), "всё я понял", "interruption"),
]


@pytest.mark.parametrize(("piece", "said", "expected"), LISTENING)
def test_backchannels(piece: tuple[float, float], said: str | None, expected: str) -> None:
    lines: list[Line] = [] if said is None else [("agent", *piece, said)]
    assert overlaps(timeline([piece], [(1.0, 9.0)], lines)) == [(expected, "agent", *piece)]


# The agent says "mhm" 4.0–4.5; how must the customer's speech go on for it to be a backchannel?
GOES_ON = [
    ([(1.0, 5.0)], True),  # exactly 0.5 s more
    ([(1.0, 4.9)], False),  # only 0.4 s more
    ([(1.0, 4.2), (5.2, 6.0)], True),  # next unit exactly 1 s after the one before it, 0.8 s of it
    ([(1.0, 4.2), (5.3, 6.0)], False),  # 1.1 s
    ([(1.0, 4.2), (5.0, 5.4)], False),  # comes in time, but only 0.4 s
    ([(1.0, 4.7), (5.0, 5.3)], True),  # 0.2 + 0.3 s
    ([(4.2, 9.0)], False),  # the customer had not been speaking before
]


@pytest.mark.parametrize(("customer", "expected"), GOES_ON)
def test_a_backchannel_needs_the_other_to_go_on(customer: Pieces, expected: bool) -> None:
    found = timeline([(4.0, 4.5)], customer, [("agent", 4.0, 4.5, "mhm")])
    assert [kind == "backchannel" for kind, *_ in overlaps(found)] == [expected]


# (agent, customer, expected kind, by whom)
KINDS = [
    # Both start within 0.2 s after silence.
    ([(2.0, 5.0)], [(2.1, 4.0)], "dual_start", "customer"),
    ([(2.0, 5.0)], [(2.2, 4.0)], "dual_start", "customer"),  # exactly 0.2 s
    ([(5.1, 9.0)], [(5.3, 8.0)], "dual_start", "customer"),  # 5.3 − 5.1 is a little over 0.2 in binary fractions
    ([(2.0, 5.0)], [(2.21, 4.0)], "interruption", "customer"),
    ([(2.1, 5.0)], [(2.0, 5.5)], "dual_start", "agent"),
    ([(1.0, 1.8), (2.0, 5.0)], [(2.1, 4.0)], "dual_start", "customer"),  # exactly 0.2 s of silence before
    ([(1.0, 1.85), (2.0, 5.0)], [(2.1, 4.0)], "interruption", "customer"),  # only 0.15 s of silence before
    # Starts at most 0.5 s before the other's turn ends.
    ([(1.0, 5.0)], [(4.5, 8.0)], "terminal_overlap", "customer"),  # exactly 0.5 s
    ([(1.0, 5.6)], [(5.1, 8.0)], "terminal_overlap", "customer"),  # the same
    ([(1.0, 5.0)], [(4.49, 8.0)], "interruption", "customer"),
    ([(4.8, 8.0)], [(1.0, 5.0)], "terminal_overlap", "agent"),
    # The turn goes on after a pause: not its end.
    ([(1.0, 5.0), (6.0, 9.0)], [(4.6, 4.9)], "brief_overlap", "customer"),
    ([(1.0, 5.0), (6.0, 9.0)], [(4.6, 5.3)], "terminal_overlap", "customer"),  # outlasts the unit: the turn ended
    # At least 0.5 s of both.
    ([(1.0, 9.0)], [(4.0, 4.5)], "interruption", "customer"),  # exactly 0.5 s, said "why now" below
    ([(1.0, 9.0)], [(4.0, 4.49)], "brief_overlap", "customer"),
    ([(1.0, 9.0)], [(5.3, 5.8)], "interruption", "customer"),
]


@pytest.mark.parametrize(("agent", "customer", "kind", "role"), KINDS)
def test_kinds_of_simultaneous_speech(agent: Pieces, customer: Pieces, kind: str, role: str) -> None:
    lines: list[Line] = [("agent", *span, "we will see.") for span in agent]
    lines += [("customer", *span, "why now") for span in customer]
    ((found, by, start_s, end_s),) = overlaps(timeline(agent, customer, lines))
    assert (found, by) == (kind, role)
    second, stops = max(agent[-1][0], customer[-1][0]), min(agent[-1][1], customer[-1][1])
    if len(agent) == len(customer) == 1:
        assert (start_s, end_s) == (second, stops)


# The customer starts at 4.0 over the agent. (agent, customer, yielded)
YIELDED = [
    ([(1.0, 6.0)], [(4.0, 8.0)], True),  # stops exactly 2 s later
    ([(1.0, 6.01)], [(4.0, 8.0)], False),
    ([(1.0, 5.0)], [(4.0, 8.0)], True),
]


@pytest.mark.parametrize(("agent", "customer", "yielded"), YIELDED)
def test_who_got_the_floor(agent: Pieces, customer: Pieces, yielded: bool) -> None:
    (event,) = timeline(agent, customer).of("interruption")
    assert (event.role, event.yielded) == ("customer", yielded)


CUT_IN = [
    ("I will look.", [(1.0, 5.0)], False),
    ("I will look at", [(1.0, 5.0)], True),  # the sentence is not finished
    ("I will look.", [(1.0, 5.0), (9.0, 10.0)], True),  # taken up again exactly 3 s after... see below
    ("I will look.", [(1.0, 5.0), (9.1, 10.0)], False),
]


@pytest.mark.parametrize(("said", "agent", "suspected"), CUT_IN)
def test_a_terminal_overlap_may_be_a_cut_in(said: str, agent: Pieces, suspected: bool) -> None:
    # The customer speaks 4.6–6.0; turns of the agent end at 5.0 and, 4 s later, a new one begins: outside 3 s.
    agent = [(s, e) if s < 5.0 else (s - 1.0, e - 1.0) for s, e in agent]  # 8.0 is exactly 3 s after 5.0
    found = timeline(agent, [(4.6, 6.0)], [("agent", 1.0, 5.0, said), ("customer", 4.6, 6.0, "no way")])
    (event,) = found.of("terminal_overlap")
    assert (event.role, event.cut_in_suspected) == ("customer", suspected)


def test_two_backchannels_and_an_interruption_are_three_events() -> None:
    customer = [(1.0, 20.0)]
    agent = [(3.0, 3.4), (6.0, 6.5), (10.0, 12.0)]
    found = timeline(agent, customer)
    assert [kind for kind, *_ in overlaps(found)] == ["backchannel", "backchannel", "interruption"]


def test_turns_leave_backchannels_out_and_join_gaps_under_three_seconds() -> None:
    found = timeline([(1.0, 4.0), (6.9, 8.0), (30.0, 31.0)], [(10.0, 20.0)], [])
    turns = [(t.role, t.span.start_s, t.span.end_s) for t in found.turns]
    assert turns == [("agent", 1.0, 8.0), ("customer", 10.0, 20.0), ("agent", 30.0, 31.0)]
    listened = timeline([(1.0, 10.0)], [(4.0, 4.5), (11.0, 12.0)], [("customer", 4.0, 4.5, "mhm")])
    assert [(t.role, t.span.start_s) for t in listened.turns] == [("agent", 1.0), ("customer", 11.0)]


@pytest.mark.parametrize(("gap_s", "turns"), [(2.9, 1), (3.0, 2), (3.1, 2)])
def test_a_turn_ends_at_a_gap_of_three_seconds(gap_s: float, turns: int) -> None:
    assert len(timeline([(1.0, 4.1), (4.1 + gap_s, 9.0)], []).turns) == turns


def test_a_turn_ends_when_the_other_starts_and_outlasts_it() -> None:
    found = timeline([(1.0, 5.0), (7.0, 9.0)], [(4.0, 6.0)])
    assert [(t.role, t.span.start_s, t.span.end_s) for t in found.turns] == [
        ("agent", 1.0, 5.0),
        ("customer", 4.0, 6.0),
        ("agent", 7.0, 9.0),
    ]


# Customer speaks 1–5 and again from `again_s`: how long nobody speaks, and what that is.
SILENCES = [
    (7.9, 0, 0),
    (8.0, 1, 0),  # exactly 3 s
    (14.99, 1, 0),
    (15.0, 1, 1),  # exactly 10 s
]


@pytest.mark.parametrize(("again_s", "silences", "long_ones"), SILENCES)
def test_silences_at_their_limits(again_s: float, silences: int, long_ones: int) -> None:
    found = timeline([], [(0.0, 5.0), (again_s, CALL_S)])
    assert (len(found.of("silence")), len(found.of("long_silence"))) == (silences, long_ones)


def test_a_silence_whose_length_is_exact_only_in_decimals_counts() -> None:
    # 7.1 − 4.1 is 2.9999999999999996 in binary fractions.
    assert len(timeline([], [(0.0, 4.1), (7.1, CALL_S)]).of("silence")) == 1


def test_a_hold_is_no_silence_and_silence_around_it_is_measured_on_each_side() -> None:
    # Nobody speaks 5–45; on hold 10–40: 5 s before and 5 s after are silences, the hold is not.
    found = timeline([(0.0, 5.0)], [(45.0, CALL_S)], telephony=Telephony(holds=(Interval(10.0, 40.0),)))
    assert [(e.span.start_s, e.span.end_s) for e in found.of("silence")] == [(5.0, 10.0), (40.0, 45.0)]
    assert found.of("long_silence") == ()
    assert [e.span for e in found.of("hold")] == [Interval(10.0, 40.0)]


def test_hold_music_that_sounds_like_speech_is_none() -> None:
    found = timeline([(0.0, 5.0), (12.0, 38.0)], [(30.0, CALL_S)], telephony=Telephony(holds=(Interval(10.0, 40.0),)))
    assert found.agent == (Interval(0.0, 5.0),)
    assert found.customer == (Interval(40.0, CALL_S),)
    assert overlaps(found) == []


def test_latency_is_the_wait_for_the_other() -> None:
    found = timeline([(0.0, 5.0), (12.5, 14.0)], [(5.8, 11.0)])
    assert [(e.role, e.span.start_s, e.span.end_s) for e in found.of("latency")] == [
        ("customer", 5.0, 5.8),
        ("agent", 11.0, 12.5),
    ]


def test_no_latency_across_a_hold() -> None:
    found = timeline([(0.0, 5.0)], [(20.0, 25.0)], telephony=Telephony(holds=(Interval(6.0, 19.0),)))
    assert found.of("latency") == ()


def test_no_latency_from_a_short_turn_inside_the_others_long_one() -> None:
    # The customer's 2–3 lies inside the agent's 1–10: when the agent speaks again at 15 nobody had waited since 3.
    found = timeline([(1.0, 10.0), (15.0, 16.0)], [(2.0, 3.0)], [("customer", 2.0, 3.0, "no wait")])
    assert found.of("latency") == ()
    # … and the customer who answers at 12 answers the turn that ended at 10.
    found = timeline([(1.0, 10.0)], [(2.0, 3.0), (12.0, 14.0)], [("customer", 2.0, 3.0, "no wait")])
    assert [(e.role, e.span.start_s, e.span.end_s) for e in found.of("latency")] == [("customer", 10.0, 12.0)]


def test_alibaba_asks_for_two_seconds_and_four_characters() -> None:
    rules = load_config().definitions_named("alibaba")
    long_words: list[Line] = [("customer", 4.0, 6.0, "but I")]
    three: list[Line] = [("customer", 4.0, 6.0, "no a")]
    cases = [
        ([(4.0, 6.0)], long_words, "interruption"),
        ([(4.0, 5.9)], [("customer", 4.0, 5.9, "but I said")], "brief_overlap"),
        ([(4.0, 6.0)], three, "brief_overlap"),
    ]
    for customer, lines, kind in cases:
        found = timeline([(1.0, 9.0)], customer, lines, rules=rules)  # type: ignore[arg-type]
        assert overlaps(found)[0][0] == kind, lines


def test_google_asks_for_more_than_five_seconds_of_silence() -> None:
    rules = load_config().definitions_named("google")
    four_s = timeline([], [(0.0, 5.0), (9.0, CALL_S)], rules=rules)
    five_s = timeline([], [(0.0, 5.1), (10.1, CALL_S)], rules=rules)  # exactly 5 s, which Google leaves out
    longer = timeline([], [(0.0, 5.0), (10.01, CALL_S)], rules=rules)
    assert [len(found.of("silence")) for found in (four_s, five_s, longer)] == [0, 0, 1]


# Fragments of simultaneous speech → seconds inside Sber's interruptions (cluster gap 2 s, short < 0.5 s).
SBER = [
    ([(1.0, 1.4)], 0.0),  # a single short one is none
    ([(1.0, 1.5)], 0.5),  # exactly not short
    ([(1.0, 1.3), (3.3, 3.6)], 0.6),  # two short ones exactly 2 s apart are one interruption
    ([(1.0, 1.2), (2.0, 2.2)], 0.4),  # even when all of them together are short
    ([(1.0, 1.3), (3.4, 3.7)], 0.0),  # 2.1 s apart: two single short ones
    ([(1.0, 1.3), (2.0, 2.3), (9.0, 9.2), (20.0, 21.0)], 1.6),
    ([], 0.0),
]


@pytest.mark.parametrize(("fragments", "expected_s"), SBER)
def test_sber_clusters(fragments: Pieces, expected_s: float) -> None:
    rules = load_config().definitions_named("sber")
    found = sber_interruptions(at(fragments), rules)
    assert sum(piece.duration_s for piece in found) == pytest.approx(expected_s)


# The customer speaks 1–20; the agent's pieces and words → interruptions (span, yielded) and brief overlaps by `sber`.
SBER_EVENTS: list[tuple[Pieces, str, list[tuple[float, float]], int]] = [
    ([(4.0, 4.4)], "wait now", [], 1),  # a single short fragment is none
    ([(4.0, 4.5)], "wait now", [(4.0, 4.5)], 0),  # exactly not short
    ([(4.0, 4.3), (6.3, 6.6)], "wait now", [(4.0, 6.6)], 0),  # exactly 2 s apart: one
    ([(4.0, 4.3), (6.4, 6.7)], "wait now", [], 2),  # 2.1 s apart: two single short ones
    ([(4.0, 4.3), (6.0, 6.3), (8.0, 8.3), (15.0, 16.0)], "wait now", [(4.0, 8.3), (15.0, 16.0)], 0),
    ([(4.0, 4.3), (6.0, 6.3)], "mhm", [], 0),  # backchannels are told first and are no fragments
    ([(19.8, 22.0)], "wait now", [], 1),  # a single short one, be it at the turn's end
    ([(19.0, 22.0)], "wait now", [(19.0, 20.0)], 0),
]


@pytest.mark.parametrize(("agent", "said", "spans", "brief"), SBER_EVENTS)
def test_sber_interruptions_are_clusters(
    agent: Pieces, said: str, spans: list[tuple[float, float]], brief: int
) -> None:
    rules = load_config().definitions_named("sber")
    found = timeline(agent, [(1.0, 20.0)], [("agent", *piece, said) for piece in agent], rules=rules)
    assert [(e.span.start_s, e.span.end_s) for e in found.of("interruption")] == spans
    assert len(found.of("brief_overlap")) == brief
    assert {kind for kind, *_ in overlaps(found)} <= {"backchannel", "interruption", "brief_overlap"}


def test_a_sber_interruption_is_of_who_started_second_in_its_first_fragment() -> None:
    rules = load_config().definitions_named("sber")
    # The customer starts over the agent at 4, the agent over the customer at 6; the agent's run ends at 5: yielded.
    found = timeline([(1.0, 4.3), (6.0, 9.0)], [(4.0, 6.3)], rules=rules)
    (event,) = found.of("interruption")
    assert (event.role, event.span, event.yielded) == ("customer", Interval(4.0, 6.3), True)


def test_a_hold_parts_sber_clusters() -> None:
    rules = load_config().definitions_named("sber")
    hold = Telephony(holds=(Interval(5.0, 5.5),))
    agent = [(4.0, 4.3), (6.0, 6.3)]
    found = timeline(agent, [(1.0, 9.0)], [("agent", *piece, "wait now") for piece in agent], hold, rules)
    assert found.of("interruption") == ()
    assert len(found.of("brief_overlap")) == 2


def test_a_hold_ends_a_turn() -> None:
    found = timeline([(1.0, 5.0), (7.0, 9.0)], [], telephony=Telephony(holds=(Interval(5.0, 7.0),)))
    assert [(t.span.start_s, t.span.end_s) for t in found.turns] == [(1.0, 5.0), (7.0, 9.0)]
    assert len(timeline([(1.0, 5.0), (7.0, 9.0)], []).turns) == 1


# The customer says "mhm" 4.0–4.6. (agent, how often the customer listens, stretches of simultaneous speech)
LISTENED = [
    ([(1.0, 9.0)], 1, 1),
    ([(1.0, 4.2), (4.5, 9.0)], 1, 2),  # one "mhm" across two units of the other
    ([(1.0, 3.9), (4.7, 9.0)], 1, 0),  # in the other's pause of 0.8 s
    ([(1.0, 3.5), (4.7, 9.0)], 0, 0),  # in a pause of 1.2 s the other had stopped
]


@pytest.mark.parametrize(("agent", "units", "stretches"), LISTENED)
def test_listening_units_and_the_stretches_they_make(agent: Pieces, units: int, stretches: int) -> None:
    found = timeline(agent, [(4.0, 4.6)], [("customer", 4.0, 4.6, "mhm")])
    assert [(one.role, one.span) for one in found.listening] == [("customer", Interval(4.0, 4.6))] * units
    assert len(found.of("backchannel")) == stretches


@pytest.mark.timeout(120)  # a second; when it was quadratic this took minutes
def test_ten_hours_are_one_pass() -> None:
    # 20,000 units and 40,000 words.
    agent = [(k * 3.6, k * 3.6 + 1.5) for k in range(10_000)]
    customer = [(k * 3.6 + 1.2, k * 3.6 + 2.8) for k in range(10_000)]
    lines: list[Line] = [("agent", *span, "we will see.") for span in agent]
    lines += [("customer", *span, "why now") for span in customer]
    sides, said = (at(agent), at(customer)), words(lines)
    hold = Telephony(holds=(Interval(100.0, 110.0),))
    found = build_timeline(Heard(36_000.0, "ok", sides), said, Roles(("agent", "customer"), "ok"), hold, Definitions())
    assert len([event for event in found.events if event.kind in OVERLAP_KINDS]) > 9_900


# ── Signals of the network ───────────────────────────────────────────────────────────────────────────────────


def test_tones_are_events_of_the_party_on_whose_channel_they_are() -> None:
    tones = [*calls.rings(2, 7), *calls.keys("4#", 12), *calls.busy(97, 2)]
    found = calls.call(lines=[("agent", 30, 33, "hello there"), ("customer", 34, 38, "hello")], tones=tones)
    told = [(e.kind, e.role, e.detail, e.span.start_s) for e in found.events if e.kind in {"ringback", "busy", "dtmf"}]
    assert told == [
        ("ringback", "agent", None, 2.0),
        ("ringback", "agent", None, 7.0),
        ("dtmf", "customer", "4", 12.0),
        ("dtmf", "customer", "#", 12.5),
        ("busy", "agent", None, 97.0),
        ("busy", "agent", None, 97.7),
    ]


# (kind, on whose channels it is heard and when, whose it is)
ECHOES: list[tuple[str, list[tuple[int, float]], str]] = [
    ("dtmf", [(0, 12.0), (1, 12.0)], "customer"),  # keys are the customer's
    ("ringback", [(0, 12.0), (1, 12.0)], "agent"),
    ("ringback", [(0, 12.0), (1, 12.01), (1, 18.0)], "customer"),  # the channel that carries more of it
    ("busy", [(0, 95.02), (1, 95.0)], "customer"),  # an echo comes later
]


@pytest.mark.parametrize(("kind", "heard", "role"), ECHOES)
def test_a_tone_that_both_channels_carry_is_one(kind: ToneKind, heard: list[tuple[int, float]], role: str) -> None:
    tones = [calls.tone(kind, start_s, start_s + 0.4, channel=channel) for channel, start_s in heard]
    found = calls.call(tones=tones).of(kind)
    assert {event.role for event in found} == {role}
    assert len(found) == len(heard) - 1


def test_a_tone_that_outlasts_the_recording_by_a_frame_ends_with_it() -> None:
    (event,) = calls.call(tones=[calls.tone("busy", 99.7, 100.03)]).of("busy")
    assert event.span == Interval(99.7, 100.0)


# ── Voci: silence is whatever lies between words ─────────────────────────────────────────────────────────────


def test_wordless_stretches_add_up_to_the_recording_without_its_words() -> None:
    voci = load_config().definitions_named("voci")
    lines: list[Line] = [("agent", 1, 4, "good morning there"), ("customer", 3, 6, "hi"), ("agent", 20, 21, "so")]
    found = calls.call(agent=[(40, 50)], lines=lines, rules=voci, music=([(60, 80)], ()))
    spans = [event.span for event in found.of("silence")]
    assert spans == [Interval(0, 1), Interval(6, 20), Interval(21, 100)]
    assert sum(span.duration_s for span in spans) == 100 - (5 + 1)
    # A long silence is what it always was: nobody speaks, in talk.
    long_ones = [event.span for event in found.of("long_silence")]
    assert long_ones == [
        event.span for event in calls.call([(40, 50)], lines=lines, music=([(60, 80)], ())).of("long_silence")
    ]


def test_without_words_there_is_no_silence_between_them() -> None:
    voci = load_config().definitions_named("voci")
    assert calls.call([(0, 5)], [(40, 50)], rules=voci).of("silence") == ()
