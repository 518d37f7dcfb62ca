"""The recogniser over recordings, with a decoder that reads its words out of the samples: no weights are needed.

A made call's samples tell its number and second, so a word says of itself where in which call it was said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from voxcx.config import TranscribeConfig
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.transcript import Recognition
from voxcx.errors import InputError, VoxcxError
from voxcx.speech.resampling import RATE_HZ
from voxcx.transcribe import doubt, whisper
from voxcx.transcribe.decoding import WHOLE_S, Decoded, HeardWord
from voxcx.transcribe.pool import WAITING
from voxcx.transcribe.protocol import Spoken
from voxcx.transcribe.weights import Weights
from voxcx.transcribe.whisper import LANGUAGE_WINDOWS, TOGETHER_S, WhisperTranscriber, no_vocabulary

Audio = NDArray[np.float32]
GOOD, BAD, WORSE = (doubt.DOUBTFUL_LOGPROB + change for change in (0.2, -0.2, -0.4))


@dataclass(frozen=True)
class Asked:
    """One call of the decoder."""

    windows: int
    length_s: float
    language: str
    hotwords: str | None


def read(audio: Audio) -> tuple[HeardWord, ...]:
    """A word for each second of a window, in the middle of it: the second's number."""
    middles = np.arange(RATE_HZ // 2, audio.size, RATE_HZ)
    told = np.round(audio[middles] * 32768).astype(int)
    return tuple(HeardWord(f"{n}", k + 0.3, k + 0.7, 0.9) for k, n in enumerate(told) if n)


@dataclass
class Decoder:
    """Stands for the door to the engine; ``answer`` and ``scores`` say what it hears."""

    languages: tuple[str, ...] = ("ru", "en", "de")
    scores: dict[str, float] = field(default_factory=lambda: {"ru": 0.2, "en": 0.7, "de": 0.1})
    answer: Callable[[Audio, float, str | None], Decoded] | None = None
    asked: list[Asked] = field(default_factory=list)
    votes: int = 0

    def language_scores(self, window: Audio) -> dict[str, float]:
        assert window.size <= whisper.LANGUAGE_S * RATE_HZ
        self.votes += 1
        return self.scores

    def decode(
        self, windows: Sequence[Audio], length_s: float, language: str, hotwords: str | None = None
    ) -> list[Decoded]:
        assert all(audio.size <= length_s * RATE_HZ for audio in windows)
        self.asked.append(Asked(len(windows), length_s, language, hotwords))
        if self.answer is not None:
            return [self.answer(audio, length_s, hotwords) for audio in windows]
        return [Decoded(read(audio), GOOD, 0.0, 1.0, ran_on=False) for audio in windows]


Make = Callable[..., WhisperTranscriber]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """A transcriber over a decoder of ours."""

    def making(
        decoder: Decoder, *, language: str = "auto", vocabulary: whisper.Vocabulary = no_vocabulary, **rules: float
    ) -> WhisperTranscriber:
        monkeypatch.setattr(whisper, "find_weights", lambda name: Weights(name, "whisper-test", name))
        monkeypatch.setattr(whisper, "Decoder", lambda *_: decoder)
        config = TranscribeConfig.model_validate({"threads": 1, "pad_s": 0.0, **rules})
        return WhisperTranscriber(config, language, vocabulary)

    return making


def call(number: int, *speech: Intervals, language: str | None = "en", breaks_at_s: int | None = None) -> Spoken:
    """A call whose samples say their second, 1000 × number higher, and are negative on the second channel."""
    seconds = max(int(piece.end_s) for pieces in speech for piece in pieces) + 1 if any(speech) else 1

    def sound() -> Iterator[NDArray[np.int16]]:
        for second in range(seconds):
            if second == breaks_at_s:
                raise InputError(f"call-{number}: expected sound, got a file that is gone; copy it again.")
            told = 1000 * number + second
            yield np.stack([np.full(RATE_HZ, told * sign, dtype=np.int16) for sign in (1, -1)[: len(speech)]])

    heard = Heard(float(seconds), "ok", speech)
    return Spoken(Interaction(f"call-{number}", "call", language=language), heard, sound)


def every(step_s: int, long_s: int, until_s: int, first_s: int = 1) -> Intervals:
    return tuple(Interval(float(at), float(at + long_s)) for at in range(first_s, until_s, step_s))


CALLS = (
    call(1, every(3, 1, 40), every(5, 2, 60)),
    call(2, every(2, 1, 12)),
    call(3, (), every(10, 6, 90, 2)),
    call(4, (), ()),
    call(5, every(3, 2, 100), every(3, 1, 100, 3)),
    call(6, every(50, 4, 60)),
)


def recognised(answers: Iterator[tuple[Spoken, Recognition | VoxcxError]]) -> list[Recognition]:
    return [answer for _, answer in answers if isinstance(answer, Recognition)]


# --- words ----------------------------------------------------------------------------------------------------------


def test_each_word_comes_back_on_its_channel_at_its_second(make: Make) -> None:
    """All the way: packed, cut, decoded, placed."""
    for spoken in CALLS:
        recognition = make(Decoder()).transcribe(spoken)
        number = 1000 * int(spoken.interaction.id[-1])
        for sign, words, speech in zip((1, -1), recognition.words, spoken.heard.speech, strict=False):
            seconds = [s for p in speech for s in range(int(p.start_s), int(p.end_s))]
            assert [int(word.text) * sign - number for word in words] == seconds
            assert [word.start_s for word in words] == pytest.approx([s + 0.3 for s in seconds], abs=1e-3)
            assert [word.end_s for word in words] == pytest.approx([s + 0.7 for s in seconds], abs=1e-3)
        assert (recognition.language, recognition.engine) == ("en", "whisper-test")


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (4, 4, 0, 4)])
def test_words_do_not_depend_on_what_a_call_shares_a_batch_with(
    make: Make, threads: int, order: tuple[int, ...]
) -> None:
    alone = [make(Decoder()).transcribe(spoken) for spoken in CALLS]
    decoder = Decoder()
    together = list(make(decoder, threads=threads).transcribe_many(CALLS[k] for k in order))
    assert together == [(CALLS[k], alone[k]) for k in order]  # in the order that was asked
    assert all(one.windows * one.length_s <= max(TOGETHER_S, one.length_s) for one in decoder.asked)


