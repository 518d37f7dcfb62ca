"""Which form an interaction gets: the first route of the configuration that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from voxcx.assembly import make_tools
from voxcx.choices import Choices
from voxcx.config import shipped
from voxcx.domain.interaction import Interaction, Message

ROUTES = """forms:
  - {when: {kind: chat, leg: bot, language: en}, form: mine.yaml}
  - {when: {kind: call, queue: [debts, arrears], language: [ru, en]}, form: service.ru.v1}
  - {when: {kind: call, direction: outbound}, form: service.en.v1}
  - {when: {kind: chat}, form: chat.en.v1}
"""


@pytest.mark.parametrize(
    ("interaction", "language", "form"),
    [
        (Interaction("1", "call", queue="debts"), "en", "service.ru"),
        (Interaction("2", "call", queue="arrears", direction="outbound"), "ru", "service.ru"),
        (Interaction("3", "call", queue="sales", direction="outbound"), "ru", "service.en"),
        (Interaction("4", "call", queue="sales"), "ru", None),
        (Interaction("5", "chat", messages=(Message("bot", "hello"), Message("customer", "hi"))), "en", "mine"),
        (Interaction("6", "chat", messages=(Message("bot", "hello"), Message("agent", "hi"))), "en", "chat.en"),
        (Interaction("7", "chat", messages=(Message("bot", "hello"),)), "ru", "chat.en"),
    ],
)
def test_the_first_route_that_fits(tmp_path: Path, interaction: Interaction, language: str, form: str | None) -> None:
    text = shipped("configs", "default.yaml").read_text(encoding="utf-8").split("forms:")[0]
    (tmp_path / "config.yaml").write_text(text + ROUTES, encoding="utf-8")
    mine = shipped("configs", "qa_forms", "chat.en.v1.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(mine.replace("id: chat.en", "id: mine", 1), encoding="utf-8")
    found = make_tools(Choices(config_path=tmp_path / "config.yaml")).form_for(interaction, language)
    assert (found.id if found else None) == form
