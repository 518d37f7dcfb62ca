"""What queue_log, CEL and CDR say of one call, side by side, and what those logs tell at all."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.intake.telephony.bridges import device
from voxcx.intake.telephony.cdr import CdrRow
from voxcx.intake.telephony.cel_walk import Seen
from voxcx.intake.telephony.queue_walk import Walk
from voxcx.intake.telephony.unmatched import Place


@dataclass(frozen=True, slots=True)
class Habits:
    """What the logs that were read tell at all."""

    queue_log: bool
    cel_holds: bool
    queue_holds: bool
    cel_transfers: bool
    ivr: bool
    member_of: dict[str, str]


@dataclass(slots=True)
class Evidence:
    """What each log says of one call; ``consults`` are queue walks of channels other than the customer's."""

    call_id: str
    place: Place
    ids: set[str]
    walk: Walk | None
    consults: list[Walk]
    seen: Seen | None
    rows: list[CdrRow]
    channels: dict[str, str]

    def members(self) -> dict[str, str]:
        """Devices and the queue members who sat at them in this call."""
        walks = [walk for walk in (self.walk, *self.consults) if walk is not None]
        legs = [leg for walk in walks for leg in walk.legs if leg.kind == "agent"]
        found = ((self.channels.get(leg.channel_id or ""), leg.name) for leg in legs)
        return {device(channel): name for channel, name in found if channel and name}
