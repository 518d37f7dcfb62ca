"""Result → the documented JSON, byte for byte the same for the same result, and back to a checked document."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from voxcx.config import first_problem, read_json
from voxcx.domain.csi import CsiEstimate
from voxcx.domain.features import FeatureRow, Value
from voxcx.domain.heard import Finding
from voxcx.domain.interaction import TELEPHONY_FACTS, Interaction, Recording, Stint, Telephony
from voxcx.domain.intervals import Interval, Intervals
from voxcx.domain.qa import Criterion, CriterionResult
from voxcx.domain.result import Result
from voxcx.domain.scorecard import Scorecard, SectionScore
from voxcx.domain.timeline import Timeline
from voxcx.domain.transcript import Transcript, Word
from voxcx.errors import InputError
from voxcx.report.document import SCHEMA_NAME, ResultDoc, result_schema
from voxcx.units import rounded_s

Json = dict[str, Any]
VALUE_DECIMALS = 6  # features: far below any definition's resolution, above platform noise
SHARE_DECIMALS = 4
POINT_DECIMALS = 2
PLAIN_FIELDS = tuple(
    f.name
    for f in fields(Interaction)
    if f.name not in {"started_at", "agents", "recordings", "messages", "telephony", "input_sha256"}
)


def to_document(result: Result) -> Json:
    """The result as plain JSON values, keys in the documented order (see ``document.ResultDoc``)."""
    return {
        "schema": SCHEMA_NAME,
        "interaction": _interaction(result.interaction),
        "channels": _channels(result),
        "transcript": transcript_document(result.transcript),
        "timeline": _timeline(result.timeline),
        "features": _features(result.features),
        "csi": None if result.csi is None else _csi(result.csi),
        "scorecard": None if result.scorecard is None else _scorecard(result.scorecard),
        "provenance": _provenance(result),
    }


def to_json(result: Result) -> str:
    """The document as UTF-8 text, indented by 2, ending with a newline; the same result gives the same bytes."""
    return json.dumps(to_document(result), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def schema_json() -> str:
    """The text of ``docs/result.schema.json``."""
    return json.dumps(result_schema(), ensure_ascii=False, indent=2) + "\n"


def read_document(path: Path) -> Json:
    """Read and check a result document; refuses with InputError what ``voxcx score --format json`` never writes."""
    raw = read_json(path, "the JSON of `voxcx score --format json`")
    try:
        ResultDoc.model_validate(raw)
    except ValidationError as error:
        raise InputError(
            f"{path}: expected a {SCHEMA_NAME} document; {first_problem(error)}; score it again."
        ) from None
    document: Json = raw
    return document


def _interaction(interaction: Interaction) -> Json:
    plain = {name: getattr(interaction, name) for name in PLAIN_FIELDS}
    started = interaction.started_at.isoformat() if interaction.started_at else None
    return {
        "id": plain.pop("id"),
        "kind": plain.pop("kind"),
        "started_at": started,
        **plain,
        "agents": [_stint(agent) for agent in interaction.agents],
        "recordings": [_recording(recording) for recording in interaction.recordings],
        "telephony": _telephony(interaction.telephony),
    }


def _stint(agent: Stint) -> Json:
    return {
        "agent_id": agent.agent_id,
        "agent_name": agent.agent_name,
        "team": agent.team,
        "start_s": _time(agent.start_s),
        "end_s": _time(agent.end_s),
    }


def _recording(recording: Recording) -> Json:
    return {
        "file": recording.path.name,
        "sha256": recording.sha256,
        "duration_s": rounded_s(recording.duration_s),
        "channels": recording.channels,
        "sample_rate_hz": recording.sample_rate_hz,
        "truncated": recording.truncated,
        "starts_s": rounded_s(recording.starts_s),
        "exchanged": recording.exchanged,
    }


def _telephony(telephony: Telephony) -> Json:
    facts = {name: getattr(telephony, name) for name in TELEPHONY_FACTS}
    for name in ("ivr_time_s", "queue_wait_s", "wrap_s", "recording_offset_s"):
        facts[name] = _time(facts[name])
    facts["holds"] = None if telephony.holds is None else _spans(telephony.holds)
    sources = {name: telephony.source(name) for name in TELEPHONY_FACTS}
    return {**facts, "sources": sources, "warnings": list(telephony.warnings)}


def findings_of(result: Result) -> tuple[Finding, ...]:
    """What was noticed about the sound, then about the roles, each once."""
    return tuple(dict.fromkeys((*result.heard.findings, *result.roles.findings)))


def _channels(result: Result) -> Json:
    return {
        "verdict": result.roles.verdict,
        "roles": {str(channel): role for channel, role in enumerate(result.roles.by_channel)},
        "findings": [
            {
                "verdict": finding.verdict,
                "text": finding.text,
                "channel": finding.channel,
                "measured": {name: round(value, VALUE_DECIMALS) for name, value in finding.measured},
            }
            for finding in findings_of(result)
        ],
    }


def transcript_document(transcript: Transcript) -> Json:
    """The `transcript` object of a result, which `--transcript` reads again."""
    utterances = [
        {
            "role": utterance.role,
            "start_s": _time(utterance.start_s),
            "end_s": _time(utterance.end_s),
            "text": utterance.text,
            "words": [_word(word) for word in utterance.words],
        }
        for utterance in transcript.utterances
    ]
    return {
        "language": transcript.language,
        "engine": transcript.engine,
        "utterances": utterances,
        "dropped": dict(transcript.dropped),
    }


def _word(word: Word) -> Json:
    return {
        "text": word.text,
        "start_s": _time(word.start_s),
        "end_s": _time(word.end_s),
        "confidence": None if word.confidence is None else round(word.confidence, SHARE_DECIMALS),
        "suspect": word.suspect,
    }


def _timeline(timeline: Timeline) -> Json:
    speech = {"agent": _spans(timeline.agent), "customer": _spans(timeline.customer)}
    if timeline.unknown:
        speech["unknown"] = _spans(timeline.unknown)
    phases = [
        {"kind": p.kind, **_ends(p.span), "source": p.source, "confidence": round(p.confidence, SHARE_DECIMALS)}
        for p in timeline.phases
    ]
    events = [
        {
            "kind": event.kind,
            "role": event.role,
            **_ends(event.span),
            "yielded": event.yielded,
            "cut_in_suspected": event.cut_in_suspected,
            "detail": event.detail,
        }
        for event in timeline.events
    ]
    return {
        "duration_s": rounded_s(timeline.duration_s),
        "speech": speech,
        "phases": phases,
        "events": events,
        "disagreements": [
            {"fact": one.fact, "stated": rounded_s(one.stated), "heard": rounded_s(one.heard)}
            for one in timeline.disagreements
        ],
    }


def _features(row: FeatureRow) -> Json:
    return {
        "schema_version": row.schema_version,
        "values": {feature.name: _value(feature.value) for feature in row.features},
        "missing": {feature.name: feature.missing for feature in row.features if feature.missing is not None},
        "evidence": {feature.name: _spans(feature.evidence) for feature in row.features if feature.evidence},
        "sources": {feature.name: feature.source for feature in row.features if feature.source is not None},
    }


def _csi(csi: CsiEstimate) -> Json:
    return {
        "value": round(csi.value, POINT_DECIMALS),
        "low": round(csi.low, POINT_DECIMALS),
        "high": round(csi.high, POINT_DECIMALS),
        "level": csi.level,
        "p_dissatisfied": round(csi.p_dissatisfied, SHARE_DECIMALS),
        "p_satisfied": round(csi.p_satisfied, SHARE_DECIMALS),
        "distribution": {str(rating): round(share, SHARE_DECIMALS) for rating, share in csi.distribution},
        "reasons": [
            {
                "feature": reason.feature,
                "value": _value(reason.value),
                "effect": round(reason.effect, POINT_DECIMALS),
                "evidence": _spans(reason.evidence),
            }
            for reason in csi.reasons
        ],
        "model_id": csi.model_id,
        "warnings": list(csi.warnings),
    }


def _scorecard(card: Scorecard) -> Json:
    share = card.decided_share
    return {
        "form_id": card.form.id,
        "form_version": card.form.version,
        "score": _points(card.score),
        "score_before_zeroing": _points(card.score_before_zeroing),
        "decided_share": None if share is None else round(share, SHARE_DECIMALS),
        "critical_errors": {
            "customer": list(card.critical_errors("customer")),
            "business": list(card.critical_errors("business")),
            "compliance": list(card.critical_errors("compliance")),
        },
        "sections": [_section(section) for section in card.sections],
        "results": [_criterion_result(result) for result in card.results],
    }


def _section(scored: SectionScore) -> Json:
    return {
        "id": scored.section.id,
        "title": scored.section.title,
        "score": _points(scored.score),
        "zeroed": scored.zeroed,
        "criteria": [_criterion(result.criterion) for result in scored.results],
    }


def _criterion(criterion: Criterion) -> Json:
    return {
        "id": criterion.id,
        "title": criterion.title,
        "severity": criterion.severity,
        "mode": criterion.mode,
        "attributable": criterion.attributable,
        "kano": criterion.kano,
    }


def _criterion_result(result: CriterionResult) -> Json:
    return {
        "criterion": result.criterion.id,
        "verdict": result.verdict,
        "points": _points(result.points),
        "max_points": round(result.criterion.points, POINT_DECIMALS),
        "evidence": [
            {"role": e.role, "start_s": _time(e.start_s), "end_s": _time(e.end_s), "quote": e.quote}
            for e in result.evidence
        ],
        "reason": result.reason,
        "judged_by": result.judged_by,
    }


def _provenance(result: Result) -> Json:
    made_by = result.provenance
    gaps: dict[str, str] = {}
    roles = (("roles", result.roles.distrust),) if result.roles.distrust else ()
    for what, why in (*result.gaps, *roles):
        gaps[what] = why if what not in gaps or gaps[what] == why else f"{gaps[what]}; {why}"
    return {
        "voxcx": made_by.voxcx,
        "asr_model": made_by.asr_model,
        "csi_model": made_by.csi_model,
        "form": made_by.form,
        "definitions": made_by.definitions,
        "parameters": dict(made_by.parameters),
        "config_sha256": made_by.config_sha256,
        "input_sha256": made_by.input_sha256,
        "gaps": gaps,
    }


def _time(time_s: float | None) -> float | None:
    return None if time_s is None else rounded_s(time_s)


def _points(points: float | None) -> float | None:
    return None if points is None else round(float(points), POINT_DECIMALS)


def _value(value: Value) -> Value:
    return round(value, VALUE_DECIMALS) if isinstance(value, float) else value


def _ends(span: Interval) -> Json:
    return {"start_s": rounded_s(span.start_s), "end_s": rounded_s(span.end_s)}


def _spans(spans: Intervals) -> list[list[float]]:
    return [[rounded_s(span.start_s), rounded_s(span.end_s)] for span in spans]
