from __future__ import annotations

from pathlib import Path

import pytest

from voxcx.errors import FormError
from voxcx.qa.form import load_form, parse_form, shipped_forms
from voxcx.qa.rules.catalogue import OPERATORS
from voxcx.qa.yaml_source import MAX_BYTES, Source, read_source

GOOD = """\
id: test.ru
version: 1
language: ru
title: Проба
define:
  спасибо:
    said: {phrases: [спасибо]}
sections:
  - id: opening
    title: Начало
    criteria:
      - id: greeting
        title: Приветствие
        points: 5
        severity: plain
        met_when:
          said: {phrases: [добрый день], where: {first_s: 15}}
"""
BAD = [
    ("severity: plain", "severty: plain", "line 15", "did you mean 'severity'", "severity: critical_customer"),
    ("severity: plain", "severity: fatal", "line 15", "critical_customer", "severity: critical_customer"),
    ("points: 5", "points: -5", "line 14", "greater than or equal to 0", "points: 5"),
    ("points: 5", "points: .nan", "line 14", "got nan", "points: 5"),
    ("points: 5", "points: many", "line 14", "got 'many'", "points: 5"),
    ("points: 5", "points: 0", "line 8", "expected points on at least one criterion", "points: 5"),
    ("said: {phrases: [добрый", "sayd: {phrases: [добрый", "line 17", "did you mean 'said'", "said: {phrases"),
    ("[добрый день], where", "[добрый день], were", "line 17", "did you mean 'where'", "said: {phrases"),
    ("first_s: 15", "frist_s: 15", "line 17", "did you mean 'first_s'", "said: {phrases"),
    ("first_s: 15", "first_s: 0", "line 17", "greater than 0", "said: {phrases"),
    ("first_s: 15", "within_s: 15", "line 17", "count from an anchor, got none", "after: {rule:"),
    ("first_s: 15", "after: спасиба", "line 17", "did you mean 'спасибо'", "use: identification"),
    ("first_s: 15", "after: {rule: спасибо, hit: 0}", "line 17", "hit", "after: {rule:"),
    ("[добрый день]", "[]", "line 17", "at least 1 item", "said: {phrases"),
    ("[добрый день]", '["{добрый|день"]', "line 17", "never closed", "said: {phrases"),
    ("[добрый день]", '["<имечко>"]', "line 17", "unknown entity", "said: {phrases"),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "use: спосибо",
        "line 17",
        "did you mean 'спасибо'",
        "use:",
    ),
    ("said: {phrases: [добрый день], where: {first_s: 15}}", "all: []", "line 17", "a list of rules", "all: ["),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "at_least: {of: [{use: спасибо}]}",
        "line 17",
        "'n' is missing",
        "n: 2",
    ),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "if_then: {if: {use: спасибо}}",
        "line 17",
        "if and then",
        "then:",
    ),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "feature: {name: agent_charm, op: '>', value: 1}",
        "line 17",
        "no feature of the catalogue",
        "feature:",
    ),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "feature: {name: agent_rate_wpm, op: '>', value: 1}",
        "line 17",
        "must not judge a person",
        "feature:",
    ),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "metadata: {field: colour, equals: red}",
        "line 17",
        "no field",
        "metadata:",
    ),
    (
        "said: {phrases: [добрый день], where: {first_s: 15}}",
        "metadata: {field: queue}",
        "line 17",
        "exactly one of equals",
        "metadata:",
    ),
    ("said: {phrases: [спасибо]}", "use: спасибо", "line 7", "спасибо → спасибо", "use:"),
    ("language: ru", "language: xx", "line 3", "got 'xx'", "language: ru"),
    ("version: 1", "version: 0", "line 2", "greater than or equal to 1", "version: 1"),
    ("title: Проба\n", "", "line 1", "'title' is missing", "title:"),
    ("id: greeting", "id: Приветствие", "line 12", "got 'Приветствие'", "id: greeting"),
    ("        severity: plain\n", "        mode: error\n", "line 12", "needs not_met_when", "not_met_when:"),
    ("title: Проба", "title: !!python/object:os.system x", "line 4", "without tags", "without `!`"),
    ("title: Проба", "title: Раз: два", "line 4", "plain YAML", "quotes"),
    ("version: 1", "version: 1\nversion: 2", "line 3", "stands here twice", "keep one"),
]


