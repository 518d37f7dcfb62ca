"""Rows of `heard` and `transcripts` → the records that `judge` needs again, exactly as they were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from voxcx.domain.heard import Finding, Heard
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Recognition, Word

_WHOLE = TypeAdapter(Interaction)


def interaction_of(heard_row: Mapping[str, Any]) -> Interaction:
    """The interaction: metadata, telephony, recordings, messages."""
    return _WHOLE.validate_json(heard_row["interaction"])


def heard_of(heard_row: Mapping[str, Any]) -> Heard:
    """Channel health and speech per channel."""
    speech = tuple(tuple(Interval(p["start_s"], p["end_s"]) for p in pieces) for pieces in heard_row["speech"])
    findings = tuple(
        Finding(f["verdict"], f["text"], f["channel"], tuple((m["name"], m["value"]) for m in f["measured"]))
        for f in heard_row["findings"]
    )
    return Heard(heard_row["duration_s"], heard_row["verdict"], speech, findings)


def history_of(heard_row: Mapping[str, Any]) -> History:
    """Earlier contacts and canned texts; ``contacts`` None where nobody looked, as in folders of older versions."""
    contacts = heard_row.get("earlier_contacts")
    return History(
        contacts=None if contacts is None else tuple(_contact(one) for one in contacts),
        canned_texts=tuple(heard_row.get("canned_texts") or ()),
    )


def _contact(stored: Mapping[str, Any]) -> Contact:
    return Contact(**{**stored, "started_at": datetime.fromisoformat(stored["started_at"])})


def recognition_of(transcript_row: Mapping[str, Any]) -> Recognition:
    """Words per channel."""
    channels = tuple(tuple(Word(**word) for word in channel) for channel in transcript_row["words"])
    dropped = tuple((one["name"], int(one["value"])) for one in transcript_row.get("dropped") or ())
    return Recognition(transcript_row["language"], transcript_row["engine"], channels, dropped)
