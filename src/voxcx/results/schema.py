"""Every table of the results folder: its columns, their Arrow types and what they mean.

Numbers are float64 (counts and 0/1 flags of the catalogue too: one type means no cast between parts), categories are
strings, what is not known is null. docs/results.md is made from this module by ``voxcx.results.documenting``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from voxcx.domain.catalogue import CATALOGUE
from voxcx.errors import InputError

RESULTS_SCHEMA = "voxcx.results/2"  # columns came or changed: raise it and add a step to results/migration.py

NUMBER, TEXT, FLAG, COUNT = pa.float64(), pa.string(), pa.bool_(), pa.int64()
TIME = pa.timestamp("us")  # UTC without a zone: DuckDB gives a zoned time to Python only where pytz is installed
SPAN = pa.struct([("start_s", NUMBER), ("end_s", NUMBER)])
WORD = pa.struct([("text", TEXT), ("start_s", NUMBER), ("end_s", NUMBER), ("confidence", NUMBER), ("suspect", TEXT)])
MESSAGE = pa.struct([("role", TEXT), ("text", TEXT), ("sent_at", TEXT)])
QUOTE = pa.struct([("role", TEXT), ("start_s", NUMBER), ("end_s", NUMBER), ("quote", TEXT)])
AGENT = pa.struct([("agent_id", TEXT), ("agent_name", TEXT), ("start_s", NUMBER), ("end_s", NUMBER)])
NAMED_REASON = pa.struct([("name", TEXT), ("reason", TEXT)])
MEASURE = pa.struct([("name", TEXT), ("value", NUMBER)])
FINDING = pa.struct([("verdict", TEXT), ("text", TEXT), ("channel", COUNT), ("measured", pa.list_(MEASURE))])

TONE = pa.struct([("kind", TEXT), ("channel", COUNT), ("start_s", NUMBER), ("end_s", NUMBER), ("digit", TEXT)])
VOICE = pa.struct(
    [("start_s", NUMBER), ("end_s", NUMBER), ("level_db", NUMBER), ("pitches_hz", pa.list_(pa.float32()))]
)
CONTACT = pa.struct(
    [
        *(("started_at", TEXT), ("kind", TEXT), ("had_ivr", FLAG), ("ivr_status", TEXT), ("operator_requests", COUNT)),
        *(("ended_at", TEXT), ("channel", TEXT), ("direction", TEXT), ("agent_id", TEXT), ("abandoned", FLAG)),
        *(("blocked", FLAG), ("contained", FLAG), ("hangup_by", TEXT), ("queue", TEXT), ("topic", TEXT)),
        *(("rating", NUMBER), ("open_complaint", FLAG)),
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``type`` is an Arrow type, ``en`` says what it holds, with its unit."""

    name: str
    type: pa.DataType
    en: str


ID = Column("interaction_id", TEXT, "the interaction; unique in `interactions`, the key that joins all tables")


def _of_interaction() -> tuple[Column, ...]:
    texts = {
        "direction": "inbound or outbound, as the source says",
        "customer_id": "the customer (personal data)",
        "customer_name": "the customer's name (personal data)",
        "customer_zone": "the customer's time zone, IANA name",
        "ticket_id": "case or ticket",
        "agent_id": "the agent; of several the last one, who closed the contact",
        "agent_name": "that agent's name (personal data)",
        "company": "company that the agent speaks for",
        "team": "the agent's team",
        "agent_since": "date since when the agent works here",
        "queue": "queue",
        "skill": "skill",
        "priority": "priority",
        "process": "business process",
        "topic": "topic of the contact",
        "blocked_type": "type of the blocked call (A or B)",
        "callback_of": "the interaction that this one calls back",
        "wrap_code": "outcome code that the agent chose",
    }
    flags = {
        "abandoned": "the customer left before an agent answered",
        "blocked": "the call was blocked",
        "contained": "solved in the IVR or by the bot",
        "flow_out": "left to another queue or channel",
        "survey_invited": "the customer was asked for a rating",
        "crm_prefers_human": "the CRM's own flag that the customer wants a person",
        "ivr_authenticated": "the IVR identified the customer",
    }
    return (
        ID,
        Column("kind", TEXT, "call or chat"),
        Column("started_at", TIME, "when it started, UTC (the type has no zone)"),
        Column("utc_offset_min", COUNT, "local time of the source minus UTC, in minutes"),
        Column("channel", TEXT, "phone, chat, mail, bot …, as the source says"),
        *(Column(name, TEXT, en) for name, en in texts.items()),
        *(Column(name, FLAG, en) for name, en in flags.items()),
        Column("language_given", TEXT, "language that the source states (`language` is the transcript's)"),
        Column("agent_channel", COUNT, "channel of the agent, from 0, as the source or the default says"),
        Column(
            "agents",
            pa.list_(AGENT),
            "all agents in order, each with the seconds of the interaction's clock that were handled; times are null "
            "where nothing tells when; empty where no agent is known",
        ),
        Column("recordings", pa.list_(TEXT), "paths of the recordings, in order; empty where there is none"),
        Column("recording_starts_s", pa.list_(NUMBER), "where each recording begins on the interaction's clock"),
        Column("recording_durations_s", pa.list_(NUMBER), "length of each recording"),
        Column("holds", pa.list_(SPAN), "holds of the call record; null when unknown, empty when there were none"),
        Column("recording_offset_s", NUMBER, "how long after the call's start the recording begins"),
    )


