"""What is believed of a window's answer: a table of answers, and what of them is kept, marked or dropped."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxcx.domain.intervals import Interval
from voxcx.transcribe import doubt
from voxcx.transcribe.believing import CAPTION, CREDIT, LIKE, Believed, believed
from voxcx.transcribe.decoding import Decoded, HeardWord
from voxcx.transcribe.packing import Window
from voxcx.transcribe.placing import REACH_S

SPEECH = (Interval(10.0, 16.0),)
WINDOW = Window(1, (Interval(9.6, 18.0),), 0.0)
SURE, UNSURE = doubt.UNSURE + 0.1, doubt.UNSURE - 0.1
GUESSED = doubt.GUESSED / 2
GOOD, BAD = doubt.REPEATED_LOGPROB / 2, doubt.DOUBTFUL_LOGPROB - 0.1
NOBODY, CERTAINLY_NOBODY = doubt.NO_SPEECH + 0.1, doubt.SURELY_NOBODY + 0.05


def words(text: str, *, start_s: float = 0.4, each_s: float = 0.4, confidence: float = SURE) -> tuple[HeardWord, ...]:
    """Words one behind the other, in the window's time; speech begins at 0.4 s."""
    at = ((word, start_s + k * each_s) for k, word in enumerate(text.split()))
    return tuple(HeardWord(word, at_s, at_s + each_s, confidence) for word, at_s in at)


def heard(*groups: tuple[HeardWord, ...], logprob: float = GOOD, no_speech: float = 0.0) -> Believed:
    said = tuple(word for group in groups for word in group)
    return believed(Decoded(said, logprob, no_speech, 1.0, ran_on=False), WINDOW, SPEECH)


def marks(answer: Believed) -> list[tuple[str, str | None]]:
    return [(word.text, word.suspect) for word in answer.words]


EMPTY = "recognised where nobody is heard"
LOW, STOCK, MANY = "low recognition confidence", "stock phrase, unsure", "more words than there is speech"


@pytest.mark.parametrize(
    ("answer", "kept", "dropped"),
    [
        (heard(words("Good day.")), [("Good", None), ("day.", None)], ()),
        (heard(), [], ()),
        (heard(words("Good day."), logprob=BAD), [("Good", LOW), ("day.", LOW)], ()),
        (heard(words("Good day."), logprob=BAD, no_speech=NOBODY), [], (("no speech", 2),)),
        (heard(logprob=BAD, no_speech=NOBODY), [], ()),
        (heard(words("Good day."), no_speech=NOBODY), [("Good", None), ("day.", None)], ()),
        (heard(words("Good day."), no_speech=CERTAINLY_NOBODY), [("Good", EMPTY), ("day.", EMPTY)], ()),
        # a guess is kept and marked, sentence by sentence
        (
            heard(words("Good day.", confidence=GUESSED), words("Yes, John.", start_s=2.0)),
            [("Good", LOW), ("day.", LOW), ("Yes,", None), ("John.", None)],
            (),
        ),
        # many sure words are not dropped with a window where nobody is heard; their unsure neighbours are
        (
            heard(words("I paid on the tenth."), words("so well", start_s=3.0), logprob=BAD, no_speech=NOBODY),
            [("I", LOW), ("paid", LOW), ("on", LOW), ("the", LOW), ("tenth.", LOW)],
            (("no speech", 2),),
        ),
        (
            heard(words("I paid on the tenth.", confidence=UNSURE), logprob=BAD, no_speech=NOBODY),
            [],
            (("no speech", 5),),
        ),
        # subtitles about sounds: dropped alone and on weak evidence, else marked
        (heard(words("ТРЕВОЖНАЯ МУЗЫКА", confidence=UNSURE)), [], ((CAPTION, 2),)),
        (heard(words("ТРЕВОЖНАЯ МУЗЫКА"), no_speech=NOBODY), [], ((CAPTION, 2),)),
        (heard(words("ТРЕВОЖНАЯ МУЗЫКА")), [("ТРЕВОЖНАЯ", LIKE), ("МУЗЫКА", LIKE)], ()),
        (
            heard(words("ТРЕВОЖНАЯ МУЗЫКА", start_s=6.4 + REACH_S - 0.4)),  # the half that lies in speech is marked too
            [("ТРЕВОЖНАЯ", LIKE)],
            (("outside speech", 1),),
        ),
        (
            heard(words("да ТРЕВОЖНАЯ МУЗЫКА да")),
            [("да", None), ("ТРЕВОЖНАЯ", LIKE), ("МУЗЫКА", LIKE), ("да", None)],
            (),
        ),
        # names in capitals are words
        (heard(words("у меня МТС MUSIC")), [("у", None), ("меня", None), ("МТС", None), ("MUSIC", None)], ()),
        (heard(words("КРИК", confidence=SURE)), [("КРИК", LIKE)], ()),
        # a credit is dropped however sure it is, and its neighbours stay, in its own sentence too
        (heard(words("Yes."), words("Subtitles by Amara.org.", start_s=1.0)), [("Yes.", None)], ((CREDIT, 3),)),
        (heard(words("yes please subtitles by Amara.org")), [("yes", None), ("please", None)], ((CREDIT, 3),)),
        # what only reads like a credit
        (heard(words("Captions by Friday.", confidence=UNSURE)), [], ((CAPTION, 3),)),
        (heard(words("Captions by Friday.")), [("Captions", LIKE), ("by", LIKE), ("Friday.", LIKE)], ()),
        (
            heard(words("I need captions by Friday.", confidence=UNSURE)),
            [(word, None) for word in ("I", "need", "captions", "by", "Friday.")],
            (),
        ),
        # a stock phrase: believed when it is sure, doubted when not, dropped when nobody seems to speak as well
        (heard(words("Thank you.")), [("Thank", None), ("you.", None)], ()),
        (heard(words("Thank you.", confidence=UNSURE)), [("Thank", STOCK), ("you.", STOCK)], ()),
        (heard(words("Thank you.", confidence=UNSURE), no_speech=NOBODY), [], (("stock phrase on no speech", 2),)),
        (heard(words("Thank you."), no_speech=NOBODY), [("Thank", None), ("you.", None)], ()),
        # sentence by sentence
        (
            heard(words("Thank you.", confidence=UNSURE), words("Bye, John!", start_s=2.0, confidence=UNSURE)),
            [("Thank", STOCK), ("you.", STOCK), ("Bye,", None), ("John!", None)],
            (),
        ),
        # speech ends at 6.4 s of the window
        (heard(words("far away", start_s=6.4 + REACH_S + 0.1)), [], (("outside speech", 2),)),
        (
            heard(words("here", start_s=6.0), words("away", start_s=6.4 + REACH_S + 0.1)),
            [("here", None)],
            (("outside speech", 1),),
        ),
    ],
)
def test_what_is_kept_marked_and_dropped(
    answer: Believed, kept: list[tuple[str, str | None]], dropped: tuple[tuple[str, int], ...]
) -> None:
    assert marks(answer) == kept
    assert (answer.channel, answer.dropped) == (1, dropped)


