"""The shipped forms on what people really say: every line of the ``talk.*.yaml`` tables beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.qa import scenes
from unit.qa.scenes import WORD_S, Line
from voxcx.config import shipped
from voxcx.domain.interaction import Interaction, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.qa import CriterionResult, QaForm
from voxcx.domain.timeline import Phase, Timeline
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

HERE = Path(__file__).parent
TABLES = ("service.ru", "service.en", "chat.ru", "chat.en")
SPEAKERS = {"о": "agent", "a": "agent", "к": "customer", "c": "customer"}
SHORT = {"met": "met", "not_met": "no", "not_applicable": "na", "undecided": "?"}
LEAST_S = 15.0  # a shorter talk is not applicable as a whole
PAUSE_S = 1.0
Row = tuple[str, str, str, str, dict[str, Any]]


def rows() -> list[Row]:
    found: list[Row] = []
    for table in TABLES:
        by_criterion = yaml.safe_load((HERE / f"talk.{table}.yaml").read_text(encoding="utf-8"))
        for criterion, cases in by_criterion.items():
            found += [(table, criterion, case[0], case[1], case[2] if len(case) > 2 else {}) for case in cases]
    return found


@cache
def form(table: str) -> QaForm:
    name = f"{table}.v1.yaml"
    return parse_form(Source(name, shipped("configs", "qa_forms", name).read_text(encoding="utf-8")))


def spoken(talk: str, *, timed: bool) -> tuple[list[Line], float]:
    lines: list[Line] = []
    now_s = PAUSE_S
    for part in talk.split(" / "):
        who, text = part.split(": ", 1)
        lines.append((SPEAKERS[who], now_s if timed else None, text))
        now_s += len(text.split()) * WORD_S + PAUSE_S
    return lines, max(now_s, LEAST_S)


def call(qa: QaForm, talk: str, facts: dict[str, Any]) -> tuple[CriterionResult, ...]:
    lines, end_s = spoken(talk, timed=True)
    heard = scenes.transcript(lines, qa.language)
    agent, customer = (
        union(Interval(u.start_s or 0.0, u.end_s or 0.0) for u in heard.utterances if u.role == role)
        for role in ("agent", "customer")
    )
    timeline = Timeline(end_s, agent, customer, (), (Phase("talk", Interval(0.0, end_s), "none"),), ())
    ours = {name: facts[name] for name in ("company", "direction") if name in facts}
    record = Telephony(**{name: value for name, value in facts.items() if name not in ours})
    interaction = Interaction("c", "call", telephony=record, **ours)
    return score_form(qa, Case(interaction, heard, timeline, scenes.features(talk_s=120.0))).results


def chat(qa: QaForm, talk: str) -> tuple[CriterionResult, ...]:
    lines, _ = spoken(talk, timed=False)
    row = scenes.features("chat", customer_spoke_last=float(lines[-1][0] == "customer"))
    heard = scenes.transcript(lines, qa.language)
    return score_form(qa, Case(Interaction("c", "chat"), heard, Timeline(0.0), row)).results


def told(result: CriterionResult) -> str:
    if result.verdict == "undecided" and result.criterion.mode in {"flag", "human"}:
        return "cand" if result.evidence else "clean"
    return SHORT[result.verdict]


@pytest.mark.parametrize(("table", "criterion", "wanted", "talk", "facts"), rows())
def test_real_talk(table: str, criterion: str, wanted: str, talk: str, facts: dict[str, Any]) -> None:
    qa = form(table)
    results = call(qa, talk, facts) if table.startswith("service") else chat(qa, talk)
    (result,) = [result for result in results if result.criterion.id == criterion]
    assert told(result) in wanted.split("|"), result.reason


def test_every_table_is_long_enough_to_mean_something() -> None:
    sizes = {table: sum(row[0] == table for row in rows()) for table in TABLES}
    assert sizes["service.ru"] >= 250
    assert sizes["service.en"] >= 150
