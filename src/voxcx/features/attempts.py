"""How an earlier contact went: did it reach a person, fail, meet a machine, break off by itself.

Decided here:

- An attempt **failed** when the customer gave up before an answer (abandoned), was blocked, or was broken off in the
  IVR (its leg ended as abandoned, timeout or error and no agent is known to have taken part).
- A contact **reached a person** when it did not fail, was not contained, and an agent is known or the source says that
  it was not contained. A call of which nothing of the kind is known reached one when its machine passed it on
  (transferred, opted out) or it had none; of a chat that cannot be said.
- A contact solved by the machine (contained, or an IVR leg that completed and no agent) neither failed nor reached a
  person.
- A contact **broke off by itself** when the system ended it, or the IVR with an error before a person was reached. Who
  gives up (abandoned), is not let in (blocked) or is served to the end by the machine (contained) was not broken off.
"""

from __future__ import annotations

from voxcx.domain.interaction import Contact

BROKEN_OFF = frozenset({"abandoned", "timeout", "error"})
PASSED_ON = frozenset({"transferred", "opted_out"})


def failed(contact: Contact) -> bool:
    """Whether it reached nobody: abandoned, blocked, or broken off in the IVR."""
    if contact.abandoned or contact.blocked:
        return True
    return contact.agent_id is None and not contact.contained and contact.ivr_status in BROKEN_OFF


def reached_person(contact: Contact) -> bool:
    """Whether a person took part, as far as the record tells."""
    if failed(contact) or contact.contained:
        return False
    if contact.agent_id is not None or contact.contained is False:
        return True
    return contact.kind == "call" and (contact.ivr_status in PASSED_ON or not met_machine(contact))


def met_machine(contact: Contact) -> bool | None:
    """Whether it had a bot or IVR leg; None when the record says nothing of it."""
    if contact.had_ivr or contact.contained or contact.ivr_status not in {None, "none"}:
        return True
    return False if contact.had_ivr is False or contact.ivr_status == "none" else None


def broke_off(contact: Contact) -> bool | None:
    """Whether it ended by itself, by nobody's wish; None when the record does not say how it ended."""
    if contact.abandoned or contact.blocked or contact.contained:
        return False
    if contact.hangup_by is not None:
        return contact.hangup_by == "system"
    return True if contact.ivr_status == "error" and contact.agent_id is None else None
