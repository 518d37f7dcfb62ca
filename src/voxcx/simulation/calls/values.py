"""The features that the plan fixes, by their definitions (METRICS §3); written for the truth, not voxcx.features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from voxcx.domain.catalogue import features_of
from voxcx.domain.intervals import Interval, Intervals, clusters, crop, intersection, subtract, total_s, union
from voxcx.simulation.calls.frames import Span, seconds
from voxcx.simulation.calls.plan import Plan
from voxcx.simulation.calls.script import PARTIES, Party
from voxcx.simulation.calls.turns import latencies_of, turns_of
from voxcx.simulation.calls.word_values import word_values

Value = float | int | str | None
NOT_FIXED = "not fixed by the plan"
NO_RECORD = "no telephony record"
SBER_CLUSTER_GAP_S, SBER_SHORT_S = 2.0, 0.5  # the defaults of configs/default.yaml
DECIMALS = 4


def features_document(plan: Plan, language: str, stated: Mapping[str, Value]) -> dict[str, object]:
    """The ``features`` object but its schema version; ``stated`` is the telephony record where one is written."""
    known = {**dict(_measured(plan, language)), **stated}
    values: dict[str, Value] = {}
    missing: dict[str, str] = {}
    sources: dict[str, str] = {}
    for spec in features_of("call"):
        value = known.get(spec.name)
        values[spec.name] = round(value, DECIMALS) + 0.0 if isinstance(value, float) else value
        if value is None:
            missing[spec.name] = _reason(spec.name, spec.family)
        elif spec.family == "telephony":
            sources[spec.name] = "cdr" if spec.name in stated else "audio"
    return {"values": values, "missing": missing, "evidence": {}, "sources": sources}


def _reason(name: str, family: str) -> str:
    if family == "telephony":
        return NO_RECORD
    party = name.split("_", maxsplit=1)[0]
    return f"no pause before a turn of the {party}" if "_latency_" in name else NOT_FIXED


def _measured(plan: Plan, language: str) -> Iterator[tuple[str, Value]]:
    talk = _set(plan.phase("talk"))
    speech = {party: _set(plan.speech(party)) for party in PARTIES}
    yield "language", language
    yield "duration_s", seconds(plan.length)
    yield "talk_s", total_s(talk)
    yield from _holds_and_waits(plan)
    yield from _overlap(plan, speech, talk)
    yield from _counts(plan)
    yield from _quiet(plan, speech, talk)
    for party in PARTIES:
        yield f"{party}_speech_s", total_s(speech[party])
        yield f"{party}_speech_share", total_s(speech[party]) / total_s(talk)
        yield from _floor(plan, party)
    yield from word_values(plan)


def _holds_and_waits(plan: Plan) -> Iterator[tuple[str, Value]]:
    """Heard, not recorded: a call without IVR or queue in it has no value for them."""
    holds = _lengths(plan.phase("hold"))
    yield "holds_count", len(holds)
    yield "hold_total_s", float(sum(holds))
    yield "hold_longest_s", float(max(holds, default=0.0))
    for name, phase in (("ivr_time_s", plan.phase("ivr")), ("queue_wait_s", plan.phase("queue"))):
        yield name, float(sum(_lengths(phase))) if phase else None


def _overlap(plan: Plan, speech: Mapping[Party, Intervals], talk: Intervals) -> Iterator[tuple[str, Value]]:
    both = intersection(speech["agent"], speech["customer"])
    overlap_s = total_s(both)
    yield "overlap_s", overlap_s
    for name, whole_s in (
        ("overlap_share", total_s(talk)),
        ("overlap_share_call", seconds(plan.length)),
        ("overlap_share_speech", total_s(union(*speech.values()))),
        ("overlap_share_agent", total_s(speech["agent"])),
        ("overlap_share_customer", total_s(speech["customer"])),
    ):
        yield name, overlap_s / whole_s
    fragments = subtract(both, _marked(plan, "backchannel"))
    yield "overlap_in_interruptions_s", total_s(intersection(fragments, _marked(plan, "interruption")))
    groups = [clusters(crop(fragments, part), SBER_CLUSTER_GAP_S, SBER_SHORT_S) for part in talk]
    yield "sber_overlap_in_interruptions_s", total_s(union(*(one for group in groups for one in group)))


def _counts(plan: Plan) -> Iterator[tuple[str, Value]]:
    for party in PARTIES:
        own = [mark for mark in plan.marks if mark.role == party]
        cuts = [mark for mark in own if mark.kind == "interruption"]
        yield f"interruptions_by_{party}", len(cuts)
        yield f"interruptions_by_{party}_yielded", sum(mark.yielded is True for mark in cuts)
        yield f"backchannels_by_{party}", sum(mark.kind == "backchannel" for mark in own)
    yield "dual_starts", sum(mark.kind == "dual_start" for mark in plan.marks)
    yield "brief_overlaps", sum(mark.kind == "brief_overlap" for mark in plan.marks)


def _quiet(plan: Plan, speech: Mapping[Party, Intervals], talk: Intervals) -> Iterator[tuple[str, Value]]:
    quiet_s = total_s(subtract(talk, union(*speech.values())))
    silences = [seconds(mark.end - mark.start) for mark in plan.marks if mark.kind == "silence"]
    yield "mutual_silence_s", quiet_s
    yield "mutual_silence_share", quiet_s / total_s(talk)
    yield "silences", len(silences)
    yield "silence_s", float(sum(silences))
    yield "silence_longest_s", float(max(silences, default=0.0))
    yield "long_silences", sum(mark.kind == "long_silence" for mark in plan.marks)


def _floor(plan: Plan, party: Party) -> Iterator[tuple[str, Value]]:
    lengths = [seconds(turn.end - turn.start) for turn in turns_of(plan) if turn.party == party]
    cuts = {mark.start for mark in plan.marks if mark.kind == "interruption" and mark.role == party}
    begun = sum(turn.start in cuts for turn in turns_of(plan) if turn.party == party)
    yield f"{party}_turns", len(lengths)
    yield f"{party}_interrupting_turn_share", begun / len(lengths) if lengths else None
    yield f"{party}_turn_median_s", float(np.median(lengths)) if lengths else None
    yield f"{party}_longest_turn_s", max(lengths, default=None)
    waits = _lengths(span for whose, span in latencies_of(plan) if whose == party)
    yield f"{party}_latency_median_s", float(np.median(waits)) if waits else None
    yield f"{party}_latency_p90_s", float(np.quantile(waits, 0.9)) if waits else None


def _marked(plan: Plan, kind: str) -> Intervals:
    return _set((mark.start, mark.end) for mark in plan.marks if mark.kind == kind)


def _set(spans: Iterator[Span] | tuple[Span, ...]) -> Intervals:
    return union(Interval(seconds(start), seconds(end)) for start, end in spans)


def _lengths(spans: Iterator[Span] | tuple[Span, ...]) -> list[float]:
    return [seconds(end - start) for start, end in spans]
