"""A form that judges the bot's leg: no agent and no talk are needed, but a bot or an IVR is."""

from __future__ import annotations

import pytest

from unit.qa import scenes
from voxcx.domain.interaction import Interaction, Telephony
from voxcx.domain.timeline import Timeline
from voxcx.qa.case import Case
from voxcx.qa.form import parse_form
from voxcx.qa.scoring import score_form
from voxcx.qa.yaml_source import Source

FORM = """id: bot.en
version: 1
language: en
judges: bot
title: Bot
sections:
  - id: only
    title: Only
    criteria:
      - id: disclosed
        title: Said that it is a bot
        points: 5
        met_when: {said: {by: bot, phrases: [bot]}}
      - id: understood
        title: Understood
        points: 5
        applies_when: {metadata: {field: kind, equals: call}}
        not_met_when: {metadata: {field: ivr_no_match, at_least: 2}}
"""
IVR = Telephony(ivr_status="completed", ivr_time_s=20.0, ivr_no_match=3)


def verdicts(interaction: Interaction, lines: list[scenes.Line]) -> list[str]:
    form = parse_form(Source("form.yaml", FORM))
    case = Case(interaction, scenes.transcript(lines, "en"), Timeline(0.0), scenes.features(interaction.kind))
    return [result.verdict for result in score_form(form, case).results]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([("bot", None, "I am a bot"), ("customer", None, "hi")], ["met", "not_applicable"]),
        ([("bot", None, "Hello"), ("customer", None, "hi")], ["not_met", "not_applicable"]),
        ([("bot", None, "I am a bot"), ("agent", None, "hi")], ["met", "not_applicable"]),  # handed over
        ([("agent", None, "I am a bot"), ("customer", None, "hi")], ["not_applicable", "not_applicable"]),  # no bot
    ],
)
def test_chats(lines: list[scenes.Line], wanted: list[str]) -> None:
    assert verdicts(Interaction("c", "chat"), lines) == wanted


def test_a_call_that_ended_in_the_ivr_is_judged_by_its_record() -> None:
    assert verdicts(Interaction("c", "call", telephony=IVR), []) == ["undecided", "not_met"]


@pytest.mark.parametrize("record", [Telephony(), Telephony(ivr_status="none"), Telephony(ivr_time_s=0.0)])
def test_a_call_without_an_ivr_has_no_bot(record: Telephony) -> None:
    assert verdicts(Interaction("c", "call", telephony=record), []) == ["not_applicable"] * 2


def test_a_form_judges_the_agent_unless_it_says_so() -> None:
    agent = parse_form(Source("form.yaml", FORM.replace("judges: bot\n", "")))
    assert agent.judges == "agent"
