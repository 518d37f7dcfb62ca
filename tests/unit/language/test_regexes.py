from __future__ import annotations

from time import process_time

import pytest

from voxcx.errors import FormError
from voxcx.language.regexes import compile_regex


@pytest.mark.parametrize(
    ("pattern", "whole_words", "texts", "absent"),
    [
        (r"договор\w*", False, ("ваш договор", "да"), False),
        (r"договор\w*", False, ("заказ", "да"), True),
        ("да", True, ("когда", "да"), False),
        ("да", True, ("когда", "дай"), True),
        ("счёт", False, ("счет",), False),
        (r"^да", False, ("нет", "да"), False),  # the edge of a text: nothing is promised
        (r"x\sy", False, ("x", "y"), False),  # perhaps over an edge: each is then looked at
    ],
)
def test_what_is_absent_from_all_texts_is_in_none_of_them(
    pattern: str, texts: tuple[str, ...], *, whole_words: bool, absent: bool
) -> None:
    regex = compile_regex(pattern, whole_words=whole_words)
    assert regex.absent(texts) is absent
    assert not (absent and any(list(regex.spans(text)) for text in texts))


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        (r"(?=a)b", "look-ahead"),
        (r"(?<!x)y", "look-behind"),
        (r"(a)\1", "references back"),
        (r"((a{100}){100}){100}", "repeats too much"),
        (r"(x{1,900}){1,900}", "repeats too much"),
        ("(a", "missing )"),
        (r"\bда\b", "whole_words: true"),
        (r"[\W]", "outside of"),
        ("a*", "needs a letter"),
        ("a" * 501, "at most 500"),
    ],
)
def test_what_re2_does_not_know_is_said_in_one_sentence(pattern: str, says: str) -> None:
    with pytest.raises(FormError, match=says.replace("(", r"\(").replace(")", r"\)")) as told:
        compile_regex(pattern)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\w+", "ёж 5", ["ёж", "5"]),
        (r"[\w.]+", "a.b ц", ["a.b", "ц"]),
        (r"\d+", "12 ٣", ["12", "٣"]),
        (r"\S+", "да нет", ["да", "нет"]),
        (r"[]x]", "x]", ["x", "]"]),
        (r"счёт", "Счет счёт", ["Счет", "счёт"]),
        (r"\.", "a.b", ["."]),
    ],
)
def test_classes_know_all_letters(pattern: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in compile_regex(pattern).spans(text)] == found


@pytest.mark.parametrize(
    ("text", "count"), [("да", 1), ("да да да", 3), ("когда", 0), ("дай", 0), ("да-да", 2), ("_да", 0), ("да5", 0)]
)
def test_whole_words_touch_no_letter(text: str, count: int) -> None:
    assert len(list(compile_regex("да", whole_words=True).spans(text))) == count


def test_no_expression_is_slow() -> None:
    began_s = process_time()
    assert list(compile_regex(r"(а+)+$").spans("а" * 50_000 + "б")) == []
    assert list(compile_regex(r"(.*)(.*)(.*)(.*)x").spans("а" * 20_000)) == []
    assert process_time() - began_s < 2.0
