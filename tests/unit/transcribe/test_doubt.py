"""Tables of what is doubted, with near misses: people repeat themselves and say goodbye too."""

from __future__ import annotations

import pytest

from voxcx.transcribe import doubt
from voxcx.transcribe.decoding import Decoded, HeardWord


def spoken(text: str, words_per_s: float = 2.5, confidence: float = 0.9) -> tuple[HeardWord, ...]:
    """Words at an even pace."""
    each_s = 1.0 / words_per_s
    return tuple(HeardWord(w, k * each_s, (k + 1) * each_s, confidence) for k, w in enumerate(text.split()))


def answer(
    text: str = "a b c",
    *,
    logprob: float = -0.3,
    no_speech: float = 0.0,
    compression: float = 1.0,
    ran_on: bool = False,
) -> Decoded:
    return Decoded(spoken(text), logprob, no_speech, compression, ran_on)


def unsure(no_speech: float) -> Decoded:
    return Decoded(spoken("a b c", confidence=doubt.UNSURE - 0.1), -0.3, no_speech, 1.0, ran_on=False)


FAST, SLOW = 2.0 * doubt.LOOP_RATE, 0.5 * doubt.LOOP_RATE


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (answer(), None),
        (answer(""), None),
        (answer(ran_on=True), "ran on"),
        (answer(compression=doubt.LOOP_RATIO), None),
        (answer(compression=doubt.LOOP_RATIO + 0.1), "repeats itself"),
        (answer(logprob=doubt.DOUBTFUL_LOGPROB), None),
        (answer(logprob=doubt.DOUBTFUL_LOGPROB - 0.1), "low recognition confidence"),
        (Decoded(spoken("no " * 10, FAST), -0.3, 0.0, 1.0, ran_on=False), "repeats itself"),
        (answer("six six"), "repeats itself"),  # a lone word comes back doubled from a short window
        (answer("Thank you. Thank you."), "repeats itself"),
        (answer("no no well"), None),
    ],
)
def test_which_windows_are_asked_for_again(given: Decoded, why: str | None) -> None:
    assert doubt.why_doubtful(given) == why


@pytest.mark.parametrize(
    ("no_speech", "logprob", "nobody"), [(0.1, 0.1, True), (0.1, -0.1, False), (-0.1, 0.1, False), (0.0, 0.0, False)]
)
def test_nobody_speaks_only_where_both_say_so(no_speech: float, logprob: float, nobody: bool) -> None:
    given = answer(no_speech=doubt.NO_SPEECH + no_speech, logprob=doubt.DOUBTFUL_LOGPROB - logprob)
    assert doubt.is_no_speech(given) is nobody


def test_an_absurd_text_needs_less_of_nobody() -> None:
    absurd = doubt.IMPROBABLE_LOGPROB - 0.1
    assert doubt.is_no_speech(answer(no_speech=doubt.FAINT + 0.05, logprob=absurd))
    assert not doubt.is_no_speech(answer(no_speech=doubt.FAINT - 0.05, logprob=absurd))


GOOD, DULL = doubt.REPEATED_LOGPROB + 0.1, doubt.REPEATED_LOGPROB - 0.1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (answer(), None),
        (answer(""), None),
        (answer(logprob=doubt.DOUBTFUL_LOGPROB - 0.1), "low recognition confidence"),
        (answer(no_speech=doubt.SURELY_NOBODY + 0.05), "recognised where nobody is heard"),
        (answer(no_speech=doubt.NOBODY + 0.05), None),  # a lone word, quiet and sure
        (unsure(doubt.NOBODY + 0.05), "recognised where nobody is heard"),
        (unsure(doubt.NOBODY - 0.05), None),
        (answer("", no_speech=1.0), None),
        (answer("no, " * doubt.REPEATED, logprob=DULL), "repeats itself"),
        (answer("no, " * doubt.REPEATED, logprob=GOOD), None),  # a person
        (answer("no, " * (doubt.REPEATED - 1), logprob=DULL), None),
        (answer("no, " * doubt.REPEATED + "well", logprob=DULL), None),
    ],
)
def test_which_windows_are_not_counted_on(given: Decoded, why: str | None) -> None:
    assert doubt.why_suspect(given) == why


