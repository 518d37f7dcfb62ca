"""One input → one Interaction with what history its metadata carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from voxcx.domain.interaction import History, Interaction, Recording, Telephony
from voxcx.domain.intervals import Interval, Intervals, gaps, union
from voxcx.errors import InputError
from voxcx.intake.audio import probe
from voxcx.intake.chat import chat_interaction
from voxcx.intake.job import CHAT_SUFFIX
from voxcx.intake.json_files import read_json_object
from voxcx.intake.metadata import Metadata


def open_interaction(
    path: Path | None, metadata: Metadata | None = None, skew_s: float = 2.0
) -> tuple[Interaction, History]:
    """Open a recording or a chat `.json`; ``INPUT.json`` beside a recording is its metadata unless one is given.

    ``path`` None is a row without a recording (abandoned, blocked, contained): it stays an interaction.

    Raises:
        InputError: the input cannot be used, or telephony events lie outside the call by more than ``skew_s``.
    """
    if path is not None and path.suffix.lower() == CHAT_SUFFIX:
        return _open_chat(path, metadata)
    metadata = metadata or _beside(path)
    if path is None:
        return _without_recording(metadata)
    metadata.refuse_unless("call", path.name)
    return recorded(probe(path), metadata, skew_s)


def recorded(recording: Recording, metadata: Metadata, skew_s: float) -> tuple[Interaction, History]:
    """The call of a recording that has been measured."""
    telephony = clipped(metadata.telephony.record(), recording, skew_s)
    if not (metadata.abandoned or metadata.contained):  # then nobody talked, however long it was recorded
        refuse_without_talk(telephony, recording)
    interaction = Interaction(
        id=metadata.interaction_id or recording.path.stem,
        kind="call",
        recordings=(recording,),
        telephony=telephony,
        input_sha256=recording.sha256,
        **metadata.fields(),
    )
    return interaction, metadata.history()


def clipped(telephony: Telephony, recording: Recording, skew_s: float) -> Telephony:
    """Telephony inside the recording: clock skew up to ``skew_s`` is cut off with a warning, more is refused.

    IVR and queue may precede the recording, but not outlast it; holds lie inside it.
    """
    end_s = recording.duration_s
    reached_s = _answered_s(telephony)
    if reached_s > end_s + skew_s:
        raise InputError(
            f"{recording.path.name}: expected IVR and queue to end inside the recording of {end_s:.1f} s, got "
            f"their end at {reached_s:.1f} s of it; check the clocks or recording_offset_s."
        )
    kept, warnings = _inside(telephony, recording, skew_s)
    if reached_s > end_s:
        warnings += (f"IVR and queue end {reached_s - end_s:.1f} s after the recording",)
    holds = None if telephony.holds is None else kept
    return replace(telephony, holds=holds, warnings=(*telephony.warnings, *warnings))


def refuse_without_talk(telephony: Telephony, recording: Recording) -> None:
    """Refuse IVR and queue that leave nothing of the recording to talk in: every figure of talk would be a false 0."""
    reached_s = _answered_s(telephony)
    if reached_s <= 0:
        return
    left = gaps(union(telephony.holds or (), (Interval(0.0, reached_s),)), Interval(0.0, recording.duration_s))
    if not left:
        raise InputError(
            f"{recording.path.name}: expected IVR and queue to leave some talk in the recording of "
            f"{recording.duration_s:.1f} s, got their end at {reached_s:.1f} s of it; check recording_offset_s, or "
            "state abandoned or contained."
        )


def _answered_s(telephony: Telephony) -> float:
    """Where IVR and queue end, seconds from the recording's start; without an offset they precede it."""
    if telephony.recording_offset_s is None:
        return 0.0
    return (telephony.ivr_time_s or 0.0) + (telephony.queue_wait_s or 0.0) - telephony.recording_offset_s


def _inside(telephony: Telephony, recording: Recording, skew_s: float) -> tuple[Intervals, tuple[str, ...]]:
    """Holds cut to the recording, and what was cut."""
    whole = Interval(0.0, recording.duration_s)
    kept, warnings = [], []
    for hold in telephony.holds or ():
        if hold.start_s < -skew_s or hold.end_s > whole.end_s + skew_s:
            raise InputError(
                f"{recording.path.name}: expected holds inside the recording of {whole.end_s:.1f} s, got "
                f"[{hold.start_s}, {hold.end_s}]; check the clocks or recording_offset_s."
            )
        inside = hold & whole
        if inside != hold:
            warnings.append(f"hold [{hold.start_s}, {hold.end_s}] was clipped to the recording")
        if inside:
            kept.append(inside)
    return tuple(kept), tuple(warnings)


def _open_chat(path: Path, metadata: Metadata | None) -> tuple[Interaction, History]:
    if not path.exists():
        raise InputError(f"{path}: expected a chat, found no such file; check the path.")
    record = read_json_object(path)
    if metadata is not None:
        record = metadata.over(record)
    chat, fields = chat_interaction(record, str(path))
    return chat, fields.history()


def _beside(path: Path | None) -> Metadata:
    if path is not None and path.is_file() and (meta := path.with_suffix(".json")).exists():
        return Metadata.from_file(meta)
    return Metadata()


def _without_recording(metadata: Metadata) -> tuple[Interaction, History]:
    if metadata.interaction_id is None:
        raise InputError("A row without a recording: expected an interaction_id, got none; name the interaction.")
    interaction = Interaction(
        id=metadata.interaction_id,
        kind=metadata.kind or "call",
        telephony=metadata.telephony.record(),
        **metadata.fields(),
    )
    return interaction, metadata.history()