@pytest.mark.parametrize(("speech_s", "together"), [(3, 10), (12, 6), (20, 4), (25, 3)])
def test_windows_of_many_calls_share_batches_the_fewer_the_longer(make: Make, speech_s: int, together: int) -> None:
    decoder = Decoder()
    calls = (call(k, every(30, speech_s, 30)) for k in range(1, 2 * together + 1))
    list(make(decoder, window_s=29.0).transcribe_many(calls))
    assert [one.windows for one in decoder.asked] == [together, together]


def test_what_was_dropped_is_counted_over_the_call(make: Make) -> None:
    nothing = Decoded((HeardWord("Music", 0.3, 0.7, 0.1),), BAD, doubt.NO_SPEECH + 0.1, 1.0, ran_on=False)
    recognition = make(Decoder(answer=lambda *_: nothing)).transcribe(CALLS[4])
    assert recognition.words == ((), ())
    assert recognition.dropped == (("no speech", 6),)  # 66 s in four windows and 33 s in two, a word in each


def test_no_recordings_no_answers(make: Make) -> None:
    assert list(make(Decoder()).transcribe_many([])) == []


# --- what fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [call(7, every(3, 1, 40), language="tlh"), call(7, every(3, 2, 90), breaks_at_s=50)])
def test_a_call_that_cannot_be_recognised_costs_nothing_else(make: Make, bad: Spoken) -> None:
    recordings = [CALLS[0], bad, CALLS[1]]
    first, second, third = make(Decoder()).transcribe_many(recordings)
    assert (first, third) == (
        (CALLS[0], make(Decoder()).transcribe(CALLS[0])),
        (CALLS[1], recognised(iter([third]))[0]),
    )
    assert second[0] is bad
    assert isinstance(second[1], InputError)
    with pytest.raises(InputError, match="call-7"):
        make(Decoder()).transcribe(bad)


def breaks(*_: object) -> Decoded:
    raise RuntimeError("my card number is")


def is_told(answer: Recognition | VoxcxError) -> bool:
    """An error that nobody expects is told by its type and place: its message may quote the customer."""
    told = str(answer)
    return isinstance(answer, VoxcxError) and "RuntimeError at test_whisper.py" in told and "card" not in told


@pytest.mark.parametrize("threads", [1, 2])
def test_an_unexpected_error_of_the_decoder_ends_only_its_calls(make: Make, threads: int) -> None:
    with_long = (0, 2, 4)  # calls with a window of more than 10 s

    def breaks_if_long(audio: Audio, length_s: float, _: str | None) -> Decoded:
        return breaks() if length_s > 10.0 else Decoded(read(audio), GOOD, 0.0, 1.0, ran_on=False)

    answers = list(make(Decoder(answer=breaks_if_long), threads=threads).transcribe_many(CALLS))
    assert [spoken for spoken, _ in answers] == list(CALLS)
    for k, (spoken, answer) in enumerate(answers):
        assert is_told(answer) if k in with_long else answer == make(Decoder()).transcribe(spoken)


