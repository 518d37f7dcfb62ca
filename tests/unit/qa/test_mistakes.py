"""Wrong values in a form: lists and texts, not the names of types; and in time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from voxcx.errors import FormError
from voxcx.qa.form import load_form, parse_form
from voxcx.qa.yaml_source import Source

HEAD = "id: test.en\nversion: 1\nlanguage: en\ntitle: Test\nsections:\n  - id: only\n    title: Only\n    criteria:\n"
LINE = "      - {id: it, title: It, points: 5, met_when: {said: {phrases: [good morning]}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[good morning]", "[yes]", "expected text, got true; YAML takes a bare yes"),
        ("[good morning]", "good morning", "phrases: expected a list, got 'good morning'"),
        ("{phrases: [good morning]}", "{phrases: [hi], where: 5}", "where: expected keys with values, got 5"),
        ("id: it", "id: 2024-01-01", "expected text, got the date 2024-01-01"),
        ("id: it", "id: on", "put it in quotes"),
        ("points: 5", "points: [5]", "points: expected a number, got [5]"),
        ("points: 5, ", "", "expected points or a scale, one of them; correct example: `{id: greeting"),
        ("points: 5", "scale: 7", "scale: expected a list, got 7; correct example: `scale: ["),
        ("points: 5", "scale: [{titel: x}]", "did you mean 'title'; correct example: `title: назвал"),
        ("version: 1", "version: 1.5", "version: expected a whole number, got 1.5"),
        ("version: 1", "version: true", "version: expected a whole number, got true"),
        ("language: en", "language: fr", "language: expected 'ru' or 'en', got 'fr'"),
        ("id: test.en", "id: Test EN", "expected small Latin letters, digits, _ and . with a letter first"),
        ("title: Test", "title: {fr: x}", "line 4, title: expected text"),
        (
            LINE,
            "      - text\n",
            "criteria → 0: expected keys with values, got 'text'; correct example: `{id: greeting",
        ),
        (LINE, "", "criteria: expected a list, got nothing"),
        ("title: Test", "title: *x", "`&name` before the first"),
        ("title: Test", "title: a\x00b", "line 4: expected plain YAML"),
        ("title: Test", "\ttitle: Test", "no tab"),
        ("title: Test\n", "title: Test\n---\n", "keep one form in a file"),
        ("title: Test\n", "title: Test\n? [a, b]\n: c\n", "line 5"),
        ("id: test.en", "define: {1: {said: {phrases: [hi there]}}}\nid: test.en", "correct example: `define: {thanks"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(old: str, new: str, says: str) -> None:
    text = HEAD + LINE
    assert old in text
    with pytest.raises(FormError) as told:
        parse_form(Source("form.yaml", text.replace(old, new, 1)))
    assert says in str(told.value)
    assert str(told.value).startswith("form.yaml, line ")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("text", "got"), [("", "an empty file"), ("- 1", "a list"), ("5", "a plain value")])
def test_what_is_no_form(text: str, got: str) -> None:
    with pytest.raises(FormError, match=f"expected a form, that is keys such as id, got {got}"):
        parse_form(Source("form.yaml", text))


def test_a_folder_is_no_form(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="expected a form file, got a folder"):
        load_form(tmp_path)


def test_ten_thousand_criteria_are_refused_soon() -> None:
    text, begun = HEAD + LINE * 10_000, time.process_time()
    with pytest.raises(FormError, match="at most 1000 criteria, got 10000"):
        parse_form(Source("form.yaml", text))
    assert time.process_time() - begun < 2.0
