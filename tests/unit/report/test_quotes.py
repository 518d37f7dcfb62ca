from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_chat, call_transcript, utterance
from voxcx.domain.interaction import Role
from voxcx.domain.qa import Evidence
from voxcx.domain.transcript import Transcript
from voxcx.report.quotes import Place, find, tokens, utterance_at

CALL = call_transcript()


@pytest.mark.parametrize(
    ("role", "start_s", "end_s", "quote", "marked"),
    [
        ("agent", 62.9, 65.0, "назовите код из смс", "назовите код из смс,"),
        ("agent", 0.6, 3.1, "ДОБРЫЙ ДЕНЬ", "Добрый день,"),
        ("agent", None, None, "спасибо за ожидание", "Спасибо за ожидание,"),
        (None, 83.4, 88.7, "трех дней", "трёх дней"),
        ("agent", 53.0, 54.4, "слов таких нет", "Спасибо за ожидание,"),
    ],
)
def test_a_quote_is_found_by_words_then_by_time(
    role: Role | None, start_s: float | None, end_s: float | None, quote: str, marked: str
) -> None:
    place = find(Evidence(role, start_s, end_s, quote), CALL)
    assert place is not None
    written = tokens(CALL.utterances[place.utterance])
    assert "".join(text + space for text, space in written[place.first : place.last]).strip() == marked


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(None, 66.0, 77.4),
        Evidence("customer", 62.9, 65.0, "назовите код из смс"),
        Evidence("agent", None, None, "таких слов не было"),
        Evidence("agent", 0.0, 5.0, "…"),
    ],
)
def test_what_was_not_said_by_that_party_is_not_marked(evidence: Evidence) -> None:
    place = find(evidence, CALL)
    if evidence.quote == "…":  # no words to look for: the time decides
        assert place is not None
    else:
        assert place is None


def test_the_right_one_of_two_equal_phrases_is_found_by_its_time() -> None:
    lines = (utterance("agent", 0.0, 1.0, "одну минуту"), utterance("agent", 40.0, 41.0, "одну минуту"))
    assert find(Evidence("agent", 40.0, 41.0, "одну минуту"), Transcript("ru", "test", lines)) == Place(1, 0, 2)


def test_a_chat_without_times_is_searched_by_words() -> None:
    chat = a_chat(timed=False).transcript
    assert find(Evidence("agent", None, None, "have a lovely day"), chat) == Place(7, 4, 8)


@given(st.data())
def test_any_words_of_an_utterance_are_found_there(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(CALL.utterances) - 1))
    words = CALL.utterances[index].words
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    start_s, end_s = words[first].start_s, words[last - 1].end_s
    quote = " ".join(word.text for word in words[first:last])
    place = find(Evidence(CALL.utterances[index].role, start_s, end_s, quote), CALL)
    assert place is not None
    assert place.utterance == index


@pytest.mark.parametrize(("time_s", "index"), [(0.0, 0), (5.9, 1), (40.0, 7), (500.0, 13)])
def test_the_utterance_at_a_moment(time_s: float, index: int) -> None:
    assert utterance_at(time_s, CALL) == index