def test_an_unexpected_error_of_the_sound_ends_only_its_call(make: Make) -> None:
    bad = replace(CALLS[1], sound=breaks)
    (_, first), (_, second), (_, third) = make(Decoder()).transcribe_many([CALLS[0], bad, CALLS[5]])
    assert is_told(second)
    assert [first, third] == [make(Decoder()).transcribe(CALLS[k]) for k in (0, 5)]


def test_who_stops_listening_stops_the_work(make: Make) -> None:
    decoder = Decoder()
    answers = make(decoder).transcribe_many(call(k % 30, every(3, 2, 30)) for k in range(1, 1000))
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert not [one for one in threading.enumerate() if one.name.startswith("decode")]
    assert sum(one.windows for one in decoder.asked) < 200


# --- answers come while there is more to do -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    [
        call(8, every(30, 20, 50)),  # long windows, of which no other call has any
        call(8, every(3, 2, 90), breaks_at_s=60),  # its last windows will never come
        call(8, every(3, 1, 9), language="tlh"),
    ],
)
def test_one_call_does_not_hold_back_the_others(make: Make, first: Spoken) -> None:
    """Whoever waits for answers, and writes them down, must not get all of them at the end."""
    drawn = 0

    def many() -> Iterator[Spoken]:
        nonlocal drawn
        for k in range(300):
            drawn += 1
            yield first if k == 0 else call(k % 30, every(2, 1, 3))

    answers = make(Decoder()).transcribe_many(many())
    assert next(answers)[0] is first
    assert drawn <= WAITING + 6 * int(TOGETHER_S // 10.0)
    assert sum(1 for _ in answers) == 299


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_grows_to_the_whole_for_each_call(make: Make, threads: int) -> None:
    told: dict[str, list[float]] = {}
    bad = call(7, every(3, 2, 90), breaks_at_s=50)
    recordings = [*CALLS, bad]

    def progress(interaction: Interaction, share: float) -> None:
        told.setdefault(interaction.id, []).append(share)

    list(make(Decoder(), threads=threads).transcribe_many(recordings, progress))
    assert set(told) == {spoken.interaction.id for spoken in recordings}
    for shares in told.values():
        assert shares == sorted(shares)
        assert shares[0] > 0.0
        assert shares[-1] == 1.0


# --- the language ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "votes", "language"),
    [
        ({"ru": 0.0001, "en": 0.9999}, 1, "en"),  # sure at once
        ({"ru": 0.98, "en": 0.02}, 2, "ru"),
        ({"ru": 0.5, "en": 0.4}, LANGUAGE_WINDOWS, "ru"),
        ({"de": 0.99, "ru": 0.004, "en": 0.006}, LANGUAGE_WINDOWS, "en"),  # among the configured ones
        ({"de": 1.0}, LANGUAGE_WINDOWS, "ru"),  # neither: the first that is configured
    ],
)
def test_the_vote_stops_when_it_is_sure(make: Make, scores: dict[str, float], votes: int, language: str) -> None:
    decoder = Decoder(scores=scores)
    long = call(1, every(3, 2, 200), every(3, 1, 200), language=None)
    assert make(decoder).transcribe(long).language == language
    assert decoder.votes == votes
    assert {one.language for one in decoder.asked} == {language}


def test_calls_of_two_languages_share_no_batch(make: Make) -> None:
    decoder = Decoder()
    recordings = [call(k, every(3, 1, 9), language=("ru", "en")[k % 2]) for k in range(1, 7)]
    answers = recognised(make(decoder).transcribe_many(recordings))
    assert [answer.language for answer in answers] == ["en", "ru"] * 3
    assert sorted((one.language, one.windows) for one in decoder.asked) == [("en", 3), ("ru", 3)]


# --- second tries ---------------------------------------------------------------------------------------------------

ONE = call(1, every(3, 1, 3))  # one window, of the shortest length, and too little speech to tell whether words lack
LONGER = call(1, every(3, 2, 9))  # 6 s of speech: three words at least are expected
LONGEST = call(1, every(30, 25, 30))


def tried(
    make: Make,
    answers: dict[tuple[bool, bool], Decoded],
    vocabulary: tuple[str, ...] = (),
    spoken: Spoken = ONE,
) -> tuple[list[str], list[tuple[bool, bool]]]:
    """Words that came out, and what was asked: (at the full length?, with vocabulary?)."""
    decoder = Decoder(answer=lambda _, length_s, hotwords: answers[length_s == WHOLE_S, hotwords is not None])
    recognition = make(decoder, vocabulary=lambda *_: vocabulary, window_s=29.0).transcribe(spoken)
    return [w.text for w in recognition.words[0]], [
        (a.length_s == WHOLE_S, a.hotwords is not None) for a in decoder.asked
    ]