@pytest.mark.parametrize(
    ("text", "sure", "no_speech", "logprob", "noise"),
    [
        ("Thank you.", doubt.UNSURE - 0.1, doubt.NO_SPEECH + 0.1, -0.3, True),
        ("Thank you.", doubt.UNSURE + 0.1, doubt.NO_SPEECH + 0.1, -0.3, False),
        ("Thank you.", doubt.UNSURE - 0.1, 0.1, doubt.STOCK_LOGPROB - 0.1, False),
        ("Thank you.", doubt.UNSURE + 0.1, doubt.STOCK_NO_SPEECH + 0.1, doubt.STOCK_LOGPROB - 0.1, True),
        ("Thank you, John.", doubt.UNSURE - 0.1, doubt.NO_SPEECH + 0.1, doubt.STOCK_LOGPROB - 0.1, False),
    ],
)
def test_stock_phrases_where_nobody_seems_to_speak(
    text: str, sure: float, no_speech: float, logprob: float, *, noise: bool
) -> None:
    assert doubt.is_stock_of_noise(text, sure, answer(no_speech=no_speech, logprob=logprob)) is noise


SURE, WEAK = doubt.UNSURE + 0.1, doubt.UNSURE - 0.1


@pytest.mark.parametrize(
    ("text", "sure", "weak"),
    [
        ("да ТРЕВОЖНАЯ МУЗЫКА да", ".xx.", ".xx."),
        ("ТЕЛЕФОННЫЙ ЗВОНОК!", "xx", "xx"),
        ("[MUSIC PLAYING] hello", "xx.", "xx."),
        ("ОЧЕНЬ ТРЕВОЖНО", "..", "xx"),
        ("у меня МТС MUSIC и LG SAMSUNG", ".......", ".....xx"),
        ("VISA MASTERCARD", "..", "xx"),
        ("подписка ЗВУК", "..", ".."),
        ("компания СИГНАЛ звонит", "...", "..."),
        ("фирмы ЭЛЕКТРО СИГНАЛСТРОЙ", "...", ".xx"),
        ("мне нужен СНИЛС и ОСАГО", ".....", "....."),
        ("полис ОСАГО СНИЛС", "...", "..."),  # abbreviations are short
        ("а Я И ТЫ", "....", "...."),
        ("громкая музыка", "..", ".."),
        ("", "", ""),
    ],
)
def test_capitals_that_read_like_a_subtitle(text: str, sure: str, weak: str) -> None:
    for confidence, marked in ((SURE, sure), (WEAK, weak)):
        found = doubt.captions(spoken(text, confidence=confidence), answer())
        assert "".join(".x"[mark] for mark in found) == marked


def test_capitals_where_nobody_seems_to_speak() -> None:
    assert doubt.captions(spoken("VISA MASTERCARD"), answer(no_speech=doubt.NO_SPEECH + 0.1)) == [True, True]


@pytest.mark.parametrize(
    ("text", "words_per_s", "marked"),
    [
        ("well I do not know", FAST, "....."),
        ("no no no no no no no no", FAST, ".xxxxxxx"),
        ("No, no! no. No no no no no", FAST, ".xxxxxxx"),  # as it is heard, not as it is written
        ("no no no no no no no no", SLOW, "........"),  # a person
        ("no no no", FAST, "..."),  # too few to tell
        ("I see I see I see I see I see", FAST, "..xxxxxxxx"),
        ("right so thank you thank you thank you thank you bye", FAST, "....xxxxxx."),
        ("one two three one two four one two five", FAST, "........."),
        ("", FAST, ""),
    ],
)
def test_which_words_repeat_what_came_right_before(text: str, words_per_s: float, marked: str) -> None:
    assert "".join(".x"[mark] for mark in doubt.repeats(spoken(text, words_per_s))) == marked


