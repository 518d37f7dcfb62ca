"""One input, or the recordings of one call → one Interaction with what history its metadata carries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from voxcx.domain.interaction import History, Interaction, Recording, Telephony
from voxcx.domain.intervals import Interval, Intervals, gaps, union
from voxcx.errors import InputError
from voxcx.intake.audio import probe
from voxcx.intake.chat import chat_interaction
from voxcx.intake.job import CHAT_SUFFIX
from voxcx.intake.json_files import read_json_object
from voxcx.intake.legs import placed, stints, with_gaps
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
    return _without_recording(metadata) if path is None else open_call((path,), metadata, skew_s)


def open_inputs(
    paths: Sequence[Path], metadata: Metadata | None = None, skew_s: float = 2.0
) -> tuple[Interaction, History]:
    """One input as ``open_interaction`` opens it, or several recordings of one call."""
    return open_interaction(paths[0], metadata, skew_s) if len(paths) == 1 else open_call(paths, metadata, skew_s)


def open_call(
    paths: Sequence[Path], metadata: Metadata | None = None, skew_s: float = 2.0
) -> tuple[Interaction, History]:
    """Open the recordings of one call, in order; the metadata beside the first unless they are given.

    Raises:
        InputError: one of them cannot be used (its name is told), or as ``open_interaction`` and ``legs.placed`` do.
    """
    metadata = metadata or _beside(paths[0])
    metadata.refuse_unless("call", paths[0].name)
    return recorded([_probed(path, k, len(paths)) for k, path in enumerate(paths, 1)], metadata, skew_s)


def _probed(path: Path, number: int, of: int) -> Recording:
    try:
        return probe(path)
    except InputError as error:
        if of == 1:
            raise
        raise InputError(f"Recording {number} of {of}: {error}") from None


def recorded(recordings: Sequence[Recording], metadata: Metadata, skew_s: float) -> tuple[Interaction, History]:
    """The call of recordings that have been measured."""
    on_clock, moved = placed(recordings, metadata, skew_s)
    agents = stints(metadata, on_clock)
    telephony = clipped(metadata.telephony.record(), on_clock, skew_s)
    telephony = with_gaps(telephony, on_clock, agents, skew_s)
    if not (metadata.abandoned or metadata.contained):  # then nobody talked, however long it was recorded
        refuse_without_talk(telephony, on_clock)
    interaction = Interaction(
        id=metadata.interaction_id or on_clock[0].path.stem,
        kind="call",
        agents=agents,
        recordings=on_clock,
        telephony=replace(telephony, warnings=(*telephony.warnings, *moved)),
        input_sha256=_digest(on_clock),
        **metadata.fields(),
    )
    return interaction, metadata.history()


def _digest(recordings: Sequence[Recording]) -> str:
    """The file's own digest; of several files the digest of theirs."""
    every = [recording.sha256 for recording in recordings]
    return every[0] if len(every) == 1 else hashlib.sha256("".join(every).encode()).hexdigest()


def clipped(telephony: Telephony, recordings: Sequence[Recording], skew_s: float) -> Telephony:
    """Telephony inside what was recorded: clock skew up to ``skew_s`` is cut off with a warning, more is refused.

    IVR and queue may precede the recording, but not outlast it; holds lie inside it.
    """
    end_s = recordings[-1].span.end_s
    name = recordings[0].path.name
    reached_s = _answered_s(telephony)
    if reached_s > end_s + skew_s:
        raise InputError(
            f"{name}: expected IVR and queue to end inside the recording of {end_s:.1f} s, got "
            f"their end at {reached_s:.1f} s of it; check the clocks or recording_offset_s."
        )
    kept, warnings = _inside(telephony, Interval(0.0, end_s), name, skew_s)
    if reached_s > end_s:
        warnings += (f"IVR and queue end {reached_s - end_s:.1f} s after the recording",)
    holds = None if telephony.holds is None else kept
    return replace(telephony, holds=holds, warnings=(*telephony.warnings, *warnings))


def refuse_without_talk(telephony: Telephony, recordings: Sequence[Recording]) -> None:
    """Refuse IVR and queue that leave nothing of the recording to talk in: every figure of talk would be a false 0."""
    reached_s = _answered_s(telephony)
    if reached_s <= 0:
        return
    end_s = recordings[-1].span.end_s
    held = union(telephony.holds or (), telephony.unrecorded, (Interval(0.0, reached_s),))
    if not gaps(held, Interval(0.0, end_s)):
        raise InputError(
            f"{recordings[0].path.name}: expected IVR and queue to leave some talk in the recording of "
            f"{end_s:.1f} s, got their end at {reached_s:.1f} s of it; check recording_offset_s, or "
            "state abandoned or contained."
        )


def _answered_s(telephony: Telephony) -> float:
    """Where IVR and queue end, seconds from the recording's start; without an offset they precede it."""
    if telephony.recording_offset_s is None:
        return 0.0
    return (telephony.ivr_time_s or 0.0) + (telephony.queue_wait_s or 0.0) - telephony.recording_offset_s


def _inside(telephony: Telephony, whole: Interval, name: str, skew_s: float) -> tuple[Intervals, tuple[str, ...]]:
    """Holds cut to the recording, and what was cut."""
    kept, warnings = [], []
    for hold in telephony.holds or ():
        if hold.start_s < -skew_s or hold.end_s > whole.end_s + skew_s:
            raise InputError(
                f"{name}: expected holds inside the recording of {whole.end_s:.1f} s, got "
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
    agents = stints(metadata)
    interaction = Interaction(
        id=metadata.interaction_id,
        kind=metadata.kind or "call",
        agents=agents,
        telephony=with_gaps(metadata.telephony.record(), (), agents, 0.0),
        **metadata.fields(),
    )
    return interaction, metadata.history()