def one(text: str, logprob: float = GOOD, confidence: float = 0.9, *, ran_on: bool = False) -> Decoded:
    return Decoded((HeardWord(text, 0.3, 0.7, confidence),), logprob, 0.0, 1.0, ran_on)


SHORT, FULL, SHORT_VOCABULARY = (False, False), (True, False), (False, True)


@pytest.mark.parametrize(
    ("short", "full", "word", "asked"),
    [
        (one("short"), one("full"), "short", [SHORT]),
        (one("short", BAD), one("full"), "full", [SHORT, FULL]),
        (one("short", ran_on=True), one("full", GOOD - 0.1), "full", [SHORT, FULL]),
        (one("short", BAD), one("full", WORSE), "short", [SHORT, FULL]),
        (one("short", WORSE), one("full", BAD), "full", [SHORT, FULL]),
        (one("short", BAD), one("full", BAD), "short", [SHORT, FULL]),
        (one("short", ran_on=True), one("full", WORSE), "short", [SHORT, FULL]),
    ],
)
def test_a_doubtful_window_is_tried_at_the_full_length_and_the_better_one_wins(
    make: Make, short: Decoded, full: Decoded, word: str, asked: list[tuple[bool, bool]]
) -> None:
    assert tried(make, {SHORT: short, FULL: full}) == ([word], asked)


def said(text: str, logprob: float = GOOD) -> Decoded:
    """Words of two tenths of a second, one behind the other."""
    words = tuple(HeardWord(word, k / 4, k / 4 + 0.2, 0.9) for k, word in enumerate(text.split()))
    return Decoded(words, logprob, 0.0, 1.0, ran_on=False)


@pytest.mark.parametrize(
    ("short", "full", "words", "asked"),
    [
        (said("I lost it"), said("full"), "I lost it", [SHORT]),  # enough
        (said("I lost"), said("I lost my card"), "I lost my card", [SHORT, FULL]),
        (said(""), said("I lost my card", GOOD - 0.1), "I lost my card", [SHORT, FULL]),
        (said("I lost"), said("I", GOOD - 0.1), "I lost", [SHORT, FULL]),  # both too few: the likelier one
        (said("I lost"), said("I lost my card", BAD), "I lost", [SHORT, FULL]),
    ],
)
def test_speech_with_hardly_a_word_is_tried_once_more(
    make: Make, short: Decoded, full: Decoded, words: str, asked: list[tuple[bool, bool]]
) -> None:
    assert tried(make, {SHORT: short, FULL: full}, spoken=LONGER) == (words.split(), asked)


@pytest.mark.parametrize("doubtful", [one("first", BAD), one("first"), one("first", ran_on=True)])
def test_what_was_decoded_at_the_full_length_is_not_tried_again(make: Make, doubtful: Decoded) -> None:
    assert tried(make, {FULL: doubtful}, spoken=LONGEST) == (["first"], [FULL])


UNHEARD = doubt.INVENTED / 2


@pytest.mark.parametrize(
    ("helped", "alone", "word", "asked"),
    [
        (one("Severstal"), one("never"), "Severstal", [SHORT_VOCABULARY]),
        (one("Severstal", confidence=UNHEARD), one("never"), "never", [SHORT_VOCABULARY, SHORT]),
        (one("other", confidence=UNHEARD), one("never"), "other", [SHORT_VOCABULARY]),
        (one("other", BAD), one("never"), "never", [SHORT_VOCABULARY, SHORT]),
        (one("other", BAD), one("never", BAD), "full", [SHORT_VOCABULARY, SHORT, FULL]),
    ],
)
def test_vocabulary_that_was_not_heard_is_taken_away(
    make: Make, helped: Decoded, alone: Decoded, word: str, asked: list[tuple[bool, bool]]
) -> None:
    answers = {SHORT_VOCABULARY: helped, SHORT: alone, FULL: one("full")}
    assert tried(make, answers, ("Severstal",)) == ([word], asked)


def test_vocabulary_is_each_calls_own_and_told_as_one_line(make: Make) -> None:
    decoder = Decoder()
    names = {f"call-{k}": ("Severstal", "Ada") if k % 2 else () for k in range(1, 7)}
    made = make(decoder, vocabulary=lambda interaction, language: names[interaction.id] if language == "en" else ("?",))
    list(made.transcribe_many(call(k, every(3, 1, 9)) for k in range(1, 7)))
    assert sorted((a.hotwords or "", a.windows) for a in decoder.asked) == [("", 3), ("Severstal, Ada", 3)]