TRAPS = (
    "У меня не работают субтитры и звук на приставке",
    "Как включить субтитры от Яндекса",
    "You will receive the transcription by email",
    "turn off the captions by pressing the button",
    "I need the subtitles by Friday",
    "субтитры делал крупнее и всё равно не вижу",
    "раньше субтитры делал Сергей а теперь никто",
    "редактор субтитров не открывается",
    "leave it after the beep",
    "я смотрел фильм с субтитрами",
    "can you turn the subtitles on",
    "your captions are late",
)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Субтитры сделал DimaTorzok", "xxx"),
        ("Субтитры подогнал «Симон»!", "xxx"),
        ("Редактор субтитров А.Синецкая Корректор А.Егорова", "xxxxx"),
        ("Субтитры Редактор субтитров А.Синецкая", "xxxx"),
        ("Subtitles by the Amara.org community", "xxxxx"),
        ("Transcription by CastingWords", "xxx"),
        ("да спасибо субтитры создавал DimaTorzok ещё вопрос", "..xxx.."),  # a sentence may be a whole window
        ("please hold captions by amara org thank you", "..xxxx.."),
        *((trap, "." * len(trap.split())) for trap in TRAPS),
        ("", ""),
    ],
)
def test_credits_that_nobody_says(text: str, marked: str) -> None:
    assert "".join(".x"[mark] for mark in doubt.credits_in(spoken(text))) == marked


@pytest.mark.parametrize(
    ("text", "subtitle"),
    [
        ("Субтитры от Яндекса", True),
        ("Субтитры создавал кто-то", True),
        ("Редактор субтитров Иванова", True),
        ("Captions by Friday.", True),
        ("Transcribed by someone else", True),
        ("ТРЕВОЖНАЯ МУЗЫКА", True),
        ("ЗВОНОК В ДВЕРЬ", True),
        ("КРИК", True),
        ("СИГНАЛСТРОЙ", False),
        ("ОЧЕНЬ ТРЕВОЖНО", False),
        ("да ТРЕВОЖНАЯ МУЗЫКА", False),
        ("субтитры от Яндекса у меня совсем не работают с понедельника", False),
        *((trap, False) for trap in TRAPS if not trap.startswith("редактор")),
    ],
)
def test_sentences_that_are_nothing_but_a_subtitle(text: str, subtitle: bool) -> None:
    assert doubt.is_subtitle(spoken(text)) is subtitle


@pytest.mark.parametrize(
    ("text", "stock"),
    [
        ("Thank you.", True),
        ("Thanks for watching!", True),
        ("Bye-bye.", True),
        ("you", True),
        ("Продолжение следует...", True),
        ("СПАСИБО ЗА ПРОСМОТР", True),
        ("www.example.com", True),  # an agent may well say one: not believed only where the evidence is weak
        ("for more information visit www.example.com", True),
        ("Beep. Beep.", True),
        ("and then go to our site which is www.example.com", False),
        ("Thank you for your patience.", False),
        ("спасибо за ожидание", False),
        ("Bye, John.", False),
        ("музыкальная школа", False),
    ],
)
def test_phrases_that_come_out_of_noise(text: str, stock: bool) -> None:
    assert doubt.is_stock(text) is stock


@pytest.mark.parametrize(
    ("words", "speech_s", "many"),
    [
        (doubt.NEEDS_NO_RATE, 0.0, False),
        (doubt.NEEDS_NO_RATE + 1, 0.0, True),
        (10, 10 / doubt.MOST_WORDS_PER_S, False),
        (11, 10 / doubt.MOST_WORDS_PER_S, True),
    ],
)
def test_more_words_than_anyone_says(words: int, speech_s: float, many: bool) -> None:
    assert doubt.too_many(words, speech_s) is many


@pytest.mark.parametrize(
    ("text", "confidence", "written"),
    [
        ("this is Severstal speaking", 0.0, True),
        ("this is SEVERSTAL, speaking", 0.0, True),
        ("this is Severstal speaking", doubt.INVENTED, False),
        ("this is nobody speaking", 0.0, False),
        ("oh my", 0.0, False),  # a short word of a name is any word
    ],
)
def test_vocabulary_that_was_written_though_not_heard(text: str, confidence: float, written: bool) -> None:
    assert doubt.invented(spoken(text, confidence=confidence), ("Oh! Severstal Ltd",)) is written
    assert not doubt.invented(spoken(text, confidence=confidence), ())
