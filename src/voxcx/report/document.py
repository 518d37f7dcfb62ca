"""The result document, checked: what ``voxcx.result/1`` promises to everyone who reads our JSON.

Times are seconds from the recording's start (in a chat: from the first message), rounded to 3 decimals. An interval
is ``[start_s, end_s]``. Missing is null; its reason is in ``features.missing`` or ``provenance.gaps``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from voxcx.config import Checked
from voxcx.domain.heard import Verdict as ChannelsVerdict
from voxcx.domain.interaction import Kind, Role, Source
from voxcx.domain.qa import Judge, Kano, Mode, Party, Severity, Verdict
from voxcx.domain.timeline import EventKind, PhaseKind

SCHEMA_NAME = "voxcx.result/1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Span = tuple[float, float]
Percent = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
FeatureValue = int | float | str | None


class RecordingDoc(Checked):
    """A file that was analysed; only its name, never a path of somebody's machine."""

    file: str
    sha256: str
    duration_s: float
    channels: int
    sample_rate_hz: int
    truncated: bool
    starts_s: float = Field(description="where it begins on the interaction's clock, which starts with the first")
    exchanged: bool = Field(description="its channels are exchanged: its agent sits on the other one than in the first")


class AgentDoc(Checked):
    """One agent's part of the contact; times are null where nothing tells when."""

    agent_id: str | None
    agent_name: str | None
    team: str | None
    start_s: float | None
    end_s: float | None


class TelephonyDoc(Checked):
    """Facts of the call record; ``sources`` says for each fact whether anybody stated it."""

    ivr_time_s: float | None
    ivr_status: str | None
    ivr_path: str | None
    ivr_steps: int | None
    ivr_last_node: str | None
    ivr_intent: str | None
    ivr_no_input: int | None
    ivr_no_match: int | None
    ivr_operator_requests: int | None
    ivr_authenticated: bool | None
    queue_wait_s: float | None
    holds: list[Span] | None
    transfers: int | None
    handover_context: str | None
    hangup_by: str | None
    wrap_s: float | None
    wrap_code: str | None
    recording_offset_s: float | None
    sources: dict[str, Source]
    warnings: list[str]


class InteractionDoc(Checked):
    """Who, when, where; the texts of a chat are in the transcript."""

    id: str
    kind: Kind
    started_at: str | None
    channel: str | None
    direction: str | None
    language: str | None
    customer_id: str | None
    customer_name: str | None
    ticket_id: str | None
    agent_id: str | None
    agent_name: str | None
    company: str | None
    team: str | None
    agent_since: str | None
    queue: str | None
    skill: str | None
    priority: str | None
    process: str | None
    topic: str | None
    agent_channel: int
    abandoned: bool | None
    blocked: bool | None
    blocked_type: str | None
    contained: bool | None
    flow_out: bool | None
    callback_of: str | None
    survey_invited: bool | None
    prefers_human: bool | None
    customer_zone: str | None
    agents: list[AgentDoc]
    recordings: list[RecordingDoc]
    telephony: TelephonyDoc


class FindingDoc(Checked):
    """One thing noticed about the channels."""

    verdict: ChannelsVerdict
    text: str
    channel: int | None
    measured: dict[str, float]


class ChannelsDoc(Checked):
    """Can the recording be trusted, and who sits on which channel."""

    verdict: ChannelsVerdict
    roles: dict[str, Role]
    findings: list[FindingDoc]


class WordDoc(Checked):
    """One word; ``suspect`` is why it may not have been said."""

    text: str
    start_s: float | None
    end_s: float | None
    confidence: float | None
    suspect: str | None


class UtteranceDoc(Checked):
    """Words of one role with gaps under 1 s, or one chat message."""

    role: Role
    start_s: float | None
    end_s: float | None
    text: str
    words: list[WordDoc]


class TranscriptDoc(Checked):
    """What was said, in order of start."""

    language: str
    engine: str
    utterances: list[UtteranceDoc]
    dropped: dict[str, int] = Field(
        description="words recognised but not believed to be said, by reason; they are not above"
    )


