"""Words by channel become utterances by role, in order."""

from __future__ import annotations

from voxcx.domain.transcript import Recognition, Word
from voxcx.transcribe.utterances import to_transcript


def test_a_gap_of_one_second_ends_an_utterance() -> None:
    words = (Word("a", 0.0, 1.0), Word("b", 1.99, 2.5), Word("c", 3.5, 4.0))
    transcript = to_transcript(Recognition("en", "t", (words,)), ("agent",), 1.0)
    assert [u.text for u in transcript.utterances] == ["a b", "c"]


def test_utterances_of_two_channels_are_in_order_of_their_start() -> None:
    recognition = Recognition("en", "t", ((Word("a", 5.0, 6.0),), (Word("b", 1.0, 9.0), Word("c", 20.0, 21.0))))
    transcript = to_transcript(recognition, ("agent", "customer"), 1.0)
    assert [(u.role, u.text) for u in transcript.utterances] == [("customer", "b"), ("agent", "a"), ("customer", "c")]
    assert transcript.words_of("customer") == recognition.words[1]


def test_no_words_no_utterances() -> None:
    assert to_transcript(Recognition("en", "t", ((), ())), ("agent", "customer"), 1.0).utterances == ()
