"""Who talked with the customer when: the bridges of one call's channel events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from voxcx.intake.telephony.cel import CelEvent

_ENTERS = {"BRIDGE_ENTER", "BRIDGE_START"}
_EXITS = {"BRIDGE_EXIT", "BRIDGE_END"}
_GOES = {"HANGUP", "CHAN_END"}
_OPTIMISED_S, _SWAP_S = 5.0, 2.0  # a Local channel is optimised away within moments of the answer


@dataclass(slots=True)
class Talk:
    """The customer and one other channel in one bridge."""

    peer: str
    start: float
    end: float | None
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class _Rooms:
    """Which channels are in which bridge."""

    room_of: dict[str, str] = field(default_factory=dict)
    customer: str = ""
    with_customer: str | None = None

    def possible(self, event: CelEvent) -> bool:
        if event.kind in _EXITS:
            return self.room_of.get(event.channel) == str(
                event.extra.get("bridge_id") or self.room_of.get(event.channel)
            )
        return event.kind not in _ENTERS or event.channel not in self.room_of

    def take(self, event: CelEvent) -> None:
        if event.kind in _ENTERS:
            self.enter(event)
        elif event.kind in _GOES or (event.kind in _EXITS and self.possible(event)):
            self.room_of.pop(event.channel, None)

    def enter(self, event: CelEvent) -> None:
        named = str(event.extra.get("bridge_id") or "")
        if not named and not event.peers and event.channel in self.room_of:
            return  # another's line put it there already
        room = named or self._room_by_peers(event)
        self.room_of[event.channel] = room
        for peer in event.peers:
            self.room_of[peer] = room

    def _room_by_peers(self, event: CelEvent) -> str:
        """Logs without bridge ids: the room of a channel that is named as there already."""
        known = next((self.room_of[peer] for peer in event.peers if peer in self.room_of), "")
        return known or f"{event.channel} {event.order}"

    def partner(self) -> str | None:
        """Who is with the customer; of several the one who was there before."""
        room = self.room_of.get(self.customer)
        there = sorted(name for name, one in self.room_of.items() if one == room and name != self.customer)
        if not room or self.with_customer not in there:
            self.with_customer = there[0] if room and there else None
        return self.with_customer


def one_by_one(events: list[CelEvent], possible: Callable[[CelEvent], bool]) -> Iterator[CelEvent]:
    """Events in order of time; of those at one time what is possible goes first."""
    for _, together in groupby(events, key=lambda event: event.time):
        now = list(together)
        while now:
            event = next((one for one in now if possible(one)), now[0])
            now.remove(event)
            yield event


def talks_of(events: list[CelEvent], customer: str) -> list[Talk]:
    """Stretches with one partner each, in order; a Local channel gives way to the real one behind it."""
    rooms = _Rooms(customer=customer)
    talks: list[Talk] = []
    for event in one_by_one(events, rooms.possible):
        before = rooms.with_customer
        rooms.take(event)
        now = rooms.partner()
        if now == before:
            continue
        if before is not None and talks:
            talks[-1].end = event.time
        if now is not None:
            talks.append(Talk(now, event.time, None))
    return _joined([talk for talk in talks if talk.end is None or talk.end > talk.start])


def _joined(talks: list[Talk]) -> list[Talk]:
    """One talk of those with the same partner, and of a Local channel with what it gave way to."""
    joined: list[Talk] = []
    for talk in talks:
        last = joined[-1] if joined else None
        brief = last is not None and last.end is not None and last.end - last.start <= _OPTIMISED_S
        close = brief and last is not None and last.end is not None and talk.start - last.end <= _SWAP_S
        if last is not None and last.peer == talk.peer:
            last.end = talk.end
        elif last is not None and close and last.peer.startswith("Local/") and not talk.peer.startswith("Local/"):
            joined[-1] = Talk(talk.peer, last.start, talk.end, (*last.also, last.peer))
        else:
            joined.append(talk)
    return joined


def peers_of(talk: Talk) -> set[str]:
    """Every channel that spoke in a talk."""
    return {talk.peer, *talk.also}


def device(channel: str) -> str:
    """A channel's device: `PJSIP/101-0000002a` → `PJSIP/101`, `Local/101@q-0001;1` → `Local/101@q`.

    >>> device("PJSIP/101-0000002a"), device("SIP/a-b-0000001f"), device("Local/101@agents-00000003;1")
    ('PJSIP/101', 'SIP/a-b', 'Local/101@agents')
    """
    return channel.split(";", maxsplit=1)[0].rpartition("-")[0] or channel
