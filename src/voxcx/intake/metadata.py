"""What is known of an interaction besides its sound or text: the checked border of `--meta`, manifests and chats."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, ValidationError, field_validator, model_validator

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
from voxcx.intake.json_files import read_json_object, read_metadata_object
from voxcx.intake.leg_fields import LegFields, gather_legs
from voxcx.intake.values import AgentChannel, Count, Finite, LanguageCode, Moment, Offset, Seconds, ZoneName

_WHAT: dict[Kind, str] = {"call": "a recording", "chat": "a record with messages"}


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
    holds: tuple[tuple[Finite, Finite], ...] | None = None
    transfers: Count | None = None
    handover_context: Literal["none", "number", "path", "authenticated", "full"] | None = None
    hangup_by: str | None = None
    wrap_s: Seconds | None = None
    wrap_code: str | None = None
    recording_offset_s: Offset | None = None

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

    model_config = ConfigDict(coerce_numbers_to_str=True)  # exports write ids as numbers

    started_at: Moment
    kind: Kind = "call"
    had_ivr: bool | None = None
    ivr_status: str | None = None
    operator_requests: Count | None = None
    ended_at: Moment | None = None
    channel: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    agent_id: str | None = None
    abandoned: bool | None = None
    blocked: bool | None = None
    contained: bool | None = None
    hangup_by: str | None = None
    queue: str | None = None
    topic: str | None = None
    rating: Finite | None = None
    open_complaint: bool | None = None

    @field_validator("hangup_by")
    @classmethod
    def _known_party(cls, value: str | None) -> str | None:
        return _one_of(value, HANGUP_PARTIES)

    @model_validator(mode="after")
    def _forwards(self) -> ContactFields:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError(f"a contact ends after it starts, got {self.started_at} to {self.ended_at}")
        return self


class Metadata(Checked):
    """All fields of a manifest row, a `--meta` file or a chat that are not sound or messages."""

    model_config = ConfigDict(coerce_numbers_to_str=True)  # exports write ids as numbers

    interaction_id: str | None = None
    kind: Kind | None = None
    started_at: Moment | None = None
    channel: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    language: LanguageCode = None
    customer_id: str | None = None
    customer_name: str | None = None
    customer_zone: ZoneName | None = None
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
    agent_channel: AgentChannel = 0
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
    legs: tuple[LegFields, ...] = ()
    telephony: TelephonyFields = TelephonyFields()

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:
        """Accept `id` for `interaction_id`, several agents in a field, and telephony at the top level."""
        if not isinstance(raw, dict):
            return raw
        fields = one_id(raw)
        gather_legs(fields)
        flat = {name: fields.pop(name) for name in TelephonyFields.model_fields if name in fields}
        nested = fields.get("telephony") or {}
        if flat and isinstance(nested, dict):
            fields["telephony"] = {**nested, **flat}
        return fields

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], where: str) -> Metadata:
        """Check a mapping; a wrong key or value becomes one sentence that starts with ``where``."""
        try:
            return cls.model_validate(dict(raw))
        except ValidationError as error:
            raise InputError(f"{where}: {first_problem(error)}.") from None

    @classmethod
    def from_file(cls, path: Path) -> Metadata:
        """Read a `--meta` JSON file or a result document; ``telephony`` may name another JSON file beside it."""
        raw = read_metadata_object(path)
        if isinstance(raw.get("telephony"), str):
            raw["telephony"] = read_json_object(path.parent / raw["telephony"])
        return cls.from_mapping(raw, str(path))

    def over(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with these fields laid over it: what is stated here wins, telephony fact by fact."""
        stated = self.model_dump(mode="json", exclude_unset=True)
        return {**one_id(record), **stated.pop("telephony", {}), **stated}

    def refuse_unless(self, kind: Kind, where: str) -> None:
        """Refuse a stated kind that the input itself contradicts."""
        if self.kind not in {None, kind}:
            raise InputError(
                f'{where}: expected the kind "{kind}" for {_WHAT[kind]}, got "{self.kind}"; correct it or the input.'
            )

    def history(self) -> History:
        """Earlier contacts and canned texts, as far as the metadata gives them."""
        if self.earlier_contacts is None:
            return History(canned_texts=self.canned_texts)
        contacts = tuple(Contact(**contact.model_dump()) for contact in self.earlier_contacts)
        stated = any("rating" in contact.model_fields_set for contact in self.earlier_contacts)
        return History(contacts, self.canned_texts, ratings_known=stated)

    def fields(self) -> dict[str, Any]:
        """The fields that `Interaction` takes as they are."""
        skip = {"interaction_id", "kind", "telephony", "earlier_contacts", "canned_texts", "legs"}
        known = set(Interaction.__dataclass_fields__)
        return {name: getattr(self, name) for name in type(self).model_fields if name in known - skip}


def one_id(record: Mapping[str, Any]) -> dict[str, Any]:
    """Sources may write `id`; inside there is one name, and it wins where both stand."""
    fields = dict(record)
    if "id" in fields:
        fields.setdefault("interaction_id", fields.pop("id"))
    return fields


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is not None and value not in allowed:
        raise ValueError(f"expected one of {', '.join(allowed)}")
    return value
