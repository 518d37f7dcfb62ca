"""One call's evidence from queue_log, CEL and CDR → one draft; where they disagree, it is listed and queue_log wins."""

from __future__ import annotations

from dataclasses import replace

from voxcx.intake.telephony.asterisk_evidence import Evidence, Habits
from voxcx.intake.telephony.asterisk_talks import agent_legs, place_holds
from voxcx.intake.telephony.bridges import device
from voxcx.intake.telephony.clock import epoch_in
from voxcx.intake.telephony.draft import Draft, Leg
from voxcx.intake.telephony.unmatched import AGREE_S, Listing, Place

_SAME_TRANSFER_S = 3.0
_LONGEST_BEFORE_QUEUE_S = 6 * 3600.0


def merged(one: Evidence, habits: Habits, listing: Listing) -> Draft:
    """Put one call together."""
    start, end = _start(one, listing), _end(one)
    draft = Draft(one.call_id, "asterisk", start, end, other_ids=set(one.ids))
    queue_legs = _queue_legs(one, habits, listing)
    talks, only_cel = agent_legs(one, habits, listing)
    ivr = one.seen.ivr if one.seen else []
    draft.legs = [*ivr, *queue_legs, *talks]
    _close(draft)
    draft.tells = _tells(one, habits)
    if "holds" in draft.tells:
        place_holds(one, talks, listing)
    else:
        for leg in talks:
            leg.holds = None
    draft.transfers = len(_transfers(one))
    draft.hangup_by = _hangup_by(one, [*only_cel, *ivr], listing)
    draft.ivr_status = one.seen.ivr_ended if one.seen else None
    draft.recording_start = one.seen.recording_start if one.seen else None
    draft.customer_id = (one.walk.customer_id if one.walk else None) or (one.seen.number if one.seen else None)
    _direction(draft, one, habits)
    _check_cdr(draft, one, listing)
    return draft


def _start(one: Evidence, listing: Listing) -> float:
    """The first channel's start: by CEL, else CDR, else the second in its id, else the first queue."""
    by_cdr = min((row.start for row in one.rows), default=None)
    if one.seen is not None:
        if by_cdr is not None and abs(by_cdr - one.seen.start) > AGREE_S:
            away_s = by_cdr - one.seen.start
            listing.add(one.rows[0].place, one.call_id, "start", f"{away_s:+g} s from the CEL's; the CEL's was taken")
        return one.seen.start
    if by_cdr is not None:
        return by_cdr
    first = one.walk.legs[0].start if one.walk and one.walk.legs else None
    made = epoch_in(one.call_id)
    if first is None:
        return made or 0.0
    return made if made is not None and 0 <= first - made <= _LONGEST_BEFORE_QUEUE_S else first


def _end(one: Evidence) -> float | None:
    if one.seen is not None and one.seen.end is not None:
        return one.seen.end
    ends = [row.end for row in one.rows if row.end is not None]
    if ends:
        return max(ends)
    last = one.walk.legs[-1] if one.walk and one.walk.legs else None
    return last.end if last and one.walk and one.walk.hangup_by else None


def _queue_legs(one: Evidence, habits: Habits, listing: Listing) -> list[Leg]:
    by_cel = one.seen.queues if one.seen else []
    by_log = [leg for leg in one.walk.legs if leg.kind == "queue"] if one.walk else []
    if not by_log:
        if by_cel and habits.queue_log and one.seen:
            why = "the queue_log that was read has no event of this call; the CEL was taken"
            listing.add(one.seen.places["queue 1"], one.call_id, "APP_START Queue", why)
        return by_cel
    if one.seen and by_cel and len(by_cel) != len(by_log):
        why = f"the CEL shows {len(by_cel)} queue entries, queue_log {len(by_log)}; queue_log was taken"
        listing.add(one.seen.places["queue 1"], one.call_id, "APP_START Queue", why)
    elif one.seen:
        for number, (log, cel) in enumerate(zip(by_log, by_cel, strict=False), 1):
            _compare(one, (log, cel), one.seen.places[f"queue {number}"], listing)
    return by_log


