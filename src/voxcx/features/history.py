"""What earlier contacts tell, strictly before this one.

Decided here:
- Contacts that were stated as earlier count. Where this interaction's start is known, one that does not start before
  it is provably not earlier and is dropped; where it is unknown nothing can be proved, and the statement holds. (A
  batch looks contacts up itself only for interactions whose start is known.)
- Without an earlier contact with a machine nothing is known of how the customer takes it: both are None. With one or
  two the flag is 0: refusing it in each of at least three is asked for, and it is known that there were fewer.
- A contact with a machine of which neither the end nor the requests for a person is known tells nothing and counts not.
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
    machine = [contact for contact in earlier if _told_of_machine(contact)]
    if not machine:
        return None, None, "no earlier contact with a bot or IVR"
    refused = sum(contact.refused_the_machine for contact in machine)
    return refused / len(machine), int(len(machine) >= ENOUGH_CONTACTS and refused == len(machine)), ""


def _is_earlier(contact: Contact, interaction: Interaction) -> bool:
    provably_not = interaction.started_at is not None and contact.started_at >= interaction.started_at
    return not provably_not


def _told_of_machine(contact: Contact) -> bool:
    """A bot or IVR leg took part, and it is known how the customer took it."""
    met = bool(contact.had_ivr) or contact.ivr_status not in {None, "none"}
    return met and (contact.ivr_status is not None or contact.operator_requests is not None)
