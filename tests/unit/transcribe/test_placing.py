"""Laws of words' times: every word lies in speech, in order, and where the alignment is exact so is the time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.config import TranscribeConfig
from voxcx.domain.intervals import Interval, Intervals, crop, union
from voxcx.transcribe.decoding import HeardWord
from voxcx.transcribe.packing import Window, pack
from voxcx.transcribe.placing import BREATH_S, REACH_S, SHARED_S, SHORTEST_S, place

CALL_S = 200.0
NOTHING_S = 1e-6

# Milliseconds, so that pieces and pauses are of any length: slivers that nobody would call speech included.
starts = st.integers(0, 150_000)
lengths = st.one_of(st.integers(1, 500), st.integers(500, 40_000))
pieces = st.tuples(starts, lengths).map(lambda ms: Interval(ms[0] / 1000, (ms[0] + ms[1]) / 1000))
speech = st.lists(pieces, min_size=1, max_size=20).map(union)
rules = st.builds(
    TranscribeConfig,
    window_s=st.sampled_from([5.0, 24.0]),
    pad_s=st.sampled_from([0.0, 0.4]),
    joint_silence_s=st.sampled_from([0.0, 0.3]),
)
times = st.tuples(st.floats(0.0, 30.0), st.floats(0.0, 3.0))


def aligned(at: list[tuple[float, float]]) -> tuple[HeardWord, ...]:
    return tuple(HeardWord(str(k), start_s, start_s + long_s, 0.9) for k, (start_s, long_s) in enumerate(sorted(at)))


def holds(spoken: Intervals, time_s: float) -> bool:
    return any(piece.start_s - NOTHING_S <= time_s <= piece.end_s + NOTHING_S for piece in spoken)


@settings(max_examples=100)
@given(speech, rules, st.lists(times, max_size=12), st.data())
def test_every_word_begins_and_ends_in_speech_and_words_keep_their_order(
    spoken: Intervals, config: TranscribeConfig, at: list[tuple[float, float]], data: st.DataObject
) -> None:
    window = data.draw(st.sampled_from(pack(spoken, 0, CALL_S, config)))
    placed = list(place(aligned(at), window, spoken))
    assert all(holds(spoken, time.start_s) and holds(spoken, time.end_s) for _, time in placed)
    assert all(window.start_s - NOTHING_S <= t.start_s <= t.end_s <= window.end_s + NOTHING_S for _, t in placed)
    assert [int(word.text) for word, _ in placed] == sorted(int(word.text) for word, _ in placed)
    assert [time.start_s for _, time in placed] == sorted(time.start_s for _, time in placed)


@settings(max_examples=100)
@given(speech, rules, st.data())
def test_exact_alignment_comes_back_exactly(spoken: Intervals, config: TranscribeConfig, data: st.DataObject) -> None:
    """Words drawn inside speech of a window, mapped into the window's time, come back to where they were."""
    window = data.draw(st.sampled_from(pack(spoken, 0, CALL_S, config)))
    inside = [
        (part, offset_s - piece.start_s)
        for offset_s, piece in window.offsets()
        for part in crop(spoken, piece)
        if part.duration_s > 2 * SHORTEST_S
    ]
    said, heard = [], []
    for part, shift_s in inside:
        share = data.draw(st.floats(0.0, 0.5))
        word = Interval(part.start_s + share * part.duration_s, part.end_s - share / 2 * part.duration_s)
        if word.duration_s >= SHORTEST_S:
            said.append(word)
            heard.append(HeardWord("word", word.start_s + shift_s, word.end_s + shift_s, 0.9))
    back = [time for _, time in place(tuple(heard), window, spoken)]
    assert [time.start_s for time in back] == pytest.approx([time.start_s for time in said], abs=NOTHING_S)
    assert [time.end_s for time in back] == pytest.approx([time.end_s for time in said], abs=NOTHING_S)


