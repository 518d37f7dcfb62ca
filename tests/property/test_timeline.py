"""Laws of the timeline: everything is classified once, and durations add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.config import Definitions, load_config
from voxcx.domain.heard import Heard, Tone, ToneKind
from voxcx.domain.interaction import Role, Telephony
from voxcx.domain.intervals import Interval, Intervals, crop, intersection, total_s, union
from voxcx.domain.result import Roles
from voxcx.domain.timeline import OVERLAP_KINDS, Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.overlap import overlap_features, silence_features
from voxcx.timeline.build import build_timeline
from voxcx.timeline.said import Said
from voxcx.timeline.turns import find_units

CALL_S = 60.0
RULES = Definitions()
WORDLESS = Transcript("und", "test", ())
VOCI = load_config().definitions_named("voci")
SBER = load_config().definitions_named("sber")
PARTIES: tuple[Role, Role] = ("agent", "customer")
SWAP: dict[Role | None, Role | None] = {"agent": "customer", "customer": "agent", None: None}
TEXTS = ("yeah", "mhm", "yeah but", "I want my money.", "because")
PHRASES = (*TEXTS, "please hold", "press one")  # tell of phases

moments = st.integers(0, 480).map(lambda eighth: eighth / 8)
spans = st.tuples(moments, moments).map(lambda pair: Interval(min(pair), max(pair)))
short = st.tuples(moments, st.integers(1, 40)).map(lambda p: Interval(p[0], min(p[0] + p[1] / 8, CALL_S)))
speech = st.lists(short, max_size=14).map(union)
holds = st.lists(spans, max_size=3)


@dataclass(frozen=True)
class Case:
    """What a timeline is made of."""

    agent: Intervals
    customer: Intervals
    holds: tuple[Interval, ...]
    transcript: Transcript
    ivr_s: float | None
    offset_s: float | None
    tones: tuple[Tone, ...] = ()
    music: tuple[Intervals, ...] = ((), ())
    recorded: bool = True  # whether a telephony record states the holds

    @property
    def heard(self) -> Heard:
        return Heard(CALL_S, "ok", (self.agent, self.customer), (), self.tones, self.music)

    def built(self, *, swapped: bool = False, rules: Definitions = RULES) -> Timeline:
        heard = self.heard
        roles: tuple[Role, ...] = ("customer", "agent") if swapped else ("agent", "customer")
        transcript, telephony = self.transcript, self.telephony
        if swapped:
            lines = (replace(u, role=SWAP[u.role] or "unknown") for u in transcript.utterances)
            transcript = replace(transcript, utterances=tuple(lines))
        return build_timeline(heard, transcript, Roles(roles, "ok"), telephony, rules)

    @property
    def telephony(self) -> Telephony:
        holds = self.holds if self.recorded else None
        return Telephony(holds=holds, ivr_time_s=self.ivr_s, recording_offset_s=self.offset_s)


def tones_of(spans: Intervals, channel: int, kind: ToneKind) -> list[Tone]:
    return [Tone(kind, channel, span, "5" if kind == "dtmf" else None) for span in spans]


@st.composite
def sounding(draw: st.DrawFn) -> Case:
    """A call with signals, music, phrases that tell of holds, and a record or none."""
    case = draw(cases(texts=PHRASES))
    kinds: tuple[ToneKind, ...] = ("ringback", "busy", "dtmf")
    bursts = st.lists(moments.map(lambda s: Interval(s, min(s + 1.0, CALL_S))), max_size=3).map(union)
    tones = [tone for k in (0, 1) for kind in kinds for tone in tones_of(draw(bursts), k, kind)]
    music = draw(st.lists(spans, max_size=2).map(union)), draw(st.lists(spans, max_size=1).map(union))
    return replace(
        case, tones=tuple(sorted(tones, key=lambda one: one.span)), music=music, recorded=draw(st.booleans())
    )


@st.composite
def cases(draw: st.DrawFn, *, plain: bool = False, texts: tuple[str, ...] = TEXTS) -> Case:
    """``plain``: nothing but speech, and no edges of the two parties at one moment: no tie to break."""
    sides = {"agent": draw(speech), "customer": draw(speech)}
    if plain:
        moved = (Interval(span.start_s + 1 / 16, span.end_s + 1 / 16) for span in sides["customer"])
        sides["customer"] = crop(tuple(moved), Interval(0.0, CALL_S - 1 / 32))
    lines = [
        Utterance(role, (Word(text, span.start_s, span.end_s),), text)
        for role in PARTIES
        for span in sides[role]
        if (text := draw(st.sampled_from((None, *texts)))) is not None
    ]
    lines.sort(key=lambda line: (line.start_s or 0.0, line.role))
    ivr_s = None if plain else draw(st.sampled_from((None, 4.0, 12.0)))
    offset_s = None if plain else draw(st.sampled_from((None, 0.0, 6.0)))
    held = () if plain else tuple(draw(holds))
    return Case(sides["agent"], sides["customer"], held, Transcript("en", "test", tuple(lines)), ivr_s, offset_s)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_stretch_of_simultaneous_speech_is_one_event(case: Case) -> None:
    timeline = case.built()
    spans = sorted(event.span for kind in OVERLAP_KINDS for event in timeline.of(kind))
    assert tuple(spans) == intersection(timeline.agent, timeline.customer)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_sber_puts_every_stretch_into_one_event(case: Case) -> None:
    """A stretch is one backchannel, one brief overlap, or inside one interruption, which may hold several."""
    timeline = case.built(rules=SBER)
    stretches = intersection(timeline.agent, timeline.customer)
    listened = {event.span for event in timeline.of("backchannel")}
    alone = {event.span for event in timeline.of("brief_overlap")}
    inside = [event.span for event in timeline.of("interruption")]
    assert not listened & alone
    assert listened | alone <= set(stretches)
    for stretch in set(stretches) - listened:
        assert (stretch in alone) + sum(stretch & span == stretch for span in inside) == 1
    assert all(span.start_s in {s.start_s for s in stretches} for span in inside)
    assert {kind for kind in OVERLAP_KINDS if timeline.of(kind)} <= {"backchannel", "brief_overlap", "interruption"}
    assert listened == {event.span for event in case.built().of("backchannel")}
    measured = {feature.name: feature.value for feature in overlap_features(timeline, SBER)}
    assert measured["overlap_in_interruptions_s"] == measured["sber_overlap_in_interruptions_s"]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_listening_unit_is_one_whatever_it_overlaps(case: Case) -> None:
    timeline = case.built()
    for event in timeline.of("backchannel"):
        assert sum(one.role == event.role and one.span & event.span == event.span for one in timeline.listening) == 1
    for party in PARTIES:
        units = [one.span for one in timeline.listening if one.role == party]
        assert set(units) <= set(timeline.speech(party))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_turn_has_a_hold_in_it(case: Case) -> None:
    timeline = case.built()
    assert not any(crop(timeline.phase("hold"), turn.span) for turn in timeline.turns)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_speech_and_mutual_silence_make_up_talk(case: Case) -> None:
    timeline = case.built()
    anybody = union(timeline.agent, timeline.customer)
    quiet = {feature.name: feature.value for feature in silence_features(timeline, WORDLESS, RULES)}
    silence_s = quiet["mutual_silence_s"]
    assert isinstance(silence_s, float)
    assert total_s(anybody) + silence_s == timeline.talk_s


@settings(max_examples=60, deadline=None)
@given(cases())
def test_speech_is_only_in_talk_and_phases_do_not_overlap(case: Case) -> None:
    timeline = case.built()
    talk, hold = timeline.phase("talk"), timeline.phase("hold")
    for role in PARTIES:
        assert intersection(timeline.speech(role), talk) == timeline.speech(role)
    assert intersection(talk, hold) == ()
    inside = crop(timeline.phase("ivr"), Interval(0.0, CALL_S))
    assert intersection(talk, inside) == intersection(hold, inside) == ()
    assert union(talk, hold, inside) == (Interval(0.0, CALL_S),)


@settings(max_examples=100, deadline=None)
@given(sounding())
def test_the_phases_part_the_recording(case: Case) -> None:
    timeline = case.built()
    whole = Interval(0.0, CALL_S)
    inside = [part for phase in timeline.phases if (part := phase.span & whole)]
    assert union(inside) == (whole,)
    assert total_s(inside) == pytest.approx(CALL_S)
    assert all(0.0 <= phase.confidence <= 1.0 for phase in timeline.phases)
    assert (timeline.distrust == "no talk") == (not timeline.talk_s)


@settings(max_examples=100, deadline=None)
@given(sounding())
def test_with_signals_too_speech_is_in_talk_and_every_stretch_is_one_event(case: Case) -> None:
    timeline = case.built()
    talk = timeline.phase("talk")
    tones = {k: union(tone.span for tone in case.tones if tone.channel == k) for k in (0, 1)}
    for k, role in enumerate(PARTIES):
        assert intersection(timeline.speech(role), talk) == timeline.speech(role)
        assert intersection(timeline.speech(role), tones[k]) == ()
    spans = sorted(event.span for kind in OVERLAP_KINDS for event in timeline.of(kind))
    assert tuple(spans) == intersection(timeline.agent, timeline.customer)
    assert {event.span for event in timeline.of("hold")} == {p.span for p in timeline.phases if p.kind == "hold"}
    assert all(event.span.end_s <= CALL_S for event in timeline.events)


@settings(max_examples=100, deadline=None)
@given(sounding())
def test_only_what_is_stated_is_contradicted(case: Case) -> None:
    told = {one.fact for one in case.built().disagreements}
    assert case.recorded or not told & {"holds_count", "hold_total_s"}
    assert case.ivr_s is not None or "ivr_time_s" not in told
    assert "queue_wait_s" not in told
    unheard = replace(case, tones=(), music=()).built()
    assert unheard.disagreements == ()
    heard = {phase.kind for phase in unheard.phases if phase.source == "audio"}
    assert heard <= (
        {"hold", "talk"} if "hold" in heard else set()
    )  # talk beside a hold that was heard ends where it says


@settings(max_examples=100, deadline=None)
@given(sounding())
def test_voci_silences_add_up_to_the_recording_without_its_words(case: Case) -> None:
    timeline = case.built(rules=VOCI)
    spoken = union(Interval(w.start_s, w.end_s) for role in PARTIES for w in case.transcript.words_of(role))
    silence_s = total_s(event.span for event in timeline.of("silence"))
    assert silence_s == pytest.approx(CALL_S - total_s(spoken) if spoken else 0.0)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_turns_of_one_party_do_not_overlap_and_hold_all_that_is_no_backchannel(case: Case) -> None:
    timeline = case.built()
    said = {role: Said(case.transcript.words_of(role)) for role in PARTIES}
    units = find_units({"agent": timeline.agent, "customer": timeline.customer}, said, "en", RULES)
    for role in PARTIES:
        turns = [turn.span for turn in timeline.turns if turn.role == role]
        assert all(a.end_s <= b.start_s for a, b in pairwise(turns))
        for unit in units:
            if unit.role == role and not unit.backchannel:
                assert sum(unit.span & turn == unit.span for turn in turns) == 1


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_latency_is_a_wait_for_the_other_in_which_nobody_has_the_floor(case: Case) -> None:
    timeline = case.built()
    for event in timeline.of("latency"):
        assert not any(turn.span & event.span for turn in timeline.turns)
        ended = {turn.role for turn in timeline.turns if turn.span.end_s == event.span.start_s}
        starts = {turn.role for turn in timeline.turns if turn.span.start_s == event.span.end_s}
        assert SWAP[event.role] in ended
        assert event.role in starts
        assert intersection((event.span,), timeline.phase("hold")) == ()


@settings(max_examples=60, deadline=None)
@given(cases())
def test_silences_are_in_talk_and_nobody_speaks_in_them(case: Case) -> None:
    timeline = case.built()
    anybody = union(timeline.agent, timeline.customer)
    for event in (*timeline.of("silence"), *timeline.of("long_silence")):
        assert intersection((event.span,), anybody) == ()
        assert intersection((event.span,), timeline.phase("talk")) == (event.span,)
    long_ones = {event.span for event in timeline.of("long_silence")}
    assert long_ones == {e.span for e in timeline.of("silence") if e.span.duration_s >= RULES.long_silence_min_s}


@settings(max_examples=60, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_inputs(case: Case, random: object) -> None:
    holds = list(case.holds)
    random.shuffle(holds)  # type: ignore[attr-defined]
    # The agent on channel 1 instead of 0 is the same call.
    heard = replace(case.heard, speech=(case.customer, case.agent))
    telephony = Telephony(holds=tuple(holds), ivr_time_s=case.ivr_s, recording_offset_s=case.offset_s)
    other = build_timeline(heard, case.transcript, Roles(("customer", "agent"), "ok"), telephony, RULES)
    assert other == case.built()


@settings(max_examples=60, deadline=None)
@given(cases(plain=True))
def test_swapping_the_roles_mirrors_everything(case: Case) -> None:
    here, there = case.built(), case.built(swapped=True)
    counted = Counter((event.kind, SWAP[event.role], event.span, event.yielded) for event in here.events)
    mirrored = Counter((event.kind, event.role, event.span, event.yielded) for event in there.events)
    assert counted == mirrored
    ours = {f.name: f.value for f in overlap_features(here, RULES)}
    theirs = {f.name: f.value for f in overlap_features(there, RULES)}
    for name in ("interruptions_by_{}", "interruptions_by_{}_yielded", "backchannels_by_{}"):
        assert ours[name.format("agent")] == theirs[name.format("customer")]
        assert ours[name.format("customer")] == theirs[name.format("agent")]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_shares_are_shares(case: Case) -> None:
    timeline = case.built()
    for feature in overlap_features(timeline, RULES):
        if "share" in feature.name:
            assert feature.value is None or 0.0 <= float(feature.value) <= 1.0
            assert (feature.value is None) == (feature.missing is not None)
