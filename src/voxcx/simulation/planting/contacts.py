"""The records of contacts: what a customer came with, and how it went."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from voxcx.simulation.traffic import Flags, Floats, Integers

CHANNELS = ("phone", "chat", "mail", "bot")
PHONE, CHAT, MAIL, BOT = range(4)
AGENT, ABANDONED, CONTAINED, FLOWED_OUT = range(4)  # how a contact ended
NEW, REPEAT, REDIAL, BOT_AGAIN = range(4)  # why the customer came


@dataclass(frozen=True, slots=True)
class Came:
    """Columns of equal length: who comes, when (seconds from the first day's local midnight), about what, and why.

    ``chain`` is the number of the matter, ``reason`` one of NEW, REPEAT, REDIAL, BOT_AGAIN.
    """

    second: Integers
    customer: Integers
    topic: Integers
    channel: Integers
    chain: Integers
    reason: Integers


@dataclass(frozen=True, slots=True)
class Contacts:
    """Columns of equal length: how contacts went.

    Attributes:
        second, customer, topic, channel, chain, reason: as in ``Came``.
        agent: who took it, or would have.
        machine: an IVR or bot leg took part.
        fate: AGENT, ABANDONED, CONTAINED or FLOWED_OUT.
        wait_s: in the queue, until answered or given up; NaN where there was none.
        applies, errors: [contacts, criteria of the form], true whatever the scorer saw.
    """

    second: Integers
    customer: Integers
    topic: Integers
    channel: Integers
    chain: Integers
    reason: Integers
    agent: Integers
    machine: Flags
    fate: Integers
    wait_s: Floats
    applies: Flags
    errors: Flags

    def __len__(self) -> int:
        return len(self.second)

    @property
    def handled(self) -> Flags:
        """[contacts], an agent took it."""
        handled: Flags = self.fate == AGENT
        return handled

    @property
    def rated(self) -> Flags:
        """[contacts], there was something to be rated: an agent, or a machine that served to the end."""
        rated: Flags = (self.fate == AGENT) | (self.fate == CONTAINED)
        return rated

    @property
    def bot_served(self) -> Flags:
        """[contacts], a bot served it in writing, to the end."""
        alone: Flags = (self.fate == CONTAINED) & (self.channel != PHONE)
        return alone

    def take(self, rows: NDArray[np.int64] | Flags) -> Contacts:
        """Some rows, in that order."""
        return Contacts(*(getattr(self, one.name)[rows] for one in fields(self)))


def join(parts: list[Contacts]) -> Contacts:
    """One after the other."""
    return Contacts(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Contacts)))
