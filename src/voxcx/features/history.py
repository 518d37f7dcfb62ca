"""What earlier contacts tell, strictly before this one.

Decided here, of the machine (``prefers_human``, ``prefers_human_share``):

- Contacts that were stated as earlier count. Where this interaction's start is known, one that does not start before
  it is provably not earlier and is dropped; where it is unknown nothing can be proved, and the statement holds. (A
  batch looks contacts up itself only for interactions whose start is known.)
- Without an earlier contact with a machine nothing is known of how the customer takes it: both are None. With one or
  two the flag is 0: refusing it in each of at least three is asked for, and it is known that there were fewer.
- A contact with a machine of which neither the end nor the requests for a person is known tells nothing and counts not.

And of the days before (the other six; how a contact ended is read in ``attempts``):

- A window is half-open, [start − length, start): a contact that starts at the same moment is not earlier, one that
  starts exactly 7 days (24 h) before is inside. Without this interaction's start all six are None.
- The customer's own contacts are counted: what the source calls outbound is no attempt of theirs. A contact that
  reached a person ends a row of failed attempts whoever began it, and so does it tell the customer's last agent. When
  this interaction is outbound the customer neither came again (``bot_on_repeat_24h`` is 0) nor changed the channel.
- Channels are compared by the source's words, case aside, where both contacts have one, else by their kinds: a source
  that names the channel of some contacts only makes no change out of it.
- ``same_agent``: of the last contact in 7 days that reached a person. Not known where that one's agent or this one's is
  not known, where nobody was reached, or where no agent took part in this one (abandoned, blocked, contained).
- ``reconnect_after_drop``: the contact before is the latest one that started earlier, whoever began it and however
  long ago. It broke off by itself when the system ended it, or when the IVR ended with an error before anyone was
  reached. Its end is needed: at most 10 min before this start, and not after it. Where the end is not known, a start at
  most 10 min before says enough, and so does one over 24 h and 10 min before: no contact is taken to last longer.
- ``bot_on_repeat_24h``: both legs must be known to be there for a 1; one that is known to be absent makes it a 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from voxcx.domain.features import Feature
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.features.attempts import broke_off, failed, met_machine, reached_person
from voxcx.features.building import known_or, missing

ENOUGH_CONTACTS = 3
WEEK = timedelta(days=7)
DAY = timedelta(hours=24)
RECONNECT = timedelta(minutes=10)
LONGEST = timedelta(hours=24)  # no contact lasts longer; asynchronous chats do, but their messages tell the end

Known = tuple[int | None, str]  # a value, or None and why
TIMED = (
    *("earlier_contacts_7d", "failed_attempts_before", "channel_switches_7d"),
    *("same_agent", "reconnect_after_drop", "bot_on_repeat_24h"),
)


def history_features(interaction: Interaction, history: History) -> Iterator[Feature]:
    """The ``history`` family. Of whether the customer won't talk to the machine a CRM flag knows best."""
    share, prefers, reason = _from_contacts(interaction, history)
    if interaction.prefers_human is not None:
        prefers = int(interaction.prefers_human)
    yield known_or("prefers_human", prefers, reason)
    yield known_or("prefers_human_share", share, reason)
    if history.contacts is None or interaction.started_at is None:
        unknown = "no contact history" if history.contacts is None else "started_at not known"
        yield from (missing(name, unknown) for name in TIMED)
        return
    for name, (value, why) in _timed(interaction, interaction.started_at, history.contacts).items():
        yield known_or(name, value, why)


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


def _timed(interaction: Interaction, start: datetime, contacts: Sequence[Contact]) -> dict[str, Known]:
    """The six that need times, by name."""
    earlier = sorted((one for one in contacts if one.started_at < start), key=lambda one: one.started_at)
    week = [one for one in earlier if one.started_at >= start - WEEK]
    own = [one for one in week if one.direction != "outbound"]
    repeats = [one for one in own if one.started_at >= start - DAY]
    return {
        "earlier_contacts_7d": (len(own), ""),
        "failed_attempts_before": (_failed_since_person(week), ""),
        "channel_switches_7d": (_switches(own, interaction), ""),
        "same_agent": _same_agent(week, interaction),
        "reconnect_after_drop": _reconnect(earlier, start),
        "bot_on_repeat_24h": _bot_on_repeat(repeats, interaction),
    }


def _failed_since_person(week: Sequence[Contact]) -> int:
    last = max((place for place, one in enumerate(week) if reached_person(one)), default=-1)
    return sum(failed(one) for one in week[last + 1 :] if one.direction != "outbound")


def _switches(own: Sequence[Contact], interaction: Interaction) -> int:
    ways = [(one.channel, one.kind) for one in own]
    if interaction.direction != "outbound":
        ways.append((interaction.channel, interaction.kind))
    return sum(
        before.casefold() != after.casefold() if before and after else kind_before != kind_after
        for (before, kind_before), (after, kind_after) in pairwise(ways)
    )


def _same_agent(week: Sequence[Contact], interaction: Interaction) -> Known:
    if interaction.abandoned or interaction.blocked or interaction.contained:
        return None, "no agent took part"
    if interaction.agent_id is None:
        return None, "the agent is not known"
    last = next((one for one in reversed(week) if reached_person(one)), None)
    if last is None:
        return None, "no earlier contact with a known agent"
    if last.agent_id is None:
        return None, "the agent of the last earlier contact is not known"
    return int(last.agent_id == interaction.agent_id), ""


def _reconnect(earlier: Sequence[Contact], start: datetime) -> Known:
    if not earlier:
        return 0, ""
    before = earlier[-1]
    soon = _ended_just_before(before, start)
    dropped = broke_off(before)
    if soon is False or dropped is False:
        return 0, ""
    if dropped is None:
        return None, "how the contact before ended is not known"
    return (None, "when the contact before ended is not known") if soon is None else (1, "")


def _ended_just_before(contact: Contact, start: datetime) -> bool | None:
    """Whether it ended at most 10 min before the start; None where that cannot be known."""
    if contact.ended_at is not None:
        return timedelta(0) <= start - contact.ended_at <= RECONNECT
    since = start - contact.started_at
    if since <= RECONNECT:
        return True
    return False if since > LONGEST + RECONNECT else None


def _bot_on_repeat(repeats: Sequence[Contact], interaction: Interaction) -> Known:
    if interaction.direction == "outbound" or not repeats:
        return 0, ""
    earlier, here = [met_machine(one) for one in repeats], _met_machine_here(interaction)
    if here is False or not any(one in {True, None} for one in earlier):
        return 0, ""
    if here is None:
        return None, "not known whether this one had a bot or IVR leg"
    return (1, "") if any(earlier) else (None, "not known whether the contact before had a bot or IVR leg")


def _met_machine_here(interaction: Interaction) -> bool | None:
    """As ``met_machine``, of the interaction at hand: its record is read, a chat's messages are seen."""
    if any(message.role == "bot" for message in interaction.messages) or interaction.contained:
        return True
    telephony = interaction.telephony
    if telephony.ivr_status is not None:
        return telephony.ivr_status != "none"
    if telephony.ivr_time_s is not None:
        return telephony.ivr_time_s > 0
    return False if interaction.messages else None
