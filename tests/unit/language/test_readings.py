"""Words read once: the same tokens as the whole text has, and the same words when it is spoken."""

import pytest

from voxcx.language.keeping import Kept
from voxcx.language.numbers import spoken_size
from voxcx.language.readings import read
from voxcx.language.tokens import spoken_tokens


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Да-да, подождите! Ещё 2 500 ₽ — и всё.", "ru"),
        ("I can't, I'll call at 10:30 p.m. (really?) …", "en"),
        ("Ça coûte 5 €", "fr"),
        ("... — !", "ru"),
        ("", "en"),
    ],
)
def test_words_one_by_one_are_the_whole_text(text: str, language: str) -> None:
    reading = read(text.split(), language)
    tokens, sources = spoken_tokens(text.split(), language)
    assert [(t.text, t.lower, t.forms) for t in reading.tokens] == [(t.text, t.lower, t.forms) for t in tokens]
    assert reading.sources == sources
    assert reading.spoken == spoken_size(text, language)


def test_words_that_are_only_marks_do_not_count() -> None:
    reading = read(["I", "don't", "...", "know,", "2"], "en")
    assert [token.lower for token in reading.tokens] == ["i", "do", "not", "know", "2"]
    assert reading.sources == (0, 1, 1, 3, 4)
    assert reading.word_of == (0, 1, 1, 2, 3)
    assert reading.words == 4
    rest = reading.since(3)
    assert ([token.lower for token in rest.tokens], rest.sources, rest.word_of) == (["know", "2"], (3, 4), (2, 3))


@pytest.mark.parametrize(
    ("text", "unbroken"),
    [("нет я рад", True), ("нет, я рад", False), ("нет - я рад", False), ("(нет) я рад", False), ("нет я, рад", False)],
)
def test_punctuation_breaks_neighbours(text: str, unbroken: bool) -> None:
    assert read(text.split(), "ru").unbroken(0, 2) is unbroken
    assert read(text.split(), "ru").unbroken(1, 1)


def test_inside_a_word_it_is_the_same() -> None:
    assert read(["I", "don't"], "en").unbroken(0, 2)
    assert not read(["yes...no"], "en").unbroken(0, 1)


@pytest.mark.parametrize(("text", "words"), [("2 500", 3), ("2\n500", 2), ("пять  и 2\n500 руб", 5), ("да нет", 2)])
def test_figures_are_spoken_by_what_parts_them(text: str, words: int) -> None:
    reading = read(text.split(), "ru")
    assert reading.spoken_as(text, "ru")[0] == words
    assert reading.spoken_as(text, "ru") == spoken_size(text, "ru")


def test_short_readings_are_kept_and_long_ones_are_not() -> None:
    assert read(["угу"], "ru") is read(("угу",), "ru")
    assert read(["угу"] * 500, "ru") is not read(["угу"] * 500, "ru")


def test_kept_words_are_forgotten_before_there_are_too_many() -> None:
    made: list[str] = []

    def size(word: str) -> int:
        made.append(word)
        return len(word)

    kept = Kept(size, most=2)
    assert [kept[word] for word in ("a", "bb", "a", "bb", "ccc", "a")] == [1, 2, 1, 2, 3, 1]
    assert made == ["a", "bb", "ccc", "a"]
    assert len(kept) == 2
