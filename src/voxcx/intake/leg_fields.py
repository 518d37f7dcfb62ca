"""What is stated of each recording of one interaction: whose it is, where it begins, which channel is the agent's.

A record of each (``legs``), or, as tables have it, several values in one field: a list, or a text with ``;`` between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from voxcx.config import Checked
from voxcx.intake.values import AgentChannel, Moment, Offset, no_truth_value

BETWEEN = ";"
STARTS = "recording_starts"
_AGENT = ("agent_id", "agent_name", "team")
LEG_COLUMNS = (*_AGENT, "agent_channel", STARTS)
_SECONDS, _MOMENT = TypeAdapter(Offset), TypeAdapter(Moment)


def _start(value: object) -> float | datetime | None:
    """Seconds, or a time with or without a zone; a number is never taken for a Unix time."""
    if value is None or isinstance(value, float):
        return value if value is None else _SECONDS.validate_python(value)
    for kind in (_SECONDS, _MOMENT):
        try:
            return kind.validate_python(no_truth_value(value))
        except ValidationError:
            continue
    raise ValueError(f"expected {STARTS} in seconds from the first recording's start, or as ISO 8601 times")


class LegFields(Checked):
    """One recording of several; None says nothing."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    agent_id: str | None = None
    agent_name: str | None = None
    team: str | None = None
    agent_channel: AgentChannel | None = None
    starts: Annotated[float | datetime | None, BeforeValidator(_start)] = None

    @property
    def places_sound(self) -> bool:
        """Whether it tells something of a recording, not only of an agent."""
        return self.agent_channel is not None or self.starts is not None


def gather_legs(fields: dict[str, Any]) -> None:
    """Fields of several values become ``legs``; a single value stays and holds for all of them.

    Of several agents the plain fields then name the last one known, of several channels the first.
    """
    columns = {name: values for name in LEG_COLUMNS if (values := _several(fields.get(name), name)) is not None}
    for name in columns:
        del fields[name]
    if fields.get("legs") and columns:
        raise ValueError(f"legs: expected legs or several values in {', '.join(columns)}, not both")
    if columns:
        _refuse_unequal(columns)
        fields["legs"] = [_leg(columns, k) for k in range(len(next(iter(columns.values()))))]
    legs = [leg for leg in fields.get("legs") or () if isinstance(leg, dict)]
    for name in _AGENT:
        known = [leg[name] for leg in legs if leg.get(name) not in {None, ""}]
        if known:
            fields[name] = known[-1]
    if legs and legs[0].get("agent_channel") is not None:
        fields["agent_channel"] = legs[0]["agent_channel"]


def _several(value: object, name: str) -> list[Any] | None:
    """The values where there are several; starts always are, be there one."""
    if isinstance(value, str) and (BETWEEN in value or name == STARTS):
        return [part.strip() or None for part in value.split(BETWEEN)]
    if isinstance(value, list | tuple):
        return list(value)
    return [value] if name == STARTS and value is not None else None


def _refuse_unequal(columns: dict[str, list[Any]]) -> None:
    counts = {name: len(values) for name, values in columns.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{count} in {name}" for name, count in counts.items())
        raise ValueError(f"expected one value for all recordings or as many as there are recordings, got {told}")


def _leg(columns: dict[str, list[Any]], k: int) -> dict[str, Any]:
    named = {"starts" if name == STARTS else name: values[k] for name, values in columns.items()}
    return {name: value for name, value in named.items() if value is not None}
