"""Recordings of one interaction → where each lies on its clock, whose part it is, and where nobody recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, pairwise

from voxcx.domain.interaction import Recording, Stint, Telephony
from voxcx.domain.intervals import Interval, drop_shorter, gaps, union
from voxcx.errors import InputError
from voxcx.intake.leg_fields import STARTS, LegFields
from voxcx.intake.metadata import Metadata
from voxcx.units import clock

LONGEST_GAP_S = 12 * 3600.0  # longer, and it is another contact, or a clock that is wrong


def placed(
    recordings: Sequence[Recording], metadata: Metadata, skew_s: float
) -> tuple[tuple[Recording, ...], tuple[str, ...]]:
    """The recordings on one clock, which starts with the first; and warnings of what had to be moved.

    Without a stated start each begins where the one before ended.

    Raises:
        InputError: as many values as recordings are not stated, the channels are not alike, the same sound comes
            twice, or recordings overlap by more than ``skew_s``.
    """
    legs = _legs_of(recordings, metadata)
    _refuse_unlike(recordings)
    stated_channel = metadata.agent_channel  # the first recording's
    on_clock: list[Recording] = []
    warnings: list[str] = []
    for recording, leg, stated_s in zip(recordings, legs, _starts_s(legs, recordings), strict=True):
        ended_s = on_clock[-1].span.end_s if on_clock else 0.0
        starts_s = ended_s if stated_s is None else stated_s
        _refuse_start(recording, starts_s, ended_s, skew_s)
        if starts_s < ended_s:
            warnings.append(f"{recording.path.name} begins {ended_s - starts_s:.1f} s before the one before it ends")
        turned = recording.channels > 1 and leg.agent_channel not in {None, stated_channel}
        on_clock.append(replace(recording, starts_s=max(starts_s, ended_s), exchanged=turned))
    return tuple(on_clock), tuple(warnings)


def stints(metadata: Metadata, recordings: Sequence[Recording] = ()) -> tuple[Stint, ...]:
    """Who handled which part, neighbours of one agent joined; without times where nothing tells them."""
    parts = metadata.legs or (LegFields(),) * max(1, len(recordings))
    timed = len(parts) == len(recordings)
    spans = [recording.span for recording in recordings] if timed else [None] * len(parts)
    found = []
    for agent, group in groupby(zip(parts, spans, strict=True), key=lambda part: _agent(part[0], metadata)):
        own = [span for _, span in group]
        start_s, end_s = (own[0].start_s, own[-1].end_s) if own[0] and own[-1] else (None, None)
        if any(agent):
            found.append(Stint(*agent, start_s, end_s))
    return tuple(found)


def with_gaps(
    telephony: Telephony, recordings: Sequence[Recording], agents: Sequence[Stint], skew_s: float
) -> Telephony:
    """The call record with what several recordings add: the customer waited between them, and changed agents.

    A gap below ``skew_s`` is what clocks differ by, no hold. Transfers that nobody states are at least as many as the
    agent changed.
    """
    whole = Interval(0.0, recordings[-1].span.end_s if recordings else 0.0)
    pauses = gaps(union(recording.span for recording in recordings), whole)
    waits = drop_shorter(pauses, skew_s)
    known = [name for one in agents if (name := one.agent_id or one.agent_name)]
    changes = sum(one != other for one, other in pairwise(known))
    return replace(
        telephony,
        holds=telephony.holds if telephony.holds is None else union(telephony.holds, waits),
        unrecorded=waits,
        transfers=telephony.transfers if telephony.transfers is not None or not changes else changes,
    )


def _legs_of(recordings: Sequence[Recording], metadata: Metadata) -> tuple[LegFields, ...]:
    """As many records as recordings. Several agents of one recording are known, not where they changed."""
    legs = metadata.legs
    agents_only = len(recordings) == 1 and not any(leg.places_sound for leg in legs)
    if len(legs) in {0, len(recordings)}:
        return legs or (LegFields(),) * len(recordings)
    if agents_only:
        return (LegFields(),)
    count = len(recordings)
    wanted = "one value for the one recording" if count == 1 else f"one value for all {count} recordings or {count}"
    raise InputError(
        f"{recordings[0].path.name}: expected {wanted} (of agents, agent_channel, {STARTS}), got {len(legs)}; state as "
        "many as there are recordings."
    )


def _agent(leg: LegFields, metadata: Metadata) -> tuple[str | None, str | None, str | None]:
    """Id, name and team: the recording's own where recordings have their own, else those of all."""
    legs = metadata.legs
    return (
        leg.agent_id if any(one.agent_id for one in legs) else metadata.agent_id,
        leg.agent_name if any(one.agent_name for one in legs) else metadata.agent_name,
        leg.team if any(one.team for one in legs) else metadata.team,
    )


def _starts_s(legs: Sequence[LegFields], recordings: Sequence[Recording]) -> Iterator[float | None]:
    """Stated starts in seconds from the first recording's."""
    first = legs[0].starts
    for leg, recording in zip(legs, recordings, strict=True):
        if leg.starts is None:
            yield None
        elif isinstance(leg.starts, datetime) and isinstance(first, datetime):
            yield (leg.starts - first).total_seconds()
        elif isinstance(leg.starts, float) and not isinstance(first, datetime):
            yield leg.starts - (first or 0.0)
        else:
            raise InputError(
                f"{recording.path.name}: expected {STARTS} all in seconds or all as times with the first recording's, "
                "got a mixture; state them alike."
            )


def _refuse_start(recording: Recording, starts_s: float, ended_s: float, skew_s: float) -> None:
    if starts_s < ended_s - skew_s:
        raise InputError(
            f"{recording.path.name}: expected a start after the recording before it, which ends at {ended_s:.1f} s, "
            f"got {starts_s:.1f} s; check the order and {STARTS}, or give recordings of one time their own rows."
        )
    if starts_s > ended_s + LONGEST_GAP_S:
        raise InputError(
            f"{recording.path.name}: expected a start within {LONGEST_GAP_S / 3600:.0f} h after the recording before "
            f"it, got {clock(starts_s - ended_s)} later; check {STARTS}, or give it its own row."
        )


def _refuse_unlike(recordings: Sequence[Recording]) -> None:
    first, seen = recordings[0], {recordings[0].sha256}
    for other in recordings[1:]:
        if other.sha256 in seen:
            raise InputError(
                f"{other.path.name}: expected each recording of an interaction once, got the same sound twice; name "
                "it once."
            )
        seen.add(other.sha256)
        if other.channels != first.channels:
            raise InputError(
                f"{other.path.name}: expected as many channels as in {first.path.name} ({first.channels}), got "
                f"{other.channels}; export the recordings of one interaction alike."
            )
