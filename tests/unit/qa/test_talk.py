"""The shipped forms on what people really say: every line of the ``talk.*.yaml`` tables beside this file."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.qa import scenes
from unit.qa.scenes import WORD_S, Line
from voxcx.config import shipped
from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.interaction import Contact, History, Interaction, Message, Telephony
from voxcx.domain.intervals import Interval, union
from voxcx.domain.qa import CriterionResult, QaForm
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.features.chat import chat_features
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

HERE = Path(__file__).parent
TABLES = (
    "service.ru",
    "service.en",
    "support.en",
    "sales.en",
    "bank.en",
    "chat.ru",
    "chat.en",
    "bot.ru",
    "bot.en",
    "support.ru",
    "sales.ru",
    "collections.ru",
)
SPEAKERS = {"о": "agent", "a": "agent", "к": "customer", "c": "customer", "б": "bot", "b": "bot"}
OF_CALL = ("company", "direction", "customer_zone", "agent_name", "topic")
OURS = ("kind", "customer_name", "company", "contained", "agent_name")
SHORT = {"met": "met", "not_met": "no", "not_applicable": "na", "undecided": "?"}
CANDIDATE = ("решает человек: ", "обратите внимание: ", "person decides: ", "worth a look: ")
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
    """A call; facts are telephony, the interaction's own, ``features``, ``events`` and ``earlier`` contacts."""
    lines, end_s = spoken(talk, timed=True)
    heard = scenes.transcript(lines, qa.language)
    agent, customer = (
        union(Interval(u.start_s or 0.0, u.end_s or 0.0) for u in heard.utterances if u.role == role)
        for role in ("agent", "customer")
    )
    talk_phase = (Phase("talk", Interval(0.0, end_s), "none"),)
    timeline = Timeline(end_s, agent, customer, (), talk_phase, tuple(map(event, facts.get("events", ()))))
    ours = {name: facts[name] for name in OF_CALL if name in facts}
    more = {"events", "features", "earlier", "started_at", *ours}
    record = Telephony(**{name: value for name, value in facts.items() if name not in more})
    start = datetime.fromisoformat(facts["started_at"]) if "started_at" in facts else None
    interaction = Interaction("c", "call", started_at=start, telephony=record, **ours)
    row = scenes.features(**{"talk_s": 120.0, **facts.get("features", {})})
    return score_form(qa, Case(interaction, heard, timeline, row, history(facts.get("earlier")))).results


def event(written: list[Any]) -> Event:
    """``[kind, role, start_s, end_s]``; an interruption is one after which the other stopped."""
    kind, role, start_s, end_s = written
    return Event(kind, role, Interval(start_s, end_s), yielded=True if kind == "interruption" else None)


def history(earlier: list[dict[str, Any]] | None) -> History:
    """Contacts with ``at`` for their start; None: nobody knows of any."""
    if earlier is None:
        return History()
    return History(
        tuple(
            Contact(datetime.fromisoformat(one["at"]), **{k: v for k, v in one.items() if k != "at"}) for one in earlier
        )
    )


def chat(qa: QaForm, talk: str, facts: dict[str, Any]) -> tuple[CriterionResult, ...]:
    """A chat (or with ``kind: call`` an IVR's row); facts are features, telephony or the interaction's own."""
    lines, _ = spoken(talk, timed=False) if talk else ([], 0.0)
    messages = tuple(Message(role, text) for role, _, text in lines)  # type: ignore[arg-type]
    ours = {name: value for name, value in facts.items() if name in OURS}
    record = Telephony(**{name: value for name, value in facts.items() if name.startswith("ivr_")})
    interaction = Interaction("c", ours.pop("kind", "chat"), messages=messages, telephony=record, **ours)
    heard = scenes.transcript(lines, qa.language)
    measured = {f.name: f.value for f in chat_features(interaction, heard, History()) if f.value is not None}
    given = {name: value for name, value in facts.items() if name in CATALOGUE}
    row = scenes.features(interaction.kind, **{**measured, **given})
    return score_form(qa, Case(interaction, heard, Timeline(0.0), row)).results


def told(result: CriterionResult) -> str:
    if result.verdict == "undecided" and result.criterion.mode in {"flag", "human"}:
        return "cand" if result.evidence or any(sign in (result.reason or "") for sign in CANDIDATE) else "clean"
    return SHORT[result.verdict]


@pytest.mark.parametrize(("table", "criterion", "wanted", "talk", "facts"), rows())
def test_real_talk(table: str, criterion: str, wanted: str, talk: str, facts: dict[str, Any]) -> None:
    qa = form(table)
    results = chat(qa, talk, facts) if table.startswith(("chat", "bot")) else call(qa, talk, facts)
    (result,) = [result for result in results if result.criterion.id == criterion]
    assert told(result) in wanted.split("|"), result.reason


def test_every_table_is_long_enough_to_mean_something() -> None:
    sizes = {table: sum(row[0] == table for row in rows()) for table in TABLES}
    assert sizes["service.ru"] >= 550
    assert min(sizes["support.ru"], sizes["sales.ru"], sizes["collections.ru"]) >= 120
    assert sizes["service.en"] >= 150