@pytest.mark.parametrize(("old", "new", "line", "problem", "example"), BAD)
def test_a_bad_form_is_told_in_one_sentence(old: str, new: str, line: str, problem: str, example: str) -> None:
    assert old in GOOD
    with pytest.raises(FormError) as told:
        parse_form(Source("form.yaml", GOOD.replace(old, new, 1)))
    message = str(told.value)
    assert message.startswith(f"form.yaml, {line}"), message
    assert problem in message
    assert example in message
    assert "\n" not in message
    assert message.endswith(".")


def test_the_same_id_twice_names_the_first_line() -> None:
    criterion = GOOD[GOOD.index("      - id: greeting") :]
    with pytest.raises(FormError, match=r"line 18, .*'greeting' is taken \(line 12\)"):
        parse_form(Source("form.yaml", GOOD + criterion))


@pytest.mark.parametrize("text", ["", "[]", "just words", "sections: []"])
def test_an_empty_form(text: str) -> None:
    with pytest.raises(FormError, match="correct example"):
        parse_form(Source("form.yaml", text))


def test_a_yaml_bomb_is_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]\n" for k in range(1, 12))
    with pytest.raises(FormError, match="aliases"):
        Source("form.yaml", bomb)


def test_definitions_cannot_multiply_like_a_bomb() -> None:
    define = "  d0: {said: {phrases: [да]}}\n"
    define += "".join(f"  d{k}: {{all: [{', '.join([f'{{use: d{k - 1}}}'] * 10)}]}}\n" for k in range(1, 12))
    with pytest.raises(FormError, match="with definitions written in"):
        parse_form(Source("form.yaml", GOOD.replace("define:\n", f"define:\n{define}")))


def test_an_alias_inside_itself_is_refused() -> None:
    with pytest.raises(FormError, match="inside itself"):
        Source("form.yaml", "a: &a [*a]")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(FormError, match="levels of nesting"):
        Source("form.yaml", "a: " + "[" * 200 + "]" * 200)


def test_too_many_criteria_are_refused() -> None:
    criterion = "      - {id: c, title: t, points: 1, mode: human}\n"
    head = GOOD[: GOOD.index("      - id: greeting")]
    with pytest.raises(FormError, match="at most 1000 criteria, got 1001"):
        parse_form(Source("form.yaml", head + criterion * 1001))


def test_files_that_are_no_form(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="give an existing path"):
        load_form(tmp_path / "none.yaml")
    with pytest.raises(FormError, match=r"did you mean service\.ru\.v1"):
        load_form("servise.ru.v1")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(FormError, match="UTF-8"):
        read_source(binary)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(FormError, match="at most"):
        read_source(large)


def test_a_form_is_read_by_path_as_by_name(tmp_path: Path) -> None:
    copy = tmp_path / "mine.yaml"
    copy.write_text(GOOD, encoding="utf-8")
    assert [c.id for c in load_form(copy).criteria] == ["greeting"]
    assert load_form(str(copy)) == parse_form(Source("form.yaml", GOOD))


@pytest.mark.parametrize("name", ["service.ru.v1", "service.en.v1", "chat.ru.v1", "chat.en.v1"])
def test_shipped_forms(name: str) -> None:
    form = load_form(name)
    assert name in shipped_forms()
    assert name == f"{form.id}.v{form.version}"
    assert len(form.criteria) >= 14
    assert {"critical_customer", "critical_compliance", "plain"} <= {c.severity for c in form.criteria}
    assert {"full", "error", "flag", "human"} == {c.mode for c in form.criteria}
    assert all(c.finding for c in form.criteria if c.mode in {"full", "error"})


@pytest.mark.parametrize("kind", ["service", "chat"])
def test_both_languages_have_the_same_criteria(kind: str) -> None:
    ru, en = load_form(f"{kind}.ru.v1"), load_form(f"{kind}.en.v1")
    told = [[(c.id, c.points, c.severity, c.mode, c.attributable) for c in form.criteria] for form in (ru, en)]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", list(OPERATORS))
def test_every_operator_shows_an_example_of_itself(name: str) -> None:
    assert OPERATORS[name].example.startswith(f"{name}: ")
