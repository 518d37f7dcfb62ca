"""Asterisk: queue_log, CEL and CDR together → calls. What each may tell, and who wins: docs/telephony.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from voxcx.intake.telephony.asterisk_evidence import Evidence, Habits
from voxcx.intake.telephony.asterisk_merge import merged
from voxcx.intake.telephony.cdr import CdrRow, Channels, cdr_rows, is_cdr
from voxcx.intake.telephony.cel import CelEvent, cel_events, is_cel
from voxcx.intake.telephony.cel_walk import HOLD_EVENTS, seen_in
from voxcx.intake.telephony.finishing import finished
from voxcx.intake.telephony.queue_log import QueueEvent, is_queue_log, queue_events
from voxcx.intake.telephony.queue_walk import TRANSFERS, Walk, walked
from voxcx.intake.telephony.schema import CallRecord
from voxcx.intake.telephony.unmatched import Listing

_NO_CALL = "no log has the beginning of its call, so it is no call"
KINDS = {"queue_log": is_queue_log, "cel": is_cel, "cdr": is_cdr}


def kind_of(first: str) -> str | None:
    """Which of Asterisk's logs a first line is of."""
    return next((kind for kind, fits in KINDS.items() if fits(first)), None)


@dataclass(slots=True)
class _Group:
    """All channels that one call is made of, and what the logs say of them."""

    ids: set[str] = field(default_factory=set)
    cel: list[CelEvent] = field(default_factory=list)
    cdr: list[CdrRow] = field(default_factory=list)
    walks: dict[str, Walk] = field(default_factory=dict)
    first: QueueEvent | None = None


def read_asterisk(
    files: dict[str, list[Path]], zone: ZoneInfo | None, ivr_context: str, listing: Listing
) -> list[CallRecord]:
    """The calls of a queue_log, a CEL and a CDR that belong together; ``files`` by kind."""
    queued: dict[str, list[QueueEvent]] = defaultdict(list)
    for event in queue_events(files.get("queue_log", []), zone, listing):
        queued[event.call_id].append(event)
    entered = {call_id: min(event.time for event in events) for call_id, events in queued.items()}
    cel = cel_events(files.get("cel", []), zone, listing, entered)
    ids = {event.channel: event.unique_id for event in cel}
    begun = {event.unique_id: event.time for event in reversed(cel)}
    cdr = list(cdr_rows(files.get("cdr", []), zone, listing, Channels(ids, begun)))
    groups = _groups(queued, cel, cdr, listing)
    evidence = [_evidence(group, ivr_context, listing) for group in groups]
    habits = _habits(evidence, cel, groups)
    _list_uncovered(groups, cel, listing)
    groups.clear()
    records = []
    while evidence:
        one = evidence.pop()
        records.append(finished(merged(one, habits, listing), zone, listing, one.place))
    return sorted((one for one in records if one), key=lambda one: (one.started_at, one.call_id))


def _groups(
    queued: dict[str, list[QueueEvent]], cel: list[CelEvent], cdr: list[CdrRow], listing: Listing
) -> list[_Group]:
    """Channels that share a linked id at any time are one call: a transfer gives the consulted leg the call's id."""
    joined = _Joined()
    for unique_id, linked_id in {(one.unique_id, one.linked_id) for source in (cel, cdr) for one in source}:
        joined.join(unique_id, linked_id)
    groups: dict[str, _Group] = defaultdict(_Group)
    for event in cel:
        group = groups[joined.root(event.unique_id)]
        group.cel.append(event)
        group.ids |= {event.unique_id, event.linked_id}
    for row in cdr:
        group = groups[joined.root(row.unique_id)]
        group.cdr.append(row)
        group.ids |= {row.unique_id, row.linked_id}
    starts = {joined.root(event.unique_id) for event in cel if event.kind == "CHAN_START"}
    _drop_lone_cel(groups, starts, queued.keys(), joined, listing)
    for call_id in list(queued):
        events = queued.pop(call_id)  # a day's events are many: they go as the calls come
        if joined.root(call_id) not in groups and not any(event.kind == "ENTERQUEUE" for event in events):
            for one in events:
                listing.add(one.place, call_id, one.kind, _NO_CALL)
            continue
        group = groups[joined.root(call_id)]
        group.ids.add(call_id)
        walk = group.walks[call_id] = walked(events, listing)
        group.ids |= {leg.channel_id for leg in walk.legs if leg.channel_id}
        firsts = [min(events, key=lambda one: one.time), *([group.first] if group.first else [])]
        group.first = min(firsts, key=lambda one: one.time)
    return list(groups.values())


def _drop_lone_cel(
    groups: dict[str, _Group], starts: set[str], queued: Iterable[str], joined: _Joined, listing: Listing
) -> None:
    """Channel events of which no log has the beginning are no call; a CEL that never has it is left in peace."""
    known = starts | {joined.root(call_id) for call_id in queued}
    for root in [root for root, group in groups.items() if starts and root not in known and not group.cdr]:
        for event in groups.pop(root).cel:
            listing.add(event.place, event.linked_id, event.kind, _NO_CALL)


class _Joined:
    """Ids that belong together."""

    def __init__(self) -> None:
        self.over: dict[str, str] = {}

    def root(self, one: str) -> str:
        while (above := self.over.get(one, one)) != one:
            self.over[one] = self.over.get(above, above)
            one = above
        return one

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self.over[second] = first


def _evidence(group: _Group, ivr_context: str, listing: Listing) -> Evidence:
    seen = seen_in(group.cel, ivr_context, listing) if group.cel else None
    rows = sorted(group.cdr, key=lambda row: (row.start, row.place))
    place = seen.place if seen else group.first.place if group.first else rows[0].place
    call_id = seen.customer if seen else _main_id(group, rows)
    walks = dict(group.walks)
    main = walks.pop(call_id, None)
    if main is None and walks:  # the queue runs on a channel behind the customer's, a Local one for instance
        main = walks.pop(min(walks))
    channels = {event.unique_id: event.channel for event in group.cel if event.channel}
    return Evidence(call_id, place, group.ids, main, list(walks.values()), seen, rows, channels)


def _main_id(group: _Group, rows: list[CdrRow]) -> str:
    if group.walks:
        linked = {row.linked_id for row in rows} & set(group.walks)
        return min(linked or group.walks)
    return rows[0].linked_id


def _habits(evidence: list[Evidence], cel: list[CelEvent], groups: list[_Group]) -> Habits:
    """What these logs tell at all: a kind of event that never occurs may not be written, so it proves nothing."""
    names: dict[str, set[str]] = defaultdict(set)
    for one in evidence:
        for name, member in one.members().items():
            names[name].add(member)
    walks = [walk for group in groups for walk in group.walks.values()]
    return Habits(
        queue_log=bool(walks),
        cel_holds=any(event.kind in HOLD_EVENTS for event in cel),
        queue_holds=any(walk.holds_seen for walk in walks),
        cel_transfers=any(event.kind in TRANSFERS for event in cel),
        ivr=any(one.seen is not None and one.seen.ivr for one in evidence),
        member_of={name: min(members) for name, members in names.items() if len(members) == 1},
    )


def _list_uncovered(groups: list[_Group], cel: list[CelEvent], listing: Listing) -> None:
    """Calls of the queue_log that the CEL should hold, by its time, but does not."""
    if not cel:
        return
    first, last = min(event.time for event in cel), max(event.time for event in cel)
    for group in groups:
        event = group.first
        if event is not None and not group.cel and first <= event.time <= last:
            listing.add(event.place, event.call_id, event.kind, "the CEL that was read has no event of this call")
