"""Which contacts met a machine, and how that part of them went.

Decided here:

- Contacts that the company began are none: a customer who is called did not choose the machine.
- A call has a machine leg where ``ivr_status`` is not none; where that is not known, where time in the IVR was spent
  or the IVR knew the customer. A chat has one where a bot wrote or handed it over. What a machine served alone had one.
- Refused: the leg ended as opted_out, the customer asked the IVR for a person, or a bot handed over a customer who asks
  for a person.
- A loop: the IVR heard nothing or did not understand as often as the settings say, or its path comes to a node again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voxcx.insight.archive import DAY_S, Archive, Flags, Floats, Integers
from voxcx.insight.repeats.following import NOWHERE, coded, next_of

NODES = ">"  # between the nodes of ivr_path


@dataclass(frozen=True, slots=True)
class Legs:
    """n interactions.

    Attributes:
        own: [n], begun by the customer.
        ivr: [n], has an IVR leg.
        bot: [n], has a bot leg.
        known: [n], begun by the customer, and whether it met a machine is known.
        contained: [n], 1 where the machine served it alone, 0 where not, NaN where not known or no leg.
        refused: [n], 1, 0, NaN.
        looped: [n], of IVR legs, 1, 0, NaN.
        gap_s: [n], seconds to the customer's next contact about anything, infinite where there is none.
        seen_s: [n], seconds from the start to the archive's end, NaN where the customer or the time is not known.
        before_s: [n], seconds since the customer's contact before, infinite where there is none.
    """

    own: Flags
    ivr: Flags
    bot: Flags
    known: Flags
    contained: Floats
    refused: Floats
    looped: Floats
    gap_s: Floats
    seen_s: Floats
    before_s: Floats

    @property
    def met(self) -> Flags:
        """[n], has a machine leg."""
        met: Flags = self.ivr | self.bot
        return met

    @property
    def alone(self) -> Flags:
        """[n], served by the machine alone."""
        alone: Flags = self.contained == 1
        return alone

    def followed(self, days: float) -> Flags:
        """[n], legs with contained known whose customer could be seen for that long."""
        followed: Flags = self.met & ~np.isnan(self.contained) & (self.seen_s >= days * DAY_S)
        return followed

    def back(self, days: float) -> Flags:
        """[n], the customer came again within so many days (the last moment included)."""
        back: Flags = self.gap_s <= days * DAY_S
        return back


def legs_of(archive: Archive) -> Legs:
    """Machine legs of the customers' own contacts."""
    own: Flags = archive.label("direction") != "outbound"
    alone = archive.flag("contained")
    ivr, ivr_known = _ivr(archive, alone)
    bot, bot_known = _bot(archive, alone)
    ivr, bot = own & ivr, own & bot
    met = ivr | bot
    gap_s, before_s = _neighbours(archive, own)
    seen_s = np.where(archive.label("customer_id") == "", np.nan, archive.end_s - archive.moment_s)
    return Legs(
        own=own,
        ivr=ivr,
        bot=bot,
        known=own & (ivr_known | bot_known | met),
        contained=np.where(met, archive.number("contained"), np.nan),
        refused=np.where(met, _refused(archive, bot), np.nan),
        looped=np.where(ivr, _looped(archive), np.nan),
        gap_s=gap_s,
        seen_s=seen_s,
        before_s=before_s,
    )


def _ivr(archive: Archive, alone: Flags) -> tuple[Flags, Flags]:
    """Whether there was an IVR leg, and whether that is known."""
    alone_there: Flags = alone & (archive.label("kind") != "chat")
    status, time_s = archive.label("ivr_status"), archive.number("ivr_time_s")
    told: Flags = status != ""
    timed = ~told & ~np.isnan(time_s)
    knew = archive.flag("ivr_authenticated")
    there = np.where(told, status != "none", np.where(timed, time_s > 0, knew)).astype(bool)
    return there | alone_there, told | timed | knew | alone_there


def _bot(archive: Archive, alone: Flags) -> tuple[Flags, Flags]:
    """Whether there was a bot leg, and whether that is known."""
    messages, handover = archive.number("bot_messages"), archive.label("handover")
    chat: Flags = archive.label("kind") == "chat"
    there: Flags = chat & ((messages > 0) | (handover == "bot_to_agent") | alone)
    known: Flags = chat & (~np.isnan(messages) | (handover != ""))
    return there, known


def _refused(archive: Archive, bot: Flags) -> Floats:
    status, requests = archive.label("ivr_status"), archive.number("ivr_operator_requests")
    handover, asks = archive.label("handover"), archive.number("asks_for_human")
    by_bot = np.where(handover == "bot_to_agent", np.where(np.isnan(asks), np.nan, asks > 0), 0.0)
    by_bot = np.where(handover == "", np.nan, by_bot)
    by_ivr = np.where((status == "") & np.isnan(requests), np.nan, (status == "opted_out") | (requests > 0))
    return np.where(bot, by_bot, by_ivr)


def _looped(archive: Archive) -> Floats:
    silent, misread = archive.number("ivr_no_input"), archive.number("ivr_no_match")
    path = archive.label("ivr_path")
    counted = ~(np.isnan(silent) & np.isnan(misread))
    often = np.nan_to_num(silent) + np.nan_to_num(misread) >= archive.settings.robots.loops_from
    again = {one for one in set(path.tolist()) if _comes_again(one)}
    circled = np.array([one in again for one in path.tolist()], dtype=bool)
    return np.where(counted | (path != ""), (often | circled).astype(float), np.nan)


def _comes_again(path: str) -> bool:
    nodes = [node.strip() for node in path.split(NODES)]
    return len(set(nodes)) < len(nodes)


def _neighbours(archive: Archive, own: Flags) -> tuple[Floats, Floats]:
    """Seconds to the customer's next own contact, and since the one before; a reconnect is a contact here."""
    moment_s = archive.moment_s
    following: Integers = next_of(coded(archive.label("customer_id")), moment_s, own)
    there = following != NOWHERE
    gap_s, before_s = np.full(len(archive), np.inf), np.full(len(archive), np.inf)
    gap_s[there] = moment_s[following[there]] - moment_s[there]
    np.minimum.at(before_s, following[there & own], gap_s[there & own])
    return gap_s, before_s
