"""One input → one Interaction with what history its metadata carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from voxcx.domain.interaction import History, Interaction, Recording, Telephony
from voxcx.domain.intervals import Interval
from voxcx.errors import InputError
from voxcx.intake.audio import probe
from voxcx.intake.chat import chat_interaction
from voxcx.intake.metadata import Metadata, read_json_object

CHAT_SUFFIX = ".json"


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
    recording = probe(path)
    interaction = Interaction(
        id=metadata.interaction_id or path.stem,
        kind="call",
        recordings=(recording,),
        telephony=clipped(metadata.telephony.record(), recording, skew_s),
        input_sha256=recording.sha256,
        **metadata.fields(),
    )
    return interaction, metadata.history()


def clipped(telephony: Telephony, recording: Recording, skew_s: float) -> Telephony:
    """Holds inside the recording; clock skew up to ``skew_s`` is cut off with a warning, more is refused."""
    if not telephony.holds:
        return telephony
    whole = Interval(0.0, recording.duration_s)
    kept, warnings = [], list(telephony.warnings)
    for hold in telephony.holds:
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
    return replace(telephony, holds=tuple(kept), warnings=tuple(warnings))


def _open_chat(path: Path, metadata: Metadata | None) -> tuple[Interaction, History]:
    if not path.exists():
        raise InputError(f"{path}: expected a chat, found no such file; check the path.")
    record = read_json_object(path)
    if metadata is not None:
        record = {**record, **metadata.model_dump(mode="json", exclude_unset=True)}
    chat, fields = chat_interaction(record, str(path))
    return chat, fields.history()


def _beside(path: Path | None) -> Metadata:
    if path is not None and (meta := path.with_suffix(".json")).exists():
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
