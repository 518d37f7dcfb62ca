from __future__ import annotations

import pytest

from builders import a_call, a_chat
from voxcx.domain.transcript import Transcript, Utterance
from voxcx.domain.views import VIEWS, views_of, views_of_utterances

A, C = "agent", "customer"


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ([], ""),
        ([(A, "Добрый день")], ""),
        ([(C, "один"), (C, "два")], "один\nдва"),
        ([(C, "один"), (A, "да"), (C, "два")], "два"),
        ([(C, "один"), (A, "да"), (C, "два"), (C, "три"), (A, "пока"), (A, "пока")], "два\nтри"),
        ([(C, "один"), (A, "  "), (C, "два")], "один\nдва"),
        ([(C, "один"), ("bot", "оцените"), (C, "два"), ("system", "закрыто")], "один\nдва"),
        ([(C, "один"), (A, "да"), (C, "два"), ("bot", "Оцените от 1 до 5"), ("unknown", "5")], "два"),
        ([(A, "да"), (C, " ")], ""),
    ],
)
def test_the_customers_last_turn(said: list[tuple[str, str]], last: str) -> None:
    assert views_of_utterances(said)["customer_last_text"] == last


def test_an_utterance_is_a_line_and_others_are_not_heard() -> None:
    said = [("bot", "Оцените"), (A, "Добрый\nдень "), (C, "Привет"), (A, "Слушаю"), ("system", "закрыто")]
    assert views_of_utterances(said) == {
        "agent_text": "Добрый день\nСлушаю",
        "customer_text": "Привет",
        "customer_last_text": "Привет",
    }


def test_calls_and_chats_go_the_same_way() -> None:
    for result in (a_call(), a_chat()):
        found = views_of(result.transcript)
        assert tuple(found) == VIEWS
        assert found["customer_text"].endswith(found["customer_last_text"])
        assert found["agent_text"] == "\n".join(" ".join(u.text.split()) for u in result.transcript.of("agent"))


def test_a_transcript_without_words_has_empty_views() -> None:
    assert views_of(Transcript("ru", "x", (Utterance("customer", (), ""),))) == dict.fromkeys(VIEWS, "")
