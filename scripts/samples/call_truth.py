"""What is true of a planned call: speech, events and features, measured on the clean clips before mixing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from samples.call_features import call_features
from samples.plan import CallPlan, Placed
from samples.voices import FRAME_S, speech_frames

Mask = npt.NDArray[np.bool_]
Span = tuple[float, float]
Speech = dict[str, list[Span]]
Event = dict[str, Any]

BRIDGE_BELOW_S = 0.20
DROP_BELOW_S = 0.10
SILENCES_FROM_S = {"silence": 3.0, "long_silence": 10.0}
YIELD_WITHIN_S = 2.0
ROLES = ("agent", "customer")


def call_truth(plan: CallPlan, placed: tuple[Placed, ...], duration_s: float) -> dict[str, Any]:
    """The truth file of a call."""
    speech = {role: _speech(placed, role, duration_s) for role in ROLES}
    overlaps = _overlaps(speech, duration_s)
    events = _events(placed, overlaps) + _silences(placed, speech, duration_s)
    events.sort(key=lambda event: event["start_s"])
    planned = sum(item.line.during is not None for item in placed)
    if len(overlaps) != planned:
        raise ValueError(f"{plan.id}: expected {planned} stretches of simultaneous speech, got {overlaps}")
    return {
        "id": plan.id,
        "duration_s": _seconds(duration_s),
        "speech": speech,
        "overlap_s": _seconds(sum(end - start for start, end in overlaps)),
        "utterances": _utterances(placed),
        "events": events,
        "features": call_features(plan, placed, speech, events, duration_s),
        "expected": plan.expected,
        "critical_errors": plan.critical_errors,
    }


def _utterances(placed: tuple[Placed, ...]) -> list[dict[str, Any]]:
    spoken = sorted((item for item in placed if not item.line.hold_s), key=lambda item: item.start_s)
    return [
        {"id": item.line.id, "role": item.line.role, "start_s": _seconds(item.start_s),
         "end_s": _seconds(item.end_s), "text": item.line.heard_text}
        for item in spoken
    ]  # fmt: skip


def _speech(placed: tuple[Placed, ...], role: str, duration_s: float) -> list[Span]:
    mask = np.zeros(round(duration_s / FRAME_S), dtype=np.bool_)
    for item in placed:
        if item.line.role == role and not item.line.hold_s:
            frames = speech_frames(item.sound)
            start = round(item.start_s / FRAME_S)
            mask[start : start + len(frames)] |= frames
    bridged: list[Span] = []
    for start_s, end_s in _spans(mask):
        if bridged and start_s - bridged[-1][1] < BRIDGE_BELOW_S - FRAME_S / 2:
            bridged[-1] = (bridged[-1][0], end_s)
        else:
            bridged.append((start_s, end_s))
    return [span for span in bridged if span[1] - span[0] > DROP_BELOW_S - FRAME_S / 2]


def _overlaps(speech: Speech, duration_s: float) -> list[Span]:
    return _spans(_mask(speech["agent"], duration_s) & _mask(speech["customer"], duration_s))


def _events(placed: tuple[Placed, ...], overlaps: list[Span]) -> list[Event]:
    by_id = {item.line.id: item for item in placed}
    events = []
    for item in placed:
        if item.line.kind == "interruption":
            events.append(_interruption(item, by_id[item.line.during or ""], overlaps))
        kind = "hold" if item.line.hold_s else item.line.event
        if item.line.kind == "backchannel":
            kind = "backchannel"
        if kind:
            events.append(_event(kind, item.line.role, item.start_s, item.end_s))
    return events


def _interruption(item: Placed, victim: Placed, overlaps: list[Span]) -> Event:
    start_s, end_s = next(span for span in overlaps if span[1] > item.start_s)
    yielded = victim.end_s - start_s <= YIELD_WITHIN_S
    return _event("interruption", item.line.role, start_s, end_s) | {"yielded": yielded}


def _silences(placed: tuple[Placed, ...], speech: Speech, duration_s: float) -> list[Event]:
    busy = [(item.start_s, item.end_s) for item in placed if item.line.hold_s]
    mask = _mask([*speech["agent"], *speech["customer"], *busy], duration_s)
    events = []
    for start_s, end_s in _spans(~mask):
        # Whose turn it was to speak: whoever breaks the silence in the plan.
        turn_of = next((item.line.role for item in placed if item.start_s >= end_s - FRAME_S), None)
        for kind, least_s in SILENCES_FROM_S.items():
            if end_s - start_s >= least_s:
                events.append(_event(kind, None, start_s, end_s) | {"turn_of": turn_of})
    return events


def _event(kind: str, role: str | None, start_s: float, end_s: float) -> Event:
    return {"kind": kind, "role": role, "start_s": _seconds(start_s), "end_s": _seconds(end_s)}


def _mask(spans: list[Span], duration_s: float) -> Mask:
    mask = np.zeros(round(duration_s / FRAME_S), dtype=np.bool_)
    for start_s, end_s in spans:
        mask[round(start_s / FRAME_S) : round(end_s / FRAME_S)] = True
    return mask


def _spans(mask: Mask) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(_seconds(start * FRAME_S), _seconds(end * FRAME_S)) for start, end in edges.reshape(-1, 2)]


def _seconds(value: float) -> float:
    return round(float(value), 2)
