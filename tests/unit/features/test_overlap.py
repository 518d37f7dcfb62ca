"""Turns that begin with an interruption, and the time that no word covers: cases worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from voxcx.config import Definitions, load_config
from voxcx.domain.features import Feature
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Role, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.result import Roles
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word
from voxcx.features.overlap import overlap_features, silence_features
from voxcx.timeline.build import build_timeline

CALL_S = 30.0
DEFAULT, VOCI, SBER = (load_config().definitions_named(name) for name in ("default", "voci", "sber"))
Span = tuple[float, float]


def said(*spans: Span, role: Role = "agent", suspect: str | None = None) -> Utterance:
    words = tuple(Word("well", start_s, end_s, 0.9, suspect) for start_s, end_s in spans)
    return Utterance(role, words, " ".join(word.text for word in words))


def transcript(*lines: Utterance) -> Transcript:
    return Transcript("en", "test", tuple(sorted(lines, key=lambda line: line.start_s or 0.0)))


def timeline(agent: Iterable[Span], customer: Iterable[Span], rules: Definitions) -> Timeline:
    speech = tuple(union(Interval(*span) for span in side) for side in (agent, customer))
    heard = Heard(CALL_S, "ok", speech)
    return build_timeline(heard, transcript(), Roles(("agent", "customer"), "ok"), Telephony(), rules)


def of(name: str, features: Iterable[Feature]) -> Feature:
    return next(feature for feature in features if feature.name == name)


TURNS: list[tuple[str, list[Span], list[Span], float | None, float | None]] = [
    ("one after another", [(1, 4), (8, 10)], [(5, 7)], 0.0, 0.0),
    ("the customer cuts in once in two turns", [(1, 5), (8, 10)], [(3, 7), (12, 14)], 0.0, 0.5),
    ("each cuts in once", [(1, 5), (6, 10)], [(3, 8), (12, 14)], 0.5, 0.5),
    ("a start inside one's own turn begins no turn", [(1, 9)], [(2, 4), (6, 8)], 0.0, 1.0),
    ("a terminal overlap is none", [(1, 5)], [(4.6, 7)], 0.0, 0.0),
    ("a customer who says nothing has no turns", [(1, 5)], [], 0.0, None),
]


@pytest.mark.parametrize(("case", "agent", "customer", "agents", "customers"), TURNS, ids=[row[0] for row in TURNS])
def test_turns_that_begin_with_an_interruption(
    case: str, agent: list[Span], customer: list[Span], agents: float | None, customers: float | None
) -> None:
    del case
    found = tuple(overlap_features(timeline(agent, customer, DEFAULT), DEFAULT))
    assert of("agent_interrupting_turn_share", found).value == agents
    assert of("customer_interrupting_turn_share", found).value == customers
    if customers is None:
        assert of("customer_interrupting_turn_share", found).missing == "no customer speech"


def test_every_start_over_the_others_speech_counts_under_voci() -> None:
    sides = ([(1.0, 5.0), (8.0, 10.0)], [(4.8, 7.0), (12.0, 14.0)])  # 0.2 s before the agent ends
    shares = [
        of("customer_interrupting_turn_share", overlap_features(timeline(*sides, rules), rules)).value
        for rules in (DEFAULT, VOCI)
    ]
    assert shares == [0.0, 0.5]


def test_a_cluster_is_one_interrupting_turn() -> None:
    sides = ([(1.0, 9.0)], [(2.0, 3.0), (3.5, 4.5), (5.0, 10.0)])
    found = of("customer_interrupting_turn_share", overlap_features(timeline(*sides, SBER), SBER))
    assert (found.value, found.evidence) == (1.0, (Interval(2.0, 10.0),))


def test_turn_shares_need_trusted_roles() -> None:
    found = tuple(overlap_features(Timeline(CALL_S, distrust="mono recording"), DEFAULT))
    for party in ("agent", "customer"):
        assert of(f"{party}_interrupting_turn_share", found).missing == "mono recording"


WORDS: list[tuple[str, tuple[Utterance, ...], float | None]] = [
    ("words of both, one second in common", (said((1, 3)), said((2, 5), role="customer")), 26.0),
    ("gaps between words count", (said((1, 2), (3, 4)),), 28.0),
    ("mono words have a voice too", (said((0, 10), role="unknown"),), 20.0),
    ("a suspect word may not have been said", (said((1, 3)), said((10, 20), suspect="low confidence")), 28.0),
    ("words do not outlast the recording", (said((28, 33)),), 28.0),
    ("only suspect words are no words", (said((10, 20), suspect="low confidence"),), None),
    ("no words", (), None),
]


@pytest.mark.parametrize(("case", "lines", "expected"), WORDS, ids=[row[0] for row in WORDS])
def test_time_without_words(case: str, lines: tuple[Utterance, ...], expected: float | None) -> None:
    del case
    quiet = tuple(silence_features(Timeline(CALL_S), transcript(*lines), DEFAULT))
    found = of("wordless_s", quiet)
    assert (found.value, found.missing) == (expected, "no words" if expected is None else None)


def test_a_party_that_cannot_be_heard_leaves_no_silence_to_tell() -> None:
    quiet = silence_features(Timeline(CALL_S, deaf="dead channel"), transcript(said((1, 3))), DEFAULT)
    assert {feature.missing for feature in quiet} == {"dead channel"}


def test_silence_between_words_is_not_told_without_words() -> None:
    for rules, why in ((VOCI, "no words"), (DEFAULT, None)):
        quiet = tuple(silence_features(Timeline(CALL_S), transcript(), rules))
        for name in ("silences", "silence_s", "silence_longest_s"):
            assert of(name, quiet).missing == why
        assert of("long_silences", quiet).value == 0
