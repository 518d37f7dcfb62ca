"""The identity of work: id, input bytes, metadata, earlier contacts and choices. The same key is never done twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voxcx.domain.interaction import Contact
from voxcx.intake.audio import file_sha256
from voxcx.intake.job import Job


def work_key(job: Job, contacts: tuple[Contact, ...] | None, transcript: Path | None, choices: str) -> str:
    """Digest of all that changes this interaction's rows.

    Raises:
        InputError: a recording or transcript that cannot be read.
    """
    return digest(
        {
            "id": job.interaction_id,
            "kind": job.kind,
            "recordings": [file_sha256(path) for path in job.recordings],  # not the paths: archives move
            "metadata": job.metadata.model_dump(mode="json", exclude_defaults=True),
            "chat": job.chat,
            "contacts": None if contacts is None else [_contact(one) for one in contacts],
            "transcript": transcript and file_sha256(transcript),
            "choices": choices,
        }
    )


def digest(record: Mapping[str, Any]) -> str:
    """sha256 of a record's canonical JSON."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _contact(contact: Contact) -> list[object]:
    return [
        contact.started_at.isoformat(),
        contact.kind,
        contact.had_ivr,
        contact.ivr_status,
        contact.operator_requests,
    ]
