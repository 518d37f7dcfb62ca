"""An explanation says where was looked, what counted, what did not and why, and which rule decided."""

from __future__ import annotations

import pytest

from unit.qa import scenes
from voxcx.domain.interaction import Interaction
from voxcx.domain.qa import QaForm
from voxcx.errors import InputError
from voxcx.qa.case import Case
from voxcx.qa.explanation.records import Explanation, Step
from voxcx.qa.explanation.verdict import explain
from voxcx.qa.explanation.words import TEXTS
from voxcx.qa.form import parse_form
from voxcx.qa.yaml_source import Source

LINES: list[scenes.Line] = [
    ("agent", 0.0, "Добрый день, меня зовут Анна, чем могу помочь?"),
    ("customer", 5.0, "Здравствуйте, не работает интернет уже третий день подряд"),
    ("agent", 12.0, "Я не буду перезагружать, оставайтесь на лини пожалуйста"),
    ("customer", 20.0, "Хорошо, жду"),
    ("agent", 60.0, "Спасибо за ожидание, всё заработало, до свидания"),
]


def explained(rule: str, more: str = "", confidence: float | None = None, language: str = "ru") -> Explanation:
    """The explanation of the one criterion of a form on a small call."""
    return of_form(scenes.form(rule, language, more=more), confidence)


def of_form(form: QaForm, confidence: float | None = None) -> Explanation:
    heard = scenes.transcript(LINES, confidence=confidence)
    case = Case(Interaction("c", "call"), heard, scenes.timeline(heard), scenes.features())
    return explain(form, "it", case, {})


def step(explanation: Explanation, key: str = "met_when") -> Step:
    return dict(explanation.parts)[key]


def test_a_find_is_cited_with_the_window() -> None:
    found = step(explained("said: {by: agent, where: {first_s: 15}, phrases: [добрый день]}"))
    assert found.answer is True
    assert [(one.quote, one.start_s) for one in found.found] == [("Добрый день,", 0.0)]
    assert found.looked is not None
    assert found.looked.window.startswith("в первых 15 с речи оператора (0:00")
    assert found.looked.words > 8
    assert found.looked.text.startswith("Добрый день, меня зовут")
    assert found.near == ()


def test_the_nearest_miss_is_named_with_its_likeness() -> None:
    found = step(explained("said: {by: agent, phrases: ['=оставайтесь =на =линии', подождите минуту]}"))
    assert found.answer is False
    assert found.near[0].quote == "оставайтесь на лини"
    assert found.near[0].phrase == "оставайтесь на линии"
    assert found.near[0].likeness == pytest.approx(0.97, abs=0.02)
    assert found.near[0].start_s == pytest.approx(13.6)


@pytest.mark.parametrize(
    ("rule", "why", "quote"),
    [
        ("said: {by: agent, where: {first_s: 5}, phrases: [до свидания]}", "outside", "до свидания"),
        ("said: {by: agent, phrases: [здравствуйте]}", "other_party", "Здравствуйте,"),
        ("said: {by: agent, affirmed: true, phrases: [перезагружать]}", "negated", "перезагружать,"),
        ("said: {by: agent, phrases: [спасибо], unless: [за ожидание]}", "cancelled", "Спасибо"),
    ],
)
def test_what_was_said_and_does_not_count(rule: str, why: str, quote: str) -> None:
    found = step(explained(rule))
    assert found.answer is False
    assert [(one.why, one.quote) for one in found.passed] == [(why, quote)]


def test_compounds_have_their_parts_and_windows_their_anchors() -> None:
    rule = """\
all:
  - said: {by: agent, where: {after: {event: {kind: hold}}}, phrases: [спасибо]}
  - not: {said: {by: customer, phrases: [жалоба]}}"""
    whole = step(explained(rule))
    assert [part.operator for part in whole.steps] == ["said", "not"]
    assert [part.answer for part in whole.steps] == [None, True]
    assert whole.steps[0].steps == () or whole.steps[0].steps[0].operator == "event"
    assert whole.steps[1].steps[0].answer is False


HELLO, NEVER = "said: {by: agent, phrases: [добрый день]}", "said: {by: agent, phrases: [никогда такого]}"


