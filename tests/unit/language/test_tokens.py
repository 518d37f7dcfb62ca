from __future__ import annotations

import time
from pathlib import Path

import pytest

from voxcx.language import tokens
from voxcx.language.tokens import forms, spoken_tokens, tokenise, tokens_of


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ru", "Да-да, ещё раз!", ["да-да", "еще", "раз"]),
        ("ru", "что-то на e-mail не пришло", ["что-то", "на", "e-mail", "не", "пришло"]),
        ("ru", "500₽ и 5%", ["500", "₽", "и", "5", "%"]),
        ("ru", "(тест/проба)", ["тест", "проба"]),
        ("ru", "2 500 руб.", ["2", "500", "руб"]),
        ("ru", "", []),
        ("ru", " … — !!! ", []),
        ("en", "Mm-hm, I don't know", ["mm-hm", "i", "do", "not", "know"]),
        ("en", "I'll call, you can’t", ["i", "will", "call", "you", "can", "not"]),
        ("en", "£20 and $5", ["£", "20", "and", "$", "5"]),
        ("fr", "Ça va, merci", ["ça", "va", "merci"]),
    ],
)
def test_words_without_punctuation(language: str, text: str, words: list[str]) -> None:
    assert [token.lower for token in tokenise(text, language)] == words


def test_text_is_verbatim_and_offsets_point_at_it() -> None:
    text = "Ещё «Привет», I don’t"
    for token in tokenise(text, "en"):
        assert text[token.start : token.end] == token.text


@pytest.mark.parametrize(
    ("language", "word", "form"),
    [
        ("ru", "подождите", "подождать"),
        ("ru", "ПОДОЖДИ", "подождать"),
        ("ru", "скажите-ка", "сказать"),
        ("ru", "ещё", "еще"),
        ("ru", "7", "семь"),
        ("ru", "₽", "рубль"),
        ("en", "called", "call"),
        ("en", "children", "child"),
        ("en", "5", "five"),
        ("en", "e-mail", "email"),
        ("fr", "Mots", "mots"),
    ],
)
def test_forms(language: str, word: str, form: str) -> None:
    assert form in forms(word, language)


def test_all_readings_of_an_ambiguous_word() -> None:
    assert {"тест", "тесто"} <= forms("тест", "ru")


def test_spoken_tokens_know_their_word() -> None:
    tokens, words = spoken_tokens(["I", "don't", "...", "know,", "2", "500"], "en")
    assert [token.lower for token in tokens] == ["i", "do", "not", "know", "2", "500"]
    assert words == (0, 1, 1, 3, 4, 5)


@pytest.mark.parametrize("chunk", ["'", "a.", "а-", "1.2.", "(", "https://a."])
def test_a_chunk_without_end_takes_no_time(chunk: str) -> None:
    began = time.perf_counter()
    tokenise(chunk * 5000, "en")
    assert time.perf_counter() - began < 2  # seconds; measured under 0.1


def test_spoken_tokens_of_nothing() -> None:
    assert spoken_tokens([], "ru") == ((), ())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_words_of_letters_alone_are_what_the_tokeniser_makes_of_them(language: str) -> None:
    folder = Path(__file__).parents[3] / "configs" / "lexicons"
    words = {word for path in folder.glob(f"*.{language}.yaml") for word in path.read_text("utf-8").split()}
    odd = {
        "cannot",
        "gonna",
        "руб",
        "руб.",
        "т.е.",
        "да-да",
        "don't",
        "e-mail,",
        "OK?",
        "Ещё!",
        "10km",
        "№5",
        "a",
        "ну,?",
    }
    for word in words | odd | {f"{word}," for word in words} | {f"{word.capitalize()}?" for word in words}:
        assert tokens_of(word, language) == tokenise(word, language), word


@pytest.mark.parametrize("language", ["ru", "en", "fr"])
@pytest.mark.parametrize(
    "word",
    [
        *("слово", "Слово.", "СЛОВО.", "И.", "руб.", "руб.,", "т.", "ё!", "да..", "word.", "No.", "a.m.", "I.", "Mr."),
        *("4512", "4512.", "4512,", "007", "5-го", "٣", "²", "5км.", "1" * 150, "а" * 150),
    ],
)
def test_a_word_alone_is_what_the_tokeniser_makes_of_it(word: str, language: str) -> None:
    assert tokens_of(word, language) == tokenise(word, language)


def test_the_tokeniser_forgets_words_before_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenise("слово", "fr")
    before = len(tokens._tokeniser("fr").vocab)
    monkeypatch.setattr(tokens, "MOST_LEXEMES", before + 50)
    for number in range(500):
        assert [token.text for token in tokenise(f"a{number}-b", "fr")] == [f"a{number}-b"]
    assert len(tokens._tokeniser("fr").vocab) <= before + 60
