"""The neutral schema: one call of any telephone system, as `telephony.jsonl` holds it (docs/telephony.md)."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from voxcx.config import Checked
from voxcx.intake.metadata import TelephonyFields
from voxcx.intake.telephony.draft import LegKind, Outcome
from voxcx.intake.values import Moment

SCHEMA: Final = "voxcx.telephony/1"


class HoldSpan(Checked):
    """One hold, by the clock."""

    started_at: Moment
    ended_at: Moment

    @model_validator(mode="after")
    def _forwards(self) -> HoldSpan:
        if self.ended_at < self.started_at:
            raise ValueError("a hold ends after it starts")
        return self


class CallLeg(Checked):
    """One stretch: in the IVR, in a queue or with an agent; ``ended_at`` None is not known."""

    kind: LegKind
    started_at: Moment
    ended_at: Moment | None = None
    nodes: tuple[str, ...] = ()  # of the IVR
    queue: str | None = None
    outcome: Outcome | None = None  # of the queue; of an agent: transferred or None
    agent_id: str | None = None
    holds: tuple[HoldSpan, ...] | None = None  # None: not known

    @model_validator(mode="after")
    def _forwards(self) -> CallLeg:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("a leg ends after it starts")
        return self


class CallRecord(Checked):
    """One call: its legs in order, and the facts that voxcx uses, which the legs give."""

    schema_: Literal["voxcx.telephony/1"] = Field(SCHEMA, alias="schema")
    source: str
    call_id: str
    other_ids: tuple[str, ...] = ()
    started_at: Moment
    ended_at: Moment | None = None
    recording_started_at: Moment | None = None
    direction: Literal["inbound", "outbound"] | None = None
    customer_id: str | None = None
    queue: str | None = None
    agent_id: str | None = None
    agents: tuple[str, ...] = ()
    abandoned: bool | None = None
    contained: bool | None = None
    flow_out: bool | None = None
    legs: tuple[CallLeg, ...] = ()
    telephony: TelephonyFields = TelephonyFields()

    @model_validator(mode="after")
    def _forwards(self) -> CallRecord:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("a call ends after it starts")
        return self
