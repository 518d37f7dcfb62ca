"""Small results folders of chats that a form of their own has judged, for tests of backtests and calibration."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.domain.interaction import History
from voxcx.intake.chat import chat_interaction
from voxcx.pipeline import NOTHING_HEARD, judge
from voxcx.results.rows import rows_of
from voxcx.results.schema import TABLES
from voxcx.results.upkeep import write_chunk

FORM = """
id: small.en
version: {version}
language: en
title: Small
minimum_decided_share: 0
sections:
  - id: manner
    title: Manner
    criteria:
      - id: greeting
        title: Greeted
        points: 10
        met_when: {{said: {{by: agent, phrases: [{greeting}]}}}}
      - id: thanks
        title: Thanked
        points: 10
        met_when: {{said: {{by: agent, phrases: [thank you]}}}}
      - id: {rude}
        title: Never rude
        points: 10
        severity: critical_customer
        mode: error
        not_met_when: {{said: {{by: agent, phrases: ['{rudeness}']}}}}
      - id: correct
        title: Correct
        points: 0
        mode: human
"""
USUAL = {"version": "1", "greeting": "good morning", "rude": "no_rudeness", "rudeness": "idiot"}


def write_form(path: Path, **changes: str) -> Path:
    """The small form, with what is to be different."""
    path.write_text(FORM.format(**(USUAL | changes)), encoding="utf-8")
    return path


def write_judged(
    folder: Path, form: Path, chats: Iterable[tuple[str, str]], part: str = "part-000001-00000000"
) -> Path:
    """Judge chats, each an id and what the agent wrote, and write the folder as ``voxcx batch`` would."""
    tools = make_tools(Choices(form=str(form)))
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
    for name, said in chats:
        texts = (("customer", "hello, where is my parcel please?"), ("agent", said), ("customer", "I see, okay"))
        messages = [{"role": role, "text": text} for role, text in texts]
        interaction, _ = chat_interaction({"id": name, "kind": "chat", "language": "en", "messages": messages}, name)
        for table, made in rows_of(judge(interaction, NOTHING_HEARD, None, tools, History())).items():
            rows[table] += made
    write_chunk(folder, rows, part)
    return folder