def _features() -> tuple[Column, ...]:
    return tuple(
        Column(
            spec.name,
            TEXT if spec.unit == "category" else NUMBER,
            f"{spec.definition('en', {})} ({spec.unit}; {spec.kinds})",
        )
        for spec in CATALOGUE.values()
    )


def _estimates() -> tuple[Column, ...]:
    critical = "ids of {0}-critical criteria that were not met; empty: none, null: no scorecard"
    return (
        Column("csi_value", NUMBER, "CSI estimate, 0–100"),
        Column("csi_low", NUMBER, "lower end of its interval"),
        Column("csi_high", NUMBER, "upper end of its interval"),
        Column("csi_level", NUMBER, "level of the interval, a share"),
        Column("csi_p_dissatisfied", NUMBER, "calibrated probability of a dissatisfied rating"),
        Column("csi_p_satisfied", NUMBER, "calibrated probability of a satisfied rating"),
        Column("csi_model_id", TEXT, "model that made the estimate"),
        Column("csi_warnings", pa.list_(TEXT), "what to know before using the estimate"),
        Column("qa_score", NUMBER, "QA score, 0–100, after critical errors; null below the form's decided share"),
        Column("qa_score_before_zeroing", NUMBER, "what the points alone give"),
        Column("qa_decided_share", NUMBER, "points decided ÷ points applicable"),
        *(
            Column(f"qa_critical_{kind}", pa.list_(TEXT), critical.format(kind))
            for kind in ("customer", "business", "compliance")
        ),
        Column("form_id", TEXT, "QA form"),
        Column("form_version", COUNT, "version of the form"),
        Column("channels_verdict", TEXT, "can the recording be trusted: ok, mono, dual_mono, bleed, swapped, …"),
    )


def _provenance() -> tuple[Column, ...]:
    return (
        Column("missing", pa.list_(NAMED_REASON), "features without a value, and why"),
        Column("gaps", pa.list_(NAMED_REASON), "parts of the answer that are absent (csi, scorecard), and why"),
        Column("input_sha256", TEXT, "sha256 of the input"),
        Column("work_key", TEXT, "digest of input, metadata, history and choices; the same key is not done twice"),
        Column("voxcx_version", TEXT, "version of voxcx"),
        Column("asr_model", TEXT, "speech recogniser"),
        Column("definitions", TEXT, "named set of event definitions"),
        Column("config_sha256", TEXT, "digest of the configuration"),
    )


