"""Names of fields: known ones in words, the user's own as they are."""

from __future__ import annotations

import pytest

from voxcx.insight.fields import by_field, field_name, field_names, titled, value_cell, value_name
from voxcx.report.insight.telling import Telling

RU, EN = Telling("ru"), Telling("en")


@pytest.mark.parametrize(
    ("field", "name", "by", "title"),
    [
        ("team", "команда", "по командам", "По командам"),
        ("agent_id", "оператор", "по операторам", "По операторам"),
        ("vip{x}", "vip{x}", "по полю vip{x}", "По полю vip{x}"),
    ],
)
def test_a_field_is_called_by_its_name(field: str, name: str, by: str, title: str) -> None:
    assert RU.text(field_name(field)) == name
    assert RU.text(by_field(field)) == by
    assert RU.text(titled(field)) == title


def test_only_the_archives_own_values_are_translated() -> None:
    assert RU.text(value_name("channel", "phone")) == "телефон"
    assert RU.text(value_name("handover_context", "none")) == "ничего"
    assert RU.text(value_name("team", "phone")) == "phone"
    assert value_cell("team", "north-1") == "north-1"
    assert EN.text(value_cell("channel", "mail")) == "mail"


def test_fields_after_each_other() -> None:
    assert RU.text(field_names(["queue", "channel"])) == "очередь, канал"
    assert EN.text(field_names([])) == "–"
