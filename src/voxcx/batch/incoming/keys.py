"""The identity of work: of the sound alone, and of all that changes a result. The same key is never done twice.

Where only the whole key differs – earlier contacts, a form, a CSI model, definitions, metadata – what was heard and
recognised still holds, and the interaction is judged again from what is stored.

What the source says of an interaction goes into the register when it is read first (``facts_of``, ``spoken_of``), so
that what was done is known again without reading it twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voxcx.batch.register import Noted
from voxcx.intake.job import Job
from voxcx.results.stored import HEARD_VERSION
from voxcx.storage.paths import to_path

_BREAK = "\x1f"


def facts_of(job: Job) -> str:
    """Digest of all that the source says of an interaction: its line as it stands where one line holds it all."""
    if job.sha256:
        return f"{job.kind} {job.interaction_id} {job.sha256}"
    said = {"metadata": job.metadata.model_dump(mode="json", exclude_defaults=True), "chat": job.chat}
    return f"{job.kind} {job.interaction_id} {digest(said)}"


def spoken_of(job: Job) -> str:
    """What is heard and recognised depends on this and on what is in the files, as JSON.

    Of the metadata it is what names the language and the words to expect, and where each recording begins. A chat
    brings its own words: nothing else is heard of it.
    """
    if job.chat is not None:
        return json.dumps({"messages": _messages(job.chat)})
    known = job.metadata
    spoken: dict[str, Any] = {"recordings": [str(path) for path in job.recordings]}
    spoken["named"] = [known.language, known.queue, known.company]
    spoken["agent_channel"] = known.agent_channel
    if any(leg.places_sound for leg in known.legs):
        spoken["legs"] = [[leg.starts, leg.agent_channel] for leg in known.legs]
    return json.dumps(spoken, default=str)


def recordings_of(noted: Noted) -> list[Path]:
    """The files that hold its sound."""
    return [to_path(text) for text in json.loads(noted.spoken).get("recordings", ())]


def sound_key(noted: Noted, transcript: Path | None, sound: str, sha256_of: Callable[[Path], str]) -> str:
    """Digest of all that changes what is heard and recognised; ``sound`` is that of the choices.

    Raises:
        InputError: a recording or transcript that cannot be read.
    """
    spoken = json.loads(noted.spoken)
    if "messages" in spoken:
        return digest({"heard": HEARD_VERSION, "messages": spoken["messages"]})
    channel = spoken.pop("agent_channel")  # beside a stored transcript it says whose words are whose
    files = [sha256_of(to_path(text)) for text in spoken.pop("recordings")]  # not the paths: archives move
    known = transcript and [sha256_of(transcript), channel]
    return digest({"heard": HEARD_VERSION, **spoken, "recordings": files, "transcript": known, "choices": sound})


def work_key(noted: Noted, sound: str, history: str, choices: str) -> str:
    """Digest of all that changes this interaction's rows: its facts, sound key, what was known before it, choices."""
    return _sha256(_BREAK.join((noted.facts, sound, history, choices)))


def digest(record: Mapping[str, Any]) -> str:
    """sha256 of a record's canonical JSON."""
    return _sha256(json.dumps(record, sort_keys=True, ensure_ascii=False, default=str))


def _messages(chat: Mapping[str, Any]) -> str:
    """Digest of what was written, by whom and when; a message that is none is refused when the chat is opened."""
    raw = chat.get("messages")
    said = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
    return _sha256("".join(f"{one.get('role')}{_BREAK}{one.get('sent_at')}{_BREAK}{one.get('text')}\n" for one in said))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
