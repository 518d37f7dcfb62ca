"""Result → rows of every table. Pure: no clock, no file; the same result gives the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from statistics import fmean

from pydantic import TypeAdapter

from voxcx.domain.features import FeatureRow, Value
from voxcx.domain.heard import Finding
from voxcx.domain.interaction import Contact, History, Interaction
from voxcx.domain.intervals import Interval
from voxcx.domain.qa import CriterionResult
from voxcx.domain.result import Result
from voxcx.domain.scorecard import Scorecard
from voxcx.domain.timeline import Event, Phase
from voxcx.domain.transcript import Recognition, Utterance, Word
from voxcx.units import SECONDS_PER_MINUTE

Row = dict[str, object]
# Columns of `interactions` that hold the field of the interaction of that name as it is.
PLAIN_FIELDS = (
    *(
        "kind",
        "channel",
        "direction",
        "customer_id",
        "customer_name",
        "customer_zone",
        "ticket_id",
        "agent_id",
        "agent_name",
    ),
    *("company", "team", "agent_since", "queue", "skill", "priority", "process", "topic", "agent_channel"),
    *("abandoned", "blocked", "blocked_type", "contained", "flow_out", "callback_of", "survey_invited"),
    "input_sha256",
)
TELEPHONY_FIELDS = ("wrap_code", "ivr_authenticated", "recording_offset_s")
# Features that the call record states outright: a row without a recording keeps them (service level needs the wait).
TELEPHONY_FEATURES = (
    *("ivr_time_s", "ivr_status", "ivr_path", "ivr_steps", "ivr_last_node", "ivr_intent", "ivr_no_input"),
    *("ivr_no_match", "ivr_operator_requests", "queue_wait_s", "transfers", "handover_context", "hangup_by", "wrap_s"),
)
_WHOLE = TypeAdapter(Interaction)


def rows_of(
    result: Result, work_key: str | None = None, history: History | None = None, sound_key: str | None = None
) -> dict[str, list[Row]]:
    """Rows of one result, by table.

    ``work_key`` identifies the work and ``sound_key`` what was heard, see ``voxcx.batch.incoming.keys``; ``history``
    is what the walk was given.
    """
    name: Row = {"interaction_id": result.interaction.id}
    happened: tuple[Phase | Event, ...] = (*result.timeline.phases, *result.timeline.events)
    return {
        "interactions": [{**interaction_row(result), "work_key": work_key}],
        "criteria": _criteria(name, result.scorecard),
        "utterances": [_utterance(name, k, one) for k, one in enumerate(result.transcript.utterances)],
        "events": [{**name, **_happening(one)} for one in happened],
        "transcripts": [{**name, **_transcript(result)}],
        "heard": [{**name, **_heard(result), **_history(history or History()), "sound_key": sound_key}],
    }


def interaction_row(result: Result) -> Row:
    """The one row of `interactions`: fields, features, estimate, score, provenance."""
    made = result.provenance
    return {
        **_fields(result.interaction),
        **_features(result.features, result.interaction),
        **_estimate(result),
        **_score(result.scorecard),
        "channels_verdict": result.roles.verdict,
        "gaps": [{"name": name, "reason": reason} for name, reason in result.gaps],
        "voxcx_version": made.voxcx,
        "asr_model": made.asr_model,
        "definitions": made.definitions,
        "config_sha256": made.config_sha256,
    }


def _fields(interaction: Interaction) -> Row:
    telephony = interaction.telephony
    started = interaction.started_at
    return {
        "interaction_id": interaction.id,
        **{name: getattr(interaction, name) for name in PLAIN_FIELDS},
        **{name: getattr(telephony, name) for name in TELEPHONY_FIELDS},
        "started_at": started and started.astimezone(UTC).replace(tzinfo=None),
        "utc_offset_min": _offset_min(started),
        "crm_prefers_human": interaction.prefers_human,
        "language_given": interaction.language,
        "agents": [
            {"agent_id": one.agent_id, "agent_name": one.agent_name, "start_s": one.start_s, "end_s": one.end_s}
            for one in interaction.agents
        ],
        "recordings": [str(recording.path) for recording in interaction.recordings],
        "recording_starts_s": [recording.starts_s for recording in interaction.recordings],
        "recording_durations_s": [recording.duration_s for recording in interaction.recordings],
        "holds": None if telephony.holds is None else spans(telephony.holds),
    }


def _offset_min(time: datetime | None) -> int | None:
    offset = time.utcoffset() if time else None
    return None if offset is None else round(offset.total_seconds() / SECONDS_PER_MINUTE)


def _features(features: FeatureRow, interaction: Interaction) -> Row:
    row: Row = {name: _value(getattr(interaction.telephony, name)) for name in TELEPHONY_FEATURES}
    absent: list[Row] = []
    for one in features.features:
        if one.value is None:
            absent.append({"name": one.name, "reason": one.missing})
        else:
            row[one.name] = _value(one.value)
    row["missing"] = absent
    return row


def _value(value: Value) -> float | str | None:
    return value if value is None or isinstance(value, str) else float(value)


def _estimate(result: Result) -> Row:
    csi = result.csi
    if csi is None:
        return {}
    return {
        "csi_value": csi.value,
        "csi_low": csi.low,
        "csi_high": csi.high,
        "csi_level": csi.level,
        "csi_p_dissatisfied": csi.p_dissatisfied,
        "csi_p_satisfied": csi.p_satisfied,
        "csi_model_id": csi.model_id,
        "csi_warnings": list(csi.warnings),
    }


def _score(scorecard: Scorecard | None) -> Row:
    if scorecard is None:
        return {}
    return {
        "qa_score": scorecard.score,
        "qa_score_before_zeroing": scorecard.score_before_zeroing,
        "qa_decided_share": scorecard.decided_share,
        "qa_critical_customer": list(scorecard.critical_errors("customer")),
        "qa_critical_business": list(scorecard.critical_errors("business")),
        "qa_critical_compliance": list(scorecard.critical_errors("compliance")),
        "form_id": scorecard.form.id,
        "form_version": scorecard.form.version,
    }


def _criteria(name: Row, scorecard: Scorecard | None) -> list[Row]:
    if scorecard is None:
        return []
    form: Row = {**name, "form_id": scorecard.form.id, "form_version": scorecard.form.version}
    return [
        {**form, "section": part.section.id, **_criterion(one)} for part in scorecard.sections for one in part.results
    ]


def _criterion(result: CriterionResult) -> Row:
    line = result.criterion
    return {
        "criterion": line.id,
        "verdict": result.verdict,
        "severity": line.severity,
        "mode": line.mode,
        "attributable": line.attributable,
        "kano": line.kano,
        "points": result.points,
        "max_points": line.points,
        "reason": result.reason,
        "judged_by": result.judged_by,
        "evidence": [
            {"role": one.role, "start_s": one.start_s, "end_s": one.end_s, "quote": one.quote}
            for one in result.evidence
        ],
    }


def _utterance(name: Row, position: int, utterance: Utterance) -> Row:
    words = utterance.words
    heard = [word for word in words if word.confidence is not None or word.suspect is not None]  # none of a chat
    sure = [word.confidence for word in heard if word.confidence is not None]
    return {
        **name,
        "position": position,
        "role": utterance.role,
        "start_s": words[0].start_s if words else None,
        "end_s": words[-1].end_s if words else None,
        "text": utterance.text,
        "words": len(words),
        "confidence": fmean(sure) if sure else None,
        "suspect_words": sum(word.suspect is not None for word in heard) if heard else 0,
    }


def _happening(one: Phase | Event) -> Row:
    row: Row = {"kind": one.kind, "start_s": one.span.start_s, "end_s": one.span.end_s}
    if isinstance(one, Phase):
        return row | {"what": "phase", "source": one.source, "confidence": one.confidence}
    parts = {"role": one.role, "yielded": one.yielded, "cut_in_suspected": one.cut_in_suspected, "detail": one.detail}
    return row | {"what": "event"} | parts


def _transcript(result: Result) -> Row:
    kept = result.recognition
    known = kept or by_channel(result)
    messages = result.interaction.messages
    return {
        "language": known.language,
        "engine": known.engine,
        "words": [[_word(word) for word in channel] for channel in known.words],
        "messages": [
            {"role": m.role, "text": m.text, "sent_at": m.sent_at and m.sent_at.isoformat()} for m in messages
        ],
        "by_channel": kept is not None,
        "dropped": [{"name": why, "value": float(count)} for why, count in known.dropped],
    }


def by_channel(result: Result) -> Recognition:
    """The recognition put together again from roles, for a walk that did not hand its own over."""
    roles = result.roles.by_channel
    said = result.transcript.utterances
    channels = [
        tuple(word for u in said if u.role == role for word in u.words) if role not in roles[:k] else ()
        for k, role in enumerate(roles)
    ]
    return Recognition(result.transcript.language, result.transcript.engine, tuple(channels))


def _word(word: Word) -> Row:
    times = {"start_s": word.start_s, "end_s": word.end_s}
    return {"text": word.text, **times, "confidence": word.confidence, "suspect": word.suspect}


def _heard(result: Result) -> Row:
    heard = result.heard
    return {
        "duration_s": heard.duration_s,
        "verdict": heard.verdict,
        "speech": [spans(pieces) for pieces in heard.speech],
        "findings": [_finding(one) for one in heard.findings],
        "tones": [
            {"kind": one.kind, "channel": one.channel, "digit": one.digit, **_ends(one.span)} for one in heard.tones
        ],
        "music": [spans(pieces) for pieces in heard.music],
        "voices": [
            [{**_ends(one.span), "level_db": one.level_db, "pitches_hz": list(one.pitches_hz)} for one in channel]
            for channel in heard.voices
        ],
        "interaction": _WHOLE.dump_json(result.interaction).decode(),
    }


def _history(history: History) -> Row:
    contacts = history.contacts
    return {
        "earlier_contacts": None if contacts is None else [_contact(contact) for contact in contacts],
        "ratings_known": history.ratings_known,
        "canned_texts": list(history.canned_texts),
        "agent_texts": list(history.agent_texts),
    }


def _contact(contact: Contact) -> Row:
    return {
        **asdict(contact),
        "started_at": contact.started_at.isoformat(),
        "ended_at": contact.ended_at and contact.ended_at.isoformat(),
    }


def _finding(finding: Finding) -> Row:
    measured = [{"name": name, "value": value} for name, value in finding.measured]
    return {
        "verdict": finding.verdict,
        "text": finding.text,
        "channel": finding.channel,
        "measured": measured,
    }


def spans(pieces: Sequence[Interval]) -> list[Row]:
    """Intervals as the folder keeps them."""
    return [_ends(piece) for piece in pieces]


def _ends(piece: Interval) -> Row:
    return {"start_s": piece.start_s, "end_s": piece.end_s}