# Two pieces with 0.4 s around each, 38 s of silence between them cut out: in the window speech is 0.4–2.4 and 3.2–5.2.
FAR = (Interval(10.0, 12.0), Interval(50.0, 52.0))
# Groups of a number, half a second apart: one piece, whose speech is 0.4–1.4 and 1.9–2.9.
NEAR = (Interval(10.0, 11.0), Interval(11.5, 12.5))


def padded(spoken: Intervals) -> Window:
    (window,) = pack(spoken, 0, CALL_S, TranscribeConfig(pad_s=0.4, joint_silence_s=0.0))
    return window


@pytest.mark.parametrize(
    ("spoken", "heard", "call"),
    [
        (FAR, (0.6, 1.0), (10.2, 10.6)),
        (FAR, (0.0, 0.9), (10.0, 10.5)),  # its start lies in the pause before
        (FAR, (2.2, 2.9), (11.8, 12.0)),  # its end in the pause behind
        (FAR, (2.2, 4.2), (50.0, 51.0)),  # over a cut
        (FAR, (0.4, 3.5), (50.0, 50.3)),  # to the speech that it ends in: a pause goes to the word behind it
        (FAR, (0.4, 3.22), (10.0, 12.0)),  # unless it hardly reaches that
        (FAR, (2.5, 2.6), (12.0 - SHORTEST_S, 12.0)),  # in no speech: to the near end
        (FAR, (3.0, 3.1), (50.0, 50.0 + SHORTEST_S)),
        (FAR, (0.1, 0.1), (10.0, 10.0 + SHORTEST_S)),  # no length at all
        (FAR, (5.2 + REACH_S + 0.01, 5.9), None),  # nowhere near speech
        (NEAR, (0.5, 2.5), (10.1, 12.1)),  # a word over a breath is one word
        (NEAR, (1.4 - SHARED_S + 0.01, 2.5), (11.5, 12.1)),  # unless it hardly begins on this side
        (NEAR, (0.5, 1.9 + SHARED_S + 0.01), (10.1, 11.5 + SHARED_S + 0.01)),
    ],
)
def test_where_a_word_goes(spoken: Intervals, heard: tuple[float, float], call: tuple[float, float] | None) -> None:
    placed = [(t.start_s, t.end_s) for _, t in place((HeardWord("a", *heard, 0.9),), padded(spoken), spoken)]
    assert placed == ([] if call is None else [pytest.approx(call)])


def test_a_pause_longer_than_a_breath_ends_a_word() -> None:
    for pause_s, begins_s in ((BREATH_S - 0.1, 10.0), (BREATH_S + 0.1, 13.0 + 0.1)):
        spoken = (Interval(10.0, 12.0), Interval(12.0 + pause_s, 13.0 + pause_s))
        window = Window(0, (Interval(10.0, 13.0 + pause_s),), 0.0)
        ((_, time),) = place((HeardWord("a", 0.0, 2.0 + pause_s + 1.0, 0.9),), window, spoken)
        assert (time.start_s, time.end_s) == pytest.approx((begins_s, 13.0 + pause_s))


def test_a_word_never_begins_before_the_one_said_before_it() -> None:
    heard = (HeardWord("over the cut", 2.2, 4.2, 0.9), HeardWord("before it", 2.25, 2.35, 0.9))
    assert [time.start_s for _, time in place(heard, padded(FAR), FAR)] == pytest.approx([50.0, 50.0])


def test_words_aligned_to_one_instant_keep_their_order() -> None:
    heard = tuple(HeardWord(text, 1.0, 1.0, 0.9) for text in "abc")
    placed = list(place(heard, padded(FAR), FAR))
    assert [word.text for word, _ in placed] == ["a", "b", "c"]
    assert {time for _, time in placed} == {placed[0][1]}


def test_a_window_without_speech_has_no_place_for_words() -> None:
    assert list(place((HeardWord("a", 0.0, 1.0, 0.9),), Window(0, (Interval(0.0, 2.0),), 0.0), ())) == []
