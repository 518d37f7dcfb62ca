"""Every operator against its table of small talks, in Russian and English; the answers were worked out by hand.

A case: ``rule`` (a rule, or the name of one under ``rules``), ``talk`` (lines ``a: …``, ``c: …``, ``b: …``, with
``a@12.5: …`` at a time), ``says`` (yes, no, unknown) and, where wanted, ``quotes``, ``kind``, ``define``, ``facts``,
``telephony``, ``events``, ``features``, ``contacts``, ``rated``, ``usual`` (of calls unless a kind ends it),
``answer``, ``confidence``, ``distrust``, ``language``.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.qa import scenes
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.interaction import Contact, History, Interaction, Telephony
from voxcx.domain.intervals import Interval
from voxcx.domain.timeline import Event, Timeline
from voxcx.domain.transcript import Transcript
from voxcx.qa.case import Answer, Case, Knowledge, Usual
from voxcx.qa.compiling import compile_form
from voxcx.qa.evidence import quoted_words
from voxcx.qa.outcome import Outcome
from voxcx.qa.rules.catalogue import OPERATORS
from voxcx.qa.scene import Scene

HERE = Path(__file__).parent
LEAST_CASES = 15
ELSEWHERE = {"trained": "it needs a trained model: tests/unit/qa/test_trained.py"}
ROLES = {"a": "agent", "c": "customer", "b": "bot"}
TRUTHS = {True: True, False: False, "yes": True, "no": False, "unknown": None}


@cache
def table(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")))


def cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        for k, case in enumerate(table(path.stem)["cases"]):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}-{k}-{case.get('why', '')}"))
    return found


def lines_of(talk: list[str], *, timed: bool) -> list[scenes.Line]:
    """Lines one after another with a second between, unless they say when."""
    lines, at_s = [], 1.0
    for one in talk:
        head, _, text = one.partition(": ")
        who, _, when = head.partition("@")
        at_s = float(when) if when else at_s
        lines.append((ROLES[who], at_s if timed else None, text))
        at_s += len(text.split()) * scenes.WORD_S + 1.0
    return lines


def heard(case: dict[str, Any], language: str) -> Transcript:
    lines = lines_of(case.get("talk", ["a: да", "c: да"]), timed=case.get("kind", "call") == "call")
    return scenes.transcript(lines, case.get("language", language), case.get("confidence"), case.get("suspect"))


def interaction(case: dict[str, Any]) -> Interaction:
    facts = dict(case.get("facts", {}))
    if isinstance(facts.get("started_at"), str):
        facts["started_at"] = datetime.fromisoformat(facts["started_at"])
    record = dict(case.get("telephony", {}))
    if "holds" in record:
        record["holds"] = tuple(Interval(*pair) for pair in record["holds"])
    return Interaction("i", case.get("kind", "call"), telephony=Telephony(**record), **facts)


def timeline(case: dict[str, Any], said: Transcript) -> Timeline:
    if case.get("kind") == "chat":
        return Timeline(0.0)
    events = tuple(
        Event(kind, role, Interval(start_s, end_s), *rest)
        for kind, role, start_s, end_s, *rest in case.get("events", ())
    )
    return scenes.timeline(said, events, case.get("distrust"))


def contact(raw: dict[str, Any]) -> Contact:
    return Contact(**{**raw, "started_at": datetime.fromisoformat(raw["started_at"])})


def knowledge(case: dict[str, Any]) -> Knowledge:
    usual = None
    if "usual" in case:
        usual = {
            (whose, owner, (kind or ["call"])[0], name): Usual(mean, sd, n)
            for whose, owner, name, mean, sd, n, *kind in case["usual"]
        }
    if "answer" not in case:
        return Knowledge(usual)
    truth, *quotes = case["answer"]
    answer = Answer(None, reason=truth) if str(truth).startswith("ask_") else Answer(TRUTHS[truth], tuple(quotes))
    return Knowledge(usual, lambda _question, _conversation: answer)


def judged(case: dict[str, Any], rules: dict[str, Any], language: str) -> tuple[Outcome, Transcript]:
    rule = rules[case["rule"]] if isinstance(case["rule"], str) else case["rule"]
    define = yaml.safe_dump(case.get("define", rules.get("define", {})), allow_unicode=True)
    qa = scenes.form(yaml.safe_dump(rule, allow_unicode=True), language, "" if define == "{}\n" else define)
    said = heard(case, language)
    contacts = case.get("contacts")
    history = History(
        None if contacts is None else tuple(map(contact, contacts)), ratings_known=bool(case.get("rated"))
    )
    row = scenes.features(case.get("kind", "call"), **case.get("features", {}))
    scene = Scene(qa, Case(interaction(case), said, timeline(case, said), row, history, knowledge(case)))
    (_, (line,)) = compile_form(qa).sections[0]
    evaluate = line.met
    assert evaluate is not None
    return evaluate(scene), said


@pytest.mark.parametrize(("name", "case"), cases())
def test_an_operator_says_what_a_person_worked_out(name: str, case: dict[str, Any]) -> None:
    outcome, said = judged(case, table(name).get("rules", {}), name.rpartition(".")[2])
    assert outcome.truth == TRUTHS[case["says"]], outcome
    assert (outcome.truth is None) == (outcome.reason is not None)
    for place in outcome.places:
        if place.quote and not case.get("suspect"):
            assert quoted_words(place.evidence, said), f"{place.quote!r} is not in the transcript"
    if "quotes" in case:
        assert [place.quote for place in outcome.places] == case["quotes"]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("operator", sorted(OPERATORS.keys() - ELSEWHERE.keys()))
def test_every_operator_has_its_table(operator: str, language: str) -> None:
    found = table(f"{operator}.{language}")["cases"]
    rules = table(f"{operator}.{language}").get("rules", {})
    assert len(found) >= LEAST_CASES
    says = [case["says"] for case in found]
    assert {True, False} <= {says_ if isinstance(says_, bool) else says_ == "yes" for says_ in says}
    used = [rules[case["rule"]] if isinstance(case["rule"], str) else case["rule"] for case in found]
    assert all(operator in rule for rule in used), [rule for rule in used if operator not in rule]


def test_the_tables_name_features_that_exist() -> None:
    for path in HERE.glob("*.yaml"):
        for case in table(path.stem)["cases"]:
            assert set(case.get("features", {})) <= set(CATALOGUE)