TABLES: dict[str, tuple[Column, ...]] = {
    "interactions": (*_of_interaction(), *_features(), *_estimates(), *_provenance()),
    "criteria": (
        ID,
        Column("form_id", TEXT, "QA form"),
        Column("form_version", COUNT, "version of the form"),
        Column("criterion", TEXT, "id of the criterion"),
        Column("section", TEXT, "id of its section"),
        Column("verdict", TEXT, "met, not_met, not_applicable or undecided"),
        Column("severity", TEXT, "critical_customer, critical_business, critical_compliance or plain"),
        Column("mode", TEXT, "full, error, flag or human"),
        Column("attributable", TEXT, "agent, process or system"),
        Column("kano", TEXT, "the team's guess: must_be, performance, attractive, indifferent or reverse; null: none"),
        Column("points", NUMBER, "points scored; null when not applicable or undecided"),
        Column("max_points", NUMBER, "points that the criterion is worth"),
        Column("reason", TEXT, "why"),
        Column("judged_by", TEXT, "rule, telephony, features, trained, asked, person or nobody"),
        Column("evidence", pa.list_(QUOTE), "verbatim quotes with seconds; an empty quote is a window searched"),
    ),
    "utterances": (
        ID,
        Column("position", COUNT, "order in the interaction, from 0"),
        Column("role", TEXT, "agent, customer, bot, system or unknown"),
        Column("start_s", NUMBER, "start, seconds from the recording's start; null in a chat without times"),
        Column("end_s", NUMBER, "end, seconds"),
        Column("text", TEXT, "what was said (personal data may be inside)"),
        Column("words", COUNT, "number of words"),
        Column("confidence", NUMBER, "mean recognition confidence of its words, 0–1"),
        Column("suspect_words", COUNT, "words that may not have been said"),
    ),
    "events": (
        ID,
        Column("what", TEXT, "event or phase"),
        Column("kind", TEXT, "interruption, silence, hold … or the phase: ivr, queue, talk, hold, after"),
        Column("role", TEXT, "whose doing it is; null for a silence and for a phase"),
        Column("start_s", NUMBER, "start, seconds from the recording's start (IVR and queue may be negative)"),
        Column("end_s", NUMBER, "end, seconds"),
        Column("yielded", FLAG, "the other stopped within 2 s"),
        Column("cut_in_suspected", FLAG, "a terminal overlap that may have cut the other off"),
        Column("source", TEXT, "cdr or audio, for a phase"),
        Column("confidence", NUMBER, "how much speaks for a phase, 0–1; 1 from the call record"),
        Column("detail", TEXT, "digits of a dtmf, words of a cue"),
    ),
    "transcripts": (
        ID,
        Column("language", TEXT, "language"),
        Column("engine", TEXT, "what recognised the words"),
        Column("words", pa.list_(pa.list_(WORD)), "words per channel, before roles; empty for a chat"),
        Column("messages", pa.list_(MESSAGE), "messages of a chat, `sent_at` in ISO 8601; empty for a call"),
        Column(
            "by_channel", FLAG, "false: a chat, or rebuilt from roles, since the walk did not hand over its channels"
        ),
        Column("dropped", pa.list_(MEASURE), "words recognised but not believed to be said: reason and how many"),
    ),
    "heard": (
        ID,
        Column("duration_s", NUMBER, "length of the recording"),
        Column("verdict", TEXT, "channel health before words were known"),
        Column("speech", pa.list_(pa.list_(SPAN)), "speech per channel"),
        Column("findings", pa.list_(FINDING), "what was noticed, with the measurement"),
        Column("tones", pa.list_(TONE), "signals of the network: ringback, busy, dtmf"),
        Column("music", pa.list_(pa.list_(SPAN)), "music per channel"),
        Column("voices", pa.list_(pa.list_(VOICE)), "level and pitch of each inter-pausal unit per channel"),
        Column("interaction", TEXT, "the whole interaction record as JSON, so that it can be judged again"),
        Column(
            "earlier_contacts",
            pa.list_(CONTACT),
            "earlier contacts of the customer that the walk was given, `started_at` in ISO 8601; null: nobody looked",
        ),
        Column("ratings_known", FLAG, "survey answers to earlier contacts were looked up"),
        Column("canned_texts", pa.list_(TEXT), "canned texts that the agent's messages were compared with"),
        Column("agent_texts", pa.list_(TEXT), "texts of the same agent's earlier chats, for the same comparison"),
        Column("sound_key", TEXT, "digest of all that changes what is heard and recognised; the same: judged again"),
    ),
}


def columns_of(table: str) -> tuple[Column, ...]:
    """Columns of a table; refuses a name that is none."""
    if table not in TABLES:
        raise InputError(f"Table {table!r}: expected one of {', '.join(TABLES)}.")
    return TABLES[table]


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table; each field's metadata holds its description."""
    fields = [pa.field(c.name, c.type, metadata={"description": c.en}) for c in columns_of(table)]
    return pa.schema(fields, metadata={"voxcx.schema": RESULTS_SCHEMA, "voxcx.table": table})
