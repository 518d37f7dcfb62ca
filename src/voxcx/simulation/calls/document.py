"""The truth as a ``voxcx.result/1`` document. What a simulation does not make is null, and says why."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from voxcx import __version__
from voxcx.config import Definitions
from voxcx.domain.catalogue import SCHEMA_VERSION
from voxcx.domain.interaction import TELEPHONY_FACTS, Interaction
from voxcx.simulation.calls.building import Voices
from voxcx.simulation.calls.frames import seconds
from voxcx.simulation.calls.line import Line
from voxcx.simulation.calls.plan import Plan
from voxcx.simulation.calls.signals import RATE_HZ
from voxcx.simulation.calls.truth import timeline_of, transcript_of
from voxcx.simulation.calls.values import Value, features_document

Json = dict[str, Any]
RESULT_SCHEMA = "voxcx.result/1"
MADE_BY = "simulation"
GAPS = {"csi": "a simulated call has no estimate", "scorecard": "a simulated call is not scored"}
_NOT_PLAIN = {"started_at", "agents", "recordings", "messages", "telephony", "input_sha256"}


@dataclass(frozen=True, slots=True)
class Made:
    """How a call was made: what its document tells beside the plan."""

    id: str
    language: str
    seed: int
    number: int
    line: Line
    voices: Voices
    with_telephony: bool


def document_of(plan: Plan, made: Made, flac: bytes) -> Json:
    """The whole document of one call whose recording is ``<id>.flac``."""
    record = telephony_of(plan) if made.with_telephony else {}
    stated: dict[str, Value] = {name: value for name, value in record.items() if not isinstance(value, list)}
    sha256 = hashlib.sha256(flac).hexdigest()
    return {
        "schema": RESULT_SCHEMA,
        "interaction": _interaction(plan, made, record, sha256),
        "channels": _channels(made),
        "transcript": transcript_of(plan, made.language),
        "timeline": timeline_of(plan),
        "features": {"schema_version": SCHEMA_VERSION, **features_document(plan, made.language, stated)},
        "csi": None,
        "scorecard": None,
        "provenance": _provenance(made, sha256),
    }


def telephony_of(plan: Plan) -> Json:
    """What a telephony record of this call states."""
    opening = plan.script.opening
    ivr, queue = (sum(end - start for start, end in plan.phase(kind)) for kind in ("ivr", "queue"))
    return {
        "ivr_time_s": seconds(ivr),
        "ivr_status": "completed" if opening.ivr else "none",
        "ivr_path": ">".join(opening.keys) if opening.keys else None,
        "ivr_steps": len(opening.keys),
        "queue_wait_s": seconds(queue),
        "holds": [[seconds(start), seconds(end)] for start, end in plan.phase("hold")],
        "transfers": 0,
        "hangup_by": plan.script.hangup_by,
        "recording_offset_s": 0.0,
    }


def _interaction(plan: Plan, made: Made, record: Json, sha256: str) -> Json:
    plain = {one.name: None for one in fields(Interaction) if one.name not in _NOT_PLAIN}
    facts = {name: record.get(name) for name in TELEPHONY_FACTS}
    sources = {name: "none" if value is None else "cdr" for name, value in facts.items()}
    recording = {
        "file": f"{made.id}.flac",
        "sha256": sha256,
        "duration_s": seconds(plan.length),
        "channels": 2,
        "sample_rate_hz": RATE_HZ,
        "truncated": False,
        "starts_s": 0.0,
        "exchanged": False,
    }
    return {
        **plain,
        "id": made.id,
        "kind": "call",
        "started_at": None,
        "agent_channel": 0,
        "agents": [],
        "recordings": [recording],
        "telephony": {**facts, "sources": sources, "warnings": []},
    }


def _channels(made: Made) -> Json:
    """The line as it was made: codec and noise in words, the rest in numbers; bleed is the channels' verdict."""
    line = made.line
    measured = {name: getattr(line, name) for name in ("snr_db", "bleed_db", "packet_loss")}
    verdict = "ok" if line.bleed_db is None else "bleed"
    finding = {
        "verdict": verdict,
        "text": f"simulated line: codec {line.codec}, noise {line.noise if line.snr_db is not None else 'none'}",
        "channel": None,
        "measured": {name: value for name, value in measured.items() if value is not None},
    }
    return {"verdict": verdict, "roles": {"0": "agent", "1": "customer"}, "findings": [finding]}


def _provenance(made: Made, sha256: str) -> Json:
    """The definitions that the events were planned by, the seed, and how the voices sound."""
    speakers = made.voices.parties.items()
    drawn = {
        "simulation_seed": made.seed,
        "simulation_call": made.number,
        **{f"{party}_pitch_factor": speaker.pitch for party, speaker in speakers},
        **{f"{party}_level_db": speaker.level_db for party, speaker in speakers},
    }
    asked = {"line": asdict(made.line), "language": made.language, "telephony": made.with_telephony, **drawn}
    text = json.dumps(asked, sort_keys=True)
    return {
        "voxcx": __version__,
        "asr_model": MADE_BY,
        "csi_model": None,
        "form": None,
        "definitions": "default",
        "parameters": {**Definitions().model_dump(), **drawn},
        "config_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "input_sha256": sha256,
        "gaps": dict(GAPS),
    }
