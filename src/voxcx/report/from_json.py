"""The documented JSON of a result back to the records that rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from voxcx.domain.features import Feature, FeatureRow
from voxcx.domain.interaction import Interaction, Recording, Stint, Telephony
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.timeline import Event, Phase, Timeline
from voxcx.domain.transcript import Transcript, Utterance, Word

Json = Mapping[str, Any]
SENTENCE_OF_ROLES = "roles"  # key of provenance.gaps that says why the parties cannot be told apart


@dataclass(frozen=True, slots=True)
class Reread:
    """What a result document keeps. Earlier contacts, canned texts and a chat's bare messages are not in it."""

    interaction: Interaction
    transcript: Transcript
    timeline: Timeline
    features: FeatureRow


def reread(document: Json) -> Reread:
    """A checked document (``as_json.read_document``) as records."""
    return Reread(
        _interaction(document["interaction"], document["provenance"]["input_sha256"]),
        transcript_of(document["transcript"]),
        _timeline(document["timeline"], document["provenance"]["gaps"].get(SENTENCE_OF_ROLES)),
        _features(document["features"]),
    )


def _interaction(stored: Json, input_sha256: str | None) -> Interaction:
    known = {field.name for field in fields(Interaction)}
    plain = {name: value for name, value in stored.items() if name in known}
    started = stored["started_at"]
    return Interaction(
        **plain
        | {
            "started_at": datetime.fromisoformat(started) if started else None,
            "agents": tuple(Stint(**one) for one in stored["agents"]),
            "recordings": tuple(_recording(one) for one in stored["recordings"]),
            "telephony": _telephony(stored["telephony"]),
            "input_sha256": input_sha256,
        }
    )


def _recording(stored: Json) -> Recording:
    facts = {name: value for name, value in stored.items() if name != "file"}
    return Recording(Path(stored["file"]), **facts)


def _telephony(stored: Json) -> Telephony:
    facts = {name: value for name, value in stored.items() if name != "sources"}
    holds = stored["holds"]
    spans = None if holds is None else _spans(holds)
    return Telephony(**facts | {"holds": spans, "warnings": tuple(stored["warnings"])})


def transcript_of(stored: Json) -> Transcript:
    """The `transcript` object of a document."""
    utterances = (
        Utterance(one["role"], tuple(Word(**word) for word in one["words"]), one["text"])
        for one in stored["utterances"]
    )
    return Transcript(stored["language"], stored["engine"], tuple(utterances), tuple(stored["dropped"].items()))


def _timeline(stored: Json, distrust: str | None) -> Timeline:
    speech = {role: _spans(pieces) for role, pieces in stored["speech"].items()}
    return Timeline(
        stored["duration_s"],
        speech.get("agent", ()),
        speech.get("customer", ()),
        speech.get("unknown", ()),
        tuple(Phase(one["kind"], _span(one), one["source"], one["confidence"]) for one in stored["phases"]),
        tuple(_event(one) for one in stored["events"]),
        distrust=distrust,
    )


def _event(stored: Json) -> Event:
    plain = {name: value for name, value in stored.items() if name not in {"start_s", "end_s"}}
    return Event(span=_span(stored), **plain)


def _features(stored: Json) -> FeatureRow:
    missing, evidence, sources = stored["missing"], stored["evidence"], stored["sources"]
    return FeatureRow(
        tuple(
            Feature(name, value, missing.get(name), _spans(evidence.get(name, ())), sources.get(name))
            for name, value in stored["values"].items()
        ),
        stored["schema_version"],
    )


def _span(stored: Json) -> Interval:
    return Interval(stored["start_s"], stored["end_s"])


def _spans(stored: Iterable[Iterable[float]]) -> Intervals:
    return tuple(Interval(*pair) for pair in stored)
