"""Misheard phrases in forms: verbatim quotes, a reason that says so, and no critical error on likeness alone."""

from __future__ import annotations

import random

from unit.qa import scenes
from voxcx.domain.interaction import Interaction
from voxcx.domain.qa import CriterionResult
from voxcx.domain.timeline import Timeline
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

HOLD = 'said: {phrases: ["оставайтесь на линии"], by: agent%s}'
FORM = """id: t.ru
version: 1
language: ru
title: T
tolerant: true
sections:
  - id: s
    title: S
    criteria:
      - {id: error, title: E, points: 5, severity: %s, not_met_when: {said: {phrases: ["закройте рот уже"]%s}}}
"""


def result(rule: str, text: str) -> CriterionResult:
    return scenes.call(scenes.form(rule), scenes.transcript([("agent", 1.0, text), ("customer", 9.0, "хорошо")]))


def test_only_a_tolerant_rule_finds_what_was_misheard() -> None:
    assert result(HOLD % "", "оставайтесь на лини").verdict == "not_met"
    assert result(HOLD % ", tolerant: true", "оставайтесь на лини").verdict == "met"


def test_the_quote_is_verbatim_and_the_reason_says_what_it_sounds_like() -> None:
    found = result(HOLD % ", tolerant: true", "ну оставайтесь на лини")
    assert [piece.quote for piece in found.evidence] == ["оставайтесь на лини"]
    assert found.reason == "«оставайтесь на лини» (0:01) – похоже на «оставайтесь на линии»."


def test_words_as_they_stand_need_no_likeness() -> None:
    assert result(HOLD % ", tolerant: true", "оставайтесь на линии").reason == "«оставайтесь на линии» (0:01)."


def test_affirmed_sees_a_negation_before_a_misheard_phrase() -> None:
    rule = HOLD % ", tolerant: true, affirmed: true"
    assert result(rule, "только не оставайтесь на лини").verdict == "not_met"


def judged(severity: str, asked: str = "") -> str:
    form = parse_form(Source("f.yaml", FORM % (severity, asked)))
    return scenes.call(form, scenes.transcript([("agent", 1.0, "закройте родуже"), ("customer", 9.0, "что")])).verdict


def test_a_critical_error_does_not_rest_on_likeness_unless_its_rule_asks() -> None:
    assert judged("plain") == "not_met"
    assert judged("critical_customer") == "undecided"
    assert judged("critical_customer", ", tolerant: true") == "not_met"
    assert judged("plain", ", tolerant: false") == "met"


def test_scoring_is_the_same_on_a_rerun_and_in_any_order() -> None:
    form = scenes.form(
        'said: {phrases: ["{добрый|доброе} {день|утро}", "<имя> ...2 слушаю"], by: agent, tolerant: true}'
    )
    words = ["добрый", "день", "утро", "Анна", "слушаю", "вас", "да", "добры", "не"]
    chance = random.Random(4)  # noqa: S311
    cases = []
    for number in range(60):
        lines: list[scenes.Line] = [("agent", 1.0 * k, " ".join(chance.choices(words, k=5))) for k in range(6)]
        interaction = Interaction(str(number), "chat", agent_name=chance.choice(["Анна", "Азамат", None]))
        cases.append(Case(interaction, scenes.transcript(lines), Timeline(0.0), scenes.features("chat")))
    first = [score_form(form, case).results for case in cases]
    order = chance.sample(range(len(cases)), len(cases))
    again = {k: score_form(form, cases[k]).results for k in order}
    assert [again[k] for k in range(len(cases))] == first
