"""The identity of work: of the sound alone, and of all that changes a result. The same key is never done twice.

Where only the whole key differs – earlier contacts, a form, a CSI model, definitions, metadata – what was heard and
recognised still holds, and the interaction is judged again from what is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from voxcx.domain.interaction import Contact, History
from voxcx.intake.audio import file_sha256
from voxcx.intake.job import Job
from voxcx.results.stored import HEARD_VERSION


def sound_key(job: Job, transcript: Path | None, sound: str) -> str:
    """Digest of all that changes what is heard and recognised; ``sound`` is that of the choices.

    Of the metadata it is what names the language and the words to expect, and beside a stored transcript the agent's
    channel. A chat brings its own words: nothing else is heard of it.

    Raises:
        InputError: a recording or transcript that cannot be read.
    """
    if job.chat is not None:
        return digest({"heard": HEARD_VERSION, "messages": job.chat.get("messages")})
    known = job.metadata
    return digest(
        {
            "heard": HEARD_VERSION,
            "recordings": [file_sha256(path) for path in job.recordings],  # not the paths: archives move
            "named": [known.language, known.queue, known.company],
            "transcript": transcript and [file_sha256(transcript), known.agent_channel],
            "choices": sound,
        }
    )


def work_key(job: Job, sound: str, history: History, choices: str) -> str:
    """Digest of all that changes this interaction's rows; ``sound`` is its sound key."""
    contacts = history.contacts
    return digest(
        {
            "id": job.interaction_id,
            "kind": job.kind,
            "sound": sound,
            "metadata": job.metadata.model_dump(mode="json", exclude_defaults=True),
            "chat": job.chat,
            "contacts": None if contacts is None else [_contact(one) for one in contacts],
            "agent_texts": history.agent_texts,
            "ratings_known": history.ratings_known,
            "choices": choices,
        }
    )


def digest(record: Mapping[str, Any]) -> str:
    """sha256 of a record's canonical JSON."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _contact(contact: Contact) -> dict[str, object]:
    ended = contact.ended_at
    return asdict(contact) | {"started_at": contact.started_at.isoformat(), "ended_at": ended and ended.isoformat()}
