"""What is known of an interaction besides its sound or text: the checked border of `--meta`, manifests and chats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from voxcx.config import Checked, first_problem
from voxcx.domain.interaction import (
    HANGUP_PARTIES,
    IVR_STATUSES,
    Contact,
    History,
    Interaction,
    Kind,
    Telephony,
)
from voxcx.domain.intervals import Interval, union
from voxcx.errors import InputError

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class TelephonyFields(Checked):
    """The telephony record as users write it; holds are [start_s, end_s] from the recording's start."""

    ivr_time_s: Seconds | None = None
    ivr_status: str | None = None
    ivr_path: str | None = None
    ivr_steps: Count | None = None
    ivr_last_node: str | None = None
    ivr_intent: str | None = None
    ivr_no_input: Count | None = None
    ivr_no_match: Count | None = None
    ivr_operator_requests: Count | None = None
    ivr_authenticated: bool | None = None
    queue_wait_s: Seconds | None = None
    holds: tuple[tuple[float, float], ...] | None = None
    transfers: Count | None = None
    handover_context: Literal["none", "number", "path", "authenticated", "full"] | None = None
    hangup_by: str | None = None
    wrap_s: Seconds | None = None
    wrap_code: str | None = None
    recording_offset_s: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @field_validator("ivr_status")
    @classmethod
    def _known_status(cls, value: str | None) -> str | None:
        return _one_of(value, IVR_STATUSES)

    @field_validator("hangup_by")
    @classmethod
    def _known_party(cls, value: str | None) -> str | None:
        return _one_of(value, HANGUP_PARTIES)

    @field_validator("holds", mode="after")
    @classmethod
    def _forwards(cls, value: tuple[tuple[float, float], ...] | None) -> tuple[tuple[float, float], ...] | None:
        for start_s, end_s in value or ():
            if not start_s <= end_s:
                raise ValueError(f"a hold ends after it starts, got [{start_s}, {end_s}]")
        return value

    def record(self) -> Telephony:
        """The domain record."""
        fields = self.model_dump(exclude={"holds"})
        holds = None if self.holds is None else union(Interval(*pair) for pair in self.holds)
        return Telephony(holds=holds, **fields)


class ContactFields(Checked):
    """One earlier contact of the same customer."""

    started_at: datetime
    kind: Kind = "call"
    had_ivr: bool | None = None
    ivr_status: str | None = None
    operator_requests: Count | None = None

    @field_validator("started_at")
    @classmethod
    def _zoned(cls, value: datetime) -> datetime:
        return with_zone(value)


class Metadata(Checked):
    """All fields of a manifest row, a `--meta` file or a chat that are not sound or messages."""

    interaction_id: str | None = None
    kind: Kind | None = None
    started_at: datetime | None = None
    channel: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    language: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    ticket_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    company: str | None = None
    team: str | None = None
    agent_since: str | None = None
    queue: str | None = None
    skill: str | None = None
    priority: str | None = None
    process: str | None = None
    topic: str | None = None
    agent_channel: Annotated[int, Field(ge=0, le=1)] = 0
    abandoned: bool | None = None
    blocked: bool | None = None
    blocked_type: str | None = None
    contained: bool | None = None
    flow_out: bool | None = None
    callback_of: str | None = None
    survey_invited: bool | None = None
    prefers_human: bool | None = None
    earlier_contacts: tuple[ContactFields, ...] | None = None
    canned_texts: tuple[str, ...] = ()
    telephony: TelephonyFields = TelephonyFields()

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:
        """Accept `id` for `interaction_id` and telephony fields at the top level, as manifests have them."""
        if not isinstance(raw, dict):
            return raw
        fields = dict(raw)
        if "id" in fields:
            fields.setdefault("interaction_id", fields.pop("id"))
        flat = {name: fields.pop(name) for name in TelephonyFields.model_fields if name in fields}
        nested = fields.get("telephony") or {}
        if flat and isinstance(nested, dict):
            fields["telephony"] = {**nested, **flat}
        return fields

    @field_validator("started_at")
    @classmethod
    def _zoned(cls, value: datetime | None) -> datetime | None:
        return None if value is None else with_zone(value)

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], where: str) -> Metadata:
        """Check a mapping; a wrong key or value becomes one sentence that starts with ``where``."""
        try:
            return cls.model_validate(dict(raw))
        except ValidationError as error:
            raise InputError(f"{where}: {first_problem(error)}.") from None

    @classmethod
    def from_file(cls, path: Path) -> Metadata:
        """Read a `--meta` JSON file; ``telephony`` may name another JSON file beside it."""
        raw = read_json_object(path)
        if isinstance(raw.get("telephony"), str):
            raw["telephony"] = read_json_object(path.parent / raw["telephony"])
        return cls.from_mapping(raw, str(path))

    def history(self) -> History:
        """Earlier contacts and canned texts, as far as the metadata gives them."""
        if self.earlier_contacts is None:
            return History(canned_texts=self.canned_texts)
        contacts = tuple(Contact(**contact.model_dump()) for contact in self.earlier_contacts)
        return History(contacts=contacts, canned_texts=self.canned_texts)

    def fields(self) -> dict[str, Any]:
        """The fields that `Interaction` takes as they are."""
        skip = {"interaction_id", "kind", "telephony", "earlier_contacts", "canned_texts"}
        known = set(Interaction.__dataclass_fields__)
        return {name: getattr(self, name) for name in type(self).model_fields if name in known - skip}


def read_json_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: expected a JSON file, found none; check the path.") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: expected JSON, got text that breaks at {error}; mend or re-export it.") from None
    except OSError as error:
        raise InputError(f"{path}: expected a JSON file, got one that cannot be read ({error.strerror}).") from None
    if not isinstance(raw, dict):
        raise InputError(f"{path}: expected one JSON object in braces, got a {type(raw).__name__}.")
    return raw


def with_zone(value: datetime) -> datetime:
    """Times without a zone are taken as UTC, so that they can be compared at all."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is not None and value not in allowed:
        raise ValueError(f"expected one of {', '.join(allowed)}")
    return value