class PhaseDoc(Checked):
    """A part of the call; IVR and queue may precede the recording and then have negative times."""

    kind: PhaseKind
    start_s: float
    end_s: float
    source: Source
    confidence: Share


class EventDoc(Checked):
    """Something that happened between the parties."""

    kind: EventKind
    role: Role | None
    start_s: float
    end_s: float
    yielded: bool | None
    cut_in_suspected: bool | None
    detail: str | None = Field(description="digits of a dtmf, words of a cue")


class DisagreementDoc(Checked):
    """A fact that the record states and the sound contradicts; the record's value stands."""

    fact: str
    stated: float
    heard: float


class TimelineDoc(Checked):
    """Speech per role (``unknown`` only where the roles could not be told apart), phases and events."""

    duration_s: float
    speech: dict[Role, list[Span]]
    phases: list[PhaseDoc]
    events: list[EventDoc]
    disagreements: list[DisagreementDoc]


class FeaturesDoc(Checked):
    """Every feature of the catalogue that this kind of interaction has."""

    schema_version: str
    values: dict[str, FeatureValue]
    missing: dict[str, str]
    evidence: dict[str, list[Span]]
    sources: dict[str, Source] = Field(
        description="of telephony facts: cdr when the record states it, audio when it was heard"
    )


class ReasonDoc(Checked):
    """One feature's push on the estimate, in points."""

    feature: str
    value: FeatureValue
    effect: float
    evidence: list[Span]


class CsiDoc(Checked):
    """The estimate with its interval at ``level``."""

    value: Percent
    low: Percent
    high: Percent
    level: Share
    p_dissatisfied: Share
    p_satisfied: Share
    distribution: dict[str, Share]
    reasons: list[ReasonDoc]
    model_id: str
    warnings: list[str]


class CriticalDoc(Checked):
    """Ids of criteria that were critical errors, by kind."""

    customer: list[str]
    business: list[str]
    compliance: list[str]


class CriterionDoc(Checked):
    """What the form says of a criterion, so that the document can be read without the form."""

    id: str
    title: str
    severity: Severity
    mode: Mode
    attributable: Party
    kano: Kano | None


class SectionDoc(Checked):
    """One section with its own score."""

    id: str
    title: str
    score: Percent | None
    zeroed: bool
    criteria: list[CriterionDoc]


class EvidenceDoc(Checked):
    """A verbatim quote; an empty one is a window that was searched."""

    role: Role | None
    start_s: float | None
    end_s: float | None
    quote: str


class CriterionResultDoc(Checked):
    """A verdict with what it stands on; ``points`` is null where the criterion does not count."""

    criterion: str
    verdict: Verdict
    points: float | None
    max_points: float
    evidence: list[EvidenceDoc]
    reason: str | None
    judged_by: Judge


class ScorecardDoc(Checked):
    """The form filled in."""

    form_id: str
    form_version: int
    score: Percent | None
    score_before_zeroing: Percent | None
    decided_share: Share | None
    critical_errors: CriticalDoc
    sections: list[SectionDoc]
    results: list[CriterionResultDoc]


class ProvenanceDoc(Checked):
    """What made this result, and in ``gaps`` why a part of it is missing."""

    voxcx: str
    asr_model: str
    csi_model: str | None
    form: str | None
    definitions: str
    parameters: dict[str, float]
    config_sha256: str
    input_sha256: str | None
    gaps: dict[str, str]


class ResultDoc(Checked):
    """The whole answer about one interaction."""

    schema_: Literal["voxcx.result/1"] = Field(alias="schema")
    interaction: InteractionDoc
    channels: ChannelsDoc
    transcript: TranscriptDoc
    timeline: TimelineDoc
    features: FeaturesDoc
    csi: CsiDoc | None
    scorecard: ScorecardDoc | None
    provenance: ProvenanceDoc


def result_schema() -> dict[str, Any]:
    """The JSON Schema of the result document, as published in ``docs/result.schema.json``."""
    schema = ResultDoc.model_json_schema(by_alias=True)
    schema["title"] = SCHEMA_NAME
    return {"$schema": DIALECT, **schema}
