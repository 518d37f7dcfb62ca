"""Plan → what a result would say if it were right: speech, phases, events, words. Seconds, multiples of 0.01."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from voxcx.simulation.calls.frames import seconds
from voxcx.simulation.calls.plan import Mark, Plan
from voxcx.simulation.calls.script import OTHER, PARTIES
from voxcx.simulation.calls.turns import TurnTaken, latencies_of, turns_of

Json = dict[str, Any]
TAKEN_UP_AGAIN = 300  # frames


def timeline_of(plan: Plan) -> Json:
    """The ``timeline`` object of a result."""
    turns = turns_of(plan)
    marks = [*plan.marks, *(Mark("latency", party, *span) for party, span in latencies_of(plan))]
    marks.sort(key=lambda mark: (mark.start, mark.end, mark.kind))
    return {
        "duration_s": seconds(plan.length),
        "speech": {party: [[seconds(start), seconds(end)] for start, end in plan.speech(party)] for party in PARTIES},
        "phases": [
            {"kind": kind, "start_s": seconds(start), "end_s": seconds(end), "source": "audio", "confidence": 1.0}
            for kind, start, end in plan.phases
        ],
        "events": [_event(mark, turns) for mark in marks],
        "disagreements": [],
    }


def transcript_of(plan: Plan, language: str) -> Json:
    """The ``transcript`` object: an utterance a clip, with the words that are heard."""
    return {"language": language, "engine": "simulation", "utterances": list(_utterances(plan)), "dropped": {}}


def _utterances(plan: Plan) -> Iterator[Json]:
    for one in plan.placed:
        words = [
            {
                "text": word.text,
                "start_s": seconds(one.start + word.start),
                "end_s": seconds(one.start + word.end),
                "confidence": None,
                "suspect": None,
            }
            for word in one.said.words
        ]
        yield {
            "role": one.party,
            "start_s": words[0]["start_s"],
            "end_s": words[-1]["end_s"],
            "text": one.said.text,
            "words": words,
        }


def _event(mark: Mark, turns: Sequence[TurnTaken]) -> Json:
    return {
        "kind": mark.kind,
        "role": mark.role,
        "start_s": seconds(mark.start),
        "end_s": seconds(mark.end),
        "yielded": mark.yielded,
        "cut_in_suspected": _cut_in(mark, turns) if mark.kind == "terminal_overlap" else None,
        "detail": mark.detail,
    }


def _cut_in(mark: Mark, turns: Sequence[TurnTaken]) -> bool:
    """The script lets a line finish under a terminal overlap, so it is cut in on only if taken up again within 3 s."""
    if mark.role is None:
        return False
    victim = OTHER[mark.role]
    again = (turn.start for turn in turns if turn.party == victim and turn.start >= mark.end)
    return next(again, mark.end + TAKEN_UP_AGAIN + 1) - mark.end <= TAKEN_UP_AGAIN