def _compare(one: Evidence, legs: tuple[Leg, Leg], place: Place, listing: Listing) -> None:
    log, cel = legs
    if abs(log.start - cel.start) > AGREE_S:
        why = f"{cel.start - log.start:+g} s from queue_log's ENTERQUEUE; queue_log was taken, check --zone"
        listing.add(place, one.call_id, f"entry into {log.name}", why)
    elif log.length_s is not None and cel.length_s is not None:
        listing.told_twice(place, one.call_id, f"wait in {log.name}", (log.length_s, cel.length_s), "queue_log's")


def _close(draft: Draft) -> None:
    """What no event ended, the call's end ends."""
    for leg in draft.legs:
        if leg.end is None and draft.end is not None:
            leg.end = max(draft.end, leg.start)
            if leg.kind == "queue" and not any(
                other.kind == "agent" and other.start >= leg.start for other in draft.legs
            ):
                leg.outcome = leg.outcome or "abandoned"


def _tells(one: Evidence, habits: Habits) -> set[str]:
    tells = set()
    if one.walk is not None or one.seen is not None:
        tells |= {"agents", "queue"}
    if one.seen is not None and habits.ivr:
        tells.add("ivr")
    if one.walk is not None or (one.seen is not None and (habits.cel_transfers or not one.seen.talks)):
        tells.add("transfers")
    nobody = one.seen is not None and not one.seen.talks  # without an agent nobody can hold the line
    if (one.seen is not None and habits.cel_holds) or (habits.queue_holds and (one.walk is not None or nobody)):
        tells.add("holds")
    return tells


def _transfers(one: Evidence) -> list[float]:
    """Times of transfers; both logs may tell the same one."""
    times = sorted(time for _, time in (one.walk.transfers if one.walk else []))
    for consult in one.consults:
        times += [time for _, time in consult.transfers]
    for _, time in one.seen.transfers if one.seen else []:
        if not any(abs(time - other) <= _SAME_TRANSFER_S for other in times):
            times.append(time)
    return sorted(times)


def _hangup_by(one: Evidence, others: list[Leg], listing: Listing) -> str | None:
    """By queue_log unless the call went on after its last event; else by the CEL."""
    by_cel = one.seen.hangup_by if one.seen else None
    by_log = one.walk.hangup_by if one.walk else None
    ended = max((leg.end or leg.start for leg in one.walk.legs), default=0.0) if one.walk else 0.0
    if by_log is None or any(leg.start >= ended - AGREE_S for leg in others):
        return by_cel or (one.consults[-1].hangup_by if one.consults else None)
    if by_cel is not None and by_cel != by_log:
        why = f"the CEL says {by_cel}, queue_log {by_log}; queue_log was taken"
        listing.add(one.place, one.call_id, "who hung up", why)
    return by_log


def _direction(draft: Draft, one: Evidence, habits: Habits) -> None:
    """Inbound where there is an IVR or a queue; outbound where an agent's own device began the call."""
    if draft.of("queue") or draft.of("ivr"):
        draft.direction = "inbound"
        return
    begun_by = habits.member_of.get(device(one.channels.get(one.call_id, "")))
    if begun_by is None:
        return
    draft.direction = "outbound"
    draft.legs = [replace(leg, name=begun_by) if leg.kind == "agent" else leg for leg in draft.legs]
    draft.customer_id = None  # the caller's number is the agent's
    draft.hangup_by = {"customer": "agent", "agent": "customer"}.get(draft.hangup_by or "", draft.hangup_by)


def _check_cdr(draft: Draft, one: Evidence, listing: Listing) -> None:
    """What the CDR says against the others; alone it names queue and agents, but not when they answered."""
    agents = [device(row.other_channel) for row in one.rows if row.other_channel and row.disposition == "ANSWERED"]
    if one.walk is None and one.seen is None:
        queues = [row.app_data.split(",")[0] for row in one.rows if row.app.lower() == "queue"]
        names = [name for name in agents if not name.startswith("Local/")]
        last = names[-1] if names else None
        draft.stated = {"agents": list(dict.fromkeys(names)), "agent_id": last, "queue": queues[-1] if queues else None}
        draft.customer_id = one.rows[0].source or None
    elif draft.of("agent") and one.rows and not any(row.disposition == "ANSWERED" for row in one.rows):
        listing.add(one.rows[-1].place, one.call_id, one.rows[-1].disposition, "an agent answered by the other logs")
