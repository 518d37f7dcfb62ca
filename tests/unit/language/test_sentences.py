from __future__ import annotations

import pytest

from voxcx.language.fuzzy import near_copies
from voxcx.language.sentences import asks, exclaims, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Где заказ? Жду!", ["Где заказ?", "Жду!"]),
        ("Это 500 руб. за шт. и всё", ["Это 500 руб. за шт. и всё"]),
        ("Сколько 2.5 кг", ["Сколько 2.5 кг"]),
        ("Почему?!! Ответьте...", ["Почему?!!", "Ответьте..."]),
        ("раз\nдва", ["раз", "два"]),
        ("Спасибо!) Пока", ["Спасибо!)", "Пока"]),
        ("I met Mr. Smith. He left", ["I met Mr. Smith.", "He left"]),
        ("", []),
        ("!!!", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert list(sentences(text)) == parts


def test_marks() -> None:
    assert asks("Где?")
    assert asks("Почему?!")
    assert not exclaims("Почему?!")
    assert exclaims("Жду!!! 😡")
    assert not asks("Что? да")


def test_near_copies() -> None:
    canned = ["Ваше обращение принято, ожидайте ответа."]
    assert near_copies(("Ваше  обращение принято, ожидайте ответа",), canned)[0]
    assert not near_copies(("Ваш заказ приедет завтра до шести.",), canned)[0]
    assert not near_copies(("",), canned)[0]
    assert not near_copies(("Да",), [])[0]
