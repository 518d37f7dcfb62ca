"""Rows of `heard` and `transcripts` → the records that `judge` needs again, exactly as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from voxcx.domain.heard import Finding, Heard, Tone, VoicePiece
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.domain.intervals import Interval
from voxcx.domain.transcript import Recognition, Word
from voxcx.errors import InputError
from voxcx.results.row import read_row

# What listening and transcribing give. Raise it when they give more or otherwise: then all sound is heard anew.
HEARD_VERSION = 2
_WHOLE = TypeAdapter(Interaction)
_word = itemgetter("text", "start_s", "end_s", "confidence", "suspect")


class _Tenths(dict[float, float]):
    """Pitches are stored in four bytes and measured to a tenth: the tenth comes back exactly.

    A call holds thousands, of a few hundred kinds, and rounding is dear.
    """

    def __missing__(self, stored: float) -> float:
        hz = round(stored, 1)
        if len(self) < _MOST_TENTHS:
            self[stored] = hz
        return hz


_TENTHS = _Tenths()
_MOST_TENTHS = 16_384  # more than a voice has


@dataclass(frozen=True, slots=True)
class Place:
    """Where an interaction's rows lie: the results folder and the name of the part."""

    folder: Path
    part: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was heard and recognised of an interaction, and the interaction as it was known then."""

    interaction: Interaction
    heard: Heard
    recognition: Recognition | None


def kept_of(place: Place, interaction_id: str, sound_key: str) -> Kept | None:
    """What a folder keeps of this very sound; None where it keeps another's, not enough, or cannot be read."""
    try:
        heard = read_row(place.folder, "heard", place.part, interaction_id)
        if heard is None or heard.get("sound_key") != sound_key:
            return None
        said = read_row(place.folder, "transcripts", place.part, interaction_id)
    except InputError:
        return None  # it is heard again, which mends it
    interaction = interaction_of(heard)
    known = said is not None and said["by_channel"]
    if interaction.recordings and not known:
        return None
    return Kept(interaction, heard_of(heard), recognition_of(said) if said and known else None)


def interaction_of(heard_row: Mapping[str, Any]) -> Interaction:
    """The interaction: metadata, telephony, recordings, messages."""
    return _WHOLE.validate_json(heard_row["interaction"])


def heard_of(heard_row: Mapping[str, Any]) -> Heard:
    """Channel health and speech per channel."""
    speech, music = (
        tuple(tuple(map(_span, pieces)) for pieces in heard_row.get(name) or ()) for name in ("speech", "music")
    )
    findings = tuple(
        Finding(f["verdict"], f["text"], f["channel"], tuple((m["name"], m["value"]) for m in f["measured"]))
        for f in heard_row["findings"]
    )
    tones = tuple(Tone(one["kind"], one["channel"], _span(one), one["digit"]) for one in heard_row.get("tones") or ())
    voices = tuple(
        tuple(VoicePiece(_span(one), one["level_db"], _pitches(one["pitches_hz"])) for one in channel)
        for channel in heard_row.get("voices") or ()
    )
    return Heard(heard_row["duration_s"], heard_row["verdict"], speech, findings, tones, music, voices)


def _pitches(stored: Iterable[float]) -> tuple[float, ...]:
    return tuple(map(_TENTHS.__getitem__, stored))


def _span(stored: Mapping[str, Any]) -> Interval:
    return Interval(stored["start_s"], stored["end_s"])


def history_of(heard_row: Mapping[str, Any]) -> History:
    """Earlier contacts and canned texts; ``contacts`` None where nobody looked, as in folders of older versions."""
    contacts = heard_row.get("earlier_contacts")
    return History(
        contacts=None if contacts is None else tuple(_contact(one) for one in contacts),
        canned_texts=tuple(heard_row.get("canned_texts") or ()),
        agent_texts=tuple(heard_row.get("agent_texts") or ()),
        ratings_known=bool(heard_row.get("ratings_known")),
    )


def _contact(stored: Mapping[str, Any]) -> Contact:
    ended = stored.get("ended_at")
    times = {
        "started_at": datetime.fromisoformat(stored["started_at"]),
        "ended_at": ended and datetime.fromisoformat(ended),
    }
    return Contact(**{**stored, **times})


def recognition_of(transcript_row: Mapping[str, Any]) -> Recognition:
    """Words per channel."""
    channels = tuple(tuple([Word(*_word(word)) for word in channel]) for channel in transcript_row["words"])
    dropped = tuple((one["name"], int(one["value"])) for one in transcript_row.get("dropped") or ())
    return Recognition(transcript_row["language"], transcript_row["engine"], channels, dropped)