@pytest.mark.parametrize(
    ("keys", "number", "verdict"),
    [
        (f"met_when: {{{HELLO}}}\napplies_when: {{{NEVER}}}", 2, "not_applicable"),
        (f"met_when: {{{HELLO}}}\napplies_when: {{event: {{kind: hold}}}}", 2, "undecided"),
        (f"mode: flag\nnot_met_when: {{{HELLO}}}", 3, "undecided"),
        ("mode: human", 3, "undecided"),
        (f"not_met_when: {{{HELLO}}}", 4, "not_met"),
        (f"met_when: {{{HELLO}}}\nnot_met_when: {{{HELLO}}}", 4, "not_met"),
        (f"met_when: {{{HELLO}}}", 5, "met"),
        (f"met_when: {{{HELLO}}}\nnot_met_when: {{{NEVER}}}", 5, "met"),
        (f"met_when: {{{NEVER}}}", 6, "not_met"),
        ("met_when: {event: {kind: hold}}", 6, "undecided"),
        ("not_met_when: {event: {kind: hold}}", 7, "undecided"),
        (f"met_when: {{{NEVER}}}\nnot_met_when: {{{NEVER}}}", 8, "undecided"),
        (f"not_met_when: {{{NEVER}}}", 9, "met"),
        (f"mode: error\nnot_met_when: {{{NEVER}}}", 9, "met"),
    ],
)
def test_the_rule_that_decided(keys: str, number: int, verdict: str) -> None:
    explanation = of_form(_form(keys))
    assert (explanation.decided_at, explanation.result.verdict) == (number, verdict)
    assert explanation.how


def _form(keys: str) -> QaForm:
    lines = [
        *("id: test.ru", "version: 1", "language: ru", "title: T", "sections:", "  - id: only", "    title: T"),
        *("    criteria:", f"      - {{id: other, title: O, points: 1, met_when: {{{HELLO}}}}}"),
        *("      - id: it", "        title: It", "        points: 5"),
        *(f"        {line}" for line in keys.splitlines()),
    ]
    return parse_form(Source("form.yaml", "\n".join(lines)))


def test_the_check_of_quotes_is_rule_10() -> None:
    explanation = of_form(_form(f"not_met_when: {{{HELLO}}}"), confidence=0.3)
    assert (explanation.decided_at, explanation.result.verdict) == (10, "undecided")


def test_mode_error_on_poor_words_is_rule_9_and_says_so() -> None:
    explanation = of_form(_form(f"mode: error\nnot_met_when: {{{NEVER}}}"), confidence=0.55)
    assert (explanation.decided_at, explanation.result.verdict) == (9, "undecided")
    assert "не ручается" in explanation.how


def test_a_scale_shows_each_level() -> None:
    keys = f"scale: [{{points: 9, title: всё, when: {{{NEVER}}}}}, {{points: 4, title: часть, when: {{{HELLO}}}}}]"
    text = _form("met_when: {said: {phrases: [да]}}")
    explanation = of_form(
        parse_form(
            Source(
                "form.yaml",
                "id: test.ru\nversion: 1\nlanguage: ru\ntitle: T\nsections:\n- id: only\n  title: T\n  criteria:\n"
                f"  - id: it\n    title: It\n    {keys}\n",
            )
        )
    )
    assert [key for key, _ in explanation.parts] == ["scale 1", "scale 2"]
    assert (explanation.decided_at, explanation.result.points) == (5, 4)
    assert text.id == "test.ru"


def test_a_definition_is_told_in_full_once() -> None:
    form = _form(f"met_when: {{any: [{{all: [{{{NEVER}}}]}}, {{{NEVER}}}]}}")
    heard = scenes.transcript(LINES)
    case = Case(Interaction("c", "call"), heard, scenes.timeline(heard), scenes.features())
    rule = form.criteria[1].met_when
    assert rule is not None
    explanation = explain(form, "it", case, {rule.rules[1]: "такое"})
    first, second = step(explanation).steps[0].steps[0], step(explanation).steps[1]
    assert (first.name, second.name, second.asks) == ("такое", "такое", "разобрано выше")
    assert first.looked is not None
    assert second.looked is None


def test_an_unknown_criterion_is_told_kindly() -> None:
    heard = scenes.transcript(LINES)
    case = Case(Interaction("c", "call"), heard, scenes.timeline(heard), scenes.features())
    with pytest.raises(InputError, match=r"none of this id, did you mean 'other'; expected one of other, it\."):
        explain(_form("mode: human"), "othr", case, {})


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["ru"].keys() == TEXTS["en"].keys()
