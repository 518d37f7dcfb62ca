from __future__ import annotations

from itertools import product

import pytest

from unit.qa import scenes
from voxcx.domain.interaction import Interaction
from voxcx.qa.outcome import Outcome, conjunction, disjunction, negation, unknown

# Facts of three values: direction is inbound (yes), the language is not ru (no), the queue is not known (unknown).
FACTS: dict[bool | None, str] = {
    True: "{metadata: {field: direction, equals: inbound}}",
    False: "{metadata: {field: direction, equals: outbound}}",
    None: "{metadata: {field: queue, equals: vip}}",
}
VERDICTS = {True: "met", False: "not_met", None: "undecided"}


def verdict(rule: str) -> str:
    interaction = Interaction("c", "call", direction="inbound")
    return scenes.call(scenes.form(rule), scenes.transcript([("agent", 1.0, "да")]), interaction=interaction).verdict


@pytest.mark.parametrize(("a", "b"), list(product(FACTS, FACTS)))
def test_kleene_tables(a: bool | None, b: bool | None) -> None:
    both = False if False in {a, b} else None if None in {a, b} else True
    either = True if True in {a, b} else None if None in {a, b} else False
    implied = True if a is False or b is True else False if a is True and b is False else None
    assert verdict(f"all: [{FACTS[a]}, {FACTS[b]}]") == VERDICTS[both]
    assert verdict(f"any: [{FACTS[a]}, {FACTS[b]}]") == VERDICTS[either]
    assert verdict(f"if_then: {{if: {FACTS[a]}, then: {FACTS[b]}}}") == VERDICTS[implied]


@pytest.mark.parametrize("a", list(FACTS))
def test_not(a: bool | None) -> None:
    assert verdict(f"not: {FACTS[a]}") == VERDICTS[None if a is None else not a]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((True, True, False), True),
        ((True, None, True), True),
        ((True, None, False), None),
        ((True, False, False), False),
        ((None, None, None), None),
        ((None, False, False), False),
        ((None, None, False), None),
        ((True, True, True), True),
    ],
)
def test_at_least_two_of_three(parts: tuple[bool | None, ...], expected: bool | None) -> None:
    rules = ", ".join(FACTS[part] for part in parts)
    assert verdict(f"at_least: {{n: 2, of: [{rules}]}}") == VERDICTS[expected]


def test_an_unknown_outcome_keeps_its_reason_through_logic() -> None:
    yes, no, open_ = Outcome(truth=True), Outcome(truth=False), unknown("nobody knows")
    assert conjunction([yes, open_]).reason == "nobody knows"
    assert disjunction([no, open_]).reason == "nobody knows"
    assert negation(open_) == open_


def test_definitions_are_shared_and_may_use_each_other() -> None:
    define = "hello:\n  said: {phrases: [добрый день]}\nboth:\n  all: [{use: hello}, {use: hello}]"
    qa = scenes.form("use: both", define=define)
    assert scenes.call(qa, scenes.transcript([("agent", 1.0, "добрый день")])).verdict == "met"


@pytest.mark.parametrize("then", ["goodbye", "hello"])
def test_if_then_without_its_condition_cites_what_was_searched_for_it(then: str) -> None:
    rule = f"if_then: {{if: {{said: {{phrases: [refund]}}}}, then: {{said: {{phrases: [{then}]}}}}}}"
    heard = scenes.transcript([("agent", 5.0, "hello there"), ("customer", 25.0, "hi")], "en")
    result = scenes.call(scenes.form(rule, "en"), heard)
    assert result.verdict == "met"
    assert result.evidence
    assert result.reason != result.criterion.title


@pytest.mark.parametrize(("said", "verdict"), [("hello", "met"), ("goodbye", "undecided")])
def test_words_of_anyone_cannot_be_missed_where_one_party_was_not_heard(said: str, verdict: str) -> None:
    heard = scenes.transcript([("agent", 5.0, "hello there")], "en")
    rule = f"said: {{phrases: [{said}], by: anyone}}"
    assert scenes.call(scenes.form(rule, "en"), heard).verdict == verdict
