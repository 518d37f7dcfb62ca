"""Who talked with the customer and held the line: queue_log's agents, and those that only the CEL shows."""

from __future__ import annotations

from voxcx.intake.telephony.asterisk_evidence import Evidence, Habits
from voxcx.intake.telephony.bridges import Talk, device, peers_of
from voxcx.intake.telephony.draft import Leg
from voxcx.intake.telephony.unmatched import AGREE_S, Listing


def agent_legs(one: Evidence, habits: Habits, listing: Listing) -> tuple[list[Leg], list[Leg]]:
    """Talks by queue_log, and those that only the CEL shows: behind a transfer out of the queue, or without one."""
    by_log = [leg for leg in one.walk.legs if leg.kind == "agent"] if one.walk else []
    only_cel = []
    for talk in one.seen.talks if one.seen else []:
        leg = Leg("agent", talk.start, talk.end, _name(talk, one, habits), holds=[])
        same = next((log for log in by_log if _same_talk(log, leg)), None)
        if same is None:
            only_cel.append(leg)
            continue
        same.end = same.end if same.end is not None else leg.end
        if one.seen and leg.start - same.start > AGREE_S:
            why = f"{leg.start - same.start:+g} s from queue_log's CONNECT; queue_log was taken"
            listing.add(one.seen.place, one.call_id, f"answer of {same.name}", why)
    return [*by_log, *only_cel], only_cel


def _same_talk(log: Leg, cel: Leg) -> bool:
    shorter = min(log.length_s or 1e9, cel.length_s or 1e9)
    return log.shares(cel) > shorter / 2


def _name(talk: Talk, one: Evidence, habits: Habits) -> str:
    """The queue member at the device, else the device itself."""
    here = one.members()
    devices = [device(channel) for channel in (talk.peer, *sorted(peers_of(talk)))]
    known = next((here[name] for name in devices if name in here), None)
    return known or next((habits.member_of[name] for name in devices if name in habits.member_of), devices[0])


def place_holds(one: Evidence, legs: list[Leg], listing: Listing) -> None:
    """Each hold to the agent whose talk it began in; the CEL's win over the queue_log's, since they have fractions."""
    for start, end in one.seen.holds if one.seen else []:
        leg = next((leg for leg in legs if leg.start - 1 <= start <= (leg.end or end) + 1), None)
        if leg is None or one.seen is None:
            listing.add(one.place, one.call_id, "HOLD", "no agent was in the call at that time")
            continue
        spans = leg.holds or []
        doubled = [span for span in spans if min(span[1], end) - max(span[0], start) > 0]
        for span in doubled:
            lengths = (span[1] - span[0], end - start)
            listing.told_twice(one.place, one.call_id, "hold", lengths, "the CEL's")
        kept = [span for span in spans if span not in doubled]
        leg.holds = [*kept, (max(start, leg.start), end if leg.end is None else min(end, leg.end))]