def test_more_words_than_the_speech_has_time_for() -> None:
    crowd = " ".join(f"word{k}" for k in range(20))
    many = heard(words(crowd, each_s=0.5 / doubt.MOST_WORDS_PER_S))
    assert {suspect for _, suspect in marks(many)} == {MANY}
    fine = heard(words(crowd, each_s=2.0 / doubt.MOST_WORDS_PER_S))
    assert {suspect for _, suspect in marks(fine)} == {None}


def test_a_loop_is_marked_behind_its_first_round_and_a_stronger_reason_comes_first() -> None:
    loop = words("no " * 8, each_s=0.75 / doubt.LOOP_RATE)
    assert [suspect for _, suspect in marks(heard(loop))] == [None] + ["repeats itself"] * 7
    assert {suspect for _, suspect in marks(heard(loop, logprob=BAD))} == {LOW}


def test_times_are_the_calls_to_the_millisecond() -> None:
    (word,) = heard((HeardWord("day", 1.00049, 1.50051, 0.98765),)).words
    assert (word.start_s, word.end_s, word.confidence) == (10.6, 11.101, 0.988)


texts = st.sampled_from(["yes", "no.", "Thank", "you.", "Amara.org", "спасибо", "bye!", "please"])
said = st.builds(
    lambda text, start_s, long_s, sure: HeardWord(text, start_s, start_s + long_s, sure),
    texts, st.floats(0.0, 9.0), st.floats(0.0, 2.0), st.floats(0.0, 1.0),
)  # fmt: skip


@settings(max_examples=100)
@given(st.lists(said, max_size=30), st.floats(-3.0, 0.0), st.floats(0.0, 1.0))
def test_every_word_is_kept_or_counted(spoken: list[HeardWord], logprob: float, no_speech: float) -> None:
    in_order = tuple(sorted(spoken, key=lambda word: word.start_s))
    answer = heard(in_order, logprob=logprob, no_speech=no_speech)
    assert len(answer.words) + sum(count for _, count in answer.dropped) == len(spoken)
    assert all(count > 0 for _, count in answer.dropped)
    assert all(SPEECH[0].start_s <= (w.start_s or 0) <= (w.end_s or 0) <= SPEECH[0].end_s for w in answer.words)
