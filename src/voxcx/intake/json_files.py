"""JSON files of one object, and the interaction inside a result document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from voxcx.config import read_json
from voxcx.errors import InputError

RESULT_SCHEMA = "voxcx.result/1"  # what `voxcx score --format json` and `voxcx simulate calls` write
_NOT_STATED = {"recordings", "agents", "telephony", "messages", "sources", "warnings"}  # measured or derived


def read_json_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object."""
    raw = read_json(path, "a JSON file")
    if not isinstance(raw, dict):
        raise InputError(f"{path}: expected one JSON object in braces, got a {type(raw).__name__}.")
    return raw


def read_metadata_object(path: Path) -> dict[str, Any]:
    """Read what a `--meta` file states: its own fields, or those of the interaction inside a result document."""
    raw = read_json_object(path)
    return stated_in_result(raw, str(path)) if raw.get("schema") == RESULT_SCHEMA else raw


def stated_in_result(document: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The metadata of a result document's interaction: what is null there is not stated."""
    interaction = document.get("interaction")
    if not isinstance(interaction, dict):
        raise InputError(
            f'{where}: expected a {RESULT_SCHEMA} document with an "interaction", got none; write it anew.'
        )
    stated = _stated(interaction)
    recordings = interaction.get("recordings")
    if isinstance(recordings, list) and len(recordings) > 1:
        stated["legs"] = list(_legs(interaction, recordings))
    if isinstance(interaction.get("telephony"), dict):
        stated["telephony"] = _stated(interaction["telephony"])
    return stated


def _legs(interaction: Mapping[str, Any], recordings: list[Any]) -> Iterator[dict[str, Any]]:
    """What the document tells of each recording: where it begins, whose channel is which, which agent."""
    channel = interaction.get("agent_channel", 0)
    for recording in recordings:
        starts_s = recording.get("starts_s", 0.0)
        stated = {"starts": starts_s, "agent_channel": 1 - channel if recording.get("exchanged") else channel}
        yield stated | _agent_at(interaction.get("agents") or [], starts_s)


def _agent_at(agents: list[dict[str, Any]], time_s: float) -> dict[str, Any]:
    """Who handled that moment, as far as the document tells."""
    for agent in agents:
        start_s, end_s = agent.get("start_s"), agent.get("end_s")
        if start_s is not None and end_s is not None and start_s <= time_s < end_s:
            return {name: agent.get(name) for name in ("agent_id", "agent_name", "team")}
    return {}


def _stated(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None and name not in _NOT_STATED}
