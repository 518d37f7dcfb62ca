from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from voxcx.domain.interaction import Contact
from voxcx.errors import InputError
from voxcx.intake.metadata import Metadata

START = "2026-03-01T10:00:00Z"


def stated(**facts: Any) -> Contact:
    one = Metadata.from_mapping({"earlier_contacts": [{"started_at": START, **facts}]}, "test")
    (contact,) = one.history().contacts or ()
    return contact


def test_an_earlier_contact_is_taken_as_stated() -> None:
    facts = {
        "channel": "phone",
        "direction": "inbound",
        "abandoned": False,
        "blocked": False,
        "contained": True,
        "hangup_by": "system",
    }
    contact = stated(**facts, agent_id=21, ended_at="2026-03-01T10:04:00Z")
    assert {name: getattr(contact, name) for name in facts} == facts
    assert contact.agent_id == "21", "exports write ids as numbers"
    assert contact.ended_at == datetime(2026, 3, 1, 10, 4, tzinfo=UTC)
    assert stated() == Contact(datetime(2026, 3, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"ended_at": "2026-03-01T09:59:59Z"}, "a contact ends after it starts"),
        ({"hangup_by": "robot"}, "expected one of agent, customer, system"),
        ({"direction": "sideways"}, "direction"),
        ({"agent": "a"}, "agent: this key is not known"),
    ],
)
def test_an_impossible_contact_is_refused(facts: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        stated(**facts)
