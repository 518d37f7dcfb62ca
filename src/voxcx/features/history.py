"""What earlier contacts tell, strictly before this one.

Decided here:
- Contacts that were stated as earlier count. Where this interaction's start is known, one that does not start before
  it is provably not earlier and is dropped; where it is unknown nothing can be proved, and the statement holds. (A
  batch looks contacts up itself only for interactions whose start is known.)
- ``prefers_human`` is 0 without an earlier contact with a machine: three refusals are asked for, and it is known that
  there were fewer. ``prefers_human_share`` is None then: a share of nothing is no number.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.features import Feature
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.features.building import known_or

ENOUGH_CONTACTS = 3


def history_features(interaction: Interaction, history: History) -> Iterator[Feature]:
    """Whether the customer won't talk to the machine; a CRM flag wins over what history shows."""
    share, prefers, reason = _from_contacts(interaction, history)
    if interaction.prefers_human is not None:
        prefers = int(interaction.prefers_human)
    yield known_or("prefers_human", prefers, reason)
    yield known_or("prefers_human_share", share, reason)


def _from_contacts(interaction: Interaction, history: History) -> tuple[float | None, int | None, str]:
    """Share of refusals, whether that is a preference, and why there is none to tell."""
    if history.contacts is None:
        return None, None, "no contact history"
    earlier = (one for one in history.contacts if _is_earlier(one, interaction))
    machine = [contact for contact in earlier if _met_machine(contact.had_ivr, contact.ivr_status)]
    refused = sum(contact.refused_the_machine for contact in machine)
    prefers = int(len(machine) >= ENOUGH_CONTACTS and refused == len(machine))
    return (refused / len(machine) if machine else None), prefers, "no earlier contact with a bot or IVR"


def _is_earlier(contact: Contact, interaction: Interaction) -> bool:
    provably_not = interaction.started_at is not None and contact.started_at >= interaction.started_at
    return not provably_not


def _met_machine(had_ivr: bool | None, ivr_status: str | None) -> bool:
    return bool(had_ivr) or ivr_status not in {None, "none"}
